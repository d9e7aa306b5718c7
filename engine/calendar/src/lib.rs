//! Time zones and business hours, compiled to UTC interval tables.
//!
//! The kernel has no zones: it knows tables of UTC intervals. This crate makes them, from rules that people write in
//! local time and from one release of the time zone database, and answers what else needs both.
//!
//! ```text
//! RuleSet (TOML, JSON, code) ─┐
//!   Calendar ◀─ import        ├─ compile ─▶ HoursTable, stamped with the release ─▶ core
//! Zones (one tz release) ─────┘                 │
//!                                               └─▶ coverage · Due · shift_fit · SunPlan · CallingHours · WeekView
//! ```
//!
//! **Which types matter.** [`Calendar`] and [`RuleSet`] are the rules, [`Zones`] the database; [`RuleSet::compile`]
//! makes a table and [`CalendarBook`] keeps all of them ahead of the clock; a [`Keeper`] brings them to an engine. Everything else
//! asks tables.
//!
//! **The rule not to miss.** A local time inside a gap is read with the offset in force before it, so 02:30 becomes
//! 03:30; a local time that occurs twice is the earlier instant for an opening and the later one for a closing. A day
//! that never came, because the zone crossed the date line, has no hours. Durations are elapsed time.
//!
//! # Examples
//!
//! ```
//! use sunline_calendar::{CalendarBook, Reach, RuleSet, Zones};
//! use sunline_core::time::Timestamp;
//!
//! let zones = Zones::bundled();
//! let rules = RuleSet::from_toml(r#"
//!     [calendars.support]
//!     zone = "Asia/Kathmandu"
//!     holidays = ["np"]
//!     weekly = [{ days = "sun-fri", open = "10:00", close = "17:00" }]
//!     [holidays.np]
//!     "09-20" = "Constitution Day"
//! "#, &zones)?;
//! let now = Timestamp::from_secs(1_767_571_200); // Monday, 2026-01-05T00:00:00Z
//! let book = CalendarBook::open(zones, rules, Reach::default(), now)?;
//! let support = book.table("support").expect("it was just compiled");
//! assert_eq!(support.next_open(now).map(|at| at.to_string()), Some("2026-01-05T04:15:00Z".into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! `import-osm`, `import-ical` and `import-holidays` read rules written elsewhere: see [`import`].

mod book;
mod calling;
mod compile;
mod coverage;
pub mod import;
mod intervals;
mod keeper;
mod rules;
mod shift;
mod slots;
mod sun;
mod week;
mod zones;

pub use book::{BookError, CalendarBook, Cause, Change, ChangeKind, Reach};
pub use calling::{CallingError, CallingHours, MAX_CALLING_ZONES};
pub use compile::{CompileError, Compiled, MAX_INTERVALS, MAX_WINDOW_DAYS, Window, compile};
pub use coverage::{Coverage, Gap, coverage};
pub use intervals::labelled;
pub use keeper::{Keeper, SHIFTS};
pub use rules::{
    Break, Calendar, Clock, ClockError, DayPlan, Days, DaysError, Exception, HolidayDay, HolidayDayError,
    HolidayList, Hours, MAX_CALENDARS, MAX_DOCUMENT_BYTES, MAX_EXCEPTIONS, MAX_HOLIDAYS, MAX_LINES,
    MAX_NAME_BYTES, MAX_PROBLEMS, MAX_SHAPE_PROBLEMS, Problem, ProblemKind, Problems, RuleSet, WeeklyLine,
    YEARS, is_holiday,
};
pub use shift::{ShiftFit, last_start, shift_fit};
pub use slots::{Slot, SlotLength, slot_at, slots};
pub use sun::{ClosingRule, MAX_TARGETS, Route, Spill, SunError, SunPlan, Target, TargetKind, WhenClosed};
pub use sunline_core::hours::{Due, moved_dues};
pub use week::{Branch, LoadStep, MAX_BRANCHES, MAX_LOAD_STEPS, Shortage, WeekError, WeekView};
pub use zones::{
    Edge, LocalTime, MAX_DATABASE_BYTES, MAX_ZONE_BYTES, MAX_ZONES, UnknownZone, Zone, Zones, ZonesError,
};
