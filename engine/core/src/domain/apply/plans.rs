//! Applying what opens while a contact waits: the steps of its queue's plan.

use crate::contact::{Phase, PlanState};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::ids::ContactId;
use crate::time::Timestamp;

impl Domain {
    pub(super) fn step_opened(&mut self, id: &ContactId, step: u16, at: Timestamp) {
        let Some(place) = self.place(id) else { return };
        let contact = &self.contacts[place];
        let narrows = self.config.queues[contact.queue.index()].plan.steps[usize::from(step) - 1].narrows;
        self.leave_waiting(place);
        self.board.classes.quit(self.contacts[place].class);
        self.disarm_step(place);
        if let Some(plan) = &mut self.contacts[place].plan {
            plan.stage = step;
        }
        self.arm_step(place, at);
        self.classify(place);
        if narrows {
            self.doubtful.extend(self.contacts[place].offers.iter().map(|(offer, _)| *offer));
            self.departed |= self.config.tests_stay;
        }
        self.return_to_waiting(place);
    }

    /// The contact enters the plan of its queue, unless it may not be served yet.
    #[inline(always)]
    pub(super) fn enter_plan(&mut self, place: u32, at: Timestamp) {
        let contact = &mut self.contacts[place];
        if self.config.queues[contact.queue.index()].plan.steps.is_empty() || contact.not_before.is_some() {
            return;
        }
        contact.plan = Some(Box::new(PlanState { entered: at, stage: 0, opens_at: None }));
        self.arm_step(place, at);
    }

    /// The contact leaves the plan of a queue that is not its own any more.
    #[inline]
    pub(super) fn leave_plan(&mut self, place: u32) {
        if self.contacts[place].plan.is_some() {
            self.disarm_step(place);
            self.contacts[place].plan = None;
        }
    }

    /// The contact waits again: a step that should have opened meanwhile opens at once.
    pub(super) fn resume_plan(&mut self, place: u32, at: Timestamp) {
        match self.contacts[place].plan {
            Some(_) => self.arm_step(place, at),
            None => self.enter_plan(place, at),
        }
    }

    fn arm_step(&mut self, place: u32, now: Timestamp) {
        let contact = &mut self.contacts[place];
        let steps = &self.config.queues[contact.queue.index()].plan.steps;
        let (Some(plan), Phase::Waiting) = (&mut contact.plan, contact.phase) else { return };
        if plan.opens_at.is_some() {
            return;
        }
        plan.opens_at = steps.get(usize::from(plan.stage)).map(|step| (plan.entered + step.after).max(now));
        if let Some(at) = plan.opens_at {
            self.is_due |= at <= now;
            self.deadlines.arm(at, Deadline::StepOpens(contact.id));
        }
    }

    /// Takes the deadline of the next step away.
    #[inline(always)]
    pub(super) fn disarm_step(&mut self, place: u32) {
        if self.contacts[place].plan.is_some() {
            self.disarm_its_step(place);
        }
    }

    fn disarm_its_step(&mut self, place: u32) {
        let contact = &mut self.contacts[place];
        if let Some(at) = contact.plan.as_mut().and_then(|plan| plan.opens_at.take()) {
            self.deadlines.disarm(at, Deadline::StepOpens(contact.id));
        }
    }
}
