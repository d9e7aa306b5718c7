//! Frames in redb databases, one for each 64 MiB of journal, in a directory of their own.
//!
//! ```text
//! journal/
//! ├── lock                            held by the one process that writes
//! ├── unfinished                      only in a copy that is not whole: it does not open
//! ├── 0000000000000000.frames         sealed: frames from index 0 on
//! ├── 0000000000004a1c.frames         active: frames from index 0x4a1c on
//! └── 00000000000f2a10.snapshot       state after event 0xf2a10
//! ```
//!
//! redb commits all or nothing, and does not verify what it reads; checksum and chain of the frames do. A panic of
//! redb over a damaged file is caught and told as [`StoreError::Damaged`].

mod draft;
mod files;
mod guard;
mod reader;
mod segment;
mod segments;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sunline_core::Seq;

pub(crate) use self::draft::Draft;
use self::reader::SegmentsReader;
use self::segment::{Opener, Segment};
use self::segments::Segments;
use super::{FrameBytes, Source, Store};
use crate::error::StoreError;
use crate::tail::Tail;

/// When an appended frame survives a loss of power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When `append` returns.
    #[default]
    Durable,
    /// At the first append that comes `window` or more after the last durable one, at `sync`, and when the store is
    /// dropped. A crash of the process or a loss of power may take the frames since then, from some frame on.
    Relaxed {
        /// How long.
        window: Duration,
    },
}

/// Bytes of journal in one file, by default: small enough to open, check and copy in well under a second, large
/// enough that a busy day makes a few dozen files.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// A store on disk. Dropping it makes durable what is not yet.
#[derive(Debug)]
pub struct RedbStore {
    segments: Arc<Segments>,
    durability: Durability,
    segment_bytes: u64,
    /// When the last durable commit was made; `None` when all is durable.
    relaxed_since: Option<Instant>,
    /// Locked as long as the store is open.
    _lock: File,
}

impl RedbStore {
    /// Opens the journal in the directory `path`, which is made if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when it is open already, in this process or another; [`StoreError::Damaged`] when its
    /// files cannot be read.
    pub fn open(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        Self::open_with(path.as_ref(), durability, SEGMENT_BYTES, Opener::default())
    }

    /// The same with files of about `segment_bytes` bytes each, at least one frame in each.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_segmented(
        path: impl AsRef<Path>,
        durability: Durability,
        segment_bytes: u64,
    ) -> Result<Self, StoreError> {
        Self::open_with(path.as_ref(), durability, segment_bytes, Opener::default())
    }

    fn open_with(
        path: &Path,
        durability: Durability,
        segment_bytes: u64,
        opener: Opener,
    ) -> Result<Self, StoreError> {
        draft::check_finished(path)?;
        files::make_directory(path)?;
        Self::open_in(path, durability, segment_bytes, opener)
    }

    fn open_in(
        path: &Path,
        durability: Durability,
        segment_bytes: u64,
        opener: Opener,
    ) -> Result<Self, StoreError> {
        let lock = files::lock(path)?;
        let segments = Arc::new(Segments::open(path, opener)?);
        Ok(Self { segments, durability, segment_bytes, relaxed_since: None, _lock: lock })
    }

    /// Whether the next commit has to be durable.
    fn is_due(&self) -> bool {
        match self.durability {
            Durability::Durable => true,
            Durability::Relaxed { window } => {
                self.relaxed_since.is_some_and(|since| since.elapsed() >= window)
            }
        }
    }

    /// The segment that takes the next frame.
    fn active(&mut self, frame_bytes: usize) -> Result<Arc<Segment>, StoreError> {
        let active = self.segments.active()?;
        let full = active.bytes() > 0 && active.bytes() + frame_bytes as u64 > self.segment_bytes;
        if !full {
            return Ok(active);
        }
        self.sync()?;
        self.segments.add()
    }
}

impl Source for RedbStore {
    fn tail(&self) -> Result<Tail, StoreError> {
        self.segments.tail()
    }

    fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError> {
        self.segments.read_from(index)
    }

    fn newest_snapshot(&self, upto: Seq) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        files::newest_snapshot(self.segments.directory(), upto)
    }
}

impl Store for RedbStore {
    fn append(&mut self, expected: &Tail, frame: &[u8]) -> Result<Tail, StoreError> {
        let found = self.segments.tail()?;
        super::check_expected(expected, &found)?;
        let tail = found.after(frame).map_err(StoreError::Refused)?;
        let durable = self.is_due();
        let written = self.active(frame.len()).and_then(|active| active.append(found.frames, frame, durable));
        if let Err(error) = written {
            // Part of it may have reached the disk; what is there decides.
            self.relaxed_since = None;
            if self.segments.reopen()? != tail {
                return Err(error);
            }
        }
        self.segments.set_tail(tail);
        match (durable, self.relaxed_since) {
            (true, _) => self.relaxed_since = None,
            (false, None) => self.relaxed_since = Some(Instant::now()),
            (false, Some(_)) => {}
        }
        Ok(tail)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        if self.relaxed_since.is_some() {
            self.relaxed_since = None;
            let before = self.segments.tail()?;
            if let Err(error) = self.segments.active()?.sync() {
                // What was not durable is gone; what is there now decides.
                if self.segments.reopen()? != before {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn cut_torn_tail(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.segments.tail() {
            Ok(_) => Ok(None),
            Err(StoreError::TornTail { .. }) => {
                let cut = self.segments.last_holding_frames()?.cut_last()?;
                self.segments.reopen()?;
                Ok(cut)
            }
            Err(error) => Err(error),
        }
    }

    fn reader(&self) -> Result<Box<dyn Source>, StoreError> {
        Ok(Box::new(SegmentsReader(self.segments.clone())))
    }

    fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError> {
        files::save_snapshot(self.segments.directory(), seq, snapshot)
    }

    fn snapshots(&self) -> Result<Vec<Seq>, StoreError> {
        files::snapshots(self.segments.directory())
    }

    fn load_snapshot(&self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
        files::load_snapshot(self.segments.directory(), seq)
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        // Whoever needs to know whether this worked calls `sync` first.
        let _ = self.sync();
        self.segments.writer_goes();
    }
}
