//! Days that go wrong in centres all over the world, each with its name and its answer in UTC.
//!
//! Expected instants were worked out from the offsets that the zones had, by hand.

use sunline_calendar::{Compiled, Due, RuleSet, Window, Zones};
use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

/// An instant written as `2026-03-29T01:00Z`.
fn utc(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_secs(at.as_second())
}

/// The calendar `body`, compiled from one instant to another.
fn compiled(body: &str, from: &str, until: &str) -> Compiled {
    let zones = Zones::bundled();
    let rules = RuleSet::from_toml(&format!("{HOLIDAYS}\n[calendars.c]\n{body}"), &zones).unwrap();
    rules.compile("c", &zones, Window::new(utc(from), utc(until)).unwrap()).unwrap()
}

const HOLIDAYS: &str = "[holidays.some]\n\"05-01\" = \"Labour Day\"\n\"2026-04-06\" = \"Easter Monday\"";

/// Open in `zone` on `days` from `open` to `close`.
fn hours(zone: &str, days: &str, open: &str, close: &str, from: &str, until: &str) -> Vec<String> {
    let line = format!(
        "zone = \"{zone}\"\nweekly = [{{ days = \"{days}\", open = \"{open}\", close = \"{close}\" }}]"
    );
    told(&compiled(&line, from, until).hours)
}

/// Each interval as `03-29T01:00 to 03-29T09:00`, minutes only.
fn told(table: &HoursTable) -> Vec<String> {
    let short = |at: Timestamp| at.to_string()[5..16].to_owned();
    table.intervals().iter().map(|i| format!("{} to {}", short(i.from), short(i.until))).collect()
}

fn length(table: &HoursTable) -> i64 {
    table.intervals().iter().map(|i| i.until.since(i.from).whole_secs()).sum::<i64>() / 60
}

#[test]
fn an_open_day_has_23_hours_when_clocks_go_forward_and_25_when_they_go_back() {
    let day = |from, until| {
        let body =
            "zone = \"Europe/Paris\"\nweekly = [{ days = \"sun\", open = \"00:00\", close = \"24:00\" }]";
        length(&compiled(body, from, until).hours)
    };
    assert_eq!(day("2026-03-27T00:00Z", "2026-03-31T00:00Z"), 23 * 60);
    assert_eq!(day("2026-10-23T00:00Z", "2026-10-27T00:00Z"), 25 * 60);
    assert_eq!(day("2026-06-05T00:00Z", "2026-06-09T00:00Z"), 24 * 60);
}

#[test]
fn an_opening_in_the_gap_moves_forward_by_its_length() {
    // New York jumps from 02:00 to 03:00: half past two is half past three.
    assert_eq!(
        hours("America/New_York", "sun", "02:30", "06:00", "2026-03-07T00:00Z", "2026-03-09T00:00Z"),
        ["03-08T07:30 to 03-08T10:00"]
    );
}

#[test]
fn a_closing_in_the_gap_moves_forward_by_its_length() {
    assert_eq!(
        hours("America/New_York", "sat", "18:00", "02:30", "2026-03-07T00:00Z", "2026-03-09T00:00Z"),
        ["03-07T23:00 to 03-08T07:30"]
    );
}

#[test]
fn hours_that_lie_wholly_in_the_gap_keep_their_length() {
    assert_eq!(
        hours("America/New_York", "sun", "02:10", "02:40", "2026-03-07T00:00Z", "2026-03-09T00:00Z"),
        ["03-08T07:10 to 03-08T07:40"]
    );
    // From inside the gap to its end there is no time at all: 02:30 is 03:30, and 03:00 was before that.
    let none: [&str; 0] = [];
    assert_eq!(
        hours("America/New_York", "sun", "02:30", "03:00", "2026-03-07T00:00Z", "2026-03-09T00:00Z"),
        none
    );
}

#[test]
fn an_opening_that_occurs_twice_is_the_first() {
    assert_eq!(
        hours("America/New_York", "sun", "01:30", "06:00", "2026-10-31T12:00Z", "2026-11-02T00:00Z"),
        ["11-01T05:30 to 11-01T11:00"]
    );
}

#[test]
fn a_closing_that_occurs_twice_is_the_second() {
    assert_eq!(
        hours("America/New_York", "sat", "18:00", "01:30", "2026-10-31T12:00Z", "2026-11-02T00:00Z"),
        ["10-31T22:00 to 11-01T06:30"]
    );
    // Half an hour by the clock inside the repeated hour lasts an hour and a half.
    assert_eq!(
        hours("America/New_York", "sun", "01:15", "01:45", "2026-10-31T12:00Z", "2026-11-02T00:00Z"),
        ["11-01T05:15 to 11-01T06:45"]
    );
}

