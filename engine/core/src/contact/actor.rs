//! The contact: one customer's wish, from arrival to its one outcome.
//!
//! ```text
//! Waiting ─offered─▶ Offered ─accepted─▶ Connecting ─connected─▶ Engaged ─▶ Ended(Served)
//!    ▲                  │                    │
//!    └── every offer ended; old place ◀──────┘ connection failed
//!    └── Ended(Abandoned | TimedOut | Blocked | Shed | Withdrawn | HandedOff | Closed)
//!
//! Deferred ◀─its queue closes (or is closed when it comes)─▶ Waiting again when the queue opens
//! ```
//!
//! A contact decides which of its offers won: the first accept that reaches it, while it has no agent.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use smol_str::SmolStr;

use super::journey::{Journey, Passing, Question};
use super::kept::Kept;
use super::plan::PlanState;
use super::scoring::{ScoresMiss, Scoring};
use super::state::{ContactOutcome, ContactState};
use crate::agent::{AgentMessage, Stage};
use crate::command::{ContactDetails, ContactUpdate};
use crate::config::Override;
use crate::error::CommandError;
use crate::event::{AssignedBy, Connection, EventKind};
use crate::hours::Due;
use crate::ids::{AgentId, ChannelId, ContactId, OfferId, QueueId, Seq};
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::queue::{MoveCause, QueueMessage};
use crate::record::Decision;
use crate::skill::{Absolute, Shortfall};
use crate::time::{Span, Timestamp};

/// What a contact is told.
#[derive(Clone, Debug)]
pub(crate) enum ContactMessage {
    /// An agent took the offer.
    Won { offer: OfferId, agent: AgentId },
    /// Media is up.
    Connected,
    /// Media did not come up.
    ConnectionFails,
    /// The conversation is over.
    Complete,
    /// The customer gave up, or the host takes the contact back.
    Leave(ContactOutcome),
    /// An agent that was passed over may be asked again.
    ExclusionEnds(AgentId),
    /// A supervisor, the agent itself or the host gives you to this agent.
    Assign { agent: AgentId, by: AssignedBy, broken: Vec<Override>, place: u32, decision: Decision },
    /// Your agent passes you on.
    PassOn(Box<Passing>),
    /// Your agent asks somebody about you.
    Ask(Box<Question>),
    /// The host moves you to another queue.
    Move(QueueId, MoveCause),
    /// The customer is silent.
    Park,
    /// The customer has written again.
    Unpark,
    /// Points or details change.
    Update(Box<ContactUpdate>),
    /// The customer hangs up and is to be called back, not before then.
    AcceptCallback { not_before: Option<Timestamp>, owner: Option<(AgentId, Timestamp)> },
    /// You may be served from now on.
    MayBeServed,
    /// The customer was dialled and not reached; the next attempt could come then.
    NotReached { retry_at: Timestamp },
    /// You are kept for an agent you prefer.
    Keep { agent: AgentId, until: Timestamp },
    /// You are kept for one agent no more.
    KeepEnds,
    /// Further pools may see it.
    DelayPasses,
    /// The next step of your queue's plan opens.
    StepOpens { place: u32 },
    /// Your queue is closed: go to this one.
    Overflow(QueueId),
    /// Ask for scores of these agents.
    AskScores { candidates: Vec<AgentId>, until: Timestamp },
    /// These are the scores; none: the scorer has failed.
    GiveScores(Vec<(AgentId, i64)>),
    /// No scores came in time.
    ScoresDue,
}

/// How far a contact has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// In its queue, offered or not.
    Waiting,
    /// Accepted by the agent; media is not up.
    Connecting { agent: AgentId, until: Timestamp },
    /// In conversation with the agent.
    Engaged { agent: AgentId, waited: Span },
    /// The agent serves a more urgent contact first.
    Suspended { agent: AgentId, waited: Span },
    /// The customer is silent.
    Parked { agent: AgentId, waited: Span },
}

/// An agent who may not be asked for this contact until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exclusion {
    pub(crate) agent: AgentId,
    pub(crate) until: Timestamp,
}

