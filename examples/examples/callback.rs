//! A customer hangs up, is not reached at first, and is served at the second attempt.
//!
//! `cargo run -p sunline-examples --example callback`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::measures::Measures;
use sunline::{Command, Config, ContactId, Domain, Event, NewContact, Presence, Span, Timestamp};

const CONFIG: &str = r#"
    name = "shop"
    channels = [{ name = "voice" }]
    queues = [{ name = "bills", callback = { gap = "10m" } }]
    agents = [{ name = "ann" }]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut now = Timestamp::from_secs(9 * 3600);
    let mut domain = Domain::new(now, Config::from_toml(CONFIG)?)?;
    let (ann, bills) = (domain.agent_id("ann").ok_or("no ann")?, domain.queue_id("bills").ok_or("no bills")?);
    let eve = ContactId::new("eve")?;

    domain.handle(now, Command::Arrive(NewContact::new(eve, bills)))?;
    domain.handle(now, Command::RequestCallback(eve, None, None))?;
    domain.handle(now, Command::SetPresence(ann, Presence::Available))?;
    for reached in [false, true] {
        domain.handle_deadlines(now);
        let offer =
            domain.contact_view(&eve).and_then(|view| view.offers.first().copied()).ok_or("no offer")?;
        domain.handle(now, Command::AcceptOffer(offer, ann))?;
        now += Span::from_secs(20);
        domain.handle(now, if reached { Command::Connected(eve) } else { Command::NotReached(eve) })?;
        now += Span::from_secs(600);
    }
    domain.handle(now, Command::Complete(eve))?;

    let mut measures = Measures::new(&[(Span::from_secs(20), Span::from_secs(5))]);
    let events: Vec<Event> = std::iter::from_fn(|| domain.poll_event()).collect();
    events.iter().for_each(|event| measures.observe(event));
    let counts = measures.queue(bills).ok_or("no figures")?;
    println!("{} callback accepted, {} kept", counts.callbacks, counts.callbacks_kept);
    assert_eq!((counts.callbacks, counts.callbacks_kept, counts.answered), (1, 1, 0));
    Ok(())
}
