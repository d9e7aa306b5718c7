//! Damaged journals: a torn end is cut and told, a damaged middle is an error with its place, and no damage whatever
//! leads to a panic or to a state that never was.

mod common;

use common::{Centre, Word};
use sunline_core::{Seq, StateHash};
use sunline_journal::{
    FrameFault, Journal, JournalError, MemoryStore, RedbStore, Source, Store, StoreError, Tail, recover,
    replay,
};

/// A small day: five frames.
const DAY: [Word; 15] = [
    (6, 0, 1),
    (6, 1, 1),
    (0, 1, 0),
    (0, 2, 1),
    (0, 6, 6),
    (9, 1, 900),
    (12, 0, 10),
    (22, 7, 14),
    (6, 3, 2),
    (0, 4, 40),
    (20, 0, 3),
    (16, 0, 8),
    (0, 9, 1000),
    (23, 39, 3),
    (0, 8, 11),
];

/// A journal of that day, its frames, and the state after each of them.
struct Day {
    frames: Vec<Vec<u8>>,
    states: Vec<StateHash>,
    snapshots: Vec<(Seq, Vec<u8>)>,
}

impl Day {
    fn live() -> Self {
        let mut centre = Centre::open(MemoryStore::new());
        let mut states = vec![centre.domain.state_hash()];
        for words in DAY.chunks(4) {
            words.iter().for_each(|word| centre.hear(*word));
            centre.commit();
            states.push(centre.domain.state_hash());
            if states.len() > 2 {
                centre.journal.save_snapshot(&centre.domain).unwrap();
            }
        }
        let store = centre.journal.into_store();
        let frames: Vec<Vec<u8>> = store.read_from(0).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(frames.len(), 5);
        let mut snapshots = Vec::new();
        for seq in store.snapshots().unwrap() {
            snapshots.push((seq, store.load_snapshot(seq).unwrap().unwrap()));
        }
        assert_eq!(snapshots.len(), 2);
        Self { frames, states, snapshots }
    }

    fn bytes(&self) -> Vec<u8> {
        self.frames.concat()
    }

    fn append_to(&self, store: &mut impl Store) {
        for frame in &self.frames {
            store.append(&store.tail().unwrap(), frame).unwrap();
        }
    }

    /// Byte at which a frame begins.
    fn start(&self, index: usize) -> usize {
        self.frames[..index].iter().map(Vec::len).sum()
    }

    fn last(&self) -> usize {
        self.frames.len() - 1
    }
}

/// What a damaged journal gives: the number of frames whose state it is, or the frame and byte that are told.
#[derive(Debug, PartialEq)]
enum Outcome {
    State { frames: usize, torn: bool },
    Told { index: u64, byte: u64 },
    Empty,
}

