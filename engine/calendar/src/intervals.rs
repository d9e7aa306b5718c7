//! Counts of quarter hours as a report shows them: in intervals of a named zone, with what its clocks say.

use std::collections::BTreeMap;

use sunline_core::measures::QueueCounts;
use sunline_core::time::{Span, Timestamp};

use crate::slots::{Slot, SlotLength, slot_at};
use crate::zones::Zone;

/// Counts by quarter hours of UTC (as [`Legs::quarter_hours`](sunline_core::measures::Legs::quarter_hours) gives them),
/// summed into the intervals of a zone, in order. Every interval from the first to the last is there, be it empty.
///
/// Zones are a whole number of quarter hours away from UTC, so a quarter hour lies in one interval.
pub fn labelled(
    zone: &Zone,
    length: SlotLength,
    quarters: &BTreeMap<Timestamp, QueueCounts>,
) -> Vec<(Slot, QueueCounts)> {
    let (Some((&first, _)), Some((&last, _))) = (quarters.first_key_value(), quarters.last_key_value())
    else {
        return Vec::new();
    };
    let mut list = Vec::new();
    let mut at = first;
    while at <= last {
        let slot = slot_at(zone, length, at);
        let inside = quarters.range(slot.from..slot.until);
        let counts = inside.fold(QueueCounts::default(), |sum, (_, counts)| counts.plus(&sum));
        at = slot.until.max(at + Span::from_secs(1));
        list.push((slot, counts));
    }
    list
}

#[cfg(test)]
mod tests {
    use sunline_core::measures::{Ask, Legs};
    use sunline_core::{Event, EventKind, QueueId, Seq};

    use super::*;
    use crate::Zones;

    /// Contacts that arrive at these instants.
    fn arrivals(at: &[&str]) -> Legs {
        let mut legs = Legs::default();
        for (number, text) in (1..).zip(at) {
            let at: jiff::Timestamp = text.parse().unwrap();
            let at = Timestamp::from_secs(at.as_second());
            let kind = EventKind::ContactArrived {
                contact: number.into(),
                queue: QueueId(0),
                channel: sunline_core::ChannelId(0),
                origin: at,
                points: 0,
                digest: 0,
                details: None,
            };
            legs.observe(&Event { seq: Seq(number), at, kind });
        }
        legs
    }

    #[test]
    fn the_night_when_the_clocks_go_back_has_an_hour_twice() {
        let legs = arrivals(&["2026-10-25T00:20:00Z", "2026-10-25T01:20:00Z", "2026-10-25T03:00:00Z"]);
        let quarters = legs.quarter_hours(&Ask::new(Span::from_secs(20), Span::from_secs(5)));
        assert_eq!(quarters.len(), 3);
        let paris = Zones::bundled().zone("Europe/Paris").unwrap();
        let hours: Vec<(String, u64)> = labelled(&paris, SlotLength::Hour, &quarters)
            .into_iter()
            .map(|(slot, counts)| (slot.label.to_string(), counts.arrived))
            .collect();
        assert_eq!(
            hours,
            [
                ("Sun 2026-10-25 02:00 +02:00".to_owned(), 1),
                ("Sun 2026-10-25 02:00 +01:00".to_owned(), 1),
                ("Sun 2026-10-25 03:00 +01:00".to_owned(), 0),
                ("Sun 2026-10-25 04:00 +01:00".to_owned(), 1),
            ]
        );
        assert_eq!(labelled(&paris, SlotLength::Half, &quarters).len(), 7);
        assert_eq!(labelled(&paris, SlotLength::Hour, &BTreeMap::new()), []);
    }
}
