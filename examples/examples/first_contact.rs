//! One agent, one contact: the smallest program that routes. `cargo run -p sunline-examples --example first_contact`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use std::time::Duration;

use sunline::{Config, Engine, Presence};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        skills = [{ name = "billing" }]
        queues = [{ name = "bills", requires = "billing >= 3" }]
        agents = [{ name = "ann", skills = { billing = 7 } }]
        "#,
    )?;
    let engine = Engine::in_memory(config).start_blocking()?;
    let mut ann = engine.agent_session("ann")?;
    ann.set_presence(Presence::Available)?;
    engine.submit(engine.contact("c1", "bills")?)?;
    let offer = ann.next_offer(Duration::from_secs(5)).ok_or("nobody was offered")?;
    ann.accept(offer.id)?;
    println!("ann talks with {}", offer.contact);
    ann.complete(offer.contact)?;
    engine.shutdown()?;
    Ok(())
}
