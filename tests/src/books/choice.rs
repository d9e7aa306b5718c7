//! Who should have been chosen, worked out anew from the books.

use core::cmp::Reverse;
use std::collections::BTreeMap;

use sunline_core::config::{AgentRule, ContactRule};
use sunline_core::{AgentId, ChosenBy, ContactId, Decision, Presence, TieBreak, Timestamp};

use super::{AgentBook, Books, ContactBook, ensure};

impl Books {
    /// Ready, with room, meeting every need, and nothing between these two.
    pub(crate) fn may_serve(
        &self,
        id: AgentId,
        agent: &AgentBook,
        contact: &ContactBook,
        now: Timestamp,
    ) -> bool {
        self.why_not(id, agent, contact, now).is_none()
    }

    /// What keeps an agent from being asked for a contact; `None` when nothing does.
    pub(crate) fn why_not(
        &self,
        id: AgentId,
        agent: &AgentBook,
        contact: &ContactBook,
        now: Timestamp,
    ) -> Option<&'static str> {
        let expected = self.queue(contact.queue).expected_handle.unwrap_or_default();
        let reasons = [
            (contact.is_forbidden_to(id, &agent.facts), "is kept from it by an absolute rule"),
            (contact.deferred, "is deferred"),
            (!self.fits_shift(agent, expected, self.clock), "would not be done by the end of its shift"),
            (agent.presence != Presence::Available, "is away"),
            (agent.not_responding, "does not respond"),
            (agent.cooling_until.is_some(), "is cooling down"),
            (!agent.has_room_for(contact.channel, self.document()), "has no room"),
            (agent.paused.contains(&contact.queue), "pauses its queue"),
            (contact.excludes(id), "is excluded"),
            (contact.asked.contains(&id), "is asked already"),
            (contact.passed_over.contains_key(&id), "is passed over"),
            (contact.kept.is_some_and(|(agent, _)| agent != id), "is not the one it is kept for"),
        ];
        let reason = reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason);
        let needs = || (!contact.need.is_met_by(&agent.facts)).then_some("does not meet its needs");
        reason.or_else(needs).or_else(|| self.closed_gate(agent, contact, now))
    }

    /// Whether a decision chose as its rule says.
    pub(crate) fn check_choice(
        &self,
        contact_id: &ContactId,
        agent_id: AgentId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), String> {
        let contact = &self.contacts[contact_id];
        let rule = self.queue(contact.queue).agent_rule;
        match decision.chosen_by {
            ChosenBy::AgentRule(used) => {
                ensure(used == rule, || format!("the queue's rule is {rule:?}, not {used:?}"))?;
                self.check_agent(contact, agent_id, decision, rule, now)
            }
            ChosenBy::Scorer => self.check_score(contact, agent_id, decision, now),
            ChosenBy::Joint => {
                ensure(self.document().joint.is_some(), || "there is no joint rule".to_owned())
            }
            ChosenBy::Points => self.check_contact(contact_id, agent_id, decision, ContactRule::Points, now),
            ChosenBy::ContactRule(used) => self.check_contact(contact_id, agent_id, decision, used, now),
            ChosenBy::Hand => Err("a choice by hand is no choice by rule".to_owned()),
        }
    }

    fn check_agent(
        &self,
        contact: &ContactBook,
        chosen: AgentId,
        decision: &Decision,
        rule: AgentRule,
        now: Timestamp,
    ) -> Result<(), String> {
        let able = (0..).map(AgentId).zip(&self.agents);
        let able = able.filter(|(id, agent)| self.may_serve(*id, agent, contact, now));
        if rule == AgentRule::RoundRobin {
            let last = self.last_chosen[contact.queue.index()];
            let turn = |id: AgentId| (last.is_some_and(|last| id <= last), id);
            let first = able.map(|(id, _)| turn(id)).min();
            return ensure(first == Some(turn(chosen)), || {
                format!("{first:?} came next in the round, not {chosen}")
            });
        }
        let ranked = able.map(|(id, agent)| {
            self.rank(rule, contact, id, agent, now).map(|rank| (Reverse(rank), agent.idle_since, id))
        });
        // Where chance decides, any of them may win.
        let Some(mut order) = ranked.collect::<Option<Vec<_>>>() else { return Ok(()) };
        order.sort();
        let first = order.first().ok_or("nobody could be chosen")?;
        ensure(first.2 == chosen, || format!("{} came first by {rule:?}, not {chosen}", first.2))?;
        ensure(first.0.0 == decision.index, || {
            format!("the index is {}, not {}", first.0.0, decision.index)
        })?;
        let tie = match order.get(1) {
            Some(second) if second.0 == first.0 && second.1 == first.1 => TieBreak::Registration,
            Some(second) if second.0 == first.0 => TieBreak::IdleClock,
            _ => TieBreak::None,
        };
        ensure(tie == decision.tie_break, || {
            format!("the tie was broken by {tie:?}, not {:?}", decision.tie_break)
        })
    }

    fn check_contact(
        &self,
        chosen: &ContactId,
        agent_id: AgentId,
        decision: &Decision,
        rule: ContactRule,
        now: Timestamp,
    ) -> Result<(), String> {
        let agent = &self.agents[agent_id.index()];
        let right = self.pool_of(agent).contact_rule;
        ensure(rule == right, || format!("the pool's rule is {right:?}, not {rule:?}"))?;
        let able: Vec<_> = self
            .contacts
            .iter()
            .filter(|(_, contact)| contact.waits() && self.may_serve(agent_id, agent, contact, now))
            .collect();
        // Of each queue its head; of the heads the first by the pool's rule.
        let first_but = |left_out: Option<&ContactId>| {
            let mut heads = BTreeMap::new();
            for (id, contact) in able.iter().filter(|(id, _)| Some(*id) != left_out) {
                let candidate = (self.place_in_queue(contact, now), *id, *contact);
                let head = heads.entry(contact.queue).or_insert(candidate);
                if candidate.0 < head.0 {
                    *head = candidate;
                }
            }
            let ranked =
                heads.into_values().map(|(_, id, contact)| (self.figure(agent, contact, now), id, contact));
            ranked.min_by_key(|(figure, ..)| *figure)
        };
        let (figure, id, contact) = first_but(None).ok_or("no contact could be chosen")?;
        ensure(id == chosen, || format!("contact {id} came first by {rule:?}, not {chosen}"))?;
        let index = figure.1.0.clamp(i64::MIN.into(), i64::MAX.into());
        ensure(index == i128::from(decision.index), || {
            format!("the index of {rule:?} is {index}, not {}", decision.index)
        })?;
        let by_queue = matches!(rule, ContactRule::QueueRatio | ContactRule::LongestQueue);
        let tie = match first_but(Some(id)) {
            Some((next, ..)) if (next.0, next.1) != (figure.0, figure.1) => TieBreak::None,
            Some((.., other)) if by_queue && other.queue != contact.queue => TieBreak::Configuration,
            Some((.., other)) if other.origin == contact.origin => TieBreak::Arrival,
            Some(_) => TieBreak::Origin,
            None => TieBreak::None,
        };
        ensure(tie == decision.tie_break, || {
            format!("the tie was broken by {tie:?}, not {:?}", decision.tie_break)
        })
    }
}
