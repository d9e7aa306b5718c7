//! What the books hold of a contact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::hours::Due;
use sunline_core::skill::{Absolute, Facts};
use sunline_core::{AgentId, ChannelId, ContactDetails, ContactId, OfferId, QueueId, Seq, Span, Timestamp};

use super::need::Need;

/// How far a contact has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    Connecting { agent: AgentId, until: Timestamp },
    Engaged { agent: AgentId, waited: Span },
    Suspended { agent: AgentId, waited: Span },
    Parked { agent: AgentId, waited: Span },
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
    /// The only agent who may be asked, until when; and whose callback it is.
    pub(crate) kept: Option<(AgentId, Timestamp)>,
    pub(crate) owner: Option<AgentId>,
    /// It was kept for an agent it prefers, once.
    pub(crate) was_kept: bool,
    /// When it entered the plan of its queue, how many steps are open, and when it came back to wait for the next.
    pub(crate) planned: Option<Timestamp>,
    pub(crate) stage: usize,
    pub(crate) back_at: Timestamp,
    /// It has to be dialled, and its customer's zone has no calling hours now.
    pub(crate) uncallable: bool,
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
    /// How often, by whom and out of which queues it was passed on.
    pub(crate) transfers: u16,
    pub(crate) escalated: bool,
    pub(crate) passed_by: BTreeSet<AgentId>,
    pub(crate) came_from: BTreeSet<QueueId>,
    /// What the one who passed it on wants of the next.
    pub(crate) need_beside: Option<SmolStr>,
    pub(crate) site: Option<SmolStr>,
    /// The open question about it, and what it is itself a question about.
    pub(crate) consult: Option<ContactId>,
    pub(crate) about: Option<ContactId>,
    /// What the queues it left asked absolutely, the latest first.
    pub(crate) carried: Vec<Absolute>,
    /// Agents that never serve its customer.
    pub(crate) shunned_by: BTreeSet<AgentId>,
    /// It was announced that it will probably not be answered in time.
    pub(crate) warned: bool,
}

impl ContactBook {
    /// A contact that begins to wait now.
    pub(crate) fn new(queue: QueueId, channel: ChannelId, at: Timestamp, arrival: Seq, points: i64) -> Self {
        Self {
            queue,
            channel,
            origin: at,
            arrival,
            points,
            details: None,
            need: Need::default(),
            phase: Phase::Waiting,
            offers: BTreeSet::new(),
            asked: BTreeSet::new(),
            passed_over: BTreeMap::new(),
            unservable: false,
            entered_at: at,
            talked: Span::ZERO,
            not_before: None,
            dialled: None,
            kept: None,
            owner: None,
            was_kept: false,
            planned: None,
            stage: 0,
            back_at: at,
            uncallable: false,
            joined_at: at,
            passed: 0,
            transfers: 0,
            escalated: false,
            passed_by: BTreeSet::new(),
            came_from: BTreeSet::new(),
            deferred: false,
            due: None,
            left: None,
            being_scored: None,
            scores: Vec::new(),
            need_beside: None,
            site: None,
            consult: None,
            about: None,
            carried: Vec::new(),
            shunned_by: BTreeSet::new(),
            warned: false,
        }
    }

    pub(crate) fn waits(&self) -> bool {
        let asked = !self.offers.is_empty() || self.being_scored.is_some();
        self.waits_now() && !asked && !self.deferred
    }

    /// Whether it waits and may be served.
    pub(crate) fn waits_now(&self) -> bool {
        self.phase == Phase::Waiting && !self.is_held()
    }

    /// Whether its instant has not come, or its customer may not be called now.
    pub(crate) fn is_held(&self) -> bool {
        self.not_before.is_some() || self.uncallable
    }

    /// An agent has it: whatever held it does so no more, and if it waits again its longest wait has begun now.
    pub(crate) fn no_longer_held(&mut self, at: Timestamp) {
        let held = self.not_before.take().is_some();
        if held && self.dialled.is_none() {
            self.entered_at = at;
        }
    }

    /// It enters the plan of its queue, unless it may not be served yet.
    pub(crate) fn enter_plan(&mut self, at: Timestamp) {
        self.planned = self.not_before.is_none().then_some(at);
        (self.stage, self.back_at) = (0, at);
    }

    /// It waits again, and its plan goes on.
    pub(crate) fn resume_plan(&mut self, at: Timestamp) {
        match self.planned {
            Some(_) => self.back_at = at,
            None => self.enter_plan(at),
        }
    }

    /// Whatever was asked or answered counts no more.
    pub(crate) fn forget_scores(&mut self) {
        self.being_scored = None;
        self.scores.clear();
    }

    /// Its agent and its wait, once it has been answered.
    pub(crate) fn served_by(&self) -> Option<(AgentId, Span)> {
        match self.phase {
            Phase::Engaged { agent, waited }
            | Phase::Suspended { agent, waited }
            | Phase::Parked { agent, waited } => Some((agent, waited)),
            Phase::Waiting | Phase::Connecting { .. } => None,
        }
    }

    /// Whether this agent never serves it: excluded, or it has passed it on.
    pub(crate) fn excludes(&self, agent: AgentId) -> bool {
        self.passed_by.contains(&agent) || self.names_or_is_shunned_by(agent)
    }

    /// Whether an absolute rule keeps an agent with these facts from it, whoever asks and whatever is relaxed.
    pub(crate) fn is_forbidden_to(&self, agent: AgentId, facts: &Facts) -> bool {
        self.names_or_is_shunned_by(agent) || !self.need.absolutes_are_met_by(facts)
    }

    fn names_or_is_shunned_by(&self, agent: AgentId) -> bool {
        self.shunned_by.contains(&agent)
            || self.details.as_ref().is_some_and(|details| details.excluded_agents.contains(&agent))
    }

    pub(crate) fn waited(&self, now: Timestamp) -> Span {
        (now.since(self.origin) - self.talked).max(Span::ZERO)
    }
}
