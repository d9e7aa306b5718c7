//! The wait predictor: what a waiting contact may be told, learned from what happened.
//!
//! It is told facts (a contact joined, was served, gave up; an agent came, began, became free) and asked for the law of
//! a wait. It starts as the base law of the configuration and learns online; a fact costs the same whatever the number
//! of contacts and agents, and neither a fact nor a question allocates once there is room for all who wait.
//!
//! ```text
//! facts ──▶ drain clocks · history · work in progress · patience       (pool.rs, queue.rs)
//!             │ look: 24 inputs of order one                           (inputs.rs)
//!             ▼
//!           base wait + recursive least squares, in logarithms         (regression.rs)
//!             │ errors
//!             ▼
//!           decayed histograms by length of the predicted wait         (residuals.rs)
//!             │
//!             ▼
//!           WaitForecast: quantiles, mean, P(W ≤ t), P(gives up)       (forecast.rs)
//! ```
//!
//! **Leakage.** A contact's outcome is learned when it is told, never before: predictions are kept from the instant of
//! joining until then.
//!
//! **Censoring.** A contact that gave up would have waited longer. For `IfYouStay` its mass goes beyond its wait; for
//! `GivenServed` only the served count.
//!
//! **Sameness.** Plain numbers and + − × ÷ √ and `libm` only: the same facts give the same bits on every machine, and a
//! copy or a snapshot is the whole predictor.

mod announced;
mod assessment;
mod fading;
mod forecast;
mod inputs;
mod learner;
mod patience;
mod pool;
mod queue;
mod regression;
mod residuals;
mod start;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use announced::Announced;
pub use assessment::{Assessment, CalibrationBin, HorizonScore, LEVELS};
pub use forecast::{Unknown, WaitForecast};
pub use start::{PoolStart, QueueStart};

use super::WaitMode;
use crate::time::{Span, Timestamp};
use inputs::{Inputs, look};
use learner::Predicted;
use pool::Pool;
use queue::Queue;

/// Where a contact stands, or would stand: how many of those waiting the policy would serve first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Of all queues that share agents with its own.
    pub ahead: u32,
    /// Of its own queue.
    pub ahead_in_queue: u32,
}

/// A contact whose wait is being watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ticket(u32);

/// Learns waits and predicts them, for all queues of a domain.
///
/// Queues, pools and agents are numbered from 0 in the order in which they were given. Facts come in the order of time.
///
/// # Examples
/// Two agents, both busy, and a caller with one ahead.
///
/// ```
/// use sunline_core::forecast::{Place, PoolStart, QueueStart, WaitMode, WaitPredictor};
/// use sunline_core::Timestamp;
///
/// let mut predictor = WaitPredictor::new(&[PoolStart::default()], &[QueueStart::default()]);
/// let at = Timestamp::from_secs;
/// for agent in 0..2 {
///     predictor.agent_came(at(0), agent, 0);
///     predictor.work_began(at(0), agent);
/// }
/// let first = predictor.joined(at(5), 0, Place::default());
/// let wait = predictor.forecast(at(9), 0, Place { ahead: 1, ahead_in_queue: 1 }, WaitMode::IfYouStay)?;
/// assert_eq!(wait.position(), 2);
/// assert!(120.0 < wait.mean() && wait.mean() < 240.0, "two agents of three minutes each, two to go");
///
/// predictor.work_ended(at(20), 0);
/// predictor.started(at(20), first);
/// predictor.work_began(at(20), 0);
/// # Ok::<(), sunline_core::forecast::Unknown>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitPredictor {
    pools: Vec<Pool>,
    queues: Vec<Queue>,
    agents: Vec<Agent>,
    waiting: Vec<Waiting>,
    free: Vec<u32>,
    scores: Vec<Assessment>,
    horizons: Vec<[f64; 4]>,
}

/// Nothing in it is ever not a number.
impl Eq for WaitPredictor {}

/// What is known of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Agent {
    pool: u32,
    present: bool,
    works: u32,
    /// At work since, or free since.
    since: Timestamp,
    /// Whether it is free after work, and not just signed in.
    freed: bool,
}

