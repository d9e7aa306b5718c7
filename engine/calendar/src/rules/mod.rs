//! Rules as data: what a person writes, before any instant is computed.
//!
//! ```text
//! RuleSet ── calendars by name ─▶ Calendar ── weekly lines · exceptions · breaks · validity
//!        └── holidays by name ─▶ HolidayList
//! ```
//!
//! A rule set is read from TOML or JSON, or built from code, and then checked. Both report every problem with
//! its path, never only the first.

mod calendar;
mod check;
mod clock;
mod days;
mod holidays;
mod load;
mod plan;
mod problem;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

pub(crate) use calendar::is_valid;
pub use calendar::{Break, Calendar, Exception, WeeklyLine};
pub(crate) use check::check_calendar;
pub(crate) use clock::DAY;
pub use clock::{Clock, ClockError};
pub use days::{Days, DaysError};
pub use holidays::{HolidayDay, HolidayDayError, HolidayList, is_holiday};
pub use load::{MAX_DOCUMENT_BYTES, MAX_SHAPE_PROBLEMS};
pub(crate) use plan::DaySpan;
pub use plan::{DayPlan, Hours};
pub use problem::{MAX_PROBLEMS, Problem, ProblemKind, Problems};

/// The years a rule or an imported date may name. Beyond them lies nothing but mistakes and attacks.
pub const YEARS: RangeInclusive<i16> = 1900..=2200;
/// Calendars one rule set may have.
pub const MAX_CALENDARS: usize = 20_000;
/// Weekly lines, or breaks, that one calendar may have.
pub const MAX_LINES: usize = 1_000;
/// Exceptions that one calendar may have.
pub const MAX_EXCEPTIONS: usize = 20_000;
/// Days that one holiday list may have.
pub const MAX_HOLIDAYS: usize = 20_000;
/// Bytes that a name may have.
pub const MAX_NAME_BYTES: usize = 128;

/// Every calendar and holiday list of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Calendars by name: of queues, branches, agents, partners, customers' zones.
    #[serde(default)]
    pub calendars: BTreeMap<String, Calendar>,
    /// Holiday lists by name.
    #[serde(default)]
    pub holidays: BTreeMap<String, HolidayList>,
}
