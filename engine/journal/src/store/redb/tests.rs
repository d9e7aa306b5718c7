//! The disk fails: it is full, it loses power, it does not sync. Files lie on a simulated disk.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use proptest::prelude::*;
use sunline_core::Timestamp;

use super::segment::Opener;
use super::*;
use crate::frame::Encoder;
use crate::input::Input;

/// A disk whose files are known by what their real counterparts hold: a number. Renaming works, then, as it does.
#[derive(Clone, Debug, Default)]
struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<u64, Content>,
    /// Bytes that may be taken in all; `None`: no limit.
    room: Option<u64>,
    /// Operations until the next one that fails; then all fail until power is back.
    fails_after: Option<u64>,
    fails: bool,
}

#[derive(Clone, Debug, Default)]
struct Content {
    now: Vec<u8>,
    synced: Vec<u8>,
    /// Writes since the last sync, in order.
    unsynced: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

impl Content {
    fn apply(bytes: &mut Vec<u8>, change: &Change) {
        match change {
            Change::Length(length) => bytes.resize(*length as usize, 0),
            Change::Write(at, data) => {
                let end = *at as usize + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at as usize..end].copy_from_slice(data);
            }
        }
    }
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn opener(&self) -> Opener {
        let disk = self.clone();
        Opener::new(move |path: &Path| {
            let known = std::fs::read(path).unwrap_or_default();
            let number = match <[u8; 8]>::try_from(known) {
                Ok(number) => u64::from_le_bytes(number),
                Err(_) => {
                    let number = disk.state().files.len() as u64;
                    disk.state().files.insert(number, Content::default());
                    std::fs::write(path, number.to_le_bytes())?;
                    number
                }
            };
            Ok(Opener::builder().create_with_backend(File { disk: disk.clone(), number })?)
        })
    }

    /// Power is gone, and back: of what was not synced, the changes that `survives` says are on the disk.
    fn lose_power(&self, mut survives: impl FnMut() -> bool) {
        let mut state = self.state();
        for content in state.files.values_mut() {
            for change in std::mem::take(&mut content.unsynced) {
                if survives() {
                    Content::apply(&mut content.synced, &change);
                }
            }
            content.now = content.synced.clone();
        }
        (state.fails, state.fails_after) = (false, None);
    }
}

#[derive(Debug)]
struct File {
    disk: Disk,
    number: u64,
}

impl File {
    fn run<T>(&self, run: impl FnOnce(&mut Content) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.disk.state();
        state.count()?;
        run(state.files.get_mut(&self.number).unwrap())
    }

    fn change(&self, change: Change) -> io::Result<()> {
        let mut state = self.disk.state();
        state.count()?;
        let used: usize = state.files.values().map(|content| content.now.len()).sum();
        let room = state.room;
        let content = state.files.get_mut(&self.number).unwrap();
        let before = content.now.len();
        let mut after = content.now.clone();
        Content::apply(&mut after, &change);
        if after.len() > before && room.is_some_and(|room| (used + after.len() - before) as u64 > room) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        content.now = after;
        content.unsynced.push(change);
        Ok(())
    }
}

impl State {
    fn count(&mut self) -> io::Result<()> {
        if let Some(left) = &mut self.fails_after {
            self.fails |= *left == 0;
            *left = left.saturating_sub(1);
        }
        if self.fails { Err(io::Error::other("the disk is gone")) } else { Ok(()) }
    }
}

