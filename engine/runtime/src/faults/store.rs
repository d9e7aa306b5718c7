//! Stores that fail.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sunline_core::{ContactId, Domain, Event, EventKind, OfferOutcome, Presence, Seq, Span};
use sunline_journal::{Input, Journal, JournalReader, MemoryStore};
use tokio::runtime::Handle;

use super::{NINE, SOON, bill, shop, soon};
use crate::actors::domain::ask;
use crate::actors::journal::JournalMessage;
use crate::builder::Opened;
use crate::ledger::{Journaled, Ledger, LedgerError, Opener, Recovered};
use crate::{Clock, Engine, EngineBuilder, EngineError};

/// How a store fails, and how often.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) append: AtomicBool,
    /// The next record waits until the other end is dropped.
    pub(super) hold: Mutex<Option<Receiver<()>>>,
    append_but_write: AtomicBool,
    panic: AtomicBool,
    recover: AtomicUsize,
    open: AtomicBool,
    /// A state that the store falls back to.
    forgets: Mutex<Option<Recovered>>,
}

struct Faulty {
    inner: Box<dyn Ledger>,
    faults: Arc<Faults>,
}

fn full() -> LedgerError {
    LedgerError { code: "full", reason: "no room is left".into() }
}

impl Ledger for Faulty {
    fn append(&mut self, inputs: &[Input], events: &[Event]) -> Result<(), LedgerError> {
        assert!(!self.faults.panic.swap(false, Ordering::SeqCst), "the store breaks");
        let hold = self.faults.hold.lock().unwrap().take();
        if let Some(held) = hold {
            // Ends when the sender is dropped.
            let _ = held.recv();
        }
        if self.faults.append.load(Ordering::SeqCst) {
            return Err(full());
        }
        self.inner.append(inputs, events)?;
        if self.faults.append_but_write.swap(false, Ordering::SeqCst) { Err(full()) } else { Ok(()) }
    }

    fn sync(&mut self) -> Result<(), LedgerError> {
        self.inner.sync()
    }

    fn recover(&mut self) -> Result<Recovered, LedgerError> {
        if self
            .faults
            .recover
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok()
        {
            return Err(full());
        }
        match self.faults.forgets.lock().unwrap().take() {
            Some(old) => Ok(old),
            None => self.inner.recover(),
        }
    }

    fn checkpoint(&mut self) -> Result<(), LedgerError> {
        self.inner.checkpoint()
    }

    fn reader(&self) -> Result<Option<JournalReader>, LedgerError> {
        self.inner.reader()
    }

    fn blocks(&self) -> bool {
        // As on disk: off the actors' threads.
        true
    }
}

async fn faulty(clock: Clock) -> (Engine, Arc<Faults>) {
    faulty_with(Engine::in_memory(shop()).clock(clock)).await
}

pub(super) async fn faulty_with(builder: EngineBuilder) -> (Engine, Arc<Faults>) {
    let (store, faults) = (MemoryStore::new(), Arc::new(Faults::default()));
    Journal::create(store.clone(), NINE, shop()).unwrap();
    let shared = faults.clone();
    let opener: Opener = Arc::new(move || {
        if shared.open.load(Ordering::SeqCst) {
            return Err(full());
        }
        let inner = Box::new(Journaled::open(store.clone(), false, None)?);
        Ok(Box::new(Faulty { inner, faults: shared.clone() }) as Box<dyn Ledger>)
    });
    let opened = Opened { ledger: opener().unwrap(), opener, existed: false };
    (builder.start_over::<Domain>(Handle::current(), opened).await.unwrap(), faults)
}

async fn seqs(engine: &Engine) -> Vec<u64> {
    let last = engine.inspect(Domain::seq).await.unwrap();
    let mut events = engine.events(Seq(1));
    let mut read = Vec::new();
    while events.position() <= last {
        read.push(soon(events.next()).await.unwrap().unwrap().seq.0);
    }
    read
}

#[tokio::test]
async fn a_full_disk_answers_unavailable_releases_nothing_and_recovers() {
    let (engine, faults) = faulty(Clock::manual(NINE)).await;
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    ann.next().await.unwrap();
    let (before, mut events) = (engine.state_hash().await.unwrap(), engine.live_events());
    faults.append.store(true, Ordering::SeqCst);
    let refused = soon(engine.submit(bill(1))).await.unwrap_err();
    assert_eq!(refused, EngineError::Unavailable { reason: "no room is left".into() });
    assert_eq!(engine.state_hash().await.unwrap(), before);
    assert_eq!(ann.try_next(), None);
    assert!(tokio::time::timeout(Duration::from_millis(20), events.next()).await.is_err());
    faults.append.store(false, Ordering::SeqCst);
    soon(engine.submit(bill(1))).await.unwrap();
    assert_eq!(soon(ann.next_offer()).await.unwrap().contact, ContactId::from(1));
    assert_eq!((engine.stats().failed_commits, engine.stats().restarts), (1, 0));
}

