//! One piece of an agent's work, as a state machine.
//!
//! It holds room from the instant it is reserved until its wrap-up ends.
//!
//! ```text
//! Reserved ─accepted─▶ Connecting ─connected─▶ Engaged ─completed─▶ WrapUp ─ends─▶ (room again)
//!    │         └────── the queue does not confirm ────▲    │
//!    │ declined, expired, …    │ failed               │    └── no wrap-up ─▶ (room again)
//!    └─────────────────────────┴─▶ (room again; the contact keeps its place)
//!
//! Engaged ─interrupted─▶ Suspended ─room for it again─▶ Engaged
//! Engaged ─customer silent─▶ Parked ─customer writes─▶ Engaged
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Rooms;
use crate::event::HoldReason;
use crate::ids::{ChannelId, ContactId, OfferId, QueueId};
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
    /// Its channel.
    #[serde(default)]
    pub channel: ChannelId,
    /// How long it was suspended or parked so far, in stages that are over.
    #[serde(default)]
    pub paused: Span,
    /// How it came to the agent.
    #[serde(default)]
    pub kind: WorkKind,
}

/// How a piece of work came to its agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// By routing.
    #[default]
    Routed,
    /// By hand: assigned, pulled, or passed on to this very agent.
    Direct,
    /// The agent calls the customer.
    Outbound,
    /// Not from the engine at all.
    External,
}

impl Work {
    /// Work that begins now.
    pub(crate) fn new(
        contact: ContactId,
        queue: QueueId,
        (channel, cost): (ChannelId, u16),
        stage: Stage,
        now: Timestamp,
    ) -> Self {
        let (paused, kind) = (Span::ZERO, WorkKind::Routed);
        Self { contact, queue, cost, stage, since: now, accepted_at: now, held: None, channel, paused, kind }
    }

    /// Whether a contact of the channel may interrupt it.
    pub(crate) fn yields_to(&self, channel: ChannelId, rooms: &Rooms) -> bool {
        matches!(self.stage, Stage::Engaged | Stage::Suspended) && rooms.interrupts(channel, self.channel)
    }

    /// Handle time so far: from accept on, less what it was suspended or parked.
    pub fn handled(&self, now: Timestamp) -> Span {
        let standing = if self.stage.is_active() { Span::ZERO } else { now.since(self.since) };
        now.since(self.accepted_at) - self.paused - standing
    }
}

impl Stage {
    /// Whether the agent is at it, so that it takes room.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Suspended | Self::Parked)
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
    /// Interrupted by a more urgent contact; the handle clock stands.
    Suspended,
    /// The customer is silent; it takes nothing until it writes again.
    Parked,
}
