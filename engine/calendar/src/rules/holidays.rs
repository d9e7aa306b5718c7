//! Named lists of days that are not like the others.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Days and what they are called, for example `"2026-04-06" = "Easter Monday"`, `"12-25" = "Christmas"`.
pub type HolidayList = BTreeMap<HolidayDay, String>;

/// One date, or the same day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum HolidayDay {
    /// One date, `YYYY-MM-DD`.
    On(Date),
    /// Every year, `MM-DD`; 29 February only where there is one.
    Yearly {
        /// 1 to 12.
        month: i8,
        /// Day of the month, from 1.
        day: i8,
    },
}

/// Not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day: write YYYY-MM-DD, or MM-DD for every year")]
pub struct HolidayDayError(pub String);

/// Whether `date` is in the list.
pub fn is_holiday(list: &HolidayList, date: Date) -> bool {
    let yearly = HolidayDay::Yearly { month: date.month(), day: date.day() };
    list.contains_key(&HolidayDay::On(date)) || list.contains_key(&yearly)
}

impl FromStr for HolidayDay {
    type Err = HolidayDayError;

    fn from_str(text: &str) -> Result<Self, HolidayDayError> {
        let refused = || HolidayDayError(text.chars().take(32).collect());
        let shape =
            |length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if shape(5) {
            // A leap year knows every day that any year has.
            let date: Date = format!("2000-{text}").parse().map_err(|_| refused())?;
            return Ok(Self::Yearly { month: date.month(), day: date.day() });
        }
        if shape(10) {
            return text.parse().map(Self::On).map_err(|_| refused());
        }
        Err(refused())
    }
}

impl fmt::Display for HolidayDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(date) => date.fmt(f),
            Self::Yearly { month, day } => write!(f, "{month:02}-{day:02}"),
        }
    }
}

impl TryFrom<String> for HolidayDay {
    type Error = HolidayDayError;

    fn try_from(text: String) -> Result<Self, HolidayDayError> {
        text.parse()
    }
}

impl From<HolidayDay> for String {
    fn from(day: HolidayDay) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_list_holds_dates_and_days_of_every_year() {
        let list: HolidayList = serde_json::from_str(
            r#"{"2026-04-06": "Easter Monday", "12-25": "Christmas", "02-29": "Leap day"}"#,
        )
        .unwrap();
        assert!(is_holiday(&list, date(2026, 4, 6)) && !is_holiday(&list, date(2027, 4, 6)));
        assert!(is_holiday(&list, date(2026, 12, 25)) && is_holiday(&list, date(2031, 12, 25)));
        assert!(is_holiday(&list, date(2028, 2, 29)));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "2026-13-01", "02-30", "2026-02-29", "26-04-06", "12/25", "2026-4-6"] {
            assert_eq!(text.parse::<HolidayDay>(), Err(HolidayDayError(text.into())));
        }
    }
}
