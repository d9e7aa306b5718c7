//! What handles and actors share. Actors come and go; this stays as long as anybody holds it.

use core::fmt;
use core::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use ractor::ActorRef;
use smol_str::SmolStr;
use sunline_core::{AgentId, Command, Config, Domain, Seq, Timestamp};
use sunline_journal::JournalReader;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use crate::actors::clock::ClockMessage;
use crate::actors::journal::JournalMessage;
use crate::actors::sessions::SessionsMessage;
use crate::actors::sinks::SinksMessage;
use crate::actors::watchdog::WatchdogMessage;
use crate::clock::Clock;
use crate::doorbell::Doorbell;
use crate::entry::{Action, Stamp};
use crate::error::EngineError;
use crate::ledger::CLOSED;
use crate::log::EventLog;
use crate::registry::Registry;
use crate::rights::AuditTrail;
use crate::rings::Rings;
use crate::sink::{Attached, Progress};
use crate::telemetry::Telemetry;
use crate::views::Views;

pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) rings: Rings,
    pub(crate) bell: Doorbell,
    pub(crate) registry: Registry,
    pub(crate) log: EventLog,
    pub(crate) views: ArcSwap<Views>,
    pub(crate) tally: Tally,
    pub(crate) audit: AuditTrail,
    pub(crate) sizes: Sizes,
    /// The attributes that are marked as private, by name.
    pub(crate) private: ArcSwap<BTreeSet<SmolStr>>,
    pub(crate) telemetry: Telemetry,
    /// The instant for which the timer is armed; `Timestamp::MAX` when it is not.
    armed: AtomicI64,
    /// Why the engine ended by itself, if it did.
    fault: OnceLock<String>,
    pub(crate) runtime: Handle,
    pub(crate) addresses: Addresses,
    attached: Mutex<Vec<Attached>>,
    /// Whether the root has ended, and every actor with it.
    pub(crate) ended: watch::Sender<bool>,
}

/// Where the actors are reached now; they may be replaced.
#[derive(Default)]
pub(crate) struct Addresses {
    pub(crate) journal: ArcSwapOption<ActorRef<JournalMessage>>,
    pub(crate) clock: ArcSwapOption<ActorRef<ClockMessage>>,
    pub(crate) sessions: ArcSwapOption<ActorRef<SessionsMessage>>,
    pub(crate) sinks: ArcSwapOption<ActorRef<SinksMessage>>,
    pub(crate) watchdog: ArcSwapOption<ActorRef<WatchdogMessage>>,
}

/// Counts of what happened since the engine started.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) applied: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) failed_commits: AtomicU64,
    pub(crate) rebuilds: AtomicU64,
    pub(crate) restarts: AtomicU64,
}

impl Tally {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sizes of what is bounded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) control: usize,
    pub(crate) arrivals: usize,
    pub(crate) events: usize,
    pub(crate) audit: usize,
}

impl Sizes {
    /// What an engine has unless its builder is told otherwise; the builder says why.
    pub(crate) const DEFAULT: Self = Self { control: 4096, arrivals: 8192, events: 65_536, audit: 1024 };
}

impl Shared {
    pub(crate) fn new(clock: Clock, domain: &Domain, sizes: Sizes, runtime: Handle) -> Self {
        Self {
            views: ArcSwap::from_pointee(Views::of(domain, clock.now())),
            clock,
            rings: Rings::new(sizes.control, sizes.arrivals),
            bell: Doorbell::default(),
            registry: Registry::of(domain),
            log: EventLog::after(domain.seq(), sizes.events),
            tally: Tally::default(),
            audit: AuditTrail::new(sizes.audit),
            sizes,
            private: ArcSwap::from_pointee(domain.document().private_attributes.clone()),
            telemetry: Telemetry::new(&domain.document().name, domain.seq().0),
            armed: AtomicI64::new(Timestamp::MAX.as_nanos()),
            fault: OnceLock::new(),
            runtime,
            addresses: Addresses::default(),
            attached: Mutex::default(),
            ended: watch::Sender::new(false),
        }
    }

    /// Another configuration is in force, and may mark other attributes as private.
    pub(crate) fn configured(&self, config: &Config) {
        if config.private_attributes != **self.private.load() {
            self.private.store(Arc::new(config.private_attributes.clone()));
        }
    }

    /// Puts an arrival in and wakes the writer, or refuses it.
    pub(crate) fn arrive(&self, action: Action) -> Result<Stamp, EngineError> {
        let stamp = self.rings.arrive(&self.clock, action);
        match &stamp {
            Ok(_) => self.bell.ring(),
            Err(EngineError::Busy(_)) => Tally::count(&self.tally.busy),
            Err(_) => {}
        }
        stamp.map_err(|error| self.told(error))
    }