#[test]
fn a_night_shift_over_a_clock_change_is_an_hour_shorter_or_longer() {
    let night = |from, until| {
        let body =
            "zone = \"Europe/Berlin\"\nweekly = [{ days = \"sat\", open = \"22:00\", close = \"06:00\" }]";
        length(&compiled(body, from, until).hours) / 60
    };
    assert_eq!(night("2026-03-27T12:00Z", "2026-03-30T12:00Z"), 7);
    assert_eq!(night("2026-10-23T12:00Z", "2026-10-26T12:00Z"), 9);
    assert_eq!(night("2026-06-05T12:00Z", "2026-06-08T12:00Z"), 8);
}

#[test]
fn zones_of_half_and_three_quarter_hours_open_when_their_clocks_say() {
    let monday = |zone| hours(zone, "mon", "09:00", "17:00", "2026-01-04T00:00Z", "2026-01-06T12:00Z");
    assert_eq!(monday("Asia/Kolkata"), ["01-05T03:30 to 01-05T11:30"]);
    assert_eq!(monday("Asia/Kathmandu"), ["01-05T03:15 to 01-05T11:15"]);
    assert_eq!(monday("Australia/Eucla"), ["01-05T00:15 to 01-05T08:15"]);
    assert_eq!(monday("Pacific/Chatham"), ["01-04T19:15 to 01-05T03:15"]);
    assert_eq!(monday("America/St_Johns"), ["01-05T12:30 to 01-05T20:30"]);
    assert_eq!(monday("Pacific/Marquesas"), ["01-05T18:30 to 01-06T02:30"]);
}

#[test]
fn lord_howe_moves_its_clocks_by_half_an_hour() {
    let night = |from, until| hours("Australia/Lord_Howe", "sat", "22:00", "06:00", from, until);
    // Forward on 4 October 2026 (+10:30 to +11:00), back on 5 April.
    assert_eq!(night("2026-10-02T12:00Z", "2026-10-04T12:00Z"), ["10-03T11:30 to 10-03T19:00"]);
    assert_eq!(night("2026-04-03T12:00Z", "2026-04-05T12:00Z"), ["04-04T11:00 to 04-04T19:30"]);
    // 01:45 occurs twice, 02:15 never.
    let open = |from, until| hours("Australia/Lord_Howe", "sun", "01:45", "03:00", from, until);
    assert_eq!(open("2026-04-04T00:00Z", "2026-04-05T12:00Z"), ["04-04T14:45 to 04-04T16:30"]);
    let open = |from, until| hours("Australia/Lord_Howe", "sun", "02:15", "04:00", from, until);
    assert_eq!(open("2026-10-03T00:00Z", "2026-10-04T12:00Z"), ["10-03T15:45 to 10-03T17:00"]);
}

#[test]
fn volgograd_and_samara_changed_their_zones() {
    // Volgograd went from +03 to +04 on 28 October 2018 and back on 27 December 2020.
    let noon = |from, until| hours("Europe/Volgograd", "fri", "12:00", "13:00", from, until);
    assert_eq!(
        noon("2018-10-25T00:00Z", "2018-11-03T00:00Z"),
        ["10-26T09:00 to 10-26T10:00", "11-02T08:00 to 11-02T09:00"]
    );
    assert_eq!(
        noon("2020-12-24T00:00Z", "2021-01-02T00:00Z"),
        ["12-25T08:00 to 12-25T09:00", "01-01T09:00 to 01-01T10:00"]
    );
    // Samara skipped its daylight saving in 2010, kept it in 2011, and has been at +04 since.
    let noon = |from, until| hours("Europe/Samara", "sat", "12:00", "13:00", from, until);
    assert_eq!(
        noon("2010-03-26T00:00Z", "2010-04-04T00:00Z"),
        ["03-27T08:00 to 03-27T09:00", "04-03T08:00 to 04-03T09:00"]
    );
    assert_eq!(
        noon("2010-10-29T00:00Z", "2010-11-07T00:00Z"),
        ["10-30T08:00 to 10-30T09:00", "11-06T09:00 to 11-06T10:00"]
    );
    assert_eq!(
        noon("2011-03-25T00:00Z", "2011-04-03T00:00Z"),
        ["03-26T09:00 to 03-26T10:00", "04-02T08:00 to 04-02T09:00"]
    );
}

#[test]
fn sao_paulo_lost_midnight_until_it_gave_up_daylight_saving() {
    // On 4 November 2018 the day began at 01:00.
    assert_eq!(
        hours("America/Sao_Paulo", "sun", "00:00", "02:00", "2018-11-03T12:00Z", "2018-11-05T00:00Z"),
        ["11-04T03:00 to 11-04T04:00"]
    );
    // In the night to 17 February 2019 the hour before midnight came twice.
    assert_eq!(
        hours("America/Sao_Paulo", "sat", "22:00", "24:00", "2019-02-16T12:00Z", "2019-02-18T00:00Z"),
        ["02-17T00:00 to 02-17T03:00"]
    );
    // In November 2019 nothing happened any more.
    assert_eq!(
        hours("America/Sao_Paulo", "sun", "00:00", "02:00", "2019-11-02T12:00Z", "2019-11-04T00:00Z"),
        ["11-03T03:00 to 11-03T05:00"]
    );
}

