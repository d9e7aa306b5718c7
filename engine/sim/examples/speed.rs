//! What a contact costs, for a profiler: `speed erlang-a|two-skill [contacts]`.
//!
//! Both centres are those of `benches/peers`: 95 % load, service 300 s, patience 600 s. One queue and 100 agents who are
//! all alike; or six types on a ring, where group g serves type g at level 10 and type g + 1 at level 5.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::time::Instant;

use sunline_core::time::{Span, Timestamp};
use sunline_core::{Config, Proficiency};
use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario};

const SERVICE_S: i64 = 300;
const PATIENCE_S: i64 = 600;
const LOAD: f64 = 0.95;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let centre = std::env::args().nth(1).unwrap_or_else(|| "erlang-a".into());
    let contacts: f64 = std::env::args().nth(2).map_or(Ok(1e6), |n| n.parse())?;
    let config = if centre == "two-skill" { two_skill()? } else { erlang_a()? };
    let scenario = loaded(config, contacts);
    let began = Instant::now();
    let report = scenario.run(1, 0)?;
    let seconds = began.elapsed().as_secs_f64();
    let total = &report.total;
    println!("{} contacts, {} commands in {seconds:.2} s", total.offered(), report.commands);
    println!("mean wait {}", total.counts.mean_wait().unwrap_or_default());
    println!("abandoned {:.5}", total.counts.abandonment().unwrap_or_default());
    Ok(())
}

fn erlang_a() -> Result<Config, Box<dyn std::error::Error>> {
    let agents: String = (0..100).map(|n| format!("{{ name = 'agent {n}' }},")).collect();
    Ok(Config::from_toml(&format!(
        "name = 'erlang-a'\nchannels = [{{ name = 'voice' }}]\n\
         queues = [{{ name = 'all', offer = {{ answer = 'auto' }} }}]\nagents = [{agents}]",
    ))?)
}

fn two_skill() -> Result<Config, Box<dyn std::error::Error>> {
    let skills: String = (0..6).map(|n| format!("{{ name = 'type_{n}' }},")).collect();
    let queue = |n| {
        format!(
            "{{ name = 'type_{n}', requires = 'type_{n} >= 1', agent_rule = 'best_score', offer = {{ answer = 'auto' }} }},"
        )
    };
    let queues: String = (0..6).map(queue).collect();
    let (high, low) = (Proficiency::new(10)?, Proficiency::new(5)?);
    let agent = |n: usize| {
        let (own, next) = (n / 15, (n / 15 + 1) % 6);
        format!("{{ name = 'agent {n}', skills = {{ type_{own} = {high}, type_{next} = {low} }} }},")
    };
    let agents: String = (0..90).map(agent).collect();
    Ok(Config::from_toml(&format!(
        "name = 'two-skill'\nchannels = [{{ name = 'voice' }}]\nskills = [{skills}]\nqueues = [{queues}]\nagents = [{agents}]",
    ))?)
}

/// A centre loaded until about so many contacts have come.
fn loaded(config: Config, contacts: f64) -> Scenario {
    let per_hour = 3600.0 * LOAD * config.agents.len() as f64 / SERVICE_S as f64;
    let end = Timestamp::EPOCH + Span::from_secs((contacts / per_hour * 3600.0) as i64);
    let mut centre = Scenario::new(config, Timestamp::EPOCH, end);
    let rate_per_hour = per_hour / centre.config.queues.len() as f64;
    let streams = centre.config.queues.iter().map(|queue| ContactStream {
        queue: queue.name.clone(),
        arrivals: Arrivals::Poisson { rate_per_hour },
        handling: Distribution::exponential(Span::from_secs(SERVICE_S)),
        patience: Some(Distribution::exponential(Span::from_secs(PATIENCE_S))),
        points: 0,
    });
    centre.streams = streams.collect();
    centre
}