/// A contact's private state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub(crate) id: ContactId,
    pub(crate) queue: QueueId,
    pub(crate) channel: ChannelId,
    pub(crate) phase: Phase,
    /// When its customer began to wait.
    pub(crate) origin: Timestamp,
    /// The event that let it in: its place among those with the same origin.
    pub(crate) arrival: Seq,
    pub(crate) points: i64,
    pub(crate) digest: u64,
    /// Live offers and whom they went to.
    pub(crate) offers: SmallVec<[(OfferId, AgentId); 1]>,
    /// Agents passed over for a while.
    pub(crate) exclusions: SmallVec<[Exclusion; 1]>,
    pub(crate) details: Option<Arc<ContactDetails>>,
    /// The host was told that nobody could ever serve it.
    pub(crate) unservable: bool,
    /// When it came to its queue: on arrival, or by a move.
    pub(crate) entered_at: Timestamp,
    /// How long it has not waited since its origin: with agents it did not stay with.
    #[serde(default)]
    pub(crate) talked: Span,
    /// The offer that was accepted last, and by whom.
    pub(crate) won: Option<(OfferId, AgentId)>,
    /// Nobody is asked before its queue opens.
    pub(crate) deferred: bool,
    /// When its answer is due, where that runs in business time.
    pub(crate) due: Option<Due>,
    /// Its way from hand to hand, once it has been passed on or asked about.
    #[serde(default)]
    pub(crate) journey: Option<Box<Journey>>,
    /// What its homes before this one asked absolutely.
    #[serde(default)]
    pub(crate) carried: Option<Box<Absolute>>,
    /// Agents that never serve its customer; follows from the agents.
    #[serde(skip)]
    pub(crate) shunned_by: Vec<AgentId>,
    /// The board's class; found again when the board is made.
    #[serde(skip)]
    pub(crate) class: u32,
    /// When it came to its queue, whoever had it since: pools' delays run from here.
    pub(crate) joined_at: Timestamp,
    /// How many of the queue's delays have passed since.
    pub(crate) passed: u8,
    /// How far the asking for scores has come, where its queue has a scorer.
    pub(crate) scoring: Option<Box<Scoring>>,
    /// Nobody is asked before then.
    #[serde(default)]
    pub(crate) not_before: Option<Timestamp>,
    /// The customer is not there and has to be dialled; how often that was done.
    #[serde(default)]
    pub(crate) dialled: Option<u16>,
    /// For whom it is kept.
    #[serde(default)]
    pub(crate) kept: Option<Box<Kept>>,
    /// How far its queue's plan has come, where that has steps.
    #[serde(default)]
    pub(crate) plan: Option<Box<PlanState>>,
    /// It has to be dialled, and its customer's zone has no calling hours now; follows from the calendars.
    #[serde(skip)]
    pub(crate) uncallable: bool,
}

impl Contact {
    /// A contact that begins to wait now, with nothing special about it.
    #[inline(always)]
    pub(crate) fn new(
        id: ContactId,
        queue: QueueId,
        channel: ChannelId,
        origin: Timestamp,
        arrival: Seq,
        points: i64,
        digest: u64,
    ) -> Self {
        Self {
            id,
            queue,
            channel,
            phase: Phase::Waiting,
            origin,
            arrival,
            points,
            digest,
            offers: SmallVec::new(),
            exclusions: SmallVec::new(),
            details: None,
            unservable: false,
            entered_at: origin,
            talked: Span::ZERO,
            not_before: None,
            dialled: None,
            kept: None,
            plan: None,
            uncallable: false,
            won: None,
            deferred: false,
            due: None,
            scoring: None,
            journey: None,
            carried: None,
            shunned_by: Vec::new(),
            class: 0,
            joined_at: origin,
            passed: 0,
        }
    }

    pub(crate) fn state(&self) -> ContactState {
        match self.phase {
            Phase::Waiting if !self.offers.is_empty() => ContactState::Offered,
            Phase::Waiting if self.deferred => ContactState::Deferred,
            Phase::Waiting if !self.is_held() => ContactState::Waiting,
            Phase::Waiting if self.dialled.is_some() => ContactState::CallbackPending,
            Phase::Waiting => ContactState::Scheduled,
            Phase::Connecting { .. } => ContactState::Connecting,
            Phase::Engaged { .. } => ContactState::Engaged,
            Phase::Suspended { .. } => ContactState::Suspended,
            Phase::Parked { .. } => ContactState::Parked,
        }
    }

