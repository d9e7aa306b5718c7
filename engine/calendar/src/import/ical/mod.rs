//! Shifts and holidays from iCalendar files (RFC 5545), with recurrence.
//!
//! Open during the events. Read are `VEVENT`s with `DTSTART`, `DTEND` or `DURATION`, `RRULE` (yearly to daily),
//! `RDATE`, `EXDATE`, `RECURRENCE-ID`, `STATUS:CANCELLED` and `SUMMARY`; everything else is passed over. Zones
//! come from the time zone database by their `TZID`, never from the `VTIMEZONE`s of the file; a time without
//! zone is read in the calendar's own. Recurrences are counted on the wall clock and then placed, so an event at
//! 09:00 stays at 09:00 over a clock change. An event with `DTEND` ends by the clock,
//! one with `DURATION` after its days by the clock and then its hours as they elapse.
//!
//! Recurrence is expanded here and not by a general library, because only so is the work of a hostile rule known
//! before it is done: every day from the start to the horizon is looked at once, and the days are counted.
//!
//! Refused: `EXRULE`, several `RRULE`s, rules by hour, minute or second, periods in `RDATE`, and changes to
//! `THISANDFUTURE`.

mod event;
mod lines;
mod recur;
mod rule;
mod value;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use sunline_core::hours::Interval;

use super::{ImportError, check_size};
use crate::rules::{HolidayDay, HolidayList, MAX_HOLIDAYS, YEARS};
use crate::zones::{Zone, Zones};
use crate::{Edge, Window};
use event::Event;
use recur::Budget;
use value::{Clockwork, Length};

/// Bytes a file may have.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Content lines a file may have.
pub const MAX_LINES: usize = 100_000;
/// Bytes one content line may have, continuation lines included.
pub const MAX_LINE_BYTES: usize = 16 * 1024;
/// Components that may lie inside each other.
pub const MAX_DEPTH: usize = 8;
/// Events a file may have.
pub const MAX_EVENTS: usize = 20_000;
/// Events that may recur.
pub const MAX_RECURRING: usize = 1_000;
/// Dates added or taken away one by one that an event may have.
pub const MAX_DATES: usize = 10_000;
/// Occurrences one file may have over a window.
pub const MAX_OCCURRENCES: usize = 100_000;
/// Occurrences that one series may have in a day, a week, a month or a year.
pub const MAX_CROWD: usize = 10_000;
/// Days that all recurrences of one file may look at.
pub const MAX_DAYS: i64 = 5_000_000;

/// An iCalendar file that was understood.
#[derive(Clone, Debug)]
pub struct IcalFile {
    events: Vec<Event>,
}

/// One stretch of time that a file states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IcalEvent {
    /// When it is.
    pub interval: Interval,
    /// What it is called.
    pub summary: String,
}

