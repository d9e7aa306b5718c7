//! What the watchdog finds when something is wrong, and that it is silent when nothing is.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use sunline_core::{
    Command, CommandError, CommandKey, ContactId, Domain, Event, Presence, Receipt, Seq, Timestamp,
};
use sunline_journal::Batch;
use tokio::sync::Semaphore;

use super::store::faulty_with;
use super::{NINE, SOON, at, bill, shop, soon};
use crate::host::Kernel;
use crate::{
    Clock, Delivery, Engine, EngineBuilder, EngineError, EventSink, Finding, FindingKind, WatchdogOptions,
};

fn watched(options: WatchdogOptions) -> EngineBuilder {
    Engine::in_memory(shop()).clock(Clock::manual(NINE)).watchdog(options)
}

/// Never looks by itself: the story says when.
fn patient() -> WatchdogOptions {
    WatchdogOptions { every: Duration::from_secs(3600), ..WatchdogOptions::default() }
}

/// Looks until a look finds what it shall.
async fn found(engine: &Engine, mut wanted: impl FnMut(&[Finding]) -> bool) -> Vec<Finding> {
    let began = Instant::now();
    loop {
        let findings = soon(engine.look()).await.unwrap();
        if wanted(&findings) {
            assert_eq!(engine.findings(), findings);
            return findings;
        }
        assert!(began.elapsed() < SOON, "{findings:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A kernel that sleeps through its deadlines, and whose state contradicts itself when it is asked.
struct Asleep(Domain);

impl Kernel for Asleep {
    type Broken = &'static str;

    fn of(domain: Domain) -> Self {
        Self(domain)
    }

    fn domain(&self) -> &Domain {
        &self.0
    }

    fn apply(
        &mut self,
        batch: &mut Batch,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        batch.apply(&mut self.0, at, key, command)
    }

    fn advance(&mut self, _: &mut Batch, _: Timestamp) -> bool {
        false
    }

    fn broken_deadline(&self) -> Option<&'static str> {
        None
    }

    fn set_aside(&mut self, _: &&'static str) {}

    fn broken_invariants(&self) -> Vec<String> {
        vec!["ann has two heads".to_owned()]
    }
}

#[tokio::test]
async fn a_missed_deadline_and_the_offer_that_outlives_it_are_found_and_end_when_they_fire() {
    let engine = watched(patient()).start_kernel::<Asleep>().await.unwrap();
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let offer = engine.views().first_offer_to_end.unwrap();
    assert_eq!((engine.views().offers, offer.expires_at), (1, at(20)));
    // A second late is not too late, and one look is no proof.
    engine.advance_to(at(21)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(engine.look().await.unwrap(), []);
    }
    engine.advance_to(at(25)).await.unwrap();
    assert_eq!(engine.look().await.unwrap(), []);
    let kinds: Vec<FindingKind> = engine.look().await.unwrap().into_iter().map(|found| found.kind).collect();
    let late = Duration::from_secs(5);
    let (contact, agent) = (ContactId::from(1), offer.agent);
    assert_eq!(
        kinds,
        [
            FindingKind::DeadlineMissed { due: at(20), late },
            FindingKind::OfferOverdue { offer: offer.id, contact, agent, expired_at: at(20) },
        ]
    );
    // It lasts, and is the same finding.
    assert_eq!(engine.look().await.unwrap().len(), 2);
    // A command wakes the kernel: what is due fires first.
    engine.set_presence("bob", Presence::Break("lunch".into())).await.unwrap();
    let ended = engine.look().await.unwrap();
    assert_eq!(ended.iter().map(|found| found.ended_at).collect::<Vec<_>>(), [Some(at(25)), Some(at(25))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_is_held_is_found_while_it_is() {
    let options = WatchdogOptions { late_at_most: Duration::from_millis(1), ..patient() };
    let engine = watched(options).start().await.unwrap();
    let (release, held) = channel::<()>();
    let (began, begun) = tokio::sync::oneshot::channel();
    let holder = tokio::spawn({
        let engine = engine.clone();
        async move {
            let look = move |_: &Domain| {
                began.send(()).unwrap();
                // Ends when the sender is dropped.
                held.recv().unwrap_err();
            };
            engine.inspect(look).await
        }
    });
    soon(begun).await.unwrap();
    // As long as nobody waits, it may take its time.
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(engine.look().await.unwrap(), []);
    }
    let pending = engine.post_contact(bill(1)).unwrap();
    let findings = found(&engine, |findings| !findings.is_empty()).await;
    let FindingKind::WriterHeld { waiting: 1, still } = findings[0].kind else { panic!("{findings:?}") };
    assert!(still > Duration::from_millis(1));
    drop(release);
    soon(holder).await.unwrap().unwrap();
    soon(pending).await.unwrap();
    let findings = engine.look().await.unwrap();
    assert_eq!((findings.len(), findings[0].is_open()), (1, false));
}

#[tokio::test]
async fn a_broken_invariant_is_found_where_somebody_looks_for_it() {
    let every = Duration::from_millis(10);
    let options = WatchdogOptions { every, invariants_every: Some(every), ..WatchdogOptions::default() };
    let engine = watched(options).start_kernel::<Asleep>().await.unwrap();
    let findings = found(&engine, |findings| !findings.is_empty()).await;
    let sentence = "ann has two heads".to_owned();
    assert_eq!(findings[0].kind, FindingKind::InvariantBroken { sentence });
    // It is found again and again, and told once.
    tokio::time::sleep(every * 5).await;
    assert_eq!(engine.findings().len(), 1);
    // Unless it is asked for, nobody asks the kernel.
    let engine = watched(WatchdogOptions { every, ..WatchdogOptions::default() });
    let engine = engine.start_kernel::<Asleep>().await.unwrap();
    tokio::time::sleep(every * 5).await;
    assert_eq!(engine.look().await.unwrap(), []);
}

/// Takes a batch for every permit.
struct Slow(Arc<Semaphore>);

impl EventSink for Slow {
    fn deliver<'a>(&'a mut self, _: &'a [Event]) -> Delivery<'a> {
        Box::pin(async {
            self.0.acquire().await?.forget();
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_sink_that_stands_still_is_found_until_it_moves() {
    let options = WatchdogOptions { sink_still: Duration::from_millis(1), ..patient() };
    let engine = watched(options).start().await.unwrap();
    let permits = Arc::new(Semaphore::new(0));
    let (given, from) = (permits.clone(), engine.live_events().position());
    let sink = engine.attach_sink("archive", from, move || Slow(given.clone()));
    // One that has taken everything may stand as long as it likes.
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(engine.look().await.unwrap(), []);
    let last = engine.submit(bill(1)).await.unwrap().seq;
    let findings = found(&engine, |findings| !findings.is_empty()).await;
    let FindingKind::SinkStalled { sink: name, position, lag_events, still } = &findings[0].kind else {
        panic!("{findings:?}")
    };
    assert_eq!((name.as_str(), *position, *lag_events), ("archive", from, last.0 + 1 - from.0));
    assert!(*still > Duration::from_millis(1));
    permits.add_permits(100);
    found(&engine, |findings| !findings[0].is_open()).await;
    assert_eq!(sink.position(), last.next());
}

fn names(finding: &Finding) -> Option<&str> {
    match &finding.kind {
        FindingKind::SinkStalled { sink, .. } => Some(sink),
        _ => None,
    }
}

#[tokio::test]
async fn a_sink_that_is_too_far_behind_is_found_at_once() {
    let options = WatchdogOptions { sink_lag_events: 3, ..patient() };
    let engine = watched(options).start().await.unwrap();
    let permits = Arc::new(Semaphore::new(0));
    let from = engine.live_events().position();
    let sink = engine.attach_sink("archive", from, move || Slow(permits.clone()));
    for id in 1..=3 {
        engine.submit(bill(id)).await.unwrap();
    }
    assert_eq!(engine.views().seq.0 + 1 - from.0, 3, "one event a contact");
    assert_eq!(engine.look().await.unwrap(), []);
    engine.submit(bill(4)).await.unwrap();
    let findings = engine.look().await.unwrap();
    assert_eq!((findings.len(), names(&findings[0])), (1, Some("archive")));
    sink.detach();
    assert!(!engine.look().await.unwrap()[0].is_open());
}

#[tokio::test]
async fn a_commit_that_takes_too_long_is_found_while_it_does() {
    let commit_at_most = Duration::from_millis(200);
    let (engine, faults) = faulty_with(watched(WatchdogOptions { commit_at_most, ..patient() })).await;
    let (release, hold) = channel();
    *faults.hold.lock().unwrap() = Some(hold);
    let pending = engine.post_contact(bill(1)).unwrap();
    let findings = found(&engine, |findings| !findings.is_empty()).await;
    let FindingKind::CommitSlow { took, under_way: true } = findings[0].kind else { panic!("{findings:?}") };
    assert!(took > commit_at_most);
    drop(release);
    soon(pending).await.unwrap();
    // The next look still tells of it, with what it took in all; the one after finds nothing.
    let over = engine.look().await.unwrap();
    let FindingKind::CommitSlow { took: in_all, under_way: false } = over[0].kind else { panic!("{over:?}") };
    assert!(over[0].is_open() && in_all >= took);
    let ended = engine.look().await.unwrap();
    assert_eq!((ended.len(), ended[0].is_open()), (1, false));
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_shows_in_the_deadlines_it_holds_up() {
    let late_at_most = Duration::from_millis(1);
    let options = WatchdogOptions { late_at_most, ..patient() };
    let builder = Engine::in_memory(shop()).clock(Clock::scaled(NINE, 1000.0).unwrap()).watchdog(options);
    let (engine, faults) = faulty_with(builder).await;
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    faults.append.store(true, Ordering::SeqCst);
    let missed = |findings: &[Finding]| {
        findings.iter().any(|found| matches!(found.kind, FindingKind::DeadlineMissed { .. }))
    };
    found(&engine, missed).await;
    faults.append.store(false, Ordering::SeqCst);
    found(&engine, |findings| findings.iter().all(|found| !found.is_open())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_healthy_run_nothing_is_found() {
    // A thousand times as fast: who took the engine's seconds for those of the wall would find much.
    let home = tempfile::tempdir().unwrap();
    let options = WatchdogOptions {
        every: Duration::from_millis(10),
        late_at_most: SOON / 2,
        sink_still: SOON / 2,
        commit_at_most: SOON / 2,
        invariants_every: Some(Duration::from_millis(10)),
        ..WatchdogOptions::default()
    };
    let clock = Clock::scaled(NINE, 1000.0).unwrap();
    let engine = Engine::durable(shop(), home.path()).clock(clock).watchdog(options).start().await.unwrap();
    let permits = Arc::new(Semaphore::new(1_000_000));
    let sink = engine.attach_sink("archive", Seq(1), move || Slow(permits.clone()));
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    engine.set_presence("bob", Presence::Available).await.unwrap();
    for id in 0..60 {
        engine.submit(bill(id)).await.unwrap();
    }
    for _ in 0..20 {
        let offer = soon(ann.next_offer()).await.unwrap();
        // Some expire, all within 20 ms of the wall; those that bob never answers do.
        if ann.accept(offer.id).await.is_ok() {
            ann.complete(offer.contact).await.unwrap();
        }
        let _ = ann.set_presence(Presence::Available).await;
        assert_eq!(engine.look().await.unwrap(), []);
    }
    let last = engine.inspect(Domain::seq).await.unwrap();
    let began = Instant::now();
    while sink.position() <= last {
        assert!(began.elapsed() < SOON);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(engine.look().await.unwrap(), []);
    engine.shutdown().await.unwrap();
    assert_eq!(engine.findings(), []);
    assert_eq!(engine.look().await, Err(EngineError::Closed));
}

#[tokio::test]
async fn a_watchdog_that_breaks_is_started_again_and_knows_what_it_had_found() {
    let options = WatchdogOptions { sink_lag_events: 0, ..patient() };
    let engine = watched(options).start().await.unwrap();
    let permits = Arc::new(Semaphore::new(0));
    let from = engine.live_events().position();
    engine.attach_sink("archive", from, move || Slow(permits.clone()));
    engine.submit(bill(1)).await.unwrap();
    assert_eq!(engine.look().await.unwrap().len(), 1);
    engine.shared().addresses.watchdog.load_full().unwrap().kill();
    let began = Instant::now();
    let findings = loop {
        match engine.look().await {
            Ok(findings) if engine.stats().restarts == 1 => break findings,
            _ => assert!(began.elapsed() < SOON),
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert_eq!((findings.len(), findings[0].is_open()), (1, true));
}
