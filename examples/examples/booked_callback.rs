//! A slot is booked where staff is expected; the agent who promised to call is asked first.
//!
//! `cargo run -p sunline-examples --example booked_callback`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::{Command, Config, ContactId, Domain, NewContact, Presence, Span, Timestamp};

/// One agent on shift from nine to twelve, UTC: one half hour has room for 30 min × 50 % ÷ 15 min = 1 callback.
const CONFIG: &str = r#"
    name = "shop"
    channels = [{ name = "voice" }]
    queues = [{ name = "bills", expected_handle = "15m", callback = { slots = { length = "30m", share = 50 } } }]
    agents = [{ name = "ann", shift = "morning" }, { name = "bob" }]

    [[calendars]]
    name = "morning"
    hours = { intervals = [{ from = 32400000000000, until = 43200000000000 }], horizon = 86400000000000, tz_release = "none" }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nine = Timestamp::from_secs(9 * 3600);
    let ten = nine + Span::from_secs(3600);
    let mut domain = Domain::new(nine, Config::from_toml(CONFIG)?)?;
    let (ann, bob) = (domain.agent_id("ann").ok_or("no ann")?, domain.agent_id("bob").ok_or("no bob")?);
    let bills = domain.queue_id("bills").ok_or("no bills")?;
    let (eve, joe) = (ContactId::new("eve")?, ContactId::new("joe")?);
    domain.handle(nine, Command::Arrive(NewContact::new(eve, bills)))?;
    domain.handle(nine, Command::Arrive(NewContact::new(joe, bills)))?;

    let slots = domain.callback_slots(bills, nine, nine + Span::from_secs(6 * 3600));
    println!("{} slots of the day have room", slots.len());
    domain.handle(nine, Command::RequestCallback(eve, Some(ten), Some(ann)))?;
    let full = domain.handle(nine, Command::RequestCallback(joe, Some(ten), None));
    println!("joe at ten: {}", full.err().map(|error| error.to_string()).ok_or("there should be no slot")?);

    domain.handle(nine, Command::Withdraw(joe))?;
    domain.handle(nine, Command::SetPresence(bob, Presence::Available))?;
    domain.handle(ten, Command::SetPresence(ann, Presence::Available))?;
    let asked = domain.contact_view(&eve).and_then(|view| view.agent);
    println!("at ten eve's callback is offered to ann, though bob has been idle for longer");
    assert_eq!((slots.len(), asked), (6, Some(ann)));
    Ok(())
}
