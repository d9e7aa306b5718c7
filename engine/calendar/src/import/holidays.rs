//! Holiday lists as CSV: one day and its name on each line.
//!
//! ```text
//! # days of every year have no year
//! date,name
//! 2026-04-06,Easter Monday
//! 12-25,Christmas
//! 2026-05-14,"Ascension, a Thursday"
//! ```
//!
//! The first line may be a heading. Empty lines and lines that begin with `#` are passed over.

use super::{ImportError, check_size, excerpt};
use crate::rules::{HolidayDay, HolidayList, MAX_HOLIDAYS, YEARS};

/// Bytes a list may have.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Reads a list. A day that is named twice keeps its first name.
///
/// # Errors
/// [`ImportError`] names the first line that cannot be read, or the bound that is passed.
///
/// ```
/// let list = sunline_calendar::import::holidays::from_csv("date,name\n12-25,Christmas\n")?;
/// assert_eq!(list[&"12-25".parse()?], "Christmas");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn from_csv(text: &str) -> Result<HolidayList, ImportError> {
    check_size(text, MAX_BYTES)?;
    let mut list = HolidayList::new();
    let mut first = true;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let refuse = |reason: String| ImportError::Syntax { line: index + 1, reason };
        let (day, name) = line.split_once([',', ';', '\t']).unwrap_or((line, ""));
        let day = unquoted(day).map_err(|e| refuse(e.into()))?;
        let heading = std::mem::take(&mut first) && !day.contains(|c: char| c.is_ascii_digit());
        if heading {
            continue;
        }
        let day: HolidayDay = day.parse().map_err(|e: crate::HolidayDayError| refuse(e.to_string()))?;
        if let HolidayDay::On(date) = day
            && !YEARS.contains(&date.year())
        {
            return Err(ImportError::YearOutOfRange { what: day.to_string() });
        }
        let name = unquoted(name).map_err(|e| refuse(e.into()))?;
        list.entry(day).or_insert_with(|| excerpt(&name));
        if list.len() > MAX_HOLIDAYS {
            return Err(ImportError::TooMany { what: "holidays", bound: MAX_HOLIDAYS });
        }
    }
    Ok(list)
}

/// A field without its quotes; doubled ones inside become one.
fn unquoted(field: &str) -> Result<String, &'static str> {
    let field = field.trim();
    let Some(rest) = field.strip_prefix('"') else { return Ok(field.to_owned()) };
    let inside = rest.strip_suffix('"').ok_or("a quote is never closed")?;
    let plain = inside.replace("\"\"", "");
    if plain.contains('"') {
        Err("a quote inside a field must be doubled")
    } else {
        Ok(inside.replace("\"\"", "\""))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_list_is_read_with_or_without_heading() {
        let text = "\u{feff}Date,Name\r\n2026-04-06,Easter Monday\r\n\r\n# yearly\r\n12-25,\"Christmas, \"\"the first day\"\"\"\r\n2026-05-01\r\n";
        let list = from_csv(text).unwrap();
        let named = |day| list.get(&day).map(String::as_str);
        assert_eq!(named(HolidayDay::On(date(2026, 4, 6))), Some("Easter Monday"));
        assert_eq!(named(HolidayDay::Yearly { month: 12, day: 25 }), Some("Christmas, \"the first day\""));
        assert_eq!(named(HolidayDay::On(date(2026, 5, 1))), Some(""));
        assert_eq!(list.len(), 3);
        assert_eq!(from_csv("2026-04-06;Ostermontag").unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        assert!(matches!(from_csv("date,name\nsoon,Party"), Err(ImportError::Syntax { line: 2, .. })));
        assert!(matches!(from_csv("2026-02-30,None"), Err(ImportError::Syntax { line: 1, .. })));
        assert!(matches!(from_csv("12-25,\"open"), Err(ImportError::Syntax { line: 1, .. })));
        assert!(matches!(from_csv("9999-12-31,End"), Err(ImportError::YearOutOfRange { .. })));
    }

    #[test]
    fn a_hostile_list_ends_within_bounds() {
        let huge = "2026-01-01,x\n".repeat(1_000_000);
        assert!(matches!(from_csv(&huge), Err(ImportError::TooLarge { bytes: 13_000_000, .. })));
        let mut many = String::new();
        for year in 1900..=1980 {
            for month in 1..=12 {
                for day in 1..=28 {
                    many.push_str(&format!("{year}-{month:02}-{day:02}\n"));
                }
            }
        }
        assert!(matches!(from_csv(&many), Err(ImportError::TooMany { bound: MAX_HOLIDAYS, .. })));
    }
}
