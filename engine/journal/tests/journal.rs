//! A journal in use: it is begun, written, read by cursor while it grows, and replayed.

mod common;

use common::{Centre, NINE, Word, config};
use sunline_core::{Domain, Event, Seq, Timestamp};
use sunline_journal::{
    Batch, Durability, FrameBytes, Input, Journal, JournalError, MemoryStore, RedbStore, Source, Store,
    StoreError, Tail, recover, replay,
};

const WORDS: [Word; 12] = [
    (6, 0, 1),
    (6, 1, 1),
    (6, 2, 1),
    (0, 1, 0),
    (1, 2, 1),
    (2, 3, 2),
    (9, 1, 9),
    (9, 2, 9),
    (16, 1, 9),
    (23, 15, 9),
    (3, 5, 3),
    (13, 1, 8),
];

fn busy() -> Centre<MemoryStore> {
    let mut centre = Centre::open(MemoryStore::new());
    centre.run(&WORDS, 1);
    assert!(centre.journal.tail().seq > Seq(15));
    centre
}

#[test]
fn a_journal_begins_once() {
    let store = MemoryStore::new();
    assert!(matches!(Journal::open(store.clone()), Err(JournalError::Empty)));
    assert!(matches!(recover(&mut store.clone()), Err(JournalError::Empty)));
    assert!(matches!(replay(&store), Err(JournalError::Empty)));
    let (journal, domain) = Journal::create(store.clone(), NINE, config()).unwrap();
    assert_eq!(journal.tail().seq, domain.seq());
    let again = Journal::create(store, NINE, config()).unwrap_err();
    assert!(matches!(again, JournalError::NotEmpty { frames: 1 }), "{again}");
    let mut wrong = config();
    wrong.queues.clear();
    let refused = Journal::create(MemoryStore::new(), NINE, wrong).unwrap_err();
    assert!(matches!(refused, JournalError::Config(_)), "{refused}");
}

#[test]
fn events_that_do_not_follow_are_refused() {
    let mut domain = Domain::new(NINE, config()).unwrap();
    let genesis: Vec<Event> = std::iter::from_fn(|| domain.poll_event()).collect();
    let mut centre = busy();
    let end = centre.journal.tail();
    let refused = centre.journal.append(&[], &genesis).unwrap_err();
    let expected = end.seq.next();
    assert!(
        matches!(refused, JournalError::OutOfOrder { expected: e, found: Seq(1) } if e == expected),
        "{refused}"
    );
    assert_eq!(centre.journal.append(&[], &[]).unwrap(), end, "nothing is nothing");
}

#[test]
fn a_reader_resumes_behind_any_event_without_gap_or_repetition() {
    let centre = busy();
    let last = centre.journal.tail().seq;
    let reader = centre.journal.reader().unwrap();
    for from in 0..=last.0 + 1 {
        let seqs: Vec<u64> = reader.events(Seq(from)).unwrap().map(|event| event.unwrap().seq.0).collect();
        assert_eq!(seqs, (from.max(1)..=last.0).collect::<Vec<_>>());
    }
    let beyond = reader.events(Seq(last.0 + 2)).unwrap_err();
    assert!(matches!(beyond, JournalError::NoSuchEvent { last: l, .. } if l == last), "{beyond}");
    for from in 0..=centre.journal.tail().frames {
        let first = reader.frames(from).unwrap().next().map(|frame| frame.unwrap().header.index);
        assert_eq!(first, (from < centre.journal.tail().frames).then_some(from));
    }
}

#[test]
fn a_reader_follows_a_writer_on_another_thread() {
    let directory = tempfile::tempdir().unwrap();
    let relaxed = Durability::Relaxed { window: std::time::Duration::from_millis(20) };
    let store = RedbStore::open_segmented(directory.path(), relaxed, 20_000).unwrap();
    let mut centre = Centre::open(store);
    let reader = centre.journal.reader().unwrap();
    let last = std::thread::scope(|scope| {
        let (done, is_done) = std::sync::mpsc::channel();
        let follower = scope.spawn(move || {
            let mut next = Seq(1);
            loop {
                let end = is_done.try_recv();
                for event in reader.events(next).unwrap() {
                    assert_eq!(event.unwrap().seq, next);
                    next = next.next();
                }
                match end {
                    Ok(last) => return (next, last),
                    Err(_) => std::thread::yield_now(),
                }
            }
        });
        for round in 0..20 {
            centre.run(&WORDS.map(|(what, who, how)| (what, who + round, how)), 2);
        }
        done.send(centre.journal.tail().seq).unwrap();
        follower.join().unwrap()
    });
    assert_eq!(last.0, Seq(last.1.0 + 1));
}

