//! A connected agent for plain threads.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use sunline_core::{AgentId, ContactId, DeliveryFailure, OfferId, OfferView, Presence, Receipt, Span};

use super::engine::Threads;
use crate::error::EngineError;
use crate::session::{AgentNotice, SessionEnd};
use crate::wait::{park_on, park_on_until};

/// A connected agent. Dropping it loses the agent, who is set offline; its offers are revoked.
#[derive(Debug)]
pub struct AgentSession {
    // Dropped in this order: the session ends while its threads still run.
    session: crate::AgentSession,
    _threads: Arc<Threads>,
}

impl AgentSession {
    pub(super) fn new(session: crate::AgentSession, threads: Arc<Threads>) -> Self {
        Self { session, _threads: threads }
    }

    /// Whose session it is.
    pub fn agent(&self) -> AgentId {
        self.session.agent()
    }

    /// Waits for the next notice, at most so long; `None` when there was none. [`Self::end`] tells whether the session is
    /// over.
    pub fn next(&mut self, at_most: Duration) -> Option<AgentNotice> {
        self.session.wait_next(at_most)
    }

    /// Waits for the next offer, at most so long; other notices before it are passed over.
    pub fn next_offer(&mut self, at_most: Duration) -> Option<OfferView> {
        let deadline = Instant::now().checked_add(at_most);
        park_on_until(self.session.next_offer(), deadline).flatten()
    }

    /// A notice that is already there.
    pub fn try_next(&mut self) -> Option<AgentNotice> {
        self.session.try_next()
    }

    /// How the session ended; `None` while it goes on.
    pub fn end(&self) -> Option<SessionEnd> {
        self.session.end()
    }

    /// A sign of life, where heartbeats are expected.
    pub fn heartbeat(&self) {
        self.session.heartbeat();
    }

    /// Says what the agent wants to be.
    ///
    /// # Errors
    /// As [`crate::AgentSession::set_presence`]. So with all below.
    pub fn set_presence(&self, presence: Presence) -> Result<Receipt, EngineError> {
        park_on(self.session.set_presence(presence))
    }

    /// Takes an offer.
    ///
    /// # Errors
    /// As [`crate::AgentSession::accept`].
    pub fn accept(&self, offer: OfferId) -> Result<Receipt, EngineError> {
        park_on(self.session.accept(offer))
    }

    /// Refuses an offer.
    ///
    /// # Errors
    /// As [`crate::AgentSession::decline`].
    pub fn decline(&self, offer: OfferId) -> Result<Receipt, EngineError> {
        park_on(self.session.decline(offer))
    }

    /// Reports that an offer did not reach the agent.
    ///
    /// # Errors
    /// As [`crate::AgentSession::fail`].
    pub fn fail(&self, offer: OfferId, failure: DeliveryFailure) -> Result<Receipt, EngineError> {
        park_on(self.session.fail(offer, failure))
    }

    /// Ends the conversation with a contact.
    ///
    /// # Errors
    /// As [`crate::AgentSession::complete`].
    pub fn complete(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.session.complete(contact))
    }

    /// Ends the wrap-up after a contact early.
    ///
    /// # Errors
    /// As [`crate::AgentSession::finish_wrap_up`].
    pub fn finish_wrap_up(&self, after: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.session.finish_wrap_up(after))
    }

    /// Asks for more wrap-up after a contact.
    ///
    /// # Errors
    /// As [`crate::AgentSession::extend_wrap_up`].
    pub fn extend_wrap_up(&self, after: ContactId, by: Span) -> Result<Receipt, EngineError> {
        park_on(self.session.extend_wrap_up(after, by))
    }

    /// Signs the agent out and ends the session.
    ///
    /// # Errors
    /// As [`crate::AgentSession::close`]; the session is over all the same.
    pub fn close(self) -> Result<Receipt, EngineError> {
        let Self { session, _threads } = self;
        park_on(session.close())
    }
}