    /// Whether it is in its class: it waits, and nobody is asked.
    pub(crate) fn is_listed(&self) -> bool {
        self.state() == ContactState::Waiting && !self.is_being_scored()
    }

    /// Whether scores are wanted for it, so that nobody may take it.
    pub(crate) fn is_being_scored(&self) -> bool {
        matches!(self.scoring.as_deref(), Some(Scoring::Asked { .. }))
    }

    /// Whether the longest wait of its queue concerns it: its customer is there, and it may be served.
    pub(crate) fn waits_to_its_bound(&self) -> bool {
        self.dialled.is_none() && self.not_before.is_none()
    }

    /// Whether a customer waits for an answer, or did until it was answered: it is neither to be called back nor an agent's
    /// question. What is not so counts in no service level.
    pub(crate) fn is_a_customers_wait(&self) -> bool {
        self.dialled.is_none() && !self.is_question()
    }

    /// Whether nobody may be asked for it yet: its instant has not come, or its customer may not be called now.
    pub(crate) fn is_held(&self) -> bool {
        self.not_before.is_some() || self.uncallable
    }

    /// Whether it waits and may be served: what the length of a queue counts.
    pub(crate) fn waits_now(&self) -> bool {
        self.phase == Phase::Waiting && !self.is_held()
    }

    /// Order inside its class.
    pub(crate) fn key(&self) -> (i64, u64) {
        (self.origin.as_nanos(), self.arrival.0)
    }

    /// Whether it has an opinion on single agents.
    pub(crate) fn is_particular(&self) -> bool {
        !self.exclusions.is_empty()
            || !self.offers.is_empty()
            || self.journey.is_some()
            || !self.shunned_by.is_empty()
            || self.kept.is_some()
            || self.details.as_ref().is_some_and(|d| !d.excluded_agents.is_empty())
    }

    /// Whether this agent may never serve it.
    pub(crate) fn excludes(&self, agent: AgentId) -> bool {
        self.shunned_by.contains(&agent) || self.names(agent)
    }

    /// Whether it names this agent as one it would not have.
    pub(crate) fn names(&self, agent: AgentId) -> bool {
        self.details.as_ref().is_some_and(|d| d.excluded_agents.contains(&agent))
    }

    /// Why this agent may never serve it, as far as this pair alone is concerned.
    pub(crate) fn exclusion_of(&self, agent: AgentId) -> Option<Shortfall> {
        let shunned = self.customer().filter(|_| self.shunned_by.contains(&agent));
        let named = self.names(agent).then_some(Shortfall::Excluded);
        named.or_else(|| shunned.map(|customer| Shortfall::Customer(customer.clone())))
    }

    /// The customer, as the host knows it.
    pub(crate) fn customer(&self) -> Option<&SmolStr> {
        self.details.as_ref().and_then(|details| details.customer.as_ref())
    }

    /// It leaves a home, and what that asked absolutely stays so.
    pub(crate) fn carry(&mut self, absolute: &Absolute) {
        if *absolute != Absolute::default() {
            let carried = self.carried.as_deref().map_or_else(|| absolute.clone(), |c| absolute.and(c));
            self.carried = Some(Box::new(carried));
        }
    }

    /// Whether this agent may be asked, as far as this pair alone is concerned.
    pub(crate) fn may_ask(&self, agent: AgentId) -> bool {
        let passed_over = self.exclusions.iter().any(|x| x.agent == agent);
        let asked = self.offers.iter().any(|(_, asked)| *asked == agent);
        !(self.is_closed_to(agent) || passed_over || asked || self.is_kept_from(agent))
    }

    /// Every agent it would not have, each once.
    pub(crate) fn named_agents(&self) -> impl Iterator<Item = AgentId> {
        let passed_over = self.exclusions.iter().map(|x| x.agent);
        self.never().chain(passed_over.filter(|agent| !self.is_closed_to(*agent)))
    }

    // ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────

    /// Inlined where messages are delivered: what every contact brings costs no more than a call of what it means.
    #[inline(always)]
    pub(crate) fn receive(&self, message: ContactMessage, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match message {
            ContactMessage::Complete => self.complete(cx),
            rarer => self.receive_rarer(rarer, cx),
        }
    }

