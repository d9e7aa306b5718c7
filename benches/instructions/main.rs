//! How many instructions the kernel's steps take, counted by Callgrind; run by `benches/instructions/check`.
//!
//! Each case does [`TIMES`] operations on what its setup made; the setup is not counted.
#![allow(missing_docs, unused_qualifications, reason = "as gungraun's macros write it")]

use std::hint::black_box;

use gungraun::{library_benchmark, library_benchmark_group, main};
use sunline_benches::{Floor, Size, centre};
use sunline_core::bench::Index;
use sunline_core::config::AnswerMode;
use sunline_core::{AgentId, QueueId};

const TIMES: u32 = 100;
/// A prime, so that the operations go through queues and agents without a pattern.
const STRIDE: u32 = 37;

fn index() -> Index {
    let config = centre(Size { agents: 1_000, profiles: 100, skills: 50, queues: 500 });
    Index::new(&config, 10_000).expect("the configuration is sound")
}

fn floor(answer: AnswerMode) -> Floor {
    Floor::new(centre(Size { agents: 100, profiles: 20, skills: 10, queues: 10 }), answer)
}

fn busy() -> Floor {
    Floor::busy(centre(Size { agents: 100, profiles: 20, skills: 10, queues: 10 }))
}

/// Offers to one agent a skill's worth of contacts, all unanswered and due one after another.
fn unanswered() -> Floor {
    let mut floor = floor(AnswerMode::Agent);
    (0..TIMES / 2).for_each(|_| floor.arrive());
    floor
}

#[library_benchmark]
#[bench::index(index())]
fn pair(mut index: Index) -> Index {
    for i in 0..TIMES {
        black_box(index.pair(QueueId((i * STRIDE % 500) as u16)));
    }
    index
}

#[library_benchmark]
#[bench::index(index())]
fn take(mut index: Index) -> Index {
    for i in 0..TIMES {
        black_box(index.take(AgentId(i * STRIDE % 1_000)));
    }
    index
}

#[library_benchmark]
#[bench::waits(busy())]
#[bench::is_offered(floor(AnswerMode::Agent))]
fn arrive(mut floor: Floor) -> Floor {
    (0..TIMES / 4).for_each(|_| floor.arrive());
    floor
}

#[library_benchmark]
#[bench::takes_the_next(busy())]
fn complete(mut floor: Floor) -> Floor {
    (0..TIMES).for_each(|_| floor.complete());
    floor
}

#[library_benchmark]
#[bench::asks_another(unanswered())]
fn expire(mut floor: Floor) -> Floor {
    (0..TIMES / 4).for_each(|_| floor.step());
    assert_eq!(floor.expired, u64::from(TIMES / 4), "each step lets one offer expire");
    floor
}

library_benchmark_group!(name = kernel; benchmarks = pair, take, arrive, complete, expire);
main!(library_benchmark_groups = kernel);
