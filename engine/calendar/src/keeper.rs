//! The keeper: a book of calendars on one side, an engine's calendars on the other.
//!
//! It says which tables an engine should have now, as commands; it sends nothing and asks nobody for the time. A live
//! engine has an actor of it (`sunline::KeptCalendars`); a program without one calls [`Keeper::commands`] itself.
//!
//! ```text
//! book ── what changed, what comes near its horizon ──▶ SetHours ──▶ engine, journaled
//! ```
//!
//! An engine's calendar called `early/shifts` is the book's calendar `early` with its breaks: where a shift ends, and
//! not where a break begins.

use std::collections::BTreeMap;
use std::sync::Arc;

use sunline_core::config::CallingHoursConfig;
use sunline_core::hours::{HoursOf, HoursTable};
use sunline_core::time::Timestamp;
use sunline_core::{Command, Config};

use crate::book::{BookError, CalendarBook};
use crate::calling::{CallingError, CallingHours};
use crate::compile::Compiled;
use crate::rules::RuleSet;
use crate::zones::Zones;

/// What an engine adds to the name of a calendar whose breaks belong to it.
pub const SHIFTS: &str = "/shifts";

/// Keeps the calendars of one engine.
#[derive(Clone, Debug)]
pub struct Keeper {
    book: CalendarBook,
    /// The book's calendar whose rules are the calling hours, by the clocks of each zone.
    calling: Option<String>,
    /// The tables that the engine has.
    has: BTreeMap<HoursOf, Arc<HoursTable>>,
}

impl Keeper {
    /// A keeper of an engine whose calendars are called as in `book`.
    pub fn new(book: CalendarBook) -> Self {
        Self { book, calling: None, has: BTreeMap::new() }
    }

    /// The same, where the rules of the book's calendar `name` say when customers may be called, each by the clocks of
    /// its own zone.
    #[must_use]
    pub fn with_calling_hours(mut self, name: &str) -> Self {
        self.calling = Some(name.to_owned());
        self
    }

    /// The book.
    pub fn book(&self) -> &CalendarBook {
        &self.book
    }

    /// The configuration with the table of every calendar it names and the book has, and with the calling hours of these
    /// `zones`.
    ///
    /// # Errors
    /// [`CallingError`] of the first zone that cannot be loaded.
    pub fn fill(&mut self, mut config: Config, zones: &[&str]) -> Result<Config, CallingError> {
        for calendar in &mut config.calendars {
            let of = HoursOf::Calendar(calendar.name.clone());
            calendar.hours = self.table(&calendar.name).map(Arc::new).or_else(|| calendar.hours.take());
            self.has.extend(calendar.hours.clone().map(|hours| (of, hours)));
        }
        for zone in zones {
            let Some(hours) = self.calling_table(zone).transpose()?.map(Arc::new) else { continue };
            self.has.insert(HoursOf::CallingZone((*zone).into()), hours.clone());
            let known = config.calling_hours.iter_mut().find(|calling| calling.zone == *zone);
            match known {
                Some(known) => known.hours = hours,
                None => config.calling_hours.push(CallingHoursConfig { zone: (*zone).into(), hours }),
            }
        }
        Ok(config)
    }

    /// The engine has this table: what it was started with, or what its journal says.
    pub fn has(&mut self, of: HoursOf, hours: Arc<HoursTable>) {
        self.has.insert(of, hours);
    }

    /// The engine has applied one of the commands; until that is said, it is among the next ones again.
    pub fn applied(&mut self, command: &Command) {
        if let Command::SetHours(of, hours) = command {
            self.has(of.clone(), hours.clone());
        }
    }

