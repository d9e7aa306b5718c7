//! How many contacts of a queue went to each pool in the current window, for rules that share them out.

use serde::{Deserialize, Serialize};

use crate::ids::PoolId;
use crate::time::{Span, Timestamp};

/// Contacts given to pools since the window began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// Number of the window since the Unix epoch.
    window: i64,
    /// By `PoolId`.
    counts: Vec<u32>,
}

impl Given {
    /// A pool was given a contact.
    pub(crate) fn add(&mut self, pool: PoolId, now: Timestamp, length: Span) {
        let window = window_of(now, length);
        if window != self.window {
            (self.window, self.counts) = (window, Vec::new());
        }
        if self.counts.len() <= pool.index() {
            self.counts.resize(pool.index() + 1, 0);
        }
        self.counts[pool.index()] = self.counts[pool.index()].saturating_add(1);
    }

    /// Contacts given to the pool, and to all, in the window that `now` lies in.
    pub(crate) fn counts(&self, pool: PoolId, now: Timestamp, length: Span) -> (u32, u32) {
        if self.window != window_of(now, length) {
            return (0, 0);
        }
        let own = self.counts.get(pool.index()).copied().unwrap_or(0);
        (own, self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count)))
    }
}

fn window_of(now: Timestamp, length: Span) -> i64 {
    now.as_nanos().div_euclid(length.as_nanos().max(1))
}
