//! A contact seeks an agent where the board's heads are not enough: behind gates, or by a rule that looks at each agent.

use super::policy::{AgentSight, agent_order};
use super::search::Choice;
use crate::agent::Agent;
use crate::config::AgentRule;
use crate::contact::Seat;
use crate::digest::mix;
use crate::domain::Domain;
use crate::ids::AgentId;
use crate::record::TieBreak;
use crate::skill::Facts;

/// An agent's place in rule order: figure (larger first), then idle clock, then registration; or its turn in a round.
type AgentPlace = (core::cmp::Reverse<i64>, (i64, u64));

impl Domain {
    /// The agent for a contact, by its queue's rule, among those in groups whose gates are open.
    pub(crate) fn agent_by_rule(&self, place: u32, seat: Seat) -> Option<Choice<AgentId>> {
        let contact = &self.contacts[place];
        let class = self.board.classes.get(seat.class);
        let order = agent_order(class.rule);
        let by_kind = !order.is_personal() && !order.goes_round();
        let mut compatible = 0;
        let (mut first, mut second): (Option<(AgentPlace, AgentId)>, Option<AgentPlace>) = (None, None);
        for candidate in &class.groups {
            let group = self.board.groups.get(candidate.group);
            let profile = self.board.groups.profile(group.profile);
            let pool = profile.facts.pool;
            if self.board.groups.idle.len(candidate.group) == 0
                || !self.gate_is_open(pool, seat.queue, contact.channel)
            {
                continue;
            }
            compatible += 1;
            let members = self.board.groups.idle.iter(candidate.group).map(AgentId);
            let members = members.filter(|&agent| contact.may_ask(agent));
            // Members of a kind differ by their clock alone: two are enough to say who wins and what settled it.
            for id in members.take(if by_kind { 2 } else { usize::MAX }) {
                let agent = &self.agents[id.index()];
                let rank = if by_kind { candidate.rank } else { self.key_of(agent, &profile.facts, seat) };
                let at = self.agent_place(class.rule, agent, rank);
                match first {
                    Some((best, _)) if at > best => second = Some(second.map_or(at, |known| known.min(at))),
                    _ => second = first.replace((at, id)).map(|(best, _)| best),
                }
            }
        }
        let (best, winner) = first?;
        Some(Choice {
            winner,
            index: if order.goes_round() { 0 } else { best.0.0 },
            tie_break: agent_tie_break(best, second, order.goes_round()),
            compatible,
        })
    }

    /// An agent's place among others that have figures under the rule of a queue.
    pub(crate) fn agent_place(&self, rule: AgentRule, agent: &Agent, rank: i64) -> AgentPlace {
        if agent_order(rule).goes_round() {
            // The figure says whether the agent's turn comes after that of the one chosen last.
            return (core::cmp::Reverse(rank), (0, agent.id.0.into()));
        }
        (core::cmp::Reverse(rank), (agent.idle_since.as_nanos(), agent.id.0.into()))
    }

    /// An agent's own figure under the rule of the queue in which a contact waits.
    pub(crate) fn key_of(&self, agent: &Agent, facts: &Facts, seat: Seat) -> i64 {
        let queue = &self.queues[seat.queue.index()];
        let settings = &self.config.queues[seat.queue.index()].settings;
        let order = agent_order(settings.agent_rule);
        let need = self.board.classes.requirement(seat.class);
        if order.goes_round() {
            return i64::from(queue.last_chosen.is_none_or(|last| agent.id > last));
        }
        if !order.is_personal() {
            return order.rank(need, facts, agent.used);
        }
        let stream = mix(settings.seed ^ mix(u64::from(seat.queue.0)));
        let sight = AgentSight {
            agent,
            facts,
            need,
            queue: seat.queue,
            now: self.now,
            config: &self.config,
            draw: mix(stream ^ mix(queue.draws)),
            idle: self.idle_shares(agent.pool),
            given: queue.given.counts(agent.pool, self.now, settings.quota_window),
        };
        order.key(&sight)
    }

    fn idle_shares(&self, pool: crate::ids::PoolId) -> (u32, u32) {
        match self.matcher {
            crate::domain::Matcher::Naive => self.naive_idle_shares(pool),
            crate::domain::Matcher::Indexed => {
                self.gauges.as_ref().map_or((0, 0), |gauges| gauges.idle_shares(pool))
            }
        }
    }
}

/// What told the winner from the next.
pub(crate) fn agent_tie_break(first: AgentPlace, second: Option<AgentPlace>, round: bool) -> TieBreak {
    match second {
        Some(second) if !round && second.0 == first.0 && second.1.0 == first.1.0 => TieBreak::Registration,
        Some(second) if !round && second.0 == first.0 => TieBreak::IdleClock,
        _ => TieBreak::None,
    }
}
