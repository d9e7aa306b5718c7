//! When contacts arrive: recorded instants, or chance at a rate that follows the day.
//!
//! [`Arrivals`] is what a scenario says. Checked, it gives the instants inside a window as an iterator that
//! draws from streams of its own queue, so one queue's arrivals are the same whatever happens elsewhere.
//!
//! ```
//! use sunline_core::hours::Interval;
//! use sunline_core::time::{Span, Timestamp};
//! use sunline_sim::arrivals::Arrivals;
//! use sunline_sim::random::Chance;
//!
//! // Quiet, busy, quiet: expected contacts in three half hours from nine on.
//! let nine = Timestamp::from_secs(9 * 3600);
//! let arrivals = Arrivals::from_expected(nine, Span::from_secs(1800), &[20.0, 50.0, 10.0]);
//! let ready = arrivals.ready()?;
//! let window = Interval { from: nine, until: nine + Span::from_secs(5400) };
//! assert_eq!(arrivals.expected(window), 80.0);
//! let instants: Vec<Timestamp> = ready.instants(window, Chance::new(42, 0), 3).collect();
//! assert!(instants.is_sorted() && instants.iter().all(|at| window.from <= *at && *at < window.until));
//! # Ok::<(), sunline_sim::parameter::ParameterError>(())
//! ```

mod walk;

use serde::{Deserialize, Serialize};
use sunline_core::hours::Interval;
use sunline_core::time::{Span, Timestamp};

use crate::parameter::{Check, ParameterError, Problem};
use crate::random::Chance;

use walk::Walk;

/// Greatest rate of one queue: a thousand million contacts per hour, about 278 per millisecond.
pub const MAX_RATE_PER_HOUR: f64 = 1e9;
/// Greatest coefficient of variation of a period's busyness. Day totals of contact centres lie near 0.1.
pub const MAX_BUSYNESS_CV: f64 = 10.0;

const NANOS_PER_HOUR: f64 = 3.6e12;

/// How contacts of one queue arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Arrivals {
    /// At these instants and no others: yesterday's traffic.
    Trace {
        /// The instants in order; several may be equal.
        instants: Vec<Timestamp>,
    },
    /// By chance at one rate for ever (a Poisson process).
    Poisson {
        /// Expected contacts per hour, at least 0 and at most [`MAX_RATE_PER_HOUR`].
        rate_per_hour: f64,
    },
    /// By chance at a rate that is constant within each segment and zero outside of all.
    Piecewise {
        /// The segments: in order, apart or touching, never overlapping.
        segments: Vec<Segment>,
        /// How much whole periods (days) differ from what the rates say; absent means not at all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        busyness: Option<Busyness>,
    },
}

/// A stretch of time with one arrival rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after, later than `from`.
    pub until: Timestamp,
    /// Expected contacts per hour, at least 0 and at most [`MAX_RATE_PER_HOUR`].
    pub rate_per_hour: f64,
}

/// Some days are busier than foreseen, all day long: a random factor with mean 1 on the rates of each period.
///
/// The factor has a gamma law, so a period's total is negative binomial: with m contacts expected its variance
/// is m + m²·cv², where chance alone gives m.
///
/// # Source
/// Jongbloed and Koole, "Managing Uncertainty in Call Centres Using Poisson Mixtures", Applied Stochastic
/// Models in Business and Industry 17(4), 2001.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Busyness {
    /// Coefficient of variation of the factor, above 0 and at most [`MAX_BUSYNESS_CV`].
    pub cv: f64,
    /// Length of a period in nanoseconds, counted from the start of the first segment; a day is usual.
    pub period: Span,
}

impl Arrivals {
    /// Poisson arrivals from a forecast: `expected[i]` contacts in the i-th stretch of length `step` since `start`.
    pub fn from_expected(start: Timestamp, step: Span, expected: &[f64]) -> Self {
        let per_hour = NANOS_PER_HOUR / step.as_nanos() as f64;
        let mut from = start;
        let segment = |&contacts: &f64| {
            let segment = Segment { from, until: from + step, rate_per_hour: contacts * per_hour };
            from = segment.until;
            segment
        };
        Self::Piecewise { segments: expected.iter().map(segment).collect(), busyness: None }
    }

