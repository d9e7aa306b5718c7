//! Where the engine's record goes, whatever holds it: a journal on disk, a journal in memory, or the state alone.
//!
//! Beside the journal runs a *follower*, a second kernel that folds what was recorded and decides nothing. Snapshots are
//! taken of it, and a broken kernel is replaced by a copy of it, so the writer never stops for either. It costs the
//! memory of a second state.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sunline_core::{Domain, Event, Seq};
use sunline_journal::{Input, Journal, JournalError, JournalReader, Store, Tail};

use crate::crash_points;
use crate::error::EngineError;

/// The code of whatever is asked of a journal after its end.
pub(crate) const CLOSED: &str = "closed";

/// Why the record could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct LedgerError {
    /// Stable name for programs.
    pub code: &'static str,
    /// Why, as a sentence.
    pub reason: String,
}

impl From<JournalError> for LedgerError {
    fn from(error: JournalError) -> Self {
        let code = match &error {
            JournalError::Store(store) => store.code(),
            JournalError::Config(config) => config.code(),
            _ => "journal",
        };
        Self { code, reason: error.to_string() }
    }
}

impl From<LedgerError> for EngineError {
    fn from(error: LedgerError) -> Self {
        Self::Journal { code: error.code, reason: error.reason }
    }
}

/// A state and where in the record it belongs.
#[derive(Debug)]
pub struct Recovered {
    /// The state.
    pub domain: Domain,
    /// Where the record ends.
    pub tail: Tail,
}

impl Recovered {
    /// The clock of a folded state stands at its last event; the record may have reached a later instant.
    fn at(mut domain: Domain, tail: Tail) -> Self {
        if domain.next_deadline().is_none_or(|due| due > tail.at) {
            domain.handle_deadlines(tail.at);
        }
        Self { domain, tail }
    }
}

/// A record of inputs and events. One writer at a time.
pub trait Ledger: Send {
    /// Records a group commit: all or nothing.
    fn append(&mut self, inputs: &[Input], events: &[Event]) -> Result<(), LedgerError>;
    /// Makes durable what is not yet.
    fn sync(&mut self) -> Result<(), LedgerError>;
    /// The state after all that was recorded.
    fn recover(&mut self) -> Result<Recovered, LedgerError>;
    /// Keeps a snapshot, so that the next start need not read the whole record.
    fn checkpoint(&mut self) -> Result<(), LedgerError>;
    /// A view for readers on other threads; `None` when the events are not kept.
    fn reader(&self) -> Result<Option<JournalReader>, LedgerError>;
    /// Whether its calls take long enough to be kept off the threads that serve the actors.
    fn blocks(&self) -> bool;
}

/// Opens a ledger: at the start, and again after its actor broke.
pub(crate) type Opener = Arc<dyn Fn() -> Result<Box<dyn Ledger>, LedgerError> + Send + Sync>;

/// A record in a journal.
pub struct Journaled<S: Store> {
    /// `None` only where opening it again failed.
    journal: Option<Journal<S>>,
    follower: Option<Domain>,
    blocks: bool,
    snapshot_every: Option<u64>,
    since_snapshot: u64,
}

impl<S: Store> Journaled<S> {
    /// A ledger over a store that already holds a journal. `snapshot_every` so many events a snapshot is kept.
    pub fn open(store: S, blocks: bool, snapshot_every: Option<u64>) -> Result<Self, LedgerError> {
        let (journal, recovered) = Journal::recover(store)?;
        if let Some(torn) = &recovered.report.torn {
            tracing::warn!(frame = torn.index, byte = torn.byte, fault = %torn.fault, "a torn last frame was cut off");
        }
        for skipped in &recovered.report.skipped {
            tracing::warn!(seq = skipped.seq.0, reason = skipped.reason, "a snapshot was skipped");
        }
        let follower = Some(recovered.domain);
        let since_snapshot = recovered.report.events;
        Ok(Self { journal: Some(journal), follower, blocks, snapshot_every, since_snapshot })
    }

    fn journal(&mut self) -> Result<&mut Journal<S>, LedgerError> {
        let closed =
            || LedgerError { code: "damaged", reason: "the journal could not be opened again".into() };
        self.journal.as_mut().ok_or_else(closed)
    }

    /// A store that failed may have lost what was not durable yet. Then the follower knows too much.
    fn look_after_a_failure(&mut self) {
        let Some(journal) = &self.journal else { return };
        if journal.store().tail().ok() != Some(journal.tail()) {
            self.follower = None;
        }
    }

