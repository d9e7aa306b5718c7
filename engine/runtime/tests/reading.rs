//! Readers follow by cursor: from the past into the present, at their own pace, without a gap or a duplicate.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{SOON, all_so_far, at, at_nine, bill, next, shop};
use sunline_core::{Event, EventKind, Seq};
use sunline_runtime::{Delivery, Engine, EngineError, EventSink};

fn seqs(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq.0).collect()
}

#[tokio::test]
async fn a_reader_resumes_where_it_stopped() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).keep_history().start().await.unwrap();
    for id in 0..50 {
        engine.submit(bill(id)).await.unwrap();
    }
    let mut first = engine.events(Seq(1));
    let mut read: Vec<Event> = Vec::new();
    for _ in 0..20 {
        read.push(next(&mut first).await);
    }
    let position = first.position();
    drop(first);
    let mut second = engine.events(position);
    read.extend(all_so_far(&mut second, Seq(40)).await);
    // It waits for what is still to come, and giving up the wait loses nothing.
    let mut live = engine.live_events();
    let waited = tokio::time::timeout(Duration::from_millis(20), live.next()).await;
    assert!(waited.is_err());
    let last = engine.submit(bill(50)).await.unwrap().seq;
    assert!(next(&mut live).await.seq <= last);
    read.extend(all_so_far(&mut second, last).await);
    assert_eq!(seqs(&read), (1..=last.0).collect::<Vec<_>>());
    assert!(matches!(read[0].kind, EventKind::Configured { .. }));
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_told_once_and_re_reads_from_the_journal() {
    let engine =
        Engine::in_memory(shop()).clock(at_nine()).keep_history().event_buffer(16).start().await.unwrap();
    let mut events = engine.live_events();
    engine.submit(bill(0)).await.unwrap();
    let begun = next(&mut events).await.seq;
    for id in 1..200 {
        engine.submit(bill(id)).await.unwrap();
    }
    let last = engine.inspect(sunline_core::Domain::seq).await.unwrap();
    let mut read = Vec::new();
    let lagged = loop {
        match events.next().await {
            Ok(Some(event)) => read.push(event),
            Ok(None) => panic!("the engine goes on"),
            Err(EngineError::SinkLagged(lagged)) => break lagged,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(lagged.next, events.position());
    assert!(lagged.oldest > lagged.next && lagged.oldest.0 > last.0 - 30, "{lagged}");
    read.extend(all_so_far(&mut events, last).await);
    assert_eq!(seqs(&read), (begun.0 + 1..=last.0).collect::<Vec<_>>());
}

#[tokio::test]
async fn without_a_history_what_is_older_than_the_buffer_is_gone() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).event_buffer(16).start().await.unwrap();
    for id in 0..100 {
        engine.submit(bill(id)).await.unwrap();
    }
    let mut events = engine.events(Seq(1));
    let Err(EngineError::EventsGone { wanted, oldest }) = events.next().await else { panic!("it is gone") };
    assert_eq!((wanted, events.position()), (Seq(1), Seq(1)));
    assert_eq!(next(&mut engine.events(oldest)).await.seq, oldest);
}

/// Notes what it gets; its first three batches fail, one of them by a panic.
struct Shaky {
    got: Arc<Mutex<Vec<u64>>>,
    tries: Arc<AtomicUsize>,
}

impl EventSink for Shaky {
    fn deliver<'a>(&'a mut self, events: &'a [Event]) -> Delivery<'a> {
        Box::pin(async move {
            match self.tries.fetch_add(1, Ordering::SeqCst) {
                0 | 2 => Err("the line is down".into()),
                1 => panic!("a sink may break"),
                _ => {
                    self.got.lock().unwrap().extend(seqs(events));
                    Ok(())
                }
            }
        })
    }
}

#[tokio::test]
async fn a_sink_that_fails_and_breaks_gets_everything_all_the_same() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).keep_history().start().await.unwrap();
    let (got, tries) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let (kept, made) = (got.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = made.clone();
    let sink = engine.attach_sink("archive", Seq(1), move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Shaky { got: kept.clone(), tries: tries.clone() }
    });
    for id in 0..30 {
        engine.submit(bill(id)).await.unwrap();
    }
    let last = engine.inspect(sunline_core::Domain::seq).await.unwrap();
    let began = Instant::now();
    while sink.position() <= last {
        assert!(began.elapsed() < SOON, "{sink:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(*got.lock().unwrap(), (1..=last.0).collect::<Vec<_>>());
    assert_eq!((sink.failures(), made.load(Ordering::SeqCst)), (3, 2));
    // It reads to the end before the engine is closed.
    engine.advance_to(at(1)).await.unwrap();
    let last = engine.submit(bill(99)).await.unwrap().seq;
    engine.shutdown().await.unwrap();
    assert_eq!(got.lock().unwrap().last().copied(), Some(last.0));
}

#[tokio::test]
async fn a_detached_sink_gets_no_more() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).keep_history().start().await.unwrap();
    let (got, tries) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(3)));
    let kept = got.clone();
    let sink =
        engine.attach_sink("archive", Seq(1), move || Shaky { got: kept.clone(), tries: tries.clone() });
    let began = Instant::now();
    while sink.position() == Seq(1) {
        assert!(began.elapsed() < SOON);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sink.detach();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let before = got.lock().unwrap().len();
    engine.submit(bill(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(got.lock().unwrap().len(), before);
}

#[tokio::test]
async fn views_do_not_keep_a_deadline_that_fired_and_led_to_nothing() {
    let config = sunline_core::Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills", at_risk = { percent = 100, lead = "10s" } }]
        agents = [{ name = "ann" }]
        forecast = { agents = 2 }
        "#,
    );
    let config = config.unwrap();
    let clock = sunline_runtime::Clock::scaled(at(0), 1000.0).unwrap();
    let engine = Engine::in_memory(config).clock(clock).start().await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let (seq, due) = engine.inspect(|domain| (domain.seq(), domain.next_deadline())).await.unwrap();
    assert!(due.is_some(), "its service level is tested at some time");
    let began = Instant::now();
    while engine.views().next_deadline == due {
        assert!(began.elapsed() < SOON);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(engine.inspect(sunline_core::Domain::seq).await.unwrap(), seq, "nothing happened");
}
