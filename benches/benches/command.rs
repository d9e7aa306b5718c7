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

/// What a command costs on the whole, all that belong to a contact's life together: at a quiet hour, where contacts are offered
/// at once, and in the rush, where they wait. In both one offer in ten is declined; at the quiet hour some agent takes a break for
/// every ten contacts, in the rush one contact in ten gives up. One iteration is one command.
fn mixed_traffic(c: &mut Criterion) {
    for agents in [100, 10_000] {
        let mut group = c.benchmark_group(format!("{agents} agents, mixed traffic"));
        let mut quiet = Floor::new(config(agents), AnswerMode::Agent);
        (0..agents * 4 / 5).for_each(|_| is_served(&mut quiet));
        on_the_whole(&mut group, "at a quiet hour", |contact| at_a_quiet_hour(&mut quiet, contact, agents));
        let mut crowded = Floor::new(config(agents), AnswerMode::Agent);
        (0..agents).for_each(|_| is_served(&mut crowded));
        (0..agents).for_each(|_| crowded.arrive());
        on_the_whole(&mut group, "in the rush", |contact| in_the_rush(&mut crowded, contact));
        group.finish();
    }
}

/// Times commands in rounds of a few; `round` gets its number and says how many commands it told.
fn on_the_whole(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut round: impl FnMut(u64) -> i64) {
    let (mut contacts, mut owed) = (0, 0);
    group.bench_function(name, |b| {
        b.iter_custom(|times| {
            let began = Instant::now();
            // What one round told beyond its share, the next tells less.
            let mut left = times as i64 - owed;
            while left > 0 {
                contacts += 1;
                left -= round(contacts);
            }
            owed = -left;
            began.elapsed()
        });
    });
}

fn is_served(floor: &mut Floor) {
    floor.arrive();
    floor.accept();
}

/// A contact comes, is served and goes, while agents are free; how many commands that took.
fn at_a_quiet_hour(floor: &mut Floor, contact: u64, agents: u32) -> i64 {
    let tenth = contact.is_multiple_of(10);
    floor.arrive();
    if tenth {
        floor.decline();
        let agent = AgentId((contact % u64::from(agents)) as u32);
        floor.presence(agent, Presence::Break("".into()));
        floor.presence(agent, Presence::Available);
    }
    floor.accept();
    floor.complete();
    if tenth { 6 } else { 3 }
}

/// A contact comes and waits, and another is served, while nobody is free; how many commands that took.
fn in_the_rush(floor: &mut Floor, contact: u64) -> i64 {
    floor.arrive();
    floor.complete();
    if contact.is_multiple_of(10) {
        // Whoever declines is asked for the next; the declined contact waits for somebody else.
        floor.decline();
        floor.arrive();
        floor.abandon();
        floor.accept();
        return 6;
    }
    floor.accept();
    3
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

criterion_group!(benches, commands, mixed_traffic, recorded_day);
criterion_main!(benches);
