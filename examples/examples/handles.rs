//! Handles: a switchboard, an agent's desk and a supervisor each get what is theirs, and the audit tells who asked for more.
//!
//! `cargo run -p sunline-examples --example handles`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::{Config, ContactId, Engine, EngineError, Presence};

#[tokio::main]
async fn main() -> Result<(), EngineError> {
    let config = Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }, { name = "orders" }]
        agents = [{ name = "ann" }, { name = "bob" }]
        "#,
    )?;
    let engine = Engine::in_memory(config).start().await?;
    let switchboard = engine.ingress("switchboard");
    let (ann, bob) = (engine.agent("ann", "ann's desk")?, engine.agent("bob", "bob's desk")?);
    let eve = engine.supervisor(["bills"], "eve")?;

    ann.set_presence(Presence::Available).await?;
    for (contact, queue) in [("c1", "bills"), ("c2", "orders"), ("c3", "bills")] {
        switchboard.submit(switchboard.contact(contact, queue)?).await?;
    }
    let offer = ann.standing().await?.offers[0];
    ann.accept(offer.id).await?;

    // Bob ends no conversation of ann's, and eve moves no contact of a queue that is not hers.
    let refused = bob.complete(offer.contact).await.expect_err("it is ann's");
    assert_eq!(refused.code(), "forbidden");
    let (bills, c2, c3) = (eve.queue_id("bills")?, ContactId::new("c2")?, ContactId::new("c3")?);
    let refused = eve.move_all(vec![c2], bills).await.expect_err("it waits for orders");
    assert_eq!(refused.code(), "forbidden");
    eve.reprioritise(vec![c3], 600).await?;

    let audit = engine.audit();
    let lines: Vec<_> = audit.records.iter().map(|record| (record.who.as_str(), record.call)).collect();
    assert_eq!(lines, [("bob's desk", "complete"), ("eve", "move"), ("eve", "reprioritise")]);
    for record in &audit.records {
        println!("{}: {} asked for `{}`: {:?}", record.at, record.who, record.call, record.answer);
    }
    engine.shutdown().await
}
