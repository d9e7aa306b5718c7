//! The shift guard: will this work end before the agent goes home?
//!
//! Ask it with [`Compiled::shifts`](crate::Compiled::shifts), where a break is no end of a shift.

use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

/// How an expected handle time lies in a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftFit {
    /// It ends by the end of the shift, or crosses it by no more than the overrun.
    Fits {
        /// The end of the shift; `None` when it lies beyond the horizon of the table.
        ends_at: Option<Timestamp>,
    },
    /// It crosses the end of the shift by more than the overrun: no new work.
    Overruns {
        /// The end of the shift.
        ends_at: Timestamp,
        /// By how much it crosses that end.
        by: Span,
    },
    /// There is no shift now.
    OffShift,
}

impl ShiftFit {
    /// Whether new work may be taken.
    pub fn allows(self) -> bool {
        matches!(self, Self::Fits { .. })
    }
}

/// How work that starts at `now` and is `expected` to last so long fits into `shifts`, when it may cross the end of
/// the shift by `overrun` and no more.
pub fn shift_fit(shifts: &HoursTable, now: Timestamp, expected: Span, overrun: Span) -> ShiftFit {
    let Some(shift) = shifts.interval_at(now) else { return ShiftFit::OffShift };
    if shift.until >= shifts.horizon() {
        return ShiftFit::Fits { ends_at: None };
    }
    let ends_at = shift.until;
    let by = (now + expected).since(ends_at);
    if by > overrun { ShiftFit::Overruns { ends_at, by } } else { ShiftFit::Fits { ends_at: Some(ends_at) } }
}

/// The last instant at which work that is `expected` to last so long may start in the shift of `now`; `None` off
/// shift, or when the shift is already too short.
pub fn last_start(shifts: &HoursTable, now: Timestamp, expected: Span, overrun: Span) -> Option<Timestamp> {
    let shift = shifts.interval_at(now)?;
    if shift.until >= shifts.horizon() {
        return Some(shift.until);
    }
    // At the closing itself there is no shift any more.
    let last = (shift.until + overrun - expected).min(shift.until - Span::from_nanos(1));
    (last >= now).then_some(last)
}

#[cfg(test)]
mod tests {
    use sunline_core::hours::Interval;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_secs(minute * 60)
    }

    fn minutes(count: i64) -> Span {
        Span::from_secs(count * 60)
    }

    #[test]
    fn work_may_cross_the_end_of_a_shift_by_the_overrun_and_not_a_nanosecond_more() {
        let shifts = HoursTable::new(&[Interval { from: at(0), until: at(480) }], at(2000), "").unwrap();
        let fit = |now, expected| shift_fit(&shifts, now, expected, minutes(2));
        assert_eq!(fit(at(470), minutes(10)), ShiftFit::Fits { ends_at: Some(at(480)) });
        assert!(fit(at(470), minutes(12)).allows());
        let longer = minutes(12) + Span::from_nanos(1);
        let by = minutes(2) + Span::from_nanos(1);
        assert_eq!(fit(at(470), longer), ShiftFit::Overruns { ends_at: at(480), by });
        assert_eq!(fit(at(480), minutes(1)), ShiftFit::OffShift);
        assert_eq!(last_start(&shifts, at(0), minutes(12), minutes(2)), Some(at(470)));
        assert!(fit(last_start(&shifts, at(0), minutes(1), minutes(2)).unwrap(), minutes(1)).allows());
        assert_eq!(last_start(&shifts, at(475), minutes(12), minutes(2)), None);
    }

    #[test]
    fn a_shift_that_runs_into_the_horizon_has_no_known_end() {
        let shifts = HoursTable::new(&[Interval { from: at(0), until: at(480) }], at(480), "").unwrap();
        assert_eq!(shift_fit(&shifts, at(479), minutes(60), Span::ZERO), ShiftFit::Fits { ends_at: None });
    }
}
