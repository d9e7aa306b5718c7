//! A time of day as rules write it, up to the end of the next day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Seconds in a day of clock readings.
pub(crate) const DAY: u32 = 24 * 3600;

/// A time of day, `HH:MM` or `HH:MM:SS`, from `00:00` to `48:00`.
///
/// Hours from 24 on lie in the next day: a duty from `08:00` to `32:00` ends at eight the next morning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u32);

/// Not a time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of day: write HH:MM or HH:MM:SS, from 00:00 to 48:00")]
pub struct ClockError(pub String);

impl Clock {
    /// The time `hour`:`minute`, or `None` beyond `48:00`.
    pub const fn at(hour: u32, minute: u32) -> Option<Self> {
        if hour > 48 || minute > 59 {
            return None;
        }
        Self::from_secs(hour * 3600 + minute * 60)
    }

    /// The time `secs` seconds after midnight, or `None` beyond `48:00`.
    pub const fn from_secs(secs: u32) -> Option<Self> {
        if secs <= 2 * DAY { Some(Self(secs)) } else { None }
    }

    /// Seconds since the midnight that begins the day, by the clock.
    pub const fn secs(self) -> u32 {
        self.0
    }
}

impl FromStr for Clock {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<Self, ClockError> {
        let refused = || ClockError(text.chars().take(32).collect());
        let mut fields = [0_u32; 3];
        let mut count = 0;
        for part in text.split(':') {
            let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            if !digits || count == 3 {
                return Err(refused());
            }
            fields[count] = part.parse().map_err(|_| refused())?;
            count += 1;
        }
        let [hours, minutes, seconds] = fields;
        if count < 2 || minutes > 59 || seconds > 59 {
            return Err(refused());
        }
        Self::from_secs(hours * 3600 + minutes * 60 + seconds).ok_or_else(refused)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 3600, self.0 / 60 % 60)?;
        if !self.0.is_multiple_of(60) {
            write!(f, ":{:02}", self.0 % 60)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Clock {
    type Error = ClockError;

    fn try_from(text: String) -> Result<Self, ClockError> {
        text.parse()
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> Self {
        clock.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in ["00:00", "09:30", "23:59:59", "24:00", "32:00", "48:00"] {
            assert_eq!(text.parse::<Clock>().unwrap().to_string(), text);
        }
        assert_eq!(Clock::at(9, 30).map(Clock::secs), Some(34_200));
        assert_eq!(Clock::at(48, 1), None);
    }

    #[test]
    fn what_is_no_time_is_refused_by_name() {
        for text in ["", "9:00", "09", "09:60", "09:00:60", "48:01", "+9:00", "09:00:00:00", "noon", "٠٩:٠٠"]
        {
            assert_eq!(text.parse::<Clock>(), Err(ClockError(text.into())));
        }
    }
}