    /// By when [`Self::commands`] wants to be asked again; `None` when the book is empty.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.book.refresh_at()
    }

    /// What the engine is to be told now: every table that came near its horizon, or differs from what it has. Say of
    /// each that it was [`applied`](Self::applied).
    ///
    /// # Errors
    /// [`BookError`] when a table cannot be made anew; nothing is to be told then, and the old ones stay.
    pub fn commands(&mut self, now: Timestamp) -> Result<Vec<Command>, BookError> {
        self.book.refresh(now)?;
        Ok(self.differences())
    }

    /// Takes other rules, and says what the engine is to be told.
    ///
    /// # Errors
    /// [`BookError`]; the old rules stay in force.
    pub fn set_rules(&mut self, rules: RuleSet, now: Timestamp) -> Result<Vec<Command>, BookError> {
        self.book.set_rules(rules, now)?;
        Ok(self.differences())
    }

    /// Takes another zone database, and says what the engine is to be told.
    ///
    /// # Errors
    /// [`BookError`]; the old database stays in use.
    pub fn set_zones(&mut self, zones: Zones, now: Timestamp) -> Result<Vec<Command>, BookError> {
        self.book.set_zones(zones, now)?;
        Ok(self.differences())
    }

    /// The calling hours of one more zone, for a customer who is about to enter; `None` where the keeper has no calling
    /// hours.
    ///
    /// # Errors
    /// [`CallingError::UnknownZone`] when the database has no such zone; the rules' own problems.
    pub fn zone(&self, zone: &str) -> Result<Option<Command>, CallingError> {
        let hours = self.calling_table(zone).transpose()?;
        Ok(hours.map(|hours| Command::SetHours(HoursOf::CallingZone(zone.into()), Arc::new(hours))))
    }

    fn differences(&self) -> Vec<Command> {
        let differs = |(of, has): (&HoursOf, &Arc<HoursTable>)| {
            let hours = match of {
                HoursOf::Calendar(name) => self.table(name),
                // A zone that fell out of the database keeps the hours it had.
                HoursOf::CallingZone(zone) => self.calling_table(zone).and_then(Result::ok),
            };
            let hours = hours.filter(|hours| *hours != **has)?;
            Some(Command::SetHours(of.clone(), Arc::new(hours)))
        };
        self.has.iter().filter_map(differs).collect()
    }

    /// The table of an engine's calendar.
    fn table(&self, name: &str) -> Option<HoursTable> {
        match name.strip_suffix(SHIFTS) {
            Some(shifts) => self.book.page(shifts).map(Compiled::shifts),
            None => self.book.table(name).cloned(),
        }
    }

    fn calling_table(&self, zone: &str) -> Option<Result<HoursTable, CallingError>> {
        let name = self.calling.as_ref()?;
        let (calendar, page) = (self.book.rules().calendars.get(name)?, self.book.page(name)?);
        let mut hours = CallingHours::new(calendar.clone(), self.book.rules().holidays.clone(), page.window);
        Some(hours.load(self.book.zones(), zone).cloned())
    }
}

#[cfg(test)]
mod tests {
    use sunline_core::hours::Standing;
    use sunline_core::time::Span;
    use sunline_core::{ContactDetails, ContactId, Domain, EventKind, NewContact, QueueId};

    use super::*;
    use crate::Reach;

    const RULES: &str = r#"
        [calendars.office]
        zone = "Europe/Paris"
        weekly = [{ days = "mon-fri", open = "09:00", close = "17:00" }]
        breaks = [{ days = "mon-fri", start = "12:00", end = "13:00" }]
        [calendars.calls]
        zone = "UTC"
        weekly = [{ days = "daily", open = "09:00", close = "20:00" }]
    "#;

    const CENTRE: &str = r#"
        name = "centre"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills", opening = { calendar = "office", when_closed = "end" } }]
        agents = [{ name = "ann", shift = "office/shifts" }]
        calendars = [{ name = "office" }, { name = "office/shifts" }]
    "#;

    /// Monday, 5 January 2026, 11:30 in Paris.
    const MONDAY: Timestamp = Timestamp::from_secs(1_767_609_000);

    fn keeper() -> Keeper {
        let zones = Zones::bundled();
        let rules = RuleSet::from_toml(RULES, &zones).unwrap();
        let book = CalendarBook::open(zones, rules, Reach::default(), MONDAY).unwrap();
        Keeper::new(book).with_calling_hours("calls")
    }

