//! A set of days of the week as rules write it: `mon-fri`, `sat,sun`, `daily`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LONG: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Days of the week, at least one.
///
/// Written as names and ranges with commas between them; a range may run over Sunday (`fri-mon`), and
/// `daily` is all seven. Names have three letters or all, in either case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Days(u8);

/// Not a set of days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no days: write for example `mon-fri`, `sat,sun` or `daily`")]
pub struct DaysError(pub String);

impl Days {
    /// All seven.
    pub const DAILY: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKDAYS: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// Whether the day of the week of `date` is one of them.
    pub fn contains(self, date: Date) -> bool {
        self.0 & (1 << date.weekday().to_monday_zero_offset()) != 0
    }

    /// Whether the two sets share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromStr for Days {
    type Err = DaysError;

    fn from_str(text: &str) -> Result<Self, DaysError> {
        let refused = || DaysError(text.chars().take(64).collect());
        if text.trim().eq_ignore_ascii_case("daily") {
            return Ok(Self::DAILY);
        }
        let mut set = 0;
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (day(first).ok_or_else(refused)?, day(last).ok_or_else(refused)?);
            let length = (last + 7 - first) % 7;
            for step in 0..=length {
                set |= 1 << ((first + step) % 7);
            }
        }
        Ok(Self(set))
    }
}

fn day(name: &str) -> Option<usize> {
    let name = name.trim();
    let is = |known: &[&str]| known.iter().position(|k| k.eq_ignore_ascii_case(name));
    is(&NAMES).or_else(|| is(&LONG))
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::DAILY {
            return f.write_str("daily");
        }
        let mut first = 0;
        let mut comma = "";
        while first < 7 {
            let last = (first..7).take_while(|&d| self.0 & (1 << d) != 0).last();
            match last {
                Some(last) if last > first + 1 => write!(f, "{comma}{}-{}", NAMES[first], NAMES[last])?,
                Some(last) => write!(f, "{comma}{}", NAMES[first..=last].join(","))?,
                None => {}
            }
            comma = if last.is_some() { "," } else { comma };
            first = last.unwrap_or(first) + 1;
        }
        Ok(())
    }
}

impl fmt::Debug for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Days({self})")
    }
}

impl TryFrom<String> for Days {
    type Error = DaysError;

    fn try_from(text: String) -> Result<Self, DaysError> {
        text.parse()
    }
}

impl From<Days> for String {
    fn from(days: Days) -> Self {
        days.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_read_in_every_spelling() {
        for (text, canonical) in [
            ("mon-fri", "mon-fri"),
            ("Sat, Sun", "sat,sun"),
            ("fri-mon", "mon,fri-sun"),
            ("Monday,wed", "mon,wed"),
            ("sun-sat", "daily"),
            ("DAILY", "daily"),
            ("tue", "tue"),
        ] {
            assert_eq!(text.parse::<Days>().unwrap().to_string(), canonical);
        }
        let monday = date(2026, 3, 30);
        assert!(Days::WORKDAYS.contains(monday) && !Days::WEEKEND.contains(monday));
        assert!(!Days::WORKDAYS.overlaps(Days::WEEKEND) && Days::DAILY.overlaps(Days::WEEKEND));
    }

    #[test]
    fn every_set_survives_being_written() {
        for set in 1..128 {
            assert_eq!(Days(set).to_string().parse(), Ok(Days(set)));
        }
    }

    #[test]
    fn what_names_no_days_is_refused() {
        for text in ["", "mon-", "mo", "mon,,tue", "weekdays", "mon-wed-fri"] {
            assert_eq!(text.parse::<Days>(), Err(DaysError(text.into())));
        }
    }
}
