//! What the rules say for one local day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::pattern::Pattern;
use crate::rules::{Calendar, DAY, DayPlan, DaySpan, Exception, HolidayList, Hours, is_holiday, is_valid};

/// The spans of one day and the breaks inside them, by the clock.
#[derive(Debug, Default)]
pub(super) struct Day {
    pub(super) spans: Vec<DaySpan>,
    pub(super) breaks: Vec<DaySpan>,
}

/// The rules of one calendar, asked day by day.
pub(super) struct DayRules<'a> {
    calendar: &'a Calendar,
    holidays: &'a [&'a HolidayList],
    pattern: &'a Pattern<'a>,
    exceptions: BTreeMap<Date, &'a Exception>,
}

impl<'a> DayRules<'a> {
    pub(super) fn new(
        calendar: &'a Calendar,
        holidays: &'a [&'a HolidayList],
        pattern: &'a Pattern<'a>,
    ) -> Self {
        let exceptions = calendar.exceptions.iter().map(|e| (e.date, e)).collect();
        Self { calendar, holidays, pattern, exceptions }
    }

    /// Whether nothing but the pattern speaks for `date`.
    pub(super) fn follows_pattern(&self, date: Date) -> bool {
        self.is_valid(date) && self.special(date).is_none()
    }

    pub(super) fn day(&self, date: Date) -> Day {
        if !self.is_valid(date) {
            return Day::default();
        }
        if let Some(plan) = self.special(date) {
            let spans = plan.hours().iter().filter_map(|&hours: &Hours| hours.span());
            return Day { spans: spans.collect(), breaks: Vec::new() };
        }
        let spans = self.pattern.spans(date);
        let breaks = self.breaks(date, &spans);
        Day { spans, breaks }
    }

    fn is_valid(&self, date: Date) -> bool {
        is_valid(self.calendar.from, self.calendar.until, date)
    }

    /// The plan of an exception or a holiday.
    fn special(&self, date: Date) -> Option<&'a DayPlan> {
        let ahead = self.exceptions.range(..=date).next_back();
        if let Some((_, exception)) = ahead.filter(|(_, exception)| exception.covers(date)) {
            return Some(&exception.plan);
        }
        if !self.holidays.iter().any(|list| is_holiday(list, date)) {
            return None;
        }
        match &self.calendar.on_holiday {
            Some(plan) => Some(plan),
            None if self.pattern.knows_holidays() => None,
            None => Some(&DayPlan::Closed),
        }
    }

    /// Where the day's breaks, by the clock of this day or of the next, fall into its spans.
    fn breaks(&self, date: Date, spans: &[DaySpan]) -> Vec<DaySpan> {
        let today = self.calendar.breaks.iter();
        let today = today.filter(|b| b.days.contains(date) && is_valid(b.from, b.until, date));
        let mut cut = Vec::new();
        for rest in today.filter_map(|b| DaySpan::of(b.start, b.end)) {
            let next_day = DaySpan { start: rest.start + DAY, end: rest.end + DAY };
            for rest in [rest, next_day] {
                for span in spans {
                    let inside = DaySpan { start: rest.start.max(span.start), end: rest.end.min(span.end) };
                    if inside.start < inside.end {
                        cut.push(inside);
                    }
                }
            }
        }
        cut
    }
}
