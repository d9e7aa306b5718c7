//! A national company on the day after a storm: seven branches, in-house agents and two partners, voice, chat, e-mail and
//! messenger, VIPs, and a class of contacts that only in-house agents may see.
//!
//! The day is simulated by the code that would run live. A surge begins and ends once; no confidential contact reaches a
//! partner; and the ledger balances. `cargo run --release -p sunline-examples --example national_company`
#![allow(clippy::print_stdout, reason = "it shows the day")]

use std::error::Error;

use sunline::config::AgentSpec;
use sunline::measures::{Ask, By, Legs, Measures, ServiceLevel};
use sunline::sim::{Arrivals, ContactStream, Distribution, Scenario, Segment};
use sunline::{Config, Event, EventKind, Proficiency, Span, Timestamp};

const BRANCHES: [&str; 7] = ["north", "east", "south", "west", "centre", "coast", "hills"];

const CONFIG: &str = r#"
    name = "national company"
    channels = [
        { name = "voice", cost = 3 },
        { name = "chat" },
        { name = "e-mail" },
        { name = "messenger" },
    ]
    skills = [{ name = "service" }, { name = "claims" }, { name = "sales" }, { name = "outside" }]

    # ── in-house ──────────────────────────────────────────────────────────────────────────────────────────────

    [[queues]]
    name = "claims"                     # medical reports: nobody outside may see them
    channel = "voice"
    requires = "claims >= 4"
    absolute = { data_classes = ["confidential"], in_house_only = true }
    base_points = 60
    offer = { answer = "auto" }
    wrap_up = "40s"
    merge_group = "customer"

    [[queues]]
    name = "vip"
    channel = "voice"
    requires = "service >= 3"
    prefers = [{ term = "service >= 7" }]
    agent_rule = "best_score"
    base_points = 300
    offer = { answer = "auto" }
    wrap_up = "30s"

    [[queues]]
    name = "service"
    channel = "voice"
    requires = "service"
    absolute = { data_classes = ["general"] }
    offer = { answer = "auto" }
    wrap_up = "20s"
    admission = { max_length = 150, when_full = "callback" }
    merge_group = "customer"
    overflow = [
        { when = { signal = "wait", enter = 60, leave = 10, min_active = "5m", min_idle = "2m" }, to = "acme desk" },
        { when = { signal = "wait", enter = 60, leave = 10, min_active = "5m", min_idle = "2m" }, to = "zenith desk" },
    ]

    [[queues]]
    name = "chat"
    channel = "chat"
    requires = "service or sales"
    offer = { answer = "auto" }

    [[queues]]
    name = "messenger"
    channel = "messenger"
    requires = "service or sales"
    points_per_hour = 1200
    offer = { answer = "auto" }
    admission = { max_wait = "30m" }

    [[queues]]
    name = "e-mail"
    channel = "e-mail"
    requires = "service or sales"
    points_per_hour = 60
    answer_within = "4h"
    offer = { answer = "auto" }

    # ── the partners' queues ──────────────────────────────────────────────────────────────────────────────────

    [[queues]]
    name = "acme desk"
    channel = "voice"
    requires = "outside"
    offer = { answer = "auto" }

    [[queues]]
    name = "zenith desk"
    channel = "voice"
    requires = "outside"
    offer = { answer = "auto" }

    [[partners]]
    name = "acme"
    queue = "acme desk"
    data_classes = ["general"]
    topics = ["service"]
    concurrency = 25
    share = 30

    [[partners]]
    name = "zenith"
    queue = "zenith desk"
    data_classes = ["general"]
    topics = ["service"]
    concurrency = 25
    only_in_surge = true

    [[surges]]
    name = "storm"
    queues = ["claims", "service", "chat"]
    when = { signal = "length", enter = 45, leave = 4, min_active = "30m", min_idle = "30m" }
    bounds = [{ queue = "service", admission = { max_length = 30, when_full = "callback" } }]
    deflect = ["messenger"]
    shed = ["chat"]
    shed_above = 120
    open_partners = ["zenith"]
"#;

/// Midnight of the day, UTC.
const MIDNIGHT: Timestamp = Timestamp::from_secs(1_767_571_200);

fn at(hour: i64) -> Timestamp {
    MIDNIGHT + Span::from_secs(hour * 3600)
}

