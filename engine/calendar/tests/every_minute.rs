//! Compiled tables against a clock on the wall that is looked at every minute, in any zone.

use jiff::civil::DateTime;
use proptest::prelude::*;
use sunline_calendar::{Calendar, Clock, Days, RuleSet, WeeklyLine, Window, Zone, Zones};
use sunline_core::time::{Span, Timestamp};

const DAY: i64 = 86_400;

/// Whether a line of the week is open when the wall shows `reading`, told without any instant.
fn is_open(lines: &[WeeklyLine], reading: DateTime) -> bool {
    let of_day = u32::from(reading.hour() as u8) * 3600 + u32::from(reading.minute() as u8) * 60;
    let on = |line: &WeeklyLine, days_ago: u32| {
        let began = (0..days_ago).fold(reading.date(), |date, _| date.yesterday().unwrap());
        let close = line.close.secs() + if line.close < line.open { DAY as u32 } else { 0 };
        let now = of_day + days_ago * DAY as u32;
        line.days.contains(began) && line.open.secs() <= now && now < close
    };
    lines.iter().any(|line| on(line, 0) || on(line, 1))
}

/// Whether the clocks of `zone` were left alone for three days around `at`.
fn is_calm(zone: &Zone, at: Timestamp) -> bool {
    let near = Span::from_secs(3 * DAY);
    zone.changes(at - near, at + near).next().is_none()
}

fn line() -> impl Strategy<Value = WeeklyLine> {
    let days = prop::sample::select(vec!["mon-fri", "sat,sun", "daily", "tue", "fri-mon", "sun"]);
    (days, 0_u32..96, 0_u32..=96).prop_filter_map("no length", |(days, open, close)| {
        let clock = |quarter: u32| Clock::from_secs(quarter * 900).unwrap();
        let line = WeeklyLine {
            days: days.parse::<Days>().unwrap(),
            open: clock(open),
            close: clock(close),
            from: None,
            until: None,
        };
        (open != close).then_some(line)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_table_is_open_exactly_when_the_wall_says_so(
        pick in any::<prop::sample::Index>(),
        lines in proptest::collection::vec(line(), 1..4),
        start in 946_684_800_i64..2_208_988_800,
    ) {
        let zones = Zones::bundled();
        let names: Vec<&str> = zones.names().collect();
        let zone = zones.zone(names[pick.index(names.len())]).unwrap();
        let calendar = Calendar { zone: zone.name().into(), weekly: lines.clone(), ..Calendar::default() };
        let rules = RuleSet { calendars: [("c".to_owned(), calendar)].into(), ..RuleSet::default() };
        let from = Timestamp::from_secs(start - start % 60);
        let window = Window::new(from, from + Span::from_secs(9 * DAY)).unwrap();
        let table = rules.compile("c", &zones, window).unwrap().hours;
        let mut at = from;
        while at < window.horizon {
            if is_calm(&zone, at) {
                // A zone with seconds in its offset is looked at a little late, as every minute is.
                let reading = zone.local(at).reading;
                prop_assert_eq!(table.is_open(at), is_open(&lines, reading), "{} shows {}", zone.name(), reading);
            }
            at += Span::from_secs(7 * 60);
        }
        // Every opening and closing lies on the edge of a rule, or on the edge of the window.
        for interval in table.intervals() {
            for edge in [interval.from, interval.until] {
                let inside = window.from < edge && edge < window.horizon && is_calm(&zone, edge);
                if inside {
                    let before = zone.local(edge - Span::from_secs(60)).reading;
                    prop_assert_ne!(is_open(&lines, before), is_open(&lines, zone.local(edge).reading));
                }
            }
        }
    }
}
