//! What a journal costs: frames and events a second, appended, recovered and replayed.
//!
//! ```text
//! cargo bench -p sunline-journal
//! ```
//!
//! A centre of 200 agents works through contacts that arrive, are answered and end. `commands` is the size of a group
//! commit: 1 is a quiet centre, 64 a busy one. A figure without its machine and load says little; both are printed.

#![allow(clippy::print_stdout, reason = "it prints its figures")]

use std::time::{Duration, Instant};

use sunline_core::{
    Command, Config, ContactId, Domain, Event, EventKind, NewContact, Presence, Span, Timestamp,
};
use sunline_journal::{
    Batch, Durability, Input, Journal, MemoryStore, RedbStore, Store, Tail, recover, replay,
};

const AGENTS: u32 = 200;
const NINE: Timestamp = Timestamp::from_secs(9 * 3600);

fn config() -> Config {
    let agents: Vec<String> = (0..AGENTS)
        .map(|i| format!("{{ name = \"agent {i}\", skills = {{ billing = {} }} }}", 1 + i % 10))
        .collect();
    let text = format!(
        "name = 'bench'\nchannels = [{{ name = 'voice' }}]\nskills = [{{ name = 'billing' }}]\n\
         queues = [{{ name = 'bills', requires = 'billing >= 3', wrap_up = '20s' }}, {{ name = 'rest' }}]\n\
         agents = [{}]",
        agents.join(", ")
    );
    Config::from_toml(&text).expect("the configuration is sound")
}

/// Group commits as a journal gets them.
type Commits = Vec<(Vec<Input>, Vec<Event>)>;

/// A day's commits of `commands` commands each: every contact arrives, is accepted and completed.
fn day(contacts: u64, commands: usize) -> Commits {
    let mut domain = Domain::new(NINE, config()).expect("the configuration is sound");
    while domain.poll_event().is_some() {}
    let mut batch = Batch::after(Tail::EMPTY);
    let mut commits = Vec::new();
    let (mut now, mut said, mut heard) = (NINE, 0, 0);
    let mut to_say: std::collections::VecDeque<Command> = Default::default();
    for agent in 0..AGENTS {
        to_say.push_back(Command::SetPresence(sunline_core::AgentId(agent), Presence::Available));
    }
    let mut arrived = 0;
    loop {
        let command = match to_say.pop_front() {
            Some(command) => command,
            None if arrived < contacts => {
                arrived += 1;
                let queue = sunline_core::QueueId((arrived % 2) as u16);
                Command::Arrive(NewContact::new(ContactId::from(arrived), queue))
            }
            None => break,
        };
        now += Span::from_millis(40);
        let _ = batch.apply(&mut domain, now, None, command);
        for event in &batch.events()[heard..] {
            match &event.kind {
                EventKind::OfferIssued { offer, agent, .. } => {
                    to_say.push_back(Command::AcceptOffer(*offer, *agent));
                }
                EventKind::OfferAccepted { contact, .. } => {
                    to_say.push_back(Command::Complete(*contact));
                }
                _ => {}
            }
        }
        heard = batch.events().len();
        said += 1;
        if said == commands {
            commits.push((batch.inputs().to_vec(), batch.events().to_vec()));
            batch.clear();
            (said, heard) = (0, 0);
        }
    }
    commits.push((batch.inputs().to_vec(), batch.events().to_vec()));
    commits
}

fn append<S: Store>(what: &str, store: S, commits: &Commits, at_most: Duration) -> S {
    let (mut journal, _) = Journal::create(store, NINE, config()).expect("a new journal");
    let begun = Instant::now();
    let (mut frames, mut events) = (0_u64, 0_u64);
    let mut times = Vec::new();
    for (inputs, told) in commits {
        let one = Instant::now();
        journal.append(inputs, told).expect("appended");
        times.push(one.elapsed());
        frames += 1;
        events += told.len() as u64;
        if begun.elapsed() > at_most {
            break;
        }
    }
    journal.sync().expect("synced");
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let quantile = |q: usize| times[(times.len() - 1) * q / 1000].as_secs_f64() * 1e6;
    let bytes = journal.tail().bytes as f64 / events as f64;
    println!(
        "{what:<34} {:>10.0} frames/s {:>11.0} events/s  p50 {:>8.1} µs  p99 {:>8.1} µs  {bytes:>5.0} bytes/event",
        frames as f64 / seconds,
        events as f64 / seconds,
        quantile(500),
        quantile(990),
    );
    journal.into_store()
}

fn rate(what: &str, events: u64, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{what:<34} {:>26.0} events/s  {events} events in {:.0} ms",
        events as f64 / seconds,
        seconds * 1e3
    );
}

fn main() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cpus} cores, load {}", load.split_whitespace().take(3).collect::<Vec<_>>().join(" "));
    let relaxed = Durability::Relaxed { window: Duration::from_millis(100) };
    for commands in [1, 64] {
        let commits = day(40_000, commands);
        println!("\n{commands} commands a commit");
        let mut memory = append("memory", MemoryStore::new(), &commits, Duration::from_secs(3));
        for (name, durability) in [("redb durable", Durability::Durable), ("redb relaxed(100 ms)", relaxed)] {
            let directory = tempfile::tempdir().expect("a directory");
            let store = RedbStore::open(directory.path(), durability).expect("opened");
            append(name, store, &commits, Duration::from_secs(3));
        }
        let begun = Instant::now();
        let recovered = recover(&mut memory).expect("recovered");
        rate("recover by folding", recovered.report.events, begun);
        let begun = Instant::now();
        let replayed = replay(&memory).expect("replayed");
        rate("replay by deciding", replayed.events, begun);
        assert_eq!(replayed.state_hash, recovered.domain.state_hash());
        let (mut journal, recovered) = Journal::recover(memory).expect("recovered");
        let begun = Instant::now();
        journal.save_snapshot(&recovered.domain).expect("saved");
        println!("{:<34} {:>8.1} ms", "snapshot", begun.elapsed().as_secs_f64() * 1e3);
        let mut memory = journal.into_store();
        let begun = Instant::now();
        let frames = recover(&mut memory).expect("recovered").report.frames;
        println!(
            "{:<34} {:>8.1} ms, {frames} frames folded",
            "recover from it",
            begun.elapsed().as_secs_f64() * 1e3
        );
    }
}
