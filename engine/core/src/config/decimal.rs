//! Real parameters as people write them: `0.4`, `2` or `"0.4"`. They become whole millionths when they are read.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Millionths in one.
const ONE: i64 = 1_000_000;

/// A decimal number with six decimals, from −1,000,000 to 1,000,000: what every real setting becomes at load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

/// A text or number that is no decimal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no decimal: write a number from -1000000 to 1000000 with at most six decimals, as in 0.4"
)]
pub struct DecimalError {
    /// The text as given.
    pub text: String,
}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(ONE);

    /// The decimal of so many millionths; beyond the range it is cut to it.
    pub const fn from_millionths(millionths: i64) -> Self {
        let most = ONE * ONE;
        Self(if millionths > most {
            most
        } else if millionths < -most {
            -most
        } else {
            millionths
        })
    }

    /// The number in millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// Reads a decimal.
    ///
    /// # Errors
    /// [`DecimalError`] with the text, when it is no number, has a seventh decimal or lies outside the range.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let wrong = || DecimalError { text: text.to_owned() };
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = fraction.trim_end_matches('0');
        if whole.is_empty() || whole.len() > 7 || fraction.len() > 6 || !plain(whole) || !plain(fraction) {
            return Err(wrong());
        }
        let whole: i64 = whole.parse().map_err(|_| wrong())?;
        let fraction: i64 = format!("{fraction:0<6}").parse().map_err(|_| wrong())?;
        let millionths = whole * ONE + fraction;
        if millionths > ONE * ONE {
            return Err(wrong());
        }
        Ok(Self(if negative { -millionths } else { millionths }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let (whole, fraction) = (self.0.unsigned_abs() / ONE as u64, self.0.unsigned_abs() % ONE as u64);
        write!(f, "{whole}")?;
        if fraction > 0 {
            write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// As text in readable formats, so that no reader rounds it; as whole millionths in the journal.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self::from_millionths);
        }
        // A number keeps the digits it was written with: the shortest text that reads as the same number.
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => number.to_string(),
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_read_as_people_write_them() {
        for (text, millionths) in [
            ("0.4", 400_000),
            ("2", 2_000_000),
            ("-0.000001", -1),
            ("1.50", 1_500_000),
            ("1000000", ONE * ONE),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().millionths(), millionths, "{text}");
        }
        for text in ["", ".5", "1e3", "0.1234567", "1000001", "1000000.1", "one", "--1", "NaN"] {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
        for text in ["0.4", "2", "-1.25", "0"] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_number_in_a_document_is_read_by_its_digits() {
        let read = |text: &str| serde_json::from_str::<Decimal>(text);
        assert_eq!(read("0.3").unwrap().millionths(), 300_000);
        assert_eq!(read("\"0.3\"").unwrap(), read("0.30").unwrap());
        assert!(read("true").is_err());
        assert_eq!(serde_json::to_string(&Decimal::from_millionths(300_000)).unwrap(), "\"0.3\"");
    }
}
