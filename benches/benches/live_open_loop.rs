//! How long a live engine takes under a given load: commands come on a fixed schedule, whether it keeps up or not.
//!
//! ```text
//! cargo bench -p sunline-benches --bench live_open_loop -- \
//!     [seconds per figure] [commands a second in memory] [commands a second durable] [directory of the journal]
//! ```
//!
//! Every command has an instant at which it should be sent, and its latency counts from then to its answer: a sender that
//! is held up, by the engine or by the machine, makes all that follow late, and they count as late. Nothing is left out
//! because something before it was slow. Arrivals alternate with completions of contacts that came 200 before.
//!
//! The answer wakes nobody: its instant is noted on the thread that gives it, so no waiter's thread takes part. The last
//! part sends twice what a writer can bear, arrivals only, and says what becomes of it.

#![allow(clippy::print_stdout, reason = "it prints its figures")]

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use sunline_core::{AgentId, AgentSpec, Command, Config, ContactId, NewContact, Presence, QueueId};
use sunline_runtime::blocking::Engine;
use sunline_runtime::{EngineBuilder, EngineError, Latency, Pending};

const AGENTS: u32 = 1000;
/// Contacts in hand at once.
const IN_HAND: u64 = 200;
/// Sent before anything counts, as a share of the whole.
const WARM_UP: f64 = 0.25;
/// A sender with so much time before the next command sleeps; with less it spins.
const SLEEP_FROM: Duration = Duration::from_micros(20);
/// What is sent when it is too much, commands a second, and for how long.
const TOO_MANY: f64 = 4_000_000.0;
const TOO_LONG: Duration = Duration::from_millis(500);
/// Whoever is answered within this, after it was too much, finds the engine recovered.
const RECOVERED: Duration = Duration::from_millis(1);

fn main() -> Result<(), EngineError> {
    // `cargo bench` adds a flag of its own.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let mut number = |default: f64| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let (seconds, in_memory, durable) = (number(5.0), number(500_000.0), number(20_000.0));
    let home = arguments.next().map_or_else(|| std::env::temp_dir().join("sunline-open-loop"), PathBuf::from);
    let cores = thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{cores} cores, {AGENTS} agents, one sender; from the planned instant of each command to its answer"
    );
    let memory = || sunline_runtime::Engine::in_memory(shop());
    on_schedule("in memory", memory(), in_memory, seconds)?;
    on_schedule("in memory, at half", memory(), in_memory / 2.0, seconds)?;
    on_schedule("in memory, at a tenth", memory(), in_memory / 10.0, seconds)?;
    on_schedule("durable", sunline_runtime::Engine::durable(shop(), home.join("durable")), durable, seconds)?;
    too_much(memory(), in_memory / 10.0)?;
    // The journal was made for this run alone.
    let _ = std::fs::remove_dir_all(&home);
    Ok(())
}

fn shop() -> Config {
    let config = Config::from_toml(
        r#"
        name = "shop"
        memory = { ended_ids_max = 100000 }
        channels = [{ name = "voice" }]

        [[queues]]
        name = "bills"
        offer = { answer = "auto" }
        admission = { max_length = 10000, when_full = "block" }
        "#,
    );
    let mut config = config.expect("it is sound");
    config.agents = (0..AGENTS).map(|n| AgentSpec::new(&format!("agent-{n}"))).collect();
    config
}

/// The instant of an answer, noted by whoever gives it: nanoseconds since the sender began, 0 before.
struct Answer {
    began: Instant,
    at: AtomicU64,
}

impl Wake for Answer {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let nanos = self.began.elapsed().as_nanos() as u64;
        // A second call would be somebody else's.
        let _ = self.at.compare_exchange(0, nanos.max(1), Ordering::AcqRel, Ordering::Acquire);
    }
}

/// A command that was sent.
struct Sent {
    planned: Duration,
    pending: Pending,
    answer: Arc<Answer>,
}

