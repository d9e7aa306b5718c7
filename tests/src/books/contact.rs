//! What the books hold of a contact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sunline_core::hours::Due;
use sunline_core::{AgentId, ChannelId, ContactDetails, OfferId, QueueId, Seq, Span, Timestamp};

use super::need::Need;

/// How far a contact has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    Connecting { agent: AgentId, until: Timestamp },
    Engaged { agent: AgentId, waited: Span },
}

#[derive(Clone, Debug)]
pub(crate) struct ContactBook {
    pub(crate) queue: QueueId,
    pub(crate) channel: ChannelId,
    pub(crate) origin: Timestamp,
    pub(crate) arrival: Seq,
    pub(crate) points: i64,
    pub(crate) details: Option<Arc<ContactDetails>>,
    pub(crate) need: Need,
    pub(crate) phase: Phase,
    pub(crate) offers: BTreeSet<OfferId>,
    /// Agents who are asked now.
    pub(crate) asked: BTreeSet<AgentId>,
    /// Agents who were passed over, until when.
    pub(crate) passed_over: BTreeMap<AgentId, Timestamp>,
    /// The host was told that nobody can serve it.
    pub(crate) unservable: bool,
    /// When it came to its queue.
    pub(crate) entered_at: Timestamp,
    /// How long it was in conversation with agents it did not stay with.
    pub(crate) talked: Span,
    /// Nobody is asked before then.
    pub(crate) not_before: Option<Timestamp>,
    /// How often its customer was dialled, where that is what has to be done.
    pub(crate) dialled: Option<u16>,
    /// When it came to its queue, whoever had it since.
    pub(crate) joined_at: Timestamp,
    /// How many delays of its queue the events said have passed.
    pub(crate) passed: u8,
    /// Nobody is asked before its queue opens.
    pub(crate) deferred: bool,
    /// When its answer is due, where that runs in business time.
    pub(crate) due: Option<Due>,
    /// Business time that was left when its calendar changed last.
    pub(crate) left: Option<Span>,
}

impl ContactBook {
    pub(crate) fn waits(&self) -> bool {
        self.waits_now() && self.offers.is_empty() && !self.deferred
    }

    /// Whether it waits and may be served.
    pub(crate) fn waits_now(&self) -> bool {
        self.phase == Phase::Waiting && self.not_before.is_none()
    }

    pub(crate) fn excludes(&self, agent: AgentId) -> bool {
        self.details.as_ref().is_some_and(|details| details.excluded_agents.contains(&agent))
    }

    pub(crate) fn waited(&self, now: Timestamp) -> Span {
        (now.since(self.origin) - self.talked).max(Span::ZERO)
    }
}
