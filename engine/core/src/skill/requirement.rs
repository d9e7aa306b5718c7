//! What a contact needs of an agent, in three kinds that never mix.
//!
//! *Absolute* needs are never relaxed by anything. *Mandatory* needs are an expression; plans may relax it.
//! *Preferred* terms exclude nobody; they only add to an agent's score.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::expression::Expression;
use super::profile::Facts;
use super::score::Preference;

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
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Absolute {
    /// The agent must be cleared for every one of these data classes.
    pub data_classes: BTreeSet<SmolStr>,
    /// The agent must work in-house, for no partner.
    pub in_house_only: bool,
    /// The agent must work at one of these sites; empty means anywhere.
    pub sites: BTreeSet<SmolStr>,
}

/// Why an agent may not serve: the first need it fails, in this order. A later one is closer to serving.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
}

impl Absolute {
    /// The need of both.
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
        }
    }

    fn shortfall(&self, facts: &Facts) -> Option<Shortfall> {
        if let Some(class) = self.data_classes.difference(&facts.clearance).next() {
            return Some(Shortfall::Clearance(class.clone()));
        }
        if let Some(partner) = facts.partner.as_ref().filter(|_| self.in_house_only) {
            return Some(Shortfall::NotInHouse(partner.clone()));
        }
        let at_site = facts.site.as_ref().is_some_and(|site| self.sites.contains(site));
        (!self.sites.is_empty() && !at_site).then_some(Shortfall::Site)
    }
}

impl Requirement {
    /// Why an agent with these facts may not serve, if so.
    pub fn shortfall(&self, facts: &Facts) -> Option<Shortfall> {
        let absolute = self.absolute.shortfall(facts);
        absolute.or_else(|| (!self.mandatory.holds(facts)).then_some(Shortfall::Mandatory))
    }
}
