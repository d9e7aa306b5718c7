//! One connected agent: what it is told, and its answers.
//!
//! A session is the agent's presence on the line, not the agent: when it is dropped, crashes or misses its heartbeat the
//! agent counts as lost as of that instant, is set offline, and its offers are revoked without strike. Contacts it has in
//! hand follow their queue's `on_agent_lost`. Agents may also be managed without sessions, by the host's one connection.

use core::time::Duration;
use std::time::Instant;

use sunline_core::{
    AgentId, Command, ContactId, ContactOutcome, DeliveryFailure, OfferId, OfferOutcome, OfferView, Presence,
    QueueId, Receipt, Span, Timestamp,
};
use tokio::sync::mpsc;

use crate::actors::session::SessionMessage;
use crate::error::EngineError;
use crate::port::{Port, Pulse};
use crate::rights::Gate;
use crate::wait::park_on_until;

/// How a session is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// Notices that may wait to be read, at least 1. A session that lets more pile up is not there and is ended.
    /// Default 64: an agent has a handful of contacts, and each takes a handful of notices.
    pub buffer: usize,
    /// The session is lost when neither a heartbeat nor any other call came for so long, by the wall's clock.
    /// Default: none is expected; dropping the session tells enough.
    pub heartbeat: Option<Duration>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { buffer: 64, heartbeat: None }
    }
}

/// What an agent is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentNotice {
    /// A contact is held out to the agent, who accepts or declines.
    Offered(OfferView),
    /// An offer ended without the agent having taken it.
    OfferEnded {
        /// Which offer.
        offer: OfferId,
        /// Which contact.
        contact: ContactId,
        /// How it ended.
        outcome: OfferOutcome,
    },
    /// The contact is the agent's: it accepted, or the engine did in its name.
    Assigned {
        /// By which offer.
        offer: OfferId,
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// When the connection counts as failed, where it has to be confirmed.
        connect_by: Option<Timestamp>,
    },
    /// Media is up.
    Connected {
        /// To which contact.
        contact: ContactId,
    },
    /// The connection did not come up; the contact is back in its queue.
    ConnectionFailed {
        /// To which contact.
        contact: ContactId,
    },
    /// A contact of the agent's ended.
    ContactEnded {
        /// Which contact.
        contact: ContactId,
        /// How it ended.
        outcome: ContactOutcome,
        /// When the wrap-up ends, if there is one.
        wrap_up_until: Option<Timestamp>,
    },
    /// The end of a wrap-up moved.
    WrapUpExtended {
        /// After which contact.
        contact: ContactId,
        /// The new end.
        until: Timestamp,
    },
    /// A wrap-up is over.
    WrapUpEnded {
        /// After which contact.
        contact: ContactId,
    },
    /// The wanted presence changed, by whoever it was.
    PresenceChanged {
        /// What it is now.
        presence: Presence,
    },
    /// Too many offers went unanswered; the agent is asked no more until it sets its presence.
    NotResponding,
    /// A queue is paused for the agent, or no more.
    QueuePauseChanged {
        /// Which queue.
        queue: QueueId,
        /// Whether it is paused now.
        paused: bool,
    },
    /// A contact of the agent's went back to its queue.
    Requeued {
        /// Which contact.
        contact: ContactId,
    },
    /// A conversation is interrupted by a more urgent contact.
    Suspended {
        /// Which contact.
        contact: ContactId,
        /// The contact that interrupts it.
        by: ContactId,
    },
    /// An interrupted conversation goes on.
    Resumed {
        /// Which contact.
        contact: ContactId,
    },
    /// The customer is silent; the contact takes nothing until it writes again.
    Parked {
        /// Which contact.
        contact: ContactId,
    },
    /// The customer of a parked contact has written.
    Unparked {
        /// Which contact.
        contact: ContactId,
        /// The agent has no room for it, or is gone: it is held with the agent only for a while.
        over: bool,
    },
    /// The agent's part in a contact that goes on without it is over.
    PassedOn {
        /// Which contact.
        contact: ContactId,
        /// When the wrap-up ends, if there is one.
        wrap_up_until: Option<Timestamp>,
    },
    /// The agent took over the contact it was asked about.
    TakenOver {
        /// Which contact.
        contact: ContactId,
        /// The question, which is over.
        question: ContactId,
    },
}

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEnd {
    /// Its owner closed or dropped it.
    Closed,
    /// The agent connected again, elsewhere.
    Replaced,
    /// Its notices were not read.
    Overrun,
    /// Its heartbeat was missed.
    HeartbeatMissed,
    /// The engine closed.
    EngineClosed,
    /// It broke.
    Crashed,
}

/// The voice of a connected agent: speaks for it while somebody else reads its notices. It does not keep the session
/// going; see [`AgentSession::voice`].
#[derive(Clone, Debug)]
pub struct SessionVoice {
    gate: Gate,
    port: Port,
    pulse: Pulse,
}

impl SessionVoice {
    /// Whose session it is.
    pub fn agent(&self) -> AgentId {
        self.port.agent
    }

    /// How the session ended; `None` while it goes on.
    pub fn end(&self) -> Option<SessionEnd> {
        self.port.end.get().copied()
    }

    /// A sign of life, where heartbeats are expected.
    pub fn heartbeat(&self) {
        self.pulse.beat();
    }

    /// Says a command that an agent may say, unless the session is over.
    ///
    /// # Errors
    /// The kernel's refusal; [`EngineError::Forbidden`] where it is not this agent's own; [`EngineError::SessionOver`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the command may still be applied.
    pub async fn say(&self, command: Command) -> Result<Receipt, EngineError> {
        self.pulse.beat();
        if self.port.has_ended() {
            return Err(EngineError::SessionOver { agent: self.port.agent });
        }
        self.gate.say(None, command).await
    }
}

