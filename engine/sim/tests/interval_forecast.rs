//! The service level of an interval, foretold while it runs, against what it came to.
//!
//! `cargo test --release -p sunline-sim --test interval_forecast -- --nocapture` prints the figures.
#![allow(clippy::print_stdout, reason = "the figures are shown with --nocapture")]

use sunline_core::measures::{Ask, By, Legs, ServiceLevel};
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Config, Event, Proficiency, QueueId};
use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario, World};

const QUEUES: [(&str, f64); 2] = [("bills", 130.0), ("cards", 90.0)];
const HOURS: i64 = 300;
const INTERVAL: Span = Span::from_secs(1_800);

/// Two queues and eighteen agents, of whom six serve both, just busy enough for bad half-hours.
fn scenario() -> Scenario {
    let mut text = String::from(
        "name = 'centre'\nchannels = [{ name = 'voice' }]\nskills = [{ name = 'bills' }, { name = 'cards' }]\n\
         forecast = { handle_time = '4m', agents = 18 }\n",
    );
    for (queue, _) in QUEUES {
        text.push_str(&format!(
            "[[queues]]\nname = '{queue}'\nrequires = '{queue} >= 1'\nanswer_within = '30s'\noffer = {{ answer = 'auto' }}\n"
        ));
    }
    let mut config = Config::from_toml(&text).expect("a configuration");
    let skilled = |number: usize| {
        let mut spec = AgentSpec::new(&format!("agent {number}"));
        for (skill, (queue, _)) in QUEUES.iter().enumerate() {
            if number % 3 == 2 || number % 3 == skill {
                spec.skills.insert((*queue).into(), Proficiency::new(5).expect("from 1 to 10").into());
            }
        }
        spec
    };
    config.agents = (0..18).map(skilled).collect();
    let mut scenario = Scenario::new(config, Timestamp::EPOCH, Timestamp::from_secs(HOURS * 3_600));
    for (queue, rate_per_hour) in QUEUES {
        scenario.streams.push(ContactStream {
            queue: queue.into(),
            arrivals: Arrivals::Poisson { rate_per_hour },
            handling: Distribution::exponential(Span::from_secs(240)),
            patience: Some(Distribution::exponential(Span::from_secs(300))),
            points: 0,
        });
    }
    scenario
}

/// What was foretold of one interval, and what would have been said by what was counted until then.
struct Foretold {
    queue: QueueId,
    from: Timestamp,
    expected: f64,
    range: (f64, f64),
    so_far: Option<f64>,
}

/// Asks ten and twenty minutes into each interval.
fn run() -> (Vec<Foretold>, Legs) {
    let scenario = scenario();
    let mut world = World::new(&scenario, 11, 0).expect("it runs");
    let (mut told, mut legs) = (Vec::new(), Legs::default());
    let mut ask = Timestamp::from_secs(600);
    while world.step(&mut |event: &Event| legs.observe(event)) {
        while world.now() >= ask {
            for queue in (0..QUEUES.len() as u16).map(QueueId) {
                let Ok(level) = world.domain().predicted_service_level(world.now(), queue) else { continue };
                let so_far = (level.counted > 0).then(|| f64::from(level.in_time) / f64::from(level.counted));
                let range = (level.low, level.high);
                told.push(Foretold { queue, from: level.from, expected: level.expected, range, so_far });
            }
            let next = ask.as_nanos() % INTERVAL.as_nanos() / 600_000_000_000;
            ask += Span::from_secs(if next == 1 { 600 } else { 1_200 });
        }
    }
    (told, legs)
}

#[test]
fn it_is_right_as_often_as_it_says_and_nearer_than_what_was_counted_so_far() {
    let (told, legs) = run();
    let (mut inside, mut off, mut off_so_far, mut count) = (0, 0.0, 0.0, 0);
    // The first day is for learning.
    for said in told.iter().filter(|said| said.from >= Timestamp::from_secs(86_400)) {
        let ask = Ask {
            queue: Some(said.queue),
            from: said.from,
            until: said.from + INTERVAL,
            by: By::Arrival,
            ..Ask::new(Span::from_secs(30), Span::from_secs(5))
        };
        let Some(truth) = legs.counts(&ask).service_level(ServiceLevel::default()) else { continue };
        count += 1;
        inside += u32::from((said.range.0 - 1e-9..=said.range.1 + 1e-9).contains(&truth));
        off += (said.expected - truth).abs();
        off_so_far += (said.so_far.unwrap_or(0.8) - truth).abs();
    }
    let of = f64::from(count);
    let (inside, off, off_so_far) = (f64::from(inside) / of, off / of, off_so_far / of);
    println!(
        "{count} intervals: {inside:.3} in the 80 % range, off by {off:.3}, counted so far by {off_so_far:.3}"
    );
    assert!(count > 1_000, "{count}");
    assert!((0.75..=0.85).contains(&inside), "{inside}");
    assert!(off < off_so_far, "{off} against {off_so_far}");
}
