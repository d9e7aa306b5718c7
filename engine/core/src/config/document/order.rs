//! In what order contacts are taken: a queue's order picks its head, a pool's contact rule compares the heads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::schema::DurationText;
use crate::config::{Decimal, duration};
use crate::time::Span;

/// Which contact of a queue is its head.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum QueueOrder {
    /// The one with the most points, then the earliest origin.
    #[default]
    Points,
    /// The earliest origin, whatever the points.
    Fifo,
    /// The latest origin: who came last is served first.
    Lifo,
    /// The earliest deadline, which is origin plus the queue's `answer_within`.
    EarliestDeadline {
        /// Where those go whose deadline has passed.
        #[serde(default)]
        past: PastDue,
    },
}

/// Where contacts go whose deadline has passed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PastDue {
    /// They keep the place that their deadline gives them.
    #[default]
    Keep,
    /// Ahead of all others, the longest wait first.
    First,
    /// Behind all others, by deadline: they are late already, the others need not be.
    Last,
}

/// How the heads of queues are compared for an agent of a pool; the larger figure goes first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ContactRule {
    /// Points: the queue's base and slope, and the contact's own.
    #[default]
    Points,
    /// The longest wait since origin.
    LongestWait,
    /// The queue of the first rank; within a rank the longest wait.
    Priority,
    /// The wait and the queue's `credit`.
    Credit,
    /// The wait times the queue's `weight`.
    WeightedWait,
    /// The wait as a share of the queue's `answer_within`.
    SlaRatio,
    /// The earliest deadline: origin plus the queue's `answer_within`.
    EarliestDeadline {
        /// Where those go whose deadline has passed.
        #[serde(default)]
        past: PastDue,
    },
    /// The generalised cμ rule: `weight` × β × wait^(β−1) ÷ the expected handle time in this pool.
    GeneralisedCmu {
        /// The power with which the cost of a wait grows, 1 to 4; 1 is the cμ rule. Default 2: cost grows with the
        /// square of the wait.
        #[serde(default = "two")]
        beta: Decimal,
    },
    /// The queue furthest above its share: waiting there − `ratio` × waiting in all.
    QueueRatio,
    /// The queue in which most contacts wait.
    LongestQueue,
    /// The queue whose contact loses most by waiting for the next agent of this pool: `weight` × (chance to miss its
    /// `answer_within` if it starts then − the same if it starts now).
    SlaRisk,
    /// The latest origin.
    Lifo,
}

/// How the agents of a pool see one queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PoolQueueConfig {
    /// Contacts of a lower tier go first, whatever the figures of the contact rule. 0 to 255, default 0.
    pub tier: u8,
    /// How long a contact has been in the queue before this pool may take it. Default 0: at once.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub delay: Span,
    /// How many agents of the pool are kept for others: a contact may start here only while more than this many have
    /// room for it. 0 to 10,000, default 0.
    pub reserve: u16,
    /// How many contacts of the queue the pool has in hand at most, offers and wrap-ups counted. Default: no cap.
    pub cap: Option<u32>,
    /// Expected handle time of the queue's contacts in this pool. Default: the queue's.
    #[serde(with = "super::optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub handle_time: Option<Span>,
    /// The share of the queue's contacts that should go to this pool, for `quota`. 0 to 1, default 0.
    pub share: Decimal,
}

impl Default for PoolQueueConfig {
    fn default() -> Self {
        Self { tier: 0, delay: Span::ZERO, reserve: 0, cap: None, handle_time: None, share: Decimal::ZERO }
    }
}

impl ContactRule {
    /// The rule in the field's words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::LongestWait => "longest wait",
            Self::Priority => "priority",
            Self::Credit => "credit",
            Self::WeightedWait => "weighted wait",
            Self::SlaRatio => "share of the target",
            Self::EarliestDeadline { .. } => "earliest deadline",
            Self::GeneralisedCmu { .. } => "generalised cμ",
            Self::QueueRatio => "queue ratio",
            Self::LongestQueue => "longest queue",
            Self::SlaRisk => "risk of the target",
            Self::Lifo => "lifo",
        }
    }
}

fn two() -> Decimal {
    Decimal::from_millionths(2_000_000)
}
