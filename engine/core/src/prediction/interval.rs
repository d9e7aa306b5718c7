//! The service level of the interval that runs: what is counted so far, who waits, and who will come.
//!
//! By the default formula, `short_excluded`; a leg belongs to the interval in which it began. Intervals are counted in UTC.

use serde::{Deserialize, Serialize};

use super::crowd::Standing;
use super::questions::{NoForecast, PredictedWait};
use crate::domain::Domain;
use crate::forecast::{Unknown, WaitMode};
use crate::ids::QueueId;
use crate::time::{Span, Timestamp};

/// What a queue's service level will be when its interval ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntervalForecast {
    /// When the interval began.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Of those who came in it, answered in time so far.
    pub in_time: u32,
    /// Of those who came in it, counted so far: answered, or gone after more than a short wait.
    pub counted: u32,
    /// Of those who came in it, waiting now.
    pub waiting: u32,
    /// Expected to come before it ends.
    pub to_come: f64,
    /// The expected service level, in `[0, 1]`.
    pub expected: f64,
    /// It is not lower with probability 0.9, nor higher than `high`: between them with probability 0.8.
    pub low: f64,
    /// See `low`.
    pub high: f64,
}

/// The intervals of all queues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Intervals {
    length: Span,
    /// One entry per queue, by `QueueId`.
    queues: Vec<Seen>,
}

/// Nothing in it is ever not a number.
impl Eq for Intervals {}

/// What is seen of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Seen {
    /// When the interval began; what is counted here is of it.
    from: Timestamp,
    in_time: u32,
    missed: u32,
    waiting: u32,
    flow: Flow,
    /// Fading counts of legs that were in time, and of all that count.
    lately: (f64, f64),
}

/// How many come, lately.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Flow {
    began: Option<Timestamp>,
    at: Timestamp,
    sum: f64,
}

impl Seen {
    fn nothing() -> Self {
        let flow = Flow { began: None, at: Timestamp::EPOCH, sum: 0.0 };
        let lately = (0.8 * WORTH, WORTH);
        Self { from: Timestamp::MIN, in_time: 0, missed: 0, waiting: 0, flow, lately }
    }
}

/// How a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegEnd {
    InTime,
    Missed,
    /// It counts in no service level.
    Uncounted,
}

impl Intervals {
    pub(super) fn new(length: Span, queues: usize) -> Self {
        Self { length, queues: vec![Seen::nothing(); queues] }
    }

    /// One queue more.
    pub(super) fn open_queue(&mut self) {
        self.queues.push(Seen::nothing());
    }

    pub(super) fn came(&mut self, queue: QueueId, at: Timestamp) {
        let seen = self.rolled(queue, at);
        seen.waiting += 1;
        seen.flow.add(at);
    }

    pub(super) fn left(&mut self, leg: &Standing, end: LegEnd, at: Timestamp) {
        let seen = self.rolled(leg.queue, at);
        let counts = match end {
            LegEnd::InTime => 1.0,
            LegEnd::Missed => 0.0,
            LegEnd::Uncounted => return seen.forget(leg.since),
        };
        seen.lately = (seen.lately.0 * KEPT + counts, seen.lately.1 * KEPT + 1.0);
        if leg.since >= seen.from {
            seen.in_time += u32::from(end == LegEnd::InTime);
            seen.missed += u32::from(end == LegEnd::Missed);
        }
        seen.forget(leg.since);
    }

    /// Since when those who wait in a queue are counted, and how many there are.
    pub(super) fn counts(&self, queue: usize) -> (Timestamp, u32) {
        (self.queues[queue].from, self.queues[queue].waiting)
    }

    fn begins(&self, at: Timestamp) -> Timestamp {
        Timestamp::from_nanos(at.as_nanos() - at.as_nanos().rem_euclid(self.length.as_nanos()))
    }

    fn rolled(&mut self, queue: QueueId, at: Timestamp) -> &mut Seen {
        let from = self.begins(at);
        let seen = &mut self.queues[queue.index()];
        seen.roll(from);
        seen
    }
}

impl Seen {
    fn roll(&mut self, from: Timestamp) {
        if self.from < from {
            (self.from, self.in_time, self.missed, self.waiting) = (from, 0, 0, 0);
        }
    }

    fn forget(&mut self, since: Timestamp) {
        if since >= self.from {
            self.waiting = self.waiting.saturating_sub(1);
        }
    }
}

impl Flow {
    fn add(&mut self, at: Timestamp) {
        self.sum = self.sum * faded(self.at, at) + 1.0;
        self.at = at;
        self.began.get_or_insert(at);
    }

    /// Contacts a second.
    fn rate(&self, now: Timestamp) -> f64 {
        let Some(began) = self.began else { return 0.0 };
        // What began lately is told by its whole time, and by a minute at least.
        let seen = (1.0 - faded(began, now)).max(60.0 / MEMORY_S);
        self.sum * faded(self.at, now) / (MEMORY_S * seen)
    }
}

fn faded(from: Timestamp, to: Timestamp) -> f64 {
    libm::exp(-to.since(from).as_secs_f64().max(0.0) / MEMORY_S)
}

/// What is still open: sums over contacts of the probabilities to be in time (p) and to miss (q).
#[derive(Clone, Copy, Debug, Default)]
struct Rest {
    count: f64,
    p: f64,
    q: f64,
    pp: f64,
    qq: f64,
    pq: f64,
}

impl Rest {
    fn add(&mut self, weight: f64, p: f64, short: f64) {
        let q = (1.0 - p - short).max(0.0);
        self.count += weight;
        self.p += weight * p;
        self.q += weight * q;
        self.pp += weight * p * p;
        self.qq += weight * q * q;
        self.pq += weight * p * q;
    }

