//! A contact goes from hand to hand, asks a colleague, and does not go round.
//!
//! `cargo run -p sunline-examples --example transfers`
#![allow(clippy::print_stdout, reason = "it shows what happens")]

use sunline::{
    Command, Config, ContactId, Domain, EventKind, NewContact, Presence, Timestamp, TransferTarget,
};

const CONFIG: &str = r#"
    name = "shop"
    channels = [{ name = "voice" }]
    skills = [{ name = "bills" }, { name = "law" }]
    queues = [
        { name = "bills", requires = "bills", offer = { answer = "auto" }, wrap_up = "30s" },
        { name = "law", requires = "law", offer = { answer = "auto" } },
    ]
    agents = [{ name = "ann", skills = { bills = 7 } }, { name = "bob", skills = { law = 7 } }]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nine = Timestamp::from_secs(9 * 3600);
    let mut domain = Domain::new(nine, Config::from_toml(CONFIG)?)?;
    let [bills, law] = ["bills", "law"].map(|name| domain.queue_id(name));
    let (bills, law) = (bills.ok_or("no such queue")?, law.ok_or("no such queue")?);
    for name in ["ann", "bob"] {
        let agent = domain.agent_id(name).ok_or("no such agent")?;
        domain.handle(nine, Command::SetPresence(agent, Presence::Available))?;
    }
    let (customer, question) = (ContactId::new("customer")?, ContactId::new("question")?);
    domain.handle(nine, Command::Arrive(NewContact::new(customer, bills)))?;
    // Ann asks a lawyer, who takes the customer over; ann's wrap-up begins at that instant.
    domain.handle(nine, Command::Consult(customer, question, TransferTarget::Queue(law)))?;
    domain.handle(nine, Command::HandOver(question))?;
    // Back to where it came from is a loop.
    let back = domain.handle(nine, Command::Transfer(customer, TransferTarget::Queue(bills)));
    let refused = back.err().ok_or("a loop was let through")?;
    domain.handle(nine, Command::Complete(customer))?;

    let mut story = Vec::new();
    while let Some(event) = domain.poll_event() {
        match event.kind {
            EventKind::ConsultBegun { contact, consult, .. } => {
                story.push(format!("{consult} about {contact}"));
            }
            EventKind::ContactHandedOver { contact, wrap_up_until, .. } => {
                story.push(format!("{contact} handed over, wrap-up: {}", wrap_up_until.is_some()));
            }
            EventKind::ContactEnded { contact, outcome, .. } => story.push(format!("{contact} {outcome}")),
            _ => {}
        }
    }
    story.push(refused.to_string());
    println!("{}", story.join("\n"));
    assert_eq!(refused.code(), "transfer_loop");
    assert_eq!(
        story[..3],
        [
            "question about customer".to_owned(),
            "customer handed over, wrap-up: true".to_owned(),
            "customer served".to_owned(),
        ]
    );
    Ok(())
}
