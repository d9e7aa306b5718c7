//! Room: a call interrupts an e-mail, and a silent chat makes room for the next.
//!
//! `cargo run -p sunline-examples --example capacity`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::{Command, Config, ContactId, Domain, EventKind, NewContact, Presence, Timestamp};

const CONFIG: &str = r#"
    name = "office"
    channels = [
        { name = "voice", cost = 4, interrupts = ["email"] },
        { name = "email", cost = 4, asynchronous = true },
        { name = "chat", cost = 1, cap = 2, asynchronous = true },
    ]
    queues = [
        { name = "calls", channel = "voice", offer = { answer = "auto" } },
        { name = "mails", channel = "email", offer = { answer = "auto" } },
        { name = "chats", channel = "chat", offer = { answer = "auto" } },
    ]
    agents = [{ name = "ann", capacity = 4 }]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nine = Timestamp::from_secs(9 * 3600);
    let mut domain = Domain::new(nine, Config::from_toml(CONFIG)?)?;
    let ann = domain.agent_id("ann").ok_or("no such agent")?;
    domain.handle(nine, Command::SetPresence(ann, Presence::Available))?;
    let arrive = |domain: &Domain, id: &str, queue: &str| -> Result<Command, Box<dyn std::error::Error>> {
        let queue = domain.queue_id(queue).ok_or("no such queue")?;
        Ok(Command::Arrive(NewContact::new(ContactId::new(id)?, queue)))
    };
    // The call interrupts the e-mail, which goes on when the call is over.
    for (id, queue) in [("mail", "mails"), ("call", "calls")] {
        let command = arrive(&domain, id, queue)?;
        domain.handle(nine, command)?;
    }
    domain.handle(nine, Command::Complete(ContactId::new("call")?))?;
    domain.handle(nine, Command::Complete(ContactId::new("mail")?))?;
    // Of three chats two fit; the third begins when the first falls silent, and the first is back when it writes.
    for id in ["one", "two", "three"] {
        let command = arrive(&domain, id, "chats")?;
        domain.handle(nine, command)?;
    }
    domain.handle(nine, Command::Park(ContactId::new("one")?))?;
    domain.handle(nine, Command::Unpark(ContactId::new("one")?))?;
    let mut story = Vec::new();
    while let Some(event) = domain.poll_event() {
        match event.kind {
            EventKind::OfferAccepted { contact, .. } => story.push(format!("{contact} accepted")),
            EventKind::WorkSuspended { contact, by, .. } => {
                story.push(format!("{contact} suspended for {by}"));
            }
            EventKind::WorkResumed { contact, .. } => story.push(format!("{contact} resumed")),
            EventKind::ContactParked { contact, .. } => story.push(format!("{contact} parked")),
            EventKind::ContactUnparked { contact, over, .. } => {
                story.push(format!("{contact} back{}", if over { ", beyond ann's room" } else { "" }));
            }
            _ => {}
        }
    }
    println!("{}", story.join("\n"));
    let calls = ["mail accepted", "call accepted", "mail suspended for call", "mail resumed"];
    let chats =
        ["one accepted", "two accepted", "one parked", "three accepted", "one back, beyond ann's room"];
    assert_eq!(story, [calls.as_slice(), &chats].concat());
    Ok(())
}
