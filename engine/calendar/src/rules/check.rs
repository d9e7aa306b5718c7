//! Checking a rule set that reads well: do its names exist, its hours have length, its dates make sense?

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    Break, Calendar, DayPlan, HolidayDay, HolidayList, Hours, MAX_CALENDARS, MAX_EXCEPTIONS, MAX_HOLIDAYS,
    MAX_LINES, MAX_NAME_BYTES, ProblemKind, Problems, RuleSet, WeeklyLine, YEARS,
};
use crate::Zones;

impl RuleSet {
    /// Checks every rule against the others and against `zones`.
    ///
    /// # Errors
    /// [`Problems`]: all of them.
    pub fn check(&self, zones: &Zones) -> Result<(), Problems> {
        self.problems(zones).or(())
    }

    pub(super) fn problems(&self, zones: &Zones) -> Problems {
        let mut problems = Problems::default();
        if self.calendars.len() > MAX_CALENDARS {
            problems.add("calendars", ProblemKind::TooMany { what: "calendars", bound: MAX_CALENDARS });
        }
        for (name, list) in &self.holidays {
            check_name("holidays", name, &mut problems);
            check_holidays(&format!("holidays.{name}"), list, &mut problems);
        }
        for (name, calendar) in &self.calendars {
            if problems.is_full() {
                break;
            }
            check_name("calendars", name, &mut problems);
            let place = format!("calendars.{name}");
            Check { place, holidays: &self.holidays, zones, problems: &mut problems }.calendar(calendar);
        }
        problems
    }
}

/// Every problem of one calendar, with paths under `place`.
pub(crate) fn check_calendar(
    place: &str,
    calendar: &Calendar,
    holidays: &BTreeMap<String, HolidayList>,
    zones: &Zones,
) -> Problems {
    let mut problems = Problems::default();
    Check { place: place.to_owned(), holidays, zones, problems: &mut problems }.calendar(calendar);
    problems
}

/// Names appear in paths, so they have nothing in them that paths use.
fn check_name(above: &str, name: &str, problems: &mut Problems) {
    let odd = |c: char| c.is_control() || c == '[' || c == ']';
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(odd) {
        let message = format!(
            "a name has 1 to {MAX_NAME_BYTES} bytes without brackets and control characters, unlike {:?}",
            name.chars().take(40).collect::<String>()
        );
        problems.add(above, ProblemKind::Shape(message));
    }
}

fn check_holidays(place: &str, list: &HolidayList, problems: &mut Problems) {
    if list.len() > MAX_HOLIDAYS {
        problems.add(place, ProblemKind::TooMany { what: "holidays", bound: MAX_HOLIDAYS });
    }
    for day in list.keys() {
        if let HolidayDay::On(date) = day
            && !YEARS.contains(&date.year())
        {
            problems.add(format!("{place}.{day}"), ProblemKind::YearOutOfRange(*date));
        }
    }
}

struct Check<'a> {
    place: String,
    holidays: &'a BTreeMap<String, HolidayList>,
    zones: &'a Zones,
    problems: &'a mut Problems,
}

