//! What would have made an agent win a contact: what could change apart from what could not.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::agent::Presence;
use crate::domain::{Domain, Matcher};
use crate::error::CommandError;
use crate::ids::{AgentId, ContactId};
use crate::time::Timestamp;

/// What would make an agent win a contact, as things are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatWouldMake {
    /// Which agent.
    pub agent: AgentId,
    /// Its name.
    pub name: String,
    /// Which contact.
    pub contact: ContactId,
    /// Whether it would be chosen now, by contact and by agent alike.
    pub wins: bool,
    /// What is against it and could change, by time, by somebody's act or by a plan's step.
    pub could: Vec<Reason>,
    /// What is against it and could not change: absolute needs.
    pub could_not: Vec<Reason>,
    /// Who goes first where the agent may serve and is not chosen.
    pub order: Option<Order>,
    /// Preferred terms that the agent does not meet; each would add to its score where the rule reads them.
    pub unmet_preferences: Vec<String>,
}

/// Who goes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The agent that the contact would be given.
    pub ahead: AgentId,
    /// Its name.
    pub ahead_name: String,
    /// Since when that agent is idle.
    pub ahead_idle_since: Timestamp,
    /// Since when this one is.
    pub idle_since: Timestamp,
    /// The rule's figure for that agent; larger goes first.
    pub ahead_index: i64,
    /// Agents that go before this one.
    pub place: usize,
}

impl Domain {
    /// What would make an agent win a contact that is inside, as things are now.
    ///
    /// # Errors
    /// [`CommandError::UnknownAgent`], [`CommandError::UnknownContact`].
    pub fn what_would_make(&self, id: AgentId, contact: &ContactId) -> Result<WhatWouldMake, CommandError> {
        let agent = self.agent(id)?;
        let place = self.place(contact).ok_or(CommandError::UnknownContact { contact: *contact })?;
        let known = &self.contacts[place];
        let reasons = self.reasons(agent, known);
        let (could_not, could): (Vec<_>, Vec<_>) =
            reasons.iter().cloned().partition(|reason| reason.is_absolute());
        // Where needs stand in the way, no order brings the agent nearer.
        let needs = |reason: &Reason| reason.is_absolute() || *reason == Reason::Mandatory;
        let order = if reasons.iter().any(needs) { None } else { self.order_before(id, place) };
        let need = self.board.classes.requirement(known.class);
        let facts = agent.facts();
        let terms = self.preferred_texts(known);
        let unmet = need.preferred.iter().zip(terms).filter(|(term, _)| !term.term.holds(&facts));
        Ok(WhatWouldMake {
            agent: id,
            name: agent.spec.name.to_string(),
            contact: *contact,
            wins: reasons.is_empty() && order.is_none(),
            could,
            could_not,
            order,
            unmet_preferences: unmet.map(|(_, text)| text).collect(),
        })
    }

    /// Who would be chosen before this agent, were it ready and free.
    fn order_before(&self, id: AgentId, place: u32) -> Option<Order> {
        let mut state = self.branch();
        state.matcher = Matcher::Naive;
        let agent = &mut state.agents[id.index()];
        (agent.presence, agent.not_responding, agent.cooling_until) = (Presence::Available, false, None);
        (agent.used, agent.suspended) = (0, 0);
        agent.work.clear();
        agent.external.clear();
        let contact = &mut state.contacts[place];
        contact.exclusions.retain(|passed| passed.agent != id);
        contact.offers.clear();
        let mut first = None;
        let mut before = 0;
        while let Some((choice, _)) = state.select_agent(place).filter(|(choice, _)| choice.winner != id) {
            let ahead = &state.agents[choice.winner.index()];
            let ahead = (choice.winner, ahead.spec.name.to_string(), ahead.idle_since, choice.index);
            first.get_or_insert(ahead);
            before += 1;
            let out = crate::contact::Exclusion { agent: choice.winner, until: Timestamp::MAX };
            state.contacts[place].exclusions.push(out);
        }
        let (ahead, ahead_name, ahead_idle_since, ahead_index) = first?;
        Some(Order {
            ahead,
            ahead_name,
            ahead_idle_since,
            idle_since: self.agents[id.index()].idle_since,
            ahead_index,
            place: before + 1,
        })
    }

    /// The preferred terms of a contact as they were written: its queue's, then its own.
    fn preferred_texts(&self, contact: &crate::contact::Contact) -> Vec<String> {
        let queue = &self.config.queues[contact.queue.index()].settings.prefers;
        let own = contact.details.iter().flat_map(|details| &details.prefers);
        queue.iter().chain(own).map(|preference| preference.term.to_string()).collect()
    }
}
