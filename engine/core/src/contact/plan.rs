//! How far the plan of a contact's queue has come for it.

use serde::{Deserialize, Serialize};

use super::{Contact, ContactMessage, Phase};
use crate::config::Step;
use crate::event::EventKind;
use crate::mailbox::{Context, Message};
use crate::time::Timestamp;

/// How far a contact's plan has come. Its clock runs on through offers, declines and expiries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlanState {
    /// When the contact entered the plan of its queue.
    pub(crate) entered: Timestamp,
    /// How many steps are open.
    pub(crate) stage: u16,
    /// When the next one opens, while the contact waits.
    pub(crate) opens_at: Option<Timestamp>,
}

impl Contact {
    /// How many steps of its queue's plan are open for it.
    pub(crate) fn stage(&self) -> u16 {
        self.plan.as_ref().map_or(0, |plan| plan.stage)
    }

    /// Its queue has another plan: it goes through that from the beginning, with its own clock, so what is due opens at once.
    pub(crate) fn begins_plan_anew(&mut self, steps: &[Step], now: Timestamp) {
        let waits = self.phase == Phase::Waiting;
        let entered = self.plan.as_ref().map(|plan| plan.entered);
        let entered = entered.or((waits && self.not_before.is_none()).then_some(self.entered_at));
        let begun = |entered: Timestamp| {
            let first = steps.first()?;
            let opens_at = waits.then_some((entered + first.after).max(now));
            Some(Box::new(PlanState { entered, stage: 0, opens_at }))
        };
        self.plan = entered.and_then(begun);
    }

    /// The next step of the plan opens. With an agent who has accepted, the contact does not look for others.
    pub(super) fn step_opens(&self, place: u32, cx: &mut Context<'_>) {
        let queue = &cx.config.queues[self.queue.index()];
        let stage = self.stage();
        let Some(step) = queue.plan.steps.get(usize::from(stage)) else { return };
        if self.phase != Phase::Waiting {
            return;
        }
        let opening = queue.opening.filter(|_| step.calls_back);
        cx.emit(EventKind::StepOpened { contact: self.id, queue: self.queue, step: stage + 1 });
        if let Some(opening) = opening.filter(|_| self.dialled.is_none() && !self.is_question()) {
            let opens_at = cx.calendars.hours(opening.calendar).next_open(cx.now);
            let not_before = opens_at.filter(|at| *at > cx.now);
            cx.send(Message::Contact(place, ContactMessage::AcceptCallback { not_before, owner: None }));
        }
    }
}
