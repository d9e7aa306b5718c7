//! An agent seeks a contact by its pool's rule: tiers, gates, each queue's head by its order, the heads by their index.

use smallvec::SmallVec;

use super::policy::{Head, Ties};
use super::search::Choice;
use crate::config::{PastDue, QueueOrder, Sight};
use crate::contact::Contact;
use crate::domain::Domain;
use crate::hours::Due;
use crate::ids::{AgentId, PoolId, QueueId};
use crate::record::TieBreak;
use crate::time::{Span, Timestamp};

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
    origin: Timestamp,
}

impl Ranked {
    /// Lower tier, larger index, then the rule's ties.
    pub(crate) fn order(&self) -> (u8, core::cmp::Reverse<i64>, Place) {
        (self.tier, core::cmp::Reverse(self.index), self.ties)
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
    /// The contact that the agent takes by its pool's rule.
    pub(crate) fn head_for(&self, agent: AgentId) -> Option<Choice<u32>> {
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
                let candidate = (self.order_of(&self.contacts[contact]), contact);
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
        let ranked = |contact: u32| self.rank(pool, contact);
        let best = queues.iter().map(|queue| ranked(queue.first.1)).min_by_key(Ranked::order)?;
        let next = queues.iter().filter_map(|queue| match queue.queue == best.queue {
            true => queue.second.map(|(_, contact)| ranked(contact)),
            false => Some(ranked(queue.first.1)),
        });
        let next = next.min_by_key(Ranked::order);
        let tie_break = best.tie_break(next.as_ref(), self.config.pools[pool.index()].index.ties());
        Some(Choice { winner: best.contact, index: best.index, tie_break, compatible })
    }

    /// The first two of a class, by its queue's order, that the agent may take.
    fn first_two(&self, class: u32, agent: AgentId) -> [Option<u32>; 2] {
        let waiting = &self.board.classes.waiting;
        let named = self.board.is_named(agent);
        let may = |contact: &u32| !named || self.contacts[*contact].may_ask(agent);
        let queue = self.board.classes.get(class).key.queue;
        match self.config.queues[queue.index()].settings.order {
            QueueOrder::Lifo => two(waiting.iter_back(class).filter(may)),
            QueueOrder::EarliestDeadline { past: PastDue::Last } => {
                let in_time = |contact: &u32| self.order_of(&self.contacts[*contact]).0 == 0;
                let early = waiting.iter(class).filter(may).filter(in_time);
                two(early.chain(waiting.iter(class).filter(may).filter(|contact| !in_time(contact))))
            }
            _ => two(waiting.iter(class).filter(may)),
        }
    }

    /// A contact's place in the order of its queue, now.
    pub(crate) fn order_of(&self, contact: &Contact) -> Place {
        let settings = &self.config.queues[contact.queue.index()].settings;
        let (origin, arrival) = (contact.origin.as_nanos(), contact.arrival.0 as i64);
        match settings.order {
            QueueOrder::Points => (-self.points_of(contact), origin, arrival),
            QueueOrder::Lifo => (0, -origin, -arrival),
            QueueOrder::EarliestDeadline { past: PastDue::Last } => {
                let is_past = self.remaining(contact).is_negative();
                (is_past.into(), origin, arrival)
            }
            QueueOrder::Fifo | QueueOrder::EarliestDeadline { .. } => (0, origin, arrival),
        }
    }

    /// A contact's points, now.
    pub(crate) fn points_of(&self, contact: &Contact) -> i64 {
        let curve = self.config.queues[contact.queue.index()].curve.raised(contact.points);
        curve.points(self.now.since(contact.origin))
    }

    /// A waiting contact's figure under a pool's rule.
    pub(crate) fn rank(&self, pool: PoolId, place: u32) -> Ranked {
        let contact = &self.contacts[place];
        let (queue, rule) = (contact.queue, &self.config.pools[pool.index()]);
        let Sight { tier, handle_time, .. } = *self.config.sight(pool, queue);
        let head = Head {
            queue,
            settings: &self.config.queues[queue.index()].settings,
            now: self.now,
            origin: contact.origin,
            remaining: self.remaining(contact),
            spent: self.spent(contact),
            points: self.points_of(contact),
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
        Ranked { contact: place, queue, tier, index: rule.index.index(&head), ties, origin: contact.origin }
    }

    /// What is left until a contact's answer is due; negative when that has passed.
    fn remaining(&self, contact: &Contact) -> Span {
        match contact.due {
            None => (contact.origin + self.target(contact)).since(self.now),
            Some(Due::At(due)) => due.since(self.now),
            Some(Due::Beyond { .. }) => Span::MAX,
        }
    }

    /// How much of a contact's target has passed, in business time where the target runs in it.
    fn spent(&self, contact: &Contact) -> Span {
        let clock = self.config.queues[contact.queue.index()].answer_clock;
        let (Some(due), Some(clock)) = (contact.due, clock) else {
            return self.now.since(contact.origin).max(Span::ZERO);
        };
        let hours = self.calendars.hours(clock);
        let beyond = match due {
            Due::At(due) => hours.open_between(due, self.now),
            Due::Beyond { .. } => Span::ZERO,
        };
        (self.target(contact) - due.left(hours, self.now) + beyond).max(Span::ZERO)
    }

    fn target(&self, contact: &Contact) -> Span {
        self.config.queues[contact.queue.index()].settings.answer_within
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