    #[test]
    fn a_year_of_refreshes_never_lets_a_table_run_out() {
        let mut keeper = keeper();
        let config = keeper.fill(Config::from_toml(CENTRE).unwrap(), &["Asia/Kathmandu"]).unwrap();
        let mut domain = Domain::new(MONDAY, config).unwrap();
        let until = MONDAY + Span::from_secs(3 * 366 * 86_400);
        let mut refreshed = 0;
        while let Some(at) = keeper.next_at().filter(|at| *at < until) {
            for command in keeper.commands(at).unwrap() {
                keeper.applied(&command);
                domain.handle(at, command).unwrap();
                refreshed += 1;
            }
        }
        domain.handle_deadlines(until);
        let told = core::iter::from_fn(|| domain.poll_event());
        let ran_out = told
            .filter(|e| matches!(e.kind, EventKind::CalendarTurned { standing: Standing::Unknown, .. }))
            .count();
        assert_eq!((ran_out, refreshed), (0, 9), "three tables, about once a year");
    }

    #[test]
    fn a_holiday_that_is_put_in_closes_the_queue_and_leaves_shifts_of_other_rules_alone() {
        let mut keeper = keeper();
        let config = keeper.fill(Config::from_toml(CENTRE).unwrap(), &[]).unwrap();
        let mut domain = Domain::new(MONDAY, config).unwrap();
        let closed =
            RULES.replace("breaks", "exceptions = [{ date = \"2026-01-05\", plan = \"closed\" }]\nbreaks");
        let rules = RuleSet::from_toml(&closed, &Zones::bundled()).unwrap();
        let commands = keeper.set_rules(rules.clone(), MONDAY).unwrap();
        assert_eq!(commands.len(), 2, "hours and shifts of the office");
        for command in commands {
            keeper.applied(&command);
            domain.handle(MONDAY, command).unwrap();
        }
        assert!(domain.queues().all(|queue| !queue.open));
        assert_eq!(keeper.set_rules(rules, MONDAY).unwrap(), []);
    }

    #[test]
    fn a_break_closes_the_queue_and_ends_no_shift() {
        let mut keeper = keeper();
        let config = keeper.fill(Config::from_toml(CENTRE).unwrap(), &[]).unwrap();
        let [office, shifts] = config.calendars.as_slice() else { panic!("two calendars") };
        let noon = MONDAY + Span::from_secs(45 * 60);
        assert!(!office.hours.as_ref().unwrap().is_open(noon));
        assert!(shifts.hours.as_ref().unwrap().is_open(noon));
    }

    #[test]
    fn a_customer_from_a_new_zone_enters_once_its_hours_are_loaded() {
        let mut keeper = keeper();
        let config = keeper.fill(Config::from_toml(CENTRE).unwrap(), &["Europe/Paris"]).unwrap();
        let mut domain = Domain::new(MONDAY, config).unwrap();
        let details =
            ContactDetails { time_zone: Some("Asia/Kathmandu".into()), ..ContactDetails::default() };
        let mut new = NewContact::new(ContactId::from(1), QueueId(0));
        new.details = Some(Arc::new(details));
        let arrive = Command::Arrive(new);
        assert_eq!(domain.handle(MONDAY, arrive.clone()).unwrap_err().code(), "unknown_zone");
        let load = keeper.zone("Asia/Kathmandu").unwrap().unwrap();
        domain.handle(MONDAY, load).unwrap();
        domain.handle(MONDAY, arrive).unwrap();
        // 10:30 UTC is 16:15 in Kathmandu.
        assert_eq!(domain.may_call("Asia/Kathmandu", MONDAY), Ok(true));
        let four_hours = MONDAY + Span::from_secs(4 * 3600);
        let next = domain.next_call_instant("Asia/Kathmandu", four_hours).unwrap().unwrap();
        assert_eq!(next.to_string(), "2026-01-06T03:15:00Z");
        assert!(domain.may_call("Europe/Atlantis", MONDAY).is_err());
        assert!(matches!(keeper.zone("Europe/Atlantis"), Err(CallingError::UnknownZone(_))));
    }
}
