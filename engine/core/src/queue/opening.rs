//! A queue's opening hours: what closing means for those who wait, and for those who come.
//!
//! Contacts that an agent has accepted stay in any case. While its calendar is unknown a queue is open.

use super::{MoveCause, Queue};
use crate::config::ClosedAction;
use crate::contact::ContactOutcome;
use crate::event::EventKind;
use crate::hours::{Due, Standing};
use crate::ids::{ContactId, QueueId};
use crate::mailbox::Context;
use crate::time::Timestamp;

impl Queue {
    /// The queue's calendar says something else than before.
    pub(super) fn turn(&self, standing: Standing, opens_at: Option<Timestamp>, cx: &mut Context<'_>) {
        let (queue, opens) = (self.id, is_open(standing));
        match (self.open, opens) {
            (false, true) => cx.emit(EventKind::QueueOpened { queue }),
            (true, false) => cx.emit(EventKind::QueueClosed { queue, opens_at }),
            _ => {}
        }
    }

    /// A contact has just come: by when it should be answered, and what becomes of it where the queue is closed.
    /// False where it does not stay.
    #[inline(always)]
    pub(super) fn enter(&self, contact: ContactId, origin: Timestamp, cx: &mut Context<'_>) -> bool {
        Self::set_due(contact, self.id, origin, cx);
        let Some(opening) = cx.config.queues[self.id.index()].opening.filter(|_| !self.open) else {
            return true;
        };
        match opening.when_closed {
            ClosedAction::Serve => {}
            ClosedAction::Defer => {
                let opens_at = cx.calendars.hours(opening.calendar).next_open(cx.now);
                cx.emit(EventKind::ContactDeferred { contact, queue: self.id, opens_at });
            }
            ClosedAction::End => {
                self.end(contact, origin, ContactOutcome::Closed, cx);
                return false;
            }
            ClosedAction::Overflow => {
                let to = opening.overflow_to.expect("checked with the configuration");
                self.move_on(contact, origin, to, MoveCause::Closed, cx);
                return false;
            }
        }
        true
    }

    /// Says by when the contact should be answered, where that runs in business time.
    #[inline(always)]
    pub(super) fn set_due(contact: ContactId, queue: QueueId, origin: Timestamp, cx: &mut Context<'_>) {
        let queue = &cx.config.queues[queue.index()];
        if let Some(clock) = queue.answer_clock {
            let due = Due::after(cx.calendars.hours(clock), origin, queue.settings.answer_within);
            cx.emit(EventKind::ContactDue { contact, due });
        }
    }
}

/// Whether a queue whose calendar says this is open.
pub(crate) const fn is_open(standing: Standing) -> bool {
    !matches!(standing, Standing::Closed)
}
