//! State out, state in, and its hash.
//!
//! A snapshot holds what the actors know and nothing that follows from it: no board, no deadlines table, no places.
//! Equal histories give equal snapshots, byte for byte.

use core::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::config::{Compiled, Config};
use crate::contact::Contact;
use crate::domain::{Domain, FoldError, MemoryState};
use crate::ids::Seq;
use crate::offer::Offer;
use crate::queue::Queue;
use crate::skill::Skill;
use crate::time::Timestamp;

/// A domain's state as plain data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    config: Arc<Config>,
    config_version: u32,
    seq: Seq,
    /// The last instant applied. Not part of the hash: asking the time changes nothing.
    now: Timestamp,
    agents: Vec<Agent>,
    /// In order of arrival.
    contacts: Vec<Contact>,
    /// In order of issue.
    offers: Vec<Offer>,
    queues: Vec<Queue>,
    skills: Vec<Skill>,
    memory: MemoryState,
}

/// BLAKE3 of a domain's state: equal states, equal hashes, on every machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StateHash(pub [u8; 32]);

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Snapshot {
    /// The position of the last event in it.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The snapshot as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a snapshot is plain data")
    }

    /// A snapshot from its bytes.
    ///
    /// # Errors
    /// The decoder's error when the bytes are no snapshot of this format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}

impl Domain {
    /// The state as plain data.
    pub fn snapshot(&self) -> Snapshot {
        let mut contacts: Vec<Contact> = self.contacts.iter().map(|(_, contact)| contact.clone()).collect();
        contacts.sort_unstable_by_key(|contact| contact.arrival);
        let ids = contacts.iter().flat_map(|contact| contact.offers.iter().map(|(offer, _)| *offer));
        let mut offers: Vec<Offer> = ids.filter_map(|id| self.offers.get(&id).cloned()).collect();
        offers.sort_unstable_by_key(|offer| offer.id);
        for offer in &mut offers {
            offer.place = 0;
        }
        Snapshot {
            config: self.document.clone(),
            config_version: self.config_version,
            seq: self.seq,
            now: self.now,
            agents: self.agents.clone(),
            contacts,
            offers,
            queues: self.queues.clone(),
            skills: self.skills.clone(),
            memory: self.memory.state(),
        }
    }

    /// Hash of the state, 32 bytes. Costs a walk over all agents and contacts.
    pub fn state_hash(&self) -> StateHash {
        let timeless = Snapshot { now: Timestamp::EPOCH, ..self.snapshot() };
        StateHash(*blake3::hash(&timeless.to_bytes()).as_bytes())
    }

    /// The domain whose state a snapshot holds.
    ///
    /// # Errors
    /// [`FoldError::InvalidConfig`] when this release refuses its configuration.
    pub fn restore(snapshot: Snapshot) -> Result<Self, FoldError> {
        let compiled = Compiled::new(&snapshot.config).map_err(FoldError::InvalidConfig)?;
        let mut domain = Self::configured(snapshot.config, compiled, snapshot.now);
        domain.config_version = snapshot.config_version;
        domain.seq = snapshot.seq;
        domain.queues = snapshot.queues;
        domain.skills = snapshot.skills;
        domain.memory = crate::domain::Memory::from_state(snapshot.memory);
        domain.install(snapshot.agents, snapshot.contacts, snapshot.offers);
        Ok(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AgentId, Command, ContactId, Event, NewContact, Presence, QueueId};

    fn told(domain: &mut Domain) -> Vec<Event> {
        core::iter::from_fn(|| domain.poll_event()).collect()
    }

    #[test]
    fn a_restored_domain_records_the_same_decision() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            skills = [{ name = "billing" }]
            queues = [{ name = "bills" }, { name = "questions" }]
            agents = [{ name = "ann", skills = { billing = 7 } }, { name = "bob" }]
            "#,
        );
        let nine = Timestamp::from_secs(9 * 3600);
        let mut domain = Domain::new(nine, config.unwrap()).unwrap();
        // Classes and kinds of agent come into being and fall out of use.
        for (n, agent) in [(1, AgentId(0)), (2, AgentId(1))] {
            let seen = NewContact { points: n, ..NewContact::new(ContactId::from(n as u64), QueueId(0)) };
            domain.handle(nine, Command::Arrive(seen)).unwrap();
            domain.handle(nine, Command::SetPresence(agent, Presence::Available)).unwrap();
        }
        domain.handle(nine, Command::SetPresence(AgentId(1), Presence::Offline)).unwrap();
        domain.handle(nine, Command::Withdraw(ContactId::from(1))).unwrap();
        domain.handle(nine, Command::Withdraw(ContactId::from(2))).unwrap();
        told(&mut domain);
        let mut restored = Domain::restore(domain.snapshot()).unwrap();
        let arrive = || Command::Arrive(NewContact::new(ContactId::from(3), QueueId(1)));
        domain.handle(nine, arrive()).unwrap();
        restored.handle(nine, arrive()).unwrap();
        assert_eq!(told(&mut domain), told(&mut restored));
    }
}
