//! The handle for plain threads.

use core::time::Duration;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use sunline_core::{Command, CommandKey, Receipt, Timestamp};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::builder::EngineBuilder;
use crate::engine::End;
use crate::error::EngineError;
use crate::pending::Pending;
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
/// assert_eq!(engine.inspect(|domain| domain.contacts().count())?, 1);
/// engine.shutdown()?;
/// # Ok::<(), sunline_runtime::EngineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    // Dropped in this order: the engine begins to close before its threads are waited for.
    pub(super) engine: crate::Engine,
    pub(super) threads: Arc<Threads>,
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
