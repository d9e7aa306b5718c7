//! What an iCalendar file means, told as stories; and what a hostile one gets.

use std::time::{Duration, Instant};

use sunline_core::time::{Span, Timestamp};

use super::*;

const DAY: i64 = 86_400;

/// 2026, the whole year, UTC.
fn year() -> Window {
    let from = Timestamp::from_secs(1_767_225_600);
    Window::new(from, from + Span::from_secs(365 * DAY)).unwrap()
}

fn file(events: &str) -> String {
    let lines: Vec<&str> = events.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n",
        lines.join("\r\n").replace("<fold>", "\r\n ")
    )
}

fn events(text: &str) -> Result<Vec<String>, ImportError> {
    let zones = Zones::bundled();
    let paris = zones.zone("Europe/Paris").unwrap();
    let found = IcalFile::read(&file(text))?.events(&zones, &paris, year())?;
    Ok(found
        .iter()
        .map(|e| format!("{} {} {}", e.interval.from, e.interval.until, e.summary).trim().to_owned())
        .collect())
}

#[test]
fn a_weekly_shift_keeps_its_wall_time_over_the_clock_change() {
    let found = events(
        "BEGIN:VEVENT
         UID:1
         DTSTART;TZID=Europe/Paris:20260321T090000
         DTEND;TZID=Europe/Paris:20260321T170000
         RRULE:FREQ=WEEKLY;COUNT=3
         SUMMARY:Desk\\, early
         END:VEVENT",
    );
    assert_eq!(
        found.unwrap(),
        [
            "2026-03-21T08:00:00Z 2026-03-21T16:00:00Z Desk, early",
            "2026-03-28T08:00:00Z 2026-03-28T16:00:00Z Desk, early",
            "2026-04-04T07:00:00Z 2026-04-04T15:00:00Z Desk, early",
        ]
    );
}

#[test]
fn an_end_follows_the_clock_and_a_duration_the_time_that_passes() {
    let found = |end: &str| {
        let text = format!("BEGIN:VEVENT\nDTSTART;TZID=Europe/Paris:20260328T230000\n{end}\nEND:VEVENT");
        events(&text).unwrap()
    };
    assert_eq!(
        found("DTEND;TZID=Europe/Paris:20260329T070000"),
        ["2026-03-28T22:00:00Z 2026-03-29T05:00:00Z"]
    );
    assert_eq!(found("DURATION:PT8H"), ["2026-03-28T22:00:00Z 2026-03-29T06:00:00Z"]);
    assert_eq!(found("DURATION:P1D"), ["2026-03-28T22:00:00Z 2026-03-29T21:00:00Z"]);
}

#[test]
fn single_days_are_added_moved_cancelled_and_taken_away() {
    let found = events(
        "BEGIN:VEVENT
         UID:desk
         DTSTART;TZID=Asia/Kolkata:20260105T063000
         DTEND;TZID=Asia/Kolkata:20260105T150000
         RRULE:FREQ=DAILY;UNTIL=20260109T235959Z
         EXDATE;TZID=Asia/Kolkata:20260106T063000
         RDATE;TZID=Asia/Kolkata:20260112T063000
         END:VEVENT
         BEGIN:VEVENT
         UID:desk
         RECURRENCE-ID;TZID=Asia/Kolkata:20260107T063000
         DTSTART;TZID=Asia/Kolkata:20260107T100000
         DTEND;TZID=Asia/Kolkata:20260107T150000
         SUMMARY:late start
         END:VEVENT
         BEGIN:VEVENT
         UID:desk
         RECURRENCE-ID:20260108T010000Z
         DTSTART;TZID=Asia/Kolkata:20260108T063000
         STATUS:CANCELLED
         END:VEVENT",
    );
    assert_eq!(
        found.unwrap(),
        [
            "2026-01-05T01:00:00Z 2026-01-05T09:30:00Z",
            "2026-01-07T04:30:00Z 2026-01-07T09:30:00Z late start",
            "2026-01-09T01:00:00Z 2026-01-09T09:30:00Z",
            "2026-01-12T01:00:00Z 2026-01-12T09:30:00Z",
        ]
    );
}

