//! What a contact needs of an agent, read from the configuration and the contact, each part on its own.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;
use sunline_core::config::{Compiled, PreferenceConfig, QueueConfig, StepConfig, Target};
use sunline_core::skill::{Absolute, Expression, Facts, Preference};
use sunline_core::{Proficiency, SkillId};

use super::ContactBook;

/// The needs of a contact: its queue's, those of queues it left, and its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Need {
    /// In the order in which they come to count; of two projects the last counts.
    pub(crate) absolute: Vec<Absolute>,
    mandatory: Vec<Expression>,
    /// Of these, how many are the queue's; the rest the contact asks for itself.
    of_queue: usize,
    /// What other queues ask whose agents may serve it too.
    of_others: Vec<Expression>,
    /// What the open steps of the plan ask no more.
    slack: Slack,
    /// Who may serve, and how pools are called.
    ring: Vec<Target>,
    pools: Vec<SmolStr>,
    pub(crate) preferred: Vec<Preference>,
}

/// What is asked no more.
#[derive(Clone, Debug, Default)]
struct Slack {
    all: bool,
    drop: Vec<Expression>,
    lower: BTreeMap<SkillId, Proficiency>,
}

impl Slack {
    fn of(open: &[StepConfig], compiled: &Compiled) -> Self {
        let mut slack = Self::default();
        for step in open {
            slack.all |= step.drop_all;
            let terms = step.drop.iter().map(|term| Expression::parse(term, compiled));
            slack.drop.extend(terms.map(|term| term.expect("checked when it was read")));
            for (name, level) in &step.lower {
                let skill = compiled.skill_id(name).expect("checked when it was read");
                let known = slack.lower.entry(skill).or_insert(*level);
                *known = (*known).min(*level);
            }
        }
        slack
    }

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

/// The targets that are open: those from the start, and what each step made of them.
fn ring(queue: &QueueConfig, open: &[StepConfig]) -> Vec<Target> {
    let mut ring = queue.targets.clone();
    if ring.is_empty() {
        ring.push(Target::Everyone);
    }
    for step in open {
        if !step.move_to.is_empty() {
            ring.clone_from(&step.move_to);
        }
        ring.extend(step.add.iter().cloned());
    }
    ring
}

fn is_in(target: &Target, facts: &Facts, pools: &[SmolStr]) -> bool {
    match target {
        Target::Everyone => true,
        Target::Pool(pool) => pools.get(facts.pool.index()) == Some(pool),
        Target::Site(site) => facts.site.as_ref() == Some(site),
        Target::Partner(partner) => facts.partner.as_ref() == Some(partner),
        Target::Queue(_) => false,
    }
}

impl Need {
    pub(crate) fn of(
        contact: &ContactBook,
        queue: &QueueConfig,
        queues: &[QueueConfig],
        compiled: &Compiled,
    ) -> Self {
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
        let open = &queue.plan[..contact.stage];
        let (slack, ring) = (Slack::of(open, compiled), ring(queue, open));
        let pools = compiled.pool_names().cloned().collect();
        let others = ring.iter().filter_map(|target| match target {
            Target::Queue(name) => queues.iter().find(|queue| queue.name == *name),
            _ => None,
        });
        let of_others = others.map(|other| read(&other.requires)).collect();
        Self { absolute, mandatory, of_queue: 1, of_others, slack, ring, pools, preferred }
    }

    /// The needs of a queue's own, whatever the channel.
    pub(crate) fn of_queue(queue: &QueueConfig, compiled: &Compiled) -> Self {
        let requires =
            Expression::parse(&queue.requires, compiled).expect("a checked requirement is readable");
        let ring = vec![Target::Everyone];
        Self { absolute: vec![queue.absolute.clone()], mandatory: vec![requires], ring, ..Self::default() }
    }

    /// The project it is work for.
    pub(crate) fn project(&self) -> Option<&SmolStr> {
        self.absolute.iter().rev().find_map(|need| need.project.as_ref())
    }

    /// Whether an agent with these facts meets every need.
    pub(crate) fn is_met_by(&self, facts: &Facts) -> bool {
        let meets = |needs: &[Expression]| needs.iter().all(|need| self.slack.holds(need, facts, true));
        let (of_queue, own) = self.mandatory.split_at(self.of_queue.min(self.mandatory.len()));
        let in_ring = || self.ring.iter().any(|target| is_in(target, facts, &self.pools));
        let by_another = || self.of_others.iter().any(|need| need.holds(facts));
        self.absolutes_are_met_by(facts) && meets(own) && (meets(of_queue) && in_ring() || by_another())
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
        self.mentions().into_iter().map(|(skill, _)| skill).collect()
    }

    /// Every mention of a skill in what is mandatory, with its level.
    fn mentions(&self) -> Vec<(SkillId, Proficiency)> {
        let mut found = Vec::new();
        self.mandatory.iter().for_each(|need| self.slack.skills(need, true, &mut found));
        if !self.of_others.is_empty() {
            let own = &self.mandatory[self.of_queue..];
            self.of_others.iter().for_each(|need| Slack::default().skills(need, true, &mut found));
            own.iter().for_each(|need| self.slack.skills(need, true, &mut found));
        }
        found
    }

    /// Every mention of a skill as a preferred term of weight 1.
    pub(crate) fn skill_terms(&self) -> Vec<Preference> {
        let term = |(skill, at_least)| Preference { term: Expression::Skill { skill, at_least }, weight: 1 };
        self.mentions().into_iter().map(term).collect()
    }
}
