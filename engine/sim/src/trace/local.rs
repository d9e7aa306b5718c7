//! Local days and clock times to instants, by a table of offsets that the caller brings.
//!
//! There is no zone database here: the `calendar` crate, or any other source, says from which instant on
//! which offset holds.

use std::fmt;

use sunline_core::time::{Span, Timestamp};

/// A day of the Gregorian calendar, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate {
    year: u16,
    month: u8,
    day: u8,
}

impl LocalDate {
    /// The day with this year, month and day of the month; `None` if the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
        let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |n, digit| n * 10 + u16::from(digit - b'0'));
        Self::new(number(&digits[..4]), number(&digits[4..6]) as u8, number(&digits[6..]) as u8)
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01, counted in eras of 400 years from 1 March.
    pub const fn days_since_epoch(self) -> i64 {
        let (year, month) = (self.year as i64 - (self.month <= 2) as i64, self.month as i64);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + self.day as i64 - 1;
        let year_of_era = year.rem_euclid(400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        year.div_euclid(400) * 146_097 + day_of_era - 719_468
    }
}

/// Prints as `YYYY-MM-DD`.
impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// An offset of local time and the instant from which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// First instant at which it holds.
    pub from: Timestamp,
    /// What local clocks are ahead of UTC; below zero where they are behind. Less than a day.
    pub ahead: Span,
}

/// Why a list of offsets is not a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OffsetsError {
    /// No offset at all.
    #[error("no offset is given")]
    Empty,
    /// An offset begins at or before the one ahead of it, by UTC or on local clocks.
    #[error("offset {index} holds from {from}, not after the one ahead of it has begun on local clocks")]
    OutOfOrder {
        /// Position in the list, from 0.
        index: usize,
        /// Its start.
        from: Timestamp,
    },
    /// An offset of a day or more.
    #[error("offset {index} is {ahead}, not within a day")]
    TooLarge {
        /// Position in the list, from 0.
        index: usize,
        /// What it says.
        ahead: Span,
    },
}

impl OffsetsError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::OutOfOrder { .. } => "out_of_order",
            Self::TooLarge { .. } => "too_large",
        }
    }
}

/// The offsets of one zone over a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    first: Span,
    /// The changes: the new offset, and the first clock time in nanoseconds that is read with it. That is the
    /// later of what clocks show before and after the change: skipped times are read with the offset before,
    /// repeated ones mean the first pass.
    changes: Box<[(i64, Span)]>,
}

impl Offsets {
    /// A table of offsets, in order of their instants. The first one holds for all time before it too.
    ///
    /// # Errors
    /// [`OffsetsError`] names the first entry that is out of order or too large, or says that there is none.
    pub fn new(offsets: &[Offset]) -> Result<Self, OffsetsError> {
        let Some(first) = offsets.first() else { return Err(OffsetsError::Empty) };
        let day = Span::from_secs(86_400).as_nanos();
        if let Some(index) = offsets.iter().position(|offset| offset.ahead.as_nanos().saturating_abs() >= day)
        {
            return Err(OffsetsError::TooLarge { index, ahead: offsets[index].ahead });
        }
        let mut changes: Vec<(i64, Span)> = Vec::with_capacity(offsets.len() - 1);
        for (index, pair) in offsets.windows(2).enumerate() {
            let clock = (pair[1].from + pair[0].ahead.max(pair[1].ahead)).as_nanos();
            let in_order = changes.last().is_none_or(|(earlier, _)| *earlier < clock);
            if pair[1].from <= pair[0].from || !in_order {
                return Err(OffsetsError::OutOfOrder { index: index + 1, from: pair[1].from });
            }
            changes.push((clock, pair[1].ahead));
        }
        Ok(Self { first: first.ahead, changes: changes.into() })
    }

    /// One offset for all time.
    pub fn fixed(ahead: Span) -> Self {
        Self { first: ahead, changes: Box::new([]) }
    }

