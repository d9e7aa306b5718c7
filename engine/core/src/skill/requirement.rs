//! What a contact needs of an agent, in three kinds that never mix.
//!
//! *Absolute* needs are never relaxed by anything. *Mandatory* needs are an expression; plans may relax it.
//! *Preferred* terms exclude nobody; they only add to an agent's score.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::expression::Expression;
use super::profile::Facts;
use super::score::Preference;
use crate::ids::ChannelId;

/// Everything a class of contacts asks of an agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Requirement {
    /// What nothing relaxes.
    pub absolute: Absolute,
    /// What must hold.
    pub mandatory: Expression,
    /// What adds to the score.
    pub preferred: Vec<Preference>,
}

/// Needs that no step, overflow, surge, callback, transfer or forced assignment relaxes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Absolute {
    /// The agent must be cleared for every one of these data classes.
    pub data_classes: BTreeSet<SmolStr>,
    /// The agent must work in-house, for no partner.
    pub in_house_only: bool,
    /// The agent must work at one of these sites; empty means anywhere.
    pub sites: BTreeSet<SmolStr>,
    /// The agent must hold every one of these entitlements, within its dates.
    pub entitlements: BTreeSet<SmolStr>,
    /// The project it is work for: an agent locked to another project takes none of it.
    pub project: Option<SmolStr>,
}

impl Absolute {
    /// Whether it asks no more than another, so that whoever meets that one meets it.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.data_classes.is_subset(&other.data_classes)
            && (!self.in_house_only || other.in_house_only)
            && (self.sites.is_empty() || !other.sites.is_empty() && other.sites.is_subset(&self.sites))
            && self.entitlements.is_subset(&other.entitlements)
            && (self.project.is_none() || self.project == other.project)
    }
}

/// Why an agent may not serve: the first need it fails. [`Shortfall::closeness`] tells how near it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// Not cleared for this data class.
    Clearance(SmolStr),
    /// Works for this partner; the contact stays in-house.
    NotInHouse(SmolStr),
    /// Works at none of the permitted sites.
    Site,
    /// The mandatory expression does not hold.
    Mandatory,
    /// The contact costs more than the agent's whole capacity.
    Capacity,
    /// The contact excludes the agent by name.
    Excluded,
    /// Does not hold this entitlement now.
    Entitlement(SmolStr),
    /// Is locked to this project for a while; the contact is another project's.
    ProjectLock(SmolStr),
    /// Never serves this customer.
    Customer(SmolStr),
}

impl Shortfall {
    /// How close the agent came to serving: needs are tested in this order, so a later one is closer; then by name.
    pub fn closeness(&self) -> (u8, &str) {
        match self {
            Self::Clearance(class) => (0, class),
            Self::NotInHouse(partner) => (1, partner),
            Self::Site => (2, ""),
            Self::Entitlement(name) => (3, name),
            Self::Mandatory => (4, ""),
            Self::Capacity => (5, ""),
            Self::ProjectLock(project) => (6, project),
            Self::Customer(customer) => (7, customer),
            Self::Excluded => (8, ""),
        }
    }
}

impl Absolute {
    /// The need of both. Of two projects the other's counts: what a contact says of itself goes before its queue.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let sites = match (self.sites.is_empty(), other.sites.is_empty()) {
            (true, _) => other.sites.clone(),
            (_, true) => self.sites.clone(),
            // Two disjoint lists leave no site; a site nobody can be at keeps that meaning.
            _ => {
                let both: BTreeSet<_> = self.sites.intersection(&other.sites).cloned().collect();
                if both.is_empty() { BTreeSet::from([SmolStr::default()]) } else { both }
            }
        };
        Self {
            data_classes: self.data_classes.union(&other.data_classes).cloned().collect(),
            in_house_only: self.in_house_only || other.in_house_only,
            sites,
            entitlements: self.entitlements.union(&other.entitlements).cloned().collect(),
            project: other.project.as_ref().or(self.project.as_ref()).cloned(),
        }
    }

    /// Why an agent with these facts may not serve, whatever else is relaxed.
    pub fn shortfall(&self, facts: &Facts) -> Option<Shortfall> {
        if self.asks_nothing() { None } else { self.first_shortfall(facts) }
    }

    /// Whether anybody meets it, as nearly everywhere.
    #[inline]
    fn asks_nothing(&self) -> bool {
        let names = [&self.data_classes, &self.entitlements, &self.sites];
        names.iter().all(|names| names.is_empty()) && !self.in_house_only && self.project.is_none()
    }

    fn first_shortfall(&self, facts: &Facts) -> Option<Shortfall> {
        if let Some(class) = self.data_classes.difference(&facts.clearance).next() {
            return Some(Shortfall::Clearance(class.clone()));
        }
        if let Some(partner) = facts.partner.as_ref().filter(|_| self.in_house_only) {
            return Some(Shortfall::NotInHouse(partner.clone()));
        }
        let at_site = facts.site.as_ref().is_some_and(|site| self.sites.contains(site));
        if !self.sites.is_empty() && !at_site {
            return Some(Shortfall::Site);
        }
        if let Some(name) = self.entitlements.difference(&facts.entitlements).next() {
            return Some(Shortfall::Entitlement(name.clone()));
        }
        let locked = facts.locked_to.as_ref();
        let other = locked.filter(|locked| self.project.as_ref().is_some_and(|project| project != *locked));
        other.map(|locked| Shortfall::ProjectLock(locked.clone()))
    }
}

impl Requirement {
    /// Whether what it asks depends on the channel of the contact.
    pub fn asks_channel(&self) -> bool {
        self.mandatory.asks_channel() || self.preferred.iter().any(|p| p.term.asks_channel())
    }

    /// What is left to ask of agents when the contact came by this channel.
    #[must_use]
    pub fn on_channel(self, channel: ChannelId) -> Self {
        if !self.asks_channel() {
            return self;
        }
        let on_channel = |p: Preference| Preference { term: p.term.on_channel(channel), weight: p.weight };
        Self {
            absolute: self.absolute,
            mandatory: self.mandatory.on_channel(channel),
            preferred: self.preferred.into_iter().map(on_channel).collect(),
        }
    }

    /// Why an agent with these facts may not serve, if so.
    pub fn shortfall(&self, facts: &Facts) -> Option<Shortfall> {
        let absolute = self.absolute.shortfall(facts);
        absolute.or_else(|| (!self.mandatory.holds(facts)).then_some(Shortfall::Mandatory))
    }
}