#[tokio::test]
async fn deadlines_wait_for_a_full_disk_without_a_tight_loop() {
    let (engine, faults) = faulty(Clock::scaled(NINE, 1000.0).unwrap()).await;
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    faults.append.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(600)).await;
    let tries = engine.stats().failed_commits;
    assert!((1..=4).contains(&tries), "{tries} attempts in 600 ms");
    faults.append.store(false, Ordering::SeqCst);
    let mut events = engine.live_events();
    let ended = soon(events.next()).await.unwrap().unwrap();
    let EventKind::OfferEnded { outcome: OfferOutcome::Expired, .. } = ended.kind else {
        panic!("{ended:?}")
    };
    let issued = engine.events(Seq(1)).next().await.unwrap().unwrap().at;
    assert!(ended.at >= issued + Span::from_secs(20));
}

#[tokio::test]
async fn a_record_that_was_written_after_all_is_released() {
    let (engine, faults) = faulty(Clock::manual(NINE)).await;
    faults.append_but_write.store(true, Ordering::SeqCst);
    let unsure = soon(engine.submit(bill(1))).await.unwrap_err();
    assert_eq!(unsure.code(), "unavailable");
    // The host repeats it, and is told that it is there.
    assert!(engine.submit(bill(1)).await.unwrap().duplicate);
    let last = engine.submit(bill(2)).await.unwrap().seq;
    assert_eq!(seqs(&engine).await, (1..=last.0).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_journal_that_breaks_is_opened_again_and_the_domain_begins_anew() {
    let (engine, faults) = faulty(Clock::manual(NINE)).await;
    engine.submit(bill(1)).await.unwrap();
    faults.panic.store(true, Ordering::SeqCst);
    let unsure = soon(engine.submit(bill(2))).await.unwrap_err();
    assert_eq!(unsure.code(), "unavailable");
    soon(engine.submit(bill(3))).await.unwrap();
    assert!(engine.stats().restarts >= 1);
    let inside = engine.inspect(|domain| domain.contacts().count()).await.unwrap();
    assert_eq!(inside, 2);
    let last = engine.inspect(Domain::seq).await.unwrap();
    assert_eq!(seqs(&engine).await, (1..=last.0).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_domain_that_breaks_begins_anew_with_the_entries_that_wait() {
    let (engine, faults) = faulty(Clock::manual(NINE)).await;
    engine.submit(bill(1)).await.unwrap();
    faults.recover.store(1, Ordering::SeqCst);
    faults.append.store(true, Ordering::SeqCst);
    let unsure = soon(engine.submit(bill(2))).await.unwrap_err();
    assert_eq!(unsure.code(), "unavailable");
    faults.append.store(false, Ordering::SeqCst);
    soon(engine.submit(bill(2))).await.unwrap();
    assert_eq!(engine.inspect(|domain| domain.contacts().count()).await.unwrap(), 2);
}

#[tokio::test]
async fn an_engine_that_cannot_be_mended_gives_up_and_says_why() {
    let (engine, faults) = faulty(Clock::manual(NINE)).await;
    let mut events = engine.live_events();
    faults.open.store(true, Ordering::SeqCst);
    faults.panic.store(true, Ordering::SeqCst);
    let _ = soon(engine.submit(bill(1))).await.unwrap_err();
    let reader = soon(events.next()).await.unwrap_err();
    let EngineError::Unavailable { reason } = &reader else { panic!("{reader}") };
    assert!(reason.contains("no room is left") && reason.contains("times within"), "{reason}");
    assert_eq!(engine.submit(bill(2)).await, Err(reader.clone()));
    assert_eq!(engine.shutdown().await, Err(reader));
    assert!(engine.is_closed());
}

#[tokio::test]
async fn a_store_that_forgets_what_was_released_ends_the_engine() {
    let (engine, faults) = faulty(Clock::manual(NINE)).await;
    let mut old = Domain::new(NINE, shop()).unwrap();
    while old.poll_event().is_some() {}
    let tail = sunline_journal::Tail { seq: old.seq(), at: NINE, ..sunline_journal::Tail::EMPTY };
    engine.submit(bill(1)).await.unwrap();
    *faults.forgets.lock().unwrap() = Some(Recovered { domain: old, tail });
    faults.append.store(true, Ordering::SeqCst);
    let _ = soon(engine.submit(bill(2))).await.unwrap_err();
    let began = Instant::now();
    let told = loop {
        assert!(began.elapsed() < SOON);
        match engine.submit(bill(3)).await {
            Err(EngineError::Unavailable { reason }) if reason.contains("lost events") => break reason,
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert!(told.contains("it ends with #3, not #4"), "{told}");
}

#[tokio::test]
async fn readers_of_a_journal_that_has_been_closed_are_told_that_the_engine_is() {
    let (engine, _) = faulty(Clock::manual(NINE)).await;
    let journal = engine.shared().addresses.journal.load_full().unwrap();
    ask(&journal, JournalMessage::Close).await.unwrap();
    // The actor is still there, as it is for a moment at the end of every engine.
    assert_eq!(engine.shared().journal_reader().await.map(|_| ()), Err(EngineError::Closed));
}
