//! Durations as people write them in a configuration: `"20s"`, `"1m30s"`, `"250ms"`, `"2h"`, `"7d"`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Span;

/// Units and their nanoseconds, longest first.
const UNITS: [(&str, i64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("ms", 1_000_000),
    ("m", 60_000_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("s", 1_000_000_000),
];

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no duration: write numbers with units d, h, m, s, ms, us or ns, as in \"1m30s\"")]
pub struct DurationError {
    /// The text as given.
    pub text: String,
}

/// Reads a duration of zero or more.
///
/// # Errors
/// [`DurationError`] with the text, when it is malformed, negative or too long to hold.
pub fn parse(text: &str) -> Result<Span, DurationError> {
    let wrong = || DurationError { text: text.to_owned() };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let count: i64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (_, size) = UNITS.iter().find(|(unit, _)| *unit == &rest[..letters]).ok_or_else(wrong)?;
        total = count.checked_mul(*size).and_then(|ns| total.checked_add(ns)).ok_or_else(wrong)?;
        rest = rest[letters..].trim_start();
    }
    Ok(Span::from_nanos(total))
}

/// Writes a duration in the form that [`parse`] reads.
pub fn format(span: Span) -> String {
    let mut rest = span.as_nanos();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut sorted = UNITS;
    sorted.sort_by_key(|(_, size)| core::cmp::Reverse(*size));
    let mut text = String::new();
    for (unit, size) in sorted {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    text
}

/// For `#[serde(with)]`: the text in readable formats, nanoseconds in the journal.
pub(crate) fn serialize<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.serialize_str(&format(*span))
    } else {
        span.serialize(serializer)
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    if deserializer.is_human_readable() {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        parse(&text).map_err(serde::de::Error::custom)
    } else {
        Span::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        assert_eq!(parse("1m30s"), Ok(Span::from_secs(90)));
        assert_eq!(parse(" 250 ms "), Ok(Span::from_millis(250)));
        for wrong in ["", "20", "-1s", "1.5s", "1 fortnight", "999999999999d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        for text in ["0s", "1d2h3m4s5ms6us7ns"] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }
}