#[test]
fn whole_days_and_times_without_zone_are_the_calendars_own() {
    let found = events(
        "BEGIN:VEVENT
         DTSTART;VALUE=DATE:20260501
         SUMMARY:Fête<fold> du Travail
         END:VEVENT
         BEGIN:VEVENT
         DTSTART:20260502T080000
         DTEND:20260502T090000
         END:VEVENT
         BEGIN:VEVENT
         DTSTART:20260502T080000Z
         DTEND:20260502T090000Z
         END:VEVENT
         BEGIN:VEVENT
         DTSTART;TZID=\"/vendor.example/Asia/Tokyo\":20260502T180000
         DTEND;TZID=\"/vendor.example/Asia/Tokyo\":20260502T190000
         END:VEVENT",
    );
    assert_eq!(
        found.unwrap(),
        [
            "2026-04-30T22:00:00Z 2026-05-01T22:00:00Z Fête du Travail",
            "2026-05-02T06:00:00Z 2026-05-02T07:00:00Z",
            "2026-05-02T08:00:00Z 2026-05-02T09:00:00Z",
            "2026-05-02T09:00:00Z 2026-05-02T10:00:00Z",
        ]
    );
}

#[test]
fn holidays_are_the_all_day_events_with_their_recurrence() {
    let text = file(
        "BEGIN:VEVENT
         DTSTART;VALUE=DATE:20201225
         DTEND;VALUE=DATE:20201227
         RRULE:FREQ=YEARLY
         SUMMARY:Christmas
         END:VEVENT
         BEGIN:VEVENT
         DTSTART;VALUE=DATE:20200101
         RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO
         SUMMARY:Spring day
         END:VEVENT
         BEGIN:VEVENT
         DTSTART:20260101T100000Z
         SUMMARY:a meeting
         END:VEVENT",
    );
    let list = IcalFile::read(&text).unwrap().holidays(2026..=2027).unwrap();
    let days: Vec<String> = list.iter().map(|(day, name)| format!("{day} {name}")).collect();
    assert_eq!(
        days,
        [
            "2026-05-25 Spring day",
            "2026-12-25 Christmas",
            "2026-12-26 Christmas",
            "2027-05-31 Spring day",
            "2027-12-25 Christmas",
            "2027-12-26 Christmas",
        ]
    );
}

#[test]
fn what_is_not_read_is_refused_by_name_and_line() {
    let event = |lines: &str| {
        events(&format!("BEGIN:VEVENT\nDTSTART:20260101T100000Z\n{lines}\nEND:VEVENT")).unwrap_err()
    };
    assert!(matches!(event("RRULE:FREQ=HOURLY"), ImportError::Unsupported(what) if what.contains("line 5")));
    assert!(matches!(event("EXRULE:FREQ=DAILY"), ImportError::Unsupported(what) if what.contains("EXRULE")));
    assert!(matches!(event("RRULE:FREQ=SOMETIMES"), ImportError::Syntax { line: 5, .. }));
    assert!(matches!(
        event("RRULE:FREQ=DAILY;COUNT=3;UNTIL=20261231T000000Z"),
        ImportError::Syntax { line: 5, .. }
    ));
    assert!(
        matches!(event("RRULE:FREQ=DAILY;BYEASTER=0"), ImportError::Unsupported(what) if what.contains("BYEASTER"))
    );
    assert!(matches!(event("RRULE:FREQ=DAILY;BYMONTH=13"), ImportError::Syntax { line: 5, .. }));
    assert!(matches!(event("RDATE;VALUE=PERIOD:20260101T000000Z/PT1H"), ImportError::Unsupported(_)));
    assert!(matches!(event("DTEND:20251231T100000Z"), ImportError::Syntax { line: 5, .. }));
    assert!(matches!(event("DTEND;TZID=Europe/Paris:20260101T120000"), ImportError::Unsupported(_)));
    assert!(matches!(event("DURATION:PT"), ImportError::Syntax { .. }));
    assert!(matches!(event("DURATION:P99999999999999999999W"), ImportError::Syntax { .. }));
    assert!(matches!(event("EXDATE:99991231T000000Z"), ImportError::YearOutOfRange { .. }));
    assert!(matches!(event("no colon here"), ImportError::Syntax { line: 5, .. }));
    let zone = "BEGIN:VEVENT\nDTSTART;TZID=Mars/Olympus:20260101T100000\nEND:VEVENT";
    assert!(
        matches!(events(zone), Err(ImportError::UnknownZone(unknown)) if &*unknown.name == "Mars/Olympus")
    );
    assert!(matches!(
        IcalFile::read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR"),
        Err(ImportError::Syntax { line: 3, .. })
    ));
    assert!(matches!(IcalFile::read("BEGIN:VCALENDAR\n"), Err(ImportError::Syntax { .. })));
    assert!(matches!(IcalFile::read(""), Err(ImportError::Syntax { .. })));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]
    #[test]
    fn no_text_breaks_the_reader(text in "[A-Z0-9:;,=+\\-\r\n \"]{0,200}") {
        let _ = IcalFile::read(&text);
    }

    #[test]
    fn no_event_breaks_the_reader(lines in proptest::collection::vec(proptest::sample::select(vec![
        "DTSTART:20260101T100000Z", "DTSTART;VALUE=DATE:20260131", "DTSTART;TZID=Pacific/Apia:20111230T100000",
        "DTSTART:19000101T000000", "DTEND:22001231T235960Z", "DTEND;VALUE=DATE:20260205", "DURATION:P3660D", "DURATION:-PT1H",
        "DURATION:PT0S", "RRULE:FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=SU", "RRULE:FREQ=MONTHLY;BYDAY=-5MO,5SU;BYSETPOS=-366,366",
        "RRULE:FREQ=DAILY;INTERVAL=99999999999999999", "RRULE:FREQ=WEEKLY;WKST=SU;BYMONTH=2;UNTIL=22001231", "RRULE:",
        "RRULE:FREQ=YEARLY;BYYEARDAY=366,-366;COUNT=1", "EXDATE:20260101", "EXDATE;TZID=Asia/Kathmandu:20260101T154500",
        "RDATE:20260230T000000", "RDATE:22001231T000000Z", "RECURRENCE-ID:20260101T100000Z", "UID:a", "STATUS:CANCELLED", "",
    ]), 0..7)) {
        let _ = events(&format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.join("\n")));
        let _ = IcalFile::read(&file(&format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.join("\n")))).map(|f| f.holidays(i16::MIN..=i16::MAX));
    }
}

