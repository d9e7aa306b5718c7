//! How fast a live engine is on this machine: commands a second through the handle, in memory and on disk, and what one
//! submission costs its caller.
//!
//! ```text
//! cargo bench -p sunline-benches --bench live -- [seconds per figure] [directory of the journal]
//! ```
//!
//! Four callers keep a thousand commands each under way. The queue answers in the agents' names, so a contact is two
//! commands: it arrives, and it is completed. Beside the pace stands the CPU time of a command, all threads together,
//! which a busy machine disturbs less.

#![allow(clippy::print_stdout, reason = "it prints its figures")]

use std::collections::VecDeque;
use std::fs::read_to_string;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use sunline_core::{AgentSpec, Command, Config, ContactId, NewContact, Presence, QueueId};
use sunline_runtime::{Engine, EngineBuilder, EngineError, Pending};

const CALLERS: u64 = 4;
const UNDER_WAY: usize = 1000;
const AGENTS: u32 = 1000;

fn main() -> Result<(), EngineError> {
    // `cargo bench` adds a flag of its own.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3.0);
    let home = arguments.next().map_or_else(|| std::env::temp_dir().join("sunline-live"), PathBuf::from);
    let lasts = Duration::from_secs_f64(seconds);
    let cores = thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores, {CALLERS} callers, {UNDER_WAY} commands of each under way, {AGENTS} agents");

    pipelined("in memory", Engine::in_memory(shop()), lasts)?;
    pipelined("in memory, with history", Engine::in_memory(shop()).keep_history(), lasts)?;
    let relaxed = Engine::relaxed(shop(), home.join("relaxed"), Duration::from_millis(50));
    pipelined("relaxed, 50 ms", relaxed, lasts)?;
    pipelined("durable", Engine::durable(shop(), home.join("durable")), lasts)?;
    one_at_a_time("in memory", Engine::in_memory(shop()))?;
    one_at_a_time("durable", Engine::durable(shop(), home.join("single")))?;
    fire_and_forget()?;
    // The journals were made for this run alone.
    let _ = std::fs::remove_dir_all(&home);
    Ok(())
}

fn shop() -> Config {
    let config = Config::from_toml(
        r#"
        name = "shop"
        memory = { ended_ids_max = 100000 }
        channels = [{ name = "voice" }]
        queues = [{ name = "bills", offer = { answer = "auto" } }]
        "#,
    );
    let mut config = config.expect("it is sound");
    config.agents = (0..AGENTS).map(|n| AgentSpec::new(&format!("agent-{n}"))).collect();
    config
}

/// Many commands under way at once: the engine's own pace.
fn pipelined(name: &str, builder: EngineBuilder, lasts: Duration) -> Result<(), EngineError> {
    let engine = builder.start_blocking()?;
    for agent in 0..AGENTS {
        engine.post(None, Command::SetPresence(sunline_core::AgentId(agent), Presence::Available))?;
    }
    let before = engine.stats();
    let cpu_before = process_cpu();
    let began = Instant::now();
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let engine = &engine;
            scope.spawn(move || {
                let mut under_way: VecDeque<Pending> = VecDeque::with_capacity(UNDER_WAY);
                let mut next = caller << 32;
                while began.elapsed() < lasts {
                    let contact = ContactId::from(next);
                    next += 1;
                    match engine.post_contact(NewContact::new(contact, QueueId(0))) {
                        Ok(pending) => under_way.push_back(pending),
                        Err(EngineError::Busy(busy)) => {
                            thread::sleep(busy.retry_after);
                            continue;
                        }
                        Err(error) => panic!("{error}"),
                    }
                    under_way.push_back(engine.post(None, Command::Complete(contact)).expect("it is open"));
                    while under_way.len() >= UNDER_WAY {
                        let oldest = under_way.pop_front().expect("there are some");
                        // A contact that found no agent free cannot be completed.
                        let _ = oldest.wait(Duration::from_secs(60));
                    }
                }
                for pending in under_way {
                    let _ = pending.wait(Duration::from_secs(60));
                }
            });
        }
    });
    let took = began.elapsed().as_secs_f64();
    let cpu = process_cpu().zip(cpu_before).map(|(after, before)| after - before);
    let stats = engine.stats();
    let commands = (stats.applied + stats.refused - before.applied - before.refused) as f64;
    let commits = (stats.commits - before.commits) as f64;
    println!(
        "{name}: {:.0} commands/s ({:.1} % refused), {:.0} commits/s of {:.0} commands, {} of CPU a command",
        commands / took,
        100.0 * (stats.refused - before.refused) as f64 / commands,
        commits / took,
        commands / commits,
        cpu.map_or_else(|| "? ns".to_owned(), |seconds| format!("{:.0} ns", seconds / commands * 1e9)),
    );
    engine.shutdown()
}

/// One caller that waits for each answer: what a command takes from call to durable answer.
fn one_at_a_time(name: &str, builder: EngineBuilder) -> Result<(), EngineError> {
    let engine = builder.start_blocking()?;
    let mut took: Vec<Duration> = Vec::new();
    let began = Instant::now();
    for id in 0.. {
        let start = Instant::now();
        engine.submit(NewContact::new(ContactId::from(id), QueueId(0)))?;
        took.push(start.elapsed());
        if began.elapsed() > Duration::from_secs(2) {
            break;
        }
    }
    took.sort_unstable();
    let quantile = |share: usize| took[(took.len() - 1) * share / 100];
    println!("{name}, one at a time: median {:?}, 99 % within {:?}", quantile(50), quantile(99));
    engine.shutdown()
}

/// What a submission without an answer costs its caller, while the writer keeps up: CPU time of the calling thread where
/// the system tells it, else time that passed.
fn fire_and_forget() -> Result<(), EngineError> {
    let engine = Engine::in_memory(shop()).arrivals_ring(1 << 16).start_blocking()?;
    let mut best = Duration::MAX;
    let mut next = 0;
    let (start, now): (Instant, fn(Instant) -> Duration) = match thread_cpu() {
        Some(_) => (Instant::now(), |_| thread_cpu().expect("it was told before")),
        None => (Instant::now(), |start| start.elapsed()),
    };
    for _ in 0..20 {
        let began = now(start);
        for _ in 0..10_000 {
            engine.submit_nowait(NewContact::new(ContactId::from(next), QueueId(0)))?;
            next += 1;
        }
        best = best.min((now(start) - began) / 10_000);
        // Until all are in.
        engine.inspect(|_| ())?;
    }
    println!("submit_nowait: {best:?} a call, the best of 20 times 10,000");
    engine.shutdown()
}

/// CPU time of this process so far, in seconds.
fn process_cpu() -> Option<f64> {
    let text = read_to_string("/proc/self/stat").ok()?;
    let after_name = text.rsplit_once(')')?.1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    // A tick is a hundredth of a second on every Linux there is.
    Some(ticks / 100.0)
}

/// CPU time of this thread so far.
fn thread_cpu() -> Option<Duration> {
    let text = read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}
