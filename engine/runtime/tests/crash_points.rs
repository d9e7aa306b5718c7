//! Every place between apply, append, release and acknowledge at which the process may die, in several scenarios: what was
//! acknowledged is there, nothing was let out before it was recorded, and nothing happened twice.
//!
//! The program starts itself again as a child, which runs a durable engine and aborts when it comes to a place for the
//! n-th time. It says what it was promised and what it was told; the parent holds the journal against it. Each journal
//! lives three lives, so that two of them begin with a recovery.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command as Process, ExitCode, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sunline_core::{
    AgentSpec, CommandError, ContactId, Event, EventKind, NewContact, Presence, QueueId, Seq, Timestamp,
};
use sunline_journal::{Durability, Journal, RedbStore, recover, replay};
use sunline_runtime::parts::{CRASH_POINTS, at_crash_points};
use sunline_runtime::{AgentNotice, Clock, Engine, EngineError, blocking};

mod promises;

use promises::{Promises, shop, tell};

const HOME: &str = "SUNLINE_POINT_HOME";
const WHERE: &str = "SUNLINE_POINT";
const SIGABRT: i32 = 6;
/// At which visit the process dies, one for each life.
const VISITS: [usize; 3] = [1, 3, 12];
/// What goes on in a child.
const SCENARIOS: [&str; 4] = ["arrivals", "withdrawals", "an agent at work", "offers that expire"];

fn main() -> ExitCode {
    let listing = std::env::args().any(|argument| argument == "--list");
    match (std::env::var_os(HOME), listing) {
        (Some(home), _) => child(Path::new(&home)),
        (None, true) => tell("wherever_the_process_dies_what_was_acknowledged_is_there: test"),
        (None, false) => wherever_the_process_dies_what_was_acknowledged_is_there(),
    }
    ExitCode::SUCCESS
}

// ── the child ────────────────────────────────────────────────────────────────────────────────────────────────

static PLACE: OnceLock<(String, usize)> = OnceLock::new();
static VISITED: AtomicUsize = AtomicUsize::new(0);

fn die_there(place: &'static str) {
    if let Some((fatal, visit)) = PLACE.get()
        && fatal == place
        && VISITED.fetch_add(1, Ordering::SeqCst) + 1 == *visit
    {
        std::process::abort();
    }
}

fn child(home: &Path) {
    let asked = std::env::var(WHERE).unwrap();
    let words: Vec<&str> = asked.split('/').collect();
    let [place, visit, scenario, life] = words[..] else { panic!("{asked} names no place") };
    let life: u64 = life.parse().unwrap();
    PLACE.set((place.to_owned(), visit.parse().unwrap())).unwrap();
    at_crash_points(die_there);
    // A thousand times the pace: an offer expires within some milliseconds. Each life begins some hours after the last one,
    // so soon that those who have ended are still remembered.
    let start = Timestamp::from_secs(9 * 3600 + life as i64 * 10_000);
    let clock = Clock::scaled(start, 1000.0).unwrap();
    let engine =
        Engine::durable(shop(), home).clock(clock).snapshot_every(Some(30)).start_blocking().unwrap();
    let agent = format!("agent-{life}");
    thread::scope(|scope| {
        scope.spawn(|| tell_events(&engine));
        engine.register_agent(AgentSpec::new(&agent)).unwrap();
        tell(&format!("agent {agent}"));
        match scenario {
            "an agent at work" => drop(scope.spawn(|| work(&engine, &agent))),
            "offers that expire" => engine.set_presence(&agent, Presence::Available).map(drop).unwrap(),
            _ => {}
        }
        for caller in 0..2 {
            let engine = &engine;
            scope.spawn(move || submit(engine, (life * 2 + caller) * 1_000_000, scenario == "withdrawals"));
        }
    });
}

