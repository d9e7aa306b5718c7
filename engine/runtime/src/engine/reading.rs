//! What can be read: events by cursor, views without waiting, and the state itself, between two commits.

use core::sync::atomic::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::{ContactId, ContactView, Domain, Seq, StateHash, Timestamp};

use super::Engine;
use crate::actors::domain::ask;
use crate::actors::journal::JournalMessage;
use crate::entry::Action;
use crate::error::EngineError;
use crate::host::panic_message;
use crate::pending::Pending;
use crate::sink::{Attached, EventSink, Progress, SinkHandle};
use crate::stream::EventStream;
use crate::views::Views;

/// Counts since the engine started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineStats {
    /// Commands applied, repetitions included.
    pub applied: u64,
    /// Commands refused by the kernel, or for want of a record.
    pub refused: u64,
    /// Arrivals refused as busy.
    pub busy: u64,
    /// Group commits recorded.
    pub commits: u64,
    /// Group commits that could not be recorded and were taken back.
    pub failed_commits: u64,
    /// Times the kernel broke and was rebuilt.
    pub rebuilds: u64,
    /// Times a part of the engine broke and was started again.
    pub restarts: u64,
}

impl Engine {
    /// The engine as of a moment ago: at a quiet moment at once, under load at most 50 ms old. Never waits.
    pub fn views(&self) -> Arc<Views> {
        self.shared().views.load_full()
    }

    /// Counts since the engine started.
    pub fn stats(&self) -> EngineStats {
        let tally = &self.shared().tally;
        EngineStats {
            applied: tally.applied.load(Ordering::Relaxed),
            refused: tally.refused.load(Ordering::Relaxed),
            busy: tally.busy.load(Ordering::Relaxed),
            commits: tally.commits.load(Ordering::Relaxed),
            failed_commits: tally.failed_commits.load(Ordering::Relaxed),
            rebuilds: tally.rebuilds.load(Ordering::Relaxed),
            restarts: tally.restarts.load(Ordering::Relaxed),
        }
    }

    /// All events from `from` on, the first being 1: those of the past, then each as it becomes durable. A reader that
    /// has seen event n resumes with n + 1, in this run of the engine or another.
    pub fn events(&self, from: Seq) -> EventStream {
        EventStream::new(self.shared().clone(), from)
    }

    /// The events from now on.
    pub fn live_events(&self) -> EventStream {
        self.events(self.shared().released().next())
    }

    /// Attaches a sink, which gets all events from `from` on. `factory` makes it, now and whenever it panicked.
    pub fn attach_sink<S: EventSink>(
        &self,
        name: &str,
        from: Seq,
        factory: impl Fn() -> S + Send + Sync + 'static,
    ) -> SinkHandle {
        let shared = self.shared().clone();
        let progress = Arc::new(Progress::new(name.into(), from));
        let factory = Arc::new(move || Box::new(factory()) as Box<dyn EventSink>);
        shared.attach(Attached { progress: progress.clone(), factory });
        SinkHandle { shared, progress }
    }

    /// Looks at the state between two commits, after everything that entered before this call. The writer waits for it, so
    /// it should be short, and must not wait for the engine in turn.
    ///
    /// # Errors
    /// [`EngineError::InspectionPanicked`]; [`EngineError::Closed`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the look may still be taken.
    pub async fn inspect<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Domain) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        let (reply, pending) = Pending::new(self.shared());
        let look = Box::new(move |domain: &Domain| {
            let seen = catch_unwind(AssertUnwindSafe(|| look(domain)));
            let panicked = |panic: Box<dyn core::any::Any + Send>| EngineError::InspectionPanicked {
                message: panic_message(&*panic),
            };
            // Whoever gave up waiting needs no answer.
            let _ = reply.send(seen.map_err(panicked));
        });
        self.shared().control(Action::Inspect(look)).await?;
        pending.await
    }

    /// BLAKE3 of the state; equal states have equal hashes. Costs a walk over all agents and contacts.
    ///
    /// # Errors
    /// As [`Self::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed. So with the look-ups below.
    pub async fn state_hash(&self) -> Result<StateHash, EngineError> {
        self.inspect(Domain::state_hash).await
    }

    /// A contact as it is, while it is inside.
    ///
    /// # Errors
    /// As [`Self::inspect`].
    ///
    /// # Cancel safety
    /// As [`Self::state_hash`].
    pub async fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.inspect(move |domain| domain.contact_view(&contact)).await
    }

    /// The next instant at which something happens by itself.
    ///
    /// # Errors
    /// As [`Self::inspect`].
    ///
    /// # Cancel safety
    /// As [`Self::state_hash`].
    pub async fn next_deadline(&self) -> Result<Option<Timestamp>, EngineError> {
        self.inspect(Domain::next_deadline).await
    }

    /// Keeps a snapshot now, so that the next start need not read the whole journal.
    ///
    /// # Errors
    /// [`EngineError::Journal`] when it could not be kept; [`EngineError::Unavailable`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the snapshot may still be kept.
    pub async fn checkpoint(&self) -> Result<(), EngineError> {
        let journal = self.shared().addresses.journal.load_full();
        let journal = journal.ok_or_else(|| self.shared().told(EngineError::Closed))?;
        Ok(ask(&journal, JournalMessage::Checkpoint).await?)
    }

    /// A queue's name.
    pub fn queue_name(&self, queue: sunline_core::QueueId) -> SmolStr {
        self.shared().registry.queue_name(queue)
    }

    /// A channel's number, by its name.
    ///
    /// # Errors
    /// [`EngineError::UnknownChannelName`].
    pub fn channel_id(&self, name: &str) -> Result<sunline_core::ChannelId, EngineError> {
        self.shared().registry.channel(name)
    }

    /// A queue's number, by name or number. A number is taken at its word.
    ///
    /// # Errors
    /// [`EngineError::UnknownQueueName`].
    pub fn queue_id(
        &self,
        queue: impl Into<crate::registry::QueueRef>,
    ) -> Result<sunline_core::QueueId, EngineError> {
        self.shared().registry.queue(queue.into())
    }
}
