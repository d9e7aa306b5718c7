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

use core::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::agent::AgentMessage;
use crate::command::{ContactDetails, ContactUpdate};
use crate::error::CommandError;
use crate::event::{Connection, EventKind};
use crate::hours::Due;
use crate::ids::{AgentId, ChannelId, ContactId, OfferId, QueueId, Seq};
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::queue::{MoveCause, QueueMessage};
use crate::time::{Span, Timestamp};

/// How a contact's stay ended; exactly one for each contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactOutcome {
    /// An agent served it.
    Served,
    /// The customer gave up before being served.
    Abandoned,
    /// The queue was full, or nobody capable was there, and the queue does not let such contacts wait.
    Blocked,
    /// The host took it back.
    Withdrawn,
    /// It had waited as long as its queue lets contacts wait.
    TimedOut,
    /// It was turned away to keep the service for others.
    Shed,
    /// A system outside took it over.
    HandedOff,
    /// Its queue was closed.
    Closed,
    /// Its customer was to be called back and could not be reached.
    CallbackFailed,
    /// Another contact of the same customer took its place.
    Merged,
}

/// What a contact is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactState {
    /// In its queue.
    Waiting,
    /// Held out to one agent or more; it keeps its place.
    Offered,
    /// Accepted; media is not up.
    Connecting,
    /// In conversation.
    Engaged,
    /// In its queue, which is closed: it keeps its place, and nobody is asked.
    Deferred,
    /// In its queue, not to be served before an instant.
    Scheduled,
    /// In its queue, its customer not to be called back before an instant.
    CallbackPending,
}

impl fmt::Display for ContactOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Served => "served",
            Self::Abandoned => "abandoned",
            Self::Blocked => "blocked",
            Self::Withdrawn => "withdrawn",
            Self::TimedOut => "timed_out",
            Self::Shed => "shed",
            Self::HandedOff => "handed_off",
            Self::Closed => "closed",
            Self::CallbackFailed => "callback_failed",
            Self::Merged => "merged",
        })
    }
}

impl fmt::Display for ContactState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Connecting => "connecting",
            Self::Engaged => "engaged",
            Self::Deferred => "deferred",
            Self::Scheduled => "scheduled",
            Self::CallbackPending => "callback pending",
        })
    }
}

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
    /// Points or details change.
    Update(Box<ContactUpdate>),
    /// The customer hangs up and is to be called back, not before then.
    AcceptCallback { not_before: Option<Timestamp> },
    /// You may be served from now on.
    MayBeServed,
    /// The customer was dialled and not reached; the next attempt could come then.
    NotReached { retry_at: Timestamp },
    /// Further pools may see it.
    DelayPasses,
    /// Your queue is closed: go to this one.
    Overflow(QueueId),
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
    pub(crate) exclusions: Vec<Exclusion>,
    pub(crate) details: Option<Arc<ContactDetails>>,
    /// The host was told that nobody could ever serve it.
    pub(crate) unservable: bool,
    /// When it came to its queue: on arrival, or by a move.
    pub(crate) entered_at: Timestamp,
    /// How long it has not waited since its origin: with agents it did not stay with.
    #[serde(default)]
    pub(crate) talked: Span,
    /// Nobody is asked before then.
    pub(crate) not_before: Option<Timestamp>,
    /// The customer is not there and has to be dialled; how often that was done.
    pub(crate) dialled: Option<u16>,
    /// The offer that was accepted last, and by whom.
    pub(crate) won: Option<(OfferId, AgentId)>,
    /// Nobody is asked before its queue opens.
    pub(crate) deferred: bool,
    /// When its answer is due, where that runs in business time.
    pub(crate) due: Option<Due>,
    /// The board's class; found again when the board is made.
    #[serde(skip)]
    pub(crate) class: u32,
    /// When it came to its queue, whoever had it since: pools' delays run from here.
    pub(crate) joined_at: Timestamp,
    /// How many of the queue's delays have passed since.
    pub(crate) passed: u8,
}

impl Contact {
    pub(crate) fn state(&self) -> ContactState {
        match self.phase {
            Phase::Waiting if !self.offers.is_empty() => ContactState::Offered,
            Phase::Waiting if self.deferred => ContactState::Deferred,
            Phase::Waiting if self.not_before.is_none() => ContactState::Waiting,
            Phase::Waiting if self.dialled.is_some() => ContactState::CallbackPending,
            Phase::Waiting => ContactState::Scheduled,
            Phase::Connecting { .. } => ContactState::Connecting,
            Phase::Engaged { .. } => ContactState::Engaged,
        }
    }

    /// Whether it is in its class: it waits, and nobody is asked.
    pub(crate) fn is_listed(&self) -> bool {
        self.state() == ContactState::Waiting
    }

    /// Whether the longest wait of its queue concerns it: its customer is there, and it may be served.
    pub(crate) fn waits_to_its_bound(&self) -> bool {
        self.dialled.is_none() && self.not_before.is_none()
    }

    /// Whether it waits and may be served: what the length of a queue counts.
    pub(crate) fn waits_now(&self) -> bool {
        self.phase == Phase::Waiting && self.not_before.is_none()
    }

    /// Order inside its class.
    pub(crate) fn key(&self) -> (i64, u64) {
        (self.origin.as_nanos(), self.arrival.0)
    }

