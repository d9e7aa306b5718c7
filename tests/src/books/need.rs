//! What a contact needs of an agent, read from the configuration and the contact, each part on its own.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::SkillId;
use sunline_core::config::{Compiled, PreferenceConfig, QueueConfig};
use sunline_core::skill::{Absolute, Expression, Facts, Preference};

use super::ContactBook;

/// The needs of a contact: its queue's, those of queues it left, and its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Need {
    /// In the order in which they come to count; of two projects the last counts.
    pub(crate) absolute: Vec<Absolute>,
    mandatory: Vec<Expression>,
    pub(crate) preferred: Vec<Preference>,
}

impl Need {
    pub(crate) fn of(contact: &ContactBook, queue: &QueueConfig, compiled: &Compiled) -> Self {
        let read = |text: &str| {
            let all = Expression::parse(text, compiled).expect("a requirement that was let in is readable");
            all.on_channel(contact.channel)
        };
        let mut absolute = vec![queue.absolute.clone()];
        absolute.extend(contact.carried.iter().cloned());
        let mut mandatory = vec![read(&queue.requires)];
        let mut preferred: Vec<&PreferenceConfig> = queue.prefers.iter().collect();
        if let Some(details) = &contact.details {
            absolute.push(details.absolute.clone());
            mandatory.push(read(&details.requires));
            preferred.extend(&details.prefers);
        }
        // What the one who passed the contact on wants of the next.
        mandatory.extend(contact.need_beside.as_deref().map(read));
        mandatory.extend(contact.site.clone().map(Expression::Site));
        let preferred =
            preferred.into_iter().map(|p| Preference { term: read(&p.term), weight: p.weight }).collect();
        Self { absolute, mandatory, preferred }
    }

    /// The needs of a queue's own, whatever the channel.
    pub(crate) fn of_queue(queue: &QueueConfig, compiled: &Compiled) -> Self {
        let requires =
            Expression::parse(&queue.requires, compiled).expect("a checked requirement is readable");
        Self { absolute: vec![queue.absolute.clone()], mandatory: vec![requires], preferred: Vec::new() }
    }

    /// The project it is work for.
    pub(crate) fn project(&self) -> Option<&SmolStr> {
        self.absolute.iter().rev().find_map(|need| need.project.as_ref())
    }

    /// Whether an agent with these facts meets every need.
    pub(crate) fn is_met_by(&self, facts: &Facts) -> bool {
        self.absolutes_are_met_by(facts) && self.mandatory.iter().all(|need| need.holds(facts))
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

    /// The skills that the mandatory needs name.
    pub(crate) fn skills(&self) -> BTreeSet<SkillId> {
        let mut skills = BTreeSet::new();
        for need in &self.mandatory {
            need.for_each_skill(&mut |skill, _| {
                skills.insert(skill);
            });
        }
        skills
    }

    /// Every mention of a skill as a preferred term of weight 1.
    pub(crate) fn skill_terms(&self) -> Vec<Preference> {
        let mut terms = Vec::new();
        for need in &self.mandatory {
            need.for_each_skill(&mut |skill, at_least| {
                terms.push(Preference { term: Expression::Skill { skill, at_least }, weight: 1 });
            });
        }
        terms
    }
}
