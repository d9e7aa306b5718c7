//! Applying what agents may touch: entitlements, project locks, and the customers they never serve.

use smol_str::SmolStr;

use crate::contact::Contact;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, QueueId};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_rights(&mut self, event: &Event) {
        match &event.kind {
            EventKind::EntitlementChanged { agent, entitlement, valid } => {
                let held = &self.agents[agent.index()].entitlements;
                if let Some(place) = held.iter().position(|(name, ..)| name == entitlement) {
                    self.deadlines.disarm(event.at, Deadline::EntitlementChanges(*agent, place as u16));
                }
                self.leave_board(*agent);
                self.agents[agent.index()].apply_entitlement(entitlement, *valid);
                self.join_board(*agent);
                self.doubtful.extend(self.agents[agent.index()].offers());
                self.departed |= self.config.tests_stay;
                self.narrowed = true;
            }
            EventKind::ProjectLockEnded { agent, .. } => {
                self.leave_board(*agent);
                if let Some(until) = self.agents[agent.index()].lock_until() {
                    self.deadlines.disarm(until, Deadline::LockEnds(*agent));
                }
                self.agents[agent.index()].lock = None;
                self.join_board(*agent);
            }
            other => unreachable!("no event of rights: {other:?}"),
        }
    }

    /// An agent has accepted a contact: where that is work of a project, it is locked to it.
    #[inline(always)]
    pub(crate) fn lock_to_project(&mut self, agent: AgentId, place: u32) {
        if self.config.project_lock.is_some() {
            self.lock_to_its_project(agent, place);
        }
    }

    fn lock_to_its_project(&mut self, agent: AgentId, place: u32) {
        let contact = &self.contacts[place];
        let Some(project) = self.absolute(contact, contact.queue).project else { return };
        let id = contact.id;
        self.leave_board(agent);
        if let Some(until) = self.agents[agent.index()].lock_until() {
            self.deadlines.disarm(until, Deadline::LockEnds(agent));
        }
        self.agents[agent.index()].apply_locked(&project, &id);
        self.join_board(agent);
        self.doubtful.extend(self.agents[agent.index()].offers());
        self.departed |= self.config.tests_stay;
    }

    /// An agent's accepted work on a contact is over: its room is back, and its clocks move.
    pub(crate) fn release_work(&mut self, agent: AgentId, contact: &ContactId, at: Timestamp) {
        let known = &mut self.agents[agent.index()];
        known.apply_work_ended(contact, &self.config, at);
        if let Some(until) = known.lock_until() {
            self.deadlines.arm(until, Deadline::LockEnds(agent));
        }
        self.refresh_agent(agent);
    }

    /// Arms the deadlines of an agent's entitlements that are still to come.
    pub(super) fn arm_entitlements(&mut self, id: AgentId) {
        for (place, (_, dates, _)) in (0..).zip(&self.agents[id.index()].entitlements) {
            for at in [dates.from, dates.until].into_iter().flatten().filter(|at| *at > self.now) {
                self.deadlines.arm(at, Deadline::EntitlementChanges(id, place));
            }
        }
    }

    pub(super) fn disarm_entitlements(&mut self, id: AgentId) {
        for (place, (_, dates, _)) in (0..).zip(&self.agents[id.index()].entitlements) {
            for at in [dates.from, dates.until].into_iter().flatten() {
                self.deadlines.disarm(at, Deadline::EntitlementChanges(id, place));
            }
        }
    }

    // ── customers ────────────────────────────────────────────────────────────────────────────────────────────

    /// An agent never serves these customers (`true`), or says so no more; contacts of theirs that are inside learn it.
    pub(crate) fn shun(&mut self, agent: AgentId, shuns: bool) {
        let customers = self.agents[agent.index()].spec.never_serves.clone();
        if customers.is_empty() {
            return;
        }
        for customer in &customers {
            let by = self.shunned.entry(customer.clone()).or_default();
            if shuns {
                by.insert(agent);
            } else {
                by.remove(&agent);
            }
            if by.is_empty() {
                self.shunned.remove(customer);
            }
        }
        let theirs = |c: &Contact| c.customer().is_some_and(|customer| customers.contains(customer));
        for place in self.by_arrival(theirs) {
            self.leave_waiting(place);
            self.contacts[place].shunned_by = self.shunning(self.contacts[place].customer());
            self.doubtful.extend(self.contacts[place].offers.iter().map(|(offer, _)| *offer));
            self.return_to_waiting(place);
        }
    }

    /// What a contact's home asks absolutely goes with it to another queue.
    pub(super) fn carries_on(&mut self, place: u32, to: QueueId) {
        let home = self.contacts[place].queue;
        if home != to {
            let absolute = &self.config.queues[home.index()].settings.absolute;
            self.contacts[place].carry(absolute);
        }
    }

    /// The agents that never serve a customer.
    #[inline(always)]
    pub(crate) fn shunning(&self, customer: Option<&SmolStr>) -> Vec<AgentId> {
        if self.shunned.is_empty() {
            return Vec::new();
        }
        let by = customer.and_then(|customer| self.shunned.get(customer));
        by.map(|by| by.iter().copied().collect()).unwrap_or_default()
    }
}
