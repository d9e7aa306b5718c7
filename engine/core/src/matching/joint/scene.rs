//! What a joint rule sees: contacts that wait, the longest first, and agents with room, by idle clock.

use super::ROUND;
use crate::domain::{Domain, Matcher};
use crate::ids::{AgentId, PoolId, QueueId};
use crate::matching::policy::{agent_order, expected_handle_time};
use crate::time::{Span, Timestamp};

/// All that a joint rule looks at, at one instant.
pub struct Scene<'a> {
    /// The instant.
    pub now: Timestamp,
    /// Contacts without an offer, by origin, then arrival; at most 256.
    pub contacts: Vec<SceneContact>,
    /// Agents with room, by idle clock, then registration; at most 256.
    pub agents: Vec<SceneAgent>,
    domain: &'a Domain,
}

/// A contact that waits.
#[derive(Clone, Copy, Debug)]
pub struct SceneContact {
    /// Its queue.
    pub queue: QueueId,
    /// When its customer began to wait.
    pub origin: Timestamp,
    pub(crate) place: u32,
}

/// An agent with room.
#[derive(Clone, Copy, Debug)]
pub struct SceneAgent {
    /// Which agent.
    pub id: AgentId,
    /// Its pool.
    pub pool: PoolId,
    /// Its idle clock.
    pub idle_since: Timestamp,
}

/// How a contact and an agent who may serve it fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// How long the agent is expected to take.
    pub handle_time: Span,
    /// The label score of the agent for the contact, in millionths.
    pub score: i64,
}

/// A pair that starts: positions in the scene, and the rule's figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Position among the contacts.
    pub contact: usize,
    /// Position among the agents.
    pub agent: usize,
    /// The rule's figure; larger is better.
    pub index: i64,
}

impl<'a> Scene<'a> {
    pub(super) fn of(domain: &'a Domain) -> Self {
        let waits = |place: &u32| domain.board.classes.waiting.list_of(*place).is_some();
        let mut contacts: Vec<_> = domain
            .contacts
            .iter()
            .filter(|(place, _)| waits(place))
            .map(|(place, contact)| {
                let one = SceneContact { queue: contact.queue, origin: contact.origin, place };
                (contact.key(), one)
            })
            .collect();
        contacts.sort_unstable_by_key(|(key, _)| *key);
        let idle = domain.agents.iter().filter(|agent| domain.board.groups.current(agent.id).is_some());
        let mut agents: Vec<SceneAgent> = idle
            .map(|agent| SceneAgent { id: agent.id, pool: agent.pool, idle_since: agent.idle_since })
            .collect();
        agents.sort_unstable_by_key(|agent| (agent.idle_since, agent.id));
        agents.truncate(ROUND);
        // A contact that none of these may serve takes nobody's place in the round.
        let mut scene = Self { now: domain.now, contacts: Vec::new(), agents, domain };
        for (_, contact) in contacts {
            if scene.contacts.len() == ROUND {
                break;
            }
            if scene.agents.iter().any(|agent| scene.may_serve(contact.place, agent.id)) {
                scene.contacts.push(contact);
            }
        }
        scene
    }

    /// How a contact and an agent fit; `None` when the agent may not serve it now.
    pub fn fit(&self, contact: usize, agent: usize) -> Option<Fit> {
        let (place, id) = (self.contacts[contact].place, self.agents[agent].id);
        if !self.may_serve(place, id) {
            return None;
        }
        let (known, contact) = (&self.domain.agents[id.index()], &self.domain.contacts[place]);
        let facts = &self.domain.board.groups.profile(known.profile).facts;
        let need = self.domain.board.classes.requirement(contact.class);
        let score = agent_order(crate::config::AgentRule::BestScore).rank(need, facts, known.used);
        Some(Fit { handle_time: expected_handle_time(known, contact.queue, &self.domain.config), score })
    }

    /// The place of a contact in the domain.
    pub(super) fn place(&self, contact: usize) -> u32 {
        self.contacts[contact].place
    }

    fn may_serve(&self, place: u32, id: AgentId) -> bool {
        let (domain, contact) = (self.domain, &self.domain.contacts[place]);
        if domain.matcher == Matcher::Naive {
            return domain.naive_may_serve(&domain.agents[id.index()], contact);
        }
        let Some(group) = domain.board.groups.current(id) else { return false };
        let class = domain.board.classes.get(contact.class);
        let connected = class.groups.iter().any(|candidate| candidate.group == group);
        let pool = domain.agents[id.index()].pool;
        connected && contact.may_ask(id) && domain.gate_is_open(pool, contact.queue, contact.channel)
    }
}
