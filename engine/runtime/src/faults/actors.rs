//! Actors that crash, and runtimes that go.

use std::time::Instant;

use sunline_core::{EventKind, OfferOutcome, Presence};

use super::{NINE, SOON, bill, shop, soon};
use crate::{Clock, Engine, EngineError, SessionEnd};

#[tokio::test]
async fn a_session_that_crashes_loses_its_agent_and_no_contact() {
    let engine = Engine::in_memory(shop()).clock(Clock::manual(NINE)).start().await.unwrap();
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    soon(ann.next_offer()).await.unwrap();
    let mut events = engine.live_events();
    engine.shared().registry.session(ann.agent()).unwrap().address.kill();
    loop {
        let event = soon(events.next()).await.unwrap().unwrap();
        if let EventKind::OfferEnded { outcome, strikes, .. } = event.kind {
            assert_eq!((outcome, strikes), (OfferOutcome::Revoked, 0));
            break;
        }
    }
    assert_eq!(soon(ann.next()).await, None);
    assert_eq!(ann.end(), Some(SessionEnd::Crashed));
    assert_eq!(engine.views().queue("bills").unwrap().waiting, 1);
}

#[tokio::test]
async fn the_timer_and_the_supervisors_are_started_again() {
    let clock = Clock::scaled(NINE, 1000.0).unwrap();
    let engine = Engine::in_memory(shop()).clock(clock).start().await.unwrap();
    let shared = engine.shared().clone();
    let ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let mut events = engine.live_events();
    shared.addresses.clock.load_full().unwrap().kill();
    let ended = soon(events.next()).await.unwrap().unwrap();
    assert!(matches!(ended.kind, EventKind::OfferEnded { outcome: OfferOutcome::Expired, .. }), "{ended:?}");
    // With the supervisor go its sessions, and their agents are lost.
    shared.addresses.sessions.load_full().unwrap().kill();
    loop {
        let event = soon(events.next()).await.unwrap().unwrap();
        if matches!(event.kind, EventKind::PresenceChanged { presence: Presence::Offline, .. }) {
            break;
        }
    }
    let began = Instant::now();
    while engine.stats().restarts < 2 {
        assert!(began.elapsed() < SOON);
        tokio::task::yield_now().await;
    }
    soon(engine.agent_session("bob")).await.unwrap();
}

#[test]
fn a_runtime_that_is_dropped_under_the_engine_leaves_nobody_waiting() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let engine = runtime.block_on(Engine::in_memory(shop()).start()).unwrap();
    runtime.shutdown_timeout(SOON);
    assert_eq!(engine.post_contact(bill(1)).map(|_| ()), Err(EngineError::Closed));
}

#[test]
fn an_engine_outside_a_runtime_is_refused() {
    let started = crate::wait::park_on(Engine::in_memory(shop()).start());
    assert_eq!(started.map(|_| ()), Err(EngineError::NoRuntime));
}
