//! Where a contact waits: at home, in the queues that were added, and how far its plan has come.

use serde::{Deserialize, Serialize};

use super::actor::{Contact, Phase};
use crate::event::EventKind;
use crate::ids::QueueId;
use crate::mailbox::Context;
use crate::queue::MoveCause;
use crate::time::Timestamp;

/// How far a contact's plan has come. The clock runs on through offers, declines and expiries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlanState {
    /// When the contact entered the plan of its home queue.
    pub(crate) entered: Timestamp,
    /// How many steps are open.
    pub(crate) stage: u16,
    /// When the next one opens.
    pub(crate) opens_at: Option<Timestamp>,
}

/// A queue beside the home queue in which a contact waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AddedPlace {
    pub(crate) queue: QueueId,
    /// The board's number for this place, and its class; found again when the board is made.
    #[serde(skip)]
    pub(crate) member: u32,
    #[serde(skip)]
    pub(crate) class: u32,
}

/// One of the places where a contact waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) queue: QueueId,
    pub(crate) class: u32,
}

impl Contact {
    /// Its home, then the queues that were added, in the order in which they were.
    pub(crate) fn seats(&self) -> impl Iterator<Item = Seat> {
        let home = Seat { queue: self.queue, class: self.class };
        let added = self.added.iter().map(|place| Seat { queue: place.queue, class: place.class });
        core::iter::once(home).chain(added)
    }

    /// The next step of the plan opens. With an agent who has accepted, the contact does not look for others.
    pub(super) fn step_opens(&self, cx: &mut Context<'_>) {
        let steps = &cx.config.queues[self.queue.index()].plan.steps;
        let Some(step) = steps.get(usize::from(self.plan.stage)) else { return };
        if self.phase != Phase::Waiting {
            return;
        }
        let moves_to = step.moves_to;
        cx.emit(EventKind::StepOpened { contact: self.id, queue: self.queue, step: self.plan.stage });
        if let Some(to) = moves_to {
            cx.emit(EventKind::ContactMoved {
                contact: self.id,
                from: self.queue,
                to,
                cause: MoveCause::Plan,
            });
        }
    }

    /// A queue that was added serves it: at this instant it is out of its home and into that one.
    pub(super) fn served_in(&self, queue: QueueId, cx: &mut Context<'_>) {
        if queue != self.queue {
            let cause = MoveCause::Served;
            cx.emit(EventKind::ContactMoved { contact: self.id, from: self.queue, to: queue, cause });
        }
    }
}
