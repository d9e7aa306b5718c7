//! Reading frames across files, while the writer may close one and begin the next.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use sunline_core::Seq;

use super::files;
use super::segment::Segment;
use super::segments::Segments;
use crate::error::StoreError;
use crate::store::{FrameBytes, Source};
use crate::tail::Tail;

/// A reader's view of the files.
#[derive(Debug)]
pub(super) struct SegmentsReader(pub(super) Arc<Segments>);

impl Source for SegmentsReader {
    fn tail(&self) -> Result<Tail, StoreError> {
        self.0.tail()
    }

    fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError> {
        self.0.read_from(index)
    }

    fn newest_snapshot(&self, upto: Seq) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        files::newest_snapshot(self.0.directory(), upto)
    }
}

/// Frames of all files, in order, read ahead a little.
pub(super) struct Frames {
    segments: Arc<Segments>,
    next: u64,
    end: u64,
    /// The file that is being read, kept open.
    held: Option<Arc<Segment>>,
    ahead: VecDeque<(u64, Vec<u8>)>,
}

impl Frames {
    pub(super) fn new(segments: Arc<Segments>, range: Range<u64>) -> Self {
        Self { segments, next: range.start, end: range.end, held: None, ahead: VecDeque::new() }
    }

    fn read(&mut self) -> Result<Vec<u8>, StoreError> {
        if self.ahead.is_empty() {
            self.read_ahead()?;
        }
        match self.ahead.pop_front() {
            Some((index, frame)) if index == self.next => Ok(frame),
            _ => Err(StoreError::Damaged {
                path: self.segments.directory().to_owned(),
                reason: format!("frame {} is missing", self.next),
            }),
        }
    }

    fn read_ahead(&mut self) -> Result<(), StoreError> {
        loop {
            let held = match self.held.take() {
                Some(held) => Some(held),
                None => self.segments.holding(self.next)?,
            };
            let Some(held) = held else { return Ok(()) };
            match held.some_from(self.next) {
                Ok(frames) if frames.is_empty() && held.first < self.next => {
                    // It is read to its end; the next file begins here, or the journal ends.
                    let next = self.segments.holding(self.next)?;
                    if next.as_ref().is_none_or(|next| next.first == held.first) {
                        return Ok(());
                    }
                    self.held = next;
                }
                Ok(frames) => {
                    self.ahead = frames.into();
                    self.held = Some(held);
                    return Ok(());
                }
                // The writer has closed it, and opens it again or has begun another.
                Err(_) if held.is_closed() => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Iterator for Frames {
    type Item = Result<Vec<u8>, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let read = self.read();
        self.next = if read.is_ok() { self.next + 1 } else { self.end };
        Some(read)
    }
}
