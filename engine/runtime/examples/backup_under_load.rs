//! How long commands wait while the journal is copied: the same load without a copy and with one.
//!
//! ```text
//! cargo run --release -p sunline-runtime --example backup_under_load
//! ```
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sunline_core::{Config, ContactId, NewContact, QueueId};
use sunline_runtime::{Engine, Latencies, blocking};

const SHOP: &str = "name = 'shop'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'bills' }]";
/// So many contacts are in the journal before anything is measured.
const BEFORE: u64 = 20_000;
const WRITERS: u64 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let built = Engine::durable(Config::from_toml(SHOP)?, home.path().join("journal"));
    let engine = Arc::new(built.start_blocking()?);
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS).map(|writer| spawn(writer, engine.clone(), over.clone())).collect();
    while engine.latencies().decision.count() < BEFORE {
        thread::sleep(Duration::from_millis(10));
    }
    // As long without as with: the copy says how long that is.
    let (before, began) = (engine.latencies(), Instant::now());
    let copy = engine.backup(home.path().join("copy"))?;
    let (took, during) = (began.elapsed(), engine.latencies());
    thread::sleep(took);
    let after = engine.latencies();
    over.store(true, Ordering::Relaxed);
    writers.into_iter().for_each(|writer| writer.join().expect("a writer does not panic"));
    engine.shutdown()?;
    println!("a copy of {} frames, {} events, in {took:.1?}", copy.tail.frames, copy.tail.seq.0);
    tell("with it", &during, &before);
    tell("without", &after, &during);
    Ok(())
}

/// Submits one contact after another, and waits for each.
fn spawn(writer: u64, engine: Arc<blocking::Engine>, over: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for number in 0.. {
            if over.load(Ordering::Relaxed) {
                return;
            }
            let id = ContactId::from((writer << 40) + number);
            // A busy engine asks to come back, and this one does.
            let _ = engine.submit(NewContact::new(id, QueueId(0)));
        }
    })
}

fn tell(when: &str, now: &Latencies, before: &Latencies) {
    let Some(Latencies { commit, decision, .. }) = now.since(before) else { return };
    println!(
        "{when}: {} commands; group commit p50 {:.1?}, p99 {:.1?}, longest {:.1?}; command to decision p99 {:.1?}",
        decision.count(),
        commit.p50(),
        commit.p99(),
        commit.max(),
        decision.p99()
    );
}
