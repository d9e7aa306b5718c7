//! All files of a journal: which are there, which one is written, where the journal ends.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::files::{self, FRAMES};
use super::guard::io_error;
use super::reader::Frames;
use super::segment::{Opener, Segment};
use crate::error::StoreError;
use crate::store::FrameBytes;
use crate::tail::Tail;

/// The files, shared between the writer and its readers.
#[derive(Debug)]
pub(super) struct Segments {
    directory: PathBuf,
    opener: Opener,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// First frame of each file, in order.
    firsts: Vec<u64>,
    /// Files that somebody has open, by first frame: redb lets a file be open once.
    open: BTreeMap<u64, Weak<Segment>>,
    /// The file that is written; `None` after a failure, until it is opened again, and when the writer has gone.
    active: Option<Arc<Segment>>,
    writer_gone: bool,
    tail: Result<Tail, StoreError>,
}

impl State {
    /// Closes the file that is written, also for readers: they open it again to read.
    fn close_active(&mut self) {
        if let Some(active) = self.active.take() {
            self.open.remove(&active.first);
            active.close();
        }
    }
}

impl Segments {
    pub(super) fn open(directory: &Path, opener: Opener) -> Result<Self, StoreError> {
        let tail = Ok(Tail::EMPTY);
        let state =
            State { firsts: Vec::new(), open: BTreeMap::new(), active: None, writer_gone: false, tail };
        let this = Self { directory: directory.to_owned(), opener, state: Mutex::new(state) };
        this.reopen_in(&mut this.state())?;
        Ok(this)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the journal ends; found out again where a failure closed the file.
    pub(super) fn tail(&self) -> Result<Tail, StoreError> {
        let mut state = self.state();
        if state.active.is_none() && !state.writer_gone {
            self.reopen_in(&mut state)?;
        }
        state.tail.clone()
    }

    pub(super) fn set_tail(&self, tail: Tail) {
        self.state().tail = Ok(tail);
    }

    /// The file that is written, opened again where a failure closed it.
    pub(super) fn active(&self) -> Result<Arc<Segment>, StoreError> {
        let mut state = self.state();
        if state.active.is_none() {
            self.reopen_in(&mut state)?;
        }
        Ok(state.active.clone().expect("it was just opened"))
    }

    /// Closes the active file, opens it again, and finds out where the journal ends now.
    pub(super) fn reopen(&self) -> Result<Tail, StoreError> {
        let mut state = self.state();
        self.reopen_in(&mut state)?;
        state.tail.clone()
    }

    /// Begins a new file at the end of the journal.
    pub(super) fn add(&self) -> Result<Arc<Segment>, StoreError> {
        let mut state = self.state();
        let first = state.tail.clone()?.frames;
        let active = Arc::new(self.create(first)?);
        state.firsts.push(first);
        state.close_active();
        state.open.insert(first, Arc::downgrade(&active));
        state.active = Some(active.clone());
        Ok(active)
    }

    /// The writer goes; readers may still read what is there.
    pub(super) fn writer_goes(&self) {
        let mut state = self.state();
        state.close_active();
        state.writer_gone = true;
    }

    /// The file with the last frame.
    pub(super) fn last_holding_frames(&self) -> Result<Arc<Segment>, StoreError> {
        let mut state = self.state();
        for first in state.firsts.clone().into_iter().rev() {
            let segment = self.segment(&mut state, first)?;
            if segment.last()?.is_some() {
                return Ok(segment);
            }
        }
        self.segment(&mut state, 0)
    }

    pub(super) fn read_from(self: &Arc<Self>, index: u64) -> Result<FrameBytes<'static>, StoreError> {
        let end = match &self.state().tail {
            Ok(tail) => tail.frames,
            // The torn frame is read too: whoever recovers wants to see it.
            Err(StoreError::TornTail { index, .. }) => index + 1,
            Err(error) => return Err(error.clone()),
        };
        Ok(Box::new(Frames::new(self.clone(), index..end)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic leaves at worst a closed file behind, which is opened again.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, first: u64) -> PathBuf {
        files::numbered(&self.directory, first, FRAMES)
    }

    /// Makes a new file under another name first, so that it is there whole or not at all.
    fn create(&self, first: u64) -> Result<Segment, StoreError> {
        let draft = self.directory.join("frames.draft");
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io_error("removing a draft", &draft, error));
            }
            _ => {}
        }
        drop(Segment::open(draft.clone(), first, &self.opener)?);
        let path = self.path(first);
        files::publish(&draft, &path)?;
        Segment::open(path, first, &self.opener)
    }

    fn reopen_in(&self, state: &mut State) -> Result<(), StoreError> {
        state.close_active();
        let opened = self.open_last(state);
        match opened {
            Ok((active, tail)) => {
                state.open.insert(active.first, Arc::downgrade(&active));
                (state.active, state.tail) = (Some(active), tail);
                Ok(())
            }
            Err(error) => {
                state.tail = Err(error.clone());
                Err(error)
            }
        }
    }

    /// Opens the last file to write, and finds the end of the journal.
    fn open_last(&self, state: &mut State) -> Result<(Arc<Segment>, Result<Tail, StoreError>), StoreError> {
        state.firsts = files::numbers(&self.directory, FRAMES)?;
        let Some(&last) = state.firsts.last() else {
            let first = self.create(0)?;
            state.firsts.push(0);
            return Ok((Arc::new(first), Ok(Tail::EMPTY)));
        };
        if let Some(sealed) = state.open.remove(&last).and_then(|open| open.upgrade()) {
            sealed.close();
        }
        let opened = Segment::open(self.path(last), last, &self.opener);
        let active = Arc::new(opened.map_err(|error| self.located(state, last, error))?);
        state.open.insert(last, Arc::downgrade(&active));
        let tail = self.find_tail(state);
        Ok((active, tail))
    }

    fn find_tail(&self, state: &mut State) -> Result<Tail, StoreError> {
        for first in state.firsts.clone().into_iter().rev() {
            let segment = self.segment(state, first)?;
            let Some((index, frame)) = segment.last()? else { continue };
            let tail = Tail::of(&frame).map_err(|fault| {
                let byte = self.position(state, index);
                crate::store::fault_of_last(index, byte, fault)
            })?;
            return self.check_end(state, tail);
        }
        self.check_end(state, Tail::EMPTY)
    }

    /// A file that holds nothing yet begins where the journal ends.
    fn check_end(&self, state: &State, tail: Tail) -> Result<Tail, StoreError> {
        let begins = state.firsts.last().copied().unwrap_or_default();
        if begins > tail.frames {
            let reason = format!("frames {} to {} are missing", tail.frames, begins - 1);
            return Err(StoreError::Damaged { path: self.directory.clone(), reason });
        }
        Ok(tail)
    }

    /// Byte at which a frame should begin, by the frame before it; 0 where that is not known.
    fn position(&self, state: &mut State, index: u64) -> u64 {
        let Some(before) = index.checked_sub(1) else { return 0 };
        let Some(&first) = state.firsts.iter().rev().find(|first| **first <= before) else { return 0 };
        let read = self.segment(state, first).and_then(|segment| segment.some_from(before));
        let frame = read.ok().and_then(|frames| frames.into_iter().next());
        frame.and_then(|(_, frame)| Tail::of(&frame).ok()).map_or(0, |tail| tail.bytes)
    }

    /// Names the damaged frame where a file cannot be opened because of it.
    fn located(&self, state: &mut State, first: u64, error: StoreError) -> StoreError {
        if !matches!(error, StoreError::Damaged { .. }) {
            return error;
        }
        let byte = self.position(state, first);
        let found =
            Segment::open_as_it_is(self.path(first), first).and_then(|segment| segment.first_damaged(byte));
        found.ok().flatten().unwrap_or(error)
    }

    /// A file by its first frame, opened where it is not.
    fn segment(&self, state: &mut State, first: u64) -> Result<Arc<Segment>, StoreError> {
        if let Some(open) = state.open.get(&first).and_then(Weak::upgrade) {
            return Ok(open);
        }
        let sealed = Arc::new(Segment::open_sealed(self.path(first), first, &self.opener)?);
        state.open.retain(|_, segment| segment.strong_count() > 0);
        state.open.insert(first, Arc::downgrade(&sealed));
        Ok(sealed)
    }

    /// The file with the frame `index`, if there is one.
    pub(super) fn holding(&self, index: u64) -> Result<Option<Arc<Segment>>, StoreError> {
        let mut state = self.state();
        let after = state.firsts.partition_point(|first| *first <= index);
        let first = after.checked_sub(1).and_then(|i| state.firsts.get(i).copied());
        first.map(|first| self.segment(&mut state, first)).transpose()
    }
}
