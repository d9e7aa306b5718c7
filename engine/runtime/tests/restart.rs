//! What was acknowledged is there again after a restart, and time goes on where it has to.

mod common;

use std::time::Duration;

use common::{at, at_nine, bill, next, notice, shop};
use sunline_core::{ContactId, ContactState, EventKind, OfferOutcome, Presence, Seq, Timestamp};
use sunline_journal::{RedbStore, replay};
use sunline_runtime::{AgentNotice, Clock, Durability, Engine, EngineError};

/// Decides the whole journal again; it must lead to the same events.
fn prove(path: &std::path::Path) -> sunline_core::StateHash {
    replay(&RedbStore::open(path, sunline_journal::Durability::Durable).unwrap()).unwrap().state_hash
}

#[tokio::test]
async fn an_offer_keeps_the_time_it_had_left() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("journal");
    let engine = Engine::durable(shop(), &path).clock(at_nine()).start().await.unwrap();
    assert_eq!(engine.durability(), Durability::Durable);
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.advance_to(at(5)).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    engine.submit(bill(2)).await.unwrap();
    let before = engine.state_hash().await.unwrap();
    engine.shutdown().await.unwrap();

    let engine = Engine::durable(shop(), &path).clock(Clock::manual(at(15))).start().await.unwrap();
    assert_eq!(engine.state_hash().await.unwrap(), before);
    let mut ann = engine.agent_session("ann").await.unwrap();
    let AgentNotice::Offered(offer) = notice(&mut ann).await else { panic!("it is still held out") };
    assert_eq!((offer.contact, offer.issued_at, offer.expires_at), (ContactId::from(1), at(5), at(25)));
    engine.advance_to(Timestamp::from_nanos(at(25).as_nanos() - 1)).await.unwrap();
    assert_eq!(ann.try_next(), None);
    engine.advance_to(at(25)).await.unwrap();
    let ended = notice(&mut ann).await;
    let (contact, outcome) = (ContactId::from(1), OfferOutcome::Expired);
    assert_eq!(ended, AgentNotice::OfferEnded { offer: offer.id, contact, outcome });
    let after = engine.state_hash().await.unwrap();
    engine.shutdown().await.unwrap();
    assert_eq!(prove(&path), after);
}

#[tokio::test]
async fn an_offer_that_ran_out_while_nobody_was_there_lapses_without_strike() {
    let home = tempfile::tempdir().unwrap();
    let engine = Engine::durable(shop(), home.path()).clock(at_nine()).start().await.unwrap();
    engine.set_presence("ann", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let last = engine.submit(bill(2)).await.unwrap().seq;
    // Dropped, not shut down: it closes in good order all the same.
    drop(engine);
    let engine = reopen(home.path(), at(3600)).await;
    let mut events = engine.events(last.next());
    let ended = next(&mut events).await;
    let EventKind::OfferEnded { outcome, strikes, .. } = ended.kind else { panic!("{ended:?}") };
    assert_eq!((ended.at, outcome, strikes), (at(20), OfferOutcome::Revoked, 0));
    let again = next(&mut events).await;
    assert!(matches!(again.kind, EventKind::OfferIssued { .. }) && again.at == at(3600), "{again:?}");
    assert_eq!(engine.views().queue("bills").unwrap().inside, 2);
}

/// Opens the journal again as soon as the engine before has closed.
async fn reopen(path: &std::path::Path, now: Timestamp) -> Engine {
    for _ in 0..500 {
        match Engine::reopen(path).clock(Clock::manual(now)).start().await {
            Err(EngineError::Journal { code: "locked", .. }) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            engine => return engine.unwrap(),
        }
    }
    panic!("the engine before never closed");
}

#[tokio::test]
async fn readers_resume_over_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let mut read = Vec::new();
    let mut position = Seq(1);
    for run in 0..3 {
        let clock = Clock::manual(at(run * 60));
        let engine = Engine::relaxed(shop(), home.path(), Duration::from_millis(5)).clock(clock);
        let engine = engine.event_buffer(8).start().await.unwrap();
        for id in 0..40 {
            engine.submit(bill(run as u64 * 100 + id)).await.unwrap();
        }
        let last = engine.inspect(sunline_core::Domain::seq).await.unwrap();
        let mut events = engine.events(position);
        // Each run reads a part only; the next one goes on there.
        let most = if run == 2 { last.0 } else { last.0 - 15 };
        while events.position().0 <= most {
            read.push(next(&mut events).await.seq.0);
        }
        position = events.position();
        engine.shutdown().await.unwrap();
    }
    assert_eq!(read, (1..position.0).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_journal_is_for_one_engine_and_one_configuration() {
    let home = tempfile::tempdir().unwrap();
    let engine = Engine::durable(shop(), home.path()).start().await.unwrap();
    let second = Engine::durable(shop(), home.path()).start().await.unwrap_err();
    assert_eq!(second.code(), "locked");
    engine.shutdown().await.unwrap();
    let other = sunline_core::Config { name: "elsewhere".into(), ..shop() };
    let refused = Engine::durable(other, home.path()).start().await.unwrap_err();
    assert_eq!(refused, EngineError::OtherConfig { found: "shop".into() });
    let nowhere = home.path().join("nowhere");
    let empty = Engine::reopen(nowhere).start().await.unwrap_err();
    assert_eq!(empty.code(), "empty");
    let broken = sunline_core::Config { queues: Vec::new(), ..shop() };
    assert_eq!(Engine::in_memory(broken).start().await.unwrap_err().code(), "invalid_config");
}

#[tokio::test]
async fn snapshots_are_kept_on_the_way_and_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    let clock = Clock::manual(at(0));
    let engine =
        Engine::durable(shop(), home.path()).clock(clock).snapshot_every(Some(50)).start().await.unwrap();
    engine.set_presence("ann", Presence::Available).await.unwrap();
    for id in 0..200 {
        engine.submit(bill(id)).await.unwrap();
        engine.advance_to(at(id as i64)).await.unwrap();
    }
    engine.checkpoint().await.unwrap();
    let before = engine.state_hash().await.unwrap();
    engine.shutdown().await.unwrap();
    let mut store = RedbStore::open(home.path(), sunline_journal::Durability::Durable).unwrap();
    let recovered = sunline_journal::recover(&mut store).unwrap();
    assert!(recovered.report.snapshot.is_some());
    assert_eq!(recovered.domain.state_hash(), before);
    drop(store);
    assert_eq!(prove(home.path()), before);
    let engine = Engine::durable(shop(), home.path()).clock(Clock::manual(at(200))).start().await.unwrap();
    let view = engine.contact_view(ContactId::from(5)).await.unwrap().unwrap();
    assert_eq!((view.state, view.origin), (ContactState::Waiting, at(4)));
}
