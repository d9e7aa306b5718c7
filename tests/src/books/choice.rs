//! Who should have been chosen, worked out anew from the books.

use core::cmp::Reverse;
use std::collections::BTreeMap;

use sunline_core::config::{AgentRule, ContactRule};
use sunline_core::{AgentId, ChosenBy, ContactId, Decision, Presence, QueueId, TieBreak, Timestamp};

use super::need::Need;
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
        contact.needs.iter().any(|place| self.why_not(id, agent, contact, place, now).is_none())
    }

    /// What keeps an agent from being asked for a contact in one of its places; `None` when nothing does.
    pub(crate) fn why_not(
        &self,
        id: AgentId,
        agent: &AgentBook,
        contact: &ContactBook,
        (queue, need): &(QueueId, Need),
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
            (agent.paused.contains(queue), "pauses its queue"),
            (contact.excludes(id), "is excluded"),
            (contact.asked.contains(&id), "is asked already"),
            (contact.passed_over.contains_key(&id), "is passed over"),
        ];
        let reason = reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason);
        let needs = || (!need.is_met_by(&agent.facts)).then_some("does not meet its needs");
        reason.or_else(needs).or_else(|| self.closed_gate(agent, contact, *queue, now))
    }

    /// Whether a decision chose as its rule says, for a contact served in this queue.
    pub(crate) fn check_choice(
        &self,
        contact_id: &ContactId,
        queue: QueueId,
        agent_id: AgentId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), String> {
        let contact = &self.contacts[contact_id];
        let rule = self.queue(queue).agent_rule;
        match decision.chosen_by {
            ChosenBy::AgentRule(used) => {
                ensure(used == rule, || format!("the queue's rule is {rule:?}, not {used:?}"))?;
                self.check_agent(contact, queue, agent_id, decision, now)
            }
            ChosenBy::Points => {
                self.check_contact(contact_id, queue, agent_id, decision, ContactRule::Points, now)
            }
            ChosenBy::ContactRule(used) => {
                self.check_contact(contact_id, queue, agent_id, decision, used, now)
            }
            ChosenBy::Scorer => self.check_score(contact, agent_id, decision, now),
            ChosenBy::Joint => {
                ensure(self.document().joint.is_some(), || "there is no joint rule".to_owned())
            }
            ChosenBy::Hand => Err("a choice by hand is no choice by rule".to_owned()),
        }
    }

    /// Agents that may serve a contact in one of its places.
    fn able_in<'a>(
        &'a self,
        contact: &'a ContactBook,
        place: &'a (QueueId, Need),
        now: Timestamp,
    ) -> impl Iterator<Item = (AgentId, &'a AgentBook)> {
        let agents = (0..).map(AgentId).zip(&self.agents);
        agents.filter(move |(id, agent)| self.why_not(*id, agent, contact, place, now).is_none())
    }

    fn check_agent(
        &self,
        contact: &ContactBook,
        queue: QueueId,
        chosen: AgentId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), String> {
        let before = contact.needs.iter().take_while(|(place, _)| *place != queue);
        for place in before {
            let missed = self.able_in(contact, place, now).next().map(|(id, _)| id);
            ensure(missed.is_none(), || format!("{missed:?} could serve it in {}, which is first", place.0))?;
        }
        let rule = self.queue(queue).agent_rule;
        let place = contact.place_in(queue).ok_or_else(|| format!("it does not wait in {queue}"))?;
        let able = self.able_in(contact, place, now);
        if rule == AgentRule::RoundRobin {
            let last = self.last_chosen[queue.index()];
            let turn = |id: AgentId| (last.is_some_and(|last| id <= last), id);
            let first = able.map(|(id, _)| turn(id)).min();
            return ensure(first == Some(turn(chosen)), || {
                format!("{first:?} came next in the round, not {chosen}")
            });
        }
        let ranked = able.map(|(id, agent)| {
            self.rank(rule, place, id, agent, now).map(|rank| (Reverse(rank), agent.idle_since, id))
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
        queue: QueueId,
        agent_id: AgentId,
        decision: &Decision,
        rule: ContactRule,
        now: Timestamp,
    ) -> Result<(), String> {
        let agent = &self.agents[agent_id.index()];
        let right = self.pool_of(agent).contact_rule;
        ensure(rule == right, || format!("the pool's rule is {right:?}, not {rule:?}"))?;
        let waiting = self.contacts.iter().filter(|(_, contact)| contact.waits());
        let places = waiting.flat_map(|(id, contact)| {
            (0..).zip(&contact.needs).map(move |(turn, place)| (id, contact, turn, place))
        });
        let able: Vec<_> = places
            .filter(|(_, contact, _, place)| self.why_not(agent_id, agent, contact, place, now).is_none())
            .map(|(id, contact, turn, (queue, _))| (id, contact, turn, *queue))
            .collect();
        // Of each queue its head; of the heads the first by the pool's rule.
        let first_but = |left_out: Option<&ContactId>| {
            let mut heads = BTreeMap::new();
            for (id, contact, turn, queue) in able.iter().filter(|(id, ..)| Some(*id) != left_out) {
                let candidate = (self.place_in_queue(contact, *queue, now), *id, *contact, *turn, *queue);
                let head = heads.entry(*queue).or_insert(candidate);
                if candidate.0 < head.0 {
                    *head = candidate;
                }
            }
            let ranked = heads.into_values().map(|(_, id, contact, turn, queue)| {
                ((self.figure(agent, contact, queue, now), turn), id, contact, queue)
            });
            ranked.min_by_key(|(figure, ..)| *figure)
        };
        let ((figure, _), id, contact, first) = first_but(None).ok_or("no contact could be chosen")?;
        ensure(id == chosen, || format!("contact {id} came first by {rule:?}, not {chosen}"))?;
        ensure(first == queue, || format!("it came first in {first}, not in {queue}"))?;
        let index = figure.1.0.clamp(i64::MIN.into(), i64::MAX.into());
        ensure(index == i128::from(decision.index), || {
            format!("the index of {rule:?} is {index}, not {}", decision.index)
        })?;
        let by_queue = matches!(rule, ContactRule::QueueRatio | ContactRule::LongestQueue);
        let tie = match first_but(Some(id)) {
            Some(((next, _), ..)) if (next.0, next.1) != (figure.0, figure.1) => TieBreak::None,
            Some((.., other)) if by_queue && other != queue => TieBreak::Configuration,
            Some((_, _, other, _)) if other.origin == contact.origin => TieBreak::Arrival,
            Some(_) => TieBreak::Origin,
            None => TieBreak::None,
        };
        ensure(tie == decision.tie_break, || {
            format!("the tie was broken by {tie:?}, not {:?}", decision.tie_break)
        })
    }
}