    /// The instant at which local clocks show `seconds` after the midnight that begins `date`.
    ///
    /// The seconds are read as a clock time: 86,400 + 3,600 is one in the morning of the next day, whatever
    /// clock change lies between. A clock time skipped by a change is read with the offset before it; of one that
    /// occurs twice the earlier is meant.
    pub fn instant(&self, date: LocalDate, seconds: i64) -> Timestamp {
        let clock = Timestamp::from_secs(seconds.saturating_add(date.days_since_epoch() * 86_400));
        let past = self.changes.partition_point(|(change, _)| *change <= clock.as_nanos());
        let ahead = past.checked_sub(1).map_or(self.first, |last| self.changes[last].1);
        clock - ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text.as_bytes()).unwrap()
    }

    fn hours(h: i64) -> Span {
        Span::from_secs(h * 3600)
    }

    /// Jerusalem in 1999: summer time from 2 April 02:00 to 3 September 02:00.
    fn jerusalem() -> Offsets {
        let from = |date, h: i64| Timestamp::from_secs(day(date).days_since_epoch() * 86_400) + hours(h);
        let spring = Offset { from: from("1999-04-02", 0), ahead: hours(3) };
        let autumn = Offset { from: from("1999-09-02", 23), ahead: hours(2) };
        Offsets::new(&[Offset { from: Timestamp::MIN, ahead: hours(2) }, spring, autumn]).unwrap()
    }

    fn utc(date: &str, h: i64, m: i64) -> String {
        jerusalem().instant(day(date), h * 3600 + m * 60).to_string()
    }

    #[test]
    fn days_count_from_1970() {
        let days = |text| day(text).days_since_epoch();
        assert_eq!((days("1970-01-01"), days("1969-12-31"), days("2000-02-29")), (0, -1, 11_016));
        assert_eq!(
            (days("2000-03-01"), days("0000-03-01"), days("9999-12-31")),
            (11_017, -719_468, 2_932_896)
        );
        assert_eq!(day("1999-04-02").to_string(), "1999-04-02");
    }

    #[test]
    fn days_the_calendar_lacks_are_refused() {
        for text in ["1999-02-29", "1900-02-29", "1999-04-31", "1999-13-01", "1999-00-01", "1999-01-00"] {
            assert_eq!(LocalDate::parse(text.as_bytes()), None, "{text}");
        }
        for text in ["1999-1-01", "99-01-01", "1999/01/01", "1999-01-0x", "", "1999-01-011"] {
            assert_eq!(LocalDate::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn winter_and_summer_have_their_offsets() {
        assert_eq!(utc("1999-01-03", 9, 0), "1999-01-03T07:00:00Z");
        assert_eq!(utc("1999-05-03", 9, 0), "1999-05-03T06:00:00Z");
        assert_eq!(utc("1999-10-03", 9, 0), "1999-10-03T07:00:00Z");
    }

    #[test]
    fn a_skipped_clock_time_is_read_with_the_offset_before() {
        assert_eq!(utc("1999-04-02", 1, 59), "1999-04-01T23:59:00Z");
        assert_eq!(utc("1999-04-02", 3, 0), "1999-04-02T00:00:00Z");
        // 02:30 does not occur; by the offset before it is what the clocks call 03:30.
        assert_eq!(utc("1999-04-02", 2, 30), utc("1999-04-02", 3, 30));
    }

    #[test]
    fn of_a_clock_time_that_occurs_twice_the_earlier_is_meant() {
        assert_eq!(utc("1999-09-03", 1, 30), "1999-09-02T22:30:00Z");
        assert_eq!(utc("1999-09-03", 2, 0), "1999-09-03T00:00:00Z");
    }

    #[test]
    fn seconds_past_midnight_are_clock_times_of_the_next_day() {
        assert_eq!(utc("1999-04-01", 25, 0), utc("1999-04-02", 1, 0));
        assert_eq!(utc("1999-04-01", 33, 0), utc("1999-04-02", 9, 0));
    }

    #[test]
    fn wrong_tables_are_refused() {
        assert_eq!(Offsets::new(&[]), Err(OffsetsError::Empty));
        let offset = |s, h| Offset { from: Timestamp::from_secs(s), ahead: hours(h) };
        let error = Offsets::new(&[offset(5, 1), offset(5, 2)]).unwrap_err();
        assert_eq!(error, OffsetsError::OutOfOrder { index: 1, from: Timestamp::from_secs(5) });
        // Clocks go back by 18 hours, and forward again before they have caught up.
        let error = Offsets::new(&[offset(0, 9), offset(3600, -9), offset(5400, 0)]).unwrap_err();
        assert_eq!(error, OffsetsError::OutOfOrder { index: 2, from: Timestamp::from_secs(5400) });
        let error = Offsets::new(&[offset(5, 1), offset(6, -24)]).unwrap_err();
        assert_eq!(error, OffsetsError::TooLarge { index: 1, ahead: hours(-24) });
    }
}
