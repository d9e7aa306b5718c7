//! What a contact needs of an agent, read from the configuration and the contact, each part on its own.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use sunline_core::SkillId;
use sunline_core::config::{Compiled, Target};
use sunline_core::skill::{Absolute, Expression, Facts, Preference};
use sunline_core::{ChannelId, PoolId, Proficiency, SkillId};

/// The needs of a contact in one place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Need {
    /// In the order in which they come to count; of two projects the last counts.
    pub(crate) absolute: Vec<Absolute>,
    /// What must hold, and what is relaxed of it.
    pub(crate) mandatory: Vec<(Expression, Slack)>,
    /// Who may serve; `None`: everyone.
    pub(crate) ring: Option<Vec<Ringed>>,
    pub(crate) preferred: Vec<Preference>,
}

/// A target within a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ringed {
    Everyone,
    Pool(PoolId),
    Partner(SmolStr),
}

impl Ringed {
    /// The target, unless it is a queue.
    pub(crate) fn read(target: &Target, compiled: &Compiled) -> Option<Self> {
        Some(match target {
            Target::Everyone => Self::Everyone,
            Target::Partner(partner) => Self::Partner(partner.clone()),
            Target::Pool(pool) => Self::Pool(compiled.pool_id(pool)?),
            Target::Queue(_) => return None,
        })
    }

    fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::Everyone => true,
            Self::Pool(pool) => facts.pool == *pool,
            Self::Partner(partner) => facts.partner.as_ref() == Some(partner),
        }
    }
}

/// What is asked no more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slack {
    pub(crate) all: bool,
    pub(crate) drop: Vec<Expression>,
    pub(crate) lower: BTreeMap<SkillId, Proficiency>,
}

impl Slack {
    /// Whether what is left of a condition holds. `plain`: not below a `not`, where relaxing is the other way round.
    fn holds(&self, condition: &Expression, facts: &Facts, plain: bool) -> bool {
        match condition {
            _ if self.all => true,
            Expression::All(parts) => parts.iter().all(|part| self.holds(part, facts, plain)),
            Expression::Any(parts) => parts.iter().any(|part| self.holds(part, facts, plain)),
            Expression::Not(part) => !self.holds(part, facts, !plain),
            term if self.drops(term) => plain,
            Expression::Skill { skill, at_least } => {
                let asked = self.asked(*skill, *at_least, plain);
                facts.level(*skill).is_some_and(|level| level >= asked)
            }
            term => term.holds(facts),
        }
    }

    fn asked(&self, skill: SkillId, level: Proficiency, plain: bool) -> Proficiency {
        let lower = self.lower.get(&skill).copied().filter(|_| plain);
        lower.map_or(level, |lower| lower.min(level))
    }

    fn drops(&self, term: &Expression) -> bool {
        self.drop.iter().any(|dropped| match (dropped, term) {
            (Expression::Skill { skill: one, .. }, Expression::Skill { skill: other, .. }) => one == other,
            _ => dropped == term,
        })
    }

    /// Every mention of a skill that is left, with its level.
    fn skills(&self, condition: &Expression, plain: bool, found: &mut Vec<(SkillId, Proficiency)>) {
        match condition {
            _ if self.all => {}
            Expression::All(parts) | Expression::Any(parts) => {
                parts.iter().for_each(|part| self.skills(part, plain, found));
            }
            Expression::Not(part) => self.skills(part, !plain, found),
            term if self.drops(term) => {}
            Expression::Skill { skill, at_least } => {
                found.push((*skill, self.asked(*skill, *at_least, plain)));
            }
            _ => {}
        }
    }
}

impl Need {
    /// The same, asked of agents for a contact that came by a channel.
    pub(crate) fn on_channel(mut self, channel: ChannelId) -> Self {
        for (condition, _) in &mut self.mandatory {
            *condition = condition.on_channel(channel);
        }
        for preference in &mut self.preferred {
            preference.term = preference.term.on_channel(channel);
        }
        self
    }

    /// The project it is work for.
    pub(crate) fn project(&self) -> Option<&SmolStr> {
        self.absolute.iter().rev().find_map(|need| need.project.as_ref())
    }

    /// Whether an agent with these facts meets every need.
    pub(crate) fn is_met_by(&self, facts: &Facts) -> bool {
        let ring = self.ring.as_ref().is_none_or(|ring| ring.iter().any(|target| target.holds(facts)));
        let mandatory = self.mandatory.iter().all(|(need, slack)| slack.holds(need, facts, true));
        self.absolutes_are_met_by(facts) && ring && mandatory
    }

    /// Whether an agent with these facts meets every absolute need.
    pub(crate) fn absolutes_are_met_by(&self, facts: &Facts) -> bool {
        let locked = facts.locked_to.as_ref();
        let free = locked.is_none_or(|lock| self.project().is_none_or(|project| project == lock));
        let absolute = self.absolute.iter().all(|need| {
            need.data_classes.is_subset(&facts.clearance)
                && need.entitlements.is_subset(&facts.entitlements)
                && !(need.in_house_only && facts.partner.is_some())
                && (need.sites.is_empty()
                    || facts.site.as_ref().is_some_and(|site| need.sites.contains(site)))
        });
        absolute && free
    }

    /// Every mention of a skill in what is mandatory, with its level.
    pub(crate) fn skills(&self) -> Vec<(SkillId, Proficiency)> {
        let mut found = Vec::new();
        self.mandatory.iter().for_each(|(need, slack)| slack.skills(need, true, &mut found));
        found
    }

    /// Every mention of a skill as a preferred term of weight 1.
    pub(crate) fn skill_terms(&self) -> Vec<Preference> {
        let term = |(skill, at_least)| Preference { term: Expression::Skill { skill, at_least }, weight: 1 };
        self.skills().into_iter().map(term).collect()
    }
}
