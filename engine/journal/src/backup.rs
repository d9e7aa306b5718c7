//! A copy of a journal, made while it goes on.
//!
//! Frames are never changed once they are there, so all up to where the journal ends at the beginning are one consistent state,
//! however many follow meanwhile. They are read in short transactions beside the writer, which waits for none of them. Each
//! frame's checksum and its link to the one before are checked as it is written. The newest snapshot that is not beyond them
//! comes along, so that opening the copy is as quick as opening the original.

use std::path::Path;

use sunline_core::Seq;

use crate::error::{JournalError, StoreError};
use crate::store::{Draft, Durability, RedbStore, Source};
use crate::tail::Tail;

/// What is in a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it ends.
    pub tail: Tail,
    /// The last event of the snapshot in it; `None`: it is folded from the beginning.
    pub snapshot: Option<Seq>,
}

/// Copies a journal to the directory `to`, which must not be there; it opens like any other journal.
///
/// # Errors
/// [`StoreError::Exists`] when there is something at `to`; [`StoreError::Full`]; [`StoreError::Corrupt`] with the place where
/// the journal is damaged; [`JournalError::Empty`]. In each case nothing is left at `to`. Where the process dies meanwhile, what
/// it leaves there does not open: [`StoreError::Unfinished`].
pub fn backup(from: &(impl Source + ?Sized), to: impl AsRef<Path>) -> Result<Backup, JournalError> {
    let end = from.tail()?;
    if end.frames == 0 {
        return Err(JournalError::Empty);
    }
    let mut draft = Draft::begin(to.as_ref())?;
    let mut tail = Tail::EMPTY;
    for frame in from.read_from(0)?.take(usize::try_from(end.frames).unwrap_or(usize::MAX)) {
        tail = draft.push(frame?)?;
    }
    if tail != end {
        // A store that failed meanwhile may have lost what was not durable.
        return Err(StoreError::Conflict { expected: Box::new(end), found: Box::new(tail) }.into());
    }
    let snapshot = from.newest_snapshot(end.seq)?;
    if let Some((seq, bytes)) = &snapshot {
        draft.save_snapshot(*seq, bytes)?;
    }
    draft.finish()?;
    Ok(Backup { tail: end, snapshot: snapshot.map(|(seq, _)| seq) })
}

/// Copies a backup that nobody has open to the directory `to`, which must not be there. Opened, it has the state as of the
/// backup's last frame; the backup stays as it is.
///
/// # Errors
/// As [`backup`]; [`StoreError::Unfinished`] when the backup was cut short.
pub fn restore(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<Backup, JournalError> {
    if !from.as_ref().is_dir() {
        return Err(JournalError::Empty);
    }
    backup(&RedbStore::open(from, Durability::Durable)?, to)
}
