//! The writer's end of a journal.

use sunline_core::{Config, Domain, Event, EventKind, Seq, Timestamp};

use crate::error::{JournalError, StoreError};
use crate::frame::Encoder;
use crate::input::Input;
use crate::read::{self, Events, Frames, JournalReader};
use crate::recover::{Recovered, recover};
use crate::snapshot;
use crate::store::Store;
use crate::tail::Tail;

/// A journal that is written: it knows where it ends, and appends one frame for each group commit.
#[derive(Debug)]
pub struct Journal<S> {
    store: S,
    tail: Tail,
    epoch: u64,
    encoder: Encoder,
}

impl<S: Store> Journal<S> {
    /// Begins a journal with a configuration as of `now`; the journal and the domain it begins with.
    ///
    /// # Errors
    /// [`JournalError::NotEmpty`] when the store already holds one; [`JournalError::Config`] when the configuration is
    /// refused.
    pub fn create(store: S, now: Timestamp, config: Config) -> Result<(Self, Domain), JournalError> {
        let mut journal = Self::over(store)?;
        if journal.tail.frames > 0 {
            return Err(JournalError::NotEmpty { frames: journal.tail.frames });
        }
        let mut domain = Domain::new(now, config).map_err(JournalError::Config)?;
        let events: Vec<Event> = core::iter::from_fn(|| domain.poll_event()).collect();
        journal.append(&[], &events)?;
        Ok((journal, domain))
    }

    /// Opens a journal to go on writing, in a new epoch. The state comes from [`recover`], which also cuts a torn last
    /// frame off; [`Self::recover`] does both.
    ///
    /// # Errors
    /// [`JournalError::Empty`] when there is none; [`crate::StoreError::TornTail`] when its last frame is not whole.
    pub fn open(store: S) -> Result<Self, JournalError> {
        let journal = Self::over(store)?;
        if journal.tail.frames == 0 {
            return Err(JournalError::Empty);
        }
        Ok(journal)
    }

    /// Recovers the state, and opens the journal to go on writing.
    ///
    /// # Errors
    /// As [`recover`].
    pub fn recover(mut store: S) -> Result<(Self, Recovered), JournalError> {
        let recovered = recover(&mut store)?;
        Ok((Self::open(store)?, recovered))
    }

    fn over(store: S) -> Result<Self, JournalError> {
        let tail = store.tail()?;
        Ok(Self { store, tail, epoch: tail.epoch.saturating_add(1), encoder: Encoder::default() })
    }

    /// Appends one frame; where the journal ends now. Nothing is written when there is nothing to write.
    ///
    /// When it returns the frame is as durable as the store makes it; only then may the events leave the process.
    ///
    /// # Errors
    /// [`JournalError::OutOfOrder`] when the events do not follow the journal's, [`JournalError::TooLarge`] when the
    /// frame would be, or the store's error; in each case the journal is as before. When the storage failed, try again with
    /// the same inputs and events: if they did reach it, that is found and told as success.
    pub fn append(&mut self, inputs: &[Input], events: &[Event]) -> Result<Tail, JournalError> {
        if inputs.is_empty() && events.is_empty() {
            return Ok(self.tail);
        }
        self.check(events)?;
        let frame = self.encoder.encode(&self.tail, self.epoch, inputs, events)?;
        self.tail = match self.store.append(&self.tail, frame) {
            // Its own frame, of an attempt that was told as failed.
            Err(StoreError::Conflict { found, .. }) if self.tail.after(frame).as_ref() == Ok(&*found) => {
                *found
            }
            appended => appended?,
        };
        Ok(self.tail)
    }

    /// Makes everything appended so far durable, where the store does not do so at each append.
    ///
    /// # Errors
    /// The store's error.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        Ok(self.store.sync()?)
    }

    /// Keeps a snapshot of the state at the journal's end, so that recovery begins there. Of all snapshots the newest
    /// two are kept.
    ///
    /// # Errors
    /// [`JournalError::Snapshot`] when the domain is not at the journal's end; the store's error.
    pub fn save_snapshot(&mut self, domain: &Domain) -> Result<(), JournalError> {
        if domain.seq() != self.tail.seq {
            let reason = format!("the journal ends with event {}", self.tail.seq);
            return Err(JournalError::Snapshot { seq: domain.seq(), reason });
        }
        let bytes = snapshot::to_bytes(domain, &self.tail)?;
        // A snapshot must never know more than the journal that is left after a crash.
        self.store.sync()?;
        Ok(self.store.save_snapshot(self.tail.seq, &bytes)?)
    }

    /// Where the journal ends.
    pub const fn tail(&self) -> Tail {
        self.tail
    }

    /// The writer's term.
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The frames from index `from` on, checked.
    ///
    /// # Errors
    /// As [`JournalReader::frames`].
    pub fn frames(&self, from: u64) -> Result<Frames<'_>, JournalError> {
        read::frames(&self.store, from)
    }

    /// The events from `from` on, in order.
    ///
    /// # Errors
    /// As [`JournalReader::events`].
    pub fn events(&self, from: Seq) -> Result<Events<'_>, JournalError> {
        read::events(&self.store, from)
    }

    /// A second view for readers on other threads, which sees what is appended later too.
    ///
    /// # Errors
    /// The store's error.
    pub fn reader(&self) -> Result<JournalReader, JournalError> {
        Ok(JournalReader::new(self.store.reader()?))
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The store; the journal ends here.
    pub fn into_store(self) -> S {
        self.store
    }

    fn check(&self, events: &[Event]) -> Result<(), JournalError> {
        if self.tail.frames == 0
            && !matches!(events.first().map(|event| &event.kind), Some(EventKind::Configured { .. }))
        {
            return Err(JournalError::NotConfigured);
        }
        let mut expected = self.tail.seq;
        for event in events {
            expected = expected.next();
            if event.seq != expected {
                return Err(JournalError::OutOfOrder { expected, found: event.seq });
            }
        }
        Ok(())
    }
}