    fn receive_rarer(&self, message: ContactMessage, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match message {
            ContactMessage::Won { offer, agent } => self.won(offer, agent, cx),
            ContactMessage::Connected => return self.connected(cx),
            ContactMessage::ConnectionFails => return self.connection_fails(cx),
            ContactMessage::Complete => unreachable!("received already"),
            ContactMessage::Leave(outcome) => return self.leave(outcome, cx),
            ContactMessage::ExclusionEnds(agent) => {
                cx.emit(EventKind::ExclusionEnded { contact: self.id, agent });
            }
            ContactMessage::Assign { agent, by, broken, place, decision } => {
                return self.assign(agent, by, broken, place, decision, cx);
            }
            ContactMessage::PassOn(passing) => return self.pass_on(*passing, cx),
            ContactMessage::Ask(question) => return self.ask(*question, cx),
            ContactMessage::Move(to, cause) => self.move_to(to, cause, cx),
            ContactMessage::Park => return self.park(cx),
            ContactMessage::Unpark => return self.unpark(cx),
            ContactMessage::Update(update) => return self.update(update, cx),
            ContactMessage::AskScores { candidates, until } => {
                let (contact, queue) = (self.id, self.queue);
                cx.emit(EventKind::ScoresWanted { contact, queue, candidates, until });
            }
            ContactMessage::GiveScores(scores) => return self.scored(scores, cx),
            ContactMessage::ScoresDue => {
                cx.emit(EventKind::ScoresMissed { contact: self.id, reason: ScoresMiss::Late });
            }
            ContactMessage::AcceptCallback { not_before, owner } => {
                return self.accept_callback(not_before, owner, cx);
            }
            ContactMessage::Keep { agent, until } => {
                cx.emit(EventKind::ContactKept { contact: self.id, agent, until, owned: false });
            }
            ContactMessage::KeepEnds => self.keep_ends(cx),
            ContactMessage::MayBeServed => cx.emit(EventKind::ContactEligible { contact: self.id }),
            ContactMessage::NotReached { retry_at } => return self.not_reached(retry_at, cx),
            ContactMessage::DelayPasses => {
                cx.emit(EventKind::DelayPassed { contact: self.id, passed: self.passed + 1 });
            }
            ContactMessage::StepOpens { place } => self.step_opens(place, cx),
            ContactMessage::Overflow(to) => self.overflow(to, cx),
        }
        Ok(())
    }

    fn won(&self, offer: OfferId, agent: AgentId, cx: &mut Context<'_>) {
        let settings = &cx.config.queues[self.queue.index()].settings;
        let connection = Connection::of(settings, self.dialled.is_some(), self.waits_since(), cx.now);
        cx.emit(EventKind::OfferAccepted { offer, contact: self.id, queue: self.queue, agent, connection });
        if cx.config.rooms.interrupts {
            cx.send(Message::Agent(agent, AgentMessage::InterruptFor(self.id)));
        }
        for (other, _) in self.offers.iter().filter(|(other, _)| *other != offer) {
            cx.send(Message::Offer(*other, OfferMessage::End(OfferOutcome::Rescinded)));
        }
    }

    fn connected(&self, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Phase::Connecting { agent, .. } = self.phase else { return Err(self.wrong("connected")) };
        let waited = self.waited(cx.now);
        cx.emit(EventKind::ContactConnected { contact: self.id, queue: self.queue, agent, waited });
        Ok(())
    }

    fn connection_fails(&self, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Phase::Connecting { agent, .. } = self.phase else { return Err(self.wrong("connection failed")) };
        let failed = AgentMessage::ConnectionFailed { contact: self.id, queue: self.queue };
        cx.send(Message::Agent(agent, failed));
        Ok(())
    }

    fn complete(&self, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Some((agent, waited)) = self.served_by() else { return Err(self.wrong("complete")) };
        self.leave_agent(agent, ContactOutcome::Served, waited, cx);
        Ok(())
    }

