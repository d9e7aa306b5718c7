//! A modelled disk: what was appended may be lost or torn when the power goes, unless it was synced.
//!
//! Beneath it lies the store in memory, which reads frames as any store does. The disk decides what of them is left after
//! a crash, and makes a store anew of the bytes that are.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sunline_core::Seq;
use sunline_journal::{FrameBytes, MemoryStore, Source, Store, StoreError, Tail};

use crate::random::Chance;

/// How the next append goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFault {
    /// No room: nothing is written, and the writer is told.
    Full,
    /// The writer is told of a failure, and nothing was written.
    FailedUnwritten,
    /// The writer is told of a failure, and all was written.
    FailedWritten,
    /// The power goes while it is written: a piece of the frame may be there.
    PowerGoes,
}

/// A disk. Clones share it; it outlives the process that writes to it.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    store: MemoryStore,
    /// How many frames survive whatever comes.
    synced: u64,
    /// Whether an append returns before it is synced.
    relaxed: bool,
    append: Option<AppendFault>,
    sync_fails: bool,
    snapshot_fails: bool,
    /// The frame that was being written when the power went.
    cut_short: Option<Vec<u8>>,
    is_dead: bool,
}

/// What is left after a crash, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wreck {
    /// Whole frames that were lost.
    pub lost: u64,
    /// Whether a piece of a frame lies at the end.
    pub torn: bool,
    /// Whether a snapshot was spoilt.
    pub snapshot_spoilt: bool,
}

impl Disk {
    /// An empty disk; `relaxed`: appends are durable only once synced.
    pub fn new(relaxed: bool) -> Self {
        let inner = Inner { relaxed, ..Inner::default() };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// The store on it.
    pub fn open(&self) -> ModelStore {
        ModelStore { disk: self.clone() }
    }

    /// What reads the frames that are there.
    pub fn frames(&self) -> MemoryStore {
        self.inner().store.clone()
    }

    /// The last event that survives whatever comes.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn durable(&self) -> Result<Seq, StoreError> {
        let inner = self.inner();
        let Some(last) = inner.synced.checked_sub(1) else { return Ok(Seq(0)) };
        let frame = inner.store.read_from(last)?.next().transpose()?;
        Ok(frame.and_then(|frame| Tail::of(&frame).ok()).map_or(Seq(0), |tail| tail.seq))
    }

    /// The next append goes wrong.
    pub fn break_append(&self, fault: AppendFault) {
        self.inner().append = Some(fault);
    }

    /// The next sync fails.
    pub fn break_sync(&self) {
        self.inner().sync_fails = true;
    }

    /// The next snapshot is not kept.
    pub fn break_snapshot(&self) {
        self.inner().snapshot_fails = true;
    }

    /// Whether the power has gone under the writer's hands.
    pub fn is_dead(&self) -> bool {
        self.inner().is_dead
    }

