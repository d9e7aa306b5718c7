//! One zone: from local clock readings to instants, and back.
//!
//! The rule a reader must not miss is in [`Zone::instant`]: what happens to clock readings that occur twice
//! or not at all on the days the clocks change.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use sunline_core::time::Timestamp;

/// What happens at a local time: it decides how a reading that occurs twice is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// An opening, a start: the earlier of two instants.
    Opening,
    /// A closing, an end: the later of two instants.
    Closing,
}

/// A time zone of one database.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Box<str>,
    rules: TimeZone,
}

/// What clocks in a zone show at an instant. Prints as `Mon 2026-03-30 08:00 +02:00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Date and time of day on the wall.
    pub reading: DateTime,
    /// Seconds east of UTC.
    pub offset_secs: i32,
}

impl Zone {
    pub(super) fn read(name: &str, data: &[u8]) -> Option<Self> {
        TimeZone::tzif(name, data).ok().map(|rules| Self { name: name.into(), rules })
    }

    /// Its name, for example `Europe/Paris`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant at which clocks show `reading`.
    ///
    /// A reading inside a gap is read with the offset in force before the gap, so it moves forward by the
    /// gap's length: 02:30 becomes 03:30. A reading that occurs twice is the earlier instant for an opening
    /// and the later one for a closing. Readings outside the range of [`Timestamp`] saturate.
    pub fn instant(&self, reading: DateTime, edge: Edge) -> Timestamp {
        let offset = match self.rules.to_ambiguous_timestamp(reading).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } => before,
            AmbiguousOffset::Fold { before, after } => match edge {
                Edge::Opening => before,
                Edge::Closing => after,
            },
        };
        let Ok(instant) = offset.to_timestamp(reading) else {
            return if reading.year() < 1970 { Timestamp::MIN } else { Timestamp::MAX };
        };
        let nanos = instant.as_nanosecond().clamp(i64::MIN.into(), i64::MAX.into());
        Timestamp::from_nanos(nanos as i64)
    }

    /// What clocks show at `at`.
    pub fn local(&self, at: Timestamp) -> LocalTime {
        let at = instant_of(at);
        let offset = self.rules.to_offset(at);
        LocalTime { reading: offset.to_datetime(at), offset_secs: offset.seconds() }
    }

    /// Whether `date` was ever on the calendar here. A zone that crosses the date line can skip one whole:
    /// 30 December 2011 never came to Apia.
    pub fn has_date(&self, date: Date) -> bool {
        let in_gap = |reading| {
            matches!(self.rules.to_ambiguous_timestamp(reading).offset(), AmbiguousOffset::Gap { .. })
        };
        !(in_gap(date.at(0, 0, 0, 0)) && in_gap(date.at(12, 0, 0, 0)) && in_gap(date.at(23, 59, 59, 0)))
    }

    /// The instants after `from` and before `until` at which the offset or its name changes, in order.
    pub fn changes(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
        let changes = self.rules.following(instant_of(from));
        changes
            .map(|change| Timestamp::from_secs(change.timestamp().as_second()))
            .take_while(move |&at| at < until)
    }
}

fn instant_of(at: Timestamp) -> jiff::Timestamp {
    // Every Timestamp (1678 to 2262) lies inside jiff's range (years -9999 to 9999).
    jiff::Timestamp::from_nanosecond(at.as_nanos().into()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

impl LocalTime {
    /// The date on the wall.
    pub fn date(&self) -> Date {
        self.reading.date()
    }

    /// The offset as `+02:00`.
    pub fn offset(&self) -> String {
        let offset = self.offset_secs;
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 3600, offset.abs() / 60 % 60);
        match offset.abs() % 60 {
            0 => format!("{sign}{hours:02}:{minutes:02}"),
            seconds => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
        }
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.reading.date(), self.reading.time());
        write!(f, "{} {date} {:02}:{:02}", day_name(date), time.hour(), time.minute())?;
        if time.second() != 0 {
            write!(f, ":{:02}", time.second())?;
        }
        write!(f, " {}", self.offset())
    }
}

