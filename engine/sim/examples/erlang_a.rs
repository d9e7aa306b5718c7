//! An Erlang-A centre: 100 agents at load 0.95, service 300 s, patience 600 s. Usage: `erlang_a [contacts]`.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::time::Instant;

use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentSpec, Config};
use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let contacts: f64 = std::env::args().nth(1).map_or(Ok(1e6), |n| n.parse())?;
    let per_second = 0.95 * 100.0 / 300.0;
    let mut config = Config::from_toml(
        "name = 'erlang-a'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'all', offer = { answer = 'auto' } }]",
    )?;
    config.agents = (0..100).map(|i| AgentSpec::new(&format!("agent {i}"))).collect();
    let end = Timestamp::EPOCH + Span::from_secs((contacts / per_second) as i64);
    let mut centre = Scenario::new(config, Timestamp::EPOCH, end);
    centre.warm_up = Span::from_secs(3600);
    centre.stop_at_end = true;
    centre.streams.push(ContactStream {
        queue: "all".into(),
        arrivals: Arrivals::Poisson { rate_per_hour: per_second * 3600.0 },
        handling: Distribution::exponential(Span::from_secs(300)),
        patience: Some(Distribution::exponential(Span::from_secs(600))),
        points: 0,
    });
    let began = Instant::now();
    let report = centre.run(1, 0)?;
    let seconds = began.elapsed().as_secs_f64();
    let total = &report.total;
    println!("{} contacts in {seconds:.2} s: {:.0} a second", total.offered(), contacts / seconds);
    println!("abandoned {:.5} (exact 0.015141)", total.counts.abandonment().unwrap_or_default());
    println!("mean wait {} (exact 9.0846 s)", total.counts.mean_wait().unwrap_or_default());
    println!("occupancy {:.5} (exact 0.93562)", total.occupancy.unwrap_or_default());
    Ok(())
}