#[test]
fn casablanca_goes_back_for_ramadan() {
    // Ramadan 2024: back at 03:00 on 10 March, forward at 02:00 on 14 April.
    let sunday = |open, close, from, until| hours("Africa/Casablanca", "sun", open, close, from, until);
    assert_eq!(
        sunday("00:00", "24:00", "2024-03-09T00:00Z", "2024-03-11T12:00Z"),
        ["03-09T23:00 to 03-11T00:00"]
    );
    assert_eq!(
        sunday("00:00", "24:00", "2024-04-13T00:00Z", "2024-04-15T12:00Z"),
        ["04-14T00:00 to 04-14T23:00"]
    );
    assert_eq!(
        sunday("02:30", "04:00", "2024-03-09T00:00Z", "2024-03-11T12:00Z"),
        ["03-10T01:30 to 03-10T04:00"]
    );
    assert_eq!(
        sunday("02:30", "04:00", "2024-04-13T00:00Z", "2024-04-15T12:00Z"),
        ["04-14T02:30 to 04-14T03:00"]
    );
}

#[test]
fn apia_had_no_thirtieth_of_december_2011() {
    let week = |days| hours("Pacific/Apia", days, "09:00", "17:00", "2011-12-28T00:00Z", "2012-01-02T00:00Z");
    // Thursday at -10, then Saturday at +14: only five hours lie between the closing and the opening.
    assert_eq!(week("thu,fri,sat"), ["12-29T19:00 to 12-30T03:00", "12-30T19:00 to 12-31T03:00"]);
    let none: [&str; 0] = [];
    assert_eq!(week("fri"), none, "a Friday that never came has no hours");
    // A night shift that begins on Thursday ends on Saturday morning, which is the next morning there.
    assert_eq!(
        hours("Pacific/Apia", "thu", "22:00", "06:00", "2011-12-28T00:00Z", "2012-01-02T00:00Z"),
        ["12-30T08:00 to 12-30T16:00"]
    );
}

#[test]
fn a_shift_over_the_end_of_the_year_belongs_to_the_old_one() {
    let body = "zone = \"Asia/Tokyo\"\nuntil = 2027-01-01\n\
                weekly = [{ days = \"daily\", open = \"22:00\", close = \"06:00\" }]";
    let table = compiled(body, "2026-12-30T00:00Z", "2027-01-03T00:00Z").hours;
    assert_eq!(told(&table), ["12-30T13:00 to 12-30T21:00", "12-31T13:00 to 12-31T21:00"]);
    let body = "zone = \"Asia/Tokyo\"\nfrom = 2028-02-29\nuntil = 2028-03-01\n\
                weekly = [{ days = \"daily\", open = \"09:00\", close = \"17:00\" }]";
    assert_eq!(
        told(&compiled(body, "2028-02-27T00:00Z", "2028-03-03T00:00Z").hours),
        ["02-29T00:00 to 02-29T08:00"]
    );
}

#[test]
fn exceptions_come_before_holidays_and_holidays_before_the_week() {
    let body = r#"
        zone = "Europe/Paris"
        holidays = ["some"]
        on_holiday = [{ open = "10:00", close = "12:00" }]
        weekly = [{ days = "mon-fri", open = "08:00", close = "18:00" }]
        breaks = [{ days = "daily", start = "12:00", end = "13:00" }]
        exceptions = [
            { date = 2026-05-01, plan = "closed", note = "nobody works" },
            { date = 2026-05-02, last = 2026-05-03, plan = [{ open = "09:00", close = "13:00" }] },
        ]
    "#;
    let table = compiled(body, "2026-04-05T00:00Z", "2026-04-08T00:00Z");
    assert_eq!(
        told(&table.hours),
        ["04-06T08:00 to 04-06T10:00", "04-07T06:00 to 04-07T10:00", "04-07T11:00 to 04-07T16:00"]
    );
    assert_eq!(told(&table.breaks), ["04-07T10:00 to 04-07T11:00"]);
    assert_eq!(told(&table.shifts()), ["04-06T08:00 to 04-06T10:00", "04-07T06:00 to 04-07T16:00"]);
    // Labour Day is a holiday and an exception; special hours have no breaks.
    let table = compiled(body, "2026-05-01T00:00Z", "2026-05-04T00:00Z");
    assert_eq!(told(&table.hours), ["05-02T07:00 to 05-02T11:00", "05-03T07:00 to 05-03T11:00"]);
}

