//! Whole commands in memory: nanoseconds from [`sunline_core::Domain::handle`] to the last event drained.
//!
//! Each command is measured alone, in blocks; what brings the floor back to where it was is not timed. The last
//! bench is a whole recorded day in the simulator. `docs/benchmarks.md` tells what came out.
#![allow(missing_docs, reason = "criterion's macros make an undocumented function")]

use std::path::Path;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use sunline_benches::{Floor, Size, centre, day};
use sunline_core::config::AnswerMode;
use sunline_core::{AgentId, Config, Presence};

/// Commands timed together.
const BLOCK: u64 = 32;

fn config(agents: u32) -> Config {
    centre(Size { agents, profiles: 20, skills: 10, queues: 10 })
}

/// Times `command` in blocks, each after `prepare` and before `restore`; all three get the place in the block.
fn each(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    floor: &mut Floor,
    prepare: fn(&mut Floor, u64),
    command: fn(&mut Floor, u64),
    restore: fn(&mut Floor, u64),
) {
    group.bench_function(name, |b| {
        b.iter_custom(|times| {
            let mut timed = Duration::ZERO;
            let mut left = times;
            while left > 0 {
                let block = left.min(BLOCK);
                left -= block;
                (0..block).for_each(|i| prepare(floor, i));
                let began = Instant::now();
                (0..block).for_each(|i| command(floor, i));
                timed += began.elapsed();
                (0..block).for_each(|i| restore(floor, i));
            }
            timed
        });
    });
}

fn nothing(_: &mut Floor, _: u64) {}

fn commands(c: &mut Criterion) {
    for agents in [100, 10_000] {
        let mut group = c.benchmark_group(format!("{agents} agents"));
        let busy = &mut Floor::busy(config(agents));
        each(&mut group, "arrive, and wait", busy, nothing, |f, _| f.arrive(), |f, _| f.complete());
        each(&mut group, "complete, and take", busy, |f, _| f.arrive(), |f, _| f.complete(), nothing);
        each(&mut group, "abandon", busy, |f, _| f.arrive(), |f, _| f.abandon(), nothing);
        let idle = &mut Floor::new(config(agents), AnswerMode::Auto);
        each(&mut group, "arrive, and be served", idle, nothing, |f, _| f.arrive(), |f, _| f.complete());
        each(&mut group, "complete, and go idle", idle, |f, _| f.arrive(), |f, _| f.complete(), nothing);
        let asked = &mut Floor::new(config(agents), AnswerMode::Agent);
        each(&mut group, "arrive, and be offered", asked, nothing, |f, _| f.arrive(), answered);
        each(&mut group, "accept", asked, |f, _| f.arrive(), |f, _| f.accept(), |f, _| f.complete());
        each(&mut group, "decline, and ask another", asked, |f, _| f.arrive(), |f, _| f.decline(), answered);
        let away = |f: &mut Floor, i| f.presence(AgentId(i as u32), Presence::Break("".into()));
        let back = |f: &mut Floor, i| f.presence(AgentId(i as u32), Presence::Available);
        each(&mut group, "presence, to a break", idle, nothing, away, back);
        each(&mut group, "presence, to available", idle, away, back, nothing);
        group.finish();
    }
}

fn answered(floor: &mut Floor, _: u64) {
    floor.accept();
    floor.complete();
}

fn recorded_day(c: &mut Criterion) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let scenario = day(&data).expect("the recorded day can be read");
    c.bench_function("a recorded day, simulated", |b| {
        b.iter(|| scenario.run(1, 0).expect("the scenario is sound"));
    });
}

criterion_group!(benches, commands, recorded_day);
criterion_main!(benches);