/// Three letters for the day of the week, as rules write them but with a capital.
pub(crate) fn day_name(date: Date) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][date.weekday().to_monday_zero_offset() as usize]
}

/// The offset of UTC itself, for zones that need no database.
pub(crate) fn utc() -> Zone {
    Zone { name: "UTC".into(), rules: TimeZone::fixed(Offset::UTC) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Zones;

    fn zone(name: &str) -> Zone {
        Zones::bundled().zone(name).unwrap()
    }

    fn opening(zone: &Zone, reading: DateTime) -> String {
        zone.instant(reading, Edge::Opening).to_string()
    }

    fn closing(zone: &Zone, reading: DateTime) -> String {
        zone.instant(reading, Edge::Closing).to_string()
    }

    #[test]
    fn a_time_in_the_gap_moves_forward_by_the_gap() {
        let berlin = zone("Europe/Berlin");
        let reading = date(2026, 3, 29).at(2, 30, 0, 0);
        assert_eq!(opening(&berlin, reading), "2026-03-29T01:30:00Z");
        assert_eq!(closing(&berlin, reading), "2026-03-29T01:30:00Z");
        assert_eq!(
            berlin.local(berlin.instant(reading, Edge::Opening)).to_string(),
            "Sun 2026-03-29 03:30 +02:00"
        );
    }

    #[test]
    fn a_time_that_occurs_twice_opens_early_and_closes_late() {
        let berlin = zone("Europe/Berlin");
        let reading = date(2026, 10, 25).at(2, 30, 0, 0);
        assert_eq!(opening(&berlin, reading), "2026-10-25T00:30:00Z");
        assert_eq!(closing(&berlin, reading), "2026-10-25T01:30:00Z");
    }

    #[test]
    fn half_an_hour_of_daylight_saving_is_a_short_gap_and_a_short_fold() {
        let lord_howe = zone("Australia/Lord_Howe");
        let gap = date(2026, 10, 4).at(2, 15, 0, 0);
        assert_eq!(
            lord_howe.local(lord_howe.instant(gap, Edge::Opening)).to_string(),
            "Sun 2026-10-04 02:45 +11:00"
        );
        let fold = date(2026, 4, 5).at(1, 45, 0, 0);
        assert_eq!(opening(&lord_howe, fold), "2026-04-04T14:45:00Z");
        assert_eq!(closing(&lord_howe, fold), "2026-04-04T15:15:00Z");
    }

    #[test]
    fn apia_never_saw_the_thirtieth_of_december_2011() {
        let apia = zone("Pacific/Apia");
        assert!(!apia.has_date(date(2011, 12, 30)));
        assert!(apia.has_date(date(2011, 12, 29)) && apia.has_date(date(2011, 12, 31)));
        // A gap at midnight does not take the day away.
        assert!(zone("America/Sao_Paulo").has_date(date(2017, 10, 15)));
    }

    #[test]
    fn readings_beyond_the_range_of_instants_saturate() {
        let utc = utc();
        assert_eq!(utc.instant(date(9999, 12, 31).at(23, 0, 0, 0), Edge::Closing), Timestamp::MAX);
        assert_eq!(utc.instant(date(-9999, 1, 1).at(0, 0, 0, 0), Edge::Opening), Timestamp::MIN);
        assert_eq!(utc.local(Timestamp::MAX).reading.year(), 2262);
    }

    #[test]
    fn offsets_with_seconds_are_told_whole() {
        let paris = zone("Europe/Paris");
        let before_rails = paris.instant(date(1900, 1, 1).at(0, 0, 0, 0), Edge::Opening);
        assert_eq!(paris.local(before_rails).to_string(), "Mon 1900-01-01 00:00 +00:09:21");
    }
}
