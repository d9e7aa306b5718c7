//! Where a contact waits and what it needs there, as its plan says: read from the document, step by step.

use std::collections::BTreeSet;

use sunline_core::config::{StepConfig, Target};
use sunline_core::skill::{Absolute, Expression, Preference};
use sunline_core::{ContactDetails, QueueId, Timestamp};

use super::need::{Need, Ringed, Slack};
use super::{Books, ContactBook, Phase, ensure};

/// How far a contact's plan has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlanBook {
    pub(crate) entered: Timestamp,
    pub(crate) stage: usize,
    pub(crate) added: Vec<QueueId>,
    /// What its homes before this one asked absolutely, the latest first.
    pub(crate) carried: Vec<Absolute>,
    /// When it came back from a connection that failed.
    pub(crate) returned: Timestamp,
}

impl Books {
    /// The places of a contact, its home first, each with what it needs there.
    pub(crate) fn needs(&self, contact: &ContactBook) -> Vec<(QueueId, Need)> {
        let PlanBook { stage, added, .. } = &contact.plan;
        let home = (contact.queue, self.need(contact, contact.queue, contact.queue, *stage));
        let others = added.iter().map(|queue| (*queue, self.need(contact, *queue, contact.queue, *stage)));
        core::iter::once(home).chain(others).collect()
    }

    /// What the contact needs in a queue when its home has so many steps open.
    fn need(&self, contact: &ContactBook, queue: QueueId, home: QueueId, stage: usize) -> Need {
        let plain = ContactDetails::default();
        let details = contact.details.as_deref().unwrap_or(&plain);
        let (there, open) = (self.queue(queue), &self.queue(home).plan[..stage]);
        let slack = self.slack(open);
        let theirs = if queue == home { slack.clone() } else { Slack::default() };
        let mut absolute = vec![there.absolute.clone()];
        if queue != home {
            absolute.push(self.queue(home).absolute.clone());
        }
        if home != contact.queue {
            absolute.push(self.queue(contact.queue).absolute.clone());
        }
        absolute.extend(contact.plan.carried.iter().cloned());
        absolute.push(details.absolute.clone());
        let preferred = there.prefers.iter().chain(&details.prefers);
        let need = Need {
            absolute,
            mandatory: vec![(self.read(&there.requires), theirs), (self.read(&details.requires), slack)],
            ring: self.ring(queue, if queue == home { open } else { &[] }),
            preferred: preferred.map(|p| Preference { term: self.read(&p.term), weight: p.weight }).collect(),
        };
        need.on_channel(contact.channel)
    }

    fn read(&self, text: &str) -> Expression {
        Expression::parse(text, self.compiled()).expect("a requirement that was let in is readable")
    }

    fn slack(&self, open: &[StepConfig]) -> Slack {
        let mut slack = Slack::default();
        for step in open {
            slack.all |= step.drop_all;
            slack.drop.extend(step.drop.iter().map(|term| self.read(term)));
            for (name, level) in &step.lower {
                let skill = self.compiled().skill_id(name).expect("checked when it was read");
                let known = slack.lower.entry(skill).or_insert(*level);
                *known = (*known).min(*level);
            }
        }
        slack
    }

    fn ring(&self, queue: QueueId, open: &[StepConfig]) -> Option<Vec<Ringed>> {
        let read = |targets: &[Target]| -> Vec<Ringed> {
            targets.iter().filter_map(|target| Ringed::read(target, self.compiled())).collect()
        };
        let targets = &self.queue(queue).targets;
        let mut ring = if targets.is_empty() { vec![Ringed::Everyone] } else { read(targets) };
        for step in open {
            let moved = read(&step.move_to);
            if !moved.is_empty() {
                ring = moved;
            }
            ring.extend(read(&step.add));
        }
        (!ring.contains(&Ringed::Everyone)).then_some(ring)
    }

    /// What the contact needs now and once more of its plan is open, in every place that it may come to.
    pub(crate) fn prospects(&self, contact: &ContactBook) -> Vec<Need> {
        let mut needs: Vec<Need> = self.needs(contact).into_iter().map(|(_, need)| need).collect();
        let mut homes = vec![(contact.queue, contact.plan.stage)];
        let mut seen = BTreeSet::new();
        while let Some((home, from)) = homes.pop() {
            if !seen.insert((home, from)) {
                continue;
            }
            let plan = &self.queue(home).plan;
            for stage in from..=plan.len() {
                needs.push(self.need(contact, home, home, stage));
                for step in &plan[..stage] {
                    let added = step.add.iter().filter_map(|target| self.queue_of(target));
                    needs.extend(added.map(|queue| self.need(contact, queue, home, stage)));
                }
            }
            homes.extend(plan.iter().filter_map(|step| self.moves_to(step)).map(|queue| (queue, 0)));
        }
        needs
    }

    fn queue_of(&self, target: &Target) -> Option<QueueId> {
        match target {
            Target::Queue(name) => self.compiled().queue_id(name),
            _ => None,
        }
    }

    /// The queue that a step makes the contact's home.
    pub(crate) fn moves_to(&self, step: &StepConfig) -> Option<QueueId> {
        step.move_to.iter().find_map(|target| self.queue_of(target))
    }

    /// When the next step of a contact that waits opens.
    pub(crate) fn next_step(&self, contact: &ContactBook) -> Option<Timestamp> {
        let step = self.queue(contact.queue).plan.get(contact.plan.stage)?;
        Some((contact.plan.entered + step.after).max(contact.plan.returned))
    }

    /// A step opened; the queue it moves to, if it does.
    pub(crate) fn open_step(
        &self,
        contact: &mut ContactBook,
        number: usize,
        at: Timestamp,
    ) -> Result<Option<QueueId>, String> {
        ensure(contact.phase == Phase::Waiting, || "a step opened for a contact with an agent".to_owned())?;
        ensure(contact.plan.stage == number, || format!("step {} comes next", contact.plan.stage))?;
        let due = self.next_step(contact);
        ensure(due == Some(at), || format!("the step should open at {due:?}, not at {at}"))?;
        let step = &self.queue(contact.queue).plan[number];
        if !step.move_to.is_empty() {
            contact.plan.added.clear();
        }
        for queue in step.add.iter().filter_map(|target| self.queue_of(target)) {
            if queue != contact.queue && !contact.plan.added.contains(&queue) {
                contact.plan.added.push(queue);
            }
        }
        contact.plan.stage = number + 1;
        contact.needs = self.needs(contact);
        Ok(self.moves_to(step))
    }

    /// A contact's home is another queue now.
    pub(crate) fn rehome(&self, contact: &mut ContactBook, to: QueueId, at: Timestamp) {
        let mut carried = core::mem::take(&mut contact.plan.carried);
        carried.insert(0, self.queue(contact.queue).absolute.clone());
        let returned = contact.plan.returned;
        contact.plan = PlanBook { entered: at, stage: 0, added: Vec::new(), carried, returned };
        contact.queue = to;
        contact.needs = self.needs(contact);
    }
}