fn submit(engine: &blocking::Engine, first: u64, withdraws: bool) {
    for id in first..first + 2_000 {
        engine.submit(NewContact::new(ContactId::from(id), QueueId(0))).unwrap();
        tell(&format!("arrived {id}"));
        if withdraws {
            engine.withdraw(ContactId::from(id)).unwrap();
            tell(&format!("ended {id}"));
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn work(engine: &blocking::Engine, name: &str) {
    let mut agent = engine.agent_session(name).unwrap();
    agent.set_presence(Presence::Available).unwrap();
    loop {
        let Some(AgentNotice::Offered(offer)) = agent.next(Duration::from_secs(5)) else { continue };
        tell(&format!("offered {}", offer.id.0));
        match agent.accept(offer.id) {
            Ok(_) => tell(&format!("accepted {}", offer.contact)),
            Err(EngineError::Command(CommandError::OfferEnded { .. })) => continue,
            Err(error) => panic!("{error}"),
        }
        match agent.complete(offer.contact) {
            Ok(_) => tell(&format!("ended {}", offer.contact)),
            Err(EngineError::Command(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Says of every event what it is, as soon as it is let out.
fn tell_events(engine: &blocking::Engine) {
    let mut events = engine.live_events();
    while let Ok(Some(event)) = events.wait_next(Duration::from_secs(30)) {
        tell(&format!("event {} {}", event.seq.0, digest(&event)));
    }
}

/// FNV-1a over the event's words.
fn digest(event: &Event) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{event:?}").bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

// ── the parent ───────────────────────────────────────────────────────────────────────────────────────────────

fn wherever_the_process_dies_what_was_acknowledged_is_there() {
    let began = Instant::now();
    let (mut deaths, mut promised, mut told) = (0, 0, 0);
    for place in CRASH_POINTS {
        for scenario in SCENARIOS {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("journal");
            let mut promises = Promises::default();
            for (life, visit) in VISITS.into_iter().enumerate() {
                let at = format!("{place}/{visit}/{scenario}/{life}");
                let heard = life_of(&path, &at);
                told += check(&path, &heard, &mut promises, &at);
                deaths += 1;
            }
            promised += promises.contacts.len();
            let replayed = replay(&RedbStore::open(&path, Durability::Durable).unwrap()).unwrap();
            assert_eq!(replayed.domain.broken_invariants(), Vec::<String>::new());
        }
    }
    assert!(promised > 100 && told > 500, "only {promised} contacts and {told} events");
    tell(&format!(
        "{} places x {} scenarios x {} lives: {deaths} deaths, {promised} contacts acknowledged, {told} events let out, none lost, none twice; {:?}",
        CRASH_POINTS.len(),
        SCENARIOS.len(),
        VISITS.len(),
        began.elapsed()
    ));
}

/// What a child says until it dies where it should.
fn life_of(path: &Path, at: &str) -> Vec<String> {
    let mut child = Process::new(std::env::current_exe().unwrap())
        .env(HOME, path)
        .env(WHERE, at)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (mut lines, mut line) = (Vec::new(), String::new());
    while out.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
        lines.push(line.trim_end().to_owned());
        line.clear();
    }
    assert_eq!(child.wait().unwrap().signal(), Some(SIGABRT), "{at}: it dies there and nowhere else");
    lines
}

/// Holds the journal against what the child said; how many events it had been told.
fn check(path: &Path, heard: &[String], promises: &mut Promises, at: &str) -> usize {
    let Ok(mut store) = RedbStore::open(path, Durability::Durable) else {
        panic!("{at}: the journal cannot be opened")
    };
    if store_is_empty(&store) {
        assert!(heard.is_empty(), "{at}: {heard:?} was said of nothing");
        return 0;
    }
    let mut recovered = recover(&mut store).unwrap_or_else(|error| panic!("{at}: {error}"));
    assert_eq!(recovered.domain.broken_invariants(), Vec::<String>::new(), "{at}");
    let journal = Journal::open(store).unwrap();
    let events: Vec<Event> = journal.events(Seq(1)).unwrap().collect::<Result<_, _>>().unwrap();
    nothing_twice(&events, at);
    let mut told = 0;
    for line in heard {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["event", seq, said] => {
                let recorded = events.get(seq.parse::<usize>().unwrap() - 1);
                let recorded = recorded.map(|event| digest(event).to_string());
                assert_eq!(recorded.as_deref(), Some(said), "{at}: event {seq} was let out");
                told += 1;
            }
            ["offered", said] => {
                let issued = |event: &Event| matches!(&event.kind, EventKind::OfferIssued { offer, .. } if offer.0.to_string() == said);
                assert!(events.iter().any(issued), "{at}: offer {said} was let out");
            }
            _ => promises.note(line),
        }
    }
    assert_eq!(promises.broken_by(&mut recovered.domain), Vec::<String>::new(), "{at}");
    told
}

fn store_is_empty(store: &RedbStore) -> bool {
    use sunline_journal::Source;
    store.tail().is_ok_and(|tail| tail.frames == 0)
}

/// No contact arrives twice, none is accepted by two at once.
fn nothing_twice(events: &[Event], at: &str) {
    let (mut arrived, mut served) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        match &event.kind {
            EventKind::ContactArrived { contact, .. } => {
                assert!(arrived.insert(*contact), "{at}: contact {contact} arrived twice");
            }
            EventKind::OfferAccepted { contact, .. } => {
                assert!(served.insert(*contact), "{at}: contact {contact} was accepted twice");
            }
            EventKind::ContactRequeued { contact, .. } | EventKind::ConnectionFailed { contact, .. } => {
                served.remove(contact);
            }
            _ => {}
        }
    }
}
