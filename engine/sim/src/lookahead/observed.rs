//! Assumptions learned from what happened: how many came lately, how long conversations last, how patient people are.
//!
//! A fold over events. Rates count the last minutes, because traffic changes; lengths are the recorded ones themselves,
//! because no law fits them all; patience is exponential with the mean that explains best who gave up and who was answered
//! first (total time waited ÷ number who gave up).

use std::collections::VecDeque;

use smol_str::SmolStr;
use sunline_core::config::Compiled;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{Connection, ContactOutcome, Event, EventKind, QueueId};

use super::Assumptions;
use crate::arrivals::Arrivals;
use crate::distribution::Distribution;
use crate::scenario::ContactStream;
use crate::world::Listener;

/// Lengths remembered per queue: enough for quantiles to within two or three percent.
const LENGTHS: usize = 1_000;
/// Waits remembered per queue.
const WAITS: usize = 2_000;
/// Arrivals are counted by the minute.
const BIN: Span = Span::from_secs(60);

/// What has been seen of each queue.
#[derive(Clone, Debug)]
pub struct Observed {
    window: Span,
    began: Option<Timestamp>,
    queues: Vec<Seen>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    name: SmolStr,
    /// Start of a minute, and how many came within it.
    arrivals: VecDeque<(Timestamp, u32)>,
    lengths: VecDeque<Span>,
    /// How long somebody waited, and whether it ended by giving up.
    waits: VecDeque<(Span, bool)>,
}

impl Observed {
    /// Nothing seen yet. Arrivals count for `window`; half an hour is a good choice: long enough for a steady figure, short
    /// enough to follow the day.
    pub fn new(config: &Compiled, window: Span) -> Self {
        let seen = |name: &SmolStr| Seen { name: name.clone(), ..Seen::default() };
        Self { window: window.max(BIN), began: None, queues: config.queue_names().map(seen).collect() }
    }

    /// What to assume from `now` on. Where nothing has been seen of a queue's conversations, they follow `otherwise`.
    pub fn assumptions(&self, now: Timestamp, otherwise: &Distribution) -> Assumptions {
        let over = self.began.map_or(self.window, |began| now.since(began).min(self.window)).max(BIN);
        Assumptions::of_streams(self.queues.iter().map(|seen| seen.stream(now, over, otherwise)).collect())
    }

    fn seen(&mut self, queue: QueueId) -> Option<&mut Seen> {
        self.queues.get_mut(queue.index())
    }
}

impl Listener for Observed {
    fn hear(&mut self, event: &Event) {
        let (at, window) = (event.at, self.window);
        self.began.get_or_insert(at);
        match &event.kind {
            EventKind::ContactArrived { queue, .. } => {
                if let Some(seen) = self.seen(*queue) {
                    seen.arrived(at, window);
                }
            }
            EventKind::OfferAccepted { queue, connection: Connection::Made { waited }, .. }
            | EventKind::ContactConnected { queue, waited, .. } => {
                if let Some(seen) = self.seen(*queue) {
                    remember(&mut seen.waits, (*waited, false), WAITS);
                }
            }
            EventKind::ContactEnded { queue, outcome, waited, handled, .. } => {
                let Some(seen) = self.seen(*queue) else { return };
                match outcome {
                    ContactOutcome::Served => remember(&mut seen.lengths, *handled, LENGTHS),
                    ContactOutcome::Abandoned => remember(&mut seen.waits, (*waited, true), WAITS),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

impl Seen {
    fn arrived(&mut self, at: Timestamp, window: Span) {
        match self.arrivals.back_mut() {
            Some((from, count)) if at.since(*from) < BIN => *count += 1,
            _ => self.arrivals.push_back((at, 1)),
        }
        while self.arrivals.front().is_some_and(|(from, _)| at.since(*from) > window + BIN) {
            self.arrivals.pop_front();
        }
    }

    fn stream(&self, now: Timestamp, over: Span, otherwise: &Distribution) -> ContactStream {
        let lately = self.arrivals.iter().filter(|(from, _)| now.since(*from) <= over);
        let came: u32 = lately.map(|(_, count)| count).sum();
        let handling = if self.lengths.len() < 2 {
            otherwise.clone()
        } else {
            let lengths: Vec<Span> = self.lengths.iter().copied().collect();
            Distribution::empirical(&lengths, true)
        };
        ContactStream {
            queue: self.name.clone(),
            arrivals: Arrivals::Poisson { rate_per_hour: f64::from(came) * 3600.0 / over.as_secs_f64() },
            handling,
            patience: self.patience(),
            points: 0,
        }
    }

    /// `None` where nobody gave up: for all that is known, nobody will.
    fn patience(&self) -> Option<Distribution> {
        let gave_up = self.waits.iter().filter(|(_, gave_up)| *gave_up).count();
        let waited: f64 = self.waits.iter().map(|(wait, _)| wait.as_secs_f64()).sum();
        let mean = Span::from_secs_f64(waited / gave_up as f64).filter(|mean| *mean > Span::ZERO);
        mean.map(Distribution::exponential)
    }
}

fn remember<T>(list: &mut VecDeque<T>, value: T, most: usize) {
    if list.len() == most {
        list.pop_front();
    }
    list.push_back(value);
}
