//! A full queue overflows, and a wait that is too long ends: who is turned away, and how it is counted.
//!
//! `cargo run -p sunline-examples --example queue_bounds`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::{Command, Config, ContactId, Domain, EventKind, NewContact, Timestamp};

const CONFIG: &str = r#"
    name = "shop"
    channels = [{ name = "voice" }]
    [[queues]]
    name = "bills"
    admission = { max_length = 1, when_full = "overflow", overflow_to = "overflow desk", max_wait = "2m" }
    [[queues]]
    name = "overflow desk"
    admission = { max_length = 1 }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nine = Timestamp::from_secs(9 * 3600);
    let mut domain = Domain::new(nine, Config::from_toml(CONFIG)?)?;
    let bills = domain.queue_id("bills").ok_or("no such queue")?;
    // Nobody is signed in, so each contact has to wait; there is room for one here and one there.
    for id in ["first", "second", "third"] {
        domain.handle(nine, Command::Arrive(NewContact::new(ContactId::new(id)?, bills)))?;
    }
    domain.handle_deadlines(Timestamp::from_secs(9 * 3600 + 120));
    let mut story = Vec::new();
    while let Some(event) = domain.poll_event() {
        match event.kind {
            EventKind::ContactMoved { contact, cause, .. } => story.push(format!("{contact} moved: {cause}")),
            EventKind::ContactEnded { contact, outcome, .. } => story.push(format!("{contact} {outcome}")),
            _ => {}
        }
    }
    println!("{}", story.join("\n"));
    assert_eq!(story, ["second moved: length", "third moved: length", "third blocked", "first timed_out"]);
    Ok(())
}