/// Each ends in a typed error, and soon.
#[test]
fn hostile_files_end_within_bounds() {
    let start = Instant::now();
    let recurring = |rule: &str| {
        format!("BEGIN:VEVENT\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:{rule}\nEND:VEVENT\n")
    };
    let refused = |text: &str| events(text).unwrap_err();

    assert!(matches!(IcalFile::read(&"x".repeat(10_000_000)), Err(ImportError::TooLarge { .. })));
    let deep = "BEGIN:A\n".repeat(50_000);
    assert!(matches!(IcalFile::read(&deep), Err(ImportError::TooMany { bound: MAX_DEPTH, .. })));
    let wide = format!("BEGIN:VCALENDAR\nX:{}\nEND:VCALENDAR", "y".repeat(MAX_LINE_BYTES));
    assert!(matches!(IcalFile::read(&wide), Err(ImportError::TooMany { bound: MAX_LINE_BYTES, .. })));
    let folded = format!("BEGIN:VCALENDAR\nX:{}\nEND:VCALENDAR", "y\n ".repeat(MAX_LINE_BYTES));
    assert!(matches!(IcalFile::read(&folded), Err(ImportError::TooMany { bound: MAX_LINE_BYTES, .. })));
    assert!(matches!(
        IcalFile::read(&"\n".repeat(MAX_LINES + 1)),
        Err(ImportError::TooMany { bound: MAX_LINES, .. })
    ));

    // A date that never comes: the search for it ends at the horizon, and finds nothing.
    assert_eq!(events(&recurring("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30").repeat(MAX_RECURRING)), Ok(vec![]));
    assert_eq!(events(&recurring("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=4000000000")), Ok(vec![]));
    assert_eq!(
        events(&recurring("FREQ=MONTHLY;INTERVAL=4000000000;BYDAY=5SU,-5MO;BYSETPOS=366")),
        Ok(vec![])
    );
    let minutes: Vec<String> = (0..60).map(|m| m.to_string()).collect();
    let hours: Vec<String> = (0..24).map(|h| h.to_string()).collect();
    let crowded = format!("FREQ=DAILY;BYHOUR={};BYMINUTE={}", hours.join(","), minutes.join(","));
    assert!(matches!(refused(&recurring(&crowded)), ImportError::TooMany { .. }));
    let seconds = format!("{crowded};BYSECOND={}", minutes.join(","));
    assert!(matches!(refused(&recurring(&seconds)), ImportError::TooMany { bound: MAX_CROWD, .. }));
    let years = refused(&recurring("FREQ=YEARLY;UNTIL=99991231T000000Z"));
    assert!(matches!(years, ImportError::YearOutOfRange { .. }), "{years}");

    let old = "BEGIN:VEVENT\nDTSTART:19000101T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
    assert!(matches!(refused(&old.repeat(MAX_RECURRING)), ImportError::TooMany { .. }));
    assert!(matches!(
        refused(&old.repeat(MAX_RECURRING + 1)),
        ImportError::TooMany { bound: MAX_RECURRING, .. }
    ));
    let rare = "BEGIN:VEVENT\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU\nEND:VEVENT\n";
    assert_eq!(events(&rare.repeat(MAX_RECURRING)).map(|list| list.len()), Ok(0));

    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
