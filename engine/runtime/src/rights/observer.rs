//! The handle that only reads.

use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::{
    AgentId, ContactId, ContactView, Explanation, QueueId, Seq, StateHash, Timestamp, WhatWouldMake,
    WhyWaiting,
};

use super::Gate;
use super::verbs::verbs;
use crate::engine::EngineStats;
use crate::error::EngineError;
use crate::registry::QueueRef;
use crate::sink::{EventSink, SinkHandle};
use crate::stream::EventStream;
use crate::views::Views;

/// What a wallboard, a report or an exporter may: read. No command is covered.
#[derive(Clone, Debug)]
pub struct ObserverHandle {
    pub(crate) gate: Gate,
}

verbs! { ObserverHandle, _me: }

impl ObserverHandle {
    /// The engine as of a moment ago. Never waits.
    pub fn views(&self) -> Arc<Views> {
        self.gate.engine.views()
    }

    /// Counts since the engine started.
    pub fn stats(&self) -> EngineStats {
        self.gate.engine.stats()
    }

    /// All events from `from` on, without what is private; see [`crate::Engine::events`] and [`EventStream::masked`].
    pub fn events(&self, from: Seq) -> EventStream {
        self.gate.engine.events(from).masked()
    }

    /// The events from now on, without what is private.
    pub fn live_events(&self) -> EventStream {
        self.gate.engine.live_events().masked()
    }

    /// Attaches a sink, which gets all events from `from` on, without what is private; see [`crate::Engine::attach_sink`].
    pub fn attach_sink<S: EventSink>(
        &self,
        name: &str,
        from: Seq,
        factory: impl Fn() -> S + Send + Sync + 'static,
    ) -> SinkHandle {
        self.gate.engine.attach(name, from, factory, true)
    }

    /// A queue's name.
    pub fn queue_name(&self, queue: QueueId) -> SmolStr {
        self.gate.engine.queue_name(queue)
    }

    /// A queue's number.
    ///
    /// # Errors
    /// [`EngineError::UnknownQueueName`].
    pub fn queue_id(&self, queue: impl Into<QueueRef>) -> Result<QueueId, EngineError> {
        self.gate.engine.queue_id(queue)
    }

    /// A contact as it is, while it is inside.
    ///
    /// # Errors
    /// As [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed. So with all below.
    pub async fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.gate.contact_view(contact).await
    }

    /// Why an offer was made; see [`crate::Engine::explain`].
    ///
    /// # Errors
    /// As [`crate::Engine::explain`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn explain(&self, seq: Seq) -> Result<Explanation, EngineError> {
        self.gate.engine.explain(seq).await
    }

    /// Why a contact is still waiting; see [`crate::Engine::why_waiting`].
    ///
    /// # Errors
    /// As [`crate::Engine::why_waiting`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn why_waiting(&self, contact: ContactId) -> Result<Option<WhyWaiting>, EngineError> {
        self.gate.engine.why_waiting(contact).await
    }

    /// What would make an agent win a contact; see [`crate::Engine::what_would_make`].
    ///
    /// # Errors
    /// As [`crate::Engine::what_would_make`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn what_would_make(
        &self,
        agent: AgentId,
        contact: ContactId,
    ) -> Result<WhatWouldMake, EngineError> {
        self.gate.engine.what_would_make(agent, contact).await
    }

    /// The next instant at which something happens by itself.
    ///
    /// # Errors
    /// As [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn next_deadline(&self) -> Result<Option<Timestamp>, EngineError> {
        self.gate.engine.next_deadline().await
    }

    /// BLAKE3 of the state; see [`crate::Engine::state_hash`].
    ///
    /// # Errors
    /// As [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn state_hash(&self) -> Result<StateHash, EngineError> {
        self.gate.engine.state_hash().await
    }
}
