//! What the host says of agents, and how they connect, waiting on this thread.

use sunline_core::{AgentId, AgentSpec, ContactId, DeliveryFailure, OfferId, Presence, Receipt, Span};

use super::{AgentSession, Engine};
use crate::error::EngineError;
use crate::registry::AgentRef;
use crate::session::SessionOptions;
use crate::wait::park_on;

impl Engine {
    /// The number of an agent.
    ///
    /// # Errors
    /// As [`crate::Engine::agent_id`].
    pub fn agent_id(&self, agent: impl Into<AgentRef>) -> Result<AgentId, EngineError> {
        self.engine.agent_id(agent)
    }

    /// Registers an agent; its number.
    ///
    /// # Errors
    /// As [`crate::Engine::register_agent`].
    pub fn register_agent(&self, spec: AgentSpec) -> Result<AgentId, EngineError> {
        park_on(self.engine.register_agent(spec))
    }

    /// Changes the agent with this name.
    ///
    /// # Errors
    /// As [`crate::Engine::update_agent`].
    pub fn update_agent(&self, spec: AgentSpec) -> Result<Receipt, EngineError> {
        park_on(self.engine.update_agent(spec))
    }

    /// Says what an agent wants to be.
    ///
    /// # Errors
    /// As [`crate::Engine::set_presence`].
    pub fn set_presence(
        &self,
        agent: impl Into<AgentRef>,
        presence: Presence,
    ) -> Result<Receipt, EngineError> {
        park_on(self.engine.set_presence(agent, presence))
    }

    /// The agent takes the offer.
    ///
    /// # Errors
    /// As [`crate::Engine::accept`].
    pub fn accept(&self, offer: OfferId, agent: impl Into<AgentRef>) -> Result<Receipt, EngineError> {
        park_on(self.engine.accept(offer, agent))
    }

    /// The agent refuses the offer.
    ///
    /// # Errors
    /// As [`crate::Engine::decline`].
    pub fn decline(&self, offer: OfferId, agent: impl Into<AgentRef>) -> Result<Receipt, EngineError> {
        park_on(self.engine.decline(offer, agent))
    }

    /// The offer did not reach its agent.
    ///
    /// # Errors
    /// As [`crate::Engine::fail_offer`].
    pub fn fail_offer(&self, offer: OfferId, failure: DeliveryFailure) -> Result<Receipt, EngineError> {
        park_on(self.engine.fail_offer(offer, failure))
    }

    /// The offer is taken back.
    ///
    /// # Errors
    /// As [`crate::Engine::revoke_offer`].
    pub fn revoke_offer(&self, offer: OfferId) -> Result<Receipt, EngineError> {
        park_on(self.engine.revoke_offer(offer))
    }

    /// The agent ends its wrap-up early.
    ///
    /// # Errors
    /// As [`crate::Engine::finish_wrap_up`].
    pub fn finish_wrap_up(
        &self,
        agent: impl Into<AgentRef>,
        after: ContactId,
    ) -> Result<Receipt, EngineError> {
        park_on(self.engine.finish_wrap_up(agent, after))
    }

    /// The agent asks for more wrap-up.
    ///
    /// # Errors
    /// As [`crate::Engine::extend_wrap_up`].
    pub fn extend_wrap_up(
        &self,
        agent: impl Into<AgentRef>,
        after: ContactId,
        by: Span,
    ) -> Result<Receipt, EngineError> {
        park_on(self.engine.extend_wrap_up(agent, after, by))
    }

    /// Connects an agent.
    ///
    /// # Errors
    /// As [`crate::Engine::agent_session`].
    pub fn agent_session(&self, agent: impl Into<AgentRef>) -> Result<AgentSession, EngineError> {
        self.agent_session_with(agent, SessionOptions::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`crate::Engine::agent_session`].
    pub fn agent_session_with(
        &self,
        agent: impl Into<AgentRef>,
        options: SessionOptions,
    ) -> Result<AgentSession, EngineError> {
        let session = park_on(self.engine.agent_session_with(agent, options))?;
        Ok(AgentSession::new(session, self.threads.clone()))
    }
}
