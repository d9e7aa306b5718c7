//! Looking in from outside: what a caller may ask of a domain between two calls.

use smol_str::SmolStr;

use super::Domain;
use crate::agent::{AgentState, Presence, Work};
use crate::config::{AgentSpec, Compiled, Config};
use crate::contact::{Contact, ContactState, Phase};
use crate::ids::{AgentId, ContactId, OfferId, QueueId, SkillId};
use crate::time::{Span, Timestamp};

/// A contact as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactView {
    /// Its id.
    pub id: ContactId,
    /// Its queue.
    pub queue: QueueId,
    /// What it is.
    pub state: ContactState,
    /// When its customer began to wait.
    pub origin: Timestamp,
    /// How long it has waited, or waited until it was answered.
    pub waited: Span,
    /// Who has it or is asked for it; the first, where several are asked.
    pub agent: Option<AgentId>,
    /// Its live offers.
    pub offers: Vec<OfferId>,
}

/// An agent as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView<'a> {
    /// Its number.
    pub id: AgentId,
    /// Its registration.
    pub spec: &'a AgentSpec,
    /// What it wants to be.
    pub presence: &'a Presence,
    /// What it is.
    pub state: AgentState,
    /// What it has in hand, oldest first.
    pub work: &'a [Work],
    /// Cost units in use.
    pub used: u16,
    /// Its idle clock.
    pub idle_since: Timestamp,
}

/// A queue as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView<'a> {
    /// Its number.
    pub id: QueueId,
    /// Its name.
    pub name: &'a SmolStr,
    /// Contacts whose home it is and who have not ended.
    pub inside: u32,
    /// Of these, the ones that no agent has accepted.
    pub waiting: u32,
}

impl Domain {
    /// The configuration as written.
    pub fn document(&self) -> &Config {
        &self.document
    }

    /// The configuration with its names resolved.
    pub fn config(&self) -> &Compiled {
        &self.config
    }

    /// The agent called `name`.
    pub fn agent_id(&self, name: &str) -> Option<AgentId> {
        self.agent_names.get(name).copied()
    }

    /// The queue called `name`.
    pub fn queue_id(&self, name: &str) -> Option<QueueId> {
        self.config.queue_id(name)
    }

    /// One agent.
    pub fn agent_view(&self, id: AgentId) -> Option<AgentView<'_>> {
        let agent = self.agents.get(id.index())?;
        Some(AgentView {
            id,
            spec: &agent.spec,
            presence: &agent.presence,
            state: agent.state(),
            work: &agent.work,
            used: agent.used,
            idle_since: agent.idle_since,
        })
    }

    /// All agents, in order of registration.
    pub fn agents(&self) -> impl Iterator<Item = AgentView<'_>> {
        (0..self.agents.len() as u32).filter_map(|id| self.agent_view(AgentId(id)))
    }

    /// One contact, while it is inside.
    pub fn contact_view(&self, id: &ContactId) -> Option<ContactView> {
        self.place(id).map(|place| self.view_of(&self.contacts[place]))
    }

    /// All contacts inside, in no particular order.
    pub fn contacts(&self) -> impl Iterator<Item = ContactView> {
        self.contacts.iter().map(|(_, contact)| self.view_of(contact))
    }

    /// Position among all that wait in the same queue by the queue's order, from 1; `None` unless it waits.
    pub fn position(&self, id: &ContactId) -> Option<usize> {
        let contact = &self.contacts[self.place(id)?];
        if contact.phase != Phase::Waiting {
            return None;
        }
        let order = |c: &Contact| {
            let curve = self.config.queues[c.queue.index()].curve.raised(c.points);
            (core::cmp::Reverse(curve.points(self.now.since(c.origin))), c.key())
        };
        let mine = order(contact);
        let peers =
            self.contacts.iter().filter(|(_, c)| c.queue == contact.queue && c.phase == Phase::Waiting);
        Some(1 + peers.filter(|(_, c)| order(c) < mine).count())
    }

    /// All queues, by `QueueId`.
    pub fn queues(&self) -> impl ExactSizeIterator<Item = QueueView<'_>> {
        self.queues.iter().map(|queue| QueueView {
            id: queue.id,
            name: &self.config.queues[queue.id.index()].settings.name,
            inside: queue.inside,
            waiting: queue.waiting,
        })
    }

    /// Registered agents whose grant of the skill counts now, and how many of them are signed in.
    pub fn holders(&self, skill: SkillId) -> Option<(u32, u32)> {
        self.skills.get(skill.index()).map(|skill| (skill.holders, skill.signed_in))
    }

    fn view_of(&self, contact: &Contact) -> ContactView {
        let agent = match contact.phase {
            Phase::Waiting => contact.offers.first().map(|(_, agent)| *agent),
            Phase::Connecting { agent, .. } | Phase::Engaged { agent, .. } => Some(agent),
        };
        ContactView {
            id: contact.id,
            queue: contact.queue,
            state: contact.state(),
            origin: contact.origin,
            waited: self.waited(contact),
            agent,
            offers: contact.offers.iter().map(|(offer, _)| *offer).collect(),
        }
    }
}
