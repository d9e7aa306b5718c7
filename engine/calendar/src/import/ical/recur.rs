//! Recurrence: the wall times of a series up to a horizon.
//!
//! A series is a row of periods: years, months, weeks or days, every so many of them. In each period every day is
//! asked whether the rule wants it, and each such day gets the rule's times. So the work is the number of days up
//! to the horizon, whatever the rule says, and it is paid from a [`Budget`] before it is done.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};

use super::event::Event;
use super::rule::{Frequency, Rule};
use super::value::reading_in;
use super::{MAX_CROWD, MAX_DAYS, MAX_OCCURRENCES};
use crate::Window;
use crate::import::ImportError;
use crate::zones::{Zone, Zones};

/// What one file may still cost.
pub(super) struct Budget {
    days: i64,
    occurrences: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { days: MAX_DAYS, occurrences: MAX_OCCURRENCES }
    }

    pub(super) fn occurrence(&mut self) -> Result<(), ImportError> {
        let left = self.occurrences.checked_sub(1);
        self.occurrences =
            left.ok_or(ImportError::TooMany { what: "occurrences", bound: MAX_OCCURRENCES })?;
        Ok(())
    }

    fn days(&mut self, days: i64) -> Result<(), ImportError> {
        self.days -= days;
        if self.days < 0 {
            return Err(ImportError::TooMany { what: "days of recurrence", bound: MAX_DAYS as usize });
        }
        Ok(())
    }
}

/// The wall times at which `event` begins, up to the horizon, in order.
pub(super) fn readings(
    event: &Event,
    zones: &Zones,
    zone: &Zone,
    local: &Zone,
    window: Window,
    budget: &mut Budget,
) -> Result<Vec<DateTime>, ImportError> {
    // A day more than the horizon: instants are compared later, with their offsets.
    let last = zone.local(window.horizon).reading.saturating_add(1.day());
    let mut set: BTreeSet<DateTime> = match &event.rule {
        Some(rule) => {
            let until = rule.until.as_ref().map(|when| {
                let reading = reading_in(when, zone, zones, local)?;
                // A date as the end means the whole of that day.
                Ok::<_, ImportError>(if when.is_date() { reading.date().at(23, 59, 59, 0) } else { reading })
            });
            let last = until.transpose()?.unwrap_or(last).min(last);
            expand(rule, event.start.reading, last, budget)?
        }
        None => [event.start.reading].into(),
    };
    for when in &event.added {
        set.insert(reading_in(when, zone, zones, local)?);
    }
    for when in &event.removed {
        let reading = reading_in(when, zone, zones, local)?;
        if when.is_date() && !event.start.is_date() {
            // A date takes away whatever begins on it.
            let end = reading.date().at(23, 59, 59, 999_999_999);
            let begun: Vec<DateTime> = set.range(reading..end).copied().collect();
            for other in begun {
                set.remove(&other);
            }
        } else {
            set.remove(&reading);
        }
    }
    Ok(set.into_iter().take_while(|reading| *reading <= last).collect())
}

/// The wall times of `rule` from `start` to `last`, both included.
pub(super) fn expand(
    rule: &Rule,
    start: DateTime,
    last: DateTime,
    budget: &mut Budget,
) -> Result<BTreeSet<DateTime>, ImportError> {
    let rule = &completed(rule, start);
    let times = times(rule, start)?;
    let mut set = BTreeSet::new();
    let mut left = rule.count.unwrap_or(u64::MAX);
    let mut period = Some(first_day(rule, start.date()));
    while let Some(first) = period.filter(|first| *first <= last.date()) {
        let days = period_days(rule.frequency, first);
        budget.days(days.into())?;
        let wanted = first.series(1.day()).take(days as usize).filter(|&day| wants(rule, day));
        let mut crowd = Vec::new();
        for day in wanted {
            crowd.extend(times.iter().map(|&time| day.to_datetime(time)));
            if crowd.len() > MAX_CROWD {
                return Err(ImportError::TooMany { what: "occurrences in one period", bound: MAX_CROWD });
            }
        }
        for reading in positioned(rule, crowd).into_iter().filter(|reading| start <= *reading) {
            if left == 0 || last < reading {
                return Ok(set);
            }
            left -= 1;
            set.insert(reading);
            if set.len() > MAX_OCCURRENCES {
                return Err(ImportError::TooMany { what: "occurrences", bound: MAX_OCCURRENCES });
            }
        }
        period = next_period(rule, first);
    }
    Ok(set)
}

