//! The book of calendars: every named calendar compiled, kept ahead of the clock, and watched for changes.
//!
//! Rules and zone data come in; tables and reports of what moved come out. The book never asks for the time: it is
//! told, and it says when it wants to be told again ([`CalendarBook::refresh_at`]). A change that cannot be compiled
//! changes nothing.
//!
//! ```text
//! rules ─┐             ┌▶ table(name)      for lookups
//! zones ─┼▶ compile ──▶┤
//! now   ─┘             └▶ Vec<Change>      what opened, what closed, and why
//! ```

mod change;

use std::collections::BTreeMap;
use std::fmt;

use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

pub use change::{Cause, Change, ChangeKind};

use crate::compile::{CompileError, Compiled, Window};
use crate::rules::{Calendar, HolidayList, RuleSet};
use crate::zones::Zones;

const DAY: i64 = 86_400;

/// How far the tables of a book reach around the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Time before now that tables keep, so that business time already elapsed can be counted. Default 92 days, a
    /// quarter: longer than contacts wait. More costs 16 bytes for each interval.
    pub back: Span,
    /// Time after now that tables cover when they are made. Default 400 days: a year and its holidays, so that
    /// callbacks and validity dates within a year never meet the horizon.
    pub ahead: Span,
    /// Tables are made anew when less than this is left ahead, at most half of `ahead`. Default 60 days: far more than
    /// anything is booked ahead, and a table is made about once a year.
    pub margin: Span,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            back: Span::from_secs(92 * DAY),
            ahead: Span::from_secs(400 * DAY),
            margin: Span::from_secs(60 * DAY),
        }
    }
}

impl Reach {
    /// What is left ahead when a table is made anew. A new table always has more, or it would never end.
    fn margin(&self) -> Span {
        self.margin.min(Span::from_nanos(self.ahead.as_nanos() / 2))
    }

    fn window(&self, now: Timestamp) -> Result<Window, CompileError> {
        Window::new(now - self.back, now + self.ahead)
    }
}

/// Every calendar of a rule set, compiled.
#[derive(Clone, Debug)]
pub struct CalendarBook {
    zones: Zones,
    rules: RuleSet,
    reach: Reach,
    pages: BTreeMap<String, Compiled>,
}

