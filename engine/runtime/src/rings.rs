//! The way in: two bounded rings, stamped at entry and merged by ticket.
//!
//! Control has room of its own, so a flood of arrivals never keeps an agent from answering. Only arrivals are refused;
//! when the ring of control is full, the caller waits.
//!
//! An entry takes its ticket before it is pushed. Whoever drains first reads the next ticket, then empties both rings,
//! and keeps what carries a later ticket for the next round: so everything that was pushed before a drained entry took
//! its ticket is drained with it, and one caller's entries never change order.

use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::time::Instant;

use crossbeam::queue::ArrayQueue;
use sunline_core::Timestamp;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::entry::{Action, Entry, Stamp};
use crate::error::{Busy, EngineError};

/// Shortest and longest wait that a refused caller is told.
pub(crate) const RETRY_LEAST: Duration = Duration::from_millis(1);
pub(crate) const RETRY_MOST: Duration = Duration::from_secs(1);

/// Both rings.
#[derive(Debug)]
pub(crate) struct Rings {
    control: ArrayQueue<Entry>,
    arrivals: ArrayQueue<Entry>,
    next_ticket: AtomicU64,
    closed: AtomicBool,
    /// Callers between the check that the engine is open and their push.
    entering: AtomicUsize,
    /// Told whenever the ring of control has been emptied.
    room: Notify,
    /// How often they have been emptied.
    rounds: AtomicU64,
    /// Pace of the writer, for `retry_after`.
    nanos_per_entry: AtomicU64,
}

/// What one round brings: entries by ticket, and an instant by which all of them had entered.
#[derive(Debug)]
pub(crate) struct Drained {
    pub(crate) entries: Vec<Entry>,
    pub(crate) by: Timestamp,
}

impl Rings {
    pub(crate) fn new(control: usize, arrivals: usize) -> Self {
        Self {
            control: ArrayQueue::new(control.max(1)),
            arrivals: ArrayQueue::new(arrivals.max(1)),
            next_ticket: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            entering: AtomicUsize::new(0),
            room: Notify::new(),
            rounds: AtomicU64::new(0),
            nanos_per_entry: AtomicU64::new(1_000),
        }
    }

    /// Puts an arrival in, or refuses it.
    pub(crate) fn arrive(&self, clock: &Clock, action: Action) -> Result<Stamp, EngineError> {
        let _entering = self.enter()?;
        self.push(&self.arrivals, clock, action).map_err(|_| EngineError::Busy(self.busy()))
    }

    /// Puts anything else in; waits while the ring is full.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, nothing has entered.
    pub(crate) async fn control(&self, clock: &Clock, mut action: Action) -> Result<Stamp, EngineError> {
        loop {
            let room = self.room.notified();
            action = {
                let _entering = self.enter()?;
                match self.push(&self.control, clock, action) {
                    Ok(stamp) => return Ok(stamp),
                    Err(back) => back,
                }
            };
            room.await;
        }
    }

    /// Empties both rings. `held` are entries kept back by the round before; `by` is read before anything else.
    pub(crate) fn drain(&self, clock: &Clock, held: &mut Vec<Entry>) -> Drained {
        let by = clock.now();
        let limit = self.next_ticket.load(Ordering::SeqCst);
        let mut entries = core::mem::take(held);
        for ring in [&self.control, &self.arrivals] {
            entries.extend((0..ring.capacity()).map_while(|_| ring.pop()));
        }
        self.rounds.fetch_add(1, Ordering::Relaxed);
        self.room.notify_waiters();
        entries.sort_unstable_by_key(|entry| entry.stamp.ticket);
        let later = entries.partition_point(|entry| entry.stamp.ticket < limit);
        *held = entries.split_off(later);
        Drained { entries, by }
    }

    /// How often they have been emptied, and how many entries wait.
    pub(crate) fn rounds(&self) -> (u64, usize) {
        (self.rounds.load(Ordering::Relaxed), self.control.len() + self.arrivals.len())
    }

    /// Each ring's name, how many entries wait in it, and how many it can hold.
    pub(crate) fn depths(&self) -> [(&'static str, usize, usize); 2] {
        let of = |ring: &ArrayQueue<Entry>| (ring.len(), ring.capacity());
        let ((control, control_most), (arrivals, arrivals_most)) = (of(&self.control), of(&self.arrivals));
        [("control", control, control_most), ("arrivals", arrivals, arrivals_most)]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.control.is_empty() && self.arrivals.is_empty()
    }

    /// Lets nothing in any more. What is inside stays until it is drained.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.room.notify_waiters();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Whether, once closed, the last caller has come through: what a drain brings now is all there will ever be.
    pub(crate) fn has_settled(&self) -> bool {
        self.is_closed() && self.entering.load(Ordering::SeqCst) == 0
    }

    /// Drops whatever is inside closed rings, unanswered: its callers are told that the engine is closed.
    pub(crate) fn discard(&self) {
        loop {
            // A caller that is on its way in is through in no time.
            let settled = self.has_settled();
            while self.control.pop().or_else(|| self.arrivals.pop()).is_some() {}
            if settled {
                return;
            }
            std::thread::yield_now();
        }
    }

    /// Notes how long the writer took for so many entries.
    pub(crate) fn note_pace(&self, entries: usize, took: Duration) {
        let Some(latest) = (took.as_nanos() as u64).checked_div(entries as u64) else { return };
        let before = self.nanos_per_entry.load(Ordering::Relaxed);
        self.nanos_per_entry.store((before * 7 + latest) / 8, Ordering::Relaxed);
    }

    fn enter(&self) -> Result<Entering<'_>, EngineError> {
        self.entering.fetch_add(1, Ordering::SeqCst);
        let entering = Entering(&self.entering);
        if self.is_closed() { Err(EngineError::Closed) } else { Ok(entering) }
    }

    #[allow(clippy::result_large_err, reason = "what finds no room comes back, to be tried again")]
    fn push(&self, ring: &ArrayQueue<Entry>, clock: &Clock, action: Action) -> Result<Stamp, Action> {
        let ticket = self.next_ticket.fetch_add(1, Ordering::SeqCst);
        let stamp = Stamp { at: clock.now(), ticket };
        ring.push(Entry { stamp, entered: Instant::now(), action }).map_err(|back| back.action)?;
        Ok(stamp)
    }

    fn busy(&self) -> Busy {
        let waiting = self.arrivals.len();
        let ahead = self.nanos_per_entry.load(Ordering::Relaxed).saturating_mul(waiting as u64);
        Busy { waiting, retry_after: Duration::from_nanos(ahead).clamp(RETRY_LEAST, RETRY_MOST) }
    }
}

struct Entering<'a>(&'a AtomicUsize);

impl Drop for Entering<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