#[test]
fn closing_a_day_leaves_the_night_shift_of_the_day_before() {
    let body = r#"
        zone = "Europe/Paris"
        weekly = [{ days = "daily", open = "22:00", close = "06:00" }]
        breaks = [{ days = "daily", start = "02:00", end = "02:30" }]
        exceptions = [{ date = 2026-12-25, plan = "closed" }]
    "#;
    let table = compiled(body, "2026-12-24T12:00Z", "2026-12-27T12:00Z");
    assert_eq!(told(&table.shifts()), ["12-24T21:00 to 12-25T05:00", "12-26T21:00 to 12-27T05:00"]);
    assert_eq!(told(&table.breaks), ["12-25T01:00 to 12-25T01:30", "12-27T01:00 to 12-27T01:30"]);
}

#[test]
fn lines_count_only_in_their_own_dates() {
    let body = r#"
        zone = "UTC"
        weekly = [
            { days = "mon", open = "08:00", close = "12:00", until = 2026-02-01 },
            { days = "mon", open = "08:00", close = "16:00", from = 2026-02-01 },
        ]
    "#;
    assert_eq!(
        told(&compiled(body, "2026-01-26T00:00Z", "2026-02-03T00:00Z").hours),
        ["01-26T08:00 to 01-26T12:00", "02-02T08:00 to 02-02T16:00"]
    );
}

#[test]
fn a_duty_of_24_hours_hands_over_at_eight() {
    assert_eq!(
        hours("Europe/Paris", "mon-tue", "08:00", "32:00", "2026-06-01T00:00Z", "2026-06-05T00:00Z"),
        ["06-01T06:00 to 06-03T06:00"]
    );
}

#[test]
fn a_promise_in_business_hours_moves_when_a_holiday_is_inserted() {
    let desk = |holidays: &str| {
        let body = format!(
            "zone = \"Europe/Paris\"\n{holidays}weekly = [{{ days = \"mon-fri\", open = \"09:00\", close = \"17:00\" }}]"
        );
        compiled(&body, "2026-04-01T00:00Z", "2026-05-01T00:00Z").hours
    };
    let (plain, easter) = (desk(""), desk("holidays = [\"some\"]\n"));
    // Friday 3 April, 15:00 in Paris, and 16 business hours: Tuesday at 15:00, with Easter Monday Wednesday.
    let asked = utc("2026-04-03T13:00Z");
    let due = Due::after(&plain, asked, Span::from_secs(16 * 3600));
    assert_eq!(due, Due::At(utc("2026-04-07T13:00Z")));
    assert_eq!(due.moved(&plain, &easter, asked), Due::At(utc("2026-04-08T13:00Z")));
    // A day of business time is counted as it elapses: the Sunday on which clocks change costs a 24 h desk an hour.
    let all = compiled(
        "zone = \"Europe/Paris\"\nweekly = [{ days = \"sun\", open = \"00:00\", close = \"24:00\" }]",
        "2026-03-28T00:00Z",
        "2026-04-10T00:00Z",
    )
    .hours;
    let due = Due::after(&all, utc("2026-03-28T12:00Z"), Span::from_secs(24 * 3600));
    assert_eq!(due, Due::At(utc("2026-04-04T23:00Z")));
}

#[test]
fn tables_end_at_their_bounds() {
    let zones = Zones::bundled();
    let window = |from, until| Window::new(utc(from), utc(until));
    assert!(window("2026-01-01T00:00Z", "2026-01-01T00:00Z").is_err());
    assert!(window("1950-01-01T00:00Z", "2100-01-01T00:00Z").is_err());
    assert!(window("1800-01-01T00:00Z", "1810-01-01T00:00Z").is_err());
    // A minute on, a minute off, for a century.
    let lines: Vec<String> = (0..700)
        .map(|n| {
            format!(
                "{{ days = \"daily\", open = \"{:02}:{:02}\", close = \"{:02}:{:02}\" }}",
                n / 30,
                n % 30 * 2,
                n / 30,
                n % 30 * 2 + 1
            )
        })
        .collect();
    let text = format!("[calendars.c]\nzone = \"UTC\"\nweekly = [{}]", lines.join(","));
    let rules = RuleSet::from_toml(&text, &zones).unwrap();
    let century = window("1950-01-01T00:00Z", "2050-01-01T00:00Z").unwrap();
    let refusal = rules.compile("c", &zones, century).unwrap_err();
    assert!(matches!(refusal, sunline_calendar::CompileError::TooManyIntervals { .. }), "{refusal}");
    let month = window("2026-01-01T00:00Z", "2026-02-01T00:00Z").unwrap();
    assert_eq!(rules.compile("c", &zones, month).unwrap().hours.intervals().len(), 31 * 700);
}
