//! A supervisor acts by hand: what may be broken is broken knowingly, what is absolute is not.
//!
//! `cargo run -p sunline-examples --example supervisor`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use std::collections::BTreeSet;
use std::sync::Arc;

use sunline::{
    Command, Config, ContactDetails, ContactId, Domain, EventKind, NewContact, Presence, Timestamp,
};

const CONFIG: &str = r#"
    name = "shop"
    channels = [{ name = "voice" }]
    queues = [{ name = "bills", overridable = ["capacity"] }]
    agents = [{ name = "ann" }]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nine = Timestamp::from_secs(9 * 3600);
    let mut domain = Domain::new(nine, Config::from_toml(CONFIG)?)?;
    let ann = domain.agent_id("ann").ok_or("no such agent")?;
    let bills = domain.queue_id("bills").ok_or("no such queue")?;
    domain.handle(nine, Command::SetPresence(ann, Presence::Available))?;
    for id in ["one", "two"] {
        domain.handle(nine, Command::Arrive(NewContact::new(ContactId::new(id)?, bills)))?;
    }
    let mut secret = NewContact::new(ContactId::new("secret")?, bills);
    let mut details = ContactDetails::default();
    details.absolute.data_classes = BTreeSet::from(["medical".into()]);
    secret.details = Some(Arc::new(details));
    domain.handle(nine, Command::Arrive(secret))?;

    // Ann is ringing already; a second contact is beyond her room, which this queue lets a hand break.
    domain.handle(nine, Command::Assign(ContactId::new("two")?, ann))?;
    let refused = domain.handle(nine, Command::Assign(ContactId::new("secret")?, ann));
    let refused = refused.err().ok_or("an absolute rule was broken")?;
    let mut broken = Vec::new();
    while let Some(event) = domain.poll_event() {
        if let EventKind::ContactAssigned { contact, broken: rules, .. } = event.kind {
            broken.push(format!("{contact} assigned, breaking {rules:?}"));
        }
    }
    println!("{}\n{refused}", broken.join("\n"));
    assert_eq!(broken, ["two assigned, breaking [Capacity]"]);
    assert_eq!(refused.code(), "cannot_serve");
    Ok(())
}
