//! Kill -9 at a random moment: everything that was acknowledged is in the recovered state.
//!
//! The program starts itself again as a child, which runs a durable engine and writes a line for each answer it got. The
//! parent kills it at some moment, takes every whole line at its word, and looks whether the journal keeps that word.
//! All rounds share one journal, so each also begins with a recovery from the crash before. While a child has the journal
//! open, the parent, another process, finds it locked.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command as Process, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use sunline_core::{AgentSpec, CommandError, ContactId, NewContact, Presence, QueueId};
use sunline_journal::{Durability, RedbStore, recover, replay};
use sunline_runtime::{AgentNotice, Engine, EngineError};

mod promises;

use promises::{Promises, shop, tell};

/// Rounds that belong to every check; `SUNLINE_KILL_ROUNDS` makes them more.
const ROUNDS: u32 = 24;
const HOME: &str = "SUNLINE_CRASH_HOME";
const ROUND: &str = "SUNLINE_CRASH_ROUND";
const CALLERS: u64 = 3;
const SIGKILL: i32 = 9;

fn main() -> ExitCode {
    let listing = std::env::args().any(|argument| argument == "--list");
    match (std::env::var_os(HOME), listing) {
        (Some(home), _) => child(Path::new(&home)),
        // Test runners that ask for a list are told of one test.
        (None, true) => tell("what_was_acknowledged_survives_a_kill: test"),
        (None, false) => what_was_acknowledged_survives_a_kill(),
    }
    ExitCode::SUCCESS
}

/// An engine under work from several sides, which says what it was promised, until it is killed.
fn child(home: &Path) {
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let engine = Engine::durable(shop(), home).snapshot_every(Some(500)).start_blocking().unwrap();
    let name = format!("agent-{round}");
    engine.register_agent(AgentSpec::new(&name)).unwrap();
    tell(&format!("agent {name}"));
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let engine = &engine;
            scope.spawn(move || {
                for n in 0.. {
                    let id = (round * CALLERS + caller) * 1_000_000 + n;
                    engine.submit(NewContact::new(ContactId::from(id), QueueId(0))).unwrap();
                    tell(&format!("arrived {id}"));
                    if n % 3 == 0 {
                        // The agent may have it by now; then it is not withdrawn.
                        engine.withdraw(ContactId::from(id)).unwrap();
                        tell(&format!("ended {id}"));
                    }
                }
            });
        }
        let engine = &engine;
        scope.spawn(move || {
            let mut agent = engine.agent_session(&name).unwrap();
            agent.set_presence(Presence::Available).unwrap();
            loop {
                match agent.next(Duration::from_secs(5)) {
                    Some(AgentNotice::Offered(offer)) => match agent.accept(offer.id) {
                        Ok(_) => {
                            tell(&format!("accepted {}", offer.contact));
                            match agent.complete(offer.contact) {
                                Ok(_) => tell(&format!("ended {}", offer.contact)),
                                Err(EngineError::Command(CommandError::ContactEnded { .. })) => {}
                                Err(error) => panic!("{error}"),
                            }
                        }
                        Err(EngineError::Command(CommandError::OfferEnded { .. })) => {}
                        Err(error) => panic!("{error}"),
                    },
                    Some(_) => {}
                    None => assert_eq!(agent.end(), None),
                }
            }
        });
    });
}

fn what_was_acknowledged_survives_a_kill() {
    let began = Instant::now();
    let rounds = std::env::var("SUNLINE_KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let (mut kept, mut events) = (0, 0);
    let mut left = rounds;
    while left > 0 {
        // A journal that never ends would outgrow what the kernel remembers of contacts that are gone.
        let some = left.min(ROUNDS);
        let (contacts, replayed) = kill_one_after_another(some);
        (kept, events, left) = (kept + contacts, events + replayed, left - some);
    }
    let took = began.elapsed();
    tell(&format!(
        "{rounds} kills, {kept} contacts acknowledged, none lost; {events} events replayed; {took:?}"
    ));
}

/// So many rounds on one journal; contacts that were acknowledged, and events that were replayed.
fn kill_one_after_another(rounds: u32) -> (usize, u64) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("journal");
    let mut promises = Promises::default();
    let mut seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let first_seed = seed;
    for round in 0..rounds {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = Duration::from_micros((seed >> 33) % 120_000);
        let heard = round_of(&path, round, moment);
        for line in &heard {
            promises.note(line);
        }
        let mut store = RedbStore::open(&path, Durability::Durable).unwrap();
        let mut recovered = recover(&mut store).unwrap();
        let broken = promises.broken_by(&mut recovered.domain);
        assert_eq!(broken, Vec::<String>::new(), "round {round}, {moment:?} in, seed {first_seed}");
        assert_eq!(recovered.domain.broken_invariants(), Vec::<String>::new());
    }
    let store = RedbStore::open(&path, Durability::Durable).unwrap();
    let replayed = replay(&store).unwrap();
    assert!(replayed.events > u64::from(rounds) * 2, "only {} events in all", replayed.events);
    let kept = promises.contacts.len();
    assert!(kept as u32 > rounds / 2, "only {kept} contacts in all");
    (kept, replayed.events)
}

/// Starts a child, lets it work for a while after its first word, kills it; every whole line it wrote. Each fourth child is
/// not heard out: it may be killed while it recovers.
fn round_of(path: &Path, round: u32, moment: Duration) -> Vec<String> {
    let mut child = Process::new(std::env::current_exe().unwrap())
        .env(HOME, path)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (first_word, spoke) = channel();
    let reader = thread::spawn(move || {
        let mut lines = Vec::new();
        let mut line = String::new();
        while out.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
            lines.push(line.trim_end().to_owned());
            line.clear();
            // The parent listens for the first one only.
            let _ = first_word.send(());
        }
        lines
    });
    if round % 4 != 3 {
        spoke.recv_timeout(Duration::from_secs(30)).expect("the child begins to work");
        let second = Engine::durable(shop(), path).start_blocking();
        assert_eq!(second.map(|_| ()).map_err(|error| error.code()), Err("locked"));
    }
    thread::sleep(moment);
    assert_eq!(child.try_wait().unwrap(), None, "the child works until it is killed");
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(SIGKILL), "nothing but the kill ended it");
    reader.join().unwrap()
}
