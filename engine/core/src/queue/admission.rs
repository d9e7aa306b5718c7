//! At a bound: what a queue does with a contact that may not wait there, or not any longer.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Queue, QueueMessage};
use crate::contact::{ContactMessage, ContactOutcome};
use crate::event::EventKind;
use crate::ids::{ContactId, QueueId};
use crate::mailbox::{Context, Message};
use crate::time::Timestamp;

/// Which bound a contact has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// As many wait as may.
    Length,
    /// It has waited as long as it may.
    Wait,
    /// Nobody capable is there.
    Staffing,
    /// A surge deflects its topic.
    Deflected,
    /// A surge sheds its class.
    Surge,
}

/// Why a contact changed its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MoveCause {
    /// It came to this bound of the queue it left.
    Bound(Bound),
    /// An overflow rule of the queue it left was entered.
    Overflow,
    /// The queue it left was closed.
    Closed,
    /// The host or a supervisor moved it.
    Host,
    /// A step of its queue's plan moved it.
    Plan,
    /// Its queue was given up.
    Retired,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "length",
            Self::Wait => "wait",
            Self::Staffing => "staffing",
            Self::Deflected => "deflected",
            Self::Surge => "surge",
        })
    }
}

impl fmt::Display for MoveCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(bound) => write!(f, "{bound}"),
            Self::Overflow => f.write_str("overflow"),
            Self::Closed => f.write_str("closed"),
            Self::Host => f.write_str("host"),
            Self::Plan => f.write_str("plan"),
            Self::Retired => f.write_str("retired"),
        }
    }
}

/// What becomes of a contact that is turned away.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Away {
    /// It ends like this.
    Ends(ContactOutcome),
    /// It moves there.
    Moves(QueueId, MoveCause),
    /// Its customer is called back, not before then.
    CalledBack(Option<Timestamp>),
}

impl Queue {
    pub(super) fn turn_away(
        &self,
        contact: ContactId,
        place: u32,
        origin: Timestamp,
        away: Away,
        cx: &mut Context<'_>,
    ) {
        match away {
            Away::Moves(to, cause) => self.move_on(contact, origin, to, cause, cx),
            Away::CalledBack(not_before) => {
                cx.send(Message::Contact(place, ContactMessage::AcceptCallback { not_before, owner: None }));
            }
            Away::Ends(outcome) => self.end(contact, origin, outcome, cx),
        }
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
        let to = cx.config.entrance(to, &contact);
        cx.emit(EventKind::ContactMoved { contact, from: self.id, to, cause });
        cx.send(Message::Queue(to, QueueMessage::Enter { contact, origin }));
    }
}
