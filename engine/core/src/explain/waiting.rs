//! Why a contact is still waiting, and what would serve it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::contact::{Contact, ContactState};
use crate::domain::Domain;
use crate::ids::{AgentId, ContactId};
use crate::time::{Span, Timestamp};

/// Agents that are named; the others are counted.
const NAMED: usize = 5;

/// Why a contact is still waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyWaiting {
    /// Which contact.
    pub contact: ContactId,
    /// Name of its queue.
    pub queue: String,
    /// What it is; an offered contact waits for an answer.
    pub state: ContactState,
    /// When its customer began to wait.
    pub origin: Timestamp,
    /// How long it has waited.
    pub waited: Span,
    /// Its place among those that wait in its queue, from 1.
    pub position: Option<usize>,
    /// Agents that could serve it if they were ready and free.
    pub capable: usize,
    /// Agents by the first thing that keeps each from it.
    pub kept_by: BTreeMap<String, usize>,
    /// Agents from whom only what may change keeps it, those with the least against them first.
    pub nearest: Vec<Nearby>,
}

/// An agent that could serve a contact, but for these reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearby {
    /// Which agent.
    pub agent: AgentId,
    /// Its name.
    pub name: String,
    /// What would have to change.
    pub reasons: Vec<Reason>,
}

impl Domain {
    /// Why a contact is still waiting and what would serve it; `None` when it is not inside or has an agent.
    pub fn why_waiting(&self, id: &ContactId) -> Option<WhyWaiting> {
        let contact = &self.contacts[self.place(id)?];
        if matches!(contact.state(), ContactState::Connecting | ContactState::Engaged) {
            return None;
        }
        let mut kept_by = BTreeMap::new();
        let mut nearest = Vec::new();
        let mut capable = 0;
        for agent in &self.agents {
            let reasons: Vec<Reason> = self.reasons_beside_the_contact(agent, contact);
            let Some(first) = reasons.first() else { continue };
            *kept_by.entry(first.code().to_owned()).or_insert(0) += 1;
            let needs_change = |reason: &Reason| reason.is_absolute() || *reason == Reason::Mandatory;
            if !reasons.iter().any(needs_change) {
                capable += 1;
                nearest.push(Nearby { agent: agent.id, name: agent.spec.name.to_string(), reasons });
            }
        }
        nearest.sort_by_key(|near| (near.reasons.len(), soonest(&near.reasons), near.agent));
        nearest.truncate(NAMED);
        Some(WhyWaiting {
            contact: *id,
            queue: self.config.queues[contact.queue.index()].settings.name.to_string(),
            state: contact.state(),
            origin: contact.origin,
            waited: self.now.since(contact.origin).max(Span::ZERO),
            position: self.position(id),
            capable,
            kept_by,
            nearest,
        })
    }

    /// What keeps an agent from a contact, other than that the contact is being offered.
    pub(super) fn reasons_beside_the_contact(
        &self,
        agent: &crate::agent::Agent,
        contact: &Contact,
    ) -> Vec<Reason> {
        let mut reasons = self.reasons(agent, contact);
        reasons.retain(|reason| !matches!(reason, Reason::ContactIs(_)));
        reasons
    }
}

/// When the last of these reasons is over by time alone; the end of time where that is not known.
fn soonest(reasons: &[Reason]) -> Timestamp {
    let end = |reason: &Reason| match reason {
        Reason::CoolingDown { until } | Reason::PassedOver { until } | Reason::KeptFor { until, .. } => {
            *until
        }
        Reason::NoRoom { until: Some(until), .. } => *until,
        _ => Timestamp::MAX,
    };
    reasons.iter().map(end).max().unwrap_or(Timestamp::MIN)
}
