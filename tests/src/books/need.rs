//! What a contact needs of an agent, read from the configuration and the contact, each part on its own.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::config::{Compiled, PreferenceConfig, QueueConfig};
use sunline_core::skill::{Absolute, Expression, Facts, Preference};
use sunline_core::{ContactDetails, SkillId};

/// The needs of a contact: its queue's and its own.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    absolute: Vec<Absolute>,
    mandatory: Vec<Expression>,
    pub(crate) preferred: Vec<Preference>,
}

impl Need {
    pub(crate) fn new(queue: &QueueConfig, details: Option<&ContactDetails>, compiled: &Compiled) -> Self {
        let read = |text: &str| {
            Expression::parse(text, &|name| compiled.skill_id(name))
                .expect("a requirement that was let in is readable")
        };
        let mut absolute = vec![queue.absolute.clone()];
        let mut mandatory = vec![read(&queue.requires)];
        let mut preferred: Vec<&PreferenceConfig> = queue.prefers.iter().collect();
        if let Some(details) = details {
            absolute.push(details.absolute.clone());
            mandatory.push(read(&details.requires));
            preferred.extend(&details.prefers);
        }
        let preferred =
            preferred.into_iter().map(|p| Preference { term: read(&p.term), weight: p.weight }).collect();
        Self { absolute, mandatory, preferred }
    }

    /// Adds what the one who passed the contact on wants of the next.
    pub(crate) fn add(&mut self, need: Option<&SmolStr>, site: Option<&SmolStr>, compiled: &Compiled) {
        let read = |text: &SmolStr| Expression::parse(text, &|name| compiled.skill_id(name));
        self.mandatory.extend(need.map(|need| read(need).expect("a need that was let in is readable")));
        self.mandatory.extend(site.map(|site| Expression::Site(site.clone())));
    }

    /// Whether an agent with these facts meets every need.
    pub(crate) fn is_met_by(&self, facts: &Facts) -> bool {
        self.absolutes_are_met_by(facts) && self.mandatory.iter().all(|need| need.holds(facts))
    }

    /// Whether an agent with these facts meets every absolute need.
    pub(crate) fn absolutes_are_met_by(&self, facts: &Facts) -> bool {
        self.absolute.iter().all(|need| {
            need.data_classes.is_subset(&facts.clearance)
                && !(need.in_house_only && facts.partner.is_some())
                && (need.sites.is_empty()
                    || facts.site.as_ref().is_some_and(|site| need.sites.contains(site)))
        })
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
