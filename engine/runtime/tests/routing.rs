//! Contacts find agents through the live engine, and agents answer through their sessions.

mod common;

use common::{NINE, SOON, at, at_nine, bill, next, notice, shop};
use sunline_core::{
    CommandError, CommandKey, ContactId, ContactOutcome, ContactState, EventKind, OfferOutcome, Presence, Seq,
};
use sunline_runtime::{AgentNotice, Clock, Engine, EngineError, SessionEnd, SessionOptions};

#[tokio::test]
async fn a_contact_is_offered_accepted_served_and_wrapped_up() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    let mut events = engine.live_events();
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    assert_eq!(notice(&mut ann).await, AgentNotice::PresenceChanged { presence: Presence::Available });

    let receipt = engine.submit(engine.contact("c1", "bills").unwrap()).await.unwrap();
    let AgentNotice::Offered(offer) = notice(&mut ann).await else { panic!("ann is asked first") };
    assert_eq!((offer.contact, offer.expires_at), (ContactId::new("c1").unwrap(), at(20)));
    engine.advance_to(at(3)).await.unwrap();
    ann.accept(offer.id).await.unwrap();
    let AgentNotice::Assigned { contact, connect_by: None, .. } = notice(&mut ann).await else {
        panic!("the contact is ann's")
    };
    let view = engine.contact_view(contact).await.unwrap().unwrap();
    assert_eq!((view.state, view.waited.whole_secs()), (ContactState::Engaged, 3));

    engine.advance_to(at(63)).await.unwrap();
    ann.complete(contact).await.unwrap();
    let outcome = ContactOutcome::Served;
    let wrap_up_until = Some(at(93));
    assert_eq!(notice(&mut ann).await, AgentNotice::ContactEnded { contact, outcome, wrap_up_until });
    engine.advance_to(at(93)).await.unwrap();
    assert_eq!(notice(&mut ann).await, AgentNotice::WrapUpEnded { contact });

    let mut told = Vec::new();
    while events.position() <= Seq(receipt.seq.0 + 3) {
        told.push(next(&mut events).await);
    }
    assert!(told.windows(2).all(|pair| pair[1].seq == pair[0].seq.next()));
    assert!(matches!(told.last().unwrap().kind, EventKind::WrapUpEnded { .. }));
    assert_eq!(told.last().unwrap().at, at(93));
    engine.shutdown().await.unwrap();
    assert_eq!(events.next().await, Ok(None));
    assert_eq!(ann.next().await, None);
    assert_eq!(ann.end(), Some(SessionEnd::EngineClosed));
    assert_eq!(engine.submit(bill(2)).await, Err(EngineError::Closed));
}

#[tokio::test]
async fn an_unanswered_offer_expires_by_the_engines_own_timer() {
    // A thousand times the pace: 20 s are 20 ms.
    let clock = Clock::scaled(NINE, 1000.0).unwrap();
    let engine = Engine::in_memory(shop()).clock(clock).start().await.unwrap();
    let mut ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let offered = tokio::time::timeout(SOON, ann.next_offer()).await.unwrap().unwrap();
    let AgentNotice::OfferEnded { offer, outcome, .. } = notice(&mut ann).await else { panic!("it expires") };
    assert_eq!((offer, outcome), (offered.id, OfferOutcome::Expired));
    let late = ann.accept(offered.id).await.unwrap_err();
    let EngineError::Command(CommandError::OfferEnded { ended_at, .. }) = late else { panic!("{late}") };
    // However late the timer was, the offer ended at its own instant.
    assert_eq!(ended_at, offered.expires_at);
}

#[tokio::test]
async fn a_dropped_session_loses_the_agent_and_never_the_contact() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    let mut events = engine.live_events();
    let ann = engine.agent_session("ann").await.unwrap();
    ann.set_presence(Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    engine.submit(bill(2)).await.unwrap();
    drop(ann);
    let revoked = loop {
        if let EventKind::OfferEnded { contact, outcome, strikes, .. } = next(&mut events).await.kind {
            break (contact, outcome, strikes);
        }
    };
    assert_eq!(revoked, (ContactId::from(1), OfferOutcome::Revoked, 0));
    let agent = engine.agent_id("ann").unwrap();
    let presence = engine.inspect(move |domain| domain.agent_view(agent).unwrap().presence.clone()).await;
    assert_eq!(presence, Ok(Presence::Offline));
    // The contact kept its place: bob is asked for the first one first.
    let mut bob = engine.agent_session("bob").await.unwrap();
    bob.set_presence(Presence::Available).await.unwrap();
    assert_eq!(bob.next_offer().await.unwrap().contact, ContactId::from(1));
}

