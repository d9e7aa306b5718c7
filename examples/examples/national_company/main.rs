//! A national company on the day after a storm: seven branches in six time zones, in-house agents and two partners,
//! voice, chat, e-mail and messenger, VIPs, and a class of contacts that only in-house agents may see.
//!
//! First its configuration is looked at: the lint, and the promise to be there round the clock, held against the hours of
//! the branches. Then the day is simulated by the code that would run live. A surge begins and ends once; no confidential
//! contact reaches a partner; and the ledger balances.
//!
//! `cargo run --release -p sunline-examples --example national_company`
#![allow(clippy::print_stdout, reason = "it shows the day")]

use std::error::Error;

use sunline::calendar::{RuleSet, Window, Zones, coverage};
use sunline::config::{AgentSpec, lint};
use sunline::hours::HoursTable;
use sunline::measures::{Ask, By, Legs, Measures, ServiceLevel};
use sunline::sim::arrivals::Segment;
use sunline::sim::{Arrivals, ContactStream, Distribution, Scenario};
use sunline::{Config, Event, EventKind, Proficiency, Span, Timestamp};

const COMPANY: &str = include_str!("company.toml");
const HOURS: &str = include_str!("hours.toml");

/// Branches, each with how many agents it has.
const BRANCHES: [(&str, u8); 7] = [
    ("st john's", 9),
    ("halifax", 9),
    ("montreal", 18),
    ("winnipeg", 9),
    ("regina", 9),
    ("edmonton", 12),
    ("vancouver", 9),
];

/// Thursday, 15 January 2026, 00:00 UTC.
const MIDNIGHT: Timestamp = Timestamp::from_secs(1_768_435_200);