/// A connected agent. Dropping it loses the agent, who is set offline; its offers are revoked without strike, and contacts
/// it has in hand follow their queue's `on_agent_lost`.
#[derive(Debug)]
pub struct AgentSession {
    voice: SessionVoice,
    notices: mpsc::Receiver<AgentNotice>,
}

impl AgentSession {
    pub(crate) fn new(gate: Gate, port: Port, notices: mpsc::Receiver<AgentNotice>, pulse: Pulse) -> Self {
        Self { voice: SessionVoice { gate, port, pulse }, notices }
    }

    /// Whose session it is.
    pub fn agent(&self) -> AgentId {
        self.voice.agent()
    }

    /// Speaks for the agent from elsewhere, while this is being read. The session ends with this, not with its voice.
    pub fn voice(&self) -> SessionVoice {
        self.voice.clone()
    }

    /// The next notice; `None` when the session is over.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, no notice is lost.
    pub async fn next(&mut self) -> Option<AgentNotice> {
        self.voice.heartbeat();
        self.notices.recv().await
    }

    /// The next offer; other notices before it are passed over. `None` when the session is over.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, no offer is lost.
    pub async fn next_offer(&mut self) -> Option<OfferView> {
        loop {
            if let AgentNotice::Offered(offer) = self.next().await? {
                return Some(offer);
            }
        }
    }

    /// A notice that is already there.
    pub fn try_next(&mut self) -> Option<AgentNotice> {
        self.voice.heartbeat();
        self.notices.try_recv().ok()
    }

    /// Waits for the next notice on this thread, at most so long; `None` when there was none. [`Self::end`] tells
    /// whether the session is over.
    pub fn wait_next(&mut self, at_most: Duration) -> Option<AgentNotice> {
        let deadline = Instant::now().checked_add(at_most);
        park_on_until(self.next(), deadline).flatten()
    }

    /// How the session ended; `None` while it goes on.
    pub fn end(&self) -> Option<SessionEnd> {
        self.voice.end()
    }

    /// A sign of life, where heartbeats are expected.
    pub fn heartbeat(&self) {
        self.voice.heartbeat();
    }

    /// Says what the agent wants to be.
    ///
    /// # Errors
    /// The kernel's refusal; [`EngineError::SessionOver`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the command may still be applied. So with all commands below.
    pub async fn set_presence(&self, presence: Presence) -> Result<Receipt, EngineError> {
        self.say(Command::SetPresence(self.voice.agent(), presence)).await
    }

    /// Takes an offer.
    ///
    /// # Errors
    /// As [`Self::set_presence`]; [`sunline_core::CommandError::OfferEnded`] when it is too late.
    ///
    /// # Cancel safety
    /// As [`Self::set_presence`].
    pub async fn accept(&self, offer: OfferId) -> Result<Receipt, EngineError> {
        self.say(Command::AcceptOffer(offer, self.voice.agent())).await
    }

    /// Refuses an offer.
    ///
    /// # Errors
    /// As [`Self::accept`].
    ///
    /// # Cancel safety
    /// As [`Self::set_presence`].
    pub async fn decline(&self, offer: OfferId) -> Result<Receipt, EngineError> {
        self.say(Command::DeclineOffer(offer, self.voice.agent())).await
    }

    /// Reports that an offer did not reach the agent.
    ///
    /// # Errors
    /// As [`Self::accept`].
    ///
    /// # Cancel safety
    /// As [`Self::set_presence`].
    pub async fn fail(&self, offer: OfferId, failure: DeliveryFailure) -> Result<Receipt, EngineError> {
        self.say(Command::FailOffer(offer, failure)).await
    }

    /// Ends the conversation with a contact; wrap-up begins.
    ///
    /// # Errors
    /// As [`Self::set_presence`].
    ///
    /// # Cancel safety
    /// As [`Self::set_presence`].
    pub async fn complete(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.say(Command::Complete(contact)).await
    }

    /// Ends the wrap-up after a contact early.
    ///
    /// # Errors
    /// As [`Self::set_presence`].
    ///
    /// # Cancel safety
    /// As [`Self::set_presence`].
    pub async fn finish_wrap_up(&self, after: ContactId) -> Result<Receipt, EngineError> {
        self.say(Command::FinishWrapUp(self.voice.agent(), after)).await
    }

    /// Asks for more wrap-up after a contact.
    ///
    /// # Errors
    /// As [`Self::set_presence`]; [`sunline_core::CommandError::WrapUpTooLong`] beyond the ceiling.
    ///
    /// # Cancel safety
    /// As [`Self::set_presence`].
    pub async fn extend_wrap_up(&self, after: ContactId, by: Span) -> Result<Receipt, EngineError> {
        self.say(Command::ExtendWrapUp(self.voice.agent(), after, by)).await
    }

    /// Signs the agent out and ends the session.
    ///
    /// # Errors
    /// As [`Self::set_presence`]; the session is over all the same.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the session ends and the agent is set offline all the same.
    pub async fn close(self) -> Result<Receipt, EngineError> {
        self.set_presence(Presence::Offline).await
    }

    async fn say(&self, command: Command) -> Result<Receipt, EngineError> {
        self.voice.say(command).await
    }
}

impl Drop for AgentSession {
    fn drop(&mut self) {
        self.voice.port.tell(SessionMessage::End(SessionEnd::Closed));
    }
}
