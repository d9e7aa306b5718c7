//! A promise of 24 hours on 7 days, kept by seven branches from one end of a large country to the other.
//!
//! ```text
//! cargo run -p sunline-calendar --example seven_branches -- FOLDER
//! ```
//!
//! Seven cities of Russia work ordinary hours by their own clocks, from Kaliningrad in the westernmost zone of the
//! country (UTC+2) to Petropavlovsk-Kamchatsky in the easternmost (UTC+12). The centre promises that somebody answers at
//! any time. The lint finds when nobody does: most of all on the public holiday, 12 June. It prints every gap in UTC and
//! on the clocks of Moscow, then a route for a contact in such a gap, and writes `week.svg` and `week.html` to the folder.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::civil::date;
use sunline_calendar::{
    Branch, CalendarBook, Edge, LoadStep, Reach, RuleSet, SlotLength, SunPlan, WeekView, Zone, Zones, slots,
};
use sunline_core::time::Span;

/// Hours of each branch by its own clocks.
const RULES: &str = r#"
[holidays.ru]
"06-12" = "Russia Day"

[calendars.promise]
zone = "Europe/Moscow"
weekly = [{ days = "daily", open = "00:00", close = "24:00" }]

[calendars.Kaliningrad]
zone = "Europe/Kaliningrad"
holidays = ["ru"]
weekly = [
    { days = "mon-fri", open = "09:00", close = "23:00" },
    { days = "sat,sun", open = "10:00", close = "22:00" },
]

[calendars.Moscow]
zone = "Europe/Moscow"
holidays = ["ru"]
on_holiday = [{ open = "10:00", close = "18:00" }]
weekly = [
    { days = "mon-fri", open = "08:00", close = "20:00" },
    { days = "sat,sun", open = "09:00", close = "21:00" },
]

[calendars.Samara]
zone = "Europe/Samara"
holidays = ["ru"]
weekly = [{ days = "mon-fri", open = "08:00", close = "18:00" }]

[calendars.Yekaterinburg]
zone = "Asia/Yekaterinburg"
holidays = ["ru"]
weekly = [{ days = "mon-sat", open = "08:00", close = "20:00" }]

[calendars.Novosibirsk]
zone = "Asia/Novosibirsk"
holidays = ["ru"]
on_holiday = [{ open = "09:00", close = "18:00" }]
weekly = [{ days = "daily", open = "08:00", close = "20:00" }]

[calendars.Vladivostok]
zone = "Asia/Vladivostok"
holidays = ["ru"]
weekly = [{ days = "mon-sat", open = "08:00", close = "20:00" }]

[calendars."Petropavlovsk-K."]
zone = "Asia/Kamchatka"
holidays = ["ru"]
weekly = [
    { days = "mon-fri", open = "08:30", close = "18:00" },
    { days = "sat", open = "09:00", close = "15:00" },
]
"#;

/// Branches from west to east, with the agents each has on shift.
const BRANCHES: [(&str, u32); 7] = [
    ("Kaliningrad", 18),
    ("Moscow", 60),
    ("Samara", 25),
    ("Yekaterinburg", 30),
    ("Novosibirsk", 28),
    ("Vladivostok", 16),
    ("Petropavlovsk-K.", 8),
];

/// What a contact from Moscow may do.
const PLAN: &str = r#"
home = "Moscow"
spill = [
    { branch = "Kaliningrad", after_secs = 30 },
    { branch = "Yekaterinburg", after_secs = 30 },
    { branch = "Novosibirsk", after_secs = 45 },
    { branch = "Vladivostok", after_secs = 60 },
    { branch = "Petropavlovsk-K.", after_secs = 60 },
]
look_ahead_secs = 1800
closing = { last_entry_secs = 120, waiting = "offer_callback" }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder: PathBuf = std::env::args().nth(1).ok_or("usage: seven_branches FOLDER")?.into();
    let zones = Zones::bundled();
    let moscow = zones.zone("Europe/Moscow")?;
    let rules = RuleSet::from_toml(RULES, &zones)?;
    let monday = date(2026, 6, 8);
    let now = moscow.instant(monday.at(0, 0, 0, 0), Edge::Opening);
    let book = CalendarBook::open(zones, rules, Reach::default(), now)?;

    let zones: Vec<Zone> = BRANCHES
        .iter()
        .map(|(name, _)| book.zones().zone(&book.rules().calendars[*name].zone))
        .collect::<Result<_, _>>()?;
    let branches: Vec<Branch<'_>> = BRANCHES
        .iter()
        .zip(&zones)
        .filter_map(|(&(name, agents), zone)| Some(Branch { name, zone, hours: book.table(name)?, agents }))
        .collect();
    let promise = book.table("promise").ok_or("the promise is in the rules")?;
    let load = load(&moscow, monday);
    let title = "Seven branches, one promise: 24 hours on 7 days";
    let week = WeekView::new(title, &moscow, monday, promise, &branches, &load)?;

    let mut out = io::stdout().lock();
    let coverage = week.coverage();
    writeln!(out, "{} gaps, {} of {} promised", coverage.gaps.len(), coverage.uncovered, coverage.promised)?;
    for gap in &coverage.gaps {
        writeln!(out, "  {gap}")?;
    }
    let short: i64 = week.shortages().iter().map(|s| s.length().whole_secs()).sum();
    writeln!(out, "short of agents for {:.1} h of the week", short as f64 / 3600.0)?;

    let plan: SunPlan = toml::from_str(PLAN)?;
    for problem in plan.check(|name| book.table(name).is_some()) {
        writeln!(out, "plan: {problem}")?;
    }
    if let Some(gap) = coverage.gaps.last() {
        let at = gap.until - Span::from_secs(600);
        let route = plan.route(at, |name| book.table(name))?;
        writeln!(out, "a contact from Moscow at {}, ten minutes before that gap ends:", moscow.local(at))?;
        for target in &route.targets {
            writeln!(out, "  {} after {}", target.name, target.opens_after)?;
        }
        if let Some(callback) = route.callback_at {
            writeln!(out, "  or a callback from home at {}", moscow.local(callback))?;
        }
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("week.svg"), week.to_svg())?;
    fs::write(folder.join("week.html"), week.to_html())?;
    writeln!(out, "wrote {} and week.html", folder.join("week.svg").display())?;
    Ok(())
}

/// Agents that a forecast might ask for, hour by hour: people call by day, most of them west of the Urals, fewer at the
/// weekend. The figures are made up.
fn load(zone: &Zone, monday: jiff::civil::Date) -> Vec<LoadStep> {
    let shape = [4, 3, 3, 4, 6, 10, 18, 32, 55, 78, 92, 98, 95, 96, 92, 84, 74, 62, 50, 40, 30, 20, 12, 7];
    let days = std::iter::successors(Some(monday), |day| day.tomorrow().ok()).take(7);
    days.flat_map(|day| {
        let share = if day.weekday().to_monday_zero_offset() < 5 { 1.0 } else { 0.55 };
        slots(zone, SlotLength::Hour, day).into_iter().map(move |slot| {
            let agents = f64::from(shape[slot.label.reading.hour() as usize]) * share;
            LoadStep { from: slot.from, until: slot.until, agents }
        })
    })
    .collect()
}
