//! Home first, any open branch after a while, the partner last.
//!
//! `cargo run -p sunline-examples --example follow_the_sun`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::{Command, Config, ContactId, Domain, EventKind, NewContact, Presence, Span, Timestamp};

const CONFIG: &str = r#"
    name = "shop"
    channels = [{ name = "voice" }]
    agents = [{ name = "rosa", site = "rome" }, { name = "pat", partner = "acme" }]

    [[queues]]
    name = "bills"
    targets = [{ site = "paris" }]
    plan = [
        { after = "30s", add = [{ site = "rome" }, { site = "oslo" }] },
        { after = "1m", add = [{ partner = "acme" }] },
    ]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut now = Timestamp::from_secs(9 * 3600);
    let mut domain = Domain::new(now, Config::from_toml(CONFIG)?)?;
    let (rosa, pat) = (domain.agent_id("rosa").ok_or("no rosa")?, domain.agent_id("pat").ok_or("no pat")?);
    let bills = domain.queue_id("bills").ok_or("no bills")?;
    domain.handle(now, Command::SetPresence(pat, Presence::Available))?;
    for contact in ["eve", "joe"] {
        domain.handle(now, Command::Arrive(NewContact::new(ContactId::new(contact)?, bills)))?;
    }
    now += Span::from_secs(30);
    domain.handle(now, Command::SetPresence(rosa, Presence::Available))?;
    now += Span::from_secs(30);
    domain.handle_deadlines(now);
    let mut asked = Vec::new();
    while let Some(event) = domain.poll_event() {
        match event.kind {
            EventKind::StepOpened { contact, step, .. } => println!("step {step} opens for {contact}"),
            EventKind::OfferIssued { contact, agent, .. } => {
                println!(
                    "{contact} is offered to {}",
                    if agent == rosa { "rosa in rome" } else { "pat at acme" }
                );
                asked.push(agent);
            }
            _ => {}
        }
    }
    assert_eq!(asked, [rosa, pat]);
    Ok(())
}
