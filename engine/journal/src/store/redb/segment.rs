//! One database file: frames by index.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use redb::{Database, Durability, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition};

use super::guard::guarded;
use crate::error::StoreError;
use crate::header::Header;

const FRAMES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("frames");

/// Memory redb may use for pages of the file that is written, in bytes: a few group commits and the way to them.
const WRITE_CACHE: usize = 16 << 20;
/// The same for a file that is only read.
const READ_CACHE: usize = 4 << 20;
/// Bytes that are read ahead, and frames: bounds what a reader holds, and how long it keeps old pages in the file.
const READ_AHEAD_BYTES: usize = 1 << 20;
const READ_AHEAD_FRAMES: usize = 256;

/// How database files are opened; tests put a faulty disk here.
#[derive(Clone)]
pub(super) struct Opener(Arc<Open>);

type Open = dyn Fn(&Path) -> Result<Database, redb::Error> + Send + Sync;

impl Opener {
    #[cfg(test)]
    pub(super) fn new(open: impl Fn(&Path) -> Result<Database, redb::Error> + Send + Sync + 'static) -> Self {
        Self(Arc::new(open))
    }

    pub(super) fn builder() -> redb::Builder {
        let mut builder = Database::builder();
        builder.set_cache_size(WRITE_CACHE).set_check_integrity_on_open(true);
        builder
    }
}

impl Default for Opener {
    fn default() -> Self {
        Self(Arc::new(|path| Ok(Self::builder().create(path)?)))
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}

/// A file of frames.
pub(super) struct Segment {
    path: PathBuf,
    /// Index of its first frame.
    pub(super) first: u64,
    /// Bytes of its frames, while it is written.
    bytes: AtomicU64,
    /// `None` once closed.
    database: RwLock<Option<Access>>,
}

enum Access {
    Write(Database),
    Read(redb::ReadOnlyDatabase),
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({})", self.path.display())
    }
}

impl Segment {
    /// Opens a file to append to it; it is made if it is not there. Its pages are verified.
    pub(super) fn open(path: PathBuf, first: u64, opener: &Opener) -> Result<Self, StoreError> {
        let database = guarded("opening", &path, || {
            let database = (opener.0)(&path)?;
            let begin = database.begin_write()?;
            begin.open_table(FRAMES)?;
            begin.commit()?;
            Ok(database)
        })?;
        let segment = Self {
            path,
            first,
            bytes: AtomicU64::new(0),
            database: RwLock::new(Some(Access::Write(database))),
        };
        let bytes = segment.read(|table| {
            let mut bytes = 0;
            for entry in table.iter()? {
                bytes += entry?.1.value().len() as u64;
            }
            Ok(bytes)
        })?;
        segment.bytes.store(bytes, Ordering::Relaxed);
        Ok(segment)
    }

    /// Opens a sealed file.
    pub(super) fn open_sealed(path: PathBuf, first: u64, opener: &Opener) -> Result<Self, StoreError> {
        match Self::open_as_it_is(path.clone(), first) {
            // It was not closed properly: opened to write, it is repaired.
            Err(StoreError::Damaged { .. }) => Self::open(path, first, opener),
            opened => opened,
        }
    }

    /// Opens a file to read, without verifying or repairing its pages.
    pub(super) fn open_as_it_is(path: PathBuf, first: u64) -> Result<Self, StoreError> {
        let database = guarded("opening", &path, || {
            Ok(Database::builder().set_cache_size(READ_CACHE).open_read_only(&path)?)
        })?;
        let database = RwLock::new(Some(Access::Read(database)));
        Ok(Self { path, first, bytes: AtomicU64::new(0), database })
    }

    /// Closes the file now, whoever still knows it; reads and writes fail from now on.
    pub(super) fn close(&self) {
        let database = self.database.write().unwrap_or_else(PoisonError::into_inner).take();
        // What redb would say about a file that has failed is of no use any more.
        let _ = guarded("closing", &self.path, || {
            drop(database);
            Ok(())
        });
    }

    pub(super) fn is_closed(&self) -> bool {
        self.database.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Bytes of its frames.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Adds the frame with this index.
    pub(super) fn append(&self, index: u64, frame: &[u8], durable: bool) -> Result<(), StoreError> {
        self.write("appending", durable, |table| {
            table.insert(index, frame)?;
            Ok(())
        })?;
        self.bytes.fetch_add(frame.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Adds several frames, the first with this index: all or nothing, and durable.
    pub(super) fn append_all(&self, first: u64, frames: &[Vec<u8>]) -> Result<(), StoreError> {
        self.write("appending", true, |table| {
            for (index, frame) in (first..).zip(frames) {
                table.insert(index, &**frame)?;
            }
            Ok(())
        })?;
        let bytes: usize = frames.iter().map(Vec::len).sum();
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Makes durable what was appended.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.write("syncing", true, |_| Ok(()))
    }

    /// Removes the last frame.
    pub(super) fn cut_last(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.write("cutting", true, |table| Ok(table.pop_last()?.map(|(_, frame)| frame.value().to_vec())))
    }

    /// The last frame and its index.
    pub(super) fn last(&self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        self.read(|table| Ok(table.last()?.map(|(index, frame)| (index.value(), frame.value().to_vec()))))
    }

    /// Some frames from `from` on, in order, with their indexes; none when there are none.
    pub(super) fn some_from(&self, from: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.read(|table| {
            let mut some = Vec::new();
            let mut bytes = 0;
            for entry in table.range(from..)? {
                let (index, frame) = entry?;
                bytes += frame.value().len();
                some.push((index.value(), frame.value().to_vec()));
                if bytes >= READ_AHEAD_BYTES || some.len() >= READ_AHEAD_FRAMES {
                    break;
                }
            }
            Ok(some)
        })
    }

    /// What is wrong with its first damaged frame. The file begins at byte `position` of the journal.
    pub(super) fn first_damaged(&self, mut position: u64) -> Result<Option<StoreError>, StoreError> {
        let mut expected = self.first;
        loop {
            let some = self.some_from(expected)?;
            if some.is_empty() {
                return Ok(None);
            }
            for (index, frame) in some {
                if index != expected {
                    let reason = format!("frame {expected} is missing");
                    return Ok(Some(StoreError::Damaged { path: self.path.clone(), reason }));
                }
                if let Err(fault) = Header::of(&frame) {
                    let byte = position.saturating_add(fault.byte());
                    return Ok(Some(StoreError::Corrupt { index, byte, fault }));
                }
                position = position.saturating_add(frame.len() as u64);
                expected += 1;
            }
        }
    }

    fn read<T>(
        &self,
        run: impl FnOnce(&redb::ReadOnlyTable<u64, &'static [u8]>) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        guarded("reading", &self.path, || {
            let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
            let begun: ReadTransaction = match &*database {
                Some(Access::Write(database)) => database.begin_read()?,
                Some(Access::Read(database)) => database.begin_read()?,
                None => return Err(redb::Error::DatabaseClosed),
            };
            run(&begun.open_table(FRAMES)?)
        })
    }

    fn write<T>(
        &self,
        doing: &'static str,
        durable: bool,
        run: impl FnOnce(&mut redb::Table<'_, u64, &'static [u8]>) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        guarded(doing, &self.path, || {
            let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
            let Some(Access::Write(database)) = &*database else {
                return Err(redb::Error::DatabaseClosed);
            };
            let mut begun = database.begin_write()?;
            begun.set_durability(if durable { Durability::Immediate } else { Durability::None })?;
            let done = {
                let mut table = begun.open_table(FRAMES)?;
                run(&mut table)?
            };
            begun.commit()?;
            Ok(done)
        })
    }
}
