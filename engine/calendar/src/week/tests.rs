//! What a week's picture says.

use jiff::civil::date;
use sunline_core::time::Timestamp;

use super::*;
use crate::{RuleSet, Zones};

const RULES: &str = r#"
    [calendars.promise]
    zone = "Europe/Paris"
    weekly = [{ days = "daily", open = "08:00", close = "20:00" }]
    [calendars.paris]
    zone = "Europe/Paris"
    weekly = [{ days = "mon-fri", open = "08:00", close = "20:00" }]
    [calendars.nice]
    zone = "Europe/Paris"
    weekly = [{ days = "sat", open = "08:00", close = "20:00" }, { days = "sun", open = "09:00", close = "20:00" }]
"#;

/// The week in which Paris loses an hour, drawn and handed to `look`.
fn with_week(load: &[LoadStep], look: impl FnOnce(&WeekView<'_>)) {
    let zones = Zones::bundled();
    let rules = RuleSet::from_toml(RULES, &zones).unwrap();
    let from = Timestamp::from_secs(1_774_224_000 - 86_400);
    let window = Window::new(from, from + Span::from_secs(10 * 86_400)).unwrap();
    let table = |name| rules.compile(name, &zones, window).unwrap().hours;
    let (promise, paris, nice) = (table("promise"), table("paris"), table("nice"));
    let zone = zones.zone("Europe/Paris").unwrap();
    let branches = [
        Branch { name: "Paris <centre>", zone: &zone, hours: &paris, agents: 12 },
        Branch { name: "Nice", zone: &zone, hours: &nice, agents: 4 },
    ];
    look(&WeekView::new("Cover & promise", &zone, date(2026, 3, 26), &promise, &branches, load).unwrap());
}

fn load(hour: i64, hours: i64, agents: f64) -> LoadStep {
    let from = Timestamp::from_secs(1_774_224_000 + hour * 3600);
    LoadStep { from, until: from + Span::from_secs(hours * 3600), agents }
}

#[test]
fn the_picture_tells_the_gap_of_the_short_sunday() {
    with_week(&[], |week| {
        let gaps: Vec<String> = week.coverage().gaps.iter().map(ToString::to_string).collect();
        assert_eq!(
            gaps,
            ["2026-03-29T06:00:00Z to 2026-03-29T07:00:00Z, \
              Sun 2026-03-29 08:00 +02:00 to Sun 2026-03-29 09:00 +02:00, 1 h 00 min"]
        );
        let svg = week.to_svg();
        for told in [
            "23 hours",
            "1 gap, 1 h",
            "84 h promised",
            "Week of Mon 23 Mar 2026",
            "Paris &lt;centre&gt;",
            &gaps[0],
        ] {
            assert!(svg.contains(told), "{told:?} is missing");
        }
        assert!(!svg.contains("<centre>") && svg.contains("Cover &amp; promise"));
    });
}

#[test]
fn agents_missing_are_told_with_the_worst_moment() {
    // From Monday 10:00 to 13:00 in Paris 10, then 15, then 20 are needed; 12 are there.
    let need = [load(9, 1, 10.0), load(10, 1, 15.0), load(11, 1, 20.0)];
    with_week(&need, |week| {
        let [shortage] = week.shortages() else { panic!("{:?}", week.shortages()) };
        assert_eq!((shortage.from, shortage.until, shortage.worst), (need[1].from, need[2].until, 8.0));
        let page = week.to_html();
        for told in [
            "Short of agents",
            "Mon 2026-03-23 11:00 +01:00",
            "short of agents for 2 h",
            "<td class=\"n\">8.0</td>",
        ] {
            assert!(page.contains(told), "{told:?} is missing");
        }
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"));
    });
}

#[test]
fn a_load_that_makes_no_sense_is_refused() {
    let zone = crate::zones::utc();
    let always = HoursTable::always();
    let refused = |load: &[LoadStep]| WeekView::new("", &zone, date(2026, 3, 26), &always, &[], load).err();
    assert!(matches!(
        refused(&[load(0, 1, 1.0), load(1, 1, f64::NAN)]),
        Some(WeekError::BadLoad { index: 1, .. })
    ));
    assert!(matches!(refused(&[load(0, 0, 1.0)]), Some(WeekError::BadLoad { index: 0, .. })));
    assert!(matches!(refused(&vec![load(0, 1, 1.0); MAX_LOAD_STEPS + 1]), Some(WeekError::TooMany { .. })));
    assert_eq!(refused(&[]), None);
}
