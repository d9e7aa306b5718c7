//! What nothing may cross: the one question that every way from a contact to an agent asks.
//!
//! A step, an overflow, a surge, a callback, a transfer and a forced assignment may relax or skip what is mandatory, the
//! order and the gates. None of them may do what [`Domain::forbidden`] names.

use std::collections::BTreeSet;

use crate::contact::Contact;
use crate::domain::Domain;
use crate::ids::{AgentId, QueueId};
use crate::skill::{Requirement, Shortfall};

impl Domain {
    /// Why the agent must not serve the contact (by its place) in a queue, whoever asks; `None` when it may.
    ///
    /// Data classes, in-house, sites, entitlements and project of the queue, the contact's home, its homes before and its
    /// own; customers that the agent never serves; agents that the contact excludes.
    pub(crate) fn forbidden(&self, agent: AgentId, place: u32, queue: QueueId) -> Option<Shortfall> {
        let contact = &self.contacts[place];
        let facts = self.agents[agent.index()].facts();
        let absolute = self.absolute(contact, queue, contact.queue).shortfall(&facts);
        absolute.or_else(|| contact.excludes(agent).then(|| self.exclusion(contact)))
    }

    /// The name of what keeps a contact from agents who meet all its needs.
    pub(crate) fn exclusion(&self, contact: &Contact) -> Shortfall {
        let named = contact.details.as_ref().is_some_and(|details| !details.excluded_agents.is_empty());
        match contact.customer().filter(|_| !contact.shunned_by.is_empty()) {
            _ if named => Shortfall::Excluded,
            Some(customer) => Shortfall::Customer(customer.clone()),
            None => Shortfall::NoShift,
        }
    }

    /// Whether some agent who is there, or may still come, could ever serve the contact: as things are, once something
    /// dated of the agent begins or ends to count, or once more of the contact's plan is open.
    pub(crate) fn is_servable(&self, contact: &Contact) -> bool {
        if contact.seats().any(|seat| self.is_class_servable(contact, seat.class)) {
            return true;
        }
        let needs = self.prospects(contact);
        let cost = self.config.channels[contact.channel.index()].cost;
        let mut candidates = self.agents.iter().filter(|agent| {
            cost <= agent.spec.capacity && !contact.excludes(agent.id) && agent.is_expected(self.now)
        });
        candidates.any(|agent| {
            let later = agent.changes_from(self.now).map(|at| agent.facts_at(at));
            let mut facts = core::iter::once(agent.facts()).chain(later);
            facts.any(|facts| needs.iter().any(|need| need.shortfall(&facts).is_none()))
        })
    }

    /// Whether some agent could serve the class as things are, were it present and free.
    fn is_class_servable(&self, contact: &Contact, class: u32) -> bool {
        if self.shifted == 0 {
            let profiles = contact.never().map(|agent| self.agents[agent.index()].profile);
            return self.board.is_servable(class, profiles);
        }
        let mut able = self.agents.iter().filter(|agent| self.board.is_able(class, agent.profile));
        able.any(|agent| !contact.excludes(agent.id) && agent.is_expected(self.now))
    }

    /// What the contact asks now and once more of its plan is open, in every place it may come to.
    fn prospects(&self, contact: &Contact) -> Vec<Requirement> {
        let mut needs = Vec::new();
        let mut seen = BTreeSet::new();
        let mut homes = vec![(contact.queue, contact.plan.stage)];
        for added in contact.added.iter() {
            needs.push(self.need_in(contact, added.queue, contact.queue, contact.plan.stage));
        }
        while let Some((home, from)) = homes.pop() {
            if !seen.insert((home, from)) {
                continue;
            }
            let steps = &self.config.queues[home.index()].plan.steps;
            for stage in from..=steps.len() as u16 {
                needs.push(self.need_at(contact, home, stage));
                let open = steps[..usize::from(stage)].iter().flat_map(|step| &step.adds);
                needs.extend(open.map(|added| self.need_in(contact, *added, home, stage)));
            }
            homes.extend(steps.iter().filter_map(|step| step.moves_to).map(|queue| (queue, 0)));
        }
        needs
    }
}
