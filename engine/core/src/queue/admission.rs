//! At a bound: what a queue does with a contact that may not wait there, or not any longer.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Queue, QueueMessage};
use crate::config::TurnAway;
use crate::contact::{ContactMessage, ContactOutcome};
use crate::event::EventKind;
use crate::ids::{ContactId, QueueId};
use crate::mailbox::{Context, Message};
use crate::time::Timestamp;

/// Which bound a contact has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// As many wait as may.
    Length,
    /// It has waited as long as it may.
    Wait,
    /// Nobody capable is there.
    Staffing,
}

/// Why a contact changed its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MoveCause {
    /// It came to this bound of the queue it left.
    Bound(Bound),
    /// The queue it left was closed.
    Closed,
    /// The host or a supervisor moved it.
    Host,
    /// A step of its queue's plan moved it.
    Plan,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "length",
            Self::Wait => "wait",
            Self::Staffing => "staffing",
        })
    }
}

impl fmt::Display for MoveCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(bound) => write!(f, "{bound}"),
            Self::Closed => f.write_str("closed"),
            Self::Host => f.write_str("host"),
            Self::Plan => f.write_str("plan"),
        }
    }
}

impl Queue {
    /// Turns a contact away as the queue's settings say; `place` where it has a customer who can be called back.
    pub(super) fn turn_away(
        &self,
        contact: ContactId,
        place: Option<u32>,
        origin: Timestamp,
        bound: Bound,
        cx: &mut Context<'_>,
    ) {
        let known = &cx.config.queues[self.id.index()];
        let settings = &known.settings.admission;
        let action = match bound {
            Bound::Length => settings.when_full,
            Bound::Wait => settings.after_max_wait,
            Bound::Staffing => settings.when_unstaffed,
        };
        let outcome = match (action, bound, place) {
            (TurnAway::Overflow, ..) => {
                let to = known.admission.overflow_to.expect("checked with the configuration");
                self.move_on(contact, origin, to, MoveCause::Bound(bound), cx);
                return;
            }
            (TurnAway::Callback, _, Some(place)) => {
                cx.send(Message::Contact(
                    place,
                    ContactMessage::AcceptCallback { not_before: None, owner: None },
                ));
                return;
            }
            (TurnAway::Block | TurnAway::Callback, Bound::Wait, _) => ContactOutcome::TimedOut,
            (TurnAway::Block | TurnAway::Callback, ..) => ContactOutcome::Blocked,
            (TurnAway::Shed, ..) => ContactOutcome::Shed,
        };
        self.end(contact, origin, outcome, cx);
    }

    /// Moves a contact to another queue, which is told.
    pub(super) fn move_on(
        &self,
        contact: ContactId,
        origin: Timestamp,
        to: QueueId,
        cause: MoveCause,
        cx: &mut Context<'_>,
    ) {
        cx.emit(EventKind::ContactMoved { contact, from: self.id, to, cause });
        cx.send(Message::Queue(to, QueueMessage::Enter { contact, origin }));
    }
}
