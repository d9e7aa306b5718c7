//! What the host says of contacts, waiting on this thread.

use sunline_core::measures::Feedback;
use sunline_core::{
    AgentId, CallbackSlot, CommandKey, ContactId, ContactUpdate, NewContact, QueueId, Receipt, Timestamp,
};

use super::Engine;
use crate::entry::Stamp;
use crate::error::EngineError;
use crate::pending::Pending;
use crate::registry::QueueRef;
use crate::wait::park_on;

impl Engine {
    /// A contact with this id for a queue, to be completed and submitted.
    ///
    /// # Errors
    /// As [`crate::Engine::contact`].
    pub fn contact(&self, id: &str, queue: impl Into<QueueRef>) -> Result<NewContact, EngineError> {
        self.engine.contact(id, queue)
    }

    /// Submits a contact.
    ///
    /// # Errors
    /// As [`crate::Engine::submit`].
    pub fn submit(&self, contact: NewContact) -> Result<Receipt, EngineError> {
        park_on(self.engine.submit(contact))
    }

    /// Submits a contact under a key.
    ///
    /// # Errors
    /// As [`crate::Engine::submit_once`].
    pub fn submit_once(&self, key: CommandKey, contact: NewContact) -> Result<Receipt, EngineError> {
        park_on(self.engine.submit_once(key, contact))
    }

    /// Puts a contact in, to be waited for later. Never waits.
    ///
    /// # Errors
    /// As [`crate::Engine::post_contact`].
    pub fn post_contact(&self, contact: NewContact) -> Result<Pending, EngineError> {
        self.engine.post_contact(contact)
    }

    /// Puts a contact in and asks for no answer. Never waits.
    ///
    /// # Errors
    /// As [`crate::Engine::submit_nowait`].
    pub fn submit_nowait(&self, contact: NewContact) -> Result<Stamp, EngineError> {
        self.engine.submit_nowait(contact)
    }

    /// Changes a waiting contact.
    ///
    /// # Errors
    /// As [`crate::Engine::update_contact`].
    pub fn update_contact(&self, contact: ContactId, update: ContactUpdate) -> Result<Receipt, EngineError> {
        park_on(self.engine.update_contact(contact, update))
    }

    /// The customer gave up.
    ///
    /// # Errors
    /// As [`crate::Engine::abandon`].
    pub fn abandon(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.abandon(contact))
    }

    /// The host takes the contact back.
    ///
    /// # Errors
    /// As [`crate::Engine::withdraw`].
    pub fn withdraw(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.withdraw(contact))
    }

    /// A scorer says how well agents suit a contact for which scores are wanted; none: it has failed.
    ///
    /// # Errors
    /// As [`crate::Engine::give_scores`].
    pub fn give_scores(
        &self,
        contact: ContactId,
        scores: Vec<(AgentId, i64)>,
    ) -> Result<Receipt, EngineError> {
        park_on(self.engine.give_scores(contact, scores))
    }

    /// A system outside takes the contact over.
    ///
    /// # Errors
    /// As [`crate::Engine::hand_off`].
    pub fn hand_off(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.hand_off(contact))
    }

    /// Something is known of a contact afterwards.
    ///
    /// # Errors
    /// As [`crate::Engine::give_feedback`].
    pub fn give_feedback(&self, contact: ContactId, feedback: Feedback) -> Result<Receipt, EngineError> {
        park_on(self.engine.give_feedback(contact, feedback))
    }

    /// The customer hangs up and is to be called back.
    ///
    /// # Errors
    /// As [`crate::Engine::request_callback`].
    pub fn request_callback(
        &self,
        contact: ContactId,
        not_before: Option<Timestamp>,
        owner: Option<AgentId>,
    ) -> Result<Receipt, EngineError> {
        park_on(self.engine.request_callback(contact, not_before, owner))
    }

    /// The slots of a queue that have room left for callbacks.
    ///
    /// # Errors
    /// As [`crate::Engine::callback_slots`].
    pub fn callback_slots(
        &self,
        queue: QueueId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<CallbackSlot>, EngineError> {
        park_on(self.engine.callback_slots(queue, from, until))
    }

    /// The customer was dialled and not reached.
    ///
    /// # Errors
    /// As [`crate::Engine::not_reached`].
    pub fn not_reached(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.not_reached(contact))
    }

    /// Media is up.
    ///
    /// # Errors
    /// As [`crate::Engine::connected`].
    pub fn connected(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.connected(contact))
    }

    /// The connection could not be made.
    ///
    /// # Errors
    /// As [`crate::Engine::connection_failed`].
    pub fn connection_failed(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.connection_failed(contact))
    }

    /// The conversation ended.
    ///
    /// # Errors
    /// As [`crate::Engine::complete`].
    pub fn complete(&self, contact: ContactId) -> Result<Receipt, EngineError> {
        park_on(self.engine.complete(contact))
    }
}
