//! An agent seeks a contact by its pool's rule: tiers, gates, each queue's head by its order, the heads by their index.

use smallvec::SmallVec;

use super::policy::{Head, Ties};
use super::search::Choice;
use crate::config::{PastDue, QueueOrder, Sight};
use crate::contact::Contact;
use crate::domain::Domain;
use crate::ids::{AgentId, PoolId, QueueId};
use crate::record::TieBreak;
use crate::time::Timestamp;

/// Place in a queue's order: smallest first.
pub(crate) type Place = (i64, i64, i64);

/// The first two of a queue by its order.
#[derive(Clone, Copy)]
struct First {
    queue: QueueId,
    first: (Place, u32),
    second: Option<(Place, u32)>,
}

/// A head and its figure under a pool's rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) contact: u32,
    pub(crate) queue: QueueId,
    pub(crate) tier: u8,
    pub(crate) index: i64,
    /// What settles between equals: smallest first.
    ties: Place,
    /// Which of its contact's places it is.
    turn: usize,
    origin: Timestamp,
}

impl Ranked {
    /// Lower tier, larger index, then the rule's ties; of one contact the place that came first.
    pub(crate) fn order(&self) -> (u8, core::cmp::Reverse<i64>, Place, usize) {
        (self.tier, core::cmp::Reverse(self.index), self.ties, self.turn)
    }

    /// What told this winner from the next.
    pub(crate) fn tie_break(&self, next: Option<&Self>, ties: Ties) -> TieBreak {
        match next {
            Some(next) if (next.tier, next.index) != (self.tier, self.index) => TieBreak::None,
            Some(next) if ties == Ties::Queue && next.queue != self.queue => TieBreak::Configuration,
            Some(next) if next.origin == self.origin => TieBreak::Arrival,
            Some(_) => TieBreak::Origin,
            None => TieBreak::None,
        }
    }
}

impl Domain {
    /// The contact that the agent takes by its pool's rule, and the queue it is served in.
    pub(crate) fn head_for(&self, agent: AgentId) -> Option<Choice<(u32, QueueId)>> {
        let pool = self.agents[agent.index()].pool;
        let group = self.board.groups.get(self.board.groups.current(agent)?);
        let mut compatible = 0;
        let mut queues: SmallVec<[First; 8]> = SmallVec::new();
        for &class in &group.classes {
            let known = self.board.classes.get(class);
            let queue = known.key.queue;
            if self.board.classes.waiting.len(class) == 0
                || !self.gate_is_open(pool, queue, known.key.channel)
            {
                continue;
            }
            compatible += 1;
            for contact in self.first_two(class, agent).into_iter().flatten() {
                let contact = self.contact_at(contact);
                let candidate = (self.order_of(&self.contacts[contact], queue), contact);
                match queues.iter_mut().find(|known| known.queue == queue) {
                    None => queues.push(First { queue, first: candidate, second: None }),
                    Some(known) if candidate < known.first => {
                        known.second = Some(core::mem::replace(&mut known.first, candidate));
                    }
                    Some(known) if known.second.is_none_or(|second| candidate < second) => {
                        known.second = Some(candidate);
                    }
                    Some(_) => {}
                }
            }
        }
        let ranked = |queue: &First, (_, contact): (Place, u32)| self.rank(pool, contact, queue.queue);
        let best = queues.iter().map(|queue| ranked(queue, queue.first)).min_by_key(Ranked::order)?;
        let next = queues.iter().filter_map(|queue| match queue.first.1 == best.contact {
            true => queue.second.map(|second| ranked(queue, second)),
            false => Some(ranked(queue, queue.first)),
        });
        let next = next.min_by_key(Ranked::order);
        let tie_break = best.tie_break(next.as_ref(), self.config.pools[pool.index()].index.ties());
        Some(Choice { winner: (best.contact, best.queue), index: best.index, tie_break, compatible })
    }

    /// The first two of a class, by its queue's order, that the agent may take.
    fn first_two(&self, class: u32, agent: AgentId) -> [Option<u32>; 2] {
        let waiting = &self.board.classes.waiting;
        let named = self.board.is_named(agent);
        let may = |member: &u32| !named || self.contacts[self.contact_at(*member)].may_ask(agent);
        let queue = self.board.classes.get(class).key.queue;
        match self.config.queues[queue.index()].settings.order {
            QueueOrder::Lifo => two(waiting.iter_back(class).filter(may)),
            QueueOrder::EarliestDeadline { past: PastDue::Last } => {
                let known = |member: u32| &self.contacts[self.contact_at(member)];
                let in_time = |member: &u32| self.order_of(known(*member), queue).0 == 0;
                let early = waiting.iter(class).filter(may).filter(in_time);
                two(early.chain(waiting.iter(class).filter(may).filter(|contact| !in_time(contact))))
            }
            _ => two(waiting.iter(class).filter(may)),
        }
    }

    /// A contact's place in the order of a queue where it waits, now.
    pub(crate) fn order_of(&self, contact: &Contact, queue: QueueId) -> Place {
        let settings = &self.config.queues[queue.index()].settings;
        let (origin, arrival) = (contact.origin.as_nanos(), contact.arrival.0 as i64);
        match settings.order {
            QueueOrder::Points => (-self.points_of(contact, queue), origin, arrival),
            QueueOrder::Lifo => (0, -origin, -arrival),
            QueueOrder::EarliestDeadline { past: PastDue::Last } => {
                let is_past = self.now > contact.origin + settings.answer_within;
                (is_past.into(), origin, arrival)
            }
            QueueOrder::Fifo | QueueOrder::EarliestDeadline { .. } => (0, origin, arrival),
        }
    }

    /// A contact's points in a queue where it waits, now.
    pub(crate) fn points_of(&self, contact: &Contact, queue: QueueId) -> i64 {
        let curve = self.config.queues[queue.index()].curve.raised(contact.points);
        curve.points(self.now.since(contact.origin))
    }

    /// The figure under a pool's rule of a contact that waits in a queue.
    pub(crate) fn rank(&self, pool: PoolId, place: u32, queue: QueueId) -> Ranked {
        let contact = &self.contacts[place];
        let rule = &self.config.pools[pool.index()];
        let Sight { tier, handle_time, .. } = *self.config.sight(pool, queue);
        let head = Head {
            queue,
            settings: &self.config.queues[queue.index()].settings,
            now: self.now,
            origin: contact.origin,
            points: self.points_of(contact, queue),
            waiting_here: self.queues[queue.index()].waiting,
            waiting_in_all: self.queues.iter().map(|queue| queue.waiting).sum(),
            handle_time,
            busy: self.busy_in(pool),
        };
        let (origin, arrival) = (contact.origin.as_nanos(), contact.arrival.0 as i64);
        let ties = match rule.index.ties() {
            Ties::Origin => (0, origin, arrival),
            Ties::Latest => (0, -origin, -arrival),
            Ties::Queue => (queue.0.into(), 0, 0),
        };
        let turn = contact.seats().take_while(|seat| seat.queue != queue).count();
        let index = rule.index.index(&head);
        Ranked { contact: place, queue, tier, index, ties, turn, origin: contact.origin }
    }

    fn busy_in(&self, pool: PoolId) -> u32 {
        match self.matcher {
            crate::domain::Matcher::Naive => self.naive_busy(pool),
            crate::domain::Matcher::Indexed => self.gauges.as_ref().map_or(0, |gauges| gauges.busy(pool)),
        }
    }
}

fn two(mut contacts: impl Iterator<Item = u32>) -> [Option<u32>; 2] {
    [contacts.next(), contacts.next()]
}
