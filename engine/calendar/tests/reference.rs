//! The reference figures of `tests/reference/calendar.json` hold: local shifts to UTC across clock changes.

use std::path::Path;

use serde::Deserialize;
use sunline_calendar::{Calendar, DayPlan, Edge, Exception, Hours, RuleSet, Window, Zones};
use sunline_core::time::{Span, Timestamp};

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    zone: String,
    local_start: jiff::civil::DateTime,
    local_end: jiff::civil::DateTime,
    utc_start: jiff::Timestamp,
    utc_end: jiff::Timestamp,
    seconds: i64,
    local_times_in_gap: Vec<jiff::civil::DateTime>,
}

#[test]
fn every_reference_case_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference/calendar.json");
    let text = std::fs::read_to_string(&path).expect("the reference file is part of the repository");
    let reference: Reference = serde_json::from_str(&text).unwrap();
    assert_eq!(reference.cases.len(), 6);
    for case in &reference.cases {
        check(case);
    }
}

fn check(case: &Case) {
    let zones = Zones::bundled();
    let zone = zones.zone(&case.zone).unwrap();
    let instant = |at: jiff::Timestamp| Timestamp::from_secs(at.as_second());
    let (start, end) = (instant(case.utc_start), instant(case.utc_end));
    assert_eq!(zone.instant(case.local_start, Edge::Opening), start, "{}", case.id);
    assert_eq!(zone.instant(case.local_end, Edge::Closing), end, "{}", case.id);
    assert_eq!(end.since(start), Span::from_secs(case.seconds), "{}", case.id);
    for reading in [case.local_start, case.local_end] {
        let shown = zone.local(zone.instant(reading, Edge::Opening)).reading;
        let in_gap = case.local_times_in_gap.contains(&reading);
        assert_eq!(shown != reading, in_gap, "{}: {reading} is shown as {shown}", case.id);
    }

    // The same through rules, as the special hours of one day.
    let clock = |at: jiff::civil::DateTime| format!("{:02}:{:02}", at.hour(), at.minute()).parse().unwrap();
    let hours = Hours { open: clock(case.local_start), close: clock(case.local_end) };
    let exception = Exception {
        date: case.local_start.date(),
        last: None,
        plan: DayPlan::Hours(vec![hours]),
        note: None,
    };
    let calendar = Calendar { zone: case.zone.clone(), exceptions: vec![exception], ..Calendar::default() };
    let rules = RuleSet { calendars: [("shift".to_owned(), calendar)].into(), ..RuleSet::default() };
    let window = Window::new(start - Span::from_secs(5 * 86_400), end + Span::from_secs(5 * 86_400)).unwrap();
    let table = rules.compile("shift", &zones, window).unwrap().hours;
    let [shift] = table.intervals() else { panic!("{}: {:?}", case.id, table.intervals()) };
    assert_eq!((shift.from, shift.until), (start, end), "{}", case.id);
}
