//! How long things take is counted where it happens, and read by whoever asks.

mod common;

use std::time::{Duration, Instant};

use common::{SOON, at, at_nine, bill, notice, shop};
use sunline_core::{Event, Presence, Seq};
use sunline_runtime::{AgentNotice, Delivery, Engine, EventSink, Latency};

/// The figures of anything that was counted at all.
fn in_order(latency: &Latency) {
    let rising = [latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.max()];
    assert!(
        rising.is_sorted() && latency.max() > Duration::ZERO && latency.mean() <= latency.max(),
        "{latency:?}"
    );
}

#[tokio::test]
async fn a_command_counts_once_decided_a_notice_once_delivered_a_commit_once_recorded() {
    let home = tempfile::tempdir().unwrap();
    let engine = Engine::durable(shop(), home.path()).clock(at_nine()).start().await.unwrap();
    let began = Instant::now();
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    for id in 0..20 {
        engine.submit(bill(id)).await.unwrap();
    }
    // Refused all the same counts as decided.
    engine.withdraw(sunline_core::ContactId::from(99)).await.unwrap_err();
    // Neither a look at the state nor a move of the clock is a command.
    engine.state_hash().await.unwrap();
    engine.advance_to(at(1)).await.unwrap();
    assert!(matches!(notice(&mut ann).await, AgentNotice::PresenceChanged { .. }));
    assert!(matches!(notice(&mut ann).await, AgentNotice::Offered(_)));
    let read = engine.latencies();
    assert_eq!((read.decision.count(), read.to_session.count()), (22, 2));
    assert_eq!(read.commit.count(), engine.stats().commits);
    assert_eq!(read.to_sink.count(), 0);
    for latency in [&read.decision, &read.to_session, &read.commit] {
        in_order(latency);
        assert!(latency.max() <= began.elapsed() * 129 / 128);
    }
}

#[tokio::test]
async fn two_readings_have_an_interval_between_them() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let first = engine.latencies();
    for id in 2..7 {
        engine.submit(bill(id)).await.unwrap();
    }
    let second = engine.latencies();
    let between = second.since(&first).unwrap();
    assert_eq!((first.decision.count(), between.decision.count(), second.decision.count()), (1, 5, 6));
    assert_eq!(first.since(&second), None);
}

struct Deaf;

impl EventSink for Deaf {
    fn deliver<'a>(&'a mut self, _: &'a [Event]) -> Delivery<'a> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn every_event_that_a_sink_takes_from_the_buffer_counts_and_none_from_the_journal() {
    let builder = Engine::in_memory(shop()).clock(at_nine()).keep_history().event_buffer(1);
    let engine = builder.start().await.unwrap();
    for id in 0..10 {
        engine.submit(bill(id)).await.unwrap();
    }
    let past = engine.inspect(sunline_core::Domain::seq).await.unwrap();
    let sink = engine.attach_sink("deaf", Seq(1), || Deaf);
    let reach = async |seq: Seq| {
        let began = Instant::now();
        while sink.position() <= seq {
            assert!(began.elapsed() < SOON);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    reach(past).await;
    // The last of the past was still in the buffer.
    let from_buffer = engine.latencies();
    assert!(from_buffer.to_sink.count() <= 2, "{:?}", from_buffer.to_sink);
    let last = engine.submit(bill(10)).await.unwrap().seq;
    reach(last).await;
    let read = engine.latencies().since(&from_buffer).unwrap().to_sink;
    assert_eq!(read.count(), last.0 - past.0);
    in_order(&read);
}

#[test]
fn plain_threads_read_the_same() {
    let engine = Engine::in_memory(shop()).start_blocking().unwrap();
    engine.submit(bill(1)).unwrap();
    assert_eq!(engine.latencies().decision.count(), 1);
    assert_eq!(engine.latencies(), engine.handle().latencies());
}
