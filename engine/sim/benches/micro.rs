//! Nanoseconds of the simulator's innermost steps: `cargo bench -p sunline-sim --bench micro [filter]`.
//!
//! Each figure is the fastest of several rounds, on one thread, so that a busy machine disturbs it little.
#![allow(clippy::print_stdout, reason = "a bench reports to a terminal")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;

use sunline_core::hours::Interval;
use sunline_core::time::{Span, Timestamp};
use sunline_sim::arrivals::Arrivals;
use sunline_sim::distribution::Distribution;
use sunline_sim::event_queue::EventQueue;
use sunline_sim::random::{Chance, Purpose};
use sunline_sim::statistics::{Moments, TimeAverage, Waits};
use sunline_sim::trace::{COLUMNS, CallLog, Offsets};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; without it (a test of all targets) one round shows that everything runs.
    let rounds = if arguments.iter().any(|a| a == "--bench") { 15 } else { 1 };
    let filter = arguments.into_iter().find(|a| !a.starts_with("--")).unwrap_or_default();
    let bench = Bench { filter, rounds };
    random(&bench);
    distributions(&bench);
    arrivals(&bench);
    event_queues(&bench);
    statistics(&bench);
    call_log(&bench);
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

fn arrivals(bench: &Bench) {
    let midnight = Timestamp::from_secs(1_700_000_000);
    let expected: Vec<f64> = (0..48).map(|half_hour| f64::from(half_hour) * 400.0).collect();
    let day = Arrivals::from_expected(midnight, Span::from_secs(1800), &expected);
    let ready = day.ready().expect("in range");
    let window = Interval { from: midnight, until: midnight + Span::from_secs(86_400) };
    bench.round("arrivals: next instant, rates by half hour", 451_200, || {
        black_box(ready.instants(window, Chance::new(1, 0), 0).count());
    });
}

/// Pop the next event and schedule another ("hold"), with `n` pending: our queue against the library's heap.
fn event_queues(bench: &Bench) {
    const HOLDS: u64 = 400_000;
    let mut stream = Chance::new(1, 2).family(Purpose::Study, 0).stream(0);
    // Spans as a contact centre has them: constant ones (offers, wrap-up), handling, patience, a shift's end.
    let spans: Vec<Span> = (0..1 << 16)
        .map(|i| match i % 8 {
            0 => Span::from_secs(20),
            1 => Span::from_secs(30),
            2..5 => Span::from_nanos((180e9 * stream.exponential()) as i64),
            5..7 => Span::from_nanos((5e9 * stream.exponential()) as i64),
            _ if i % 512 == 7 => Span::from_secs(8 * 3600),
            _ => Span::from_nanos((300e9 * stream.exponential()) as i64),
        })
        .collect();
    let start = Timestamp::from_secs(1_700_000_000);
    for pending in [10, 100, 1_000, 10_000, 100_000] {
        let mut next = spans.iter().copied().cycle();
        let mut queue = EventQueue::new();
        for i in 0..pending {
            queue.schedule(start + next.next().unwrap_or_default(), i);
        }
        let mut hold = || {
            let (at, payload) = queue.pop().expect("pending");
            queue.schedule(at + next.next().unwrap_or_default(), payload)
        };
        (0..3 * pending).for_each(|_| _ = hold());
        bench.each(&format!("event queue: pop and schedule, {pending} pending"), HOLDS, |_| {
            black_box(hold());
        });

        let mut next = spans.iter().copied().cycle();
        let (mut heap, mut seq) = (BinaryHeap::new(), 0_u64);
        let mut push = |heap: &mut BinaryHeap<_>, at, payload| {
            seq += 1;
            heap.push(Reverse((at, seq, payload)));
        };
        (0..pending).for_each(|i| push(&mut heap, start + next.next().unwrap_or_default(), i));
        let mut hold = || {
            let Reverse((at, _, payload)) = heap.pop().expect("pending");
            push(&mut heap, at + next.next().unwrap_or_default(), payload);
        };
        (0..3 * pending).for_each(|_| hold());
        bench.each(&format!("binary heap: pop and push,     {pending} pending"), HOLDS, |_| hold());
    }
    cancelling(bench, &spans);
}

/// Each contact's patience is scheduled on arrival and cancelled when an agent answers.
fn cancelling(bench: &Bench, spans: &[Span]) {
    let mut next = spans.iter().copied().cycle();
    let mut queue = EventQueue::new();
    let mut now = Timestamp::from_secs(1_700_000_000);
    for i in 0..1_000 {
        queue.schedule(now + next.next().unwrap_or_default(), i);
    }
    bench.each("event queue: schedule, cancel, pop and schedule, 1000 pending", 400_000, |_| {
        let patience = queue.schedule(now + Span::from_secs(300), 0);
        let (at, payload) = queue.pop().expect("pending");
        now = at;
        queue.cancel(patience);
        queue.schedule(at + next.next().unwrap_or_default(), payload);
    });
}

fn statistics(bench: &Bench) {
    let mut stream = Chance::new(1, 2).family(Purpose::Study, 1).stream(0);
    let spans: Vec<Span> =
        (0..1 << 12).map(|_| Span::from_nanos((60e9 * stream.exponential()) as i64)).collect();
    let span = |i: u64| spans[i as usize % spans.len()];
    let mut waits = Waits::new(&[Span::from_secs(20)]);
    bench.each("statistics: record a wait, one threshold", 1_000_000, |i| waits.record(span(i)));
    let mut moments = Moments::new();
    bench.each("statistics: push into moments", 1_000_000, |i| moments.push(span(i).as_nanos() as f64));
    let (mut now, mut level) = (Timestamp::EPOCH, TimeAverage::new(Timestamp::EPOCH, 0));
    bench.each("statistics: change a level", 1_000_000, |i| {
        now += span(i);
        level.add(now, if i % 2 == 0 { 1 } else { -1 });
    });
    black_box((waits.mean(), moments.mean(), level.average(now)));
}

/// A month of a bank's calls: 40,000 rows, read and put on the time line.
fn call_log(bench: &Bench) {
    const ROWS: u64 = 40_000;
    let mut text = format!("{}\n", COLUMNS.join(","));
    for i in 0..ROWS {
        let (entry, customer) = (i * 2, i * 7919 % 12_000);
        let (queue, start) = (entry + 9, entry + 140);
        text += &format!("1999-03-01,PS,2,{customer},{entry},9,1,{queue},131,served,{start},188,A36\n");
    }
    let offsets = Offsets::fixed(Span::from_secs(7200));
    bench.round("trace: read a row and find its instant", ROWS, || {
        let log = CallLog::new(text.as_bytes()).expect("a header");
        let rows = log.map(|row| row.expect("a call"));
        black_box(rows.map(|row| offsets.instant(row.date, row.queue_entry_s)).max());
    });
}
