//! How an engine is put together: configuration, record, clock, sizes.

use core::time::Duration;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;

use ractor::Actor;
use sunline_core::{Command, Config, Domain};
use sunline_journal::{self as journal, Journal, MemoryStore, RedbStore, Store};
use tokio::runtime::Handle;

use crate::actors::domain::LiveKernel;
use crate::actors::root::{RootActor, RootArguments};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::entry::Action;
use crate::error::EngineError;
use crate::host::Kernel;
use crate::ledger::{Journaled, Ledger, LedgerError, Opener, StateOnly};
use crate::pending::Pending;
use crate::shared::{Shared, Sizes};
use crate::telemetry::WatchdogOptions;

/// When what the engine acknowledged survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A loss of power: every answer and every event waits for the disk.
    Durable,
    /// The same, but for what the last `window` brought: a crash of the process may take that.
    Relaxed {
        /// How long a record may wait for the disk.
        window: Duration,
    },
    /// Nothing: the state ends with the process.
    Memory,
}

/// Puts an engine together; see [`Engine::in_memory`], [`Engine::durable`], [`Engine::relaxed`].
#[derive(Debug)]
pub struct EngineBuilder {
    config: Option<Config>,
    place: Place,
    clock: Clock,
    sizes: Sizes,
    snapshot_every: Option<u64>,
    watchdog: WatchdogOptions,
}

#[derive(Clone, Debug)]
enum Place {
    Memory { history: bool },
    Disk { path: PathBuf, durability: Durability },
}

impl EngineBuilder {
    pub(crate) fn in_memory(config: Config) -> Self {
        Self::at(Some(config), Place::Memory { history: false })
    }

    pub(crate) fn on_disk(config: Option<Config>, path: PathBuf, durability: Durability) -> Self {
        Self::at(config, Place::Disk { path, durability })
    }

    fn at(config: Option<Config>, place: Place) -> Self {
        Self {
            config,
            place,
            clock: Clock::wall(),
            sizes: Sizes::DEFAULT,
            snapshot_every: Some(1_000_000),
            watchdog: WatchdogOptions::default(),
        }
    }

    /// The clock. Default: the wall's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Keeps all events of an engine in memory, so that [`Engine::events`] can begin at the first. Default: only the
    /// buffer of recent ones is kept, since a history in memory grows for ever (some 100 bytes an event). An engine on
    /// disk always keeps all.
    #[must_use]
    pub fn keep_history(mut self) -> Self {
        if let Place::Memory { history } = &mut self.place {
            *history = true;
        }
        self
    }

    /// Lets what the last `window` brought be lost with the process. An engine in memory has nothing to lose.
    #[must_use]
    pub fn relaxed(mut self, window: Duration) -> Self {
        if let Place::Disk { durability, .. } = &mut self.place {
            *durability = Durability::Relaxed { window };
        }
        self
    }

    /// Arrivals that may wait to be applied, at least 1; more are refused as busy. Default 8192: at 100,000 a second
    /// some 80 ms of work, about what a caller can bear; about 2 MB.
    #[must_use]
    pub fn arrivals_ring(mut self, entries: usize) -> Self {
        self.sizes.arrivals = entries.max(1);
        self
    }

    /// Other commands that may wait to be applied, at least 1; then callers wait. Default 4096.
    #[must_use]
    pub fn control_ring(mut self, entries: usize) -> Self {
        self.sizes.control = entries.max(1);
        self
    }

    /// Recent events kept for readers, at least 1. A reader that falls further behind is told so and goes on from the
    /// journal. Default 65,536: at 1000 a second a minute of slack; about 15 MB when full.
    #[must_use]
    pub fn event_buffer(mut self, events: usize) -> Self {
        self.sizes.events = events.max(1);
        self
    }

    /// Records of the audit that are kept, at least 1: so many of refusals, and as many of what was done by hand, so that
    /// neither pushes the other out. Default 1024: at one an hour six weeks; about 200 kB.
    #[must_use]
    pub fn audit_length(mut self, records: usize) -> Self {
        self.sizes.audit = records.max(1);
        self
    }

    /// Keeps a snapshot every so many events, at least 1, and when the engine closes; `None`: only then. Default
    /// 1,000,000: a start after a crash then folds a second's worth of events. A snapshot holds the journal, not the
    /// kernel, for as long as it takes to write.
    #[must_use]
    pub fn snapshot_every(mut self, events: Option<u64>) -> Self {
        self.snapshot_every = events.map(|events| events.max(1));
        self
    }

    /// How the watchdog watches. Default: [`WatchdogOptions::default`], a look a second.
    #[must_use]
    pub fn watchdog(mut self, options: WatchdogOptions) -> Self {
        self.watchdog = options;
        self
    }

    /// Starts the engine on the current tokio runtime, which needs time enabled. An engine on disk goes on where its
    /// journal ends: offers have the time left that they had, or lapse without strike if it ran out meanwhile; all other
    /// deadlines that fell due fire, each as of its own instant.
    ///
    /// # Errors
    /// [`EngineError::Config`], [`EngineError::Journal`], [`EngineError::OtherConfig`], [`EngineError::NoRuntime`].
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the engine ends again by itself.
    pub async fn start(self) -> Result<Engine, EngineError> {
        self.start_kernel::<LiveKernel>().await
    }

