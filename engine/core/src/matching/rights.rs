//! What nothing may cross: the one question that every way from a contact to an agent asks.
//!
//! An overflow, a surge, a transfer, a pull and a forced assignment may skip what is mandatory, the order and the gates.
//! None of them may do what [`Domain::forbidden`] names.

use crate::agent::Agent;
use crate::contact::Contact;
use crate::domain::Domain;
use crate::ids::QueueId;
use crate::skill::{Absolute, Shortfall};

impl Domain {
    /// Why the agent must not serve the contact in a queue, whoever asks; `None` when it may.
    ///
    /// Data classes, in-house, sites, entitlements and project of the queue, the contact's home, its homes before and its
    /// own; customers that the agent never serves; agents that the contact excludes.
    pub(crate) fn forbidden(&self, agent: &Agent, contact: &Contact, queue: QueueId) -> Option<Shortfall> {
        let absolute = self.absolute(contact, queue).shortfall(&agent.facts());
        absolute.or_else(|| contact.exclusion_of(agent.id))
    }

    /// What nothing relaxes when the contact is served in this queue: both queues' needs, what it carries from homes
    /// before, and its own.
    pub(crate) fn absolute(&self, contact: &Contact, queue: QueueId) -> Absolute {
        let of = |queue: QueueId| &self.config.queues[queue.index()].settings.absolute;
        let home = (queue != contact.queue).then(|| of(contact.queue));
        let own = contact.details.as_deref().map(|details| &details.absolute);
        let more = home.into_iter().chain(contact.carried.as_deref()).chain(own);
        more.fold(of(queue).clone(), |all, one| all.and(one))
    }

    /// The name of what keeps a contact from agents who meet all its needs.
    pub(crate) fn exclusion(&self, contact: &Contact) -> Shortfall {
        let named = contact.never().any(|agent| !contact.shunned_by.contains(&agent));
        let shunned = contact.customer().filter(|_| !named && !contact.shunned_by.is_empty());
        shunned.map_or(Shortfall::Excluded, |customer| Shortfall::Customer(customer.clone()))
    }

    /// Whether some registered agent could ever serve the contact: as things are, or once something dated of the agent
    /// begins or ends to count, or its project lock is over.
    pub(crate) fn is_servable(&self, contact: &Contact) -> bool {
        let profiles = contact.never().map(|agent| self.agents[agent.index()].profile);
        if self.board.is_servable(contact.class, profiles) {
            return true;
        }
        let cost = self.config.channels[contact.channel.index()].cost;
        let need = self.board.classes.requirement(contact.class);
        let able = |agent: &&Agent| cost <= agent.spec.capacity && !agent.never_serves(contact.channel);
        let mut candidates = self.agents.iter().filter(able).filter(|agent| !contact.is_closed_to(agent.id));
        candidates.any(|agent| {
            let mut later = agent.changes_from(self.now);
            later.any(|at| need.shortfall(&agent.facts_at(at)).is_none())
        })
    }
}
