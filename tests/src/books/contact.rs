//! What the books hold of a contact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sunline_core::hours::Due;
use sunline_core::{AgentId, ChannelId, ContactDetails, OfferId, QueueId, Seq, Span, Timestamp};

use super::need::Need;
use super::plan::PlanBook;

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
    /// Where it waits, its home first, and what it needs there.
    pub(crate) needs: Vec<(QueueId, Need)>,
    pub(crate) plan: PlanBook,
    /// Agents that never serve its customer.
    pub(crate) shunned_by: BTreeSet<AgentId>,
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
    /// Scores are wanted of these agents until then.
    pub(crate) being_scored: Option<(Timestamp, Vec<AgentId>)>,
    /// Scores that came for the choice that follows.
    pub(crate) scores: Vec<(AgentId, i64)>,
}

impl ContactBook {
    pub(crate) fn waits(&self) -> bool {
        let asked = !self.offers.is_empty() || self.being_scored.is_some();
        self.phase == Phase::Waiting && !asked && !self.deferred
    }

    /// Whatever was asked or answered counts no more.
    pub(crate) fn forget_scores(&mut self) {
        self.being_scored = None;
        self.scores.clear();
    }

    pub(crate) fn excludes(&self, agent: AgentId) -> bool {
        let excluded = self.details.as_ref().is_some_and(|details| details.excluded_agents.contains(&agent));
        excluded || self.shunned_by.contains(&agent)
    }

    /// A queue where it waits, and what it needs there.
    pub(crate) fn place_in(&self, queue: QueueId) -> Option<&(QueueId, Need)> {
        self.needs.iter().find(|(place, _)| *place == queue)
    }

    pub(crate) fn waited(&self, now: Timestamp) -> Span {
        (now.since(self.origin) - self.talked).max(Span::ZERO)
    }
}
