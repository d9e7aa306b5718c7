//! The oracle: each choice in one sentence, by looking at everybody. The index may only be faster.

use std::collections::BTreeSet;

use super::policy::{ContactIndex, Points, agent_order};
use super::search::Choice;
use crate::agent::Agent;
use crate::contact::{Contact, ContactState};
use crate::domain::Domain;
use crate::ids::AgentId;
use crate::record::TieBreak;

/// An agent's place in rule order: rank (larger first), then idle clock, then registration.
type AgentPlace = (core::cmp::Reverse<i64>, (i64, u64));

impl Domain {
    /// The agent that the contact's queue would choose: among those who may serve it, the first in rule order.
    pub(crate) fn naive_agent(&self, place: u32) -> Option<Choice<AgentId>> {
        let contact = &self.contacts[place];
        let rule = self.config.queues[contact.queue.index()].settings.agent_rule;
        let suitable = || self.agents.iter().filter(|agent| self.naive_is_suitable(agent, contact));
        let kinds: BTreeSet<_> = suitable().map(|agent| (agent.facts(), agent.used)).collect();
        let compatible = kinds.len() as u32;
        let mut able: Vec<&Agent> = suitable().filter(|agent| contact.may_ask(agent.id)).collect();
        if agent_order(rule).goes_round() {
            let last = self.queues[contact.queue.index()].last_chosen;
            able.sort_by_key(|agent| (last.is_some_and(|last| agent.id <= last), agent.id));
            let winner = able.first()?.id;
            return Some(Choice { winner, index: 0, tie_break: TieBreak::None, compatible });
        }
        let need = self.board.classes.requirement(contact.class);
        let order = |agent: &Agent| -> AgentPlace {
            let rank = agent_order(rule).rank(need, &agent.facts(), agent.used);
            (core::cmp::Reverse(rank), (agent.idle_since.as_nanos(), agent.id.0.into()))
        };
        able.sort_by_key(|agent| order(agent));
        let first = order(able.first()?);
        let tie_break = match able.get(1).map(|second| order(second)) {
            Some(second) if second.0 != first.0 => TieBreak::None,
            Some(second) if second.1.0 == first.1.0 => TieBreak::Registration,
            Some(_) => TieBreak::IdleClock,
            None => TieBreak::None,
        };
        Some(Choice { winner: able[0].id, index: first.0.0, tie_break, compatible })
    }

    /// The contact that the agent would take: among those it may serve, the one with the most points, then the
    /// earliest origin, then the earliest arrival.
    pub(crate) fn naive_contact(&self, agent: AgentId) -> Option<Choice<u32>> {
        let agent = &self.agents[agent.index()];
        let points = |contact: &Contact| {
            let curve = self.config.queues[contact.queue.index()].curve.raised(contact.points);
            Points.index(curve, self.now.since(contact.origin))
        };
        let order = |contact: &Contact| (core::cmp::Reverse(points(contact)), contact.key());
        let suitable = || {
            let waiting = self.contacts.iter().filter(|(_, c)| c.state() == ContactState::Waiting);
            waiting.filter(|(_, contact)| self.naive_is_suitable(agent, contact))
        };
        let classes: BTreeSet<_> = suitable().map(|(_, contact)| contact.class).collect();
        let compatible = classes.len() as u32;
        let mut able: Vec<_> = suitable().filter(|(_, contact)| contact.may_ask(agent.id)).collect();
        able.sort_by_key(|(_, contact)| order(contact));
        let (winner, best) = able.first()?;
        let tie_break = match able.get(1) {
            Some((_, second)) if points(second) != points(best) => TieBreak::None,
            Some((_, second)) if second.origin == best.origin => TieBreak::Arrival,
            Some(_) => TieBreak::Origin,
            None => TieBreak::None,
        };
        Some(Choice { winner: *winner, index: points(best), tie_break, compatible })
    }

    /// Ready, with room, meeting every need, and nothing between these two.
    pub(crate) fn naive_may_serve(&self, agent: &Agent, contact: &Contact) -> bool {
        self.naive_is_suitable(agent, contact) && contact.may_ask(agent.id)
    }

    /// Ready, with room, and meeting every need.
    fn naive_is_suitable(&self, agent: &Agent, contact: &Contact) -> bool {
        let cost = self.config.channels[contact.channel.index()].cost;
        let need = self.board.classes.requirement(contact.class);
        let asked = agent.is_ready() && !agent.paused.contains(&contact.queue);
        asked && cost <= agent.free() && need.shortfall(&agent.facts()).is_none()
    }
}
