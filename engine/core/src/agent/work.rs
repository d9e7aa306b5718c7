//! One piece of an agent's work, as a state machine.
//!
//! It holds room from the instant it is reserved until its wrap-up ends.
//!
//! ```text
//! Reserved ─accepted─▶ Connecting ─connected─▶ Engaged ─completed─▶ WrapUp ─ends─▶ (room again)
//!    │         └────── the queue does not confirm ────▲    │
//!    │ declined, expired, …    │ failed               │    └── no wrap-up ─▶ (room again)
//!    └─────────────────────────┴─▶ (room again; the contact keeps its place)
//! ```

use serde::{Deserialize, Serialize};

use crate::event::HoldReason;
use crate::ids::{ContactId, OfferId, QueueId};
use crate::time::{Span, Timestamp};

/// One contact in an agent's hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Which contact.
    pub contact: ContactId,
    /// The queue it came from.
    pub queue: QueueId,
    /// Cost units it takes.
    pub cost: u16,
    /// How far it has come.
    pub stage: Stage,
    /// When this stage began.
    pub since: Timestamp,
    /// When the agent accepted; before that, when it was offered.
    pub accepted_at: Timestamp,
    /// The contact is held until then although its agent is gone or beyond its capacity, and why.
    #[serde(default)]
    pub held: Option<(Timestamp, HoldReason)>,
}

impl Work {
    /// Work that begins now.
    pub(crate) fn new(contact: ContactId, queue: QueueId, cost: u16, stage: Stage, now: Timestamp) -> Self {
        Self { contact, queue, cost, stage, since: now, accepted_at: now, held: None }
    }

    /// Handle time so far: from accept on.
    pub(crate) fn handled(&self, now: Timestamp) -> Span {
        now.since(self.accepted_at)
    }
}

/// How far a piece of work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Offered, not answered.
    Reserved {
        /// By which offer.
        offer: OfferId,
    },
    /// Accepted; media is not up.
    Connecting,
    /// In conversation.
    Engaged,
    /// The conversation is over; the agent finishes.
    WrapUp {
        /// When it ends by itself.
        ends_at: Timestamp,
        /// When the longest allowed one would end.
        limit: Timestamp,
    },
}