/// The rule with what it leaves open taken from the start of the series.
fn completed(rule: &Rule, start: DateTime) -> Rule {
    let mut rule = rule.clone();
    if rule.names_no_day() {
        match rule.frequency {
            Frequency::Yearly => {
                if rule.months.is_empty() {
                    rule.months.push(start.month().into());
                }
                rule.month_days.push(start.day().into());
            }
            Frequency::Monthly => rule.month_days.push(start.day().into()),
            Frequency::Weekly => rule.weekdays.push((0, start.weekday())),
            Frequency::Daily => {}
        }
    }
    rule
}

/// The times of each day, in order.
fn times(rule: &Rule, start: DateTime) -> Result<Vec<Time>, ImportError> {
    let or = |list: &[i16], own: i8| if list.is_empty() { vec![i16::from(own)] } else { list.to_vec() };
    let (hours, minutes) = (or(&rule.hours, start.hour()), or(&rule.minutes, start.minute()));
    let seconds = or(&rule.seconds, start.second());
    if hours.len() * minutes.len() * seconds.len() > MAX_CROWD {
        return Err(ImportError::TooMany { what: "occurrences in one period", bound: MAX_CROWD });
    }
    let mut times = Vec::new();
    for &hour in &hours {
        for &minute in &minutes {
            for &second in &seconds {
                times.extend(Time::new(hour as i8, minute as i8, second as i8, 0));
            }
        }
    }
    Ok(times)
}

fn first_day(rule: &Rule, start: Date) -> Date {
    match rule.frequency {
        Frequency::Yearly => start.first_of_year(),
        Frequency::Monthly => start.first_of_month(),
        Frequency::Weekly => {
            let since = rule.week_start.until(start.weekday());
            start.saturating_sub(i64::from(since).days())
        }
        Frequency::Daily => start,
    }
}

fn period_days(frequency: Frequency, first: Date) -> i16 {
    match frequency {
        Frequency::Yearly => first.days_in_year(),
        Frequency::Monthly => first.days_in_month().into(),
        Frequency::Weekly => 7,
        Frequency::Daily => 1,
    }
}

/// The first day of the next period; none beyond the end of the calendar.
fn next_period(rule: &Rule, first: Date) -> Option<Date> {
    // Nothing that matters lies further away, and the calendar's arithmetic takes no more.
    let step = rule.interval.min(10_000);
    let (years, months, days) = match rule.frequency {
        Frequency::Yearly => (step, 0, 0),
        Frequency::Monthly => (step / 12, step % 12, 0),
        Frequency::Weekly => (0, 0, rule.interval.min(1_000_000) * 7),
        Frequency::Daily => (0, 0, rule.interval.min(4_000_000)),
    };
    first.checked_add(years.years().months(months).days(days)).ok()
}

fn wants(rule: &Rule, day: Date) -> bool {
    let free = |list: &[i16], position: i16, length: i16| {
        list.is_empty() || list.contains(&position) || list.contains(&(position - length - 1))
    };
    (rule.months.is_empty() || rule.months.contains(&day.month().into()))
        && free(&rule.month_days, day.day().into(), day.days_in_month().into())
        && free(&rule.year_days, day.day_of_year(), day.days_in_year())
        && (rule.weeks.is_empty() || is_in_weeks(rule, day))
        && (rule.weekdays.is_empty() || is_weekday(rule, day))
}

/// Weeks are those of ISO 8601, which RFC 5545 counts.
fn is_in_weeks(rule: &Rule, day: Date) -> bool {
    let week = day.iso_week_date();
    let (number, count) = (i16::from(week.week()), i16::from(week.weeks_in_year()));
    rule.weeks.contains(&number) || rule.weeks.contains(&(number - count - 1))
}

fn is_weekday(rule: &Rule, day: Date) -> bool {
    let in_month = rule.frequency == Frequency::Monthly || !rule.months.is_empty();
    let (position, length) = if in_month {
        (i16::from(day.day()), i16::from(day.days_in_month()))
    } else {
        (day.day_of_year(), day.days_in_year())
    };
    // The how manieth of its name it is, from the start and from the end.
    let (ahead, behind) = ((position - 1) / 7 + 1, -((length - position) / 7 + 1));
    let today = day.weekday();
    rule.weekdays.iter().any(|&(n, weekday)| weekday == today && (n == 0 || n == ahead || n == behind))
}

/// What `BYSETPOS` leaves of one period, in order.
fn positioned(rule: &Rule, crowd: Vec<DateTime>) -> Vec<DateTime> {
    if rule.positions.is_empty() {
        return crowd;
    }
    let length = crowd.len() as i64;
    let index = |&position: &i16| {
        let position = i64::from(position);
        usize::try_from(if position > 0 { position - 1 } else { length + position }).ok()
    };
    let mut chosen: Vec<DateTime> =
        rule.positions.iter().filter_map(|p| crowd.get(index(p)?).copied()).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}