/// Sends on a schedule, and notes when each command was answered.
struct Sender<'a> {
    engine: &'a Engine,
    began: Instant,
    under_way: VecDeque<Sent>,
    latencies: Histogram<u64>,
    late: Histogram<u64>,
    /// What was planned before counts for nothing.
    from: Duration,
    busy: u64,
    refused: u64,
    /// The first plan after an overload whose answer came in time.
    recovered: Option<Duration>,
}

impl<'a> Sender<'a> {
    fn new(engine: &'a Engine, from: Duration) -> Self {
        let histogram = || Histogram::new_with_max(60_000_000_000, 3).expect("three digits up to a minute");
        Self {
            engine,
            began: Instant::now(),
            under_way: VecDeque::new(),
            latencies: histogram(),
            late: histogram(),
            from,
            busy: 0,
            refused: 0,
            recovered: None,
        }
    }

    /// Sends commands from one instant to another; the `n`th is what `make` says.
    fn send(&mut self, from: Duration, to: Duration, rate: f64, make: impl Fn(u64) -> Command) {
        let count = ((to - from).as_secs_f64() * rate) as u64;
        for n in 0..count {
            let planned = from + Duration::from_secs_f64(n as f64 / rate);
            self.wait_until(planned);
            let now = self.began.elapsed();
            if planned >= self.from {
                self.late.saturating_record((now - planned).as_nanos() as u64);
            }
            match self.engine.post(None, make(n)) {
                Ok(pending) => self.follow(planned, pending),
                Err(EngineError::Busy(_)) => self.busy += 1,
                Err(error) => panic!("{error}"),
            }
            self.collect();
        }
    }

    fn wait_until(&mut self, planned: Duration) {
        loop {
            let Some(left) = planned.checked_sub(self.began.elapsed()).filter(|left| !left.is_zero()) else {
                return;
            };
            if left > SLEEP_FROM { thread::sleep(left) } else { std::hint::spin_loop() }
        }
    }

    /// Has the answer's instant noted when it comes.
    fn follow(&mut self, planned: Duration, mut pending: Pending) {
        let answer = Arc::new(Answer { began: self.began, at: AtomicU64::new(0) });
        let waker = Waker::from(answer.clone());
        match Pin::new(&mut pending).poll(&mut Context::from_waker(&waker)) {
            // It was faster than the look.
            std::task::Poll::Ready(done) => {
                let now = self.began.elapsed();
                self.note(planned, now, done.is_err());
            }
            std::task::Poll::Pending => self.under_way.push_back(Sent { planned, pending, answer }),
        }
    }

    /// Takes in what has been answered, oldest first.
    fn collect(&mut self) {
        while let Some(oldest) = self.under_way.front()
            && oldest.answer.at.load(Ordering::Acquire) > 0
        {
            let Some(Sent { planned, pending, answer }) = self.under_way.pop_front() else { return };
            let at = Duration::from_nanos(answer.at.load(Ordering::Acquire));
            let refused = pending.wait(Duration::from_secs(60)).is_err();
            self.note(planned, at, refused);
        }
    }

    fn note(&mut self, planned: Duration, answered: Duration, refused: bool) {
        let took = answered.saturating_sub(planned);
        self.refused += u64::from(refused);
        if planned < self.from {
            return;
        }
        self.latencies.saturating_record(took.as_nanos() as u64);
        if took <= RECOVERED && self.recovered.is_none() {
            self.recovered = Some(planned);
        }
    }

    fn finish(&mut self) {
        while !self.under_way.is_empty() {
            self.collect();
            thread::yield_now();
        }
    }
}

/// Arrivals and completions in turn, the latter of contacts that came some while before.
fn in_turn(n: u64) -> Command {
    let number = n / 2;
    match (n % 2, number.checked_sub(IN_HAND)) {
        (1, Some(earlier)) => Command::Complete(ContactId::from(earlier)),
        (1, None) => Command::Withdraw(ContactId::from(u64::MAX)),
        _ => Command::Arrive(NewContact::new(ContactId::from(number), QueueId(0))),
    }
}

