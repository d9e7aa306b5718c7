//! Calling hours: when a customer may be called, by the clock of the customer's own zone.
//!
//! The rules are written once, without a zone, and compiled for each zone that customers live in; a zone may have
//! rules of its own, as the law of a country demands. Zones are loaded before their customers enter.

use std::collections::BTreeMap;

use sunline_core::hours::HoursTable;
use sunline_core::time::Timestamp;

use crate::compile::{CompileError, Window, compile};
use crate::rules::{Calendar, HolidayList};
use crate::zones::{UnknownZone, Zones};

/// Zones that may be loaded; the database has about 600 names.
pub const MAX_CALLING_ZONES: usize = 4_096;

/// Calling hours by zone.
#[derive(Clone, Debug)]
pub struct CallingHours {
    rules: Calendar,
    by_zone: BTreeMap<String, Calendar>,
    holidays: BTreeMap<String, HolidayList>,
    window: Window,
    tables: BTreeMap<Box<str>, HoursTable>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallingError {
    /// The database has no such zone.
    #[error(transparent)]
    UnknownZone(#[from] UnknownZone),
    /// Nobody loaded the hours of this zone.
    #[error("the calling hours of {zone:?} were not loaded")]
    NotLoaded {
        /// The zone.
        zone: Box<str>,
    },
    /// Calls are not allowed again before the tables end.
    #[error("no call to {zone:?} is allowed from {from} until the horizon {horizon}")]
    Never {
        /// The zone.
        zone: Box<str>,
        /// From when on.
        from: Timestamp,
        /// The end of what is known.
        horizon: Timestamp,
    },
    /// Too many zones.
    #[error("more than {bound} zones")]
    TooManyZones {
        /// The bound, inclusive.
        bound: usize,
    },
    /// The rules cannot be compiled.
    #[error(transparent)]
    Rules(#[from] CompileError),
}

impl CallingError {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownZone(_) => "unknown_zone",
            Self::NotLoaded { .. } => "not_loaded",
            Self::Never { .. } => "never",
            Self::TooManyZones { .. } => "too_many_zones",
            Self::Rules(_) => "rules",
        }
    }
}

impl CallingHours {
    /// Hours by `rules`, whose own zone does not count, over `window`; `holidays` are the lists they name.
    pub fn new(rules: Calendar, holidays: BTreeMap<String, HolidayList>, window: Window) -> Self {
        Self { rules, by_zone: BTreeMap::new(), holidays, window, tables: BTreeMap::new() }
    }

    /// The same, with other rules for one zone.
    #[must_use]
    pub fn with_zone(mut self, zone: &str, rules: Calendar) -> Self {
        self.by_zone.insert(zone.to_owned(), rules);
        self.tables.remove(zone);
        self
    }

    /// Compiles the hours of `zone`, again if they were loaded.
    ///
    /// # Errors
    /// [`CallingError::UnknownZone`] when the database has no such zone; the rules' own problems; too many zones.
    pub fn load(&mut self, zones: &Zones, zone: &str) -> Result<&HoursTable, CallingError> {
        zones.zone(zone)?;
        if self.tables.len() >= MAX_CALLING_ZONES && !self.tables.contains_key(zone) {
            return Err(CallingError::TooManyZones { bound: MAX_CALLING_ZONES });
        }
        let rules = self.by_zone.get(zone).unwrap_or(&self.rules);
        let rules = Calendar { zone: zone.to_owned(), ..rules.clone() };
        let compiled = compile("calling_hours", &rules, &self.holidays, zones, self.window)?;
        self.tables.insert(zone.into(), compiled.hours);
        Ok(&self.tables[zone])
    }

    /// The hours of a loaded zone.
    pub fn table(&self, zone: &str) -> Option<&HoursTable> {
        self.tables.get(zone)
    }

    /// The first instant at or after `at` at which a customer in `zone` may be called.
    ///
    /// # Errors
    /// [`CallingError::NotLoaded`], and [`CallingError::Never`] when no call is allowed up to the horizon.
    pub fn next_allowed(&self, zone: &str, at: Timestamp) -> Result<Timestamp, CallingError> {
        let table = self.table(zone).ok_or_else(|| CallingError::NotLoaded { zone: zone.into() })?;
        let never = || CallingError::Never { zone: zone.into(), from: at, horizon: table.horizon() };
        table.next_open(at).ok_or_else(never)
    }
}

#[cfg(test)]
mod tests {
    use sunline_core::time::Span;

    use super::*;
    use crate::rules::{Days, Exception, WeeklyLine};

    fn hours(open: &str, close: &str) -> Calendar {
        let line = WeeklyLine {
            days: Days::WORKDAYS,
            open: open.parse().unwrap(),
            close: close.parse().unwrap(),
            from: None,
            until: None,
        };
        Calendar { weekly: vec![line], ..Calendar::default() }
    }

    /// Two weeks from Monday, 23 March 2026.
    fn window() -> Window {
        let from = Timestamp::from_secs(1_774_224_000);
        Window::new(from, from + Span::from_secs(14 * 86_400)).unwrap()
    }

    #[test]
    fn a_call_waits_for_the_morning_of_the_customer() {
        let zones = Zones::bundled();
        let mut calling = CallingHours::new(hours("09:00", "20:00"), BTreeMap::new(), window())
            .with_zone("Asia/Kathmandu", hours("10:00", "17:00"));
        calling.load(&zones, "America/New_York").unwrap();
        calling.load(&zones, "Asia/Kathmandu").unwrap();
        let monday_noon = window().from + Span::from_secs(12 * 3600);
        let next = |zone| calling.next_allowed(zone, monday_noon).map(|at| at.to_string());
        assert_eq!(next("America/New_York").unwrap(), "2026-03-23T13:00:00Z");
        // 10:00 in Kathmandu is 04:15 UTC; today is over there, so it is tomorrow.
        assert_eq!(next("Asia/Kathmandu").unwrap(), "2026-03-24T04:15:00Z");
    }

    #[test]
    fn a_zone_that_nobody_knows_or_loaded_is_refused() {
        let mut calling = CallingHours::new(hours("09:00", "20:00"), BTreeMap::new(), window());
        let refusal = calling.load(&Zones::bundled(), "Europe/Atlantis").unwrap_err();
        assert!(matches!(refusal, CallingError::UnknownZone(zone) if &*zone.name == "Europe/Atlantis"));
        let refusal = calling.next_allowed("Europe/Paris", window().from).unwrap_err();
        assert!(matches!(refusal, CallingError::NotLoaded { .. }));
    }

    #[test]
    fn when_no_call_is_allowed_any_more_that_is_said() {
        let whole = Exception {
            date: "2026-03-01".parse().unwrap(),
            last: Some("2026-12-31".parse().unwrap()),
            plan: crate::rules::DayPlan::Closed,
            note: None,
        };
        let rules = Calendar { exceptions: vec![whole], ..hours("09:00", "20:00") };
        let mut calling = CallingHours::new(rules, BTreeMap::new(), window());
        calling.load(&Zones::bundled(), "Europe/Paris").unwrap();
        let refusal = calling.next_allowed("Europe/Paris", window().from).unwrap_err();
        assert!(matches!(refusal, CallingError::Never { horizon, .. } if horizon == window().horizon));
    }
}
