//! What a child process says that it was promised, and whether a journal keeps it.

use std::collections::BTreeMap;
use std::io::Write;

use sunline_core::{Command, CommandError, Config, ContactId, Domain};

pub(crate) fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone needs no answer.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

pub(crate) fn shop() -> Config {
    Config::from_toml(
        r#"
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }]
        "#,
    )
    .unwrap()
}

/// What the child said of each contact last, by how far it had come; and of agents.
#[derive(Default)]
pub(crate) struct Promises {
    pub(crate) contacts: BTreeMap<u64, u8>,
    pub(crate) agents: Vec<String>,
}

const ARRIVED: u8 = 1;
const ACCEPTED: u8 = 2;
const ENDED: u8 = 3;

impl Promises {
    pub(crate) fn note(&mut self, line: &str) {
        let (what, which) = line.split_once(' ').expect("a promise has two words");
        let stage = match what {
            "arrived" => ARRIVED,
            "accepted" => ACCEPTED,
            "ended" => ENDED,
            "agent" => return self.agents.push(which.to_owned()),
            other => panic!("the child said {other}"),
        };
        let known = self.contacts.entry(which.parse().unwrap()).or_default();
        *known = stage.max(*known);
    }

    /// Each promise that the state breaks, as a sentence.
    pub(crate) fn broken_by(&self, domain: &mut Domain) -> Vec<String> {
        let mut broken = Vec::new();
        for name in &self.agents {
            if domain.agent_id(name).is_none() {
                broken.push(format!("{name} is not registered"));
            }
        }
        for (&id, &stage) in &self.contacts {
            let contact = ContactId::from(id);
            let inside = domain.contact_view(&contact);
            // A contact that has ended is remembered as such; a refusal changes nothing.
            let mut ended = || {
                let again = domain.handle(domain.now(), Command::Complete(contact));
                matches!(again, Err(CommandError::ContactEnded { .. }))
            };
            let kept = match stage {
                ENDED => inside.is_none() && ended(),
                ACCEPTED => inside.is_none_or(|view| view.agent.is_some()),
                _ => inside.is_some() || ended(),
            };
            if !kept {
                broken.push(format!("contact {id} had come to stage {stage}"));
            }
        }
        broken
    }
}