/// A prediction that waits for its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Waiting {
    queue: u32,
    joined: Timestamp,
    giving_up: f64,
    /// Whether it could give up; of one that could not nobody learns patience.
    impatient: bool,
    /// Whether anybody was there to serve it; from a night nobody learns.
    known: bool,
    inputs: Inputs,
    base_wait: f64,
    stay: Predicted,
    served: Predicted,
    told: assessment::Told,
}

impl WaitPredictor {
    /// A predictor that has seen nothing.
    ///
    /// # Panics
    /// When a queue names a pool that is not there.
    pub fn new(pools: &[PoolStart], queues: &[QueueStart]) -> Self {
        let horizons = |start: &PoolStart| start.horizons.map(Span::as_secs_f64);
        Self {
            pools: pools.iter().map(Pool::new).collect(),
            queues: queues.iter().map(|start| Queue::new(start, &pools[start.pool as usize])).collect(),
            agents: Vec::new(),
            waiting: Vec::new(),
            free: Vec::new(),
            scores: queues.iter().map(|_| Assessment::default()).collect(),
            horizons: pools.iter().map(horizons).collect(),
        }
    }

    /// A queue is added, in a pool that is there, which began as `pool`. Returns its number.
    ///
    /// # Panics
    /// When the pool is not there.
    pub fn open_queue(&mut self, pool: &PoolStart, queue: &QueueStart) -> usize {
        assert!((queue.pool as usize) < self.pools.len(), "the pool of a queue is there");
        self.queues.push(Queue::new(queue, pool));
        self.scores.push(Assessment::default());
        self.queues.len() - 1
    }

    /// Goes on with a record: one entry per queue that there is.
    pub(crate) fn keep_record(&mut self, record: Vec<Assessment>) {
        for (score, kept) in self.scores.iter_mut().zip(record) {
            *score = kept;
        }
    }

    /// Makes room for so many waiting contacts and agents: up to there no fact allocates.
    pub fn reserve(&mut self, contacts: usize, agents: usize) {
        self.waiting.reserve(contacts.saturating_sub(self.waiting.len()));
        self.free.reserve(contacts.saturating_sub(self.free.len()));
        self.agents.reserve(agents.saturating_sub(self.agents.len()));
    }

    /// An agent is there and will take contacts of this pool. One that is there already moves.
    pub fn agent_came(&mut self, now: Timestamp, agent: usize, pool: usize) {
        let absent = Agent { pool: pool as u32, present: false, works: 0, since: now, freed: false };
        if self.agents.len() <= agent {
            self.agents.resize(agent + 1, absent);
        }
        if self.agents[agent].present {
            self.agent_left(now, agent);
        }
        let works = self.agents[agent].works;
        self.agents[agent] = Agent { present: true, works, ..absent };
        let pool = &mut self.pools[pool];
        pool.pass(now);
        pool.agents += 1;
        if works > 0 {
            pool.busy += 1;
            pool.busy_since.add(now);
        }
    }

    /// An agent takes no more contacts: gone home, on a break, not responding. Work it has in hand may end later.
    pub fn agent_left(&mut self, now: Timestamp, agent: usize) {
        let Some(known) = self.agents.get_mut(agent).filter(|known| known.present) else { return };
        known.present = false;
        let pool = &mut self.pools[known.pool as usize];
        pool.pass(now);
        pool.agents -= 1;
        if known.works > 0 {
            pool.busy -= 1;
            pool.busy_since.take(known.since, now);
        } else if known.freed {
            known.freed = false;
            pool.freed.take(known.since, now);
        }
    }

    /// An agent began to serve a contact.
    pub fn work_began(&mut self, now: Timestamp, agent: usize) {
        let Some(known) = self.agents.get_mut(agent) else { return };
        known.works += 1;
        if known.works > 1 {
            return;
        }
        let pool = &mut self.pools[known.pool as usize];
        if known.present {
            pool.pass(now);
            if known.freed {
                pool.freed.take(known.since, now);
            }
            pool.busy += 1;
            pool.busy_since.add(now);
        }
        known.since = now;
        known.freed = false;
    }