    /// Whether it has an opinion on single agents.
    pub(crate) fn is_particular(&self) -> bool {
        !self.exclusions.is_empty()
            || !self.offers.is_empty()
            || self.details.as_ref().is_some_and(|d| !d.excluded_agents.is_empty())
    }

    /// Whether this agent may never serve it.
    pub(crate) fn excludes(&self, agent: AgentId) -> bool {
        self.details.as_ref().is_some_and(|d| d.excluded_agents.contains(&agent))
    }

    /// Whether this agent may be asked, as far as this pair alone is concerned.
    pub(crate) fn may_ask(&self, agent: AgentId) -> bool {
        let passed_over = self.exclusions.iter().any(|x| x.agent == agent);
        let asked = self.offers.iter().any(|(_, asked)| *asked == agent);
        !(self.excludes(agent) || passed_over || asked)
    }

    /// Every agent it would not have, each once.
    pub(crate) fn named_agents(&self) -> impl Iterator<Item = AgentId> {
        let excluded = self.details.iter().flat_map(|d| d.excluded_agents.iter().copied());
        let passed_over = self.exclusions.iter().map(|x| x.agent);
        excluded.chain(passed_over.filter(|agent| !self.excludes(*agent)))
    }

    // ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn receive(&self, message: ContactMessage, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match message {
            ContactMessage::Won { offer, agent } => self.won(offer, agent, cx),
            ContactMessage::Connected => return self.connected(cx),
            ContactMessage::ConnectionFails => return self.connection_fails(cx),
            ContactMessage::Complete => return self.complete(cx),
            ContactMessage::Leave(outcome) => return self.leave(outcome, cx),
            ContactMessage::ExclusionEnds(agent) => {
                cx.emit(EventKind::ExclusionEnded { contact: self.id, agent });
            }
            ContactMessage::Update(update) => return self.update(update, cx),
            ContactMessage::AcceptCallback { not_before } => return self.accept_callback(not_before, cx),
            ContactMessage::MayBeServed => cx.emit(EventKind::ContactEligible { contact: self.id }),
            ContactMessage::NotReached { retry_at } => return self.not_reached(retry_at, cx),
            ContactMessage::DelayPasses => {
                cx.emit(EventKind::DelayPassed { contact: self.id, passed: self.passed + 1 });
            }
            ContactMessage::Overflow(to) => self.overflow(to, cx),
        }
        Ok(())
    }

    fn won(&self, offer: OfferId, agent: AgentId, cx: &mut Context<'_>) {
        let settings = &cx.config.queues[self.queue.index()].settings;
        let connection = Connection::of(settings, self.dialled.is_some(), self.waits_since(), cx.now);
        cx.emit(EventKind::OfferAccepted { offer, contact: self.id, queue: self.queue, agent, connection });
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
        let Phase::Engaged { agent, waited } = self.phase else { return Err(self.wrong("complete")) };
        self.leave_agent(agent, ContactOutcome::Served, waited, cx);
        Ok(())
    }

    /// The customer hung up or the host took the contact back.
    fn leave(&self, outcome: ContactOutcome, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match self.phase {
            Phase::Engaged { .. } if outcome == ContactOutcome::Abandoned => {
                return Err(self.wrong("abandon"));
            }
            Phase::Engaged { agent, waited } => self.leave_agent(agent, outcome, waited, cx),
            Phase::Connecting { .. } if outcome == ContactOutcome::HandedOff => {
                return Err(self.wrong("hand off"));
            }
            Phase::Connecting { agent, .. } => self.leave_agent(agent, outcome, self.waited(cx.now), cx),
            Phase::Waiting => {
                for (offer, _) in &self.offers {
                    cx.send(Message::Offer(*offer, OfferMessage::End(OfferOutcome::ContactLeft)));
                }
                cx.emit(EventKind::ContactEnded {
                    contact: self.id,
                    queue: self.queue,
                    outcome,
                    agent: None,
                    waited: self.waited(cx.now),
                    handled: Span::ZERO,
                    wrap_up_until: None,
                });
            }
        }
        Ok(())
    }

    /// The queue has closed: its contacts wait elsewhere.
    fn overflow(&self, to: QueueId, cx: &mut Context<'_>) {
        for (offer, _) in &self.offers {
            cx.send(Message::Offer(*offer, OfferMessage::End(OfferOutcome::ContactLeft)));
        }
        let (contact, from, cause) = (self.id, self.queue, MoveCause::Closed);
        cx.emit(EventKind::ContactMoved { contact, from, to, cause });
        cx.send(Message::Queue(to, QueueMessage::Enter { contact, origin: self.waits_since() }));
    }

    /// The agent closes what it has accepted: it knows how long its wrap-up is.
    fn leave_agent(&self, agent: AgentId, outcome: ContactOutcome, waited: Span, cx: &mut Context<'_>) {
        let close = AgentMessage::Close { contact: self.id, queue: self.queue, outcome, waited };
        cx.send(Message::Agent(agent, close));
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

    /// It had an agent and waits again.
    pub(crate) fn apply_back_in_queue(&mut self, now: Timestamp) {
        if let Phase::Engaged { waited, .. } = self.phase {
            self.talked = now.since(self.origin) - waited;
        }
        self.phase = Phase::Waiting;
    }

    pub(super) fn wrong(&self, command: &'static str) -> CommandError {
        CommandError::WrongContactState { command, contact: self.id, state: self.state() }
    }
}
