//! Who should have been chosen, worked out anew from the books.

use core::cmp::Reverse;

use sunline_core::config::AgentRule;
use sunline_core::skill::label_score;
use sunline_core::{AgentId, ChosenBy, ContactId, Decision, Presence, Span, TieBreak, Timestamp};

use super::{AgentBook, Books, ContactBook, ensure};

impl Books {
    /// Ready, with room, meeting every need, and nothing between these two.
    pub(crate) fn may_serve(&self, id: AgentId, agent: &AgentBook, contact: &ContactBook) -> bool {
        self.why_not(id, agent, contact).is_none()
    }

    /// What keeps an agent from being asked for a contact; `None` when nothing does.
    pub(crate) fn why_not(
        &self,
        id: AgentId,
        agent: &AgentBook,
        contact: &ContactBook,
    ) -> Option<&'static str> {
        let reasons = [
            (agent.presence != Presence::Available, "is away"),
            (agent.not_responding, "does not respond"),
            (agent.cooling_until.is_some(), "is cooling down"),
            (self.cost(contact) > agent.free(), "has no room"),
            (agent.paused.contains(&contact.queue), "pauses its queue"),
            (contact.excludes(id), "is excluded"),
            (contact.asked.contains(&id), "is asked already"),
            (contact.passed_over.contains_key(&id), "is passed over"),
        ];
        let reason = reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason);
        reason.or_else(|| (!contact.need.is_met_by(&agent.facts)).then_some("does not meet its needs"))
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
                self.check_agent(contact, agent_id, decision, rule)
            }
            ChosenBy::Points => self.check_contact(contact_id, agent_id, decision, now),
        }
    }

    fn check_agent(
        &self,
        contact: &ContactBook,
        chosen: AgentId,
        decision: &Decision,
        rule: AgentRule,
    ) -> Result<(), String> {
        let able =
            (0..).map(AgentId).zip(&self.agents).filter(|(id, agent)| self.may_serve(*id, agent, contact));
        if rule == AgentRule::RoundRobin {
            let last = self.last_chosen[contact.queue.index()];
            let turn = |id: AgentId| (last.is_some_and(|last| id <= last), id);
            let first = able.map(|(id, _)| turn(id)).min();
            return ensure(first == Some(turn(chosen)), || {
                format!("{first:?} came next in the round, not {chosen}")
            });
        }
        let mut order: Vec<_> = able
            .map(|(id, agent)| (Reverse(self.rank(rule, contact, agent)), agent.idle_since, id))
            .collect();
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

    fn rank(&self, rule: AgentRule, contact: &ContactBook, agent: &AgentBook) -> i64 {
        match rule {
            AgentRule::LongestIdle | AgentRule::RoundRobin => 0,
            AgentRule::BestScore => {
                let terms = [contact.need.preferred.clone(), contact.need.skill_terms()].concat();
                label_score(&terms, &agent.facts)
            }
            AgentRule::LeastQualifiedSufficient => {
                let needed = contact.need.skills();
                let (within, beyond): (Vec<_>, Vec<_>) =
                    agent.facts.skills.iter().partition(|(skill, _)| needed.contains(skill));
                let levels: i64 = within.iter().map(|(_, level)| i64::from(level.get())).sum();
                -(10_000 * beyond.len() as i64 + levels)
            }
            AgentRule::LeastLoaded => {
                let total = i64::from(agent.spec.capacity);
                (total - i64::from(agent.used())) * 1_000_000 / total
            }
        }
    }

    fn check_contact(
        &self,
        chosen: &ContactId,
        agent_id: AgentId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<(), String> {
        let agent = &self.agents[agent_id.index()];
        let able = self
            .contacts
            .iter()
            .filter(|(_, contact)| contact.waits() && self.may_serve(agent_id, agent, contact));
        let mut order: Vec<_> = able
            .map(|(id, contact)| (Reverse(self.points(contact, now)), contact.origin, contact.arrival, id))
            .collect();
        order.sort();
        let first = order.first().ok_or("no contact could be chosen")?;
        ensure(first.3 == chosen, || format!("contact {} came first by points, not {chosen}", first.3))?;
        let points = i128::from(decision.index);
        ensure(first.0.0 == points, || format!("it has {} points, not {points}", first.0.0))?;
        let tie = match order.get(1) {
            Some(second) if second.0 == first.0 && second.1 == first.1 => TieBreak::Arrival,
            Some(second) if second.0 == first.0 => TieBreak::Origin,
            _ => TieBreak::None,
        };
        ensure(tie == decision.tie_break, || {
            format!("the tie was broken by {tie:?}, not {:?}", decision.tie_break)
        })
    }

    /// Base and own points, and what the wait adds, up to the cap.
    fn points(&self, contact: &ContactBook, now: Timestamp) -> i128 {
        let queue = self.queue(contact.queue);
        let seconds = i128::from(now.since(contact.origin).max(Span::ZERO).whole_secs());
        let base = i128::from(queue.base_points) + i128::from(contact.points);
        let points = base + seconds * i128::from(queue.points_per_hour) / 3600;
        queue.points_cap.map_or(points, |cap| points.min(cap.into()))
    }
}
