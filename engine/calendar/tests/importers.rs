//! The importers mean what the Python libraries mean, on a corpus whose answers are kept in
//! `tests/golden/calendar_importers.json`; `tests/differential/importers.py` writes it.
#![cfg(all(feature = "import-osm", feature = "import-ical", feature = "import-holidays"))]

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use sunline_calendar::import::holidays::from_csv;
use sunline_calendar::import::ical::IcalFile;
use sunline_calendar::{Calendar, RuleSet, Window, Zones};
use sunline_core::hours::Interval;
use sunline_core::time::{Span, Timestamp};

#[derive(Deserialize)]
struct Golden {
    osm: Vec<Case>,
    ical: Vec<Case>,
    holidays: Vec<List>,
    horizon: i64,
    rules: Vec<Drawn>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    zone: String,
    window: (i64, i64),
    text: String,
    intervals: Vec<(i64, i64)>,
}

#[derive(Deserialize)]
struct List {
    name: String,
    text: String,
    days: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Drawn {
    rule: String,
    start: String,
    count: usize,
    first: Vec<String>,
    last: Vec<String>,
    digest: String,
}

fn golden() -> Golden {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/calendar_importers.json");
    let text = std::fs::read_to_string(path).expect("the golden file is part of the repository");
    serde_json::from_str(&text).unwrap()
}

fn window(case: &Case) -> Window {
    Window::new(Timestamp::from_secs(case.window.0), Timestamp::from_secs(case.window.1)).unwrap()
}

fn compiled(calendar: Calendar, window: Window) -> Vec<(i64, i64)> {
    let rules = RuleSet { calendars: [("c".to_owned(), calendar)].into(), ..RuleSet::default() };
    let table = rules.compile("c", &Zones::bundled(), window).unwrap().hours;
    table.intervals().iter().map(secs).collect()
}

fn secs(interval: &Interval) -> (i64, i64) {
    let secs = |at: Timestamp| at.since(Timestamp::EPOCH).whole_secs();
    (secs(interval.from), secs(interval.until))
}

#[test]
fn expressions_mean_what_python_says() {
    let cases = golden().osm;
    assert!(cases.len() > 20);
    for case in cases {
        let calendar =
            Calendar { zone: case.zone.clone(), osm: Some(case.text.clone()), ..Calendar::default() };
        assert_eq!(compiled(calendar, window(&case)), case.intervals, "{}: {}", case.name, case.text);
    }
}

#[test]
fn files_mean_what_python_says() {
    let zones = Zones::bundled();
    let cases = golden().ical;
    assert!(cases.len() >= 10);
    for case in cases {
        let zone = zones.zone(&case.zone).unwrap();
        let file = IcalFile::read(&case.text).unwrap();
        let events = file.events(&zones, &zone, window(&case)).unwrap();
        let found: Vec<_> = events.iter().map(|event| secs(&event.interval)).collect();
        assert_eq!(found, case.intervals, "{}", case.name);

        // As the pattern of a calendar, the same time is open.
        let calendar =
            Calendar { zone: case.zone.clone(), ical: Some(case.text.clone()), ..Calendar::default() };
        let open: i64 = compiled(calendar, window(&case)).iter().map(|(from, until)| until - from).sum();
        let mut covered = 0;
        let mut end = i64::MIN;
        for (from, until) in case.intervals {
            let (from, until) = (from.max(end).max(case.window.0), until.min(case.window.1));
            covered += (until - from).max(0);
            end = end.max(until);
        }
        assert_eq!(open, covered, "{}", case.name);
    }
}

#[test]
fn lists_are_read_as_python_reads_them() {
    for list in golden().holidays {
        let read = from_csv(&list.text).unwrap();
        let days: BTreeMap<String, String> =
            read.into_iter().map(|(day, name)| (day.to_string(), name)).collect();
        assert_eq!(days, list.days, "{}", list.name);
    }
}

#[test]
fn drawn_recurrences_come_when_dateutil_says() {
    let golden = golden();
    let zones = Zones::bundled();
    let utc = zones.zone("UTC").unwrap();
    let horizon = Timestamp::from_secs(golden.horizon);
    let mut occurrences = 0;
    for drawn in &golden.rules {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:{}Z\nDURATION:PT1S\nRRULE:{}\nEND:VEVENT\nEND:VCALENDAR\n",
            drawn.start, drawn.rule
        );
        let start: jiff::civil::DateTime = drawn.start.parse().unwrap();
        let start = utc.instant(start, sunline_calendar::Edge::Opening);
        let window = Window::new(start - Span::from_secs(86_400), horizon).unwrap();
        let events = IcalFile::read(&text).unwrap().events(&zones, &utc, window).unwrap();
        let starts: Vec<String> = events
            .iter()
            .map(|e| utc.local(e.interval.from).reading.strftime("%Y%m%dT%H%M%S").to_string())
            .collect();
        let told = format!("{} from {}", drawn.rule, drawn.start);
        assert_eq!(
            starts.iter().take(3).collect::<Vec<_>>(),
            drawn.first.iter().collect::<Vec<_>>(),
            "{told}"
        );
        assert_eq!(starts.last(), drawn.last.first(), "{told}");
        assert_eq!(starts.len(), drawn.count, "{told}");
        assert_eq!(digest(&starts), drawn.digest, "{told}");
        occurrences += starts.len();
    }
    assert!(golden.rules.len() >= 600 && occurrences > 100_000, "{occurrences}");
}

/// FNV-1a over the lines.
fn digest(lines: &[String]) -> String {
    let hash = lines
        .join("\n")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}