impl IcalFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ImportError`] names the first line that cannot be understood, or the bound that is passed.
    pub fn read(text: &str) -> Result<Self, ImportError> {
        check_size(text, MAX_BYTES)?;
        event::read(&lines::read(text)?).map(|events| Self { events })
    }

    /// Whether every zone it names is in the database.
    ///
    /// # Errors
    /// [`ImportError::UnknownZone`] names the first that is not.
    pub fn check_zones(&self, zones: &Zones) -> Result<(), ImportError> {
        let local = crate::zones::utc();
        self.events.iter().try_for_each(|event| value::zone_of(&event.start, zones, &local).map(drop))
    }

    /// What it states inside `window`, in order; times without zone are `local`.
    ///
    /// # Errors
    /// [`ImportError`] when a zone is unknown, or there are more occurrences than [`MAX_OCCURRENCES`].
    pub fn events(&self, zones: &Zones, local: &Zone, window: Window) -> Result<Vec<IcalEvent>, ImportError> {
        let mut found = Vec::new();
        self.occurrences(zones, local, window, |event, zone, reading| {
            let interval = placed(zone, reading, event.length);
            if interval.from < interval.until
                && interval.from < window.horizon
                && window.from < interval.until
            {
                found.push(IcalEvent { interval, summary: event.summary.clone() });
            }
        })?;
        found.sort_by_key(|event| event.interval);
        Ok(found)
    }

    /// The days on which its all-day events lie, in `years`, by what they are called.
    ///
    /// # Errors
    /// [`ImportError`], as for [`IcalFile::events`], and when there are more days than a list may have.
    pub fn holidays(&self, years: RangeInclusive<i16>) -> Result<HolidayList, ImportError> {
        let utc = crate::zones::utc();
        let [first, last] = [*years.start(), *years.end()].map(|y| y.clamp(*YEARS.start(), *YEARS.end()));
        let edge = |year: i16, month, day| {
            utc.instant(DateTime::constant(year, month, day, 0, 0, 0, 0), Edge::Opening)
        };
        let (from, horizon) = (edge(first, 1, 1), edge(last, 12, 31));
        let mut list = HolidayList::new();
        // All-day events have no zone, so none is asked for.
        let days = Self { events: self.events.iter().filter(|e| e.start.is_date()).cloned().collect() };
        days.occurrences(&Zones::bundled(), &utc, Window { from, horizon }, |event, _, reading| {
            let days = event.length.whole_days().clamp(1, 366);
            for date in reading.date().series(1.day()).take(days) {
                if list.len() <= MAX_HOLIDAYS && years.contains(&date.year()) {
                    list.insert(HolidayDay::On(date), event.summary.clone());
                }
            }
        })?;
        if list.len() > MAX_HOLIDAYS {
            return Err(ImportError::TooMany { what: "holidays", bound: MAX_HOLIDAYS });
        }
        Ok(list)
    }

    /// Gives every occurrence that begins before the horizon to `take`: the event, its zone, and the wall time.
    fn occurrences(
        &self,
        zones: &Zones,
        local: &Zone,
        window: Window,
        mut take: impl FnMut(&Event, &Zone, DateTime),
    ) -> Result<(), ImportError> {
        let mut budget = Budget::new();
        let replaced = self.replaced(zones, local)?;
        for event in self.events.iter().filter(|event| !event.cancelled) {
            let zone = value::zone_of(&event.start, zones, local)?;
            let readings = match &event.replaces {
                Some(_) => vec![event.start.reading],
                None => recur::readings(event, zones, &zone, local, window, &mut budget)?,
            };
            for reading in readings {
                let instead = event.replaces.is_none() && replaced.contains(&(event.uid.as_str(), reading));
                if !instead {
                    budget.occurrence()?;
                    take(event, &zone, reading);
                }
            }
        }
        Ok(())
    }

    /// Which occurrences another event of the same name takes the place of, by wall time in the series' zone.
    fn replaced(&self, zones: &Zones, local: &Zone) -> Result<BTreeSet<(&str, DateTime)>, ImportError> {
        let mut set = BTreeSet::new();
        for event in &self.events {
            let Some(original) = &event.replaces else { continue };
            let series = self.events.iter().find(|e| e.replaces.is_none() && e.uid == event.uid);
            let zone = value::zone_of(&series.unwrap_or(event).start, zones, local)?;
            set.insert((event.uid.as_str(), value::reading_in(original, &zone, zones, local)?));
        }
        Ok(set)
    }
}

/// The instants of an occurrence.
fn placed(zone: &Zone, reading: DateTime, length: Length) -> Interval {
    let from = zone.instant(reading, Edge::Opening);
    let until = match length {
        Length::Clock(clock) => zone.instant(clock.after(reading), Edge::Closing),
        Length::Elapsed { days: 0, elapsed } => from + elapsed,
        Length::Elapsed { days, elapsed } => {
            zone.instant(Clockwork::days(days).after(reading), Edge::Closing) + elapsed
        }
    };
    Interval { from, until }
}

#[cfg(test)]
mod tests;
