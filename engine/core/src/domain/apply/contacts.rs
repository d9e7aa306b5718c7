//! Applying what happened to contacts: arrival, change, end, and where they wait.

use crate::contact::{Contact, ContactOutcome, Exclusion, Journey, Phase};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::domain::memory::EndedContact;
use crate::event::{Event, EventKind};
use crate::ids::AgentId;
use crate::skill::{Expression, Preference, Requirement};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_contacts(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::ContactArrived { contact, queue, channel, origin, points, digest, details } => {
                let mut new = Contact::new(*contact, *queue, *channel, *origin, event.seq, *points, *digest);
                new.details.clone_from(details);
                self.queues[queue.index()].taken_in += 1;
                new.dialled = details.as_ref().filter(|details| details.outbound).map(|_| 0);
                (new.entered_at, new.joined_at) = (at, at);
                self.contact_arrived(new);
            }
            EventKind::ContactUnservable { contact, .. } => {
                if let Some(place) = self.place(contact) {
                    self.contacts[place].unservable = true;
                }
            }
            EventKind::ContactUpdated { contact, update } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.unlist_customer(place);
                self.board.classes.quit(self.contacts[place].class);
                let known = &mut self.contacts[place];
                known.points = update.points.unwrap_or(known.points);
                known.details = update.details.clone().or_else(|| known.details.take());
                known.unservable = false;
                let shunned_by = self.shunning(self.contacts[place].customer());
                let known = &mut self.contacts[place];
                known.shunned_by = shunned_by;
                self.doubtful.extend(known.offers.iter().map(|(offer, _)| *offer));
                self.classify(place);
                self.list_customer(place);
                if update.details.is_some()
                    && self.contacts[place].dialled.is_none()
                    && !self.contacts[place].is_question()
                {
                    self.reschedule(place, at);
                }
                if self.contacts[place].dialled.is_some() {
                    self.ask_calling_hours(place);
                }
                self.return_to_waiting(place);
            }
            EventKind::ExclusionEnded { contact, agent } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.end_exclusion(place, *agent);
                self.return_to_waiting(place);
            }
            EventKind::DelayPassed { contact, passed } => self.delay_passed(contact, *passed),
            EventKind::ContactEnded { contact, queue, agent, wrap_up_until, outcome, .. } => {
                let Some(place) = self.place(contact) else { return };
                if self.config.has_affinity && *outcome == ContactOutcome::Served {
                    self.remember_handler(place, *agent, at);
                }
                let (ended, journey) = self.contact_ended(place, at);
                // Who passed it on may still wrap up after it: until then its id is in use.
                for agent in journey.iter().flat_map(|journey| &journey.passed_by) {
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

    #[inline(always)]
    pub(crate) fn contact_arrived(&mut self, mut contact: Contact) {
        let (hash, queue) = (contact.id.hash64(), contact.queue);
        contact.shunned_by = self.shunning(contact.customer());
        let place = self.contacts.insert(contact);
        self.places.insert(hash, place);
        self.recent = place;
        let queue = &mut self.queues[queue.index()];
        queue.inside += 1;
        queue.waiting += 1;
        self.classify(place);
        self.list_customer(place);
        if self.contacts[place].dialled.is_some() {
            self.ask_calling_hours(place);
        }
        let entered_at = self.contacts[place].entered_at;
        self.schedule(place, entered_at);
        self.return_to_waiting(place);
    }

    /// A contact enters its queue, and is held where it may not be served yet.
    #[inline(always)]
    fn schedule(&mut self, place: u32, at: Timestamp) {
        let details = self.contacts[place].details.as_deref();
        let wanted = details.and_then(|details| details.not_before).filter(|wanted| *wanted > at);
        if let Some(until) = wanted.filter(|_| !self.contacts[place].is_question()) {
            self.hold_until(place, Some(until));
        }
        self.enters_queue(place, at);
    }

    /// What a contact says of its earliest instant has changed.
    fn reschedule(&mut self, place: u32, at: Timestamp) {
        let details = self.contacts[place].details.as_deref();
        let wanted = details.and_then(|details| details.not_before).filter(|wanted| *wanted > at);
        let was_held = self.contacts[place].not_before.is_some();
        if wanted.is_some() && !was_held {
            self.disarm_longest_wait(place);
        }
        self.hold_until(place, wanted);
        if was_held && wanted.is_none() {
            self.begins_to_wait(place, at);
            self.resume_plan(place, at);
        }
    }

    /// Who has served a customer is preferred for a while.
    fn remember_handler(&mut self, place: u32, agent: Option<AgentId>, at: Timestamp) {
        let contact = &self.contacts[place];
        if let (Some(agent), Some(customer), false) = (agent, contact.customer(), contact.is_question()) {
            self.memory.remember_handler(customer.clone(), agent, at);
        }
    }

    /// Takes a contact out of everything; what is remembered of it, and its way so far.
    pub(crate) fn contact_ended(
        &mut self,
        place: u32,
        at: Timestamp,
    ) -> (EndedContact, Option<Box<Journey>>) {
        self.leave_waiting(place);
        self.disarm_longest_wait(place);
        if self.contacts[place].not_before.is_some() {
            self.hold_until(place, None);
        }
        self.unlist_customer(place);
        self.stop_connecting(place);
        self.stop_delay(place);
        self.end_keep(place);
        self.disarm_step(place);
        self.forget_scores(place);
        while let Some(exclusion) = self.contacts[place].exclusions.first().copied() {
            self.end_exclusion(place, exclusion.agent);
        }
        self.places.remove(self.contacts[place].id.hash64(), place);
        self.board.classes.quit(self.contacts[place].class);
        let contact = &mut self.contacts[place];
        let queue = &mut self.queues[contact.queue.index()];
        queue.inside -= 1;
        queue.waiting -= u32::from(contact.waits_now());
        let journey = contact.journey.take();
        let ended = EndedContact {
            digest: contact.digest,
            arrival: contact.arrival,
            ended_at: at,
            queue: contact.queue,
            won: contact.won,
        };
        self.memory.remember_contact(contact.id, ended, &self.document.memory);
        self.contacts.remove(place);
        if let Some(journey) = &journey {
            self.orphans.extend(journey.consult);
            if let Some(place) = journey.about.and_then(|about| self.place(&about)) {
                self.contacts[place].journey_mut().consult = None;
            }
        }
        (ended, journey)
    }

    /// Finds a contact's class and joins it.
    #[inline]
    pub(crate) fn classify(&mut self, place: u32) {
        let contact = &self.contacts[place];
        let class = self.plain_class(contact).unwrap_or_else(|| self.class_of(place));
        self.board.classes.join(class);
        self.contacts[place].class = class;
    }

    /// The class of a contact with nothing special about it, where its queue has had one before.
    #[inline(always)]
    fn plain_class(&self, contact: &Contact) -> Option<u32> {
        let moved = contact.journey.is_some() || contact.carried.is_some() || contact.plan.is_some();
        let particular = contact.details.is_some() || contact.points != 0 || contact.passed != 0;
        let usual = contact.channel == self.config.queues[contact.queue.index()].channel;
        if moved || particular || !usual { None } else { self.board.plain_class(contact.queue) }
    }

    fn class_of(&mut self, place: u32) -> u32 {
        let contact = &self.contacts[place];
        let own = self.own_requirement(contact);
        self.board.class(
            &self.config,
            contact.channel,
            contact.queue,
            contact.points,
            contact.passed,
            own.as_ref(),
        )
    }

    /// What a contact needs, where that is other than what its queue asks of those on its own channel from the start.
    pub(crate) fn own_requirement(&self, contact: &Contact) -> Option<Requirement> {
        let known = &self.config.queues[contact.queue.index()];
        let usual = contact.channel == known.channel || !known.asks_channel;
        let stage = contact.stage();
        let moved = contact.journey.is_some() || contact.carried.is_some() || stage > 0;
        if contact.details.is_none() && !moved && usual {
            return None;
        }
        let none = crate::ContactDetails::default();
        let details = contact.details.as_deref().unwrap_or(&none);
        let (need, site) = contact.asked_beside();
        let plain = details.requires.is_empty() && details.prefers.is_empty();
        let unmoved = need.is_none() && site.is_none() && contact.carried.is_none() && stage == 0;
        if plain && unmoved && usual && details.absolute == crate::skill::Absolute::default() {
            return None;
        }
        Some(self.requirement_at(contact, stage))
    }

    /// What a contact needs in its queue once so many steps of the plan are open.
    pub(crate) fn requirement_at(&self, contact: &Contact, stage: u16) -> Requirement {
        let known = &self.config.queues[contact.queue.index()];
        let none = crate::ContactDetails::default();
        let details = contact.details.as_deref().unwrap_or(&none);
        let (need, site) = contact.asked_beside();
        let queue = &known.requirement;
        let read = |text: &str| self.config.expression(text).expect("checked before it was let in");
        let own = details.prefers.iter().map(|p| Preference { term: read(&p.term), weight: p.weight });
        let mut beside = Expression::ALWAYS;
        if let Some(need) = need {
            beside = beside.and(read(need));
        }
        if let Some(site) = site {
            beside = beside.and(Expression::Site(site.clone()));
        }
        let need = Requirement {
            absolute: self.absolute(contact, contact.queue),
            mandatory: known.plan.at(stage, &queue.mandatory, &beside.and(read(&details.requires))),
            preferred: queue.preferred.iter().cloned().chain(own).collect(),
        };
        need.on_channel(contact.channel)
    }

    /// A contact that waits without an offer seeks at the next settle. Most find somebody there, so they are put into their
    /// class only when they do not, or when somebody else is about to choose.
    #[inline(always)]
    pub(crate) fn return_to_waiting(&mut self, place: u32) {
        if self.contacts[place].scoring.is_some() {
            self.forget_scores(place);
        }
        if self.contacts[place].is_listed() {
            self.seeking.push(place);
        }
        if self.config.is_retired(self.contacts[place].queue) {
            self.turned_away.push(place);
        }
    }

    /// Puts a contact into its class at its old place, if it belongs there and is not there yet.
    pub(crate) fn list_waiting(&mut self, place: u32) {
        let Some(contact) = self.contacts.get(place) else { return };
        if !contact.is_listed() || self.board.classes.waiting.list_of(place).is_some() {
            return;
        }
        for agent in contact.named_agents() {
            self.board.name(agent, true);
        }
        self.board.keep(contact.kept_for(), place, true);
        self.board.classes.waiting.insert(contact.class, place, contact.key());
        self.watch_wait(place, true);
    }

    /// Puts those that seek into their classes, for somebody to choose among them.
    pub(crate) fn list_seeking(&mut self) {
        for i in 0..self.seeking.len() {
            self.list_waiting(self.seeking[i]);
        }
    }

    /// Takes a contact out of its class, if it is in one.
    #[inline(always)]
    pub(crate) fn leave_waiting(&mut self, place: u32) {
        if self.board.classes.waiting.list_of(place).is_some() {
            self.leave_its_class(place);
        }
    }

    fn leave_its_class(&mut self, place: u32) {
        for agent in self.contacts[place].named_agents() {
            self.board.name(agent, false);
        }
        self.board.keep(self.contacts[place].kept_for(), place, false);
        self.board.classes.waiting.remove(place);
        self.watch_wait(place, false);
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

    #[inline(always)]
    pub(crate) fn stop_connecting(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Phase::Connecting { until, .. } = contact.phase {
            self.deadlines.disarm(until, Deadline::ConnectionFails(contact.id));
        }
    }
}
