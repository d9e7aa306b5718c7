//! The matching index alone: nanoseconds to find a pair, without commands, events or actors.
//!
//! *pair*: a contact selects an agent, who leaves its group and is idle again. *take*: an agent selects a contact,
//! which leaves its class, and a new one enters. `docs/benchmarks.md` tells what came out.
#![allow(missing_docs, reason = "criterion's macros make an undocumented function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sunline_benches::{Size, centre};
use sunline_core::bench::{Everybody, Index};
use sunline_core::{AgentId, Config, QueueId};

const QUEUES: u32 = 500;

/// 50 skills, 500 queues: an agent with 2 to 4 skills may serve 20 classes or more.
fn config(agents: u32) -> Config {
    centre(Size { agents, profiles: 500, skills: 50, queues: QUEUES })
}

/// Numbers below `n`, in an order without a pattern that a cache could learn.
fn scattered(n: u32) -> impl FnMut() -> u32 {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % n
    }
}

fn pair(c: &mut Criterion) {
    let mut group = c.benchmark_group("pair");
    for agents in [1_000, 10_000, 100_000] {
        let mut index = Index::new(&config(agents), 0).expect("the configuration is sound");
        let mut queue = scattered(QUEUES);
        group.bench_function(format!("{agents} agents, 500 profiles"), |b| {
            b.iter(|| black_box(index.pair(QueueId(queue() as u16))));
        });
    }
    group.finish();
}

fn take(c: &mut Criterion) {
    let mut group = c.benchmark_group("take");
    let config = config(10_000);
    for waiting in [1_000, 100_000, 1_000_000] {
        let mut index = Index::new(&config, waiting).expect("the configuration is sound");
        let (fewest, most) = index.classes_per_agent();
        assert!(fewest >= 20, "the case is about agents with 20 classes or more, not {fewest} to {most}");
        let mut agent = scattered(10_000);
        group.bench_function(format!("{waiting} waiting"), |b| {
            b.iter(|| black_box(index.take(AgentId(agent()))));
        });
    }
    group.finish();
}

/// By looking at everybody, with 1,000 agents and 1,000 waiting. First both must choose alike.
fn naive(c: &mut Criterion) {
    let config = config(1_000);
    let mut index = Index::new(&config, 1_000).expect("the configuration is sound");
    let mut everybody = Everybody::new(&config, 1_000).expect("the configuration is sound");
    for number in 0..100 {
        let queue = number * 7 % QUEUES;
        assert_eq!(index.pair(QueueId(queue as u16)), everybody.pair(queue), "pair {number}");
        assert_eq!(index.take(AgentId(number)), everybody.take(AgentId(number)), "take {number}");
    }
    let mut group = c.benchmark_group("naive");
    let (mut place, mut agent) = (scattered(1_000), scattered(1_000));
    group.bench_function("pair, 1000 agents", |b| b.iter(|| black_box(everybody.pair(place()))));
    group.bench_function("take, 1000 waiting", |b| b.iter(|| black_box(everybody.take(AgentId(agent())))));
    group.finish();
}

criterion_group!(benches, pair, take, naive);
criterion_main!(benches);
