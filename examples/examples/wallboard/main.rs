//! A wallboard in a terminal: queues, waits, agents, service level, and how the engine itself is.
//!
//! `cargo run -p sunline-examples --example wallboard -- --seconds 20`
//!
//! Everything it shows is read without waiting for the engine: `views` for how things stand, the events for the service
//! level, `latencies` and `findings` for the engine itself. The traffic is made up, and runs sixty times as fast.
#![allow(clippy::print_stdout, reason = "it is a board")]

mod board;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use sunline::blocking::Engine;
use sunline::measures::Measures;
use sunline::{
    Clock, Command, Config, ContactId, EngineError, EventKind, EventStream, Presence, Span, Timestamp,
};

use board::{Board, render};

const CONFIG: &str = r#"
    name = "town hall"
    channels = [{ name = "voice" }]
    skills = [{ name = "taxes" }]
    queues = [
        { name = "taxes", requires = "taxes >= 5", answer_within = "20s", offer = { answer = "auto" }, wrap_up = "15s" },
        { name = "registry", answer_within = "20s", offer = { answer = "auto" }, wrap_up = "15s" },
    ]
    agents = [
        { name = "ann", skills = { taxes = 8 } }, { name = "bob", skills = { taxes = 5 } }, { name = "cem" },
        { name = "dee" }, { name = "eva" },
    ]
"#;
/// How many times as fast as the wall's the engine's clock runs.
const PACE: f64 = 60.0;
const PICTURE_EVERY: Duration = Duration::from_millis(200);
const TARGET: f64 = 0.8;

fn main() -> Result<(), Box<dyn Error>> {
    let lasts = Duration::from_secs_f64(seconds(std::env::args().skip(1))?);
    let engine = sunline::Engine::in_memory(Config::from_toml(CONFIG)?)
        .clock(Clock::scaled(Timestamp::from_secs(9 * 3600), PACE)?)
        .start_blocking()?;
    for agent in ["ann", "bob", "cem", "dee", "eva"] {
        engine.set_presence(agent, Presence::Available)?;
    }
    let (mut measures, seen) = engine.inspect(|domain| (Measures::from_now_on(domain), domain.seq()))?;
    let mut events = engine.events(seen.next());
    let mut town = Town::default();
    let (began, live) = (Instant::now(), std::io::stdout().is_terminal());
    loop {
        town.go_on(&engine, &mut events, &mut measures)?;
        let (views, latencies, findings) = (engine.views(), engine.latencies(), engine.findings());
        let board = Board::of(&views, engine.now(), &measures, &latencies, &findings, TARGET);
        if live {
            // Home, clear to the end.
            print!("\x1b[H\x1b[J{}", render(&board, true));
        }
        if began.elapsed() >= lasts {
            if !live {
                print!("{}", render(&board, false));
            }
            break;
        }
        std::thread::sleep(PICTURE_EVERY.min(lasts));
    }
    engine.shutdown()?;
    Ok(())
}

/// What `--seconds` says; ten when nothing does.
fn seconds(mut arguments: impl Iterator<Item = String>) -> Result<f64, Box<dyn Error>> {
    let Some(flag) = arguments.next() else { return Ok(10.0) };
    if flag != "--seconds" {
        return Err(format!("unknown argument {flag}; there is --seconds SECONDS").into());
    }
    let text = arguments.next().ok_or("--seconds wants a number")?;
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    seconds.ok_or_else(|| format!("--seconds wants a number from 0 to 86400, not {text}").into())
}

/// People who call and talk.
#[derive(Default)]
struct Town {
    calls: u64,
    next_call: Option<Timestamp>,
    /// When conversations end.
    talks: BTreeMap<(Timestamp, u64), ContactId>,
}

impl Town {
    /// Whoever wants to call does, and whoever has said everything hangs up.
    fn go_on(
        &mut self,
        engine: &Engine,
        events: &mut EventStream,
        measures: &mut Measures,
    ) -> Result<(), Box<dyn Error>> {
        let now = engine.now();
        while self.next_call.is_none_or(|at| at <= now) {
            self.calls += 1;
            let queue = if self.calls.is_multiple_of(3) { "taxes" } else { "registry" };
            engine.submit(engine.contact(&format!("call-{}", self.calls), queue)?)?;
            self.next_call =
                Some(self.next_call.unwrap_or(now) + Span::from_secs(10 + spread(self.calls, 40)));
        }
        while let Some((&(ends, _), _)) = self.talks.first_key_value()
            && ends <= now
        {
            let Some((_, contact)) = self.talks.pop_first() else { break };
            engine.apply(Command::Complete(contact))?;
        }
        loop {
            let batch = match events.wait_next_batch(512, Duration::from_millis(1)) {
                Err(EngineError::TimedOut { .. }) => return Ok(()),
                batch => batch?,
            };
            for event in batch {
                measures.observe(&event);
                if let EventKind::OfferAccepted { contact, .. } = event.kind {
                    let ends = event.at + Span::from_secs(60 + spread(event.seq.0, 120));
                    self.talks.insert((ends, event.seq.0), contact);
                }
            }
        }
    }
}

/// A number from 0 to `most` that looks like chance, the same in every run.
fn spread(seed: u64, most: u64) -> i64 {
    let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    (mixed % (most + 1)) as i64
}
