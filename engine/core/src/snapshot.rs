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
use crate::domain::{Domain, FoldError, MemoryState, Standings};
use crate::hours::CalendarsState;
use crate::ids::Seq;
use crate::offer::Offer;
use crate::prediction::Prediction;
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
    calendars: CalendarsState,
    #[serde(default)]
    prediction: Option<Box<Prediction>>,
    /// When the joint rule is asked next; it follows from no event, so it is no part of the hash.
    #[serde(default)]
    joint_wakes_at: Option<Timestamp>,
    standings: Standings,
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
    /// The same state under another version of the configuration.
    pub(crate) fn under(self, config: Arc<Config>, config_version: u32) -> Self {
        Self { config, config_version, ..self }
    }

    pub(crate) fn contacts_mut(&mut self) -> impl Iterator<Item = &mut Contact> {
        self.contacts.iter_mut()
    }

    pub(crate) fn queues_mut(&mut self) -> impl Iterator<Item = &mut Queue> {
        self.queues.iter_mut()
    }

    pub(crate) fn agents_mut(&mut self) -> impl Iterator<Item = &mut Agent> {
        self.agents.iter_mut()
    }

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
            standings: self.standings.clone(),
            calendars: self.calendars.state(),
            prediction: self.prediction.clone(),
            joint_wakes_at: self.joint_wakes_at,
        }
    }

    /// Hash of the state, 32 bytes. Costs a walk over all agents and contacts.
    pub fn state_hash(&self) -> StateHash {
        let timeless = Snapshot { now: Timestamp::EPOCH, joint_wakes_at: None, ..self.snapshot() };
        StateHash(*blake3::hash(&timeless.to_bytes()).as_bytes())
    }

    /// The domain whose state a snapshot holds.
    ///
    /// # Errors
    /// [`FoldError::InvalidConfig`] when this release refuses its configuration.
    pub fn restore(snapshot: Snapshot) -> Result<Self, FoldError> {
        let compiled = Compiled::new(&snapshot.config).map_err(FoldError::InvalidConfig)?;
        Ok(Self::restored(snapshot, compiled))
    }

    /// The state as it would be had it been led by another configuration, without memory and predictions.
    pub(crate) fn snapshot_under(&self, config: Arc<Config>) -> Snapshot {
        Snapshot {
            config,
            prediction: None,
            memory: crate::domain::Memory::default().state(),
            ..self.snapshot()
        }
    }

    pub(crate) fn restored(snapshot: Snapshot, compiled: Compiled) -> Self {
        let mut domain = Self::configured(snapshot.config, compiled, snapshot.now);
        domain.config_version = snapshot.config_version;
        domain.resume_after(snapshot.seq);
        domain.queues = snapshot.queues;
        domain.skills = snapshot.skills;
        domain.memory = crate::domain::Memory::from_state(snapshot.memory);
        domain.install_calendars(snapshot.calendars);
        domain.open_new_queues();
        domain.prediction = snapshot.prediction;
        domain.standings = snapshot.standings;
        domain.install(snapshot.agents, snapshot.contacts, snapshot.offers);
        domain.wake_joint_at(snapshot.joint_wakes_at);
        domain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AgentId, AgentSpec, Command, ContactId, EventKind, NewContact, OfferId, Presence, QueueId};

    /// Two kinds of agent, both busy when the snapshot is taken; a class of contacts that nobody is in any more.
    fn busy_shop() -> Domain {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills" }, { name = "orders" }, { name = "safe", absolute = { data_classes = ["card", "id"] } }]
            agents = [{ name = "ann", site = "north" }, { name = "bob", clearance = ["card"] }]
            "#,
        )
        .unwrap();
        let mut domain = Domain::new(Timestamp::EPOCH, config).unwrap();
        for agent in [AgentId(0), AgentId(1)] {
            domain.handle(Timestamp::EPOCH, Command::SetPresence(agent, Presence::Available)).unwrap();
        }
        for id in [1, 2] {
            let new = NewContact::new(ContactId::from(id), QueueId(id as u16 - 1));
            domain.handle(Timestamp::from_secs(1), Command::Arrive(new)).unwrap();
        }
        let renamed = AgentSpec::new("ann");
        domain.handle(Timestamp::from_secs(1), Command::UpdateAgent(AgentId(0), Arc::new(renamed))).unwrap();
        while domain.poll_event().is_some() {}
        domain
    }

    #[test]
    fn a_restored_domain_goes_on_exactly_as_the_one_that_never_stopped() {
        let mut original = busy_shop();
        let mut restored = Domain::restore(original.snapshot()).unwrap();
        let offers: Vec<OfferId> = original.snapshot().offers.iter().map(|offer| offer.id).collect();
        let arrive = |id, queue| Command::Arrive(NewContact::new(ContactId::from(id), QueueId(queue)));
        let commands = [
            Command::Withdraw(ContactId::from(1)),
            arrive(3, 0),
            arrive(4, 2),
            Command::DeclineOffer(offers[1], AgentId(1)),
            arrive(5, 0),
        ];
        for (second, command) in (2..).zip(commands) {
            let at = Timestamp::from_secs(second);
            assert_eq!(original.handle(at, command.clone()), restored.handle(at, command));
            loop {
                let (one, other) = (original.poll_event(), restored.poll_event());
                assert_eq!(one, other);
                if one.is_none() {
                    break;
                }
            }
        }
        assert_eq!(original.state_hash(), restored.state_hash());
    }

    /// Ann and Ben both get busy and free again, so the board has seen more kinds of agent than are there now.
    #[test]
    fn a_restored_domain_records_the_same_decisions() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "chat" }]
            queues = [{ name = "orders", offer = { answer = "auto" } }]
            agents = [{ name = "ann", capacity = 3 }, { name = "ben", capacity = 2 }]
            "#,
        );
        let mut now = Timestamp::from_secs(9 * 3600);
        let mut domain = Domain::new(now, config.unwrap()).unwrap();
        let [ann, ben] = ["ann", "ben"].map(|name| domain.agent_id(name).unwrap());
        let orders = domain.queue_id("orders").unwrap();
        let mut tell = |domain: &mut Domain, command| {
            now += crate::Span::from_secs(1);
            domain.handle(now, command).unwrap();
            core::iter::from_fn(|| domain.poll_event()).collect::<Vec<_>>()
        };
        tell(&mut domain, Command::SetPresence(ann, Presence::Available));
        tell(&mut domain, Command::SetPresence(ben, Presence::Available));
        for id in 1..=3 {
            tell(&mut domain, Command::Arrive(NewContact::new(ContactId::from(id), orders)));
        }
        for id in 1..=3 {
            tell(&mut domain, Command::Complete(ContactId::from(id)));
        }
        let mut restored = Domain::restore(domain.snapshot()).unwrap();
        let mut unharmed = domain.clone();
        let arrive = Command::Arrive(NewContact::new(ContactId::from(9), orders));
        let told = tell(&mut unharmed, arrive.clone());
        assert!(
            told.iter().any(
                |e| matches!(&e.kind, EventKind::OfferIssued { decision, .. } if decision.compatible == 2)
            )
        );
        restored.handle(unharmed.now(), arrive).unwrap();
        assert_eq!(core::iter::from_fn(|| restored.poll_event()).collect::<Vec<_>>(), told);
    }
}
