//! A Poisson process whose rate changes in steps, walked from arrival to arrival.
//!
//! Each arrival uses up one exponential number of *expected arrivals*. Time passes at the present rate until
//! that much has been expected; where a rate ends, the rest is used up at the next one. This is exact: nothing is
//! thinned out, and no step is taken for a segment without arrivals but to pass it.

use std::borrow::Cow;

use sunline_core::hours::Interval;
use sunline_core::time::{Span, Timestamp};

use super::{Busyness, NANOS_PER_HOUR, Segment};
use crate::distribution::StandardGamma;
use crate::random::{Chance, Family, Purpose, Stream};

/// The state of the walk: where it is in time, and the rate it walks at.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    segments: Cow<'a, [Segment]>,
    next_segment: usize,
    window: Interval,
    factors: Option<Factors>,
    stream: Stream,
    at: Timestamp,
    /// Part of a nanosecond by which the walk is past `at`, so that rounding never adds up.
    beyond: f64,
    /// Up to where the present rate holds, and the rate in arrivals per nanosecond.
    rate_until: Timestamp,
    rate: f64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        segments: Cow<'a, [Segment]>,
        busyness: Option<Busyness>,
        window: Interval,
        chance: Chance,
        queue: u64,
    ) -> Self {
        let origin = segments.first().map_or(window.from, |segment| segment.from);
        let family = chance.family(Purpose::Busyness, queue);
        Self {
            segments,
            next_segment: 0,
            window,
            factors: busyness.map(|busyness| Factors::new(busyness, origin, family)),
            stream: chance.family(Purpose::Arrivals, queue).stream(0),
            at: window.from,
            beyond: 0.0,
            rate_until: window.from,
            rate: 0.0,
        }
    }

    #[inline]
    pub(super) fn next_arrival(&mut self) -> Option<Timestamp> {
        let mut expected = self.stream.exponential();
        loop {
            let left = self.rate_until.since(self.at).as_nanos();
            let until_change = (left as f64 - self.beyond) * self.rate;
            if expected < until_change {
                let gap = self.beyond + expected / self.rate;
                // Rounding must not carry an arrival over the end of its segment.
                let whole = (gap as i64).min(left - 1);
                self.at += Span::from_nanos(whole);
                self.beyond = (gap - whole as f64).min(1.0);
                return Some(self.at);
            }
            expected -= until_change;
            if !self.change_rate() {
                return None;
            }
        }
    }

    /// Steps to where the present rate ends and takes up the next one. `false` at the end of all.
    fn change_rate(&mut self) -> bool {
        self.at = self.rate_until;
        self.beyond = 0.0;
        self.rate = 0.0;
        while let Some(segment) = self.segments.get(self.next_segment) {
            if segment.until <= self.at {
                self.next_segment += 1;
                continue;
            }
            self.at = self.at.max(segment.from);
            if self.at >= self.window.until {
                break;
            }
            let (factor, factor_until) =
                self.factors.as_ref().map_or((1.0, Timestamp::MAX), |factors| factors.at(self.at));
            self.rate = segment.rate_per_hour * factor / NANOS_PER_HOUR;
            self.rate_until = segment.until.min(self.window.until).min(factor_until);
            return true;
        }
        self.rate_until = self.at;
        false
    }
}

/// The factors of the periods, each from a stream of its own.
#[derive(Clone, Debug)]
struct Factors {
    origin: Timestamp,
    period: i64,
    law: StandardGamma,
    scale: f64,
    family: Family,
}

impl Factors {
    fn new(busyness: Busyness, origin: Timestamp, family: Family) -> Self {
        let (law, scale) = StandardGamma::with_cv(busyness.cv);
        Self { origin, period: busyness.period.as_nanos(), law, scale, family }
    }

    /// The factor of the period that holds `at`, and the period's end.
    fn at(&self, at: Timestamp) -> (f64, Timestamp) {
        let number = at.since(self.origin).as_nanos().div_euclid(self.period);
        let factor = self.scale * self.law.sample(&mut self.family.stream(number as u64));
        let end = self.origin + Span::from_nanos(number.saturating_add(1).saturating_mul(self.period));
        (factor, end)
    }
}
