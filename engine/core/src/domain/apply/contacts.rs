//! Applying what happened to contacts: arrival, change, end, and where they wait.

use crate::contact::{Contact, Exclusion, Phase, PlanState};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::domain::memory::EndedContact;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_contacts(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::ContactArrived { contact, queue, channel, origin, points, digest, details } => {
                let mut new = Contact::new(*contact, *queue, *channel, *origin, event.seq, *points, *digest);
                new.details.clone_from(details);
                (new.entered_at, new.joined_at) = (at, at);
                self.contact_arrived(new, at);
            }
            EventKind::ContactUnservable { contact, .. } => {
                if let Some(place) = self.place(contact) {
                    self.contacts[place].unservable = true;
                }
            }
            EventKind::ContactUpdated { contact, update } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.declassify(place);
                let known = &mut self.contacts[place];
                known.points = update.points.unwrap_or(known.points);
                known.details = update.details.clone().or_else(|| known.details.take());
                known.unservable = false;
                let shunned_by = self.shunning(self.contacts[place].customer());
                let known = &mut self.contacts[place];
                known.shunned_by = shunned_by;
                self.doubtful.extend(known.offers.iter().map(|(offer, _)| *offer));
                self.classify(place);
                self.return_to_waiting(place);
            }
            EventKind::ExclusionEnded { contact, agent } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.end_exclusion(place, *agent);
                self.return_to_waiting(place);
            }
            EventKind::DelayPassed { contact, passed } => self.delay_passed(contact, *passed),
            EventKind::ContactEnded { contact, queue, agent, wrap_up_until, .. } => {
                let passed_by = self.passed_by(contact);
                let Some(ended) = self.contact_ended(contact, at) else { return };
                // Who passed it on may still wrap up after it: until then its id is in use.
                for agent in passed_by {
                    if self.agents[agent.index()].work_on(contact).is_some() {
                        self.memory.hold_contact(*contact, ended);
                    }
                }
                let limit = at + self.config.queues[queue.index()].settings.wrap_up_max;
                if let Some(agent) = agent {
                    self.hold(*agent, contact, None);
                }
                match (agent, wrap_up_until) {
                    (None, _) => {}
                    (Some(agent), None) => {
                        self.release_work(*agent, contact, at);
                    }
                    (Some(agent), Some(until)) => {
                        let limit = limit.max(*until);
                        self.memory.hold_contact(*contact, ended);
                        self.agents[agent.index()].apply_wrap_up(contact, *until, limit, at);
                        self.deadlines.arm(*until, Deadline::WrapUpEnds(*agent, *contact));
                        self.refresh_interruptible(*agent);
                    }
                }
            }
            other => unreachable!("no event of contacts: {other:?}"),
        }
    }

    fn passed_by(&self, contact: &ContactId) -> Vec<AgentId> {
        let journey = self.place(contact).and_then(|place| self.contacts[place].journey.as_ref());
        journey.map(|journey| journey.passed_by.clone()).unwrap_or_default()
    }

    pub(crate) fn contact_arrived(&mut self, mut contact: Contact, at: Timestamp) {
        let (hash, queue) = (contact.id.hash64(), contact.queue);
        contact.shunned_by = self.shunning(contact.customer());
        let place = self.contacts.insert(contact);
        self.places.insert(hash, place);
        self.recent = place;
        let queue = &mut self.queues[queue.index()];
        queue.inside += 1;
        queue.waiting += 1;
        let entered_at = self.contacts[place].entered_at;
        self.enters_queue(place, entered_at);
        self.enter_plan(place, at);
        self.classify(place);
        self.return_to_waiting(place);
    }

    pub(crate) fn contact_ended(&mut self, id: &ContactId, at: Timestamp) -> Option<EndedContact> {
        let place = self.place(id)?;
        self.leave_waiting(place);
        self.disarm_longest_wait(place);
        self.stop_connecting(place);
        self.stop_delay(place);
        self.forget_scores(place);
        while let Some(exclusion) = self.contacts[place].exclusions.first().copied() {
            self.end_exclusion(place, exclusion.agent);
        }
        self.places.remove(id.hash64(), place);
        self.declassify(place);
        self.disarm_step(place);
        self.withdraw_places(place);
        let contact = self.contacts.remove(place).expect("the place was just found");
        let queue = &mut self.queues[contact.queue.index()];
        queue.inside -= 1;
        queue.waiting -= u32::from(contact.phase == Phase::Waiting);
        if let Some(journey) = &contact.journey {
            self.orphans.extend(journey.consult);
            if let Some(place) = journey.about.and_then(|about| self.place(&about)) {
                self.contacts[place].journey_mut().consult = None;
            }
        }
        let ended = EndedContact {
            digest: contact.digest,
            arrival: contact.arrival,
            ended_at: at,
            queue: contact.queue,
            won: contact.won,
        };
        self.memory.remember_contact(contact.id, ended, &self.document.memory);
        Some(ended)
    }

    /// Puts a contact that waits without an offer into its classes, at its old place; it seeks at the next settle.
    pub(crate) fn return_to_waiting(&mut self, place: u32) {
        if self.contacts[place].scoring.is_some() {
            self.forget_scores(place);
        }
        if self.list_waiting(place) {
            self.seeking.push(place);
        }
    }

    /// Puts a contact into its class, if it belongs there; whether it did.
    pub(crate) fn list_waiting(&mut self, place: u32) -> bool {
        let contact = &self.contacts[place];
        if !contact.is_listed() {
            return false;
        }
        for agent in contact.named_agents() {
            self.board.name(agent, true);
        }
        let key = contact.key();
        self.board.classes.waiting.insert(contact.class, place, key);
        for added in &contact.added {
            self.board.classes.waiting.insert(added.class, added.member, key);
        }
        true
    }

    /// Takes a contact out of its classes, if it is in any.
    pub(crate) fn leave_waiting(&mut self, place: u32) {
        if self.board.classes.waiting.list_of(place).is_none() {
            return;
        }
        for agent in self.contacts[place].named_agents() {
            self.board.name(agent, false);
        }
        self.board.classes.waiting.remove(place);
        for added in &self.contacts[place].added {
            self.board.classes.waiting.remove(added.member);
        }
    }

    pub(crate) fn pass_over(&mut self, place: u32, agent: AgentId, until: Timestamp) {
        let contact = &mut self.contacts[place];
        contact.exclusions.push(Exclusion { agent, until });
        self.deadlines.arm(until, Deadline::ExclusionEnds(contact.id, agent));
    }

    pub(crate) fn end_exclusion(&mut self, place: u32, agent: AgentId) {
        let contact = &mut self.contacts[place];
        if let Some(i) = contact.exclusions.iter().position(|e| e.agent == agent) {
            let ended = contact.exclusions.remove(i);
            self.deadlines.disarm(ended.until, Deadline::ExclusionEnds(contact.id, agent));
        }
    }

    pub(crate) fn stop_connecting(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Phase::Connecting { until, .. } = contact.phase {
            self.deadlines.disarm(until, Deadline::ConnectionFails(contact.id));
        }
    }
}
