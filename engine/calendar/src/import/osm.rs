//! Opening hours in the syntax of OpenStreetMap, for example `Mo-Fr 08:00-20:00; Sa 09:00-13:00; PH off`.
//!
//! Read and evaluated by the `opening-hours` crate (MIT or Apache-2.0). What it calls open is open; `unknown`
//! and closed are closed; a comment changes nothing. The expression states what each day looks like from
//! midnight to midnight, with what spills over from the day before already in it: an exception of the
//! calendar therefore cuts at midnight. `PH` means the calendar's holiday lists.
//!
//! As OpenStreetMap defines it, a rule after `;` takes a whole day from the rules before it, and with the day the
//! night that spilled into it: `Fr 20:00-02:00; Sa 10:00-14:00` closes at midnight. A rule after `,` adds its hours.
//!
//! Refused: times of the sun (`sunrise-sunset`), which need a place; open ends (`18:00+`), which name no
//! closing; points in time (`10:00-16:00/01:30`); school holidays (`SH`), which no list here states.

use std::sync::Arc;

use chrono::NaiveDate;
use compact_calendar::CompactCalendar;
use jiff::civil::Date;
use opening_hours::{Context, ContextHolidays, OpeningHours, RuleKind};
use opening_hours_syntax::ExtendedTime;
use opening_hours_syntax::rules::OpeningHoursExpression;
use opening_hours_syntax::rules::day::{HolidayKind, WeekDayRange};
use opening_hours_syntax::rules::time::{Time, TimeSpan};

use super::{ImportError, excerpt, fenced};
use crate::rules::{DaySpan, HolidayDay, HolidayList, YEARS};

/// Bytes an expression may have.
pub const MAX_BYTES: usize = 4_096;
/// Rules an expression may have.
pub const MAX_RULES: usize = 128;

const FORMAT: &str = "OpenStreetMap opening hours";

/// An expression that was understood.
#[derive(Clone, Debug)]
pub struct OsmHours {
    hours: OpeningHours,
}

impl OsmHours {
    /// Reads an expression.
    ///
    /// # Errors
    /// [`ImportError`] when it is too long, is no expression, or needs what this importer does not know.
    pub fn read(expression: &str) -> Result<Self, ImportError> {
        if expression.len() > MAX_BYTES {
            return Err(ImportError::TooLarge { bytes: expression.len(), bound: MAX_BYTES });
        }
        let parsed = fenced(FORMAT, || expression.parse::<OpeningHours>())?;
        let hours = parsed.map_err(|e| ImportError::Syntax { line: 1, reason: excerpt(&e.to_string()) })?;
        check(&hours.get_expression())?;
        Ok(Self { hours })
    }

    /// The same hours, with the days of `lists` as public holidays.
    #[must_use]
    pub fn with_public_holidays(self, lists: &[&HolidayList]) -> Self {
        let mut days = CompactCalendar::default();
        for day in lists.iter().flat_map(|list| list.keys()) {
            let dates: Vec<Date> = match *day {
                HolidayDay::On(date) => vec![date],
                HolidayDay::Yearly { month, day } => {
                    YEARS.filter_map(|y| Date::new(y, month, day).ok()).collect()
                }
            };
            for date in dates.into_iter().filter_map(chrono_date) {
                days.insert(date);
            }
        }
        let holidays = ContextHolidays::new(Arc::new(days), Arc::default());
        Self { hours: self.hours.with_context(Context::default().with_holidays(holidays)) }
    }

    /// The spans of `date`, from midnight to midnight. None where the evaluation fails.
    pub(crate) fn spans(&self, date: Date) -> Vec<DaySpan> {
        let Some(date) = chrono_date(date) else { return Vec::new() };
        let schedule = fenced(FORMAT, || self.hours.schedule_at(date)).unwrap_or_default();
        let open = schedule.into_iter().filter(|range| range.kind == RuleKind::Open);
        open.map(|range| DaySpan { start: secs(range.range.start), end: secs(range.range.end) }).collect()
    }
}

fn check(expression: &OpeningHoursExpression) -> Result<(), ImportError> {
    if expression.rules.len() > MAX_RULES {
        return Err(ImportError::TooMany { what: "rules", bound: MAX_RULES });
    }
    let refuse = |what: &str| Err(ImportError::Unsupported(what.to_owned()));
    for rule in &expression.rules {
        for span in &rule.time_selector.spans {
            match span {
                TimeSpan { open_end: true, .. } => return refuse("an open end such as `18:00+`"),
                TimeSpan { repeats: Some(_), .. } => return refuse("a point in time such as `/01:30`"),
                TimeSpan { range, .. } if is_solar(range.start) || is_solar(range.end) => {
                    return refuse("a time of the sun");
                }
                TimeSpan { .. } => {}
            }
        }
        let school =
            |range: &WeekDayRange| matches!(range, WeekDayRange::Holiday { kind: HolidayKind::School, .. });
        if rule.day_selector.weekday.iter().any(school) {
            return refuse("`SH`, a school holiday,");
        }
    }
    Ok(())
}

