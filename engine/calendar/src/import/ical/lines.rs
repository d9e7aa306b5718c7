//! Content lines: joined, split into name, parameters and value, and grouped into events.
//!
//! Components may nest, and a hostile file may nest them without end; they are counted here, never recursed into.

use super::{MAX_DEPTH, MAX_EVENTS, MAX_LINE_BYTES, MAX_LINES};
use crate::import::{ImportError, excerpt};

/// One content line of an event.
#[derive(Clone, Debug)]
pub(super) struct Property {
    /// Its line, from 1, with continuation lines joined.
    pub(super) line: usize,
    /// Its name, in capitals.
    pub(super) name: String,
    /// Its parameters, names in capitals, quotes taken off.
    pub(super) parameters: Vec<(String, String)>,
    /// What it says.
    pub(super) value: String,
}

impl Property {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn refuse(&self, reason: impl Into<String>) -> ImportError {
        ImportError::Syntax { line: self.line, reason: reason.into() }
    }
}

/// The properties of each event, in the order of the file.
pub(super) fn read(text: &str) -> Result<Vec<Vec<Property>>, ImportError> {
    let mut open: Vec<String> = Vec::new();
    let mut events: Vec<Vec<Property>> = Vec::new();
    let mut calendars = 0;
    for (index, line) in joined(text)?.iter().enumerate() {
        let number = index + 1;
        let refuse = |reason: String| ImportError::Syntax { line: number, reason };
        if line.trim().is_empty() {
            continue;
        }
        let property = property(number, line)?;
        match property.name.as_str() {
            "BEGIN" => {
                let name = property.value.trim().to_ascii_uppercase();
                if open.len() == MAX_DEPTH {
                    return Err(ImportError::TooMany {
                        what: "components inside each other",
                        bound: MAX_DEPTH,
                    });
                }
                calendars += usize::from(open.is_empty() && name == "VCALENDAR");
                if open.last().is_some_and(|above| above == "VCALENDAR") && name == "VEVENT" {
                    if events.len() == MAX_EVENTS {
                        return Err(ImportError::TooMany { what: "events", bound: MAX_EVENTS });
                    }
                    events.push(Vec::new());
                }
                open.push(name);
            }
            "END" => {
                let name = property.value.trim().to_ascii_uppercase();
                if open.pop().as_ref() != Some(&name) {
                    return Err(refuse(format!("END:{} closes nothing that is open", excerpt(&name))));
                }
            }
            _ if open.is_empty() => return Err(refuse("expected BEGIN:VCALENDAR".into())),
            _ if open.len() == 2 && open[1] == "VEVENT" => {
                if let Some(event) = events.last_mut() {
                    event.push(property);
                }
            }
            _ => {}
        }
    }
    match open.last() {
        Some(name) => Err(ImportError::Syntax {
            line: text.lines().count(),
            reason: format!("{} is never closed", excerpt(name)),
        }),
        None if calendars == 0 => {
            Err(ImportError::Syntax { line: 1, reason: "there is no VCALENDAR".into() })
        }
        None => Ok(events),
    }
}

/// Lines with their continuation lines, which begin with a space or a tab.
fn joined(text: &str) -> Result<Vec<String>, ImportError> {
    let mut lines: Vec<String> = Vec::new();
    for raw in text.trim_start_matches('\u{feff}').split('\n') {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        let continued = raw.strip_prefix([' ', '\t']).zip(lines.last_mut());
        let length = match continued {
            Some((more, line)) => {
                line.push_str(more);
                line.len()
            }
            None => {
                lines.push(raw.to_owned());
                raw.len()
            }
        };
        if length > MAX_LINE_BYTES {
            return Err(ImportError::TooMany { what: "bytes in one line", bound: MAX_LINE_BYTES });
        }
        if lines.len() > MAX_LINES {
            return Err(ImportError::TooMany { what: "lines", bound: MAX_LINES });
        }
    }
    Ok(lines)
}

/// `NAME;KEY=value;KEY="quoted: value":what it says`.
fn property(number: usize, line: &str) -> Result<Property, ImportError> {
    let refuse = |reason: &str| ImportError::Syntax {
        line: number,
        reason: format!("{reason} in {:?}", excerpt(line)),
    };
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut value = None;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => {
                value = Some(line[at + 1..].to_owned());
                break;
            }
            ';' if !quoted => parts.push(String::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    let value = value.ok_or_else(|| refuse("no value"))?;
    let mut parts = parts.into_iter();
    let name = parts.next().unwrap_or_default().to_ascii_uppercase();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(refuse("no name"));
    }
    let parameters = parts.map(|part| {
        let (key, value) = part.split_once('=').ok_or_else(|| refuse("a parameter without value"))?;
        Ok((key.to_ascii_uppercase(), value.to_owned()))
    });
    Ok(Property { line: number, name, parameters: parameters.collect::<Result<_, ImportError>>()?, value })
}
