//! Calendars, checked, and the names of calendars resolved.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::checks::{at_most, check_name};
use super::{Compiled, Opening};
use crate::config::document::{ClosedAction, Config, QueueConfig, ShiftConfig};
use crate::config::problem::Problems;
use crate::hours::HoursTable;
use crate::ids::{CalendarId, QueueId};
use crate::limits;
use crate::time::Span;

impl Compiled {
    /// The calendar called `name`.
    pub fn calendar_id(&self, name: &str) -> Option<CalendarId> {
        self.calendar_ids.get(name).copied()
    }

    /// The queues that keep the hours of a calendar, by `QueueId`.
    pub(crate) fn queues_by(&self, calendar: CalendarId) -> impl Iterator<Item = QueueId> {
        let keeps = move |queue: &super::Queue| queue.opening.is_some_and(|o| o.calendar == calendar);
        (0..).map(QueueId).zip(&self.queues).filter(move |(_, queue)| keeps(queue)).map(|(id, _)| id)
    }

    /// How long a contact of a queue is expected to take; zero where the queue does not say.
    pub(crate) fn expected_handle(&self, queue: QueueId) -> Span {
        self.queues[queue.index()].settings.expected_handle.unwrap_or_default()
    }

    pub(super) fn calendar(&self, name: &SmolStr, path: String, problems: &mut Problems) -> CalendarId {
        self.calendar_id(name).unwrap_or_else(|| {
            problems.add(path, format!("no calendar is called {name:?}"));
            CalendarId::default()
        })
    }

    pub(super) fn opening(
        &self,
        queue: &QueueConfig,
        path: &str,
        problems: &mut Problems,
    ) -> Option<Opening> {
        let opening = queue.opening.as_ref()?;
        let calendar = self.calendar(&opening.calendar, format!("{path}.opening.calendar"), problems);
        let at = format!("{path}.opening.overflow_to");
        let (at_closing, when_closed) = (opening.at_closing, opening.when_closed);
        let overflows = [at_closing, when_closed].contains(&ClosedAction::Overflow);
        let target = opening.overflow_to.as_ref().map(|name| (name, self.queue_id(name)));
        match target {
            Some((name, None)) => problems.add(at, format!("no queue is called {name:?}")),
            None if overflows => {
                problems.add(at, "an action is `overflow`, and no queue is named to overflow to");
            }
            _ => {}
        }
        let overflow_to = target.and_then(|(_, id)| id).filter(|_| overflows);
        Some(Opening { calendar, at_closing, when_closed, overflow_to })
    }
}

/// Checks the tables of a configuration.
pub(super) fn check_tables(config: &Config, problems: &mut Problems) {
    at_most(config.calendars.len(), limits::MAX_CALENDARS, "calendars".into(), problems);
    at_most(config.calling_hours.len(), limits::MAX_CALLING_ZONES, "calling_hours".into(), problems);
    for (i, calendar) in config.calendars.iter().enumerate() {
        if let Some(hours) = &calendar.hours {
            check_table(hours, format!("calendars[{i}].hours"), problems);
        }
    }
    let mut zones = BTreeSet::new();
    for (i, calling) in config.calling_hours.iter().enumerate() {
        let path = format!("calling_hours[{i}].zone");
        check_name(&calling.zone, path.clone(), problems);
        problems.check(zones.insert(&calling.zone), path, format_args!("{:?} is used twice", calling.zone));
        check_table(&calling.hours, format!("calling_hours[{i}].hours"), problems);
    }
}

fn check_table(hours: &HoursTable, path: String, problems: &mut Problems) {
    at_most(hours.intervals().len(), limits::MAX_INTERVALS, path, problems);
}

pub(super) fn check_shift(shift: &ShiftConfig, path: &str, problems: &mut Problems) {
    problems.check(!shift.overrun.is_negative(), format!("{path}.overrun"), "must be at least 0s");
}

/// The distinct expected handle times of queues, shortest first, without zero.
pub(super) fn handle_times(config: &Config) -> Vec<Span> {
    let times = config.queues.iter().filter_map(|queue| queue.expected_handle);
    times.filter(|time| *time > Span::ZERO).collect::<BTreeSet<_>>().into_iter().collect()
}
