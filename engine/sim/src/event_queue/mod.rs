//! What will happen next: the world's future events, in order of their instant, then of their scheduling.
//!
//! Events of one instant come out in the order they went in, always; nothing here depends on memory layout or
//! luck. Any event can be cancelled by its handle, and a handle that outlived its event cancels nothing.
//!
//! ```text
//! schedule ──▶ at or after `limit` ──▶ buckets (64 to a level, by the highest digit that differs from `base`)
//!      │                                   │ the lowest bucket: split while large, sorted when small
//!      └────▶ before `limit` ─▶ front ◀────┘
//!                                └─▶ pop
//! ```
//!
//! Only a few dozen events are ever sorted; the others lie unsorted in buckets that narrow as their time comes
//! near. So the cost of an event stays nearly flat as the number of pending ones grows, where a heap's grows
//! with each doubling. The bench `micro` compares both.
//!
//! # Source
//! The idea of Tang, Goh and Thng, "Ladder Queue", ACM TOMACS 15(3), 2005, with the fixed digits of a radix
//! heap (Ahuja, Mehlhorn, Orlin and Tarjan, J. ACM 37(2), 1990) in place of adaptive widths.
//!
//! ```
//! use sunline_core::time::Timestamp;
//! use sunline_sim::event_queue::EventQueue;
//!
//! let mut queue = EventQueue::new();
//! let gives_up = queue.schedule(Timestamp::from_secs(90), "gives up");
//! queue.schedule(Timestamp::from_secs(60), "arrives");
//! queue.schedule(Timestamp::from_secs(60), "arrives too");
//! assert_eq!(queue.pop(), Some((Timestamp::from_secs(60), "arrives")));
//! assert_eq!(queue.cancel(gives_up), Some("gives up"));
//! assert_eq!(queue.pop(), Some((Timestamp::from_secs(60), "arrives too")));
//! assert_eq!(queue.pop(), None);
//! ```

mod buckets;
mod slots;

use sunline_core::time::Timestamp;

use buckets::{Buckets, Entry};
pub use slots::EventHandle;
use slots::Slots;

/// A bucket of at most this many events is sorted at once; a larger one is split first.
const SORT_AT_MOST: usize = 32;
/// The front may grow to this many events before its later ones go back to the buckets …
const FRONT_MAX: usize = 64;
/// … and this many stay.
const FRONT_KEPT: usize = 16;
/// Cancelled events are swept out when there are this many more of them than live ones.
const SWEEP_SLACK: usize = 256;

/// The pending events of a simulated world, each with a small payload.
#[derive(Clone, Debug)]
pub struct EventQueue<P> {
    /// The next events, the latest first; those of one instant in reverse order of scheduling.
    front: Vec<Entry>,
    /// Keys below it belong to the front, all others to the buckets. Events of the front are not later.
    limit: u64,
    buckets: Buckets,
    slots: Slots<P>,
    live: usize,
    /// Cancelled events that still lie in the front or in a bucket.
    cancelled: usize,
}

impl<P: Copy> EventQueue<P> {
    /// An empty queue.
    pub fn new() -> Self {
        Self {
            front: Vec::with_capacity(FRONT_MAX + 1),
            limit: 0,
            buckets: Buckets::new(),
            slots: Slots::new(),
            live: 0,
            cancelled: 0,
        }
    }

    /// Number of pending events, without the cancelled ones.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Lets `payload` happen at `at`, after everything already scheduled for that instant. An instant before
    /// the last popped one is allowed; its event is next.
    #[inline(always)]
    pub fn schedule(&mut self, at: Timestamp, payload: P) -> EventHandle {
        let handle = self.slots.fill(payload);
        let entry = Entry { key: key_of(at), slot: handle.slot };
        self.live += 1;
        if entry.key < self.limit {
            self.insert_in_front(entry);
        } else {
            self.buckets.put(entry);
        }
        handle
    }

    /// Takes an event back before it happened. `None` when it already happened or was cancelled.
    #[inline]
    pub fn cancel(&mut self, handle: EventHandle) -> Option<P> {
        let payload = self.slots.cancel(handle)?;
        self.live -= 1;
        self.cancelled += 1;
        if self.cancelled > self.live + SWEEP_SLACK {
            self.sweep();
        }
        Some(payload)
    }