#[tokio::test]
async fn a_second_session_takes_over_with_the_offers_that_are_open() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    let mut first = engine.agent_session("ann").await.unwrap();
    first.set_presence(Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let offer = first.next_offer().await.unwrap();
    let mut second = engine.agent_session("ann").await.unwrap();
    assert_eq!(notice(&mut second).await, AgentNotice::Offered(offer));
    assert_eq!(first.next().await, None);
    assert_eq!(first.end(), Some(SessionEnd::Replaced));
    assert_eq!(first.accept(offer.id).await, Err(EngineError::SessionOver { agent: offer.agent }));
    drop(first);
    // The agent is not lost: the second session accepts.
    second.accept(offer.id).await.unwrap();
    let agents = engine.views().agents();
    assert_eq!((agents.busy, agents.offline), (1, 1));
}

#[tokio::test]
async fn a_session_that_nobody_reads_or_that_falls_silent_is_lost() {
    let engine = Engine::in_memory(shop()).start().await.unwrap();
    let mut events = engine.live_events();
    let options = SessionOptions { buffer: 2, ..SessionOptions::default() };
    let unread = engine.agent_session_with("ann", options).await.unwrap();
    let beat = std::time::Duration::from_millis(40);
    let options = SessionOptions { heartbeat: Some(beat), ..SessionOptions::default() };
    let silent = engine.agent_session_with("bob", options).await.unwrap();
    silent.set_presence(Presence::Available).await.unwrap();
    for presence in [Presence::Available, Presence::Break("tea".into()), Presence::Available] {
        // The last one may find the session over already.
        let _ = unread.set_presence(presence).await;
    }
    let mut offline = Vec::new();
    while offline.len() < 2 {
        if let EventKind::PresenceChanged { agent, presence: Presence::Offline } =
            next(&mut events).await.kind
        {
            offline.push(agent);
        }
    }
    assert_eq!(unread.end(), Some(SessionEnd::Overrun));
    assert_eq!(silent.end(), Some(SessionEnd::HeartbeatMissed));
    // A heart that beats keeps its session.
    let options = SessionOptions { heartbeat: Some(beat * 5), ..SessionOptions::default() };
    let alive = engine.agent_session_with("bob", options).await.unwrap();
    for _ in 0..20 {
        tokio::time::sleep(beat / 2).await;
        alive.heartbeat();
    }
    assert_eq!(alive.end(), None);
}

#[tokio::test]
async fn agents_may_be_managed_by_the_hosts_one_connection() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    let spec = sunline_core::AgentSpec::new("cleo").with_skill("billing", 5.try_into().unwrap());
    let cleo = engine.register_agent(spec.clone()).await.unwrap();
    assert_eq!(engine.agent_id("cleo"), Ok(cleo));
    engine.set_presence("cleo", Presence::Available).await.unwrap();
    engine.submit(bill(1)).await.unwrap();
    let offer = engine.contact_view(ContactId::from(1)).await.unwrap().unwrap().offers[0];
    engine.decline(offer, "cleo").await.unwrap();
    engine.advance_to(at(60)).await.unwrap();
    let again = engine.contact_view(ContactId::from(1)).await.unwrap().unwrap().offers[0];
    assert_ne!(again, offer);
    engine.accept(again, cleo).await.unwrap();
    engine.complete(ContactId::from(1)).await.unwrap();
    engine.finish_wrap_up("cleo", ContactId::from(1)).await.unwrap();
    engine.update_agent(spec).await.unwrap();
    assert_eq!(engine.views().agents().idle, 1);
    let unknown = engine.set_presence("dora", Presence::Available).await.unwrap_err();
    assert_eq!(unknown.code(), "unknown_agent");
    assert_eq!(engine.contact("c9", "billz").unwrap_err().code(), "unknown_queue");
}

#[tokio::test]
async fn a_command_repeated_under_its_key_gets_the_first_answer() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    let first = engine.submit_once(CommandKey(7), bill(1)).await.unwrap();
    let again = engine.submit_once(CommandKey(7), bill(1)).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (first.seq, true));
    let other = engine.submit_once(CommandKey(7), bill(2)).await.unwrap_err();
    assert_eq!(other.code(), "key_reused");
    // Without a key the contact's own id tells.
    assert!(engine.submit(bill(1)).await.unwrap().duplicate);
}

#[tokio::test]
async fn views_show_who_waits_and_who_is_there() {
    let engine = Engine::in_memory(shop()).clock(at_nine()).start().await.unwrap();
    assert_eq!(engine.views().agents().offline, 2);
    for id in 1..=3 {
        engine.submit(bill(id)).await.unwrap();
        engine.advance_to(at(id as i64)).await.unwrap();
    }
    engine.set_presence("ann", Presence::Available).await.unwrap();
    let views = engine.views();
    let bills = views.queue("bills").unwrap();
    assert_eq!((bills.inside, bills.waiting, bills.oldest_origin), (3, 3, Some(NINE)));
    assert_eq!(bills.longest_wait(at(3)).whole_secs(), 3);
    assert_eq!(views.queue("orders").unwrap().waiting, 0);
    let agents = views.agents();
    assert_eq!((agents.busy, agents.offline, agents.total()), (1, 1, 2));
    assert_eq!(views.next_deadline, Some(at(23)));
}
