//! The handle of a channel adapter.

use sunline_core::measures::Feedback;
use sunline_core::{
    AgentId, ChannelId, Command, CommandKey, ContactId, ContactUpdate, ContactView, DeliveryFailure,
    NewContact, OfferId, QueueId, Receipt, Timestamp,
};

use super::Gate;
use super::verbs::verbs;
use crate::entry::Stamp;
use crate::error::EngineError;
use crate::pending::Pending;
use crate::registry::QueueRef;

/// What a channel adapter may: bring contacts, and say what becomes of them on their channel. It decides nothing by hand
/// but to take contacts back.
///
/// ```
/// use sunline_core::{Command, Config, Presence};
/// use sunline_runtime::{Engine, EngineError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::from_toml(r#"
///     name = "shop"
///     channels = [{ name = "voice" }]
///     queues = [{ name = "bills" }]
///     agents = [{ name = "ann" }]
/// "#)?;
/// let engine = Engine::in_memory(config).start().await?;
/// let adapter = engine.ingress("telephony");
/// adapter.submit(adapter.contact("c1", "bills")?).await?;
/// // A presence is not its business; it has no method for that, and the command is refused.
/// let ann = engine.agent_id("ann")?;
/// let refused = adapter.say(Command::SetPresence(ann, Presence::Available)).await;
/// assert!(matches!(refused, Err(EngineError::Forbidden(_))));
/// assert_eq!(engine.audit().records[0].who, "telephony");
/// # engine.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct IngressHandle {
    pub(crate) gate: Gate,
}

verbs! { IngressHandle, _me:
    /// Changes points, requirements or attributes of a waiting contact, with effect at once.
    update_contact(contact: ContactId, update: ContactUpdate) => Command::UpdateContact(contact, Box::new(update));
    /// The customer gave up.
    abandon(contact: ContactId) => Command::Abandon(contact);
    /// The host takes the contact back.
    withdraw(contact: ContactId) => Command::Withdraw(contact);
    /// The host takes several contacts back; of these, whoever still waits. Audited.
    withdraw_all(contacts: Vec<ContactId>) => Command::WithdrawAll(contacts);
    /// A system outside takes the contact over.
    hand_off(contact: ContactId) => Command::HandOff(contact);
    /// The customer of a waiting contact hangs up and is to be called back; see [`crate::Engine::request_callback`].
    request_callback(contact: ContactId, not_before: Option<Timestamp>, owner: Option<AgentId>)
        => Command::RequestCallback(contact, not_before, owner);
    /// The customer was dialled and not reached.
    not_reached(contact: ContactId) => Command::NotReached(contact);
    /// The offer did not reach its agent.
    fail_offer(offer: OfferId, failure: DeliveryFailure) => Command::FailOffer(offer, failure);
    /// Media is up between the customer and the agent who accepted.
    connected(contact: ContactId) => Command::Connected(contact);
    /// The connection to the agent who accepted could not be made.
    connection_failed(contact: ContactId) => Command::ConnectionFailed(contact);
    /// The customer is silent.
    park(contact: ContactId) => Command::Park(contact);
    /// The customer of a parked contact has written.
    unpark(contact: ContactId) => Command::Unpark(contact);
    /// The conversation ended.
    complete(contact: ContactId) => Command::Complete(contact);
    /// Something is known of a contact, inside or ended and remembered.
    give_feedback(contact: ContactId, feedback: Feedback) => Command::GiveFeedback(contact, feedback);
}

impl IngressHandle {
    /// A contact for a queue, to be completed and submitted.
    ///
    /// # Errors
    /// As [`crate::Engine::contact`].
    pub fn contact(&self, id: &str, queue: impl Into<QueueRef>) -> Result<NewContact, EngineError> {
        self.gate.engine.contact(id, queue)
    }

    /// A queue's number.
    ///
    /// # Errors
    /// [`EngineError::UnknownQueueName`].
    pub fn queue_id(&self, queue: impl Into<QueueRef>) -> Result<QueueId, EngineError> {
        self.gate.engine.queue_id(queue)
    }

    /// A channel's number.
    ///
    /// # Errors
    /// [`EngineError::UnknownChannelName`].
    pub fn channel_id(&self, name: &str) -> Result<ChannelId, EngineError> {
        self.gate.engine.channel_id(name)
    }

    /// Submits a contact.
    ///
    /// # Errors
    /// As [`crate::Engine::submit`].
    ///
    /// # Cancel safety
    /// As [`crate::Engine::submit`].
    pub async fn submit(&self, contact: NewContact) -> Result<Receipt, EngineError> {
        self.post_contact(contact)?.await
    }

    /// Submits a contact under a key.
    ///
    /// # Errors
    /// As [`crate::Engine::submit_once`].
    ///
    /// # Cancel safety
    /// As [`crate::Engine::submit`].
    pub async fn submit_once(&self, key: CommandKey, contact: NewContact) -> Result<Receipt, EngineError> {
        self.gate.say(Some(key), Command::Arrive(contact)).await
    }

    /// Puts a contact in, to be awaited later. Never waits.
    ///
    /// # Errors
    /// As [`crate::Engine::post_contact`].
    pub fn post_contact(&self, contact: NewContact) -> Result<Pending, EngineError> {
        self.gate.arrive(contact)
    }

    /// Puts a contact in and asks for no answer.
    ///
    /// # Errors
    /// As [`crate::Engine::submit_nowait`].
    pub fn submit_nowait(&self, contact: NewContact) -> Result<Stamp, EngineError> {
        self.gate.arrive_nowait(contact)
    }

    /// A contact as it is, while it is inside.
    ///
    /// # Errors
    /// As [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.gate.contact_view(contact).await
    }
}
