//! Kill -9 at a random moment: everything that was acknowledged is in the recovered state.
//!
//! The program starts itself again as a child, which runs a durable engine and writes a line for each answer it got. The
//! parent kills it at some moment, takes every whole line at its word, and looks whether the journal keeps that word.
//! All rounds share one journal, so each also begins with a recovery from the crash before. While a child has the journal
//! open, the parent, another process, finds it locked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command as Process, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use sunline_core::{
    AgentSpec, Command, CommandError, Config, ContactId, Domain, NewContact, Presence, QueueId,
};
use sunline_journal::{Durability, RedbStore, recover, replay};
use sunline_runtime::{AgentNotice, Engine, EngineError};

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

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone needs no answer.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn shop() -> Config {
    Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }]
        "#,
    )
    .unwrap()
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

/// What the child said of each contact last, by how far it had come; and of agents.
#[derive(Default)]
struct Promises {
    contacts: BTreeMap<u64, u8>,
    agents: Vec<String>,
}

const ARRIVED: u8 = 1;
const ACCEPTED: u8 = 2;
const ENDED: u8 = 3;

impl Promises {
    fn note(&mut self, line: &str) {
        let (what, which) = line.split_once(' ').expect("a promise has two words");
        let stage = match what {
            "arrived" => ARRIVED,
            "accepted" => ACCEPTED,
            "ended" => ENDED,
            "agent" => return self.agents.push(which.to_owned()),
            other => panic!("the child said {other}"),
        };
        let known = self.contacts.entry(which.parse().unwrap()).or_default();
        *known = stage.max(*known);
    }

    /// Each promise that the state breaks, as a sentence.
    fn broken_by(&self, domain: &mut Domain) -> Vec<String> {
        let mut broken = Vec::new();
        for name in &self.agents {
            if domain.agent_id(name).is_none() {
                broken.push(format!("{name} is not registered"));
            }
        }
        for (&id, &stage) in &self.contacts {
            let contact = ContactId::from(id);
            let inside = domain.contact_view(&contact);
            // A contact that has ended is remembered as such; a refusal changes nothing.
            let mut ended = || {
                let again = domain.handle(domain.now(), Command::Complete(contact));
                matches!(again, Err(CommandError::ContactEnded { .. }))
            };
            let kept = match stage {
                ENDED => inside.is_none() && ended(),
                ACCEPTED => inside.is_none_or(|view| view.agent.is_some()),
                _ => inside.is_some() || ended(),
            };
            if !kept {
                broken.push(format!("contact {id} had come to stage {stage}"));
            }
        }
        broken
    }
}

fn what_was_acknowledged_survives_a_kill() {
    let began = Instant::now();
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("journal");
    let mut promises = Promises::default();
    let mut seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let first_seed = seed;
    for round in 0..ROUNDS {
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
    assert!(replayed.events > u64::from(ROUNDS) * 10, "only {} events in all", replayed.events);
    let kept = promises.contacts.len();
    assert!(kept as u32 > ROUNDS, "only {kept} contacts in all");
    let (events, took) = (replayed.events, began.elapsed());
    tell(&format!(
        "{ROUNDS} kills, {kept} contacts acknowledged, none lost; {events} events replayed; {took:?}"
    ));
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
