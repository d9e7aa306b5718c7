//! The buffer of recent events, from which all readers read: bounded, shared, and never waiting for a reader.
//!
//! The writer adds a frame once its record is durable. A reader holds nothing but its cursor; one that has fallen
//! behind the buffer finds that out when it comes to read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sunline_core::{Event, Seq};
use tokio::sync::watch;

/// Events of one group commit, shared by all readers; never empty.
pub type Frame = Arc<Vec<Event>>;

/// Recent events.
#[derive(Debug)]
pub struct EventLog {
    buffer: Mutex<Buffer>,
    /// The last event, and whether it stays the last for ever.
    tail: watch::Sender<Tail>,
    most: usize,
}

#[derive(Debug)]
struct Buffer {
    /// Each with the moment at which the first of its steps was decided, where that is known.
    frames: VecDeque<(Frame, Option<Instant>)>,
    events: usize,
    last: Seq,
}

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tail {
    pub(crate) seq: Seq,
    pub(crate) closed: bool,
}

/// What there is at a cursor.
#[derive(Debug)]
pub enum Found {
    /// A frame, where in it the cursor points, and when it was decided.
    Frame(Frame, usize, Option<Instant>),
    /// Nothing yet.
    Nothing,
    /// The buffer begins later.
    Gone {
        /// With this event.
        oldest: Seq,
    },
}

impl EventLog {
    /// A log of at most about `most` events that goes on after `last`.
    pub fn after(last: Seq, most: usize) -> Self {
        let buffer = Buffer { frames: VecDeque::new(), events: 0, last };
        let tail = watch::Sender::new(Tail { seq: last, closed: false });
        Self { buffer: Mutex::new(buffer), tail, most: most.max(1) }
    }

    /// Adds a frame, decided then. The oldest frames go as soon as the rest is enough.
    pub fn push(&self, frame: Frame, decided: Option<Instant>) {
        let Some(last) = frame.last().map(|event| event.seq) else { return };
        let mut buffer = self.buffer();
        buffer.events += frame.len();
        buffer.last = last;
        buffer.frames.push_back((frame, decided));
        while let Some(oldest) = buffer.frames.front().map(|(frame, _)| frame.len())
            && buffer.events - oldest >= self.most
        {
            buffer.events -= oldest;
            buffer.frames.pop_front();
        }
        drop(buffer);
        self.tail.send_replace(Tail { seq: last, closed: false });
    }

    /// Goes on after `last`: the events before it are in no frame here. Readers who want them turn to the journal.
    pub fn skip_to(&self, last: Seq) {
        let mut buffer = self.buffer();
        buffer.frames.clear();
        (buffer.events, buffer.last) = (0, last);
        drop(buffer);
        self.tail.send_modify(|tail| tail.seq = last);
    }

    /// No event will follow.
    pub(crate) fn close(&self) {
        self.tail.send_modify(|tail| tail.closed = true);
    }

    pub(crate) fn tail(&self) -> Tail {
        *self.tail.borrow()
    }

    /// A bell that rings when the log grows or closes.
    pub(crate) fn watch(&self) -> watch::Receiver<Tail> {
        self.tail.subscribe()
    }

    /// What there is from this event on.
    pub fn find(&self, next: Seq) -> Found {
        let buffer = self.buffer();
        if next > buffer.last {
            return Found::Nothing;
        }
        let first_of = |(frame, _): &(Frame, Option<Instant>)| frame[0].seq;
        let oldest = buffer.frames.front().map_or(buffer.last.next(), first_of);
        if next < oldest {
            return Found::Gone { oldest };
        }
        let after = buffer.frames.partition_point(|frame| first_of(frame) <= next);
        let (frame, decided) = buffer.frames[after - 1].clone();
        let index = (next.0 - frame[0].seq.0) as usize;
        Found::Frame(frame, index, decided)
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        // Nothing panics half-way through a change, so what is there is whole.
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use sunline_core::{AgentId, EventKind, Timestamp};

    use super::*;

    fn frame(seqs: core::ops::RangeInclusive<u64>) -> Frame {
        let kind = EventKind::AgentCooledDown { agent: AgentId(0) };
        let event = |seq| Event { seq: Seq(seq), at: Timestamp::EPOCH, kind: kind.clone() };
        Arc::new(seqs.map(event).collect())
    }

    #[test]
    fn the_oldest_frames_go_and_a_late_reader_is_told() {
        let log = EventLog::after(Seq(10), 4);
        assert!(matches!(log.find(Seq(10)), Found::Gone { oldest: Seq(11) }));
        assert!(matches!(log.find(Seq(11)), Found::Nothing));
        log.push(frame(11..=13), None);
        log.push(frame(14..=14), None);
        assert!(matches!(log.find(Seq(12)), Found::Frame(_, 1, None)));
        log.push(frame(15..=17), None);
        assert!(matches!(log.find(Seq(13)), Found::Gone { oldest: Seq(14) }));
        assert!(matches!(log.find(Seq(16)), Found::Frame(_, 1, None)));
        assert_eq!(log.tail(), Tail { seq: Seq(17), closed: false });
    }
}
