//! A contact from Lisbon through the day.

use std::collections::BTreeMap;

use super::*;
use crate::{RuleSet, Window, Zones};

const PLAN: &str = r#"
    home = "lisbon"
    spill = [
        { branch = "toronto", after_secs = 30 },
        { branch = "auckland", after_secs = 30 },
    ]
    partner = { branch = "partner", after_secs = 90 }
    look_ahead_secs = 600
    closing = { last_entry_secs = 120, waiting = "offer_callback" }
"#;

/// Five days from Monday, 5 January 2026.
fn tables() -> BTreeMap<String, HoursTable> {
    let zones = Zones::bundled();
    let desk = |zone| {
        format!(
            "zone = \"{zone}\"\nweekly = [{{ days = \"mon-fri\", open = \"09:00\", close = \"17:00\" }}]\n"
        )
    };
    let text = format!(
        "[calendars.lisbon]\n{}[calendars.toronto]\n{}[calendars.auckland]\n{}\
         [calendars.partner]\nzone = \"UTC\"\nweekly = [{{ days = \"daily\", open = \"00:00\", close = \"24:00\" }}]",
        desk("Europe/Lisbon"),
        desk("America/Toronto"),
        desk("Pacific/Auckland"),
    );
    let rules = RuleSet::from_toml(&text, &zones).unwrap();
    let from = Timestamp::from_secs(1_767_571_200);
    let window = Window::new(from, from + Span::from_secs(5 * 86_400)).unwrap();
    let compiled =
        rules.calendars.keys().map(|name| (name.clone(), rules.compile(name, &zones, window).unwrap().hours));
    compiled.collect()
}

fn route(clock: &str) -> (Vec<String>, Option<String>) {
    let plan: SunPlan = toml::from_str(PLAN).unwrap();
    let tables = tables();
    let (hour, minute) = clock.split_once(':').unwrap();
    let secs = hour.parse::<i64>().unwrap() * 3600 + minute.parse::<i64>().unwrap() * 60;
    let at = Timestamp::from_secs(1_767_571_200 + secs);
    let route = plan.route(at, |name| tables.get(name)).unwrap();
    let targets = route.targets.iter().map(|t| format!("{} +{}", t.name, t.opens_after.whole_secs()));
    (targets.collect(), route.callback_at.map(|at| at.to_string()))
}

#[test]
fn the_home_comes_first_and_the_open_branch_after_its_delay() {
    // 15:00 in Lisbon, 10:00 in Toronto, night in Auckland.
    assert_eq!(route("15:00"), (vec!["lisbon +0".into(), "toronto +30".into(), "partner +90".into()], None));
}

#[test]
fn a_branch_that_opens_soon_is_waited_for() {
    // Toronto opens at 14:00 UTC.
    let (targets, _) = route("13:55");
    assert_eq!(targets, ["lisbon +0", "partner +90", "toronto +300"]);
    assert_eq!(route("13:49").0, ["lisbon +0", "partner +90"], "beyond the look-ahead");
}

#[test]
fn at_night_the_other_side_of_the_earth_serves_and_home_calls_back() {
    // Auckland works from 20:00 to 04:00 UTC.
    let (targets, callback) = route("22:00");
    assert_eq!(targets, ["auckland +30", "partner +90"]);
    assert_eq!(callback.unwrap(), "2026-01-06T09:00:00Z");
}

#[test]
fn nobody_new_is_sent_to_a_branch_that_is_about_to_close() {
    // Lisbon closes at 17:00 and takes nobody from 16:58 on.
    assert_eq!(route("16:57").0[0], "lisbon +0");
    assert_eq!(route("16:58").0[0], "toronto +30");
}

#[test]
fn a_plan_reports_everything_that_is_wrong_with_it() {
    let mut plan: SunPlan = toml::from_str(PLAN).unwrap();
    assert_eq!(plan.check(|_| true), []);
    plan.spill[1].branch = "toronto".into();
    plan.spill[0].after_secs = 91;
    let errors: Vec<String> = plan.check(|name| name != "lisbon").iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "home: no calendar is called \"lisbon\"",
            "spill[1].branch: \"toronto\" is already a target",
            "partner.after_secs: 90 s is before the branch \"toronto\"",
        ]
    );
    let refusal = plan.route(Timestamp::EPOCH, |_| None).unwrap_err();
    assert!(matches!(refusal, SunError::UnknownCalendar { path, .. } if path == "home"));
}