    /// The agent has it at once. Of an offer that it has already, only the answer is said for it.
    fn assign(
        &self,
        agent: AgentId,
        by: AssignedBy,
        broken: Vec<Override>,
        place: u32,
        decision: Decision,
        cx: &mut Context<'_>,
    ) -> Result<(), CommandError> {
        if self.phase != Phase::Waiting {
            return Err(self.wrong("assign"));
        }
        cx.emit(EventKind::ContactAssigned { contact: self.id, agent, by, broken });
        let asked = self.offers.iter().find(|(_, asked)| *asked == agent);
        cx.send(match asked {
            Some(&(offer, _)) => Message::Contact(place, ContactMessage::Won { offer, agent }),
            None => {
                let (contact, since, dialled) = (self.id, self.waits_since(), self.dialled.is_some());
                let (queue, channel, given) = (self.queue, self.channel, Some(place));
                Message::Agent(
                    agent,
                    AgentMessage::Reserve { contact, since, dialled, queue, channel, decision, given },
                )
            }
        });
        Ok(())
    }

    /// Offers made in the old queue are taken back first.
    fn move_to(&self, to: QueueId, cause: MoveCause, cx: &mut Context<'_>) {
        let to = cx.config.entrance(to, &self.id);
        let (contact, from) = (self.id, self.queue);
        cx.emit(EventKind::ContactMoved { contact, from, to, cause });
        cx.send(Message::Queue(to, QueueMessage::Enter { contact, origin: self.waits_since() }));
    }

    /// Only where customers answer when they like, and only out of a conversation.
    fn park(&self, cx: &mut Context<'_>) -> Result<(), CommandError> {
        if !cx.config.channels[self.channel.index()].asynchronous {
            return Err(CommandError::NotAsynchronous { contact: self.id, channel: self.channel });
        }
        let Phase::Engaged { agent, .. } = self.phase else { return Err(self.wrong("park")) };
        cx.send(Message::Agent(agent, AgentMessage::Park(self.id)));
        Ok(())
    }

    fn unpark(&self, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Phase::Parked { agent, .. } = self.phase else { return Err(self.wrong("unpark")) };
        cx.send(Message::Agent(agent, AgentMessage::Unpark(self.id)));
        Ok(())
    }

    fn update(&self, update: Box<ContactUpdate>, cx: &mut Context<'_>) -> Result<(), CommandError> {
        if self.phase != Phase::Waiting {
            return Err(self.wrong("update contact"));
        }
        cx.emit(EventKind::ContactUpdated { contact: self.id, update });
        Ok(())
    }

    /// How long it has waited by now: since its origin, less what it was in conversation.
    pub(crate) fn waited(&self, now: Timestamp) -> Span {
        now.since(self.waits_since()).max(Span::ZERO)
    }

    /// Since when it waits, if it had done nothing else since then.
    pub(crate) fn waits_since(&self) -> Timestamp {
        self.origin + self.talked
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

    /// The work of its agent on it came to this stage.
    pub(crate) fn apply_stage(&mut self, stage: Stage) {
        let Some((agent, waited)) = self.served_by() else { return };
        self.phase = match stage {
            Stage::Suspended => Phase::Suspended { agent, waited },
            Stage::Parked => Phase::Parked { agent, waited },
            _ => Phase::Engaged { agent, waited },
        };
    }

    /// It had an agent and waits again.
    pub(crate) fn apply_back_in_queue(&mut self, now: Timestamp) {
        if let Some((_, waited)) = self.served_by() {
            self.talked = now.since(self.origin) - waited;
        }
        self.phase = Phase::Waiting;
    }

    /// Scores came: of agents that were named, or none at all.
    fn scored(&self, scores: Vec<(AgentId, i64)>, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Some(Scoring::Asked { candidates, .. }) = self.scoring.as_deref() else {
            return Err(CommandError::NoScoresWanted { contact: self.id });
        };
        if let Some((agent, _)) = scores.iter().find(|(agent, _)| !candidates.contains(agent)) {
            return Err(CommandError::NoCandidate { contact: self.id, agent: *agent });
        }
        let contact = self.id;
        cx.emit(if scores.is_empty() {
            EventKind::ScoresMissed { contact, reason: ScoresMiss::Failed }
        } else {
            EventKind::ScoresGiven { contact, scores }
        });
        Ok(())
    }

    pub(crate) fn wrong(&self, command: &'static str) -> CommandError {
        CommandError::WrongContactState { command, contact: self.id, state: self.state() }
    }
}
