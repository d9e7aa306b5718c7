//! What the books hold of rights: entitlements, project locks, customers that are never served.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::{AgentId, ContactDetails, ContactId, Event, EventKind, Timestamp};

use super::{AgentBook, Books, ensure};

/// The project whose work alone an agent takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LockBook {
    pub(crate) project: SmolStr,
    pub(crate) in_hand: BTreeSet<ContactId>,
    pub(crate) until: Option<Timestamp>,
}

impl Books {
    pub(super) fn of_rights(&mut self, event: &Event) -> Result<(), String> {
        let config = self.shared();
        match &event.kind {
            EventKind::EntitlementChanged { agent, entitlement, valid } => {
                let known = self.agents.get_mut(agent.index()).ok_or("nobody has this number")?;
                let dates = known.spec.entitlements.get(entitlement).ok_or("it was never granted")?;
                let bound = dates.from == Some(event.at) || dates.until == Some(event.at);
                let right = bound && dates.hold(event.at) == *valid;
                ensure(right, || format!("{entitlement} of {agent} does not change now"))?;
                if *valid {
                    known.entitled.insert(entitlement.clone());
                } else {
                    known.entitled.remove(entitlement);
                }
                known.look(&config.1);
            }
            EventKind::ProjectLockEnded { agent, project, released } => {
                let known = self.agents.get_mut(agent.index()).ok_or("nobody has this number")?;
                let lock = known.lock.take().ok_or_else(|| format!("{agent} was not locked"))?;
                let right = lock.project == *project && (released.is_some() || lock.until == Some(event.at));
                ensure(right, || format!("the lock of {agent} was {lock:?}"))?;
                known.look(&config.1);
            }
            _ => {}
        }
        Ok(())
    }

    /// An agent has accepted a contact: where that is work of a project, it is locked to it.
    pub(super) fn lock(&mut self, agent: AgentId, id: &ContactId) -> Result<(), String> {
        if self.document().project_lock.is_none() {
            return Ok(());
        }
        let config = self.shared();
        let Some(project) = self.contacts[id].need.project().cloned() else { return Ok(()) };
        let known = &mut self.agents[agent.index()];
        let lock = known.lock.get_or_insert_with(|| LockBook {
            project: project.clone(),
            in_hand: BTreeSet::new(),
            until: None,
        });
        ensure(lock.project == project, || format!("{agent} is locked to {}", lock.project))?;
        lock.in_hand.insert(*id);
        lock.until = None;
        known.look(&config.1);
        Ok(())
    }

    pub(super) fn rights_in_time(&self, agent: &AgentBook, now: Timestamp) -> Result<(), String> {
        let name = &agent.spec.name;
        let ends = agent.lock.as_ref().and_then(|lock| lock.until);
        ensure(ends.is_none_or(|until| until > now), || format!("the lock of {name} should have ended"))?;
        for (entitlement, dates) in &agent.spec.entitlements {
            let right = dates.hold(now) == agent.entitled.contains(entitlement);
            ensure(right, || format!("{entitlement} of {name} should have changed by {now}"))?;
        }
        Ok(())
    }

    /// Agents that never serve the customer.
    pub(super) fn shunning(&self, details: Option<&ContactDetails>) -> BTreeSet<AgentId> {
        let Some(customer) = details.and_then(|details| details.customer.as_ref()) else {
            return BTreeSet::new();
        };
        let agents = (0..).map(AgentId).zip(&self.agents);
        agents.filter(|(_, agent)| agent.spec.never_serves.contains(customer)).map(|(id, _)| id).collect()
    }

    /// Every contact learns which agents never serve its customer; those of these customers seek again, and are scored anew.
    pub(super) fn shun(&mut self, told: &BTreeSet<SmolStr>) {
        let mut contacts = core::mem::take(&mut self.contacts);
        for contact in contacts.values_mut() {
            contact.shunned_by = self.shunning(contact.details.as_deref());
            let customer = contact.details.as_deref().and_then(|details| details.customer.as_ref());
            if customer.is_some_and(|customer| told.contains(customer)) {
                contact.forget_scores();
            }
        }
        self.contacts = contacts;
    }
}
