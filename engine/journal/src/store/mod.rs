//! Where frames are kept. Whoever keeps them, the promises are the same; [`crate::conformance()`] tests them.

mod memory;
mod redb;

pub use memory::MemoryStore;
pub(crate) use redb::Draft;
pub use redb::{Durability, RedbStore, SEGMENT_BYTES};

use sunline_core::Seq;

use crate::error::{FrameFault, StoreError};
use crate::tail::Tail;

/// Frames as bytes, oldest first.
pub type FrameBytes<'a> = Box<dyn Iterator<Item = Result<Vec<u8>, StoreError>> + Send + 'a>;

/// A place to read frames from.
pub trait Source: Send {
    /// Where the journal ends; [`Tail::EMPTY`] when it has not begun.
    ///
    /// # Errors
    /// [`StoreError::TornTail`] when the last frame is not whole.
    fn tail(&self) -> Result<Tail, StoreError>;

    /// The frames from index `index` on, in order, as they were when this was called; none from the end on.
    ///
    /// The bytes are as they are kept: whoever reads them checks them. After an error the iterator ends.
    ///
    /// # Errors
    /// [`StoreError`] when reading cannot begin.
    fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError>;

    /// The newest snapshot that is kept of the state after event `upto` or an earlier one; `None` where there is none, and
    /// where only frames are kept.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn newest_snapshot(&self, upto: Seq) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        let _ = upto;
        Ok(None)
    }
}

/// A place to keep frames and snapshots; one writer at a time.
pub trait Store: Source {
    /// Appends a frame if the journal still ends with `expected`; the new end. All or nothing.
    ///
    /// After an error the journal is as before. One exception: when the storage failed while it committed
    /// ([`StoreError::Io`], [`StoreError::Full`]) the whole frame may yet be there when it is back; [`Source::tail`] tells.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the journal ends elsewhere, [`StoreError::Refused`] when the bytes are not the next
    /// frame, [`StoreError::Full`] when there is no room.
    fn append(&mut self, expected: &Tail, frame: &[u8]) -> Result<Tail, StoreError>;

    /// Makes everything appended so far durable, where the store does not do so at each append.
    ///
    /// # Errors
    /// [`StoreError`] when that failed.
    fn sync(&mut self) -> Result<(), StoreError>;

    /// Takes off the last frame if it is not whole, and returns its bytes; `None` when the journal is sound.
    ///
    /// # Errors
    /// [`StoreError`] when the last frame cannot be read or removed.
    fn cut_torn_tail(&mut self) -> Result<Option<Vec<u8>>, StoreError>;

    /// A second view for readers, which sees what is appended later too.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be made.
    fn reader(&self) -> Result<Box<dyn Source>, StoreError>;

    /// Keeps a snapshot, and of all snapshots the newest two.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be kept; the ones before are still there.
    fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError>;

    /// The snapshots that are kept, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be listed.
    fn snapshots(&self) -> Result<Vec<Seq>, StoreError>;

    /// The snapshot at `seq`, if it is kept.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn load_snapshot(&self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError>;
}

/// What a fault of the last frame means: a torn write when it looks like one, damage otherwise. The first frame is never
/// cut: without it there is no journal.
pub(crate) fn fault_of_last(index: u64, byte: u64, fault: FrameFault) -> StoreError {
    if index > 0 && fault.looks_torn() {
        StoreError::TornTail { index, byte, fault }
    } else {
        StoreError::Corrupt { index, byte: byte.saturating_add(fault.byte()), fault }
    }
}

pub(crate) fn check_expected(expected: &Tail, found: &Tail) -> Result<(), StoreError> {
    if expected == found {
        return Ok(());
    }
    Err(StoreError::Conflict { expected: Box::new(*expected), found: Box::new(*found) })
}

/// Snapshots that are kept.
pub(crate) const SNAPSHOTS_KEPT: usize = 2;

macro_rules! passed_on {
    ($for:ty, <$($generic:ident),*>) => {
        impl<$($generic: Store + ?Sized),*> Source for $for {
            fn tail(&self) -> Result<Tail, StoreError> {
                (**self).tail()
            }
            fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError> {
                (**self).read_from(index)
            }
            fn newest_snapshot(&self, upto: Seq) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
                (**self).newest_snapshot(upto)
            }
        }

        impl<$($generic: Store + ?Sized),*> Store for $for {
            fn append(&mut self, expected: &Tail, frame: &[u8]) -> Result<Tail, StoreError> {
                (**self).append(expected, frame)
            }
            fn sync(&mut self) -> Result<(), StoreError> {
                (**self).sync()
            }
            fn cut_torn_tail(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
                (**self).cut_torn_tail()
            }
            fn reader(&self) -> Result<Box<dyn Source>, StoreError> {
                (**self).reader()
            }
            fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError> {
                (**self).save_snapshot(seq, snapshot)
            }
            fn snapshots(&self) -> Result<Vec<Seq>, StoreError> {
                (**self).snapshots()
            }
            fn load_snapshot(&self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
                (**self).load_snapshot(seq)
            }
        }
    };
}

passed_on!(Box<S>, <S>);
passed_on!(&mut S, <S>);
