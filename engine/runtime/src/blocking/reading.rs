//! What can be read, waiting on this thread.

use std::sync::Arc;

use sunline_core::{ContactId, ContactView, Domain, Seq, StateHash, Timestamp};

use super::Engine;
use crate::engine::EngineStats;
use crate::error::EngineError;
use crate::sink::{EventSink, SinkHandle};
use crate::stream::EventStream;
use crate::views::Views;
use crate::wait::park_on;

impl Engine {
    /// The engine as of a moment ago. Never waits.
    pub fn views(&self) -> Arc<Views> {
        self.engine.views()
    }

    /// Counts since the engine started.
    pub fn stats(&self) -> EngineStats {
        self.engine.stats()
    }

    /// All events from `from` on; read them with [`EventStream::wait_next`].
    pub fn events(&self, from: Seq) -> EventStream {
        self.engine.events(from)
    }

    /// The events from now on.
    pub fn live_events(&self) -> EventStream {
        self.engine.live_events()
    }

    /// Attaches a sink.
    pub fn attach_sink<S: EventSink>(
        &self,
        name: &str,
        from: Seq,
        factory: impl Fn() -> S + Send + Sync + 'static,
    ) -> SinkHandle {
        self.engine.attach_sink(name, from, factory)
    }

    /// Looks at the state between two commits.
    ///
    /// # Errors
    /// As [`crate::Engine::inspect`].
    pub fn inspect<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Domain) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        park_on(self.engine.inspect(look))
    }

    /// BLAKE3 of the state.
    ///
    /// # Errors
    /// As [`crate::Engine::state_hash`].
    pub fn state_hash(&self) -> Result<StateHash, EngineError> {
        park_on(self.engine.state_hash())
    }

    /// A contact as it is, while it is inside.
    ///
    /// # Errors
    /// As [`crate::Engine::contact_view`].
    pub fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        park_on(self.engine.contact_view(contact))
    }

    /// The next instant at which something happens by itself.
    ///
    /// # Errors
    /// As [`crate::Engine::next_deadline`].
    pub fn next_deadline(&self) -> Result<Option<Timestamp>, EngineError> {
        park_on(self.engine.next_deadline())
    }
}
