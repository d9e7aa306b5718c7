//! What the host says of contacts.

use sunline_core::measures::Feedback;
use sunline_core::{
    AgentId, CallbackSlot, Command, CommandKey, ContactId, ContactUpdate, NewContact, QueueId, Receipt,
    Timestamp,
};

use super::Engine;
use crate::entry::{Action, Stamp};
use crate::error::EngineError;
use crate::pending::Pending;
use crate::registry::QueueRef;

impl Engine {
    /// A contact with this id for a queue, by name or number, to be completed and submitted.
    ///
    /// # Errors
    /// [`EngineError::Id`] when the text is no id; [`EngineError::UnknownQueueName`].
    pub fn contact(&self, id: &str, queue: impl Into<QueueRef>) -> Result<NewContact, EngineError> {
        Ok(NewContact::new(ContactId::new(id)?, self.shared().registry.queue(queue.into())?))
    }

    /// Submits a contact.
    ///
    /// # Errors
    /// [`EngineError::Busy`] when the ring of arrivals is full: the contact has not entered; otherwise as
    /// [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`]. The same contact may simply be submitted again: its id tells.
    pub async fn submit(&self, contact: NewContact) -> Result<Receipt, EngineError> {
        self.post_contact(contact)?.await
    }

    /// Submits a contact under a key; see [`Engine::apply_once`].
    ///
    /// # Errors
    /// As [`Self::submit`] and [`Engine::apply_once`].
    ///
    /// # Cancel safety
    /// As [`Self::submit`].
    pub async fn submit_once(&self, key: CommandKey, contact: NewContact) -> Result<Receipt, EngineError> {
        self.apply_once(key, Command::Arrive(contact)).await
    }

    /// Puts a contact in, to be awaited later. Never waits.
    ///
    /// # Errors
    /// [`EngineError::Busy`], [`EngineError::Closed`].
    pub fn post_contact(&self, contact: NewContact) -> Result<Pending, EngineError> {
        let (reply, pending) = Pending::new(self.shared());
        let command = Command::Arrive(contact);
        self.shared().arrive(Action::Apply { command, key: None, by: None, reply: Some(reply) })?;
        Ok(pending)
    }

    /// Puts a contact in and asks for no answer: the cheapest way in. A refusal shows in the log and in
    /// [`EngineStats::refused`](super::EngineStats::refused); the contact shows in the events.
    ///
    /// # Errors
    /// [`EngineError::Busy`], [`EngineError::Closed`].
    pub fn submit_nowait(&self, contact: NewContact) -> Result<Stamp, EngineError> {
        let command = Command::Arrive(contact);
        self.shared().arrive(Action::Apply { command, key: None, by: None, reply: None })
    }

    /// Changes points, requirements or attributes of a waiting contact, with effect at once.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn update_contact(
        &self,
        contact: ContactId,
        update: ContactUpdate,
    ) -> Result<Receipt, EngineError> {
        self.apply(Command::UpdateContact(contact, Box::new(update))).await
    }

    /// The customer gave up.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn abandon(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::Abandon(contact)).await
    }

    /// The host takes the contact back.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn withdraw(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::Withdraw(contact)).await
    }

    /// A scorer says how well agents suit a contact for which [`ScoresWanted`](sunline_core::EventKind::ScoresWanted) was
    /// told; none: it has failed, and the queue's rule decides.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn give_scores(
        &self,
        contact: ContactId,
        scores: Vec<(AgentId, i64)>,
    ) -> Result<Receipt, EngineError> {
        self.apply(Command::GiveScores(contact, scores)).await
    }

    /// A system outside takes the contact over.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn hand_off(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::HandOff(contact)).await
    }

    /// Something is known of a contact, inside or ended and remembered: it is joined to the decision that routed it.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn give_feedback(
        &self,
        contact: ContactId,
        feedback: Feedback,
    ) -> Result<Receipt, EngineError> {
        self.apply(Command::GiveFeedback(contact, feedback)).await
    }

    /// The customer of a waiting contact hangs up and is to be called back: at its turn (`None`), or not before an instant;
    /// and first by its `owner`, where one is named.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn request_callback(
        &self,
        contact: ContactId,
        not_before: Option<Timestamp>,
        owner: Option<AgentId>,
    ) -> Result<Receipt, EngineError> {
        self.apply(Command::RequestCallback(contact, not_before, owner)).await
    }

    /// The slots of a queue that begin in a window and have room left for callbacks, the first first; at most 1000. The writer
    /// waits while everybody's shift is looked at.
    ///
    /// # Errors
    /// As [`Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn callback_slots(
        &self,
        queue: QueueId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<CallbackSlot>, EngineError> {
        self.inspect(move |domain| domain.callback_slots(queue, from, until)).await
    }

    /// The customer was dialled and not reached.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn not_reached(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::NotReached(contact)).await
    }

    /// Media is up between the customer and the agent who accepted.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn connected(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::Connected(contact)).await
    }

    /// The connection to the agent who accepted could not be made; the contact is back in its place.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn connection_failed(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::ConnectionFailed(contact)).await
    }

    /// The conversation ended; the agent's wrap-up begins.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    ///
    /// # Cancel safety
    /// As [`Engine::apply`].
    pub async fn complete(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        self.apply(Command::Complete(contact)).await
    }
}
