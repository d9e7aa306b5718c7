//! Frames in memory: for simulations, for tests, and for journals held as one run of bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sunline_core::Seq;

use super::{FrameBytes, SNAPSHOTS_KEPT, Source, Store};
use crate::error::StoreError;
use crate::header::Header;
use crate::tail::Tail;

/// A store in memory. Clones share it, so a test can look in, or open it again after a crash.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    frames: Vec<Arc<[u8]>>,
    /// The end, unless it has to be found out from the last frame.
    tail: Option<Tail>,
    snapshots: BTreeMap<Seq, Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store over frames that lie one after another in `bytes`. Where one is damaged, the next sound one is looked
    /// for, so that damage in the middle stays in the middle; what is left at the end is a torn frame.
    pub fn from_bytes(mut bytes: &[u8]) -> Self {
        let mut frames: Vec<Arc<[u8]>> = Vec::new();
        while !bytes.is_empty() {
            let sound = Header::length(bytes).filter(|length| Header::of(&bytes[..*length]).is_ok());
            let length = sound.or_else(|| next_sound(bytes)).unwrap_or(bytes.len());
            let (frame, rest) = bytes.split_at(length);
            frames.push(frame.into());
            bytes = rest;
        }
        Self::from_frames(frames)
    }

    /// A store over these frames, whatever they are worth.
    pub fn from_frames(frames: impl IntoIterator<Item = impl Into<Arc<[u8]>>>) -> Self {
        let frames = frames.into_iter().map(Into::into).collect();
        let kept = Kept { frames, tail: None, snapshots: BTreeMap::new() };
        Self { kept: Arc::new(Mutex::new(kept)) }
    }

    /// All frames, one after another.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.kept().frames.concat()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics half-way through a change, so what is there is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the next sound frame begins, beyond the first byte.
fn next_sound(bytes: &[u8]) -> Option<usize> {
    let sound = |at: &usize| {
        let length = Header::length(&bytes[*at..]);
        length.is_some_and(|length| Header::of(&bytes[*at..*at + length]).is_ok())
    };
    (1..bytes.len()).find(sound)
}

impl Kept {
    fn tail(&mut self) -> Result<Tail, StoreError> {
        if let Some(tail) = self.tail {
            return Ok(tail);
        }
        let tail = match self.frames.last() {
            None => Tail::EMPTY,
            Some(last) => Tail::of(last).map_err(|fault| self.fault(fault))?,
        };
        self.tail = Some(tail);
        Ok(tail)
    }

    fn fault(&self, fault: crate::error::FrameFault) -> StoreError {
        let (_, before) = self.frames.split_last().expect("there is a faulty frame");
        let byte = before.iter().map(|frame| frame.len() as u64).sum();
        super::fault_of_last(before.len() as u64, byte, fault)
    }
}

impl Source for MemoryStore {
    fn tail(&self) -> Result<Tail, StoreError> {
        self.kept().tail()
    }

    fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError> {
        let end = self.kept().frames.len() as u64;
        let frame = move |index| self.kept().frames.get(index as usize).map(|frame| Ok(frame.to_vec()));
        Ok(Box::new((index.min(end)..end).map_while(frame)))
    }

    fn newest_snapshot(&self, upto: Seq) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        let kept = self.kept();
        Ok(kept.snapshots.range(..=upto).next_back().map(|(seq, bytes)| (*seq, bytes.clone())))
    }
}

impl Store for MemoryStore {
    fn append(&mut self, expected: &Tail, frame: &[u8]) -> Result<Tail, StoreError> {
        let mut kept = self.kept();
        let found = kept.tail()?;
        super::check_expected(expected, &found)?;
        let tail = found.after(frame).map_err(StoreError::Refused)?;
        kept.frames.push(frame.into());
        kept.tail = Some(tail);
        Ok(tail)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn cut_torn_tail(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut kept = self.kept();
        match kept.tail() {
            Ok(_) => Ok(None),
            Err(StoreError::TornTail { .. }) => Ok(kept.frames.pop().map(|frame| frame.to_vec())),
            Err(error) => Err(error),
        }
    }

    fn reader(&self) -> Result<Box<dyn Source>, StoreError> {
        Ok(Box::new(self.clone()))
    }

    fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError> {
        let mut kept = self.kept();
        kept.snapshots.insert(seq, snapshot.to_vec());
        while kept.snapshots.len() > SNAPSHOTS_KEPT {
            kept.snapshots.pop_first();
        }
        Ok(())
    }

    fn snapshots(&self) -> Result<Vec<Seq>, StoreError> {
        Ok(self.kept().snapshots.keys().rev().copied().collect())
    }

    fn load_snapshot(&self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kept().snapshots.get(&seq).cloned())
    }
}