    /// An agent has its room back: the contact and its wrap-up are over.
    pub fn work_ended(&mut self, now: Timestamp, agent: usize) {
        let Some(known) = self.agents.get_mut(agent).filter(|known| known.works > 0) else { return };
        known.works -= 1;
        if known.works > 0 {
            return;
        }
        if known.present {
            let pool = &mut self.pools[known.pool as usize];
            pool.pass(now);
            pool.busy -= 1;
            pool.busy_since.take(known.since, now);
            pool.freed.add(now);
            known.freed = true;
        }
        known.since = now;
    }

    /// The next change of staff in a pool that is known: so many agents come (or go) at that instant. `None`: none is.
    pub fn staff_will_change(&mut self, now: Timestamp, pool: usize, change: Option<(Timestamp, i32)>) {
        self.pools[pool].pass(now);
        self.pools[pool].staff_change = change;
    }

    /// A contact joined a queue and was not served at once. Keep the ticket until its wait is over.
    pub fn joined(&mut self, now: Timestamp, queue: usize, place: Place) -> Ticket {
        let (known, look) = self.look(now, queue, place);
        let (number, joined) = (queue as u32, now);
        let pool = &self.pools[self.queues[queue].pool as usize];
        let horizons = &self.horizons[self.queues[queue].pool as usize];
        let (stay, served) = (pool.stay.predict(&look), pool.served.predict(&look));
        let forecast = Self::law(pool, WaitMode::GivenServed, place, &served);
        let waiting = Waiting {
            queue: number,
            joined,
            giving_up: self.queues[queue].giving_up.rate(),
            impatient: true,
            known,
            inputs: look.inputs,
            base_wait: look.base_wait,
            stay,
            served,
            told: assessment::Told::of(&forecast, horizons),
        };
        let queue = &mut self.queues[queue];
        let pool = &mut self.pools[queue.pool as usize];
        pool.pass(now);
        queue.pass(now, pool.agents);
        pool.waiting += 1;
        pool.favoured += u32::from(queue.favoured);
        pool.restless += waiting.giving_up;
        queue.waiting += 1;
        match self.free.pop() {
            Some(free) => {
                self.waiting[free as usize] = waiting;
                Ticket(free)
            }
            None => {
                self.waiting.push(waiting);
                Ticket(self.waiting.len() as u32 - 1)
            }
        }
    }

    /// The contact cannot give up from now on: its customer will be called back, or it is an agent's question. Nothing is
    /// learned of patience from it.
    pub fn cannot_give_up(&mut self, ticket: Ticket) {
        let waiting = &mut self.waiting[ticket.0 as usize];
        let queue = &self.queues[waiting.queue as usize];
        self.pools[queue.pool as usize].settles(waiting.giving_up);
        (waiting.giving_up, waiting.impatient) = (0.0, false);
    }

    /// The wait is over: the contact is served.
    pub fn started(&mut self, now: Timestamp, ticket: Ticket) {
        let waiting = self.leaves(now, ticket);
        let queue = &mut self.queues[waiting.queue as usize];
        let pool = &mut self.pools[queue.pool as usize];
        let wait = now.since(waiting.joined).as_secs_f64().max(0.0);
        for clock in [&mut pool.drain, &mut pool.slow_drain, &mut queue.drain] {
            clock.departed();
        }
        if waiting.impatient {
            pool.patience.learn(wait, false);
            queue.giving_up.learn(wait, false);
        }
        pool.last_wait = wait;
        pool.last_started_joined = waiting.joined;
        queue.average_wait += AVERAGE_STEP * (wait - queue.average_wait);
        if !waiting.known {
            return;
        }
        let (inputs, base, log_wait) = (&waiting.inputs, waiting.base_wait, libm::log1p(wait / pool.scale));
        pool.stay.learn(inputs, base, &waiting.stay, log_wait);
        let error = pool.served.learn(inputs, base, &waiting.served, log_wait).clamp(-3.0, 3.0);
        pool.drift += DRIFT_STEP * (error - pool.drift);
        queue.drift += QUEUE_DRIFT_STEP * (error - queue.drift);
        self.scores[waiting.queue as usize].observe(&waiting.told, wait);
    }

