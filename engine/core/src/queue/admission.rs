//! At a bound: what a queue does with a contact that may not wait there, or not any longer.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Queue, QueueMessage};
use crate::config::TurnAway;
use crate::contact::ContactOutcome;
use crate::event::EventKind;
use crate::ids::ContactId;
use crate::mailbox::Context;
use crate::time::{Span, Timestamp};

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
        }
    }
}

impl Queue {
    /// Turns a contact away as the queue's settings say.
    pub(super) fn turn_away(
        &self,
        contact: ContactId,
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
        let outcome = match (action, bound) {
            (TurnAway::Overflow, _) => {
                let to = known.admission.overflow_to.expect("checked with the configuration");
                let cause = MoveCause::Bound(bound);
                cx.emit(EventKind::ContactMoved { contact, from: self.id, to, cause });
                return;
            }
            (TurnAway::Block, Bound::Wait) => ContactOutcome::TimedOut,
            (TurnAway::Block, _) => ContactOutcome::Blocked,
            (TurnAway::Shed, _) => ContactOutcome::Shed,
        };
        cx.emit(EventKind::ContactEnded {
            contact,
            queue: self.id,
            outcome,
            agent: None,
            waited: cx.now.since(origin).max(Span::ZERO),
            handled: Span::ZERO,
            wrap_up_until: None,
        });
    }

    /// What a queue is told when a contact comes to a bound.
    pub(crate) fn at_bound(contact: ContactId, origin: Timestamp, bound: Bound) -> QueueMessage {
        QueueMessage::TurnAway { contact, origin, bound }
    }
}
