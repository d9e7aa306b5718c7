//! Reading a journal: frame after frame, or event after event from a cursor on.

use core::fmt;

use sunline_core::{Event, Seq};

use crate::error::{FrameFault, JournalError, StoreError};
use crate::frame::Frame;
use crate::header::{HEADER_BYTES, Header};
use crate::store::{FrameBytes, Source};
use crate::tail::Tail;

/// A view of a journal for readers; the writer may go on meanwhile.
pub struct JournalReader(Box<dyn Source>);

impl fmt::Debug for JournalReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JournalReader({:?})", self.0.tail())
    }
}

impl JournalReader {
    /// A reader of a source.
    pub fn new(source: Box<dyn Source>) -> Self {
        Self(source)
    }

    /// Where the journal ends now.
    ///
    /// # Errors
    /// The store's error.
    pub fn tail(&self) -> Result<Tail, JournalError> {
        Ok(self.0.tail()?)
    }

    /// Copies the journal as it ends now to the directory `to`, which must not be there, while the writer goes on.
    ///
    /// # Errors
    /// As [`crate::backup`].
    pub fn backup(&self, to: impl AsRef<std::path::Path>) -> Result<crate::Backup, JournalError> {
        crate::backup(&*self.0, to)
    }

    /// The frames from index `from` on, up to where the journal ends now; each is checked by itself and against the one
    /// before it.
    ///
    /// # Errors
    /// The store's error when reading cannot begin.
    pub fn frames(&self, from: u64) -> Result<Frames<'_>, JournalError> {
        frames(&*self.0, from)
    }

    /// The events from `from` on, up to where the journal ends now, in order, without gaps. A reader that has seen event
    /// n resumes with `n.next()`.
    ///
    /// # Errors
    /// [`JournalError::NoSuchEvent`] when `from` lies further than one behind the last event.
    pub fn events(&self, from: Seq) -> Result<Events<'_>, JournalError> {
        events(&*self.0, from)
    }
}

pub(crate) fn frames<S: Source + ?Sized>(source: &S, from: u64) -> Result<Frames<'_>, JournalError> {
    let Some(before) = from.checked_sub(1) else {
        return Ok(Frames::after(Tail::EMPTY, source.read_from(0)?));
    };
    let mut bytes = source.read_from(before)?;
    match bytes.next() {
        None => Ok(Frames::after(Tail::EMPTY, Box::new(core::iter::empty()))),
        Some(first) => {
            let tail = Tail::of(&first?).map_err(|fault| corrupt(before, 0, fault))?;
            Ok(Frames::after(tail, bytes))
        }
    }
}

pub(crate) fn events<S: Source + ?Sized>(source: &S, from: Seq) -> Result<Events<'_>, JournalError> {
    let tail = source.tail()?;
    let from = Seq(from.0.max(1));
    if from > tail.seq.next() {
        return Err(JournalError::NoSuchEvent { seq: from, last: tail.seq });
    }
    let first = frame_of(source, from, tail.frames)?;
    Ok(Events { frames: frames(source, first)?, from, current: Vec::new().into_iter() })
}

/// The first of `end` frames that ends with `seq` or later, by bisection.
fn frame_of<S: Source + ?Sized>(source: &S, seq: Seq, end: u64) -> Result<u64, JournalError> {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(frame) = source.read_from(middle)?.next() else { break };
        let last = Tail::of(&frame?).map_err(|fault| corrupt(middle, 0, fault))?.seq;
        if last < seq {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn corrupt(index: u64, position: u64, fault: FrameFault) -> JournalError {
    StoreError::Corrupt { index, byte: position.saturating_add(fault.byte()), fault }.into()
}

/// Frames of a journal, in order. After an error it ends.
pub struct Frames<'a> {
    bytes: FrameBytes<'a>,
    tail: Tail,
    /// Bytes of the frame that was returned last.
    last: Vec<u8>,
    ended: bool,
}

impl<'a> Frames<'a> {
    pub(crate) fn after(tail: Tail, bytes: FrameBytes<'a>) -> Self {
        Self { bytes, tail, last: Vec::new(), ended: false }
    }

    /// Where the journal ends after the frame that was returned last.
    pub const fn tail(&self) -> Tail {
        self.tail
    }

    /// Bytes of the events in the frame that was returned last.
    pub(crate) fn event_bytes(&self, header: &Header) -> &[u8] {
        &self.last[HEADER_BYTES + header.input_bytes as usize..]
    }

    fn read(&mut self, bytes: Vec<u8>) -> Result<Frame, JournalError> {
        let fault = |fault| corrupt(self.tail.frames, self.tail.bytes, fault);
        let frame = Frame::decode(&bytes, &self.tail).map_err(fault)?;
        self.tail = frame.header.tail(&bytes);
        self.last = bytes;
        Ok(frame)
    }
}

impl Iterator for Frames<'_> {
    type Item = Result<Frame, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let frame = self.bytes.next()?.map_err(JournalError::from).and_then(|bytes| self.read(bytes));
        self.ended = frame.is_err();
        Some(frame)
    }
}

impl fmt::Debug for Frames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frames(after {})", self.tail)
    }
}

/// Events of a journal, in order. After an error it ends.
#[derive(Debug)]
pub struct Events<'a> {
    frames: Frames<'a>,
    from: Seq,
    current: std::vec::IntoIter<Event>,
}

impl Iterator for Events<'_> {
    type Item = Result<Event, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.current.find(|event| event.seq >= self.from) {
                return Some(Ok(event));
            }
            match self.frames.next()? {
                Ok(frame) => self.current = frame.events.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
