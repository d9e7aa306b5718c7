//! The handle of one agent.

use sunline_core::measures::Feedback;
use sunline_core::{
    AgentId, AgentState, ChannelId, Command, ContactId, ContactView, DeliveryFailure, OfferId, OfferView,
    Presence, QueueId, Span, Stage, TransferTarget, Work,
};

use super::Gate;
use super::verbs::verbs;
use crate::error::EngineError;
use crate::session::{AgentSession, SessionOptions};

/// What one agent may: say what it wants to be, answer its offers, and do with its contacts what an agent does. Everybody
/// else's are refused.
#[derive(Clone, Debug)]
pub struct AgentHandle {
    pub(crate) gate: Gate,
    pub(crate) agent: AgentId,
}

/// An agent as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentStanding {
    /// Which agent.
    pub agent: AgentId,
    /// What it wants to be.
    pub presence: Presence,
    /// What it is.
    pub state: AgentState,
    /// What it has in hand, oldest first.
    pub work: Vec<Work>,
    /// The offers it has not answered, oldest first.
    pub offers: Vec<OfferView>,
}

verbs! { AgentHandle, me:
    /// Says what the agent wants to be.
    set_presence(presence: Presence) => Command::SetPresence(me.agent, presence);
    /// Takes an offer.
    accept(offer: OfferId) => Command::AcceptOffer(offer, me.agent);
    /// Refuses an offer.
    decline(offer: OfferId) => Command::DeclineOffer(offer, me.agent);
    /// Reports that an offer did not reach the agent.
    fail(offer: OfferId, failure: DeliveryFailure) => Command::FailOffer(offer, failure);
    /// Media is up to a contact of its own.
    connected(contact: ContactId) => Command::Connected(contact);
    /// The connection to a contact of its own could not be made.
    connection_failed(contact: ContactId) => Command::ConnectionFailed(contact);
    /// The customer of its own contact was dialled and not reached.
    not_reached(contact: ContactId) => Command::NotReached(contact);
    /// Ends the conversation with a contact of its own; wrap-up begins.
    complete(contact: ContactId) => Command::Complete(contact);
    /// Ends its wrap-up after a contact early.
    finish_wrap_up(after: ContactId) => Command::FinishWrapUp(me.agent, after);
    /// Asks for more wrap-up after a contact.
    extend_wrap_up(after: ContactId, by: Span) => Command::ExtendWrapUp(me.agent, after, by);
    /// The customer of its own contact is silent.
    park(contact: ContactId) => Command::Park(contact);
    /// The customer of its own parked contact has written.
    unpark(contact: ContactId) => Command::Unpark(contact);
    /// Takes nothing of a queue (`true`), or takes it again.
    pause_queue(queue: QueueId, paused: bool) => Command::PauseQueue(me.agent, queue, paused);
    /// Takes a waiting contact from a list, out of turn and under all other rules. Audited.
    pull(contact: ContactId) => Command::Pull(me.agent, contact);
    /// Passes a contact of its own on, and is done with it.
    transfer(contact: ContactId, to: TransferTarget) => Command::Transfer(contact, to);
    /// Asks somebody about a contact of its own, and keeps it; the second id is the question's.
    consult(contact: ContactId, question: ContactId, to: TransferTarget)
        => Command::Consult(contact, question, to);
    /// Takes over the contact that the question it serves is about.
    hand_over(question: ContactId) => Command::HandOver(question);
    /// It does something that the engine did not give it; see [`sunline_core::Command::BeginExternalWork`].
    begin_external_work(work: ContactId, channel: ChannelId, cost: Option<u16>)
        => Command::BeginExternalWork(me.agent, work, channel, cost);
    /// That is over.
    end_external_work(work: ContactId) => Command::EndExternalWork(me.agent, work);
    /// Something is known of a contact that it has or had last.
    give_feedback(contact: ContactId, feedback: Feedback) => Command::GiveFeedback(contact, feedback);
}

impl AgentHandle {
    /// Whose handle it is.
    pub fn agent(&self) -> AgentId {
        self.agent
    }

    /// Connects the agent; see [`crate::Engine::agent_session`].
    ///
    /// # Errors
    /// As [`crate::Engine::agent_session`].
    ///
    /// # Cancel safety
    /// As [`crate::Engine::agent_session`].
    pub async fn session(&self) -> Result<AgentSession, EngineError> {
        self.session_with(SessionOptions::default()).await
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Self::session`].
    ///
    /// # Cancel safety
    /// As [`Self::session`].
    pub async fn session_with(&self, options: SessionOptions) -> Result<AgentSession, EngineError> {
        self.gate.engine.agent_session_by(self.gate.clone(), self.agent, options).await
    }

    /// The agent as it is: what it wants to be, what it has in hand, what it is asked.
    ///
    /// # Errors
    /// [`EngineError::Command`] when no agent has the number; as [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn standing(&self) -> Result<AgentStanding, EngineError> {
        let agent = self.agent;
        let standing = self.gate.engine.inspect(move |domain| {
            let view = domain.agent_view(agent)?;
            let offers = view.work.iter().filter_map(|work| match work.stage {
                Stage::Reserved { offer } => domain.offer_view(offer),
                _ => None,
            });
            Some(AgentStanding {
                agent,
                presence: view.presence.clone(),
                state: view.state,
                work: view.work.to_vec(),
                offers: offers.collect(),
            })
        });
        standing.await?.ok_or_else(|| sunline_core::CommandError::UnknownAgent { agent }.into())
    }

    /// A contact that it has, had last, or is asked for, while it is inside.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for any other; as [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.gate.contact_view(contact).await
    }
}
