//! A queue of a pool: a class of contacts, a priority band.

use serde::{Deserialize, Serialize};

use super::fading::DrainClock;
use super::patience::GivingUp;
use super::start::{PoolStart, QueueStart};
use crate::time::Timestamp;

/// A queue's memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Queue {
    pub(super) pool: u32,
    /// Whether its contacts have a head start on others of the pool.
    pub(super) favoured: bool,
    pub(super) waiting: u32,
    pub(super) drain: DrainClock,
    /// Exponential mean of the waits of those served.
    pub(super) average_wait: f64,
    pub(super) giving_up: GivingUp,
    /// Mean of the last errors.
    pub(super) drift: f64,
    last: Timestamp,
}

impl Queue {
    pub(super) fn new(start: &QueueStart, pool: &PoolStart) -> Self {
        let handle_time = pool.handle_time.as_secs_f64().max(0.001);
        Self {
            pool: start.pool,
            favoured: start.favoured,
            waiting: 0,
            drain: DrainClock::new(3600.0, 1.0 / handle_time),
            average_wait: handle_time / 3.0,
            giving_up: GivingUp::new(pool.giving_up()),
            drift: 0.0,
            last: Timestamp::EPOCH,
        }
    }

    /// Time has passed up to `now`, with so many agents in the pool.
    pub(super) fn pass(&mut self, now: Timestamp, agents: u32) {
        let seconds = now.since(self.last).as_secs_f64();
        if seconds > 0.0 {
            if self.waiting > 0 {
                self.drain.pass(seconds, f64::from(agents));
            }
            self.last = now;
        }
    }
}