    /// Puts anything else in and wakes the writer; waits while the ring is full.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, nothing has entered.
    pub(crate) async fn control(&self, action: Action) -> Result<Stamp, EngineError> {
        let stamp = self.rings.control(&self.clock, action).await;
        self.bell.ring();
        stamp.map_err(|error| self.told(error))
    }

    /// An agent's session is gone: the agent is set offline as of now, its offers are revoked.
    pub(crate) fn lose_agent(self: &Arc<Self>, agent: AgentId) {
        let shared = self.clone();
        let command = Command::AgentLost(agent);
        self.runtime.spawn(async move {
            // A closed engine has no agents to lose.
            let _ = shared.control(Action::Apply { command, key: None, by: None, reply: None }).await;
        });
    }

    /// A view of the journal; `None` when the events are not kept.
    pub(crate) async fn journal_reader(&self) -> Result<Option<JournalReader>, EngineError> {
        let (reply, answer) = oneshot::channel();
        let address = self.addresses.journal.load_full();
        let asked = address.and_then(|journal| journal.send_message(JournalMessage::Reader(reply)).ok());
        let gone = || {
            let again = EngineError::unavailable("the journal is being opened again");
            if self.log.tail().closed { EngineError::Closed } else { again }
        };
        asked.ok_or_else(gone)?;
        let answer = answer.await.map_err(|_| gone())?;
        // The actor may outlive its journal by a moment.
        answer
            .map_err(|error| if error.code == CLOSED { self.told(EngineError::Closed) } else { error.into() })
    }

    // ── the timer ────────────────────────────────────────────────────────────────────────────────────────────

    /// Arms the timer if it is not armed for something as early.
    pub(crate) fn arm(&self, at: Timestamp) {
        if at.as_nanos() < self.armed.fetch_min(at.as_nanos(), Ordering::SeqCst) {
            self.tell_clock(ClockMessage::Arm(at));
        }
    }

    /// The timer has fired, or was lost.
    pub(crate) fn disarmed(&self) {
        self.armed.store(Timestamp::MAX.as_nanos(), Ordering::SeqCst);
    }

    pub(crate) fn tell_clock(&self, message: ClockMessage) {
        if let Some(clock) = &*self.addresses.clock.load() {
            // One that is gone is being replaced, and then armed anew.
            let _ = clock.send_message(message);
        }
    }

    // ── sinks ────────────────────────────────────────────────────────────────────────────────────────────────

    /// Attaches a sink and has it started.
    pub(crate) fn attach(&self, attached: Attached) {
        self.sinks().push(attached.clone());
        if let Some(sinks) = &*self.addresses.sinks.load() {
            // A supervisor that is being replaced finds the note.
            let _ = sinks.send_message(SinksMessage::Start { attached, breaks: 0 });
        }
    }

    pub(crate) fn detach(&self, progress: &Arc<Progress>) {
        self.sinks().retain(|attached| !Arc::ptr_eq(&attached.progress, progress));
    }

    pub(crate) fn is_attached(&self, sink: &Attached) -> bool {
        self.sinks().iter().any(|attached| Arc::ptr_eq(&attached.progress, &sink.progress))
    }

    pub(crate) fn attached(&self) -> Vec<Attached> {
        self.sinks().clone()
    }

    /// Events by which a sink is behind.
    pub(crate) fn lag_of(&self, progress: &Progress) -> u64 {
        (self.released().0 + 1).saturating_sub(progress.next().0)
    }

    fn sinks(&self) -> MutexGuard<'_, Vec<Attached>> {
        // Nothing panics half-way through a change, so what is there is whole.
        self.attached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ── the end ──────────────────────────────────────────────────────────────────────────────────────────────

    /// The engine ends by itself, for this reason.
    pub(crate) fn give_up(&self, reason: String) {
        tracing::error!(reason, "the engine gives up");
        let _ = self.fault.set(reason);
        self.end();
    }

    /// Nobody serves the rings any more: whoever waits is told.
    pub(crate) fn end(&self) {
        self.rings.close();
        self.rings.discard();
        self.log.close();
    }

    /// Why the engine ended by itself, if it did.
    pub(crate) fn fault(&self) -> Option<&str> {
        self.fault.get().map(String::as_str)
    }

    /// What a caller is told who finds the engine closed.
    pub(crate) fn told(&self, error: EngineError) -> EngineError {
        match (error, self.fault()) {
            (EngineError::Closed, Some(reason)) => EngineError::unavailable(reason),
            (error, _) => error,
        }
    }

    /// The last event that readers may see.
    pub(crate) fn released(&self) -> Seq {
        self.log.tail().seq
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("clock", &self.clock)
            .field("rings", &self.rings)
            .finish_non_exhaustive()
    }
}
