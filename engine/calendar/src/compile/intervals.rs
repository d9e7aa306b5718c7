//! Collecting intervals of one zone and window into a table.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use sunline_core::hours::{HoursTable, Interval};

use super::{CompileError, MAX_INTERVALS, Window};
use crate::rules::{DAY, DaySpan};
use crate::zones::{Edge, Zone};

/// Intervals in any order, inside a window, at most [`MAX_INTERVALS`].
pub(crate) struct Intervals<'a> {
    zone: &'a Zone,
    window: Window,
    list: Vec<Interval>,
}

impl<'a> Intervals<'a> {
    pub(crate) fn new(zone: &'a Zone, window: Window) -> Self {
        Self { zone, window, list: Vec::new() }
    }

    /// The local days whose spans can touch the window. A span reaches two days past its own midnight, and a
    /// gap may move it by one more. A day that never came, because the zone crossed the date line, is left out.
    pub(crate) fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let first = self.zone.local(self.window.from).date().saturating_sub(3.days());
        let last = self.zone.local(self.window.horizon).date();
        let zone = self.zone.clone();
        first.series(1.day()).take_while(move |&date| date <= last).filter(move |&date| zone.has_date(date))
    }

    /// Adds the span of a local day. A span whose readings a clock change turns around is no time at all.
    pub(crate) fn add_span(&mut self, date: Date, span: DaySpan) -> Result<(), CompileError> {
        let from = self.zone.instant(reading(date, span.start), Edge::Opening);
        let until = self.zone.instant(reading(date, span.end), Edge::Closing);
        self.add(Interval { from, until })
    }

    /// Adds what of `interval` lies inside the window.
    pub(crate) fn add(&mut self, interval: Interval) -> Result<(), CompileError> {
        let from = interval.from.max(self.window.from);
        let until = interval.until.min(self.window.horizon);
        if until <= from {
            return Ok(());
        }
        if self.list.len() == MAX_INTERVALS {
            return Err(CompileError::TooManyIntervals { bound: MAX_INTERVALS });
        }
        self.list.push(Interval { from, until });
        Ok(())
    }

    /// The table of all that was added.
    pub(crate) fn table(mut self, tz_release: &str) -> HoursTable {
        self.list.sort_unstable();
        let mut joined: Vec<Interval> = Vec::with_capacity(self.list.len());
        for next in self.list {
            match joined.last_mut() {
                Some(last) if next.from <= last.until => last.until = last.until.max(next.until),
                _ => joined.push(next),
            }
        }
        HoursTable::new(&joined, self.window.horizon, tz_release)
            .expect("intervals were cut to the window, sorted and joined")
    }
}

/// The clock reading `secs` after the midnight that begins `date`, by the clock.
pub(crate) fn reading(date: Date, secs: u32) -> DateTime {
    let date = date.saturating_add(i64::from(secs / DAY).days());
    let of_day = (secs % DAY) as i32;
    date.at((of_day / 3600) as i8, (of_day / 60 % 60) as i8, (of_day % 60) as i8, 0)
}
