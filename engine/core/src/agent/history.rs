//! What an agent did before, for the rules that ask: time at work, contacts accepted, handle times.
//!
//! It is kept only where some queue's rule asks for it. Time lies in buckets of a minute, sixty of them.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::ids::QueueId;
use crate::time::{Span, Timestamp};

const MINUTE: i64 = 60_000_000_000;
const MINUTES: i64 = 60;
const HOUR: Span = Span::from_secs(3600);

/// What an agent did before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct History {
    /// The last minutes in which the agent was signed in or at work, oldest first.
    minutes: VecDeque<Minute>,
    /// Up to here time has been entered.
    since: Timestamp,
    signed_in: bool,
    /// Accepted contacts in hand.
    working: u32,
    /// When contacts were accepted, within an hour of the last.
    accepted: VecDeque<Timestamp>,
    /// Contacts handled and the sum of their handle times, by queue.
    handled: BTreeMap<QueueId, (u32, Span)>,
}

/// One minute since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Minute {
    number: i64,
    signed_in: Span,
    busy: Span,
}

impl History {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            minutes: VecDeque::new(),
            since: now,
            signed_in: false,
            working: 0,
            accepted: VecDeque::new(),
            handled: BTreeMap::new(),
        }
    }

    /// Of an agent of whom nothing was kept so far.
    pub(crate) fn with(signed_in: bool, working: u32, now: Timestamp) -> Self {
        Self { signed_in, working, ..Self::new(now) }
    }

    pub(crate) fn signs(&mut self, in_or_out: bool, now: Timestamp) {
        self.pass(now);
        self.signed_in = in_or_out;
    }

    pub(crate) fn accepts(&mut self, now: Timestamp) {
        self.pass(now);
        self.working += 1;
        while self.accepted.front().is_some_and(|at| now.since(*at) >= HOUR) {
            self.accepted.pop_front();
        }
        self.accepted.push_back(now);
    }

    /// Accepted work is over; `handled` is the time since it was accepted, where there was a conversation.
    pub(crate) fn finishes(&mut self, queue: QueueId, handled: Option<Span>, now: Timestamp) {
        self.pass(now);
        self.working = self.working.saturating_sub(1);
        if let Some(handled) = handled {
            let (count, sum) = self.handled.entry(queue).or_default();
            *count = count.saturating_add(1);
            *sum += handled;
        }
    }

    /// Enters the time up to now.
    fn pass(&mut self, now: Timestamp) {
        let counts = self.signed_in || self.working > 0;
        let mut from = self.since.max(start_of_window(now));
        self.since = now;
        while counts && from < now {
            let number = minute_of(from);
            let until = Timestamp::from_nanos((number + 1) * MINUTE).min(now);
            let passed = until.since(from);
            if self.minutes.back().is_none_or(|last| last.number < number) {
                self.minutes.push_back(Minute { number, signed_in: Span::ZERO, busy: Span::ZERO });
            }
            let minute = self.minutes.back_mut().expect("just made sure");
            if self.signed_in {
                minute.signed_in += passed;
            }
            if self.working > 0 {
                minute.busy += passed;
            }
            from = until;
        }
        while self.minutes.len() > MINUTES as usize {
            self.minutes.pop_front();
        }
    }

    /// Time at work in millionths of the time signed in, over this minute and the 59 before; at least 0.
    pub(crate) fn occupancy(&self, now: Timestamp) -> i64 {
        let first = minute_of(now) - MINUTES + 1;
        let live = now.since(self.since.max(start_of_window(now))).max(Span::ZERO);
        let mut signed_in = if self.signed_in { live } else { Span::ZERO };
        let mut busy = if self.working > 0 { live } else { Span::ZERO };
        for minute in self.minutes.iter().filter(|minute| minute.number >= first) {
            signed_in += minute.signed_in;
            busy += minute.busy;
        }
        let millionths = i128::from(busy.as_nanos()) * 1_000_000;
        (millionths / i128::from(signed_in.as_nanos().max(1))).min(i64::MAX.into()) as i64
    }

    /// Contacts accepted after an instant within the last hour.
    pub(crate) fn accepted_since(&self, after: Timestamp) -> u32 {
        self.accepted.iter().rev().take_while(|at| **at > after).count() as u32
    }

    /// Contacts of a queue that were handled, and the sum of their handle times.
    pub(crate) fn handled(&self, queue: QueueId) -> (u32, Span) {
        self.handled.get(&queue).copied().unwrap_or_default()
    }
}

fn minute_of(at: Timestamp) -> i64 {
    at.as_nanos().div_euclid(MINUTE)
}

fn start_of_window(now: Timestamp) -> Timestamp {
    Timestamp::from_nanos((minute_of(now) - MINUTES + 1) * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(second)
    }

    #[test]
    fn occupancy_forgets_by_the_minute() {
        let mut history = History::new(at(0));
        history.signs(true, at(0));
        history.accepts(at(30));
        history.finishes(QueueId(0), Some(Span::from_secs(60)), at(90));
        assert_eq!(history.occupancy(at(120)), 500_000);
        assert_eq!(history.occupancy(at(3_599)), 60_000_000 / 3_599);
        // From 1:00:00 on the first minute, half of it at work, is out of the window.
        assert_eq!(history.occupancy(at(3_600)), 30_000_000 / 3_540);
        history.signs(false, at(20_000));
        assert_eq!(history.occupancy(at(40_000)), 0);
    }

    #[test]
    fn a_contact_accepted_an_hour_ago_counts_no_more() {
        let mut history = History::new(at(0));
        history.accepts(at(10));
        history.accepts(at(20));
        assert_eq!(history.accepted_since(at(3_609) - HOUR), 2);
        assert_eq!(history.accepted_since(at(3_610) - HOUR), 1);
    }
}