impl redb::StorageBackend for File {
    fn len(&self) -> io::Result<u64> {
        self.run(|content| Ok(content.now.len() as u64))
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.run(|content| {
            let range = offset as usize..offset as usize + out.len();
            out.copy_from_slice(content.now.get(range).ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(Change::Length(len))
    }
    fn sync_data(&self) -> io::Result<()> {
        self.run(|content| {
            content.unsynced.clear();
            content.synced = content.now.clone();
            Ok(())
        })
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(Change::Write(offset, data.to_vec()))
    }
}

fn open(directory: &Path, disk: &Disk, durability: Durability) -> Result<RedbStore, StoreError> {
    RedbStore::open_with(directory, durability, 256 << 10, disk.opener())
}

fn append(store: &mut RedbStore, bytes: usize) -> Result<Tail, StoreError> {
    let tail = store.tail()?;
    let inputs = vec![Input::advance_to(Timestamp::from_nanos(1 << 60)); bytes / 12 + 1];
    let frame = Encoder::default().encode(&tail, 1, &inputs, &[]).unwrap().to_vec();
    store.append(&tail, &frame)
}

fn frames(store: &RedbStore) -> u64 {
    let mut tail = Tail::EMPTY;
    for frame in store.read_from(0).unwrap() {
        tail = tail.after(&frame.unwrap()).unwrap();
    }
    assert_eq!(tail, store.tail().unwrap());
    tail.frames
}

const RELAXED: Durability = Durability::Relaxed { window: Duration::from_secs(3600) };

#[test]
fn a_full_disk_is_told_and_the_journal_goes_on_once_there_is_room() {
    for durability in [Durability::Durable, RELAXED] {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let mut store = open(directory.path(), &disk, durability).unwrap();
        for _ in 0..5 {
            append(&mut store, 20_000).unwrap();
        }
        store.sync().unwrap();
        let used: usize = disk.state().files.values().map(|content| content.now.len()).sum();
        disk.state().room = Some(used as u64);
        let mut kept = 5;
        let full = loop {
            match append(&mut store, 60_000) {
                Ok(_) => kept += 1,
                Err(error) => break error,
            }
            assert!(kept < 1000, "the disk never fills up");
        };
        assert!(matches!(full, StoreError::Full { .. }), "{full}");
        let again = append(&mut store, 60_000).unwrap_err();
        assert!(matches!(again, StoreError::Full { .. }), "{again}");
        disk.state().room = None;
        append(&mut store, 60_000).unwrap();
        let found = frames(&store);
        match durability {
            Durability::Durable => assert_eq!(found, kept + 1),
            // What was not durable when the disk filled up may be gone; what was is not.
            Durability::Relaxed { .. } => assert!((6..=kept + 1).contains(&found), "{found} of {kept}"),
        }
    }
}

#[test]
fn readers_read_on_while_the_disk_is_full() {
    let directory = tempfile::tempdir().unwrap();
    let disk = Disk::default();
    let mut store = open(directory.path(), &disk, Durability::Durable).unwrap();
    let reader = store.reader().unwrap();
    for _ in 0..5 {
        append(&mut store, 20_000).unwrap();
    }
    disk.state().room = Some(0);
    while append(&mut store, 60_000).is_ok() {}
    disk.state().room = None;
    let kept = store.tail().unwrap_or(Tail::EMPTY).frames.max(5);
    append(&mut store, 1).unwrap();
    assert_eq!(reader.read_from(0).unwrap().filter(Result::is_ok).count() as u64, kept + 1);
}

#[test]
fn a_disk_that_fails_once_leaves_the_journal_as_it_was_or_with_the_frame() {
    for fails_after in 0..60 {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        let mut store = open(directory.path(), &disk, Durability::Durable).unwrap();
        append(&mut store, 1000).unwrap();
        disk.state().fails_after = Some(fails_after);
        let answer = append(&mut store, 1000);
        disk.lose_power(|| true);
        let kept = match &answer {
            Ok(_) => 2,
            Err(StoreError::Io { .. }) => 1,
            Err(error) => panic!("{error}"),
        };
        let found = append(&mut store, 1000).unwrap().frames - 1;
        // A commit that was reported as failed may yet be there when the disk is back.
        assert!(found == kept || found == 2, "after {fails_after}: {found} frames, {answer:?}");
        assert_eq!(frames(&store), found + 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_loss_of_power_takes_nothing_that_was_durable(
        sizes in proptest::collection::vec((1_usize..40_000, 0_u8..8), 1..25),
        fails_after in 0_u64..900,
        luck in proptest::collection::vec(any::<bool>(), 1..64),
        relaxed in any::<bool>(),
    ) {
        let directory = tempfile::tempdir()?;
        let disk = Disk::default();
        let mut luck = luck.into_iter().cycle();
        let durability = if relaxed { RELAXED } else { Durability::Durable };
        let (mut durable, mut appended) = (0, 0);
        let mut store = open(directory.path(), &disk, durability)?;
        disk.state().fails_after = Some(fails_after);
        for (bytes, sync) in sizes {
            match append(&mut store, bytes) {
                Ok(tail) => appended = tail.frames,
                Err(_) => break,
            }
            if !relaxed || (sync == 0 && store.sync().is_ok()) {
                durable = appended;
            }
        }
        disk.state().fails = true;
        drop(store);
        disk.lose_power(|| luck.next().unwrap());
        let store = open(directory.path(), &disk, durability)?;
        let found = frames(&store);
        prop_assert!((durable..=appended + 1).contains(&found), "{durable} <= {found} <= {appended} + 1");
    }
}
