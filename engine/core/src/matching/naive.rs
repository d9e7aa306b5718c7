//! The oracle: each choice in one sentence, by looking at everybody. The index may only be faster.

use std::collections::{BTreeMap, BTreeSet};

use super::by_rule::agent_tie_break;
use super::heads::{Place, Ranked};
use super::policy::agent_order;
use super::search::Choice;
use crate::agent::Agent;
use crate::contact::Contact;
use crate::domain::Domain;
use crate::ids::{AgentId, PoolId, QueueId};

impl Domain {
    /// The agent that the contact's queue would choose: among those who may serve it, the first in rule order.
    pub(crate) fn naive_agent(&self, place: u32) -> Option<Choice<AgentId>> {
        let contact = &self.contacts[place];
        let rule = self.config.queues[contact.queue.index()].settings.agent_rule;
        let round = agent_order(rule).goes_round();
        let suitable = || self.agents.iter().filter(|agent| self.naive_is_suitable(agent, contact));
        let rooms = &self.config.rooms;
        let kinds: BTreeSet<_> =
            suitable().map(|agent| (agent.facts(), agent.room(rooms), agent.reach)).collect();
        let able = suitable().filter(|agent| contact.may_ask(agent.id));
        let mut order: Vec<_> = able
            .map(|agent| self.agent_place(rule, agent, self.key_of(agent, &agent.facts(), contact)))
            .collect();
        order.sort_unstable();
        let first = *order.first()?;
        Some(Choice {
            winner: AgentId(first.1.1 as u32),
            index: if round { 0 } else { first.0.0 },
            tie_break: agent_tie_break(first, order.get(1).copied(), round),
            compatible: kinds.len() as u32,
        })
    }

    /// The contact that the agent would take: of each queue the first by its order among those the agent may serve, and
    /// of these heads the one of the lowest tier, the largest index and the rule's ties.
    pub(crate) fn naive_contact(&self, agent: AgentId) -> Option<Choice<u32>> {
        let agent = &self.agents[agent.index()];
        let suitable = || {
            let waiting = self.contacts.iter().filter(|(_, c)| c.is_listed());
            waiting.filter(|(_, contact)| self.naive_is_suitable(agent, contact))
        };
        let classes: BTreeSet<_> = suitable().map(|(_, contact)| contact.class).collect();
        let able: Vec<_> = suitable().filter(|(_, contact)| contact.may_ask(agent.id)).collect();
        let head_of_all_but = |left_out: Option<u32>| {
            let mut heads: BTreeMap<QueueId, (Place, u32)> = BTreeMap::new();
            for (place, contact) in able.iter().filter(|(place, _)| Some(*place) != left_out) {
                let candidate = (self.order_of(contact), *place);
                let head = heads.entry(contact.queue).or_insert(candidate);
                *head = (*head).min(candidate);
            }
            heads.values().map(|(_, place)| self.rank(agent.pool, *place)).min_by_key(Ranked::order)
        };
        let best = head_of_all_but(None)?;
        let next = head_of_all_but(Some(best.contact));
        let ties = self.config.pools[agent.pool.index()].index.ties();
        Some(Choice {
            winner: best.contact,
            index: best.index,
            tie_break: best.tie_break(next.as_ref(), ties),
            compatible: classes.len() as u32,
        })
    }

    /// Ready, with room, meeting every need, and nothing between these two.
    pub(crate) fn naive_may_serve(&self, agent: &Agent, contact: &Contact) -> bool {
        self.naive_is_suitable(agent, contact) && contact.may_ask(agent.id)
    }

    /// Ready, with room, meeting every need, and done before the end of the shift.
    pub(crate) fn naive_is_suitable(&self, agent: &Agent, contact: &Contact) -> bool {
        let room = agent.room(&self.config.rooms);
        let need = self.board.classes.requirement(contact.class);
        agent.is_ready()
            && !agent.paused.contains(&contact.queue)
            && room.open.contains(contact.channel)
            && need.shortfall(&agent.facts()).is_none()
            && self.naive_ends_in_shift(agent, contact)
            && self.naive_gates_are_open(agent.pool, contact)
    }

    /// Work on the contact is expected to end by the end of the agent's shift, or with no more overrun than allowed.
    fn naive_ends_in_shift(&self, agent: &Agent, contact: &Contact) -> bool {
        let expected = self.config.expected_handle(contact.queue);
        let guard = agent.guard(&self.config, &self.calendars);
        guard.is_none_or(|guard| guard.allows(expected, self.now))
    }

    /// The pool's delay has passed since the contact entered its queue, more of the pool's agents have room for it than
    /// are kept for others, and the pool has fewer of the queue in hand than its cap.
    pub(crate) fn naive_gates_are_open(&self, pool: PoolId, contact: &Contact) -> bool {
        let sight = self.config.sight(pool, contact.queue);
        let members = || self.agents.iter().filter(|agent| agent.pool == pool);
        let idle = || members().filter(|agent| agent.takes(contact.channel, &self.config.rooms)).count();
        let work = || members().flat_map(|agent| &agent.work);
        let in_hand = || work().filter(|work| work.queue == contact.queue).count();
        let reserve = self.reserve_of(pool, contact.queue);
        contact.joined_at + sight.delay <= self.now
            && (reserve == 0 || idle() > usize::from(reserve))
            && sight.cap.is_none_or(|cap| in_hand() < cap as usize)
    }

    /// Agents of the pool with something in hand.
    pub(crate) fn naive_busy(&self, pool: PoolId) -> u32 {
        self.agents.iter().filter(|agent| agent.pool == pool && !agent.work.is_empty()).count() as u32
    }

    /// Agents that could take something, in the pool and in all.
    pub(crate) fn naive_idle_shares(&self, pool: PoolId) -> (u32, u32) {
        let idle = || self.agents.iter().filter(|a| a.takes_work(&self.config.rooms));
        (idle().filter(|agent| agent.pool == pool).count() as u32, idle().count() as u32)
    }
}