    /// The same for another number of contacts.
    fn of(self, count: f64) -> Self {
        let by = if self.count > 0.0 { count / self.count } else { 0.0 };
        let Self { count, p, q, pp, qq, pq } = self;
        Self { count: count * by, p: p * by, q: q * by, pp: pp * by, qq: qq * by, pq: pq * by }
    }
}

impl Domain {
    /// What the service level of a queue will be when its interval ends: of those who came in it and will come, by the default
    /// formula.
    ///
    /// Costs a few dozen predictions of waits.
    ///
    /// # Errors
    /// [`NoForecast::Unknown`] where its queue is closed, or nobody has come and nobody is expected.
    pub fn predicted_service_level(
        &self,
        now: Timestamp,
        queue: QueueId,
    ) -> Result<IntervalForecast, NoForecast> {
        let prediction = self.prediction.as_deref().ok_or(NoForecast::NotConfigured)?;
        let settings = self.config.queues.get(queue.index()).ok_or(NoForecast::UnknownQueue { queue })?;
        self.asks_somebody(queue)?;
        let now = now.max(self.now);
        let intervals = &prediction.intervals;
        let from = intervals.begins(now);
        let until = from + intervals.length;
        let mut seen = intervals.queues[queue.index()];
        seen.roll(from);
        let short = settings.settings.short_abandon;
        let fate = |wait: Result<PredictedWait, NoForecast>, waited: Span| match wait {
            Ok(wait) => {
                let soon = (short - waited).max(Span::ZERO).as_secs_f64();
                (wait.p_meets_target(), wait.law.p_gives_up_within(soon).unwrap_or(0.0))
            }
            Err(_) => (0.0, 0.0),
        };
        let mut waiting = Rest::default();
        prediction.lines.tails(queue, from, |curve, key, weight| {
            let origin = Timestamp::from_nanos(key.0);
            let wait = prediction.wait(queue, curve, key, WaitMode::IfYouStay, now);
            let wait =
                wait.map(|wait| wait.with(self.time_left(queue, origin, now), self.closing(queue, now)));
            let (p, gone) = fate(wait, now.since(origin));
            waiting.add(weight, p, gone);
        });
        let waiting = waiting.of(f64::from(seen.waiting));
        let ends = self.closing(queue, now).map_or(until, |closing| until.min(now + closing.within));
        let left = ends.since(now).as_secs_f64();
        let to_come = seen.flow.rate(now) * left;
        let (p, gone) = fate(self.predicted_wait_in(now, queue, 0, WaitMode::IfYouStay), Span::ZERO);
        let lately = seen.lately.0 / seen.lately.1;
        let now_counts = if prediction.lines.of(queue) > 0 { settles(left) } else { 0.0 };
        let (p, gone) = (p * now_counts + lately * (1.0 - now_counts), gone * now_counts);
        let mut coming = Rest::default();
        coming.add(to_come, p, gone);
        let counted = seen.in_time + seen.missed;
        let all = f64::from(counted) + waiting.p + waiting.q + coming.p + coming.q;
        if all < 1e-6 {
            return Err(Unknown::NobodyExpected.into());
        }
        let in_time = f64::from(seen.in_time);
        let expected = (in_time + waiting.p + coming.p) / all;
        let spread = spread(&waiting, &coming, expected) / all;
        // Whatever happens, those counted are counted.
        let (least, most) = (in_time / all, (all - f64::from(seen.missed)) / all);
        Ok(IntervalForecast {
            from,
            until,
            in_time: seen.in_time,
            counted,
            waiting: seen.waiting,
            to_come,
            expected,
            low: (expected - NINE_TENTHS * spread).clamp(least.min(expected), expected),
            high: (expected + NINE_TENTHS * spread).clamp(expected, most.max(expected)),
        })
    }
}

/// Standard deviation of how many more are in time than the level `l` asks for.
fn spread(waiting: &Rest, coming: &Rest, l: f64) -> f64 {
    let (good, bad) = ((1.0 - l) * (1.0 - l), l * l);
    let of_waiting =
        good * (waiting.p - waiting.pp) + bad * (waiting.q - waiting.qq) + 2.0 * l * (1.0 - l) * waiting.pq;
    // How many come is chance as well.
    let of_coming = good * coming.p + bad * coming.q;
    let open = waiting.count + coming.count;
    let share = if open > 0.0 { (waiting.p + coming.p) / open } else { 0.0 };
    let common = TOGETHER * open * open * share * (1.0 - share);
    (of_waiting + of_coming + common).max(0.0).sqrt()
}

/// How much the present state tells of those who come within so many seconds; the rest is told by what was lately.
fn settles(seconds: f64) -> f64 {
    let ratio = seconds / SETTLES_S;
    if ratio < 1e-6 { 1.0 } else { (1.0 - libm::exp(-ratio)) / ratio }
}

/// Arrivals are remembered for half an hour: long enough for a steady figure, short enough to follow the day.
const MEMORY_S: f64 = 1_800.0;
/// How much is kept of what was lately, at each leg: the last thirty count.
const KEPT: f64 = 0.97;
/// What the start is worth, in legs.
const WORTH: f64 = 2.0;
/// In about five minutes a line is another one.
const SETTLES_S: f64 = 300.0;
/// How much of the chance of those still open is common to them: a slow quarter of an hour is slow for all. A third makes the
/// range right as often as it says in simulation.
const TOGETHER: f64 = 0.33;
/// The standard normal law lies below it with probability 0.9.
const NINE_TENTHS: f64 = 1.281_551_565_544_6;