    /// The power goes, or has gone: of what was not synced, some whole frames may be left and a piece of the next one.
    ///
    /// # Errors
    /// [`StoreError`] when the frames cannot be read.
    pub fn crash(&self, chance: &mut Chance) -> Result<Wreck, StoreError> {
        let mut inner = self.inner();
        let mut frames = inner.store.read_from(0)?.collect::<Result<Vec<_>, _>>()?;
        let volatile = frames.len() - (inner.synced as usize).min(frames.len());
        let kept = frames.len() - volatile + chance.below(volatile + 1);
        let mut wreck = Wreck { lost: (frames.len() - kept) as u64, ..Wreck::default() };
        let cut = if kept < frames.len() { Some(frames[kept].clone()) } else { inner.cut_short.take() };
        frames.truncate(kept);
        let mut bytes = frames.concat();
        if let Some(piece) = cut.filter(|_| kept > 0).map(|frame| torn(&frame, chance)) {
            wreck.torn = !piece.is_empty();
            bytes.extend_from_slice(&piece);
        }
        let mut store = MemoryStore::from_bytes(&bytes);
        for seq in inner.store.snapshots()?.into_iter().rev() {
            let mut snapshot = inner.store.load_snapshot(seq)?.unwrap_or_default();
            if chance.percent(5) && !snapshot.is_empty() {
                let at = chance.below(snapshot.len());
                if chance.percent(50) {
                    snapshot.truncate(at);
                } else {
                    snapshot[at] ^= 1 << chance.below(8);
                }
                wreck.snapshot_spoilt = true;
            }
            store.save_snapshot(seq, &snapshot)?;
        }
        let relaxed = inner.relaxed;
        *inner = Inner { store, synced: kept as u64, relaxed, ..Inner::default() };
        Ok(wreck)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics half-way through a change, so what is there is whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What may be left of a frame that was being written: nothing, its beginning, or its length with a hole.
fn torn(frame: &[u8], chance: &mut Chance) -> Vec<u8> {
    match chance.below(4) {
        0 => Vec::new(),
        1 => {
            let mut piece = frame.to_vec();
            let from = chance.below(frame.len());
            piece[from..].fill(0);
            // What looks whole is whole: the last bytes were zero anyway.
            if piece == frame { Vec::new() } else { piece }
        }
        _ => frame[..chance.below(frame.len())].to_vec(),
    }
}

/// The store on a [`Disk`].
#[derive(Clone, Debug)]
pub struct ModelStore {
    disk: Disk,
}

fn failed() -> StoreError {
    let error = Arc::new(io::Error::other("the modelled disk failed"));
    StoreError::Io { doing: "writing", path: PathBuf::from("modelled"), error }
}

impl Source for ModelStore {
    fn tail(&self) -> Result<Tail, StoreError> {
        self.disk.inner().store.tail()
    }

    fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError> {
        let frames = self.disk.inner().store.read_from(index)?.collect::<Vec<_>>();
        Ok(Box::new(frames.into_iter()))
    }
}

impl Store for ModelStore {
    fn append(&mut self, expected: &Tail, frame: &[u8]) -> Result<Tail, StoreError> {
        let mut inner = self.disk.inner();
        match inner.append.take() {
            Some(AppendFault::Full) => return Err(StoreError::Full { path: PathBuf::from("modelled") }),
            Some(AppendFault::FailedUnwritten) => return Err(failed()),
            Some(AppendFault::PowerGoes) => {
                (inner.cut_short, inner.is_dead) = (Some(frame.to_vec()), true);
                return Err(failed());
            }
            Some(AppendFault::FailedWritten) => {
                inner.store.append(expected, frame)?;
                inner.synced += u64::from(!inner.relaxed);
                return Err(failed());
            }
            None => {}
        }
        let tail = inner.store.append(expected, frame)?;
        if !inner.relaxed {
            inner.synced = tail.frames;
        }
        Ok(tail)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        let mut inner = self.disk.inner();
        if core::mem::take(&mut inner.sync_fails) {
            return Err(failed());
        }
        inner.synced = inner.store.tail()?.frames;
        Ok(())
    }

    fn cut_torn_tail(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut inner = self.disk.inner();
        let cut = inner.store.cut_torn_tail()?;
        inner.synced = inner.synced.min(inner.store.tail()?.frames);
        Ok(cut)
    }

    fn reader(&self) -> Result<Box<dyn Source>, StoreError> {
        Ok(Box::new(self.clone()))
    }

    fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError> {
        let mut inner = self.disk.inner();
        if core::mem::take(&mut inner.snapshot_fails) {
            return Err(failed());
        }
        inner.store.save_snapshot(seq, snapshot)
    }

    fn snapshots(&self) -> Result<Vec<Seq>, StoreError> {
        self.disk.inner().store.snapshots()
    }

    fn load_snapshot(&self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
        self.disk.inner().store.load_snapshot(seq)
    }
}