    pub(crate) async fn start_kernel<K: Kernel>(self) -> Result<Engine, EngineError> {
        let runtime = Handle::try_current().map_err(|_| EngineError::NoRuntime)?;
        let (now, config, place) = (self.clock.now(), self.config.clone(), self.place.clone());
        let snapshot_every = self.snapshot_every;
        let open = move || open(place, config, now, snapshot_every);
        let opened = runtime.spawn_blocking(open).await.map_err(EngineError::unavailable)??;
        self.start_over::<K>(runtime, opened).await
    }

    /// Starts the engine over an open ledger.
    pub(crate) async fn start_over<K: Kernel>(
        self,
        runtime: Handle,
        opened: Opened,
    ) -> Result<Engine, EngineError> {
        let Opened { mut ledger, opener, existed } = opened;
        let recovered = ledger.recover()?;
        if let Some(config) = &self.config
            && existed
            && recovered.domain.document() != config
        {
            return Err(EngineError::OtherConfig { found: recovered.domain.document().name.clone() });
        }
        if self.clock.is_manual() {
            self.clock.lift(recovered.tail.at)?;
        }
        let (durability, window) = match self.place {
            Place::Disk { durability: Durability::Relaxed { window }, .. } => {
                (Durability::Relaxed { window }, Some(window))
            }
            Place::Disk { durability, .. } => (durability, None),
            Place::Memory { .. } => (Durability::Memory, None),
        };
        let shared = Arc::new(Shared::new(self.clock, &recovered.domain, self.sizes, runtime));
        let mut resumed = None;
        if existed {
            let (reply, pending) = Pending::new(&shared);
            let resume = Action::Apply { command: Command::Resume, key: None, by: None, reply: Some(reply) };
            shared.control(resume).await?;
            resumed = Some(pending);
        }
        let watchdog = self.watchdog;
        let arguments = RootArguments { shared: shared.clone(), opener, ledger, recovered, window, watchdog };
        let root = RootActor::<K>::spawn(None, RootActor(PhantomData), arguments).await;
        let engine = Engine::new(shared, root.map_err(EngineError::unavailable)?.0, durability);
        if let Some(resumed) = resumed {
            resumed.await?;
        }
        Ok(engine)
    }
}

/// A ledger that is open, and how it is opened again.
pub(crate) struct Opened {
    pub(crate) ledger: Box<dyn Ledger>,
    pub(crate) opener: Opener,
    /// Whether it held a state before: then time has passed without it.
    pub(crate) existed: bool,
}

fn open(
    place: Place,
    config: Option<Config>,
    now: sunline_core::Timestamp,
    snapshot_every: Option<u64>,
) -> Result<Opened, EngineError> {
    match place {
        Place::Memory { history: false } => {
            let config = config.ok_or_else(no_journal)?;
            let mut domain = Domain::new(now, config)?;
            while domain.poll_event().is_some() {}
            let gone = || LedgerError { code: "memory", reason: "the state was in memory and broke".into() };
            Ok(Opened {
                ledger: Box::new(StateOnly::new(domain)),
                opener: Arc::new(move || Err(gone())),
                existed: false,
            })
        }
        Place::Memory { history: true } => {
            let store = MemoryStore::new();
            let existed = begin(store.clone(), config, now)?;
            opened(move || Ok(store.clone()), false, None, existed)
        }
        Place::Disk { path, durability } => {
            let durability = match durability {
                Durability::Relaxed { window } => journal::Durability::Relaxed { window },
                _ => journal::Durability::Durable,
            };
            let open_store = move || RedbStore::open(&path, durability);
            let store =
                open_store().map_err(|error| LedgerError::from(journal::JournalError::from(error)))?;
            let existed = begin(store, config, now)?;
            opened(open_store, true, snapshot_every, existed)
        }
    }
}

/// Begins a journal in a store that holds none; whether it held one.
fn begin<S: Store>(
    store: S,
    config: Option<Config>,
    now: sunline_core::Timestamp,
) -> Result<bool, EngineError> {
    let tail = match store.tail() {
        // A torn tail is a journal too; recovery will cut it.
        Err(journal::StoreError::TornTail { .. }) => return Ok(true),
        tail => tail.map_err(|error| LedgerError::from(journal::JournalError::from(error)))?,
    };
    if tail.frames > 0 {
        return Ok(true);
    }
    match Journal::create(store, now, config.ok_or_else(no_journal)?) {
        Ok(_) => Ok(false),
        Err(journal::JournalError::Config(error)) => Err(error.into()),
        Err(error) => Err(LedgerError::from(error).into()),
    }
}

fn opened<S: Store + 'static>(
    open_store: impl Fn() -> Result<S, journal::StoreError> + Send + Sync + 'static,
    blocks: bool,
    snapshot_every: Option<u64>,
    existed: bool,
) -> Result<Opened, EngineError> {
    let opener: Opener = Arc::new(move || {
        let store = open_store().map_err(journal::JournalError::from)?;
        Ok(Box::new(Journaled::open(store, blocks, snapshot_every)?) as Box<dyn Ledger>)
    });
    Ok(Opened { ledger: opener()?, opener, existed })
}

fn no_journal() -> EngineError {
    LedgerError {
        code: "empty",
        reason: "there is no journal, and no configuration to begin one with".into(),
    }
    .into()
}
