//! Nanoseconds of the simulator's innermost steps: `cargo bench -p sunline-sim --bench micro [filter]`.
//!
//! Each figure is the fastest of several rounds, on one thread, so that a busy machine disturbs it little.
#![allow(clippy::print_stdout, reason = "a bench reports to a terminal")]

use std::hint::black_box;
use std::time::Instant;

use sunline_core::time::Span;
use sunline_sim::distribution::Distribution;
use sunline_sim::random::{Chance, Purpose};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; without it (a test of all targets) one round shows that everything runs.
    let rounds = if arguments.iter().any(|a| a == "--bench") { 15 } else { 1 };
    let filter = arguments.into_iter().find(|a| !a.starts_with("--")).unwrap_or_default();
    let bench = Bench { filter, rounds };
    random(&bench);
    distributions(&bench);
}

/// Measures and prints one line for each step whose name contains the filter.
struct Bench {
    filter: String,
    rounds: u32,
}

impl Bench {
    /// Runs `step` in rounds of `n` calls and prints nanoseconds a call.
    fn each(&self, name: &str, n: u64, mut step: impl FnMut(u64)) {
        self.round(name, n, || (0..n).for_each(&mut step));
    }

    /// Runs `round`, which does `n` things, several times and prints nanoseconds a thing.
    fn round(&self, name: &str, n: u64, mut round: impl FnMut()) {
        if !name.contains(&self.filter) {
            return;
        }
        let mut fastest = f64::INFINITY;
        for _ in 0..self.rounds {
            let start = Instant::now();
            round();
            fastest = fastest.min(start.elapsed().as_nanos() as f64 / n as f64);
        }
        println!("{name:<58} {fastest:>8.1} ns");
    }
}

fn random(bench: &Bench) {
    let family = Chance::new(1, 2).family(Purpose::Service, 3);
    let mut stream = family.stream(0);
    bench.each("random: 64 bits", 1_000_000, |_| {
        black_box(stream.bits());
    });
    bench.each("random: exponential", 1_000_000, |_| {
        black_box(stream.exponential());
    });
    bench.each("random: normal", 1_000_000, |_| {
        black_box(stream.normal());
    });
    bench.each("random: stream of a contact", 1_000_000, |contact| {
        black_box(family.stream(contact));
    });
    bench.each("random: stream of a contact, first exponential", 1_000_000, |contact| {
        black_box(family.stream(contact).exponential());
    });
}

fn distributions(bench: &Bench) {
    let mean = Span::from_secs(180);
    let seen: Vec<Span> = (0..10_000).map(Span::from_millis).collect();
    let laws = [
        ("exponential", Distribution::exponential(mean)),
        ("lognormal", Distribution::lognormal(mean, 1.2)),
        ("gamma, shape above 1", Distribution::gamma(mean, 0.8)),
        ("gamma, shape below 1", Distribution::gamma(mean, 1.5)),
        ("Weibull", Distribution::weibull(0.7, mean)),
        ("Erlang-3", Distribution::erlang(3, mean)),
        ("uniform", Distribution::uniform(Span::ZERO, mean)),
        ("hyperexponential", Distribution::hyperexponential_by_mean(mean, 2.0).expect("in range")),
        ("empirical, 10,000 records", Distribution::empirical(&seen, false)),
        ("empirical, interpolated", Distribution::empirical(&seen, true)),
    ];
    let family = Chance::new(1, 2).family(Purpose::Service, 3);
    for (name, law) in laws {
        let sampler = law.sampler().expect("in range");
        bench.each(&format!("distribution: first draw of a contact, {name}"), 200_000, |contact| {
            black_box(sampler.sample(&mut family.stream(contact)));
        });
    }
}