impl Check<'_> {
    fn calendar(&mut self, calendar: &Calendar) {
        if let Err(unknown) = self.zones.zone(&calendar.zone) {
            self.add("zone", unknown);
        }
        self.dates("", calendar.from, calendar.until);
        for (index, name) in calendar.holidays.iter().enumerate() {
            if !self.holidays.contains_key(name) {
                self.add(&format!("holidays[{index}]"), ProblemKind::UnknownHolidays(name.clone()));
            }
        }
        self.patterns(calendar);
        self.count("weekly", "weekly lines", calendar.weekly.len(), MAX_LINES);
        for (index, line) in calendar.weekly.iter().enumerate() {
            self.weekly(&format!("weekly[{index}]"), line);
        }
        self.count("breaks", "breaks", calendar.breaks.len(), MAX_LINES);
        for (index, rest) in calendar.breaks.iter().enumerate() {
            self.rest(&format!("breaks[{index}]"), rest, calendar);
        }
        if let Some(plan) = &calendar.on_holiday {
            self.plan("on_holiday", plan);
        }
        self.count("exceptions", "exceptions", calendar.exceptions.len(), MAX_EXCEPTIONS);
        self.exceptions(calendar);
    }

    fn patterns(&mut self, calendar: &Calendar) {
        let stated = [!calendar.weekly.is_empty(), calendar.osm.is_some(), calendar.ical.is_some()];
        if stated.into_iter().filter(|&s| s).count() > 1 {
            self.problems.add(&self.place, ProblemKind::TwoPatterns);
        }
        if let Some(Err(refusal)) = calendar.osm.as_deref().map(crate::compile::check_osm) {
            self.add("osm", refusal);
        }
        if let Some(Err(refusal)) =
            calendar.ical.as_deref().map(|text| crate::compile::check_ical(text, self.zones))
        {
            self.add("ical", refusal);
        }
    }

    fn weekly(&mut self, at: &str, line: &WeeklyLine) {
        self.hours(at, Hours { open: line.open, close: line.close });
        self.dates(at, line.from, line.until);
    }

    fn rest(&mut self, at: &str, rest: &Break, calendar: &Calendar) {
        if rest.start == rest.end {
            self.add(at, ProblemKind::NoLength { open: rest.start, close: rest.end });
        }
        self.dates(at, rest.from, rest.until);
        let idle = !calendar.weekly.is_empty() && !calendar.weekly.iter().any(|w| w.days.overlaps(rest.days));
        if idle {
            self.add(at, ProblemKind::IdleBreak);
        }
    }

    fn plan(&mut self, at: &str, plan: &DayPlan) {
        if let DayPlan::Hours(hours) = plan {
            self.count(at, "hours of one day", hours.len(), MAX_LINES);
            for (index, &hours) in hours.iter().enumerate() {
                self.hours(&format!("{at}[{index}]"), hours);
            }
        }
    }

    fn exceptions(&mut self, calendar: &Calendar) {
        for (index, exception) in calendar.exceptions.iter().enumerate() {
            let at = format!("exceptions[{index}]");
            self.year(&format!("{at}.date"), Some(exception.date));
            self.year(&format!("{at}.last"), exception.last);
            if exception.last() < exception.date {
                let kind = ProblemKind::NoDates { from: exception.date, until: exception.last() };
                self.add(&at, kind);
            }
            self.plan(&format!("{at}.plan"), &exception.plan);
        }
        // In order of their dates, each is held against the one ahead of it that reaches furthest.
        let mut order: Vec<usize> = (0..calendar.exceptions.len()).collect();
        order.sort_by_key(|&index| (calendar.exceptions[index].date, index));
        let mut furthest: Option<usize> = None;
        for index in order {
            let exception = &calendar.exceptions[index];
            match furthest.map(|ahead| (ahead, calendar.exceptions[ahead].last())) {
                Some((ahead, last)) if exception.date <= last => {
                    let other = format!("{}.exceptions[{ahead}]", self.place);
                    let kind = ProblemKind::TwoExceptions { date: exception.date, other };
                    self.add(&format!("exceptions[{index}]"), kind);
                    furthest = Some(if last < exception.last() { index } else { ahead });
                }
                _ => furthest = Some(index),
            }
        }
    }

    fn hours(&mut self, at: &str, hours: Hours) {
        if hours.open == hours.close {
            self.add(at, ProblemKind::NoLength { open: hours.open, close: hours.close });
        } else if hours.span().is_none() {
            self.add(&format!("{at}.open"), ProblemKind::OpensNextDay(hours.open));
        }
    }

    fn dates(&mut self, at: &str, from: Option<Date>, until: Option<Date>) {
        let dot = if at.is_empty() { "" } else { "." };
        self.year(&format!("{at}{dot}from"), from);
        self.year(&format!("{at}{dot}until"), until);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            self.add(&format!("{at}{dot}until"), ProblemKind::NoDates { from, until });
        }
    }

    fn year(&mut self, at: &str, date: Option<Date>) {
        if let Some(date) = date.filter(|date| !YEARS.contains(&date.year())) {
            self.add(at, ProblemKind::YearOutOfRange(date));
        }
    }

    fn count(&mut self, at: &str, what: &'static str, count: usize, bound: usize) {
        if count > bound {
            self.add(at, ProblemKind::TooMany { what, bound });
        }
    }

    fn add(&mut self, at: &str, kind: impl Into<ProblemKind>) {
        self.problems.add(format!("{}.{at}", self.place), kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(calendar: &str) -> Vec<(String, &'static str)> {
        let calendar: Calendar = toml::from_str(calendar).unwrap();
        let report = check_calendar("c", &calendar, &BTreeMap::new(), &Zones::bundled());
        report.list().iter().map(|p| (p.path.clone(), p.kind.code())).collect()
    }

    #[test]
    fn dates_that_cannot_be_are_found() {
        let found = problems(
            r#"
            zone = "UTC"
            from = "2026-05-01"
            until = "2026-05-01"
            weekly = [{ days = "daily", open = "08:00", close = "20:00", from = "2026-03-01", until = "2026-02-01" }]
            exceptions = [
                { date = "2026-12-24", last = "2026-12-26", plan = "closed" },
                { date = "9999-12-31", plan = "open" },
                { date = "2026-12-25", plan = "open" },
                { date = "2026-12-26", plan = "open" },
            ]
            "#,
        );
        let expected = [
            ("c.until", "no_dates"),
            ("c.weekly[0].until", "no_dates"),
            ("c.exceptions[1].date", "year_out_of_range"),
            ("c.exceptions[2]", "two_exceptions"),
            ("c.exceptions[3]", "two_exceptions"),
        ];
        assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
    }

    #[test]
    fn a_break_that_lies_in_no_shift_is_found() {
        let found = problems(
            r#"
            zone = "UTC"
            weekly = [{ days = "mon-fri", open = "08:00", close = "20:00" }]
            breaks = [
                { days = "mon", start = "12:00", end = "12:30" },
                { days = "sat", start = "12:00", end = "12:30" },
                { days = "mon", start = "12:00", end = "12:00" },
            ]
            "#,
        );
        let expected = [("c.breaks[1]", "idle_break"), ("c.breaks[2]", "no_length")];
        assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code)));
    }

    #[test]
    fn names_that_would_confuse_a_path_are_refused() {
        let calendar = Calendar { zone: "UTC".into(), ..Calendar::default() };
        let rules = |name: &str| RuleSet {
            calendars: [(name.into(), calendar.clone())].into(),
            ..RuleSet::default()
        };
        assert!(rules("agents/ann.7").check(&Zones::bundled()).is_ok());
        for name in ["", "a[0]", "a\nb", &"x".repeat(MAX_NAME_BYTES + 1)] {
            assert!(rules(name).check(&Zones::bundled()).is_err(), "{name:?}");
        }
    }
}
