//! Opening hours as the kernel knows them: a table of UTC intervals, compiled outside.
//!
//! The kernel has no zones. The `calendar` crate turns local rules into these tables and stamps them with
//! the time zone release they were made from; the tables enter as configuration and are journaled with it.

mod algebra;
mod calendar;
mod calendars;
mod due;
mod guide;
mod standing;

pub use calendar::HoursOf;
pub(crate) use calendar::{Calendar, CalendarMessage};
pub use calendars::{CalendarView, UnknownZone};
pub(crate) use calendars::{Calendars, CalendarsState};
pub use due::{Due, moved_dues};
pub use standing::Standing;

use guide::Guide;
use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

/// Half-open interval of UTC time, `[from, until)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
}

/// Why a list of intervals is not a table of hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// An interval ends at or before its own start.
    #[error("interval {index} ends at {until}, not after its start at {from}")]
    Empty {
        /// Position in the list, from 0.
        index: usize,
        /// Its start.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// An interval starts before the one ahead of it ends.
    #[error("interval {index} starts at {from}, before the one ahead of it ends at {previous_until}")]
    Overlap {
        /// Position in the list, from 0.
        index: usize,
        /// Its start.
        from: Timestamp,
        /// End of the interval ahead of it.
        previous_until: Timestamp,
    },
    /// An interval reaches past the horizon of the table.
    #[error("interval {index} ends at {until}, past the horizon {horizon}")]
    PastHorizon {
        /// Position in the list, from 0.
        index: usize,
        /// Its end.
        until: Timestamp,
        /// Where the table ends.
        horizon: Timestamp,
    },
}

/// Opening hours over a stretch of time: sorted, disjoint UTC intervals up to a horizon.
///
/// A table read from a journal or a file is checked like one made by [`HoursTable::new`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct HoursTable {
    intervals: Box<[Interval]>,
    horizon: Timestamp,
    tz_release: Box<str>,
    #[serde(skip_serializing)]
    guide: Guide,
}

/// The fields of a table as they were written, before anyone has checked their order.
#[derive(Deserialize)]
struct Unchecked {
    intervals: Vec<Interval>,
    horizon: Timestamp,
    tz_release: Box<str>,
}

impl TryFrom<Unchecked> for HoursTable {
    type Error = HoursError;

    fn try_from(read: Unchecked) -> Result<Self, HoursError> {
        Self::new(&read.intervals, read.horizon, &read.tz_release)
    }
}

impl HoursTable {
    /// A table of `intervals` (sorted, disjoint, touching ones are joined), known up to `horizon`, made from
    /// the time zone database `tz_release` (for example `2025b`; empty when no zone was involved).
    ///
    /// # Errors
    /// [`HoursError`] names the first interval that is empty, out of order or past the horizon.
    pub fn new(intervals: &[Interval], horizon: Timestamp, tz_release: &str) -> Result<Self, HoursError> {
        let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
        for (index, &Interval { from, until }) in intervals.iter().enumerate() {
            if until <= from {
                return Err(HoursError::Empty { index, from, until });
            }
            if until > horizon {
                return Err(HoursError::PastHorizon { index, until, horizon });
            }
            match joined.last_mut() {
                Some(last) if from < last.until => {
                    return Err(HoursError::Overlap { index, from, previous_until: last.until });
                }
                Some(last) if from == last.until => last.until = until,
                _ => joined.push(Interval { from, until }),
            }
        }
        Ok(Self::assembled(joined, horizon, tz_release))
    }

    /// The table of intervals that are known to be sorted, disjoint, joined and inside the horizon.
    fn assembled(intervals: Vec<Interval>, horizon: Timestamp, tz_release: &str) -> Self {
        let guide = Guide::new(&intervals);
        Self { intervals: intervals.into(), horizon, tz_release: tz_release.into(), guide }
    }

    /// Closed at every instant up to `horizon`; no zone was involved.
    pub fn never(horizon: Timestamp) -> Self {
        Self::assembled(Vec::new(), horizon, "")
    }

    /// Open at every instant, with no horizon.
    pub fn always() -> Self {
        let all = Interval { from: Timestamp::MIN, until: Timestamp::MAX };
        Self::assembled(vec![all], Timestamp::MAX, "")
    }

