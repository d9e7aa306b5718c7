//! Ten agents go home at noon: what becomes of the next two hours?
//!
//! A centre of 500 agents is run to the middle of its morning. Its state is copied and run forward 200 times as it is, and
//! 200 times with ten agents fewer, under the same luck.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::time::Instant;

use sunline_core::measures::ServiceLevel;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Config};
use sunline_sim::lookahead::{Assumptions, Change, Figure, LookAhead, Plan, Who};
use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario, World};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::from_toml(
        "name = 'centre'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'all', offer = { answer = 'auto' } }]",
    )?;
    config.agents = (0..500).map(|i| AgentSpec::new(&format!("agent {i}"))).collect();
    let noon = Timestamp::from_secs(4 * 3600);
    let mut morning = Scenario::new(config, Timestamp::EPOCH, noon);
    morning.stop_at_end = true;
    morning.streams.push(ContactStream {
        queue: "all".into(),
        arrivals: Arrivals::Poisson { rate_per_hour: 9_900.0 },
        handling: Distribution::lognormal(Span::from_secs(180), 1.2),
        patience: Some(Distribution::exponential(Span::from_secs(240))),
        points: 0,
    });
    let mut live = World::new(&morning, 7, 0)?;
    live.run(&mut ());

    let began = Instant::now();
    let assumed = Assumptions::of_streams(morning.streams.clone());
    let ahead = LookAhead::new(live.domain(), noon, assumed)?;
    let copied = began.elapsed();
    let plan = Plan::default();
    let base = ahead.queues(&plan)?;
    let once = began.elapsed();
    let home = Change::AgentsLeave { who: Who::Any { count: 10, pool: None }, after: Span::ZERO };
    let fewer = ahead.what_if(&[home])?.queues(&plan)?;

    println!("answered within 20 s, over the next two hours");
    let figure = Figure::ServiceLevel(ServiceLevel::default());
    println!("  as it is           {}", base.estimate(None, figure)?);
    println!("  with ten fewer     {}", fewer.estimate(None, figure)?);
    let difference = fewer.minus(&base, None, figure)?;
    println!("  difference         {}", difference.change);
    println!("  gain of pairing    {:.1}", difference.gain.unwrap_or(f64::NAN));
    println!("copied in {copied:?}; 200 replications in {:?}", once - copied);
    Ok(())
}