fn at(hour: i64) -> Timestamp {
    MIDNIGHT + Span::from_secs(hour * 3600)
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let zones = Zones::bundled();
    let rules = RuleSet::from_toml(HOURS, &zones)?;
    let week = Window::new(MIDNIGHT, at(7 * 24))?;
    let table = |name: &str| rules.compile(name, &zones, week).map(|compiled| compiled.hours);
    let branches: Vec<(&str, u8, HoursTable)> = BRANCHES
        .iter()
        .map(|(name, agents)| Ok((*name, *agents, table(name)?)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    hold_the_promise(&table("promise")?, &branches, week, &zones)?;

    let mut config = Config::from_toml(COMPANY)?;
    let partners = register(&mut config, &branches)?;
    look_twice(&config)?;
    storm(config, &partners)
}

/// Round the clock is promised. Who is there when?
fn hold_the_promise(
    promise: &HoursTable,
    branches: &[(&str, u8, HoursTable)],
    week: Window,
    zones: &Zones,
) -> Result<(), Box<dyn Error>> {
    let montreal = zones.zone("America/Toronto")?;
    let found = coverage(promise, branches.iter().map(|(.., hours)| hours), week, &montreal);
    println!(
        "promised {}, nobody there for {} in {} gaps:",
        found.promised,
        found.uncovered,
        found.gaps.len()
    );
    for gap in &found.gaps {
        println!("  {gap}");
    }
    // Vancouver leaves half an hour before St John's comes, every day.
    assert_eq!(found.gaps.len(), 7);
    assert!(found.gaps.iter().all(|gap| gap.length() == Span::from_secs(1800)));
    Ok(())
}

/// Registers the agents; the names of those who work for partners.
fn register(config: &mut Config, branches: &[(&str, u8, HoursTable)]) -> Result<Vec<String>, Box<dyn Error>> {
    for (branch, agents, _) in branches {
        for number in 0..*agents {
            let service = Proficiency::new(3 + number % 8)?;
            let mut agent = AgentSpec::new(&format!("{branch} {number}")).with_skill("service", service);
            if number % 3 == 0 {
                agent = agent.with_skill("claims", Proficiency::new(7)?);
                agent.clearance.insert("confidential".into());
            } else {
                agent = agent.with_skill("sales", Proficiency::new(5)?);
            }
            agent.clearance.insert("general".into());
            agent.site = Some((*branch).into());
            agent.capacity = 3;
            config.agents.push(agent);
        }
    }
    let mut partners = Vec::new();
    for partner in ["acme", "zenith"] {
        for number in 0..20 {
            let mut agent =
                AgentSpec::new(&format!("{partner} {number}")).with_skill("outside", Proficiency::new(5)?);
            agent.partner = Some(partner.into());
            // What a partner writes of its own people does not widen what it may see.
            agent.clearance = ["general", "confidential"].map(Into::into).into_iter().collect();
            agent.capacity = 3;
            partners.push(agent.name.to_string());
            config.agents.push(agent);
        }
    }
    Ok(partners)
}

/// The lint knows nothing against it.
fn look_twice(config: &Config) -> Result<(), Box<dyn Error>> {
    let findings = lint(config)?;
    println!("the lint finds {} things to say", findings.len());
    assert_eq!(findings, []);
    Ok(())
}

/// Contacts of a queue from 13:00 to 22:00 UTC: so many an hour, and `storm` times as many from 15:00 to 17:00.
fn stream(queue: &str, per_hour: f64, storm: f64, handling: i64, patience: Option<i64>) -> ContactStream {
    let part =
        |from, until, factor| Segment { from: at(from), until: at(until), rate_per_hour: per_hour * factor };
    ContactStream {
        queue: queue.into(),
        arrivals: Arrivals::Piecewise {
            segments: vec![part(13, 15, 1.0), part(15, 17, storm), part(17, 22, 1.0)],
            busyness: None,
        },
        handling: Distribution::exponential(Span::from_secs(handling)),
        patience: patience.map(|seconds| Distribution::exponential(Span::from_secs(seconds))),
        points: 0,
    }
}

fn storm(config: Config, partners: &[String]) -> Result<(), Box<dyn Error>> {
    let names: Vec<String> = config.queues.iter().map(|queue| queue.name.to_string()).collect();
    let thresholds: Vec<_> =
        config.queues.iter().map(|queue| (queue.answer_within, queue.short_abandon)).collect();
    let mut scenario = Scenario::new(config, at(13), at(22));
    scenario.streams = vec![
        stream("claims", 60.0, 3.0, 300, Some(600)),
        stream("vip", 30.0, 2.0, 200, Some(400)),
        stream("service", 500.0, 2.8, 200, Some(240)),
        stream("chat", 90.0, 2.0, 240, Some(300)),
        stream("messenger", 60.0, 2.0, 300, None),
        stream("e-mail", 60.0, 1.0, 360, None),
    ];

    let (mut legs, mut measures) = (Legs::default(), Measures::new(&thresholds));
    let (mut surges, mut shown, mut agents) = (Vec::new(), 0, Vec::new());
    let mut hear = |event: &Event| {
        legs.observe(event);
        measures.observe(event);
        match &event.kind {
            EventKind::AgentRegistered { spec, .. } => agents.push(spec.name.to_string()),
            EventKind::SurgeTurned { active, .. } => surges.push((event.at, *active)),
            EventKind::OfferIssued { queue, agent, .. } if names[queue.index()] == "claims" => {
                shown += u32::from(partners.contains(&agents[agent.index()]));
            }
            _ => {}
        }
    };
    let report = scenario.run_with(2026, 0, &mut hear)?;

    println!("\n{:>12} {:>8} {:>8} {:>6} {:>6} {:>6}", "queue", "arrived", "moved in", "F", "lost", "SL");
    for (name, counts) in names.iter().zip(measures.queues()) {
        let level = counts.service_level(ServiceLevel::default()).unwrap_or_default() * 100.0;
        let (arrived, moved_in) = (counts.arrived, counts.moved_in);
        let (overflowed, lost) = (counts.overflowed(), counts.lost());
        println!("{name:>12} {arrived:>8} {moved_in:>8} {overflowed:>6} {lost:>6} {level:>5.1}%");
    }
    let total = measures.total();
    for (when, active) in &surges {
        println!("the surge {} at {when}", if *active { "begins" } else { "ends" });
    }
    println!("{} contacts, {} inside at the end", total.arrived, report.inside);

    // The surge begins and ends once, partners see nothing confidential, and every contact is accounted for.
    assert_eq!(surges.iter().map(|(_, active)| *active).collect::<Vec<_>>(), [true, false]);
    assert_eq!(shown, 0, "claims shown to partners");
    assert!(total.balances_with(report.inside), "{total:?}");
    assert!(measures.queues()[6].moved_in > 0 && measures.queues()[7].moved_in > 0, "both partners help");
    let ask = Ask { by: By::Arrival, ..Ask::new(Span::from_secs(20), Span::from_secs(5)) };
    assert_eq!(legs.counts(&ask).arrived, total.arrived);
    Ok(())
}
