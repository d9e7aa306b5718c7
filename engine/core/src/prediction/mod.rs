//! Live prediction: what the domain's events say about the waits to come.
//!
//! A fold over events, applied with them, so live, replayed and recovered domains predict the same to the last bit; it is
//! part of a snapshot. It feeds [`WaitPredictor`] and knows what that needs to be asked: who stands ahead of whom, and
//! which agents could serve which queues.
//!
//! **Never a decision.** Nothing here is read by matching. It is there where the configuration has a `[forecast]`.
//!
//! **As of the last fact.** A forecast holds from the last instant at which something happened in its pool: somebody came,
//! was served, gave up, signed in or out. So while nothing happens no figure of the remaining wait rises.
//!
//! ```text
//! event ─▶ lines (who waits, in order) · staff (who could serve whom) ─▶ place ─▶ WaitPredictor
//! ```
#![allow(clippy::disallowed_types, reason = "figures for people; what becomes an event is rounded first")]

mod check;
mod crowd;
mod follow;
mod interval;
mod lines;
mod questions;
mod ranked;
mod risk;
mod shifts;
mod staff;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod traps;

use serde::{Deserialize, Serialize};

use crate::config::{Compiled, ForecastConfig};
use crate::forecast::{Place, PoolStart, QueueStart, WaitPredictor};
use crate::ids::{AgentId, ContactId, QueueId};
use crate::matching::Curve;
use crate::time::Timestamp;
use crowd::{Crowd, Standing};
use interval::Intervals;
use lines::{Key, Lines};
use staff::Staff;

pub use interval::IntervalForecast;
pub use questions::{Closing, NoForecast, PredictedWait};

/// What is known for predicting; see the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Prediction {
    config: ForecastConfig,
    /// Which queues' contacts start with more points than others of their pool could have.
    head_starts: Vec<i64>,
    predictor: WaitPredictor,
    lines: Lines,
    staff: Staff,
    standing: Crowd,
    intervals: Intervals,
    /// Who has just arrived, and may be served in the same step.
    fresh: Option<ContactId>,
    /// When something last happened in each pool.
    last_fact: Vec<Timestamp>,
    /// The next change of staff that is known, of each pool.
    changes: Vec<Option<(Timestamp, i32)>>,
}

impl Prediction {
    /// For a configuration, if it wants forecasts.
    pub(crate) fn new(config: &Compiled, forecast: Option<&ForecastConfig>) -> Option<Self> {
        let forecast = forecast?.clone();
        let interval = forecast.interval;
        let queues = config.queues.len();
        let staff = Staff::new(queues);
        let head_starts = config.queues.iter().map(|queue| queue.settings.base_points).collect();
        let mut this = Self {
            predictor: WaitPredictor::new(&[], &[]),
            config: forecast,
            head_starts,
            lines: Lines::default(),
            staff,
            standing: Crowd::default(),
            intervals: Intervals::new(interval, queues),
            fresh: None,
            last_fact: Vec::new(),
            changes: Vec::new(),
        };
        this.begin(Timestamp::MIN);
        Some(this)
    }

    /// Makes room for queues that are new. They have pools of their own until an agent can serve them, and learning begins
    /// anew.
    fn grow(&mut self, queues: usize, now: Timestamp) {
        let known = self.head_starts.len();
        for _ in known..queues {
            self.staff.open_queue();
            self.intervals.open_queue();
            self.head_starts.push(0);
        }
        if queues > known {
            self.begin(now);
        }
    }

    /// Begins to learn anew, as when pools have become one: with those who are there and those who wait.
    fn begin(&mut self, now: Timestamp) {
        let ForecastConfig { handle_time, patience, agents, .. } = self.config;
        let start = PoolStart { handle_time, agents, patience, ..PoolStart::default() };
        let pools = self.staff.pools();
        let least = |pool: u32| {
            let of_pool =
                self.staff.pool_of.iter().zip(&self.head_starts).filter(|(other, _)| **other == pool);
            of_pool.map(|(_, points)| *points).min()
        };
        let queue =
            |(pool, points): (&u32, &i64)| QueueStart { pool: *pool, favoured: least(*pool) < Some(*points) };
        let queues: Vec<_> = self.staff.pool_of.iter().zip(&self.head_starts).map(queue).collect();
        let record = self.predictor.assessments().to_vec();
        self.predictor = WaitPredictor::new(&vec![start; pools], &queues);
        self.predictor.keep_record(record);
        self.last_fact = vec![now; pools];
        self.changes = vec![None; pools];
        for number in 0..self.staff.members.len() {
            let (present, works) = (self.staff.members[number].present, self.staff.members[number].works);
            let agent = AgentId(number as u32);
            if let Some(pool) = self.staff.pool_of_agent(agent).filter(|_| present) {
                self.predictor.agent_came(now, number, pool);
            }
            (0..works).for_each(|_| self.predictor.work_began(now, number));
        }
        (0..pools).for_each(|pool| self.tell_change(pool, now));
        for standing in self.standing.sorted().into_iter().filter(|standing| standing.ticket.is_some()) {
            let Standing { contact, queue, curve, key, nobody_waits, .. } = standing;
            let place = self.place(now, queue, curve, key);
            let ticket = self.predictor.joined(now, queue.index(), place);
            if nobody_waits {
                self.predictor.cannot_give_up(ticket);
            }
            if let Some(standing) = self.standing.get_mut(&contact) {
                standing.ticket = Some(ticket);
            }
        }
    }

    /// Where a contact stands: who of its pool goes before it, in units of the whole pool.
    ///
    /// Contacts of other queues count by the share of them that this queue's agents will serve. A queue that only some
    /// agents of the pool can serve moves that much slower, which is the same as standing that much further back.
    fn place(&self, now: Timestamp, queue: QueueId, curve: Curve, key: Key) -> Place {
        self.place_among(now, queue, curve, key, (self.staff.there(queue), self.staff.in_pool_of(queue)))
    }

    /// The same where so many are there for the queue, of so many in its pool.
    fn place_among(
        &self,
        now: Timestamp,
        queue: QueueId,
        curve: Curve,
        key: Key,
        (there, in_pool): (u32, u32),
    ) -> Place {
        let (mut own, mut ahead) = (0, 0.0);
        let pool = self.pool(queue);
        let felt = |other: QueueId| self.pool(other) == pool;
        self.lines.ahead(now, curve, key, felt, |other, count| {
            if other == queue {
                own += count;
                ahead += f64::from(count);
            } else {
                ahead += f64::from(count) * self.staff.share(queue, other);
            }
        });
        let slower = f64::from(in_pool.max(1)) / f64::from(there.max(1));
        let ahead = libm::rint((ahead + 1.0) * slower - 1.0).clamp(0.0, MOST_AHEAD) as u32;
        Place { ahead, ahead_in_queue: own }
    }

    fn pool(&self, queue: QueueId) -> usize {
        self.staff.pool_of[queue.index()] as usize
    }

    fn happened(&mut self, pool: usize, at: Timestamp) {
        self.last_fact[pool] = at;
    }
}

/// Beyond this nobody needs to know how many are ahead.
const MOST_AHEAD: f64 = 10_000_000.0;
