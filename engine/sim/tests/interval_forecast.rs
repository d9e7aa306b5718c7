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
fn run(seed: u64) -> (Vec<Foretold>, Legs) {
    let scenario = scenario();
    let mut world = World::new(&scenario, seed, 0).expect("it runs");
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

/// Weeks that were not looked at when the form of the range was chosen.
const SEEDS: [u64; 4] = [101, 102, 103, 104];

/// What the forecasts of one run came to: how many, how many in their range, and the sums of their errors, and of the errors
/// of what was counted so far.
#[derive(Default)]
struct Came {
    count: u32,
    inside: u32,
    off: f64,
    off_so_far: f64,
}

fn came(seed: u64) -> Came {
    let (told, legs) = run(seed);
    let mut came = Came::default();
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
        came.count += 1;
        came.inside += u32::from((said.range.0 - 1e-9..=said.range.1 + 1e-9).contains(&truth));
        came.off += (said.expected - truth).abs();
        came.off_so_far += (said.so_far.unwrap_or(0.8) - truth).abs();
    }
    came
}

#[test]
fn it_is_right_as_often_as_it_says_and_nearer_than_what_was_counted_so_far() {
    let mut inside = 0.0;
    for seed in SEEDS {
        let came = came(seed);
        let of = f64::from(came.count);
        let (share, off, off_so_far) = (f64::from(came.inside) / of, came.off / of, came.off_so_far / of);
        println!(
            "seed {seed}: {of} forecasts, {share:.3} in the 80 % range, off by {off:.3}, counted so far by {off_so_far:.3}"
        );
        assert!(came.count > 1_000, "{of}");
        assert!(off < off_so_far, "{off} against {off_so_far}");
        inside += share / SEEDS.len() as f64;
    }
    assert!((0.75..=0.85).contains(&inside), "{inside}");
}
