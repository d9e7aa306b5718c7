//! A recurrence rule (RFC 5545, 3.3.10), read and bounded.

use jiff::civil::Weekday;

use super::lines::Property;
use super::value::When;
use crate::import::{ImportError, excerpt};

/// How often a rule comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
}

/// One rule. An empty list leaves its part of the date free.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    pub(super) count: Option<u64>,
    pub(super) until: Option<When>,
    pub(super) week_start: Weekday,
    pub(super) months: Vec<i16>,
    pub(super) month_days: Vec<i16>,
    pub(super) year_days: Vec<i16>,
    pub(super) weeks: Vec<i16>,
    /// Days of the week; a number other than 0 counts them in the month or the year, from the end when negative.
    pub(super) weekdays: Vec<(i16, Weekday)>,
    pub(super) hours: Vec<i16>,
    pub(super) minutes: Vec<i16>,
    pub(super) seconds: Vec<i16>,
    pub(super) positions: Vec<i16>,
}

impl Rule {
    pub(super) fn read(property: &Property) -> Result<Self, ImportError> {
        let mut parts: Vec<(String, &str)> = Vec::new();
        for part in property.value.trim().split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| refuse(property, part))?;
            let key = key.trim().to_ascii_uppercase();
            if parts.iter().any(|(known, _)| *known == key) {
                return Err(property.refuse(format!("{} is stated twice", excerpt(&key))));
            }
            parts.push((key, value.trim()));
        }
        const KNOWN: [&str; 14] = [
            "FREQ",
            "INTERVAL",
            "COUNT",
            "UNTIL",
            "WKST",
            "BYMONTH",
            "BYMONTHDAY",
            "BYYEARDAY",
            "BYWEEKNO",
            "BYDAY",
            "BYHOUR",
            "BYMINUTE",
            "BYSECOND",
            "BYSETPOS",
        ];
        if let Some((key, _)) = parts.iter().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
            return Err(ImportError::Unsupported(format!("{} (line {})", excerpt(key), property.line)));
        }
        let find = |key: &str| parts.iter().find(|(known, _)| known == key).map(|(_, value)| *value);
        let number =
            |key: &str| find(key).map(|text| whole(text).ok_or_else(|| refuse(property, text))).transpose();
        let list = |key: &str, bound: i16, negative: bool, zero: bool| match find(key) {
            Some(text) => numbers(text, bound, negative, zero).ok_or_else(|| refuse(property, text)),
            None => Ok(Vec::new()),
        };
        let rule = Self {
            frequency: frequency(find("FREQ").unwrap_or(""), property)?,
            interval: number("INTERVAL")?.unwrap_or(1).try_into().unwrap_or(i64::MAX),
            count: number("COUNT")?,
            until: find("UNTIL").map(|text| When::read(text, property)).transpose()?,
            week_start: match find("WKST") {
                Some(text) => weekday(text).ok_or_else(|| refuse(property, text))?,
                None => Weekday::Monday,
            },
            months: list("BYMONTH", 12, false, false)?,
            month_days: list("BYMONTHDAY", 31, true, false)?,
            year_days: list("BYYEARDAY", 366, true, false)?,
            weeks: list("BYWEEKNO", 53, true, false)?,
            weekdays: match find("BYDAY") {
                Some(text) => weekdays(text).ok_or_else(|| refuse(property, text))?,
                None => Vec::new(),
            },
            hours: list("BYHOUR", 23, false, true)?,
            minutes: list("BYMINUTE", 59, false, true)?,
            seconds: list("BYSECOND", 59, false, true)?,
            positions: list("BYSETPOS", 366, true, false)?,
        };
        rule.check(property)
    }

    fn check(self, property: &Property) -> Result<Self, ImportError> {
        let counted = self.weekdays.iter().any(|&(n, _)| n != 0);
        if self.interval == 0 {
            return Err(property.refuse("INTERVAL=0 never comes back"));
        }
        if self.count.is_some() && self.until.is_some() {
            return Err(property.refuse("COUNT and UNTIL exclude each other"));
        }
        if counted && !matches!(self.frequency, Frequency::Yearly | Frequency::Monthly) {
            return Err(property.refuse("only months and years count their weekdays"));
        }
        if !self.weeks.is_empty() && (self.frequency != Frequency::Yearly || counted) {
            return Err(property.refuse("BYWEEKNO goes with FREQ=YEARLY and uncounted weekdays"));
        }
        if !self.weeks.is_empty() && self.week_start != Weekday::Monday {
            return Err(ImportError::Unsupported(format!(
                "BYWEEKNO with another WKST (line {})",
                property.line
            )));
        }
        Ok(self)
    }

    /// Whether the rule leaves the day itself to the start of the series.
    pub(super) fn names_no_day(&self) -> bool {
        self.month_days.is_empty()
            && self.year_days.is_empty()
            && self.weeks.is_empty()
            && self.weekdays.is_empty()
    }
}

fn refuse(property: &Property, text: &str) -> ImportError {
    property.refuse(format!("{:?} in a rule is not understood", excerpt(text)))
}

fn frequency(text: &str, property: &Property) -> Result<Frequency, ImportError> {
    match text.to_ascii_uppercase().as_str() {
        "YEARLY" => Ok(Frequency::Yearly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "WEEKLY" => Ok(Frequency::Weekly),
        "DAILY" => Ok(Frequency::Daily),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(ImportError::Unsupported(format!(
            "a rule by hour, minute or second (line {})",
            property.line
        ))),
        _ => Err(property.refuse(format!("FREQ={} is no frequency", excerpt(text)))),
    }
}

fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Numbers up to `bound`, sorted, each once.
fn numbers(text: &str, bound: i16, negative: bool, zero: bool) -> Option<Vec<i16>> {
    let mut list = Vec::new();
    for part in text.split(',') {
        let number = part.trim().parse::<i16>().ok()?;
        let allowed =
            (number > 0 || (number == 0 && zero) || (number < 0 && negative)) && number.abs() <= bound;
        allowed.then(|| list.push(number))?;
    }
    list.sort_unstable();
    list.dedup();
    Some(list)
}

/// `MO`, `1MO`, `-1FR`.
fn weekdays(text: &str) -> Option<Vec<(i16, Weekday)>> {
    let one = |part: &str| {
        let part = part.trim();
        let name = part.get(part.len().checked_sub(2)?..)?;
        let count = &part[..part.len() - 2];
        let count = if count.is_empty() {
            0
        } else {
            count.parse::<i16>().ok().filter(|n| *n != 0 && n.abs() <= 53)?
        };
        Some((count, weekday(name)?))
    };
    let list: Option<Vec<_>> = text.split(',').map(one).collect();
    list.filter(|list| list.len() <= 7 * 107)
}

fn weekday(name: &str) -> Option<Weekday> {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let index = names.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    Weekday::from_monday_zero_offset(index as i8).ok()
}