/// Why a book was not opened or changed: every calendar that failed, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookError(pub Vec<(String, CompileError)>);

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, error)) in self.0.iter().enumerate() {
            write!(f, "{}calendar {name:?}: {error}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for BookError {}

impl CalendarBook {
    /// Compiles every calendar of `rules` around `now`.
    ///
    /// # Errors
    /// [`BookError`] with every calendar that cannot be compiled.
    pub fn open(zones: Zones, rules: RuleSet, reach: Reach, now: Timestamp) -> Result<Self, BookError> {
        let mut book = Self { zones, rules: RuleSet::default(), reach, pages: BTreeMap::new() };
        book.set_rules(rules, now)?;
        Ok(book)
    }

    /// The hours of a calendar.
    pub fn table(&self, name: &str) -> Option<&HoursTable> {
        self.page(name).map(|page| &page.hours)
    }

    /// Hours, breaks and window of a calendar.
    pub fn page(&self, name: &str) -> Option<&Compiled> {
        self.pages.get(name)
    }

    /// The names of the calendars, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pages.keys().map(String::as_str)
    }

    /// The rules in force.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The zone database in use.
    pub fn zones(&self) -> &Zones {
        &self.zones
    }

    /// The instant by which the table of a calendar must be made anew, because no more than the margin is left of it.
    /// A change of rules or of zone data makes it anew at once, and moves this instant.
    pub fn refresh_of(&self, name: &str) -> Option<Timestamp> {
        self.page(name).map(|page| self.stale_at(page))
    }

    /// The earliest instant by which some table must be made anew; `None` when the book is empty.
    pub fn refresh_at(&self) -> Option<Timestamp> {
        self.pages.values().map(|page| self.stale_at(page)).min()
    }

    /// Makes the tables anew that have no more than the margin left at `now`, and reports each.
    ///
    /// # Errors
    /// [`BookError`] when one cannot be compiled; then none is changed.
    pub fn refresh(&mut self, now: Timestamp) -> Result<Vec<Change>, BookError> {
        let stale = self.pages.iter().filter(|(_, page)| self.stale_at(page) <= now);
        let names = stale.map(|(name, _)| name.clone()).collect();
        let pages = compile_all(&self.rules, &self.zones, self.reach, now, names)?;
        Ok(self.turn(pages, Cause::Horizon))
    }

    /// Takes new rules at `now`. Only calendars whose rules or holidays differ are compiled, and reported.
    ///
    /// # Errors
    /// [`BookError`] when one cannot be compiled; then the old rules stay in force, all of them.
    pub fn set_rules(&mut self, rules: RuleSet, now: Timestamp) -> Result<Vec<Change>, BookError> {
        let differs = |name: &String, calendar: &Calendar| {
            !self.pages.contains_key(name)
                || self.rules.calendars.get(name) != Some(calendar)
                || lists(&self.rules, calendar) != lists(&rules, calendar)
        };
        let changed = rules.calendars.iter().filter(|(name, calendar)| differs(name, calendar));
        let pages = compile_all(
            &rules,
            &self.zones,
            self.reach,
            now,
            changed.map(|(name, _)| name.clone()).collect(),
        )?;
        let gone: Vec<String> =
            self.pages.keys().filter(|name| !rules.calendars.contains_key(*name)).cloned().collect();
        self.rules = rules;
        let mut changes = self.turn(pages, Cause::Rules);
        for name in gone {
            self.pages.remove(&name);
            changes.push(Change { calendar: name, cause: Cause::Rules, kind: ChangeKind::Removed });
        }
        changes.sort_by(|a, b| a.calendar.cmp(&b.calendar));
        Ok(changes)
    }

    /// Takes another zone database at `now`, compiles every calendar with it and reports each.
    ///
    /// # Errors
    /// [`BookError`] when one cannot be compiled; then the old database stays in use.
    pub fn set_zones(&mut self, zones: Zones, now: Timestamp) -> Result<Vec<Change>, BookError> {
        let names = self.rules.calendars.keys().cloned().collect();
        let pages = compile_all(&self.rules, &zones, self.reach, now, names)?;
        self.zones = zones;
        Ok(self.turn(pages, Cause::Zones))
    }

    fn stale_at(&self, page: &Compiled) -> Timestamp {
        page.window.horizon - self.reach.margin()
    }

    fn turn(&mut self, pages: Vec<(String, Compiled)>, cause: Cause) -> Vec<Change> {
        let mut changes = Vec::with_capacity(pages.len());
        for (name, page) in pages {
            let kind = ChangeKind::between(self.pages.get(&name), &page);
            changes.push(Change { calendar: name.clone(), cause, kind });
            self.pages.insert(name, page);
        }
        changes
    }
}

/// The holiday lists that a calendar names, as far as they exist.
fn lists<'a>(rules: &'a RuleSet, calendar: &Calendar) -> Vec<Option<&'a HolidayList>> {
    calendar.holidays.iter().map(|name| rules.holidays.get(name)).collect()
}

fn compile_all(
    rules: &RuleSet,
    zones: &Zones,
    reach: Reach,
    now: Timestamp,
    names: Vec<String>,
) -> Result<Vec<(String, Compiled)>, BookError> {
    let mut pages = Vec::with_capacity(names.len());
    let mut errors = Vec::new();
    for name in names {
        match reach.window(now).and_then(|window| rules.compile(&name, zones, window)) {
            Ok(page) => pages.push((name, page)),
            Err(error) => errors.push((name, error)),
        }
    }
    if errors.is_empty() { Ok(pages) } else { Err(BookError(errors)) }
}

#[cfg(test)]
mod tests;
