//! One calendar: the rules of a queue, a branch, an agent, a partner or a customer's zone, as data.
//!
//! Rules speak local time and belong to the day on which they *open*: closing the 25th takes away the night
//! shift that begins on the 25th and leaves the one that began on the 24th whole. For a day the first that
//! speaks decides: an exception, then a holiday, then the pattern (weekly lines, or an imported one).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::days::Days;
use super::plan::DayPlan;

/// Local rules of one calendar.
///
/// ```
/// let calendar: sunline_calendar::Calendar = toml::from_str(r#"
///     zone = "Europe/Paris"
///     holidays = ["fr"]
///     weekly = [
///         { days = "mon-fri", open = "08:00", close = "20:00" },
///         { days = "sat", open = "09:00", close = "13:00", until = "2027-01-01" },
///     ]
///     exceptions = [{ date = "2026-12-24", plan = [{ open = "08:00", close = "12:00" }] }]
///     breaks = [{ days = "mon-fri", start = "12:30", end = "13:00" }]
/// "#)?;
/// assert_eq!(calendar.weekly.len(), 2);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The IANA zone whose clocks the rules are written for.
    pub zone: String,
    /// First date with hours; without it the calendar has no beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// First date without hours again; without it the calendar has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The usual week; a day that no line names is closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekly: Vec<WeeklyLine>,
    /// Instead of `weekly`: an expression in the syntax of OpenStreetMap's `opening_hours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub osm: Option<String>,
    /// Instead of `weekly`: the text of an iCalendar file, open during its events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ical: Option<String>,
    /// Names of the holiday lists that count here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<String>,
    /// What a holiday looks like. Without it closed, except under `osm`, whose `PH` rules then decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_holiday: Option<DayPlan>,
    /// Days with hours of their own. They come before holidays, and breaks do not touch them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// Breaks inside the pattern's hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
}

/// Hours on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeeklyLine {
    /// The days on which it opens.
    pub days: Days,
    /// When it opens, before `24:00`.
    pub open: Clock,
    /// When it closes; before the opening it means the next day.
    pub close: Clock,
    /// First date on which the line counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// First date on which it counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A day, or days in a row, with hours of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The day, or the first of them.
    pub date: Date,
    /// The last of them, itself included; without it only `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// What each of these days looks like.
    pub plan: DayPlan,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Exception {
    /// The last day it covers.
    pub fn last(&self) -> Date {
        self.last.unwrap_or(self.date)
    }

    /// Whether it covers `date`.
    pub fn covers(&self, date: Date) -> bool {
        self.date <= date && date <= self.last()
    }
}

/// A break on some days of the week.
///
/// It belongs to the shift of its day and is cut out wherever its clock time falls into that shift, also after
/// midnight: `02:00` to `02:30` on Mondays lies in the shift that opens on Monday at `22:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// The days whose shifts have it.
    pub days: Days,
    /// When it begins.
    pub start: Clock,
    /// When it ends; before the start it means the next day.
    pub end: Clock,
    /// First date on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// First date on which it counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Whether `date` lies in `[from, until)`, where an absent end is none.
pub(crate) fn is_valid(from: Option<Date>, until: Option<Date>, date: Date) -> bool {
    from.is_none_or(|from| from <= date) && until.is_none_or(|until| date < until)
}
