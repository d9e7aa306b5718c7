//! Time zones and business hours, compiled to UTC interval tables.
//!
//! The kernel has no zones: it knows tables of UTC intervals. This crate makes them, from rules that people write in
//! local time and from one release of the time zone database.
//!
//! ```text
//! RuleSet (TOML, JSON, code) ─┐
//!   Calendar ◀─ import        ├─ compile ─▶ HoursTable, stamped with the release ─▶ core
//! Zones (one tz release) ─────┘
//! ```
//!
//! **Which types matter.** [`Calendar`] and [`RuleSet`] are the rules, [`Zones`] the database; [`RuleSet::compile`]
//! makes a table.
//!
//! **The rule not to miss.** A local time inside a gap is read with the offset in force before it, so 02:30 becomes
//! 03:30; a local time that occurs twice is the earlier instant for an opening and the later one for a closing. A day
//! that never came, because the zone crossed the date line, has no hours. Durations are elapsed time.
//!
//! # Features
//!
//! `import-osm`, `import-ical` and `import-holidays` read rules written elsewhere: see [`import`].

mod compile;
pub mod import;
mod rules;
mod zones;

pub use compile::{CompileError, Compiled, MAX_INTERVALS, MAX_WINDOW_DAYS, Window, compile};
pub use rules::{
    Break, Calendar, Clock, ClockError, DayPlan, Days, DaysError, Exception, HolidayDay, HolidayDayError,
    HolidayList, Hours, MAX_CALENDARS, MAX_DOCUMENT_BYTES, MAX_EXCEPTIONS, MAX_HOLIDAYS, MAX_LINES,
    MAX_NAME_BYTES, MAX_PROBLEMS, MAX_SHAPE_PROBLEMS, Problem, ProblemKind, Problems, RuleSet, WeeklyLine,
    YEARS, is_holiday,
};
pub use zones::{
    Edge, LocalTime, MAX_DATABASE_BYTES, MAX_ZONE_BYTES, MAX_ZONES, UnknownZone, Zone, Zones, ZonesError,
};