    /// Whether `at` lies in an interval. An opening is included, a closing is not.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.interval_at_or_after(at).is_some_and(|i| i.from <= at)
    }

    /// The next instant after `at` at which the table opens or closes; `None` up to the horizon.
    ///
    /// An interval that reaches the horizon was cut there: its end is not a closing.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let interval = self.interval_at_or_after(at)?;
        let change = if interval.from > at { interval.from } else { interval.until };
        (change < self.horizon).then_some(change)
    }

    /// The first instant at or after `at` at which the table is open; `None` up to the horizon.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        self.interval_at_or_after(at).map(|i| i.from.max(at))
    }

    /// The interval that contains `at`; `None` while closed.
    pub fn interval_at(&self, at: Timestamp) -> Option<Interval> {
        self.interval_at_or_after(at).filter(|i| i.from <= at)
    }

    /// Open time within `[from, until)`; none when `until` is not after `from`.
    pub fn open_between(&self, from: Timestamp, until: Timestamp) -> Span {
        let first = self.ended_by(from);
        let inside = self.intervals[first..].iter().take_while(|i| i.from < until && from < until);
        inside.fold(Span::ZERO, |sum, i| sum + i.until.min(until).since(i.from.max(from)))
    }

    /// The first instant at which `business` of open time has passed since `from`; `None` when the table ends
    /// first. No open time, or less, has passed at `from` itself, open or not.
    pub fn after_open_time(&self, from: Timestamp, business: Span) -> Option<Timestamp> {
        if business <= Span::ZERO {
            return Some(from);
        }
        let first = self.ended_by(from);
        let mut left = business;
        for interval in &self.intervals[first..] {
            let start = interval.from.max(from);
            let length = interval.until.since(start);
            if left <= length {
                return Some(start + left);
            }
            left = left - length;
        }
        None
    }

    /// The intervals: sorted, disjoint, never touching.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// The instant up to which the table is known.
    pub fn horizon(&self) -> Timestamp {
        self.horizon
    }

    /// The time zone database the table was made from.
    pub fn tz_release(&self) -> &str {
        &self.tz_release
    }

    fn interval_at_or_after(&self, at: Timestamp) -> Option<Interval> {
        self.intervals.get(self.ended_by(at)).copied()
    }

    /// How many intervals have ended by `at`.
    fn ended_by(&self, at: Timestamp) -> usize {
        self.guide.ended_by(&self.intervals, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_secs(s)
    }

    fn table(intervals: &[(i64, i64)]) -> Result<HoursTable, HoursError> {
        let list: Vec<_> = intervals.iter().map(|&(a, b)| Interval { from: at(a), until: at(b) }).collect();
        HoursTable::new(&list, at(1000), "test")
    }

    #[test]
    fn an_opening_is_inside_and_a_closing_is_not() {
        let hours = table(&[(10, 20), (30, 40)]).unwrap();
        assert!(!hours.is_open(at(9)) && hours.is_open(at(10)));
        assert!(hours.is_open(at(19)) && !hours.is_open(at(20)));
        assert_eq!(hours.next_change(at(20)), Some(at(30)));
        assert_eq!(hours.next_change(at(40)), None);
        assert_eq!(hours.next_open(at(20)), Some(at(30)));
        assert_eq!(hours.next_open(at(35)), Some(at(35)));
        assert_eq!(hours.interval_at(at(20)), None);
        assert_eq!(hours.interval_at(at(39)), Some(Interval { from: at(30), until: at(40) }));
    }

    #[test]
    fn an_interval_cut_at_the_horizon_is_no_closing() {
        let hours = table(&[(10, 1000)]).unwrap();
        assert_eq!(hours.next_change(at(5)), Some(at(10)));
        assert_eq!(hours.next_change(at(10)), None);
        assert_eq!(HoursTable::always().next_change(at(0)), None);
    }

    #[test]
    fn a_stretch_that_runs_backwards_has_no_open_time() {
        let hours = table(&[(10, 20)]).unwrap();
        assert_eq!(hours.open_between(at(18), at(12)), Span::ZERO);
    }

    #[test]
    fn no_business_time_passes_at_once() {
        let hours = table(&[(10, 20)]).unwrap();
        assert_eq!(hours.after_open_time(at(5), Span::ZERO), Some(at(5)));
        assert_eq!(hours.after_open_time(at(5), Span::from_nanos(1)), Some(at(10) + Span::from_nanos(1)));
    }

    #[test]
    fn a_table_out_of_order_is_not_read() {
        let good = serde_json::to_string(&table(&[(10, 20), (30, 40)]).unwrap()).unwrap();
        assert!(serde_json::from_str::<HoursTable>(&good).is_ok());
        let bytes = postcard::to_stdvec(&table(&[(10, 20), (30, 40)]).unwrap()).unwrap();
        assert_eq!(
            postcard::from_bytes::<HoursTable>(&bytes).unwrap(),
            table(&[(10, 20), (30, 40)]).unwrap()
        );
        let bad = good.replace("30000000000", "15000000000");
        let refusal = serde_json::from_str::<HoursTable>(&bad).unwrap_err().to_string();
        assert!(refusal.contains("interval 1 starts at 1970-01-01T00:00:15Z"), "{refusal}");
    }

    #[test]
    fn business_time_runs_only_while_open() {
        let hours = table(&[(10, 20), (30, 40)]).unwrap();
        assert_eq!(hours.open_between(at(15), at(35)), Span::from_secs(10));
        assert_eq!(hours.after_open_time(at(15), Span::from_secs(10)), Some(at(35)));
        assert_eq!(hours.after_open_time(at(15), Span::from_secs(16)), None);
    }

    #[test]
    fn touching_intervals_are_one_and_wrong_ones_are_named() {
        assert_eq!(table(&[(10, 20), (20, 30)]).unwrap().intervals().len(), 1);
        assert!(matches!(table(&[(10, 20), (19, 30)]), Err(HoursError::Overlap { index: 1, .. })));
        assert!(matches!(table(&[(10, 10)]), Err(HoursError::Empty { index: 0, .. })));
        assert!(matches!(table(&[(10, 1001)]), Err(HoursError::PastHorizon { index: 0, .. })));
    }
}
