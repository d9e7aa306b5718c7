//! Events: what the properties of one `VEVENT` add up to.

use super::lines::Property;
use super::rule::Rule;
use super::value::{Clockwork, Length, Wall, When};
use super::{MAX_DATES, MAX_RECURRING};
use crate::import::{ImportError, excerpt};

/// One event, or one series.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Its name across the file; events that change one occurrence share it with their series.
    pub(super) uid: String,
    pub(super) summary: String,
    pub(super) start: When,
    pub(super) length: Length,
    pub(super) rule: Option<Rule>,
    pub(super) added: Vec<When>,
    pub(super) removed: Vec<When>,
    /// The occurrence of the series that this event takes the place of.
    pub(super) replaces: Option<When>,
    pub(super) cancelled: bool,
}

pub(super) fn read(events: &[Vec<Property>]) -> Result<Vec<Event>, ImportError> {
    let events: Vec<Event> = events.iter().enumerate().map(|(i, e)| event(i, e)).collect::<Result<_, _>>()?;
    if events.iter().filter(|event| event.rule.is_some()).count() > MAX_RECURRING {
        return Err(ImportError::TooMany { what: "events that recur", bound: MAX_RECURRING });
    }
    Ok(events)
}

fn event(index: usize, properties: &[Property]) -> Result<Event, ImportError> {
    let find = |name: &str| properties.iter().find(|p| p.name == name);
    let all = |name: &'static str| properties.iter().filter(move |p| p.name == name);
    if let Some(rule) = find("EXRULE") {
        return Err(ImportError::Unsupported(format!("EXRULE (line {})", rule.line)));
    }
    if let Some(second) = all("RRULE").nth(1) {
        return Err(ImportError::Unsupported(format!("a second RRULE (line {})", second.line)));
    }
    let first_line = properties.first().map_or(1, |p| p.line);
    let start = find("DTSTART")
        .ok_or_else(|| ImportError::Syntax { line: first_line, reason: "an event without DTSTART".into() })?;
    let when = When::read(start.value.trim(), start)?;
    let replaces = find("RECURRENCE-ID").map(|p| match p.parameter("RANGE") {
        Some(_) => Err(ImportError::Unsupported(format!("RECURRENCE-ID with RANGE (line {})", p.line))),
        None => When::read(p.value.trim(), p),
    });
    Ok(Event {
        uid: find("UID").map_or_else(|| format!("event {index}"), |p| p.value.clone()),
        summary: find("SUMMARY").map(|p| plain(&p.value)).unwrap_or_default(),
        length: length(&when, find("DTEND"), find("DURATION"))?,
        start: when,
        rule: find("RRULE").map(Rule::read).transpose()?,
        added: dates(all("RDATE"))?,
        removed: dates(all("EXDATE"))?,
        replaces: replaces.transpose()?,
        cancelled: find("STATUS").is_some_and(|p| p.value.trim().eq_ignore_ascii_case("CANCELLED")),
    })
}

fn length(start: &When, end: Option<&Property>, duration: Option<&Property>) -> Result<Length, ImportError> {
    let Some(end) = end else {
        return match duration {
            Some(duration) => Length::read(duration),
            None => Ok(Length::Clock(Clockwork::days(i64::from(start.is_date())))),
        };
    };
    let when = When::read(end.value.trim(), end)?;
    if when.wall != start.wall && !(when.wall == Wall::Utc && start.wall == Wall::Utc) {
        return Err(ImportError::Unsupported(format!(
            "an end in another zone than its start (line {})",
            end.line
        )));
    }
    let clock = Clockwork::between(start.reading, when.reading);
    if clock.is_negative() {
        return Err(end.refuse("the event ends before it starts"));
    }
    Ok(Length::Clock(clock))
}

fn dates<'a>(properties: impl Iterator<Item = &'a Property>) -> Result<Vec<When>, ImportError> {
    let mut list = Vec::new();
    for property in properties {
        if property.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("PERIOD")) {
            return Err(ImportError::Unsupported(format!("a period in RDATE (line {})", property.line)));
        }
        for text in property.value.split(',') {
            list.push(When::read(text.trim(), property)?);
            if list.len() > MAX_DATES {
                return Err(ImportError::TooMany { what: "dates added to one event", bound: MAX_DATES });
            }
        }
    }
    Ok(list)
}

/// Text without its escapes, on one line and not too long.
fn plain(text: &str) -> String {
    let mut result = String::new();
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            'n' | 'N' if escaped => result.push(' '),
            c => result.push(c),
        }
        escaped = false;
    }
    excerpt(&result)
}