fn is_solar(time: Time) -> bool {
    matches!(time, Time::Variable(_))
}

fn secs(time: ExtendedTime) -> u32 {
    u32::from(time.mins_from_midnight()) * 60
}

fn chrono_date(date: Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year().into(), date.month().try_into().ok()?, date.day().try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn minutes(expression: &str, date: Date) -> Vec<(u32, u32)> {
        let hours = OsmHours::read(expression).unwrap();
        hours.spans(date).into_iter().map(|s| (s.start / 60, s.end / 60)).collect()
    }

    #[test]
    fn an_expression_says_what_each_day_looks_like() {
        let expression = "Mo-Fr 08:00-12:00,13:00-18:00; Sa 10:00-14:00; Dec 24 08:00-12:00; Dec 25 off";
        assert_eq!(minutes(expression, date(2026, 3, 30)), [(480, 720), (780, 1080)]);
        assert_eq!(minutes(expression, date(2026, 4, 4)), [(600, 840)]);
        assert_eq!(minutes(expression, date(2026, 4, 5)), []);
        assert_eq!(minutes(expression, date(2026, 12, 24)), [(480, 720)]);
        assert_eq!(minutes(expression, date(2026, 12, 25)), []);
        // Friday's night shift spills into Saturday.
        assert_eq!(minutes("Fr 22:00-06:00", date(2026, 4, 4)), [(0, 360)]);
        assert_eq!(minutes("24/7", date(2026, 4, 4)), [(0, 1440)]);
    }

    #[test]
    fn public_holidays_are_those_of_the_lists() {
        let list: HolidayList = [("12-25".parse().unwrap(), "Christmas".to_owned())].into();
        let hours = OsmHours::read("Mo-Su 09:00-17:00; PH off").unwrap();
        assert_eq!(hours.spans(date(2026, 12, 25)).len(), 1);
        let hours = hours.with_public_holidays(&[&list]);
        assert_eq!(hours.spans(date(2026, 12, 25)).len(), 0);
        assert_eq!(hours.spans(date(2026, 12, 26)).len(), 1);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_name() {
        let code = |text: &str| OsmHours::read(text).unwrap_err();
        assert!(
            matches!(code("Mo-Fr sunrise-sunset"), ImportError::Unsupported(what) if what.contains("sun"))
        );
        assert!(matches!(code("Mo-Fr 18:00+"), ImportError::Unsupported(what) if what.contains("open end")));
        assert!(
            matches!(code("Mo-Fr 10:00-16:00/01:30"), ImportError::Unsupported(what) if what.contains("point"))
        );
        assert!(matches!(code("SH 10:00-16:00"), ImportError::Unsupported(what) if what.contains("SH")));
        assert!(matches!(code("when we feel like it"), ImportError::Syntax { line: 1, .. }));
        assert!(matches!(code(""), ImportError::Syntax { .. }));
    }

    #[test]
    fn hostile_expressions_end_within_bounds() {
        let huge = "Mo 08:00-09:00; ".repeat(1_000_000);
        assert!(matches!(OsmHours::read(&huge), Err(ImportError::TooLarge { bound: MAX_BYTES, .. })));
        let many = "Mo off; ".repeat(MAX_RULES + 1);
        assert!(matches!(OsmHours::read(many.trim_end_matches("; ")), Err(ImportError::TooMany { .. })));
        for text in
            ["Mo[1] +99999999999 days 08:00-09:00", "9999-9999/9999 08:00-48:00", "week 00-99/0 00:00-48:00"]
        {
            if let Ok(hours) = OsmHours::read(text) {
                for year in YEARS.step_by(50) {
                    hours.spans(date(year, 2, 28));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[A-Za-z0-9:;,+/\\[\\] \\-\"()|]{0,60}") {
            if let Ok(hours) = OsmHours::read(&text) {
                hours.spans(date(2026, 3, 29));
            }
        }

        #[test]
        fn no_sequence_of_its_words_breaks_the_reader(words in proptest::collection::vec(prop::sample::select(vec![
            "Mo", "Fr-Mo", "Sa[1]", "Su[-1] -9999 days", "PH", "PH +400 days", "Dec 31-Jan 1", "easter", "easter -60 days",
            "week 1-53/2", "2020-9999", "1900", "08:00-12:00", "23:00-47:59", "00:00-24:00", ",", ";", "||", "off", "open",
            "unknown", "\"note\"", " ", "Feb 29", "24/7", "Feb 30 - Feb 31",
        ]), 0..10)) {
            if let Ok(hours) = OsmHours::read(&words.join(" ")) {
                for day in [date(2024, 2, 29), date(1900, 1, 1), date(2200, 12, 31)] {
                    for span in hours.spans(day) {
                        prop_assert!(span.start < span.end && span.end <= 48 * 3600);
                    }
                }
            }
        }
    }
}
