//! Who can be served at all: a contact that no registered agent could ever serve is told so, once.
//!
//! A contact is looked at when it has sought and found nobody, and again when an agent can do less than before.

use crate::agent::Agent;
use crate::contact::Contact;
use crate::domain::Domain;
use crate::mailbox::Message;
use crate::queue::QueueMessage;
use crate::skill::{Facts, Requirement, Shortfall};

impl Domain {
    /// What becomes of a contact that sought and found nobody.
    pub(crate) fn stays_unserved(&mut self, place: u32) {
        if self.may_have_to_go(place) {
            return;
        }
        let contact = &self.contacts[place];
        if !contact.unservable && !self.is_servable(contact) {
            self.tell_unservable(place);
        }
    }

    /// After what an agent can do has changed: tells those who wait and have lost the last one who could serve them.
    pub(super) fn tell_the_unservable(&mut self) {
        let mut lost = Vec::new();
        for class in 0..self.board.classes.len() as u32 {
            let waiting = &self.board.classes.waiting;
            // Those of one class that name no agent stand or fall together.
            let mut plain: Option<bool> = None;
            for place in waiting.iter(class) {
                let contact = &self.contacts[place];
                let named = contact.named_agents().next().is_some() || contact.plan.is_some();
                let servable = match plain.filter(|_| !named) {
                    Some(known) => known,
                    None => contact.unservable || self.is_servable(contact),
                };
                if !named && !contact.unservable {
                    plain = Some(servable);
                }
                if !servable {
                    lost.push((contact.arrival, place));
                }
                if plain == Some(true) && !self.board.names_anybody() {
                    break;
                }
            }
        }
        lost.sort_unstable();
        for (_, place) in lost {
            if self.contacts.get(place).is_some_and(|contact| contact.is_listed() && !contact.unservable) {
                self.tell_unservable(place);
            }
        }
    }

    fn tell_unservable(&mut self, place: u32) {
        let contact = &self.contacts[place];
        let excluded = |shortfall| match shortfall {
            Shortfall::Excluded => self.exclusion(contact),
            other => other,
        };
        let shortfall = self.board.nearest_shortfall(contact.class).map(excluded);
        let (id, since) = (contact.id, contact.waits_since());
        let told = QueueMessage::Unservable { contact: id, origin: since, shortfall };
        self.send_and_run(Message::Queue(contact.queue, told));
    }

    /// Whether some registered agent could ever serve the contact: as things are, once more of its plan is open, or once
    /// something dated of the agent begins or ends to count, or its project lock is over.
    fn is_servable(&self, contact: &Contact) -> bool {
        let profiles = contact.never().map(|agent| self.agents[agent.index()].profile);
        if self.board.is_servable(contact.class, profiles) {
            return true;
        }
        let cost = self.config.channels[contact.channel.index()].cost;
        let later = self.prospects(contact);
        let now = core::iter::once(self.board.classes.requirement(contact.class));
        let needs: Vec<&Requirement> = now.chain(&later).collect();
        let meets = |facts: &Facts| needs.iter().any(|need| need.shortfall(facts).is_none());
        let able = |agent: &&Agent| cost <= agent.spec.capacity && !agent.never_serves(contact.channel);
        let mut candidates = self.agents.iter().filter(able).filter(|agent| !contact.is_closed_to(agent.id));
        candidates.any(|agent| {
            let mut later = agent.changes_from(self.now);
            meets(&agent.facts()) || later.any(|at| meets(&agent.facts_at(at)))
        })
    }

    /// What the contact will ask once more of its plan is open, and in the queues that it moves on to.
    fn prospects(&self, contact: &Contact) -> Vec<Requirement> {
        let mut needs = Vec::new();
        if contact.plan.is_none() {
            return needs;
        }
        let mut seen = vec![contact.queue];
        let mut later = contact.clone();
        loop {
            let queue = &self.config.queues[later.queue.index()];
            let stages = usize::from(later.stage())..=queue.plan.steps.len();
            needs.extend(stages.map(|stage| self.requirement_at(&later, stage as u16)));
            let Some(to) = queue.plan.steps.last().and_then(|step| step.moves_to) else { return needs };
            if seen.contains(&to) {
                return needs;
            }
            seen.push(to);
            later.carry(&queue.settings.absolute);
            (later.queue, later.plan) = (to, None);
        }
    }
}