    /// Whether every parameter can be meant.
    ///
    /// # Errors
    /// One [`ParameterError`] for each problem, in the order of the parameters.
    pub fn check(&self) -> Result<(), Vec<ParameterError>> {
        let mut check = Check::default();
        match self {
            Self::Trace { instants } => {
                for (i, pair) in instants.windows(2).enumerate() {
                    if pair[1] < pair[0] {
                        check.refuse(format!("instants[{}]", i + 1), Problem::OutOfOrder { bound: pair[0] });
                    }
                }
            }
            Self::Poisson { rate_per_hour } => {
                check.not_negative_up_to("rate_per_hour", *rate_per_hour, MAX_RATE_PER_HOUR);
            }
            Self::Piecewise { segments, busyness } => {
                check_segments(&mut check, segments);
                if let Some(Busyness { cv, period }) = busyness {
                    check.positive_up_to("busyness.cv", *cv, MAX_BUSYNESS_CV);
                    check.positive("busyness.period", period.as_nanos() as f64);
                }
            }
        }
        check.finish()
    }

    /// The process ready to draw from.
    ///
    /// # Errors
    /// The first problem that [`Arrivals::check`] finds.
    pub fn ready(&self) -> Result<ReadyArrivals<'_>, ParameterError> {
        match self.check() {
            Ok(()) => Ok(ReadyArrivals { arrivals: self }),
            Err(mut problems) => Err(problems.swap_remove(0)),
        }
    }

    /// Expected number of contacts in `[from, until)` of the window; of a trace, the number there is.
    pub fn expected(&self, window: Interval) -> f64 {
        match self {
            Self::Trace { instants } => inside(instants, window).len() as f64,
            Self::Poisson { rate_per_hour } => hours_of(window) * rate_per_hour,
            Self::Piecewise { segments, .. } => {
                let contacts = segments.iter().map(|segment| {
                    let (from, until) = (segment.from.max(window.from), segment.until.min(window.until));
                    hours_of(Interval { from, until }) * segment.rate_per_hour
                });
                contacts.sum()
            }
        }
    }
}

fn check_segments(check: &mut Check, segments: &[Segment]) {
    let mut earliest = Timestamp::MIN;
    for (i, segment) in segments.iter().enumerate() {
        if segment.from < earliest {
            check.refuse(format!("segments[{i}].from"), Problem::OutOfOrder { bound: earliest });
        }
        if segment.until <= segment.from {
            let bound = segment.from + Span::from_nanos(1);
            check.refuse(format!("segments[{i}].until"), Problem::OutOfOrder { bound });
        }
        let path = format!("segments[{i}].rate_per_hour");
        check.not_negative_up_to(&path, segment.rate_per_hour, MAX_RATE_PER_HOUR);
        earliest = earliest.max(segment.until);
    }
}

/// Hours of a window; 0 when it ends before it starts.
fn hours_of(window: Interval) -> f64 {
    window.until.since(window.from).as_nanos().max(0) as f64 / NANOS_PER_HOUR
}

/// The instants that lie in the window.
fn inside(instants: &[Timestamp], window: Interval) -> &[Timestamp] {
    let first = instants.partition_point(|at| *at < window.from);
    let after = instants.partition_point(|at| *at < window.until);
    &instants[first..after.max(first)]
}

/// A checked arrival process. Made by [`Arrivals::ready`].
#[derive(Clone, Copy, Debug)]
pub struct ReadyArrivals<'a> {
    arrivals: &'a Arrivals,
}

impl<'a> ReadyArrivals<'a> {
    /// The instants of arrival in `[from, until)` of the window, in order, for queue number `queue`.
    pub fn instants(self, window: Interval, chance: Chance, queue: u64) -> Instants<'a> {
        let course = match self.arrivals {
            Arrivals::Trace { instants } => Course::Trace(inside(instants, window).iter()),
            Arrivals::Poisson { rate_per_hour } => {
                let Interval { from, until } = window;
                let segments = vec![Segment { from, until, rate_per_hour: *rate_per_hour }];
                Course::Walk(Walk::new(segments.into(), None, window, chance, queue))
            }
            Arrivals::Piecewise { segments, busyness } => {
                Course::Walk(Walk::new(segments.into(), *busyness, window, chance, queue))
            }
        };
        Instants { course }
    }
}

/// The instants of arrival in a window, in order. Made by [`ReadyArrivals::instants`].
#[derive(Clone, Debug)]
pub struct Instants<'a> {
    course: Course<'a>,
}

#[derive(Clone, Debug)]
enum Course<'a> {
    Trace(std::slice::Iter<'a, Timestamp>),
    Walk(Walk<'a>),
}

impl Iterator for Instants<'_> {
    type Item = Timestamp;

    #[inline]
    fn next(&mut self) -> Option<Timestamp> {
        match &mut self.course {
            Course::Trace(instants) => instants.next().copied(),
            Course::Walk(walk) => walk.next_arrival(),
        }
    }
}

#[cfg(test)]
mod tests;