#[test]
fn recovery_from_disk_gives_the_live_state_and_takes_the_newest_snapshot() {
    let directory = tempfile::tempdir().unwrap();
    let open = || RedbStore::open_segmented(directory.path(), Durability::default(), 8_000).unwrap();
    let mut centre = Centre::open(open());
    let mut taken = Vec::new();
    for round in 0..6 {
        centre.run(&WORDS.map(|(what, who, how)| (what, who + round, how)), 5);
        if round < 5 {
            centre.journal.save_snapshot(&centre.domain).unwrap();
            taken.push(centre.journal.tail());
        }
    }
    let live = centre.domain.state_hash();
    let end = centre.journal.tail();
    drop(centre);
    let (journal, recovered) = Journal::recover(open()).unwrap();
    assert_eq!((recovered.domain.state_hash(), recovered.tail), (live, end));
    assert_eq!(recovered.report.snapshot, Some(taken[4].seq));
    assert_eq!(recovered.report.frames, end.frames - taken[4].frames);
    assert_eq!(journal.store().snapshots().unwrap(), [taken[4].seq, taken[3].seq]);
    assert_eq!(replay(journal.store()).unwrap().state_hash, live);
}

#[test]
fn a_snapshot_of_another_instant_is_refused() {
    let mut centre = busy();
    let earlier = centre.domain.clone();
    centre.run(&WORDS[..6], 6);
    let refused = centre.journal.save_snapshot(&earlier).unwrap_err();
    assert!(matches!(refused, JournalError::Snapshot { seq, .. } if seq == earlier.seq()), "{refused}");
}

#[test]
fn deadlines_that_fell_due_while_nobody_was_there_fire_at_their_own_instants() {
    let mut centre = busy();
    let (mut journal, mut recovered) = Journal::recover(centre.journal.store().clone()).unwrap();
    assert_eq!(recovered.domain.now(), journal.tail().at);
    let much_later = Timestamp::from_secs(12 * 3600);
    let mut batch = Batch::after(journal.tail());
    assert!(batch.advance(&mut recovered.domain, much_later));
    assert!(batch.events().iter().all(|event| event.at < much_later));
    journal.append(batch.inputs(), batch.events()).unwrap();
    centre.domain.handle_deadlines(much_later);
    assert_eq!(recovered.domain.state_hash(), centre.domain.state_hash());
    assert_eq!(replay(journal.store()).unwrap().state_hash, centre.domain.state_hash());
}

#[test]
fn replay_names_the_first_event_that_differs() {
    let mut centre = busy();
    let before = centre.journal.tail();
    centre.hear((0, 4, 0));
    centre.hear((0, 5, 1));
    let (inputs, events) = (centre.batch.inputs(), centre.batch.events());
    // A command is forgotten, so its events come from nowhere.
    centre.journal.append(&inputs[1..], events).unwrap();
    recover(&mut centre.journal.store().clone()).unwrap();
    match replay(centre.journal.store()).unwrap_err() {
        JournalError::Diverged { index, seq, journaled: Some(journaled), decided: Some(decided) } => {
            assert_eq!((index, seq), (before.frames, before.seq.next()));
            assert_eq!(*journaled, events[0]);
            assert_eq!(decided.seq, events[0].seq);
            assert_ne!(*decided, events[0]);
        }
        other => panic!("{other}"),
    }
}

#[test]
fn replay_names_the_event_that_is_missing() {
    let mut centre = busy();
    centre.hear((0, 4, 0));
    let events = centre.batch.events().to_vec();
    let at = centre.domain.now();
    centre.journal.append(&[Input::advance_to(at)], &events).unwrap();
    match replay(centre.journal.store()).unwrap_err() {
        JournalError::Diverged { seq, journaled: Some(journaled), decided: None, .. } => {
            assert_eq!((seq, &*journaled), (events[0].seq, &events[0]));
        }
        other => panic!("{other}"),
    }
}

/// A store that writes the frame and then says that it failed, once.
struct Unsure {
    store: MemoryStore,
    fails: bool,
}

impl Source for Unsure {
    fn tail(&self) -> Result<Tail, StoreError> {
        self.store.tail()
    }
    fn read_from(&self, index: u64) -> Result<FrameBytes<'_>, StoreError> {
        self.store.read_from(index)
    }
}

impl Store for Unsure {
    fn append(&mut self, expected: &Tail, frame: &[u8]) -> Result<Tail, StoreError> {
        let tail = self.store.append(expected, frame)?;
        if std::mem::take(&mut self.fails) { Err(StoreError::Full { path: "disk".into() }) } else { Ok(tail) }
    }
    fn sync(&mut self) -> Result<(), StoreError> {
        self.store.sync()
    }
    fn cut_torn_tail(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.cut_torn_tail()
    }
    fn reader(&self) -> Result<Box<dyn Source>, StoreError> {
        self.store.reader()
    }
    fn save_snapshot(&mut self, seq: Seq, snapshot: &[u8]) -> Result<(), StoreError> {
        self.store.save_snapshot(seq, snapshot)
    }
    fn snapshots(&self) -> Result<Vec<Seq>, StoreError> {
        self.store.snapshots()
    }
    fn load_snapshot(&self, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.load_snapshot(seq)
    }
}

#[test]
fn a_commit_that_was_told_as_failed_can_be_tried_again() {
    let store = MemoryStore::new();
    Journal::create(store.clone(), NINE, config()).unwrap();
    let mut journal = Journal::open(Unsure { store: store.clone(), fails: true }).unwrap();
    let inputs = [Input::advance_to(NINE)];
    assert!(matches!(journal.append(&inputs, &[]), Err(JournalError::Store(StoreError::Full { .. }))));
    let tail = journal.append(&inputs, &[]).unwrap();
    assert_eq!((tail.frames, store.tail().unwrap()), (2, tail));
}