fn agents() -> Result<Vec<AgentSpec>, Box<dyn Error>> {
    let mut agents = Vec::new();
    for branch in BRANCHES {
        for number in 0..9 {
            let level = |n: u8| Proficiency::new(n);
            let mut agent =
                AgentSpec::new(&format!("{branch} {number}")).with_skill("service", level(3 + number)?);
            if number < 3 {
                agent = agent.with_skill("claims", level(7)?);
                agent.clearance.insert("confidential".into());
            } else {
                agent = agent.with_skill("sales", level(5)?);
            }
            agent.clearance.insert("general".into());
            agent.site = Some(branch.into());
            agent.capacity = 3;
            agents.push(agent);
        }
    }
    for partner in ["acme", "zenith"] {
        for number in 0..20 {
            let mut agent =
                AgentSpec::new(&format!("{partner} {number}")).with_skill("outside", Proficiency::new(5)?);
            agent.partner = Some(partner.into());
            // What a partner writes of its own people does not widen what it may see.
            agent.clearance = ["general", "confidential"].map(Into::into).into_iter().collect();
            agent.capacity = 3;
            agents.push(agent);
        }
    }
    Ok(agents)
}

/// Contacts of a queue: so many an hour, and `storm` times as many from ten to twelve.
fn stream(
    queue: &str,
    rate_per_hour: f64,
    storm: f64,
    handling: i64,
    patience: Option<i64>,
) -> ContactStream {
    let part = |from, until, factor| Segment {
        from: at(from),
        until: at(until),
        rate_per_hour: rate_per_hour * factor,
    };
    ContactStream {
        queue: queue.into(),
        arrivals: Arrivals::Piecewise {
            segments: vec![part(8, 10, 1.0), part(10, 12, storm), part(12, 18, 1.0)],
            busyness: None,
        },
        handling: Distribution::exponential(Span::from_secs(handling)),
        patience: patience.map(|seconds| Distribution::exponential(Span::from_secs(seconds))),
        points: 0,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::from_toml(CONFIG)?;
    config.agents = agents()?;
    config.check()?;
    let partners: Vec<String> = config
        .agents
        .iter()
        .filter(|agent| agent.partner.is_some())
        .map(|agent| agent.name.to_string())
        .collect();
    let names: Vec<String> = config.queues.iter().map(|queue| queue.name.to_string()).collect();
    let thresholds: Vec<_> =
        config.queues.iter().map(|queue| (queue.answer_within, queue.short_abandon)).collect();
    let mut scenario = Scenario::new(config, at(8), at(18));
    scenario.streams = vec![
        stream("claims", 60.0, 3.0, 300, Some(600)),
        stream("vip", 30.0, 2.0, 200, Some(400)),
        stream("service", 420.0, 2.6, 200, Some(240)),
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

    println!(
        "{:>12} {:>8} {:>8} {:>6} {:>6} {:>5} {:>5} {:>6}",
        "queue", "arrived", "moved in", "F", "L", "C", "kept", "SL"
    );
    for (name, counts) in names.iter().zip(measures.queues()) {
        let level = counts.service_level(ServiceLevel::default()).unwrap_or_default();
        println!(
            "{name:>12} {:>8} {:>8} {:>6} {:>6} {:>5} {:>5} {:>5.1}%",
            counts.arrived,
            counts.moved_in,
            counts.overflowed(),
            counts.lost(),
            counts.callbacks,
            counts.callbacks_kept,
            level * 100.0
        );
    }
    let total = measures.total();
    for (when, active) in &surges {
        println!("the surge {} at {when}", if *active { "begins" } else { "ends" });
    }
    println!("{} contacts, {} inside at the end", total.arrived, report.inside);

    // The surge begins and ends once, partners see nothing confidential, and every contact is accounted for.
    assert_eq!(surges.iter().map(|(_, active)| *active).collect::<Vec<_>>(), [true, false]);
    assert_eq!(shown, 0);
    assert!(total.balances_with(report.inside), "{total:?}");
    assert!(measures.queues()[6].moved_in > 0 && measures.queues()[7].moved_in > 0);
    let ask = Ask { by: By::Arrival, ..Ask::new(Span::from_secs(20), Span::from_secs(5)) };
    assert_eq!(legs.counts(&ask).arrived, total.arrived);
    Ok(())
}