fn outcome(day: &Day, store: &mut impl Store) -> Outcome {
    match recover(store) {
        Ok(recovered) => {
            let frames = recovered.tail.frames as usize;
            assert_eq!(recovered.domain.state_hash(), day.states[frames - 1], "a state that never was");
            // What was cut is gone, and what is left is a journal like any other.
            let again = recover(store).unwrap();
            assert_eq!((again.tail, again.report.torn), (recovered.tail, None));
            assert_eq!(replay(store).unwrap().state_hash, day.states[frames - 1]);
            Outcome::State { frames, torn: recovered.report.torn.is_some() }
        }
        Err(JournalError::Store(StoreError::Corrupt { index, byte, .. })) => Outcome::Told { index, byte },
        Err(JournalError::Empty) => Outcome::Empty,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_journal_cut_at_any_byte_gives_the_state_of_its_whole_frames() {
    let day = Day::live();
    let bytes = day.bytes();
    assert_eq!(outcome(&day, &mut MemoryStore::from_bytes(&[])), Outcome::Empty);
    for end in 1..=bytes.len() {
        let found = outcome(&day, &mut MemoryStore::from_bytes(&bytes[..end]));
        let frames = (0..5).filter(|index| day.start(*index) + day.frames[*index].len() <= end).count();
        let torn = day.start(frames) < end;
        if frames == 0 {
            assert!(matches!(found, Outcome::Told { index: 0, .. }), "cut at {end}: {found:?}");
        } else {
            assert_eq!(found, Outcome::State { frames, torn }, "cut at {end}");
        }
    }
}

#[test]
fn a_last_frame_with_a_hole_is_torn_wherever_the_hole_begins() {
    let day = Day::live();
    let (bytes, start) = (day.bytes(), day.start(day.last()));
    for from in start..bytes.len() {
        let mut holed = bytes.clone();
        holed[from..].fill(0);
        if holed == bytes {
            continue;
        }
        let recovered = recover(&mut MemoryStore::from_bytes(&holed));
        let torn = recovered.map(|recovered| recovered.report.torn.map(|torn| torn.index));
        assert_eq!(torn.unwrap(), Some(day.last() as u64), "a hole from byte {} on", from - start);
    }
}

#[test]
fn a_torn_frame_is_told_with_its_bytes_and_the_journal_goes_on() {
    let day = Day::live();
    let last = day.last();
    let bytes = day.bytes();
    for end in day.start(last) + 1..bytes.len() {
        let mut store = MemoryStore::from_bytes(&bytes[..end]);
        let torn = Journal::open(store.clone()).unwrap_err();
        assert!(matches!(torn, JournalError::Store(StoreError::TornTail { index: 4, .. })), "{torn}");
        let torn = replay(&store).unwrap_err();
        assert!(matches!(torn, JournalError::Store(StoreError::TornTail { index: 4, .. })), "{torn}");
        let torn = recover(&mut store).unwrap().report.torn.unwrap();
        assert_eq!((torn.index, torn.byte), (4, day.start(last) as u64));
        assert_eq!(torn.bytes, bytes[day.start(last)..end]);
        let tail = store.append(&store.tail().unwrap(), &day.frames[last]).unwrap();
        assert_eq!(tail.frames, 5);
    }
}

#[test]
fn a_flipped_bit_anywhere_is_told_with_its_frame_or_cuts_the_last_one() {
    let day = Day::live();
    for (index, frame) in day.frames.iter().enumerate() {
        for byte in 0..frame.len() {
            let bit = 1 << ((byte * 5 + index) % 8);
            let mut frames = day.frames.clone();
            frames[index][byte] ^= bit;
            let joined = frames.concat();
            let start = day.start(index) as u64;
            for mut store in [MemoryStore::from_frames(frames), MemoryStore::from_bytes(&joined)] {
                match outcome(&day, &mut store) {
                    Outcome::State { frames: 4, torn: true } => assert_eq!(index, day.last()),
                    Outcome::Told { index: told, byte: at } => {
                        assert_eq!(told, index as u64, "byte {byte}");
                        assert!((start..=start + frame.len() as u64).contains(&at), "byte {byte}: told {at}");
                    }
                    other => panic!("frame {index}, byte {byte}: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn frames_that_are_missing_doubled_or_swapped_are_told() {
    let day = Day::live();
    let order = |indexes: &[usize]| {
        let frames = indexes.iter().map(|i| day.frames[*i].clone());
        outcome(&day, &mut MemoryStore::from_frames(frames))
    };
    assert_eq!(order(&[0, 1, 2, 3, 4]), Outcome::State { frames: 5, torn: false });
    for wrong in [&[0, 2, 3, 4][..], &[0, 1, 1, 2, 3, 4], &[0, 2, 1, 3, 4]] {
        let found = order(wrong);
        assert!(matches!(found, Outcome::Told { index: 1 | 2, .. }), "{wrong:?}: {found:?}");
    }
}

#[test]
fn a_damaged_snapshot_is_passed_over_for_the_next() {
    let day = Day::live();
    let (newest, older) = (&day.snapshots[0], &day.snapshots[1]);
    for byte in 0..newest.1.len() {
        let mut store = MemoryStore::from_bytes(&day.bytes());
        let mut damaged = newest.1.clone();
        damaged[byte] ^= 1 << (byte % 8);
        store.save_snapshot(older.0, &older.1).unwrap();
        store.save_snapshot(newest.0, &damaged).unwrap();
        let recovered = recover(&mut store).unwrap();
        assert_eq!(recovered.domain.state_hash(), day.states[4]);
        assert_eq!(recovered.report.snapshot, Some(older.0));
        assert_eq!(recovered.report.skipped[0].seq, newest.0);
        assert_eq!(recovered.report.frames, 1);
    }
}

#[test]
fn a_snapshot_of_frames_that_were_lost_is_passed_over() {
    let day = Day::live();
    let mut store = MemoryStore::from_frames(day.frames[..4].to_vec());
    for (seq, snapshot) in &day.snapshots {
        store.save_snapshot(*seq, snapshot).unwrap();
    }
    let recovered = recover(&mut store).unwrap();
    assert_eq!(recovered.domain.state_hash(), day.states[3]);
    assert_eq!(recovered.report.snapshot, Some(day.snapshots[1].0));
    let reason = &recovered.report.skipped[0].reason;
    assert_eq!(reason, "it was taken after frame 4, the journal has 4");
}

#[test]
fn a_snapshot_of_another_journal_is_passed_over() {
    let day = Day::live();
    let mut other = Centre::open(MemoryStore::new());
    other.run(&[(6, 2, 5), (6, 1, 1), (0, 3, 0), (0, 2, 8)], 1);
    let store =
        &mut MemoryStore::from_frames(other.journal.store().read_from(0).unwrap().map(Result::unwrap));
    for (_, snapshot) in &day.snapshots {
        store.save_snapshot(other.domain.seq(), snapshot).unwrap();
    }
    let recovered = recover(store).unwrap();
    assert_eq!(recovered.domain.state_hash(), other.domain.state_hash());
    assert_eq!((recovered.report.snapshot, recovered.report.skipped.len()), (None, 1));
}

/// The frame with one bit flipped and everything that guards against that made right again.
fn forged(frame: &[u8], tail: &Tail, byte: usize, bit: u8, guards: usize) -> Vec<u8> {
    let mut forged = frame.to_vec();
    forged[byte] ^= bit;
    if guards > 1 {
        let events = 144 + u32::from_le_bytes(frame[20..24].try_into().unwrap()) as usize;
        // One event a frame, so the running hash is of this one.
        let hash = tail.events.with(&forged[events..]);
        forged[112..144].copy_from_slice(&hash.0);
    }
    let crc = crc32c::crc32c_append(crc32c::crc32c(&forged[..8]), &forged[12..]);
    forged[8..12].copy_from_slice(&crc.to_le_bytes());
    forged
}

#[test]
fn a_forged_checksum_never_gives_another_state() {
    let day = Day::live();
    let last = day.last();
    let tail = Tail::of(&day.frames[last - 1]).unwrap();
    for byte in 12..day.frames[last].len() {
        let mut frames = day.frames.clone();
        frames[last] = forged(&frames[last], &tail, byte, 1 << (byte % 8), 1);
        match recover(&mut MemoryStore::from_frames(frames)) {
            Ok(recovered) => {
                let state = recovered.domain.state_hash();
                assert!(
                    state == day.states[4] || recovered.tail == tail && state == day.states[3],
                    "byte {byte}"
                );
            }
            Err(JournalError::Store(StoreError::Corrupt { index: 4, .. })) => {}
            Err(other) => panic!("byte {byte}: {other}"),
        }
    }
}

#[test]
fn forged_events_never_lead_to_a_panic() {
    let mut centre = Centre::open(MemoryStore::new());
    let mut kinds = std::collections::BTreeSet::new();
    let mut refused = 0;
    for word in DAY.into_iter().cycle().take(60) {
        let tail = centre.journal.tail();
        centre.hear(word);
        let [event] = centre.batch.events() else {
            centre.commit();
            continue;
        };
        kinds.insert(format!("{:?}", event.kind).split([' ', '{']).next().unwrap().to_owned());
        centre.commit();
        let frames: Vec<Vec<u8>> = centre.journal.store().read_from(0).unwrap().map(Result::unwrap).collect();
        let (last, before) = frames.split_last().unwrap();
        let events = 144 + u32::from_le_bytes(last[20..24].try_into().unwrap()) as usize;
        for byte in events..last.len() {
            let mut frames = before.to_vec();
            frames.push(forged(last, &tail, byte, 1 << (byte % 8), 2));
            let store = &mut MemoryStore::from_frames(frames);
            refused += usize::from(recover(store).is_err());
            let _ = replay(store);
        }
    }
    assert!(kinds.len() > 3 && refused > 100, "{kinds:?}, {refused} refused");
}

#[test]
fn frames_of_another_logic_version_are_folded_and_not_decided_again() {
    let day = Day::live();
    let last = day.last();
    let tail = Tail::of(&day.frames[last - 1]).unwrap();
    let mut frames = day.frames.clone();
    frames[last] = forged(&frames[last], &tail, 16, 0x80, 1);
    let store = MemoryStore::from_frames(frames);
    let replayed = replay(&store).unwrap();
    assert_eq!((replayed.frames, replayed.folded, replayed.state_hash), (5, 1, day.states[4]));
    assert_eq!(recover(&mut store.clone()).unwrap().domain.state_hash(), day.states[4]);
}

#[test]
fn a_deposed_writer_is_refused() {
    let mut centre = Centre::open(MemoryStore::new());
    let store = centre.journal.store().clone();
    centre.hear(DAY[0]);
    let (inputs, events) = (centre.batch.inputs(), centre.batch.events());
    let mut successor = Journal::open(store.clone()).unwrap();
    assert_eq!((centre.journal.epoch(), successor.epoch()), (1, 2));
    let tail = successor.append(inputs, events).unwrap();
    assert_eq!(tail.epoch, 2);
    let deposed = centre.journal.append(inputs, events).unwrap_err();
    assert!(matches!(deposed, JournalError::Store(StoreError::Conflict { .. })), "{deposed}");
}

#[test]
fn a_frame_of_an_earlier_epoch_is_told() {
    // Three writers in turn, of which the last one's frame claims to be of the first epoch.
    let store = MemoryStore::new();
    let mut centre = Centre::open(store.clone());
    for word in [DAY[0], DAY[1]] {
        centre.journal = Journal::open(store.clone()).unwrap();
        centre.hear(word);
        centre.commit();
    }
    let mut frames: Vec<Vec<u8>> = store.read_from(0).unwrap().map(Result::unwrap).collect();
    assert_eq!(frames[2][48], 3);
    let tail = Tail::of(&frames[1]).unwrap();
    frames[2] = forged(&frames[2], &tail, 48, 3 ^ 1, 1);
    let told = recover(&mut MemoryStore::from_frames(frames)).unwrap_err();
    let JournalError::Store(StoreError::Corrupt { index: 2, fault, .. }) = told else { panic!("{told}") };
    assert_eq!(fault, FrameFault::Epoch { stated: 1, expected: 2 });
}

#[test]
fn a_flipped_bit_in_a_database_file_is_told_or_leaves_an_earlier_state() {
    let day = Day::live();
    let directory = tempfile::tempdir().unwrap();
    let open = || RedbStore::open(directory.path(), sunline_journal::Durability::Durable);
    day.append_to(&mut open().unwrap());
    let path = directory.path().join("0000000000000000.frames");
    let sound = std::fs::read(&path).unwrap();
    let used: Vec<usize> = (0..sound.len()).filter(|at| sound[*at] != 0).collect();
    let mut tally = std::collections::BTreeMap::<&str, usize>::new();
    for at in used.iter().step_by(used.len() / 150).chain(&[0, 9, 10, 64, 128, 192]) {
        let mut damaged = sound.clone();
        damaged[*at] ^= 1 << (at % 8);
        std::fs::write(&path, &damaged).unwrap();
        let told = match open().map_err(JournalError::from).and_then(|mut store| recover(&mut store)) {
            Ok(recovered) => {
                let frames = recovered.tail.frames as usize;
                assert_eq!(recovered.domain.state_hash(), day.states[frames - 1], "byte {at}");
                if frames == 5 { "unharmed" } else { "earlier" }
            }
            Err(JournalError::Store(error)) => error.code(),
            Err(other) => panic!("byte {at}: {other}"),
        };
        *tally.entry(told).or_default() += 1;
    }
    for expected in ["unharmed", "damaged", "corrupt"] {
        assert!(tally.contains_key(expected), "{tally:?}");
    }
    assert!(
        tally.keys().all(|told| ["unharmed", "earlier", "damaged", "corrupt"].contains(told)),
        "{tally:?}"
    );
}

#[test]
fn a_file_of_frames_that_is_missing_or_cut_short_is_told() {
    let day = Day::live();
    for file in 0..5 {
        for cut in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            // Every frame has a file of its own.
            let open =
                || RedbStore::open_segmented(directory.path(), sunline_journal::Durability::Durable, 1);
            day.append_to(&mut open().unwrap());
            assert_eq!(recover(&mut open().unwrap()).unwrap().tail.frames, 5);
            let path = directory.path().join(format!("{file:016x}.frames"));
            if cut {
                let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
                file.set_len(file.metadata().unwrap().len() - 4096).unwrap();
            } else {
                std::fs::remove_file(&path).unwrap();
            }
            let recovered = open().map_err(JournalError::from).and_then(|mut store| recover(&mut store));
            match recovered {
                Err(error) => assert_eq!(error.code(), "damaged", "file {file}, cut {cut}: {error}"),
                // Nothing says that there was a frame behind the last one that is there.
                Ok(recovered) => {
                    assert!(file == 4 && !cut, "file {file}, cut {cut}");
                    assert_eq!(recovered.domain.state_hash(), day.states[3]);
                }
            }
        }
    }
}
