//! Under pressure arrivals are refused and told when to come back; control waits; nobody is lost.

mod common;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use common::{SOON, bill, shop};
use sunline_core::{ContactId, Presence};
use sunline_runtime::blocking::Engine;
use sunline_runtime::{EngineBuilder, EngineError};

/// Holds the writer until the sender is dropped.
fn hold(engine: &Engine) -> (Sender<()>, thread::JoinHandle<()>) {
    let (release, held): (Sender<()>, Receiver<()>) = channel();
    let (began, begun) = channel();
    let engine = engine.clone();
    let look = move || {
        engine
            .inspect(move |_| {
                began.send(()).unwrap();
                // Ends when the sender is dropped.
                let _ = held.recv();
            })
            .unwrap();
    };
    let holder = thread::spawn(look);
    begun.recv_timeout(SOON).unwrap();
    (release, holder)
}

fn small() -> EngineBuilder {
    sunline_runtime::Engine::in_memory(shop()).arrivals_ring(8).control_ring(2)
}

#[test]
fn a_full_ring_refuses_arrivals_and_recovers() {
    let engine = small().start_blocking().unwrap();
    let (release, holder) = hold(&engine);
    let entered: Vec<_> = (0..8).map(|id| engine.post_contact(bill(id)).unwrap()).collect();
    let refused = engine.post_contact(bill(8)).unwrap_err();
    let EngineError::Busy(busy) = &refused else { panic!("{refused}") };
    assert_eq!(busy.waiting, 8);
    assert!(busy.retry_after >= Duration::from_millis(1) && busy.retry_after <= Duration::from_secs(1));
    assert_eq!(engine.submit_nowait(bill(9)), Err(refused.clone()));
    assert_eq!((refused.code(), engine.stats().busy), ("busy", 2));
    drop(release);
    holder.join().unwrap();
    for pending in entered {
        pending.wait(SOON).unwrap();
    }
    engine.submit(bill(8)).unwrap();
    engine.submit_nowait(bill(9)).unwrap();
    assert!(engine.contact_view(ContactId::from(9)).unwrap().is_some());
    assert_eq!(engine.inspect(|domain| domain.contacts().count()), Ok(10));
}

#[test]
fn a_full_ring_of_control_makes_the_caller_wait_and_refuses_nobody() {
    let engine = small().start_blocking().unwrap();
    let (release, holder) = hold(&engine);
    let callers: Vec<_> = (0..12)
        .map(|n| {
            let engine = engine.clone();
            thread::spawn(move || {
                let presence = if n % 2 == 0 { Presence::Available } else { Presence::Offline };
                engine.set_presence(if n % 3 == 0 { "ann" } else { "bob" }, presence)
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(50));
    assert!(callers.iter().all(|caller| !caller.is_finished()));
    // Arrivals have room of their own.
    engine.post_contact(bill(1)).unwrap();
    drop(release);
    holder.join().unwrap();
    for caller in callers {
        caller.join().unwrap().unwrap();
    }
}

#[test]
fn one_callers_commands_keep_their_order_while_many_call() {
    let engine = Arc::new(sunline_runtime::Engine::in_memory(shop()).start_blocking().unwrap());
    let callers: Vec<_> = (0..4_u64)
        .map(|caller| {
            let engine = engine.clone();
            thread::spawn(move || {
                let mut answers = Vec::new();
                for n in 0..2000 {
                    let id = caller * 1_000_000 + n;
                    // An arrival through one ring, its end through the other: in the wrong order the end is refused.
                    let arrival = loop {
                        match engine.post_contact(bill(id)) {
                            Ok(pending) => break pending,
                            Err(EngineError::Busy(busy)) => thread::sleep(busy.retry_after),
                            Err(error) => panic!("{error}"),
                        }
                    };
                    let end = sunline_core::Command::Withdraw(ContactId::from(id));
                    answers.push((arrival, engine.post(None, end).unwrap()));
                }
                for (arrival, end) in answers {
                    let (arrived, ended) = (arrival.wait(SOON).unwrap(), end.wait(SOON).unwrap());
                    assert!(arrived.seq < ended.seq);
                }
            })
        })
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
    assert_eq!(engine.inspect(|domain| domain.contacts().count()), Ok(0));
    assert_eq!(engine.stats().applied, 16_000);
}

#[test]
fn what_was_posted_before_the_end_is_answered_and_what_comes_later_is_told() {
    let engine = sunline_runtime::Engine::in_memory(shop()).start_blocking().unwrap();
    let entered: Vec<_> = (0..1000).map(|id| engine.post_contact(bill(id)).unwrap()).collect();
    engine.shutdown().unwrap();
    for pending in entered {
        pending.wait(SOON).unwrap();
    }
    assert_eq!(engine.submit(bill(1000)), Err(EngineError::Closed));
    assert_eq!(engine.set_presence("ann", Presence::Available), Err(EngineError::Closed));
    assert_eq!(engine.inspect(|_| ()), Err(EngineError::Closed));
    assert!(engine.is_closed());
}

#[test]
fn the_engine_serves_a_caller_inside_another_runtime_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let engine = small().start_blocking().unwrap();
        for id in 0..500 {
            engine.submit(bill(id)).unwrap();
        }
        assert_eq!(engine.handle().inspect(|domain| domain.contacts().count()).await, Ok(500));
        drop(engine);
    });
}

#[test]
fn an_async_handle_that_outlives_the_threads_finds_the_engine_closed() {
    let engine = small().start_blocking().unwrap();
    let handle = engine.handle();
    drop(engine);
    let answer = handle.post_contact(bill(1)).map(|_| ());
    assert_eq!(answer, Err(EngineError::Closed));
    assert_eq!(handle.events(sunline_core::Seq(1_000)).wait_next(SOON), Ok(None));
}
