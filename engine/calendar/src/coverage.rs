//! The coverage lint: hours that are promised and that nobody works.

use std::fmt;

use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

use crate::compile::Window;
use crate::zones::{LocalTime, Zone};

/// A stretch of promised time without anyone on shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// First uncovered instant.
    pub from: Timestamp,
    /// First covered, or unpromised, instant after it.
    pub until: Timestamp,
    /// `from` on the wall of the stated zone.
    pub local_from: LocalTime,
    /// `until` on the wall of the stated zone.
    pub local_until: LocalTime,
}

impl Gap {
    /// How long it is, as time passes.
    pub fn length(&self) -> Span {
        self.until.since(self.from)
    }
}

/// Prints as `2026-03-30T18:00:00Z to 2026-03-30T20:00:00Z, Mon 2026-03-30 21:00 +03:00 to Mon …, 2 h 00 min`.
impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until, local_from, local_until } = self;
        let minutes = self.length().whole_secs() / 60;
        let (hours, minutes) = (minutes / 60, minutes % 60);
        write!(f, "{from} to {until}, {local_from} to {local_until}, {hours} h {minutes:02} min")
    }
}

/// What the lint found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Every gap, in order.
    pub gaps: Vec<Gap>,
    /// Promised time in all.
    pub promised: Span,
    /// Promised time that nobody covers.
    pub uncovered: Span,
    /// How far the answer reaches: the end of the window or of the shortest table.
    pub known_until: Timestamp,
}

/// Holds `promise` against the union of `shifts` over `window`, and tells every gap in UTC and in local time of
/// `zone`.
pub fn coverage<'a>(
    promise: &HoursTable,
    shifts: impl IntoIterator<Item = &'a HoursTable>,
    window: Window,
    zone: &Zone,
) -> Coverage {
    let covered = HoursTable::union_all(shifts);
    let uncovered = promise.difference(&covered).clipped(window.from, window.horizon);
    let known_until = uncovered.horizon();
    let gaps = uncovered.intervals().iter().map(|i| Gap {
        from: i.from,
        until: i.until,
        local_from: zone.local(i.from),
        local_until: zone.local(i.until),
    });
    Coverage {
        gaps: gaps.collect(),
        promised: promise.open_between(window.from, known_until),
        uncovered: uncovered.open_between(window.from, known_until),
        known_until,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, Zones};

    #[test]
    fn a_gap_between_two_branches_is_told_in_utc_and_on_the_wall() {
        let zones = Zones::bundled();
        let rules = RuleSet::from_toml(
            r#"
            [calendars.promise]
            zone = "Europe/Paris"
            weekly = [{ days = "mon-fri", open = "08:00", close = "22:00" }]
            [calendars.paris]
            zone = "Europe/Paris"
            weekly = [{ days = "mon-fri", open = "08:00", close = "16:00" }]
            [calendars.montreal]
            zone = "America/Toronto"
            weekly = [{ days = "mon-fri", open = "09:00", close = "17:00" }]
            "#,
            &zones,
        )
        .unwrap();
        // Three weeks from Monday 23 February 2026; Toronto changes its clocks on 8 March, Paris three weeks later.
        let from = Timestamp::from_secs(1_771_804_800);
        let window = Window::new(from, from + Span::from_secs(21 * 86_400)).unwrap();
        let table = |name| rules.compile(name, &zones, window).unwrap().hours;
        let paris = zones.zone("Europe/Paris").unwrap();
        let found = coverage(&table("promise"), [&table("paris"), &table("montreal")], window, &paris);
        // Montreal's 09:00 to 17:00 is 15:00 to 23:00 in Paris, and from 9 March on 14:00 to 22:00.
        assert_eq!(found.gaps, []);
        let found = coverage(&table("promise"), [&table("paris")], window, &paris);
        assert_eq!(found.gaps.len(), 15);
        assert_eq!(
            found.gaps[0].to_string(),
            "2026-02-23T15:00:00Z to 2026-02-23T21:00:00Z, \
             Mon 2026-02-23 16:00 +01:00 to Mon 2026-02-23 22:00 +01:00, 6 h 00 min"
        );
        assert_eq!(found.uncovered, Span::from_secs(15 * 6 * 3600));
        assert_eq!(found.promised, Span::from_secs(15 * 14 * 3600));
    }

    #[test]
    fn what_lies_beyond_the_shortest_table_is_not_judged() {
        let day = |days: i64| Timestamp::from_secs(days * 86_400);
        let shifts = HoursTable::never(day(2));
        let window = Window { from: day(0), horizon: day(7) };
        let found = coverage(&HoursTable::always(), [&shifts], window, &crate::zones::utc());
        assert_eq!((found.known_until, found.gaps.len()), (day(2), 1));
        assert_eq!(found.uncovered, Span::from_secs(2 * 86_400));
    }
}
