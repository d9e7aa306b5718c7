//! Compiling: local rules in, UTC interval tables out.
//!
//! Every local day that can touch the window is asked for its spans; each span's ends become instants in the
//! calendar's zone (see [`Zone::instant`](crate::Zone::instant) for readings that occur twice or never), and
//! the spans are joined. So a night shift over a clock change is an hour shorter or longer, as it is worked.

mod days;
mod intervals;
mod pattern;

use std::collections::BTreeMap;

use sunline_core::hours::HoursTable;
use sunline_core::time::Timestamp;

pub(crate) use intervals::Intervals;
pub(crate) use pattern::{check_ical, check_osm};

use crate::Zones;
use crate::import::ImportError;
use crate::rules::{Calendar, HolidayList, Problems, RuleSet, YEARS, check_calendar};
use days::DayRules;
use pattern::Pattern;

/// Intervals one table may have: ten shifts on each day of 55 years.
pub const MAX_INTERVALS: usize = 200_000;
/// Days one window may have, about a century.
pub const MAX_WINDOW_DAYS: i64 = 36_600;

/// The stretch of time that tables are compiled for, `[from, horizon)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First instant of the tables; before it they are closed.
    pub from: Timestamp,
    /// First instant after.
    pub horizon: Timestamp,
}

/// What one calendar became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// Open time without breaks.
    pub hours: HoursTable,
    /// Breaks inside the hours; not open, and no end of a shift.
    pub breaks: HoursTable,
    /// The window it was compiled for.
    pub window: Window,
}

impl Compiled {
    /// Open time and breaks together: from the start of a shift to its end.
    pub fn shifts(&self) -> HoursTable {
        self.hours.union(&self.breaks)
    }
}

/// Why a calendar was not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The rule set has no calendar of this name.
    #[error("no calendar is called {0:?}")]
    UnknownCalendar(String),
    /// The rules themselves are wrong.
    #[error("the rules have problems:\n{0}")]
    Rules(#[from] Problems),
    /// The window is empty, too long, or outside the years of rules.
    #[error("the window from {from} to {horizon} is refused: {reason}")]
    Window {
        /// Its start.
        from: Timestamp,
        /// Its end.
        horizon: Timestamp,
        /// Why.
        reason: &'static str,
    },
    /// The table would have too many intervals.
    #[error("the table would have more than {bound} intervals")]
    TooManyIntervals {
        /// The bound, inclusive.
        bound: usize,
    },
    /// An imported pattern cannot be expanded over the window.
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl CompileError {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownCalendar(_) => "unknown_calendar",
            Self::Rules(_) => "rules",
            Self::Window { .. } => "window",
            Self::TooManyIntervals { .. } => "too_many_intervals",
            Self::Import(_) => "import",
        }
    }
}

impl Window {
    /// The window `[from, horizon)`.
    ///
    /// # Errors
    /// [`CompileError::Window`] when it is empty, longer than [`MAX_WINDOW_DAYS`] or leaves [`YEARS`].
    pub fn new(from: Timestamp, horizon: Timestamp) -> Result<Self, CompileError> {
        let refuse = |reason| Err(CompileError::Window { from, horizon, reason });
        let utc = crate::zones::utc();
        let years = [utc.local(from).reading.year(), utc.local(horizon).reading.year()];
        if horizon <= from {
            return refuse("it ends before it begins");
        }
        if !years.iter().all(|year| YEARS.contains(year)) {
            return refuse("it leaves the years that rules may name");
        }
        if horizon.since(from).whole_secs() > MAX_WINDOW_DAYS * 86_400 {
            return refuse("it is longer than a century");
        }
        Ok(Self { from, horizon })
    }
}

impl RuleSet {
    /// Compiles the calendar `name` over `window` with the rules of `zones`.
    ///
    /// # Errors
    /// [`CompileError`]; every problem of the calendar's rules at once.
    ///
    /// # Examples
    /// The shift from 23:00 to 07:00 on the night when Paris loses an hour has seven.
    ///
    /// ```
    /// use sunline_calendar::{RuleSet, Window, Zones};
    /// use sunline_core::time::{Span, Timestamp};
    ///
    /// let zones = Zones::bundled();
    /// let rules = RuleSet::from_toml(r#"
    ///     [calendars.night]
    ///     zone = "Europe/Paris"
    ///     weekly = [{ days = "sat", open = "23:00", close = "07:00" }]
    /// "#, &zones)?;
    /// let from = Timestamp::from_secs(1_774_656_000); // 2026-03-28T00:00:00Z
    /// let window = Window::new(from, from + Span::from_secs(7 * 86_400))?;
    /// let night = rules.compile("night", &zones, window)?.hours;
    /// assert_eq!(night.intervals()[0].from.to_string(), "2026-03-28T22:00:00Z");
    /// assert_eq!(night.open_between(window.from, window.horizon), Span::from_secs(7 * 3600));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compile(&self, name: &str, zones: &Zones, window: Window) -> Result<Compiled, CompileError> {
        let calendar =
            self.calendars.get(name).ok_or_else(|| CompileError::UnknownCalendar(name.to_owned()))?;
        compile(&format!("calendars.{name}"), calendar, &self.holidays, zones, window)
    }
}

/// Compiles `calendar`, whose problems are reported under the path `place`.
///
/// # Errors
/// [`CompileError`]; every problem of the calendar's rules at once.
pub fn compile(
    place: &str,
    calendar: &Calendar,
    holidays: &BTreeMap<String, HolidayList>,
    zones: &Zones,
    window: Window,
) -> Result<Compiled, CompileError> {
    check_calendar(place, calendar, holidays, zones).or(())?;
    let zone = zones.zone(&calendar.zone).map_err(ImportError::UnknownZone)?;
    let lists: Vec<&HolidayList> = calendar.holidays.iter().filter_map(|name| holidays.get(name)).collect();
    let pattern = Pattern::read(calendar, &lists, zones, &zone, window)?;
    let days = DayRules::new(calendar, &lists, &pattern);

    let mut hours = Intervals::new(&zone, window);
    let mut breaks = Intervals::new(&zone, window);
    pattern.events(|date, interval| if days.follows_pattern(date) { hours.add(interval) } else { Ok(()) })?;
    for date in hours.dates() {
        let day = days.day(date);
        for span in day.spans {
            hours.add_span(date, span)?;
        }
        for rest in day.breaks {
            breaks.add_span(date, rest)?;
        }
    }
    let (hours, breaks) = (hours.table(zones.release()), breaks.table(zones.release()));
    let breaks = breaks.intersection(&hours);
    Ok(Compiled { hours: hours.difference(&breaks), breaks, window })
}