    /// The contact gave up.
    pub fn abandoned(&mut self, now: Timestamp, ticket: Ticket) {
        let waiting = self.leaves(now, ticket);
        let queue = &mut self.queues[waiting.queue as usize];
        let pool = &mut self.pools[queue.pool as usize];
        let wait = now.since(waiting.joined).as_secs_f64().max(0.0);
        for clock in [&mut pool.drain, &mut pool.slow_drain, &mut queue.drain] {
            clock.departed();
        }
        pool.patience.learn(wait, true);
        queue.giving_up.learn(wait, true);
        if waiting.known {
            let log_wait = libm::log1p(wait / pool.scale);
            pool.stay.learn_beyond(&waiting.inputs, waiting.base_wait, &waiting.stay, log_wait);
        }
    }

    /// The contact left without an outcome: moved, merged, taken back. Nothing is learned from it.
    pub fn withdrawn(&mut self, now: Timestamp, ticket: Ticket) {
        self.leaves(now, ticket);
    }

    /// The law of the wait from `now` on, of a contact at this place of a queue, or of one that might join there while
    /// nobody is free for it.
    ///
    /// A waiting contact with n ahead of it waits like a new one with n ahead: ask again with its place of now.
    ///
    /// # Errors
    /// [`Unknown`] where nobody is there to serve it and nobody is known to come.
    pub fn forecast(
        &self,
        now: Timestamp,
        queue: usize,
        place: Place,
        mode: WaitMode,
    ) -> Result<WaitForecast, Unknown> {
        let (known, look) = self.look(now, queue, place);
        if !known {
            return Err(Unknown::NobodyPresent);
        }
        let pool = &self.pools[self.queues[queue].pool as usize];
        Ok(Self::law(pool, mode, place, &pool.learner(mode).predict(&look)))
    }

    /// What may be told to a waiting contact: as [`WaitPredictor::forecast`], but while nothing has happened in its pool
    /// since the last announcement, no figure rises.
    ///
    /// # Errors
    /// As [`WaitPredictor::forecast`].
    pub fn announce(
        &self,
        now: Timestamp,
        queue: usize,
        place: Place,
        mode: WaitMode,
        last: Option<&Announced>,
    ) -> Result<Announced, Unknown> {
        let facts = self.pools[self.queues[queue].pool as usize].facts;
        Ok(Announced::of(&self.forecast(now, queue, place, mode)?, facts, last))
    }

    /// Contacts whose wait is being watched.
    pub fn watched(&self) -> usize {
        self.waiting.len() - self.free.len()
    }

    /// How well the forecasts made at joining have come true, by queue.
    pub fn assessments(&self) -> &[Assessment] {
        &self.scores
    }

    fn law(pool: &Pool, mode: WaitMode, place: Place, predicted: &Predicted) -> WaitForecast {
        let below = pool.learner(mode).law(predicted);
        WaitForecast::new(mode, place.ahead + 1, pool.scale, predicted.log_wait, below, pool.patience)
    }

    /// Whether anybody is there, and what is seen from this place. Without anybody it looks as if one agent were.
    fn look(&self, now: Timestamp, queue: usize, place: Place) -> (bool, inputs::Look) {
        let queue = &self.queues[queue];
        let pool = &self.pools[queue.pool as usize];
        let seconds = pool.base_seconds(now, place.ahead);
        let alone = (f64::from(place.ahead) + 1.0) / pool.drain.rate();
        let look = look(now, pool, queue, place, seconds.unwrap_or(alone));
        (seconds.is_some(), look)
    }

    /// Takes a contact out of those waiting.
    fn leaves(&mut self, now: Timestamp, ticket: Ticket) -> Waiting {
        let waiting = self.waiting[ticket.0 as usize];
        self.free.push(ticket.0);
        let queue = &mut self.queues[waiting.queue as usize];
        let pool = &mut self.pools[queue.pool as usize];
        pool.pass(now);
        queue.pass(now, pool.agents);
        pool.left(queue.favoured, waiting.giving_up);
        queue.waiting = queue.waiting.saturating_sub(1);
        waiting
    }
}

/// Share of the newest wait in a queue's average wait.
const AVERAGE_STEP: f64 = 0.2;
/// Share of the newest error in a pool's drift: the last fifty count.
const DRIFT_STEP: f64 = 0.02;
/// Share of the newest error in a queue's drift: the last hundred count.
const QUEUE_DRIFT_STEP: f64 = 0.01;
