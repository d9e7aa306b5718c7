//! What the books hold of rights: entitlements, project locks, customers that are never served. And of plans: moves.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::{AgentId, ContactDetails, ContactId, Event, EventKind, Timestamp};

use super::{AgentBook, Books, Owed, ensure};

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

    pub(super) fn of_plan(&mut self, event: &Event) -> Result<(), String> {
        match &event.kind {
            EventKind::StepOpened { contact: id, queue, step } => {
                let mut contact =
                    self.contacts.remove(id).ok_or_else(|| format!("contact {id} is not here"))?;
                ensure(contact.queue == *queue, || format!("contact {id} is not in {queue}"))?;
                let moves_to = self.open_step(&mut contact, (*step).into(), event.at)?;
                self.owed = moves_to.map(|queue| Owed::Moved(*id, queue));
                self.contacts.insert(*id, contact);
            }
            EventKind::ContactMoved { contact, from, to, cause } => {
                self.moved(contact, *from, *to, *cause, event.at)?;
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
        let absolute = &self.contacts[id].needs[0].1.absolute;
        let Some(project) = absolute.iter().rev().find_map(|need| need.project.clone()) else {
            return Ok(());
        };
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

    /// Every contact learns which agents never serve its customer.
    pub(super) fn shun(&mut self) {
        let mut contacts = core::mem::take(&mut self.contacts);
        for contact in contacts.values_mut() {
            contact.shunned_by = self.shunning(contact.details.as_deref());
        }
        self.contacts = contacts;
    }
}
