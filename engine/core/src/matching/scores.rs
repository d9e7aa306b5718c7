//! A contact seeks an agent by scores from outside: first they are asked for, then the best of those still there wins.

use super::by_rule::agent_tie_break;
use super::search::Choice;
use crate::contact::{Contact, ContactMessage, Scoring};
use crate::domain::{Domain, Matcher};
use crate::ids::AgentId;
use crate::limits::MAX_CANDIDATES;
use crate::mailbox::Message;

impl Domain {
    /// Asks for scores where the contact's queue has a scorer and several agents could serve; whether it did.
    pub(super) fn asks_scores(&mut self, place: u32) -> bool {
        let contact = &self.contacts[place];
        let queue = &self.config.queues[contact.queue.index()];
        let Some(scorer) = queue.settings.scorer.as_ref().filter(|_| contact.scoring.is_none()) else {
            return false;
        };
        let until = self.now + scorer.wait;
        let candidates = self.candidates(contact);
        if candidates.len() < 2 {
            return false;
        }
        let ask = ContactMessage::AskScores { candidates, until };
        self.send_and_run(Message::Contact(place, ask));
        true
    }

    /// The agents that may serve a contact now, the first by its queue's rule.
    fn candidates(&self, contact: &Contact) -> Vec<AgentId> {
        let rule = self.config.queues[contact.queue.index()].settings.agent_rule;
        let mut able: Vec<_> = self
            .able(contact)
            .into_iter()
            .map(|id| {
                let agent = &self.agents[id.index()];
                let facts = &self.board.groups.profile(agent.profile).facts;
                (self.agent_place(rule, agent, self.key_of(agent, facts, contact)), id)
            })
            .collect();
        able.sort_unstable();
        able.into_iter().map(|(_, id)| id).take(MAX_CANDIDATES).collect()
    }

    fn able(&self, contact: &Contact) -> Vec<AgentId> {
        if self.matcher == Matcher::Naive {
            let able = self.agents.iter().filter(|agent| self.naive_may_serve(agent, contact));
            return able.map(|agent| agent.id).collect();
        }
        let class = self.board.classes.get(contact.class);
        let groups = class.groups.iter().map(|candidate| candidate.group);
        let open = groups.filter(|group| {
            let profile = self.board.groups.get(*group).profile;
            self.gate_is_open(self.board.groups.profile(profile).facts.pool, contact.queue, contact.channel)
        });
        let members = open.flat_map(|group| self.board.groups.idle.iter(group)).map(AgentId);
        members.filter(|&agent| contact.may_ask(agent)).collect()
    }

    /// The agent with the highest score of those that may still serve, then by idle clock, then registration.
    pub(super) fn agent_by_score(&self, place: u32) -> Option<Choice<AgentId>> {
        let contact = &self.contacts[place];
        let Some(Scoring::Given(scores)) = contact.scoring.as_deref() else { return None };
        let able = self.able(contact);
        let scored = scores.iter().filter(|(id, _)| able.contains(id));
        let mut order: Vec<_> = scored
            .map(|(id, score)| {
                let idle = (self.agents[id.index()].idle_since.as_nanos(), u64::from(id.0));
                (core::cmp::Reverse(*score), idle)
            })
            .collect();
        order.sort_unstable();
        let first = *order.first()?;
        Some(Choice {
            winner: AgentId(first.1.1 as u32),
            index: first.0.0,
            tie_break: agent_tie_break(first, order.get(1).copied(), false),
            compatible: order.len() as u32,
        })
    }
}
