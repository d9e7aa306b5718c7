//! What the host says of agents and for agents, and how agents connect.

use std::sync::Arc;

use sunline_core::{
    AgentId, AgentSpec, Command, ContactId, DeliveryFailure, OfferId, Presence, Receipt, Right, Span,
};
use tokio::sync::oneshot;

use super::Engine;
use crate::actors::sessions::SessionsMessage;
use crate::entry::Action;
use crate::error::EngineError;
use crate::pending::Pending;
use crate::registry::AgentRef;
use crate::rights::{Gate, Holder};
use crate::session::{AgentSession, SessionOptions};

impl Engine {
    /// The number of an agent, by name or number. A number is taken at its word.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`].
    pub fn agent_id(&self, agent: impl Into<AgentRef>) -> Result<AgentId, EngineError> {
        self.shared().registry.agent(agent.into())
    }

    /// Registers an agent, who starts offline; its number.
    ///
    /// # Errors
    /// As [`Engine::apply`]; [`sunline_core::CommandError::DuplicateAgent`] when the name is taken.
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn register_agent(&self, spec: AgentSpec) -> Result<AgentId, EngineError> {
        let receipt = self.apply(Command::RegisterAgent(Arc::new(spec))).await?;
        Ok(receipt.agent.expect("the receipt of a registration names the agent"))
    }

    /// Changes skills, groups, capacity and so on of the agent with this name, with effect at once.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; as [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn update_agent(&self, spec: AgentSpec) -> Result<Receipt, EngineError> {
        let agent = self.agent_id(&spec.name)?;
        self.apply(Command::UpdateAgent(agent, Arc::new(spec))).await
    }

    /// Says what an agent wants to be.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; as [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn set_presence(
        &self,
        agent: impl Into<AgentRef>,
        presence: Presence,
    ) -> Result<Receipt, EngineError> {
        let agent = self.agent_id(agent)?;
        self.apply(Command::SetPresence(agent, presence)).await
    }

    /// The agent takes the offer.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; as [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn accept(&self, offer: OfferId, agent: impl Into<AgentRef>) -> Result<Receipt, EngineError> {
        let agent = self.agent_id(agent)?;
        self.apply(Command::AcceptOffer(offer, agent)).await
    }

    /// The agent refuses the offer.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; as [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn decline(&self, offer: OfferId, agent: impl Into<AgentRef>) -> Result<Receipt, EngineError> {
        let agent = self.agent_id(agent)?;
        self.apply(Command::DeclineOffer(offer, agent)).await
    }

    /// The offer did not reach its agent.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn fail_offer(&self, offer: OfferId, failure: DeliveryFailure) -> Result<Receipt, EngineError> {
        self.apply(Command::FailOffer(offer, failure)).await
    }

    /// The host or a supervisor takes the offer back from its agent.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn revoke_offer(&self, offer: OfferId) -> Result<Receipt, EngineError> {
        self.apply(Command::RevokeOffer(offer)).await
    }

    /// The agent ends its wrap-up after a contact early.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; as [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn finish_wrap_up(
        &self,
        agent: impl Into<AgentRef>,
        after: ContactId,
    ) -> Result<Receipt, EngineError> {
        let agent = self.agent_id(agent)?;
        self.apply(Command::FinishWrapUp(agent, after)).await
    }

    /// The agent asks for more wrap-up after a contact.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; as [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn extend_wrap_up(
        &self,
        agent: impl Into<AgentRef>,
        after: ContactId,
        by: Span,
    ) -> Result<Receipt, EngineError> {
        let agent = self.agent_id(agent)?;
        self.apply(Command::ExtendWrapUp(agent, after, by)).await
    }

    /// Connects an agent: a stream of what it is told, beginning with the offers it has not answered, and its answers. A
    /// session that the agent has already is replaced. The agent's presence stays as it is.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`]; [`EngineError::Command`] when no agent has the number;
    /// [`EngineError::Closed`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the session ends: the agent may have been set offline.
    pub async fn agent_session(&self, agent: impl Into<AgentRef>) -> Result<AgentSession, EngineError> {
        self.agent_session_with(agent, SessionOptions::default()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Self::agent_session`].
    ///
    /// # Cancel safety
    /// As [`Self::agent_session`].
    pub async fn agent_session_with(
        &self,
        agent: impl Into<AgentRef>,
        options: SessionOptions,
    ) -> Result<AgentSession, EngineError> {
        let agent = self.agent_id(agent)?;
        let holder = Holder { label: agent.to_string().into(), right: Right::Agent(agent) };
        self.agent_session_by(Gate::new(self, holder), agent, options).await
    }

    /// The same for the holder of a handle.
    pub(crate) async fn agent_session_by(
        &self,
        gate: Gate,
        agent: AgentId,
        options: SessionOptions,
    ) -> Result<AgentSession, EngineError> {
        let shared = self.shared();
        let gone = || shared.told(EngineError::Closed);
        let (reply, begun) = oneshot::channel();
        let address = shared.addresses.sessions.load_full().ok_or_else(gone)?;
        let begin = SessionsMessage::Begin { agent, options, reply };
        address.send_message(begin).map_err(|_| gone())?;
        let (port, notices, pulse) = begun.await.map_err(|_| gone())?;
        let session = AgentSession::new(gate, port.clone(), notices, pulse);
        let (reply, opened) = Pending::new(shared);
        shared.control(Action::OpenSession(port, reply)).await?;
        opened.await?;
        Ok(session)
    }
}
