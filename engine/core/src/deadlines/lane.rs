//! A lane: deadlines of one kind in the order in which they came, which mostly is the order in which they fall due.
//!
//! Spans of one kind are mostly equal, so what is armed later falls due later. Such deadlines queue up, which costs no
//! search; one that is disarmed is crossed out where it stands, and dropped with its neighbours.

use core::cmp::Ordering;
use std::collections::VecDeque;

use super::Deadline;
use crate::time::Timestamp;

/// A deadline and when it is due. Nearly all comparisons end at the instant, so that one is made in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Armed(pub(super) Timestamp, pub(super) Deadline);

impl Ord for Armed {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0 == other.0 { self.1.cmp(&other.1) } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for Armed {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    armed: Armed,
    live: bool,
}

/// Deadlines in due order. Its first and its last are live, so the first is what falls due next.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    entries: VecDeque<Entry>,
    crossed_out: usize,
}

impl Lane {
    /// What falls due first.
    #[inline]
    pub(super) fn first(&self) -> Option<&Armed> {
        self.entries.front().map(|entry| &entry.armed)
    }

    /// Adds a deadline; `false` when it falls due before the last one and has no place here.
    #[inline]
    pub(super) fn arm(&mut self, armed: Armed) -> bool {
        if self.entries.back().is_none_or(|last| last.armed < armed) {
            self.entries.push_back(Entry { armed, live: true });
            return true;
        }
        self.arm_again(&armed)
    }

    /// One that has stood here before takes its old place.
    fn arm_again(&mut self, armed: &Armed) -> bool {
        let Some(i) = self.find(armed) else { return false };
        let entry = &mut self.entries[i];
        self.crossed_out -= usize::from(!entry.live);
        entry.live = true;
        true
    }

    /// Takes a deadline away; whether it was here.
    pub(super) fn disarm(&mut self, armed: &Armed) -> bool {
        let Some(i) = self.find(armed).filter(|&i| self.entries[i].live) else { return false };
        self.entries[i].live = false;
        self.crossed_out += 1;
        self.trim();
        true
    }

    /// Takes the first.
    pub(super) fn pop(&mut self) -> Option<Armed> {
        let first = self.entries.pop_front()?;
        self.trim();
        Some(first.armed)
    }

    pub(super) fn contains(&self, armed: &Armed) -> bool {
        self.find(armed).is_some_and(|i| self.entries[i].live)
    }

    fn find(&self, armed: &Armed) -> Option<usize> {
        if self.first() == Some(armed) {
            return Some(0);
        }
        self.entries.binary_search_by(|entry| entry.armed.cmp(armed)).ok()
    }

    /// Keeps the ends live, and never more crossed out than standing.
    fn trim(&mut self) {
        if self.crossed_out == 0 {
            return;
        }
        while self.entries.front().is_some_and(|first| !first.live) {
            self.entries.pop_front();
            self.crossed_out -= 1;
        }
        while self.entries.back().is_some_and(|last| !last.live) {
            self.entries.pop_back();
            self.crossed_out -= 1;
        }
        if self.crossed_out * 2 > self.entries.len() {
            self.entries.retain(|entry| entry.live);
            self.crossed_out = 0;
        }
    }
}
