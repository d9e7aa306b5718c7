//! The handle for plain threads.

use core::time::Duration;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use sunline_core::{
    AgentId, AgentSpec, Command, CommandKey, ContactId, ContactUpdate, ContactView, DeliveryFailure, Domain,
    NewContact, OfferId, Presence, Receipt, Seq, Span, StateHash, Timestamp,
};
use tokio::runtime::{Builder, Handle, Runtime};

use super::AgentSession;
use crate::builder::EngineBuilder;
use crate::engine::{End, EngineStats};
use crate::entry::Stamp;
use crate::error::EngineError;
use crate::pending::Pending;
use crate::registry::{AgentRef, QueueRef};
use crate::session::SessionOptions;
use crate::sink::{EventSink, SinkHandle};
use crate::stream::EventStream;
use crate::views::Views;
use crate::wait::{park_on, park_on_until};

/// The engine's own threads: one for the writer, one for all else.
const THREADS: usize = 2;
/// How long dropping the last handle waits for what has entered to be applied and made durable.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// A live engine on threads of its own. Each call waits; to have many commands under way use [`post`](Self::post).
///
/// Cheap to clone. When the last handle is dropped, sessions included, the engine closes as with
/// [`shutdown`](Self::shutdown); dropping waits up to five seconds for that.
///
/// ```
/// use std::time::Duration;
/// use sunline_core::{Config, Presence};
/// use sunline_runtime::{AgentNotice, Engine};
///
/// let config = Config::from_toml(r#"
///     name = "shop"
///     channels = [{ name = "voice" }]
///     queues = [{ name = "bills" }]
///     agents = [{ name = "ann" }]
/// "#)?;
/// let engine = Engine::in_memory(config).start_blocking()?;
/// let mut ann = engine.agent_session("ann")?;
/// ann.set_presence(Presence::Available)?;
/// engine.submit(engine.contact("c1", "bills")?)?;
/// let offer = ann.next_offer(Duration::from_secs(5)).expect("ann is asked");
/// ann.accept(offer.id)?;
/// assert_eq!(engine.views().queues[0].inside, 1);
/// engine.shutdown()?;
/// # Ok::<(), sunline_runtime::EngineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    // Dropped in this order: the engine begins to close before its threads are waited for.
    engine: crate::Engine,
    threads: Arc<Threads>,
}

/// The runtime, which goes when nobody needs it any more.
#[derive(Debug)]
pub(super) struct Threads {
    runtime: Option<Runtime>,
    end: Option<End>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        let (Some(runtime), end) = (self.runtime.take(), self.end.take()) else { return };
        let close = move || {
            if let Some(end) = end {
                let deadline = Instant::now().checked_add(CLOSE_WITHIN);
                // Out of patience, the rest is left undone; what was acknowledged is durable.
                let _ = park_on_until(end.begin(), deadline);
            }
            runtime.shutdown_background();
        };
        // A runtime's worker must not be held up, least of all one of these threads.
        if Handle::try_current().is_ok() {
            thread::spawn(close);
        } else {
            close();
        }
    }
}

impl EngineBuilder {
    /// Starts the engine on threads of its own.
    ///
    /// # Errors
    /// As [`EngineBuilder::start`]; [`EngineError::Unavailable`] when the system gives no threads.
    pub fn start_blocking(self) -> Result<Engine, EngineError> {
        let runtime =
            Builder::new_multi_thread().worker_threads(THREADS).thread_name("sunline").enable_time().build();
        let runtime = runtime.map_err(EngineError::unavailable)?;
        let started = runtime.spawn(self.start());
        let mut threads = Threads { runtime: Some(runtime), end: None };
        let engine = park_on(started).map_err(EngineError::unavailable)??;
        threads.end = Some(engine.end());
        Ok(Engine { engine, threads: Arc::new(threads) })
    }
}

impl Engine {
    /// The same engine for async callers, on any runtime. It closes with the last of the blocking handles.
    pub fn handle(&self) -> crate::Engine {
        self.engine.clone()
    }

    /// Applies a command; its receipt once the record is durable.
    ///
    /// # Errors
    /// As [`crate::Engine::apply`]. So with all commands: errors are those of the async handle.
    pub fn apply(&self, command: Command) -> Result<Receipt, EngineError> {
        park_on(self.engine.apply(command))
    }

    /// Applies a command under a key, so that it may be repeated.
    ///
    /// # Errors
    /// As [`crate::Engine::apply_once`].
    pub fn apply_once(&self, key: CommandKey, command: Command) -> Result<Receipt, EngineError> {
        park_on(self.engine.apply_once(key, command))
    }

    /// Puts a command in, to be waited for later. Waits only while the ring of control is full.
    ///
    /// # Errors
    /// As [`crate::Engine::post`].
    pub fn post(&self, key: Option<CommandKey>, command: Command) -> Result<Pending, EngineError> {
        park_on(self.engine.post(key, command))
    }

    // ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────

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

    // ── agents ───────────────────────────────────────────────────────────────────────────────────────────────

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

    // ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

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

    // ── time and the end ─────────────────────────────────────────────────────────────────────────────────────

    /// The engine's time.
    pub fn now(&self) -> Timestamp {
        self.engine.now()
    }

    /// Moves a manual clock forward and fires every deadline due by then.
    ///
    /// # Errors
    /// As [`crate::Engine::advance_to`].
    pub fn advance_to(&self, to: Timestamp) -> Result<(), EngineError> {
        park_on(self.engine.advance_to(to))
    }

    /// Keeps a snapshot now.
    ///
    /// # Errors
    /// As [`crate::Engine::checkpoint`].
    pub fn checkpoint(&self) -> Result<(), EngineError> {
        park_on(self.engine.checkpoint())
    }

    /// Closes the engine in good order.
    ///
    /// # Errors
    /// As [`crate::Engine::shutdown`].
    pub fn shutdown(&self) -> Result<(), EngineError> {
        park_on(self.engine.shutdown())
    }

    /// Whether the engine is closed, or closing.
    pub fn is_closed(&self) -> bool {
        self.engine.is_closed()
    }
}
