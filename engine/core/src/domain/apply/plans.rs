//! Applying what opens while a contact waits: steps, added queues, moves. And what it asks of agents in each place.

use crate::command::ContactDetails;
use crate::contact::{AddedPlace, Contact, Phase, PlanState};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::ids::QueueId;
use crate::queue::MoveCause;
use crate::skill::{Absolute, Expression, Preference, Requirement};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_plans(&mut self, event: &Event) {
        match &event.kind {
            EventKind::StepOpened { contact, queue, step } => {
                let Some(place) = self.place(contact) else { return };
                let steps = &self.config.queues[queue.index()].plan.steps;
                let step = usize::from(*step);
                let (adds, withdraws) = (steps[step].adds.clone(), steps[step].withdraws);
                self.leave_waiting(place);
                self.declassify(place);
                self.disarm_step(place);
                if withdraws {
                    self.withdraw_places(place);
                    self.doubt_offers(place);
                    self.departed |= self.config.tests_stay;
                }
                for queue in adds {
                    self.add_place(place, queue);
                }
                self.contacts[place].plan.stage = step as u16 + 1;
                self.arm_step(place, event.at);
                self.classify(place);
                self.return_to_waiting(place);
            }
            EventKind::ContactMoved { contact, to, cause, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.declassify(place);
                self.disarm_longest_wait(place);
                self.stop_delay(place);
                let known = &mut self.contacts[place];
                (known.passed, known.deferred, known.due) = (0, false, None);
                self.rehome(place, *to, event.at);
                self.enters_queue(place, event.at);
                self.contacts[place].unservable = false;
                if *cause != MoveCause::Served {
                    self.doubt_offers(place);
                    self.departed |= self.config.tests_stay;
                }
                self.classify(place);
                self.return_to_waiting(place);
            }
            other => unreachable!("no event of plans: {other:?}"),
        }
    }

    /// The contact waits in this queue too. Its classes are found afterwards.
    pub(crate) fn add_place(&mut self, place: u32, queue: QueueId) {
        let contact = &self.contacts[place];
        if contact.seats().any(|seat| seat.queue == queue) {
            return;
        }
        let member = self.contacts.reserve();
        self.added.insert(member, place);
        self.contacts[place].added.push(AddedPlace { queue, member, class: 0 });
    }

    /// The contact waits at home only.
    pub(crate) fn withdraw_places(&mut self, place: u32) {
        for added in core::mem::take(&mut self.contacts[place].added) {
            self.added.remove(&added.member);
            self.contacts.release(added.member);
        }
    }

    /// Gives numbers to the added places of a contact that was put back.
    pub(crate) fn reserve_places(&mut self, place: u32) {
        for i in 0..self.contacts[place].added.len() {
            let member = self.contacts.reserve();
            self.added.insert(member, place);
            self.contacts[place].added[i].member = member;
        }
    }

    /// The contact's home becomes another queue, whose plan it enters. What was absolute stays so.
    fn rehome(&mut self, place: u32, to: QueueId, at: Timestamp) {
        self.withdraw_places(place);
        self.disarm_step(place);
        let contact = &mut self.contacts[place];
        let from = contact.queue;
        let absolute = &self.config.queues[from.index()].settings.absolute;
        if *absolute != Absolute::default() {
            let carried = contact.carried.as_deref().map_or_else(|| absolute.clone(), |c| absolute.and(c));
            contact.carried = Some(Box::new(carried));
        }
        contact.queue = to;
        let waits = u32::from(contact.phase == Phase::Waiting);
        for (queue, enters) in [(from, false), (to, true)] {
            let queue = &mut self.queues[queue.index()];
            let step = |count: u32, by: u32| if enters { count + by } else { count - by };
            (queue.inside, queue.waiting) = (step(queue.inside, 1), step(queue.waiting, waits));
        }
        self.enter_plan(place, at);
    }

    /// The contact enters the plan of its home queue.
    pub(crate) fn enter_plan(&mut self, place: u32, at: Timestamp) {
        self.contacts[place].plan = PlanState { entered: at, stage: 0, opens_at: None };
        self.arm_step(place, at);
    }

    /// Arms the next step of a contact that waits; one that should have opened meanwhile opens at once.
    pub(crate) fn arm_step(&mut self, place: u32, now: Timestamp) {
        let contact = &mut self.contacts[place];
        let next = self.config.queues[contact.queue.index()].plan.steps.get(usize::from(contact.plan.stage));
        contact.plan.opens_at = next.map(|step| (contact.plan.entered + step.after).max(now));
        if let (Some(at), Phase::Waiting) = (contact.plan.opens_at, contact.phase) {
            self.deadlines.arm(at, Deadline::StepOpens(contact.id));
        }
    }

    /// Takes the deadline of the next step away.
    pub(crate) fn disarm_step(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Some(at) = contact.plan.opens_at {
            self.deadlines.disarm(at, Deadline::StepOpens(contact.id));
        }
    }

    pub(crate) fn doubt_offers(&mut self, place: u32) {
        self.doubtful.extend(self.contacts[place].offers.iter().map(|(offer, _)| *offer));
    }

    // ── classes ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Finds the class of each of a contact's places and joins it.
    pub(crate) fn classify(&mut self, place: u32) {
        let contact = &self.contacts[place];
        let need = self.need_at_home(contact);
        let (channel, points) = (contact.channel, contact.points);
        let passed = contact.passed;
        let class = self.board.class(&self.config, channel, contact.queue, points, passed, need.as_ref());
        self.board.classes.join(class);
        self.contacts[place].class = class;
        for i in 0..self.contacts[place].added.len() {
            let contact = &self.contacts[place];
            let queue = contact.added[i].queue;
            let need = self.need_in(contact, queue, contact.queue, contact.plan.stage);
            // Delays count from entry into a home: in an added queue every pool sees the contact at once.
            let passed = self.config.queues[queue.index()].delays.len() as u8;
            let class = self.board.class(&self.config, channel, queue, points, passed, Some(&need));
            self.board.classes.join(class);
            self.contacts[place].added[i].class = class;
        }
    }

    /// Leaves the classes of all of a contact's places.
    pub(crate) fn declassify(&mut self, place: u32) {
        for seat in self.contacts[place].seats() {
            self.board.classes.quit(seat.class);
        }
    }

    /// What a contact asks at home, where that is more or less than its queue asks from the start.
    fn need_at_home(&self, contact: &Contact) -> Option<Requirement> {
        let queue = &self.config.queues[contact.queue.index()];
        let details = contact.details.as_deref();
        let plain = details.is_none_or(says_nothing) && contact.carried.is_none() && contact.plan.stage == 0;
        if plain && (contact.channel == queue.channel || !queue.asks_channel) {
            return None;
        }
        Some(self.need_at(contact, contact.queue, contact.plan.stage))
    }

    /// What a contact would ask in a queue that is its home, with so many steps open.
    pub(crate) fn need_at(&self, contact: &Contact, home: QueueId, stage: u16) -> Requirement {
        let queue = &self.config.queues[home.index()];
        let (own, preferred) = self.own_terms(contact);
        let mandatory = queue.requirement.mandatory.clone().and(own);
        let (mandatory, ring) = match self.step(home, stage) {
            Some(step) => (step.relaxed.apply(&mandatory), &step.ring),
            None => (mandatory, &queue.plan.ring),
        };
        self.need(contact, home, home, mandatory.and(ring.clone()), preferred)
    }

    /// What a contact asks in a queue that was added to its home: that queue's needs, and its own as far as they are not
    /// relaxed.
    pub(crate) fn need_in(
        &self,
        contact: &Contact,
        added: QueueId,
        home: QueueId,
        stage: u16,
    ) -> Requirement {
        let queue = &self.config.queues[added.index()];
        let (own, preferred) = self.own_terms(contact);
        let own = self.step(home, stage).map_or_else(|| own.clone(), |step| step.relaxed.apply(&own));
        let mandatory = queue.requirement.mandatory.clone().and(own).and(queue.plan.ring.clone());
        self.need(contact, added, home, mandatory, preferred)
    }

    fn step(&self, home: QueueId, stage: u16) -> Option<&crate::config::Step> {
        self.config.queues[home.index()].plan.steps.get(usize::from(stage.checked_sub(1)?))
    }

    fn need(
        &self,
        contact: &Contact,
        queue: QueueId,
        home: QueueId,
        mandatory: Expression,
        own: Vec<Preference>,
    ) -> Requirement {
        let preferred = self.config.queues[queue.index()].requirement.preferred.iter().cloned().chain(own);
        let absolute = self.absolute(contact, queue, home);
        Requirement { absolute, mandatory, preferred: preferred.collect() }.on_channel(contact.channel)
    }

    /// What nothing relaxes when the contact is served in this queue, come from this home: both queues' needs, its present
    /// home's, what it carries from homes before, and its own.
    pub(crate) fn absolute(&self, contact: &Contact, queue: QueueId, home: QueueId) -> Absolute {
        let mut absolute = self.config.queues[queue.index()].settings.absolute.clone();
        for (other, differs) in [(home, queue != home), (contact.queue, home != contact.queue)] {
            if differs {
                absolute = absolute.and(&self.config.queues[other.index()].settings.absolute);
            }
        }
        let own = contact.details.as_deref().map(|details| &details.absolute);
        contact.carried.as_deref().into_iter().chain(own).fold(absolute, |all, one| all.and(one))
    }

    /// A contact's own mandatory terms and preferences.
    fn own_terms(&self, contact: &Contact) -> (Expression, Vec<Preference>) {
        let read = |text: &str| self.config.expression(text).expect("checked before it was let in");
        contact.details.as_deref().map_or((Expression::ALWAYS, Vec::new()), |details| {
            let own = details.prefers.iter().map(|p| Preference { term: read(&p.term), weight: p.weight });
            (read(&details.requires), own.collect())
        })
    }
}

/// Whether the details ask nothing of an agent's facts.
fn says_nothing(details: &ContactDetails) -> bool {
    details.requires.is_empty() && details.prefers.is_empty() && details.absolute == Absolute::default()
}