    /// The follower, brought back from the journal where it broke.
    fn follower(&mut self) -> Result<&Domain, LedgerError> {
        if self.follower.is_none() {
            self.journal()?;
            let store = self.journal.take().map(Journal::into_store);
            let (journal, recovered) = Journal::recover(store.expect("it was just seen"))?;
            self.journal = Some(journal);
            self.follower = Some(recovered.domain);
        }
        Ok(self.follower.as_ref().expect("it was just made"))
    }
}

impl<S: Store> Ledger for Journaled<S> {
    fn append(&mut self, inputs: &[Input], events: &[Event]) -> Result<(), LedgerError> {
        let journal = self.journal()?;
        crash_points::reached("appending");
        if let Err(error) = journal.append(inputs, events) {
            self.look_after_a_failure();
            return Err(error.into());
        }
        crash_points::reached("appended");
        self.follower = self.follower.take().and_then(|follower| folded(follower, events));
        self.since_snapshot += events.len() as u64;
        if self.snapshot_every.is_some_and(|every| self.since_snapshot >= every) {
            // The record is written; a snapshot that fails only makes the next start slower.
            if let Err(error) = self.checkpoint() {
                tracing::warn!(%error, "no snapshot was kept");
                self.since_snapshot = 0;
            }
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), LedgerError> {
        let synced = self.journal()?.sync();
        if synced.is_err() {
            self.look_after_a_failure();
        }
        Ok(synced?)
    }

    fn recover(&mut self) -> Result<Recovered, LedgerError> {
        let domain = self.follower()?.clone();
        Ok(Recovered::at(domain, self.journal()?.tail()))
    }

    fn checkpoint(&mut self) -> Result<(), LedgerError> {
        self.follower()?;
        let (journal, follower) = (self.journal.as_mut(), self.follower.as_ref());
        if let (Some(journal), Some(follower)) = (journal, follower) {
            crash_points::reached("checkpointing");
            journal.save_snapshot(follower)?;
        }
        self.since_snapshot = 0;
        Ok(())
    }

    fn reader(&self) -> Result<Option<JournalReader>, LedgerError> {
        Ok(self.journal.as_ref().map(Journal::reader).transpose()?)
    }

    fn blocks(&self) -> bool {
        self.blocks
    }
}

/// No record but the state itself: nothing to read again, and nothing that grows.
pub(crate) struct StateOnly {
    follower: Domain,
    tail: Tail,
}

impl StateOnly {
    pub(crate) fn new(domain: Domain) -> Self {
        let tail = Tail { seq: domain.seq(), at: domain.now(), ..Tail::EMPTY };
        Self { follower: domain, tail }
    }
}

impl Ledger for StateOnly {
    fn append(&mut self, inputs: &[Input], events: &[Event]) -> Result<(), LedgerError> {
        for event in events {
            let fold = |error| LedgerError { code: "fold", reason: format!("{error}") };
            self.follower.fold_event(event).map_err(fold)?;
        }
        let instants = inputs.iter().map(|input| input.at).chain(events.iter().map(|event| event.at));
        self.tail.at = instants.fold(self.tail.at, Ord::max);
        self.tail.seq = self.follower.seq();
        Ok(())
    }

    fn sync(&mut self) -> Result<(), LedgerError> {
        Ok(())
    }

    fn recover(&mut self) -> Result<Recovered, LedgerError> {
        Ok(Recovered::at(self.follower.clone(), self.tail))
    }

    fn checkpoint(&mut self) -> Result<(), LedgerError> {
        Ok(())
    }

    fn reader(&self) -> Result<Option<JournalReader>, LedgerError> {
        Ok(None)
    }

    fn blocks(&self) -> bool {
        false
    }
}

/// The follower with these events; `None` when they do not fold, and it has to be brought back from the journal.
fn folded(mut follower: Domain, events: &[Event]) -> Option<Domain> {
    let fold = || events.iter().try_for_each(|event| follower.fold_event(event));
    match catch_unwind(AssertUnwindSafe(fold)) {
        Ok(Ok(())) => Some(follower),
        Ok(Err(error)) => {
            tracing::error!(%error, "the follower lost the thread");
            None
        }
        Err(_) => {
            tracing::error!(after = after(events).0, "the follower panicked");
            None
        }
    }
}

fn after(events: &[Event]) -> Seq {
    events.first().map_or(Seq(0), |event| Seq(event.seq.0 - 1))
}