    /// The instant of the next event.
    #[inline]
    pub fn next_at(&mut self) -> Option<Timestamp> {
        loop {
            let Some(&next) = self.front.last() else {
                if self.refill() {
                    continue;
                }
                return None;
            };
            if self.slots.is_live(next.slot) {
                return Some(instant_of(next.key));
            }
            self.front.pop();
            self.cancelled -= 1;
            self.slots.release(next.slot);
        }
    }

    /// Takes the next event out.
    #[inline]
    pub fn pop(&mut self) -> Option<(Timestamp, P)> {
        loop {
            let Some(next) = self.front.pop() else {
                if self.refill() {
                    continue;
                }
                return None;
            };
            if let Some(payload) = self.slots.release(next.slot) {
                self.live -= 1;
                return Some((instant_of(next.key), payload));
            }
            self.cancelled -= 1;
        }
    }

    /// Takes the next event out if it happens at or before `until`.
    #[inline]
    pub fn pop_until(&mut self, until: Timestamp) -> Option<(Timestamp, P)> {
        if self.next_at()? > until { None } else { self.pop() }
    }

    /// Puts an event where it belongs among the next ones: behind those of its instant.
    #[inline]
    fn insert_in_front(&mut self, entry: Entry) {
        let mut place = self.front.len();
        self.front.push(entry);
        while place > 0 && self.front[place - 1].key <= entry.key {
            self.front[place] = self.front[place - 1];
            place -= 1;
        }
        self.front[place] = entry;
        if self.front.len() > FRONT_MAX {
            self.send_back();
        }
    }

    /// Sends all but the next few events back to the buckets, so that inserting stays cheap.
    ///
    /// Events of one instant are not parted: those of the last instant kept all stay, and what is scheduled for
    /// that instant from now on goes to the buckets, behind them.
    #[cold]
    fn send_back(&mut self) {
        let last_kept = self.front[self.front.len() - FRONT_KEPT].key;
        let kept_from = self.front.partition_point(|entry| entry.key > last_kept);
        let parted = self.front.partition_point(|entry| entry.key == self.limit);
        self.limit = last_kept;
        self.buckets.lower_base(last_kept);
        // Events at the old limit stood in front of later ones that already lie in a bucket.
        let parted = parted.min(kept_from);
        self.buckets.put_ahead(self.front[..parted].iter().rev().copied());
        for &entry in self.front[parted..kept_from].iter().rev() {
            self.buckets.put(entry);
        }
        self.front.drain(..kept_from);
    }

    /// Fills the empty front with the events of the lowest bucket. Answers whether there were any.
    fn refill(&mut self) -> bool {
        let Some(limit) = self.buckets.take_lowest(SORT_AT_MOST, &mut self.front) else {
            return false;
        };
        self.limit = limit;
        // From order of scheduling to latest first, those of one instant reversed: sorting by insertion keeps
        // the order of equals, and a bucket of a single instant costs one pass.
        self.front.reverse();
        for i in 1..self.front.len() {
            let entry = self.front[i];
            let mut place = i;
            while place > 0 && self.front[place - 1].key < entry.key {
                self.front[place] = self.front[place - 1];
                place -= 1;
            }
            self.front[place] = entry;
        }
        true
    }

    /// Drops the cancelled events. Their number bounds the work, so each cancellation pays a constant share.
    #[cold]
    fn sweep(&mut self) {
        let slots = &mut self.slots;
        let mut keep = |entry: &Entry| {
            let live = slots.is_live(entry.slot);
            if !live {
                slots.release(entry.slot);
            }
            live
        };
        self.front.retain(&mut keep);
        self.buckets.retain(&mut keep);
        self.cancelled = 0;
    }
}

impl<P: Copy> Default for EventQueue<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// Instants as unsigned numbers of the same order.
#[inline]
const fn key_of(at: Timestamp) -> u64 {
    (at.as_nanos() as u64) ^ (1 << 63)
}

#[inline]
const fn instant_of(key: u64) -> Timestamp {
    Timestamp::from_nanos((key ^ (1 << 63)) as i64)
}

#[cfg(test)]
mod tests;
