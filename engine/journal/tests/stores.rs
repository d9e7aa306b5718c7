//! The stores keep what stores promise, and a journal belongs to one writer at a time.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use sunline_journal::{Durability, MemoryStore, RedbStore, Source, Store, StoreError, conformance};

const RELAXED: Durability = Durability::Relaxed { window: Duration::from_secs(3600) };

#[test]
fn memory_keeps_the_promises() {
    let stores = Mutex::new(BTreeMap::<u32, MemoryStore>::new());
    conformance(|number| Ok(stores.lock().unwrap().entry(number).or_default().clone())).unwrap();
}

#[test]
fn a_run_of_bytes_keeps_the_promises() {
    let stores = Mutex::new(BTreeMap::<u32, MemoryStore>::new());
    conformance(|number| {
        Ok(stores.lock().unwrap().entry(number).or_insert_with(|| MemoryStore::from_bytes(&[])).clone())
    })
    .unwrap();
}

#[test]
fn redb_keeps_the_promises() {
    let directory = tempfile::tempdir().unwrap();
    conformance(|number| RedbStore::open(directory.path().join(number.to_string()), Durability::Durable))
        .unwrap();
}

#[test]
fn redb_keeps_the_promises_when_relaxed() {
    let directory = tempfile::tempdir().unwrap();
    conformance(|number| RedbStore::open(directory.path().join(number.to_string()), RELAXED)).unwrap();
}

#[test]
fn redb_keeps_the_promises_with_a_file_for_every_few_frames() {
    let directory = tempfile::tempdir().unwrap();
    let open =
        |number: u32| RedbStore::open_segmented(directory.path().join(number.to_string()), RELAXED, 64 << 10);
    conformance(open).unwrap();
    let files = std::fs::read_dir(directory.path().join("6")).unwrap();
    let frames = files.filter(|file| {
        file.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "frames")
    });
    assert!(frames.count() >= 4, "the large frames have files of their own");
}

#[test]
fn a_boxed_store_keeps_the_promises() {
    let stores = Mutex::new(BTreeMap::<u32, MemoryStore>::new());
    conformance(|number| {
        Ok(Box::new(stores.lock().unwrap().entry(number).or_default().clone()) as Box<dyn Store>)
    })
    .unwrap();
}

#[test]
fn a_journal_is_open_once_in_one_process() {
    let directory = tempfile::tempdir().unwrap();
    let store = RedbStore::open(directory.path(), Durability::Durable).unwrap();
    let again = RedbStore::open(directory.path(), Durability::Durable);
    assert!(matches!(again, Err(StoreError::Locked { ref path }) if path == directory.path()), "{again:?}");
    drop(store);
    RedbStore::open(directory.path(), Durability::Durable).unwrap();
}

const ELSEWHERE: &str = "SUNLINE_TEST_JOURNAL";

#[test]
fn a_journal_is_open_in_one_process() {
    let directory = tempfile::tempdir().unwrap();
    let store = RedbStore::open(directory.path(), Durability::Durable).unwrap();
    assert_eq!(open_in_another_process(directory.path()), "locked");
    assert!(store.tail().is_ok());
    drop(store);
    assert_eq!(open_in_another_process(directory.path()), "opened");
}

/// What another process sees that opens the journal: this test binary, asked for the test below.
fn open_in_another_process(path: &Path) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_can_open_a_journal_that_nobody_has_open", "--nocapture"])
        .env(ELSEWHERE, path)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let answer = said.split_once("answer=").expect("the other process answers").1;
    answer.split_whitespace().next().unwrap().to_owned()
}

#[test]
#[allow(clippy::print_stdout, reason = "it is how the other process answers")]
fn a_process_can_open_a_journal_that_nobody_has_open() {
    let open = |path: &Path| match RedbStore::open(path, Durability::Durable) {
        Ok(_) => "opened",
        Err(error) => error.code(),
    };
    if let Some(path) = std::env::var_os(ELSEWHERE) {
        println!("answer={} ", open(path.as_ref()));
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(open(directory.path()), "opened");
    assert_eq!(open(&directory.path().join("lock")), "io", "a file is no directory");
}
