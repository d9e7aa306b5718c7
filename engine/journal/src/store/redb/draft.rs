//! A journal that is written as a copy of another: until it is whole, it cannot be opened as one.
//!
//! A mark lies in its directory from before the first frame until everything is on disk. A process that dies in between leaves
//! a directory that is refused.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sunline_core::Seq;

use super::guard::io_error;
use super::segment::Opener;
use super::{Durability, RedbStore, SEGMENT_BYTES, files};
use crate::error::{FrameFault, StoreError};
use crate::store::Store;
use crate::tail::Tail;

const MARK: &str = "unfinished";
/// So many bytes are written at once: nothing of it counts before it is finished, so a commit for each frame buys nothing.
const AT_ONCE: usize = 1 << 20;

/// A copy in the making. Dropped before it is finished, it takes everything away again.
pub(crate) struct Draft {
    path: PathBuf,
    /// `None` only at the beginning and the end.
    store: Option<RedbStore>,
    /// Where it ends, with the frames that are still to be written.
    tail: Tail,
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
}

impl Draft {
    /// Begins a copy in the directory `path`, which must not be there.
    pub(crate) fn begin(path: &Path) -> Result<Self, StoreError> {
        Self::begin_with(path, Opener::default())
    }

    fn begin_with(path: &Path, opener: Opener) -> Result<Self, StoreError> {
        let parent = parent_of(path);
        files::make_directory(parent)?;
        fs::create_dir(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => StoreError::Exists { path: path.to_owned() },
            _ => io_error("making the directory", path, error),
        })?;
        // From here on the directory is ours, and goes with this value.
        let waiting = Vec::new();
        let mut draft =
            Self { path: path.to_owned(), store: None, tail: Tail::EMPTY, waiting, waiting_bytes: 0 };
        let mark = path.join(MARK);
        let marked = File::create(&mark).and_then(|mark| mark.sync_all());
        marked.map_err(|error| io_error("marking a copy", &mark, error))?;
        files::sync_directory(path)?;
        draft.store = Some(RedbStore::open_in(path, Durability::Durable, SEGMENT_BYTES, opener)?);
        Ok(draft)
    }

    /// Adds a frame; where the copy ends now. Checksum and link are checked.
    pub(crate) fn push(&mut self, frame: Vec<u8>) -> Result<Tail, StoreError> {
        let Tail { frames: index, bytes, .. } = self.tail;
        let damaged = |fault: FrameFault| StoreError::Corrupt {
            index,
            byte: bytes.saturating_add(fault.byte()),
            fault,
        };
        self.tail = self.tail.after(&frame).map_err(damaged)?;
        self.waiting_bytes += frame.len();
        self.waiting.push(frame);
        if self.waiting_bytes >= AT_ONCE {
            self.flush()?;
        }
        Ok(self.tail)
    }

    /// Keeps a snapshot of the state at an event that is in it.
    pub(crate) fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError> {
        self.store().save_snapshot(seq, snapshot)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (frames, bytes) = (core::mem::take(&mut self.waiting), core::mem::take(&mut self.waiting_bytes));
        let tail = self.tail;
        let store = self.store();
        let first = tail.frames - frames.len() as u64;
        store.active(bytes)?.append_all(first, &frames)?;
        store.segments.set_tail(tail);
        Ok(())
    }

    fn store(&mut self) -> &mut RedbStore {
        self.store.as_mut().expect("it is there until it is finished")
    }

    /// Makes everything durable, and the copy a journal.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        self.flush()?;
        self.store = None;
        // The files, then the mark: whoever finds it gone finds all of them.
        files::sync_directory(parent_of(&self.path))?;
        files::sync_directory(&self.path)?;
        let mark = self.path.join(MARK);
        fs::remove_file(&mark).map_err(|error| io_error("finishing a copy", &mark, error))?;
        files::sync_directory(&self.path)?;
        // It stays.
        self.path.clear();
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            self.store = None;
            // Should this fail, the mark says what it is.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Whether what is in a directory may be opened as a journal.
pub(super) fn check_finished(path: &Path) -> Result<(), StoreError> {
    let mark = path.join(MARK);
    match mark.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(StoreError::Unfinished { path: path.to_owned() }),
        Err(error) => Err(io_error("looking at", &mark, error)),
    }
}

fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use sunline_core::Timestamp;

    use super::*;
    use crate::frame::Encoder;
    use crate::input::Input;

    fn open(path: &Path) -> Result<RedbStore, StoreError> {
        RedbStore::open(path, Durability::Durable)
    }

    fn write_a_frame(draft: &mut Draft) {
        let inputs = [Input::advance_to(Timestamp::EPOCH)];
        let mut encoder = Encoder::default();
        let frame = encoder.encode(&Tail::EMPTY, 1, &inputs, &[]).unwrap();
        draft.push(frame.to_vec()).unwrap();
        draft.flush().unwrap();
    }

    #[test]
    fn a_process_that_dies_leaves_nothing_that_opens() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("copy");
        let mut draft = Draft::begin(&path).unwrap();
        write_a_frame(&mut draft);
        // As a process that is killed leaves it: everything written, nothing finished, the lock gone.
        draft.store = None;
        core::mem::forget(draft);
        assert!(path.join("0000000000000000.frames").exists());
        assert!(matches!(open(&path), Err(StoreError::Unfinished { .. })));
        assert!(matches!(Draft::begin(&path), Err(StoreError::Exists { .. })));
    }

    #[test]
    fn a_copy_that_is_given_up_is_taken_away_and_one_that_is_finished_stays() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("deep/copy");
        let mut draft = Draft::begin(&path).unwrap();
        write_a_frame(&mut draft);
        drop(draft);
        assert!(!path.exists());
        let mut draft = Draft::begin(&path).unwrap();
        write_a_frame(&mut draft);
        draft.finish().unwrap();
        assert_eq!(crate::store::Source::tail(&open(&path).unwrap()).unwrap().frames, 1);
    }

    #[test]
    fn a_full_disk_is_told_and_nothing_is_left() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("copy");
        let full = Opener::new(|_| Err(redb::Error::Io(ErrorKind::StorageFull.into())));
        assert!(matches!(Draft::begin_with(&path, full), Err(StoreError::Full { .. })));
        assert!(!path.exists());
    }
}
