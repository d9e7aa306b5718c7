//! A running engine is copied; the copy has all that was acknowledged, and is nothing less than a journal.

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use common::{at, at_nine, bill, shop};
use sunline_core::{ContactId, Domain, Presence};
use sunline_journal::{Backup, Journal, MemoryStore, RedbStore, Source, recover, replay, restore};
use sunline_runtime::{Clock, Durability, Engine, EngineError};

fn open(path: &Path) -> RedbStore {
    RedbStore::open(path, sunline_journal::Durability::Durable).unwrap()
}

/// The state of a copy, which must come from its events and from its commands alike.
fn proven(path: &Path, backup: &Backup) -> Domain {
    let recovered = recover(&mut open(path)).unwrap();
    assert_eq!((recovered.tail, recovered.report.torn), (backup.tail, None));
    assert_eq!(replay(&open(path)).unwrap().state_hash, recovered.domain.state_hash());
    recovered.domain
}

/// The state of the journal at `path` after so many frames.
fn state_after(path: &Path, frames: u64) -> Domain {
    let store = open(path);
    let some: Vec<Vec<u8>> =
        store.read_from(0).unwrap().take(frames as usize).map(|frame| frame.unwrap()).collect();
    recover(&mut MemoryStore::from_frames(some)).unwrap().domain
}

fn code(refused: Result<Backup, EngineError>) -> &'static str {
    refused.unwrap_err().code()
}

#[test]
fn a_copy_under_load_has_every_command_that_was_acknowledged_before() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("journal");
    let built = Engine::relaxed(shop(), &path, Duration::from_millis(50)).snapshot_every(Some(500));
    let engine = Arc::new(built.start_blocking().unwrap());
    let (acknowledged, over) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..4_u64)
        .map(|writer| {
            let (engine, acknowledged, over) = (engine.clone(), acknowledged.clone(), over.clone());
            thread::spawn(move || {
                for i in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let id = writer * 1_000_000 + i;
                    if engine.submit(bill(id)).is_ok() {
                        acknowledged.lock().unwrap().insert(id);
                    }
                }
            })
        })
        .collect();
    let mut copies = Vec::new();
    for i in 0..4 {
        // A copy that would be made of an idle journal proves little.
        while acknowledged.lock().unwrap().len() < 300 * (i + 1) {
            thread::sleep(Duration::from_millis(2));
        }
        let before = acknowledged.lock().unwrap().clone();
        let copy = home.path().join(format!("copy-{i}"));
        copies.push((before, engine.backup(&copy).unwrap(), copy));
    }
    over.store(true, Ordering::Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    engine.shutdown().unwrap();

    for (before, backup, copy) in &copies {
        let domain = proven(copy, backup);
        assert_eq!(domain.state_hash(), state_after(&path, backup.tail.frames).state_hash());
        let lost: Vec<_> =
            before.iter().filter(|id| domain.contact_view(&ContactId::from(**id)).is_none()).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
    let (first, last) = (copies.first().unwrap().1, copies.last().unwrap().1);
    assert!(first.tail.frames < last.tail.frames && last.snapshot.is_some(), "{first:?}, {last:?}");
}

#[tokio::test]
async fn an_engine_goes_on_from_a_restored_copy_and_the_copy_stays() {
    let home = tempfile::tempdir().unwrap();
    let [path, copy, place] = ["journal", "copy", "place"].map(|name| home.path().join(name));
    let engine = Engine::durable(shop(), &path).clock(at_nine()).start().await.unwrap();
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let then = engine.state_hash().await.unwrap();
    let backup = engine.backup(&copy).await.unwrap();
    engine.submit(bill(2)).await.unwrap();
    engine.shutdown().await.unwrap();

    assert_eq!(restore(&copy, &place).unwrap().tail, backup.tail);
    let engine = Engine::durable(shop(), &place).clock(Clock::manual(at(1))).start().await.unwrap();
    assert_eq!(engine.state_hash().await.unwrap(), then);
    assert!(engine.contact_view(ContactId::from(2)).await.unwrap().is_none());
    engine.submit(bill(3)).await.unwrap();
    engine.shutdown().await.unwrap();
    assert_eq!(proven(&copy, &backup).state_hash(), then);
}

#[tokio::test]
async fn what_is_there_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("journal");
    let engine = Engine::durable(shop(), &path).clock(at_nine()).start().await.unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    for there in [home.path().to_owned(), path.clone(), file.clone()] {
        assert_eq!(code(engine.backup(there).await), "exists");
    }
    assert_eq!(code(engine.backup(file.join("below")).await), "io");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    let copy = home.path().join("copy");
    engine.backup(&copy).await.unwrap();
    assert_eq!(code(engine.backup(&copy).await), "exists");
    engine.shutdown().await.unwrap();
    assert_eq!(code(engine.backup(home.path().join("late")).await), "closed");
    assert!(!home.path().join("late").exists());
}

#[tokio::test]
async fn an_engine_in_memory_has_a_copy_where_it_keeps_its_history() {
    let home = tempfile::tempdir().unwrap();
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    assert_eq!(code(engine.backup(home.path().join("none")).await), "no_journal");
    let engine = Engine::in_memory(shop()).keep_history().clock(at_nine()).start().await.unwrap();
    assert_eq!(engine.durability(), Durability::Memory);
    engine.submit(bill(1)).await.unwrap();
    let then = engine.state_hash().await.unwrap();
    let backup = engine.backup(home.path().join("copy")).await.unwrap();
    assert_eq!(proven(&home.path().join("copy"), &backup).state_hash(), then);
}

#[test]
fn a_journal_that_is_damaged_or_ends_early_gives_no_copy() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("journal");
    let engine = Engine::durable(shop(), &path).clock(at_nine()).start_blocking().unwrap();
    for id in 0..5 {
        engine.submit(bill(id)).unwrap();
    }
    engine.shutdown().unwrap();
    let mut frames: Vec<Vec<u8>> = open(&path).read_from(0).unwrap().map(|frame| frame.unwrap()).collect();
    frames[2][150] ^= 1;
    let damaged = Journal::open(MemoryStore::from_frames(frames)).unwrap();
    let copy = home.path().join("copy");
    let refused = sunline_journal::backup(damaged.store(), &copy).unwrap_err();
    assert_eq!(refused.code(), "corrupt");
    assert!(refused.to_string().starts_with("frame 2"), "{refused}");
    assert!(!copy.exists());
    assert_eq!(restore(home.path().join("nowhere"), &copy).unwrap_err().code(), "empty");
    assert!(!copy.exists());
}
