//! Intervals of a report: 15, 30 or 60 minutes, as the clocks of a named zone divide the day.
//!
//! A day of 23 hours has 92 quarter hours and one of 25 has 100. The hour that occurs twice appears twice, with two
//! offsets. Where a clock change falls inside an interval, the interval is cut there.

use jiff::civil::Date;
use sunline_core::time::{Span, Timestamp};

use crate::zones::{Edge, LocalTime, Zone};

/// How long an interval is by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotLength {
    /// 15 minutes.
    Quarter,
    /// 30 minutes.
    Half,
    /// 60 minutes.
    Hour,
}

impl SlotLength {
    fn secs(self) -> i64 {
        match self {
            Self::Quarter => 900,
            Self::Half => 1800,
            Self::Hour => 3600,
        }
    }
}

/// One interval of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// What the clocks show at `from`.
    pub label: LocalTime,
}

/// The interval that contains `at`.
pub fn slot_at(zone: &Zone, length: SlotLength, at: Timestamp) -> Slot {
    let local = zone.local(at);
    let offset = i64::from(local.offset_secs);
    let secs = at.since(Timestamp::EPOCH).whole_secs();
    let start = secs - (secs + offset).rem_euclid(length.secs());
    let (from, until) = (Timestamp::from_secs(start), Timestamp::from_secs(start + length.secs()));
    // Only a change of the offset divides an interval; a change of the zone's name does not.
    let edge = |at| zone.local(at).offset_secs != zone.local(at - Span::from_secs(1)).offset_secs;
    let changes: Vec<Timestamp> =
        zone.changes(from - Span::from_secs(1), until).filter(|&change| edge(change)).collect();
    let from = changes.iter().copied().rfind(|&c| c <= at).unwrap_or(from);
    let until = changes.into_iter().find(|&c| c > at).unwrap_or(until);
    Slot { from, until, label: zone.local(from) }
}

/// The intervals of the local day `date`, in order.
pub fn slots(zone: &Zone, length: SlotLength, date: Date) -> Vec<Slot> {
    let midnight = |date: Date| zone.instant(date.at(0, 0, 0, 0), Edge::Opening);
    let end = midnight(date.tomorrow().unwrap_or(date));
    let mut at = midnight(date);
    let mut list = Vec::new();
    while at < end && zone.has_date(date) {
        let slot = slot_at(zone, length, at);
        at = slot.until;
        list.push(slot);
    }
    list
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Zones;

    fn count(zone: &str, length: SlotLength, date: Date) -> usize {
        let zone = Zones::bundled().zone(zone).unwrap();
        let list = slots(&zone, length, date);
        assert!(list.windows(2).all(|pair| pair[0].until == pair[1].from));
        list.len()
    }

    #[test]
    fn a_day_has_as_many_intervals_as_it_has_hours() {
        assert_eq!(count("Europe/Paris", SlotLength::Quarter, date(2026, 3, 28)), 96);
        assert_eq!(count("Europe/Paris", SlotLength::Quarter, date(2026, 3, 29)), 92);
        assert_eq!(count("Europe/Paris", SlotLength::Quarter, date(2026, 10, 25)), 100);
        assert_eq!(count("Europe/Paris", SlotLength::Hour, date(2026, 10, 25)), 25);
        assert_eq!(count("Pacific/Apia", SlotLength::Hour, date(2011, 12, 30)), 0);
        // Half an hour is lost in Lord Howe: the hour from two o'clock has only its second half.
        assert_eq!(count("Australia/Lord_Howe", SlotLength::Hour, date(2026, 10, 4)), 24);
        assert_eq!(count("Australia/Lord_Howe", SlotLength::Half, date(2026, 10, 4)), 47);
    }

    #[test]
    fn the_hour_that_occurs_twice_is_labelled_twice() {
        let paris = Zones::bundled().zone("Europe/Paris").unwrap();
        let labels: Vec<String> =
            slots(&paris, SlotLength::Hour, date(2026, 10, 25)).iter().map(|s| s.label.to_string()).collect();
        assert_eq!(labels[2], "Sun 2026-10-25 02:00 +02:00");
        assert_eq!(labels[3], "Sun 2026-10-25 02:00 +01:00");
    }

    #[test]
    fn hours_begin_where_the_zone_has_them() {
        let kathmandu = Zones::bundled().zone("Asia/Kathmandu").unwrap();
        let slot = slot_at(&kathmandu, SlotLength::Hour, Timestamp::from_secs(1_774_224_000));
        assert_eq!(slot.from.to_string(), "2026-03-22T23:15:00Z");
        assert_eq!(slot.label.to_string(), "Mon 2026-03-23 05:00 +05:45");
    }
}
