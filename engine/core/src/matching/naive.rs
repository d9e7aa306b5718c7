//! The oracle: each choice in one sentence, by looking at everybody. The index may only be faster.

use std::collections::{BTreeMap, BTreeSet};

use super::by_rule::agent_tie_break;
use super::heads::{Place, Ranked};
use super::policy::agent_order;
use super::search::Choice;
use crate::agent::Agent;
use crate::contact::{Contact, Seat};
use crate::domain::Domain;
use crate::ids::{AgentId, PoolId, QueueId};

impl Domain {
    /// The agent that the queue of a contact's place would choose: among those who may serve it there, the first in rule
    /// order.
    pub(crate) fn naive_agent(&self, place: u32, seat: Seat) -> Option<Choice<AgentId>> {
        let contact = &self.contacts[place];
        let rule = self.config.queues[seat.queue.index()].settings.agent_rule;
        let round = agent_order(rule).goes_round();
        let suitable = || self.agents.iter().filter(|agent| self.naive_is_suitable(agent, contact, seat));
        let rooms = &self.config.rooms;
        let kinds: BTreeSet<_> =
            suitable().map(|agent| (agent.facts(), agent.room(rooms), agent.reach)).collect();
        let able = suitable().filter(|agent| contact.may_ask(agent.id));
        let mut order: Vec<_> = able
            .map(|agent| self.agent_place(rule, agent, self.key_of(agent, &agent.facts(), seat)))
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

    /// The contact that the agent would take, and the queue it is served in: of each queue the first by its order among
    /// those the agent may serve there, and of these heads the one of the lowest tier, the largest index and the rule's
    /// ties; of a contact's own places the first.
    pub(crate) fn naive_contact(&self, agent: AgentId) -> Option<Choice<(u32, QueueId)>> {
        let agent = &self.agents[agent.index()];
        let suitable = || {
            let waiting = self.contacts.iter().filter(|(_, c)| c.is_listed());
            let places = waiting.flat_map(|(place, c)| c.seats().map(move |seat| (place, c, seat)));
            places.filter(|(_, contact, seat)| self.naive_is_suitable(agent, contact, *seat))
        };
        let classes: BTreeSet<_> = suitable().map(|(.., seat)| seat.class).collect();
        let able: Vec<_> = suitable().filter(|(_, contact, _)| contact.may_ask(agent.id)).collect();
        let head_of_all_but = |left_out: Option<u32>| {
            let mut heads: BTreeMap<QueueId, (Place, u32)> = BTreeMap::new();
            for (place, contact, seat) in able.iter().filter(|(place, ..)| Some(*place) != left_out) {
                let candidate = (self.order_of(contact, seat.queue), *place);
                let head = heads.entry(seat.queue).or_insert(candidate);
                *head = (*head).min(candidate);
            }
            let ranked = heads.iter().map(|(queue, (_, place))| self.rank(agent.pool, *place, *queue));
            ranked.min_by_key(Ranked::order)
        };
        let best = head_of_all_but(None)?;
        let next = head_of_all_but(Some(best.contact));
        let ties = self.config.pools[agent.pool.index()].index.ties();
        Some(Choice {
            winner: (best.contact, best.queue),
            index: best.index,
            tie_break: best.tie_break(next.as_ref(), ties),
            compatible: classes.len() as u32,
        })
    }

    /// Ready, with room, meeting every need in some place, and nothing between these two.
    pub(crate) fn naive_may_serve(&self, agent: &Agent, contact: &Contact) -> bool {
        contact.seats().any(|seat| self.naive_is_suitable(agent, contact, seat)) && contact.may_ask(agent.id)
    }

    /// Ready, with room, meeting every need in this place, and done before the end of the shift.
    fn naive_is_suitable(&self, agent: &Agent, contact: &Contact, seat: Seat) -> bool {
        let room = agent.room(&self.config.rooms);
        let need = self.board.classes.requirement(seat.class);
        agent.is_ready()
            && !agent.paused.contains(&seat.queue)
            && room.open.contains(contact.channel)
            && need.shortfall(&agent.facts()).is_none()
            && self.naive_ends_in_shift(agent, seat.queue)
            && self.naive_gates_are_open(agent.pool, contact, seat.queue)
    }

    /// Work of the queue is expected to end by the end of the agent's shift, or with no more overrun than allowed.
    fn naive_ends_in_shift(&self, agent: &Agent, queue: QueueId) -> bool {
        let expected = self.config.expected_handle(queue);
        let guard = agent.guard(&self.config, &self.calendars);
        guard.is_none_or(|guard| guard.allows(expected, self.now))
    }

    /// The pool's delay has passed since the contact entered its home, more of the pool's agents have room for it than are
    /// kept for others, and the pool has fewer of the queue in hand than its cap.
    pub(crate) fn naive_gates_are_open(&self, pool: PoolId, contact: &Contact, queue: QueueId) -> bool {
        let sight = self.config.sight(pool, queue);
        let members = || self.agents.iter().filter(|agent| agent.pool == pool);
        let idle = || members().filter(|agent| agent.takes(contact.channel, &self.config.rooms)).count();
        let work = || members().flat_map(|agent| &agent.work);
        let in_hand = || work().filter(|work| work.queue == queue).count();
        (queue != contact.queue || contact.joined_at + sight.delay <= self.now)
            && (sight.reserve == 0 || idle() > usize::from(sight.reserve))
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
