//! The handle to a live engine: cheap to clone, usable from any thread.
//!
//! Commands are stamped as they enter and applied in that order, one writer after all; an answer comes once its record is
//! durable. Only arrivals are ever refused for lack of room.

mod agents;
mod backup;
mod contacts;
mod explaining;
mod reading;
mod watching;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ractor::ActorRef;
use sunline_core::{Command, CommandKey, Config, Receipt, Timestamp};
use tokio::sync::{oneshot, watch};

pub use self::reading::EngineStats;
use crate::actors::root::RootMessage;
use crate::builder::{Durability, EngineBuilder};
use crate::entry::Action;
use crate::error::EngineError;
use crate::pending::Pending;
use crate::rights::Holder;
use crate::shared::Shared;

/// A live engine. When the last handle is dropped, sessions included, it applies what has entered, makes it durable and
/// ends; [`shutdown`](Self::shutdown) does so and says how it went.
///
/// ```
/// use sunline_core::{Config, Presence};
/// use sunline_runtime::{AgentNotice, Engine};
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
/// let mut ann = engine.agent_session("ann").await?;
/// ann.set_presence(Presence::Available).await?;
/// engine.submit(engine.contact("c1", "bills")?).await?;
/// let offer = ann.next_offer().await.expect("ann is asked");
/// ann.accept(offer.id).await?;
/// ann.complete(offer.contact).await?;
/// engine.shutdown().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    root: ActorRef<RootMessage>,
    durability: Durability,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // An engine that has ended already needs no telling.
        let _ = self.root.send_message(RootMessage::Shutdown(None));
    }
}

impl Engine {
    /// An engine whose state ends with the process.
    pub fn in_memory(config: Config) -> EngineBuilder {
        EngineBuilder::in_memory(config)
    }

    /// An engine with its journal in the directory `path`, which is made if it is not there. What it acknowledged
    /// survives a loss of power.
    pub fn durable(config: Config, path: impl Into<PathBuf>) -> EngineBuilder {
        EngineBuilder::on_disk(Some(config), path.into(), Durability::Durable)
    }

    /// The same, but what the last `window` brought may be lost with the process: many times the pace on a slow disk.
    pub fn relaxed(config: Config, path: impl Into<PathBuf>, window: Duration) -> EngineBuilder {
        Self::durable(config, path).relaxed(window)
    }

    /// A durable engine that goes on from the journal at `path`, whatever configuration it was begun with.
    pub fn reopen(path: impl Into<PathBuf>) -> EngineBuilder {
        EngineBuilder::on_disk(None, path.into(), Durability::Durable)
    }

    pub(crate) fn new(shared: Arc<Shared>, root: ActorRef<RootMessage>, durability: Durability) -> Self {
        Self { inner: Arc::new(Inner { shared, root, durability }) }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// When what the engine acknowledges survives.
    pub fn durability(&self) -> Durability {
        self.inner.durability
    }

    /// Applies a command; its receipt once the record is durable.
    ///
    /// # Errors
    /// [`EngineError::Command`] when the kernel refuses it; [`EngineError::Busy`] for an arrival when the ring is full;
    /// [`EngineError::Unavailable`] when it cannot be recorded; [`EngineError::Closed`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the command may still be applied. So with all commands of the engine; one that has
    /// to be repeated goes under a key, see [`Self::apply_once`].
    pub async fn apply(&self, command: Command) -> Result<Receipt, EngineError> {
        self.post(None, command).await?.await
    }

    /// Applies a command that the host may repeat: within the memory of keys, the same command under the same key gets the
    /// first answer again.
    ///
    /// # Errors
    /// As [`Self::apply`]; [`sunline_core::CommandError::KeyReused`] when the key stood for another command.
    ///
    /// # Cancel safety
    /// As [`Self::apply`].
    pub async fn apply_once(&self, key: CommandKey, command: Command) -> Result<Receipt, EngineError> {
        self.post(Some(key), command).await?.await
    }

    /// Puts a command in, to be awaited later: so one caller can have many under way. Waits only while the ring of
    /// control is full.
    ///
    /// # Errors
    /// [`EngineError::Busy`] for an arrival when the ring is full; [`EngineError::Closed`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the command has not entered.
    pub async fn post(&self, key: Option<CommandKey>, command: Command) -> Result<Pending, EngineError> {
        self.post_by(None, key, command).await
    }

    /// The same, said on a handle that may not say everything.
    pub(crate) async fn post_by(
        &self,
        by: Option<Arc<Holder>>,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Pending, EngineError> {
        let (reply, pending) = Pending::new(self.shared());
        let is_arrival = command.is_arrival();
        let action = Action::Apply { command, key, by, reply: Some(reply) };
        if is_arrival {
            self.shared().arrive(action)?;
        } else {
            self.shared().control(action).await?;
        }
        Ok(pending)
    }

    /// The engine's time.
    pub fn now(&self) -> Timestamp {
        self.shared().clock.now()
    }

    /// Moves a manual clock forward and fires every deadline due by then, each as of its own instant; ready when all is
    /// quiet. An instant that has passed already changes nothing.
    ///
    /// # Errors
    /// [`EngineError::ClockNotManual`]; [`EngineError::Unavailable`] when the record cannot be written: the deadlines
    /// then fire with the next command or advance.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the clock may have moved and deadlines may have fired.
    pub async fn advance_to(&self, to: Timestamp) -> Result<(), EngineError> {
        self.shared().clock.lift(to)?;
        let (reply, pending) = Pending::new(self.shared());
        self.shared().control(Action::Advance { to, reply: Some(reply) }).await?;
        pending.await
    }

    /// Closes the engine: nothing more enters, what has entered is applied, recorded and answered, a snapshot is kept,
    /// readers read to the end and sessions are told. Agents keep their presence. Other handles find it closed.
    ///
    /// # Errors
    /// [`EngineError::Journal`] when the last record could not be made durable; [`EngineError::Unavailable`] when the
    /// engine broke meanwhile. It is closed all the same.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the engine closes all the same.
    pub async fn shutdown(&self) -> Result<(), EngineError> {
        let (reply, closed) = oneshot::channel();
        let asked = self.inner.root.send_message(RootMessage::Shutdown(Some(reply)));
        let ended = || self.shared().told(EngineError::Closed);
        asked.map_err(|_| ended())?;
        closed.await.map_err(|_| ended())?
    }

    /// Ends the engine without being a handle to it.
    pub(crate) fn end(&self) -> End {
        End { root: self.inner.root.clone(), ended: self.shared().ended.subscribe() }
    }

    /// Whether the engine is closed, or closing.
    pub fn is_closed(&self) -> bool {
        self.shared().rings.is_closed()
    }
}

/// Ends an engine; not a handle that keeps it alive.
#[derive(Debug)]
pub(crate) struct End {
    root: ActorRef<RootMessage>,
    ended: watch::Receiver<bool>,
}

impl End {
    /// Has the engine close in good order; ready when all its actors have ended.
    pub(crate) async fn begin(mut self) {
        // One that has ended already needs no telling.
        let _ = self.root.send_message(RootMessage::Shutdown(None));
        let _ = self.ended.wait_for(|ended| *ended).await;
    }
}