fn start(builder: EngineBuilder) -> Result<Engine, EngineError> {
    let engine = builder.start_blocking()?;
    for agent in 0..AGENTS {
        engine.apply(Command::SetPresence(AgentId(agent), Presence::Available))?;
    }
    Ok(engine)
}

/// One rate, for as long as was asked.
fn on_schedule(name: &str, builder: EngineBuilder, rate: f64, seconds: f64) -> Result<(), EngineError> {
    let engine = start(builder)?;
    let (from, to) = (seconds * WARM_UP, seconds * (1.0 + WARM_UP));
    let load = load();
    let before = engine.latencies();
    let mut sender = Sender::new(&engine, Duration::from_secs_f64(from));
    sender.send(Duration::ZERO, Duration::from_secs_f64(to), rate, in_turn);
    let sent_in = sender.began.elapsed().as_secs_f64();
    sender.finish();
    println!("\n{name}, {rate:.0} commands/s for {seconds} s (load average before {load})");
    println!("  planned to answered  {}", figures(&sender.latencies));
    println!("  planned to sent      {}", figures(&sender.late));
    let engines = engine.latencies().since(&before).expect("the same engine");
    println!("  entry to decision    {}", engines_own(&engines.decision));
    println!("  group commit         {}", engines_own(&engines.commit));
    println!(
        "  {:.1} % of the schedule kept, {} busy, {} refused (of them {IN_HAND} at the beginning)",
        100.0 * (to / sent_in).min(1.0),
        sender.busy,
        sender.refused,
    );
    engine.shutdown()
}

/// More than can be borne, then little again.
fn too_much(builder: EngineBuilder, rate: f64) -> Result<(), EngineError> {
    let engine = start(builder)?;
    let arrive = |base: u64| move |n| Command::Arrive(NewContact::new(ContactId::from(base + n), QueueId(0)));
    let mut sender = Sender::new(&engine, TOO_LONG);
    let load = load();
    // As fast as one thread can: what it is late does not count here.
    sender.send(Duration::ZERO, TOO_LONG, TOO_MANY, arrive(1 << 40));
    let over = sender.began.elapsed();
    let sent = (TOO_LONG.as_secs_f64() * TOO_MANY) as u64;
    let busy = sender.busy;
    assert_eq!(busy, engine.stats().busy, "a refusal is told and counted");
    sender.from = over;
    sender.send(over, over + Duration::from_secs(2), rate, arrive(1 << 41));
    sender.finish();
    let recovered = sender.recovered.map_or_else(|| "never".to_owned(), |at| format!("{:.1?}", at - over));
    println!(
        "\ntoo much: {sent} arrivals in {over:.2?} ({:.0}/s; load average before {load})",
        sent as f64 / over.as_secs_f64()
    );
    println!("  {:.1} % answered busy at once, none lost", 100.0 * busy as f64 / sent as f64);
    println!(
        "  then {rate:.0} a second: answered within {RECOVERED:?} again after {recovered}, {} more busy",
        sender.busy - busy
    );
    println!("  planned to answered, afterwards  {}", figures(&sender.latencies));
    engine.shutdown()
}

fn figures(histogram: &Histogram<u64>) -> String {
    let at = |share: f64| Duration::from_nanos(histogram.value_at_quantile(share));
    let max = Duration::from_nanos(histogram.max());
    format!("p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, max {max:.1?}", at(0.5), at(0.99), at(0.999))
}

fn engines_own(latency: &Latency) -> String {
    let (p50, p99, p999, max) = (latency.p50(), latency.p99(), latency.p999(), latency.max());
    format!(
        "p50 {p50:.1?}, p99 {p99:.1?}, p99.9 {p999:.1?}, max {max:.1?} ({} counted, warm-up too)",
        latency.count()
    )
}

/// The load average of the last minute, where the system tells it.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|first| !first.is_empty()).unwrap_or("unknown").to_owned()
}
