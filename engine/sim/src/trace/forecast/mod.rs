//! Yesterday's calls through the engine's wait predictor: what each caller would have been told on joining the queue.
//!
//! The predictor is told the facts of the log in the order of time and learns as it would live; a call's outcome reaches
//! it when it happened. What a log does not say is inferred from what it has said so far: an agent is there from its
//! first call until twenty minutes after its last.

mod facts;
mod floor;

use sunline_core::forecast::{
    Assessment, LEVELS, Place, PoolStart, QueueStart, Ticket, WaitMode, WaitPredictor,
};
use sunline_core::time::{Span, Timestamp};

use super::{CallOutcome, CallRow, Offsets};
use facts::{Fact, facts};
use floor::Floor;

/// How the log's centre works, as far as the predictor is to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRules {
    /// What a caller of priority 2 or more gains on joining: it stands as if it had joined so much earlier. Default 90 s,
    /// the rule of the bank whose format this is.
    pub credit: Span,
    /// Types that agents of their own serve. Default `IN`, the internet support of the same bank.
    pub apart: Vec<String>,
    /// What was known before the first call; the same for both groups.
    pub start: PoolStart,
}

impl Default for LogRules {
    fn default() -> Self {
        Self { credit: Span::from_secs(90), apart: vec!["IN".into()], start: PoolStart::default() }
    }
}

/// What one caller would have been told at the moment of joining: the wait, given that it is served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogForecast {
    /// Position of the call in what was given.
    pub row: usize,
    /// Mean in seconds.
    pub mean: f64,
    /// Quantiles in seconds at [`LEVELS`].
    pub quantiles: [f64; LEVELS.len()],
    /// P(wait ≤ t) at the horizons of [`PoolStart`].
    pub within: [f64; 4],
}

/// How well the forecasts of one queue came true.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRecord {
    /// Type of its calls.
    pub kind: String,
    /// Their priority; 0 where none was recorded.
    pub priority: u8,
    /// The predictor's own record.
    pub record: Assessment,
}

/// The record of several queues together.
pub fn total_record(queues: &[QueueRecord]) -> Assessment {
    queues.iter().fold(Assessment::default(), |sum, queue| sum.plus(&queue.record))
}

/// Forecasts for all calls that queued, in the order of joining, and the predictor's own record of them by queue, in the
/// order in which queues first had a call.
///
/// `calls` may come in any order; all times are read on local clocks, so that a habit of nine o'clock stays one when the
/// clocks change.
pub fn forecast_calls(calls: &[CallRow], rules: &LogRules) -> (Vec<LogForecast>, Vec<QueueRecord>) {
    let mut replay = Replay::new(calls, rules);
    for (now, fact) in facts(calls, &Offsets::fixed(Span::ZERO)) {
        replay.floor.sweep(now, &mut replay.predictor);
        replay.take(now, fact);
    }
    let records = replay.queues.iter().zip(replay.predictor.assessments());
    let named = |(&(kind, priority), record): (&(&str, u8), &Assessment)| QueueRecord {
        kind: kind.to_owned(),
        priority,
        record: *record,
    };
    (replay.told, records.map(named).collect())
}

/// A contact that waits: who would be served first is read off the order of `stands_since`.
struct Standing {
    call: usize,
    queue: usize,
    pool: usize,
    stands_since: Timestamp,
    ticket: Ticket,
}

struct Replay<'a> {
    calls: &'a [CallRow],
    rules: &'a LogRules,
    predictor: WaitPredictor,
    /// Type and priority of each queue.
    queues: Vec<(&'a str, u8)>,
    waiting: Vec<Standing>,
    floor: Floor<'a>,
    told: Vec<LogForecast>,
}

impl<'a> Replay<'a> {
    fn new(calls: &'a [CallRow], rules: &'a LogRules) -> Self {
        let mut predictor = WaitPredictor::new(&[rules.start, rules.start], &[]);
        let floor = Floor::new(&mut predictor);
        Self { calls, rules, predictor, queues: Vec::new(), waiting: Vec::new(), floor, told: Vec::new() }
    }

    fn take(&mut self, now: Timestamp, fact: Fact) {
        let calls = self.calls;
        match fact {
            Fact::Joined(call) => self.joined(now, call),
            Fact::WaitEnded(call) => {
                let Some(place) = self.waiting.iter().position(|standing| standing.call == call) else {
                    return;
                };
                let standing = self.waiting.remove(place);
                match calls[call].outcome {
                    CallOutcome::Served => {
                        self.predictor.started(now, standing.ticket);
                        self.floor.begins(now, call, &calls[call], standing.pool, &mut self.predictor);
                    }
                    CallOutcome::Abandoned => self.predictor.abandoned(now, standing.ticket),
                    CallOutcome::VruExit | CallOutcome::Phantom => {
                        self.predictor.withdrawn(now, standing.ticket);
                    }
                }
            }
            Fact::ServedAtOnce(call) => {
                let pool = self.pool(&calls[call]);
                self.floor.begins(now, call, &calls[call], pool, &mut self.predictor);
            }
            Fact::ServiceEnded(call) => {
                let pool = self.pool(&calls[call]);
                self.floor.ends(now, call, &calls[call], pool, &mut self.predictor);
            }
        }
    }

    fn joined(&mut self, now: Timestamp, call: usize) {
        let row = &self.calls[call];
        let (pool, queue) = (self.pool(row), self.queue(row));
        let credit = if row.priority >= Some(2) { self.rules.credit } else { Span::ZERO };
        let stands_since = now - credit;
        let before = |standing: &&Standing| standing.pool == pool && standing.stands_since <= stands_since;
        let ahead = self.waiting.iter().filter(before).count() as u32;
        let ahead_in_queue = self.waiting.iter().filter(before).filter(|s| s.queue == queue).count() as u32;
        let place = Place { ahead, ahead_in_queue };
        let forecast = self
            .predictor
            .forecast(now, queue, place, WaitMode::GivenServed)
            .expect("one who is never seen is always there");
        let quantile = |level| forecast.quantile(level).expect("the levels are shares");
        self.told.push(LogForecast {
            row: call,
            mean: forecast.mean(),
            quantiles: LEVELS.map(quantile),
            within: self.rules.start.horizons.map(|t| forecast.cdf(t.as_secs_f64()).expect("a time")),
        });
        let ticket = self.predictor.joined(now, queue, place);
        self.waiting.push(Standing { call, queue, pool, stands_since, ticket });
    }

    fn pool(&self, row: &CallRow) -> usize {
        usize::from(self.rules.apart.iter().any(|apart| *apart == row.kind))
    }

    /// The queue of a call: its type and priority. A new one is opened.
    fn queue(&mut self, row: &'a CallRow) -> usize {
        let key = (row.kind.as_str(), row.priority.unwrap_or(0));
        if let Some(queue) = self.queues.iter().position(|queue| *queue == key) {
            return queue;
        }
        self.queues.push(key);
        let favoured = row.priority >= Some(2) && self.rules.credit > Span::ZERO;
        self.predictor.open_queue(&self.rules.start, &QueueStart { pool: self.pool(row) as u32, favoured })
    }
}
