//! What a contact rule sees: the head of one queue at one instant, for an agent of one pool.

use crate::config::QueueConfig;
use crate::ids::QueueId;
use crate::time::{Span, Timestamp};

/// The head of a queue, as an agent of a pool sees it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Its queue.
    pub queue: QueueId,
    /// The queue's settings.
    pub settings: &'a QueueConfig,
    /// The instant of the decision.
    pub now: Timestamp,
    /// When its customer began to wait.
    pub origin: Timestamp,
    /// How much of its target is left, until it is due by its queue's clock; negative when it has passed.
    pub remaining: Span,
    /// How much of its target has passed, in the time in which the target runs.
    pub spent: Span,
    /// Its points now.
    pub points: i64,
    /// Contacts that wait in this queue and have no agent, this one included.
    pub waiting_here: u32,
    /// The same over all queues.
    pub waiting_in_all: u32,
    /// Expected handle time of this queue's contacts in the agent's pool.
    pub handle_time: Span,
    /// Agents of the pool who have something in hand; counted for `sla_risk` only.
    pub busy: u32,
}

impl Head<'_> {
    /// How long its customer has waited.
    pub fn waited(&self) -> Span {
        self.now.since(self.origin).max(Span::ZERO)
    }
}

/// A product of a span and millionths, in nanoseconds, saturating.
pub(super) fn weighted(span: Span, millionths: i64) -> i64 {
    clamp(i128::from(span.as_nanos()) * i128::from(millionths) / 1_000_000)
}

/// The nearest 64-bit integer.
pub(super) fn clamp(value: i128) -> i64 {
    value.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}
