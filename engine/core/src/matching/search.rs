//! The two searches: a contact seeks an agent, an agent seeks a contact.
//!
//! Both read heads only. What concerns one pair alone (excluded, declined, already asked) is tested on the candidate;
//! on a miss the search takes the next in rule order. It never gives up and never holds those behind.

use super::board::Board;
use super::curve::Curve;
use super::list::{Key, NO_KEY};
use super::policy::agent_order;
use crate::ids::AgentId;
use crate::record::TieBreak;
use crate::time::Timestamp;

/// The winner of a search and how it won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice<T> {
    pub(crate) winner: T,
    pub(crate) index: i64,
    pub(crate) tie_break: TieBreak,
    pub(crate) compatible: u32,
}

/// The best two keys seen so far among equals: enough to say what settled the tie.
struct Best<T> {
    winner: Option<T>,
    key: Key,
    second: Key,
}

impl<T: Copy> Best<T> {
    const NONE: Self = Self { winner: None, key: NO_KEY, second: NO_KEY };

    fn offer(&mut self, candidate: T, key: Key) {
        if key < self.key {
            self.second = self.key;
            (self.winner, self.key) = (Some(candidate), key);
        } else if key < self.second {
            self.second = key;
        }
    }

    /// What told the winner from the next: the first or the second part of the key.
    fn tie_break(&self, first: TieBreak, second: TieBreak) -> TieBreak {
        match self.second {
            NO_KEY => TieBreak::None,
            (instant, _) if instant == self.key.0 => second,
            _ => first,
        }
    }
}

impl Board {
    /// The best agent for a class. `may_ask` tests the pair and is called only when `tests` says there is something to
    /// test; `last` is the agent chosen last for the queue.
    pub(crate) fn select_agent(
        &self,
        class: u32,
        last: Option<AgentId>,
        tests: bool,
        may_ask: &dyn Fn(AgentId) -> bool,
    ) -> Option<Choice<AgentId>> {
        let goes_round = agent_order(self.classes.get(class).rule).goes_round();
        match (goes_round, tests) {
            (true, _) => self.next_round(class, last, may_ask),
            (false, false) => self.best_head(class),
            (false, true) => self.best_allowed(class, may_ask),
        }
    }

    fn best_head(&self, class: u32) -> Option<Choice<AgentId>> {
        let mut best = Best::NONE;
        let (mut rank, mut compatible) = (0, 0);
        for candidate in &self.classes.get(class).groups {
            let key = self.groups.idle.head_key(candidate.group);
            if key == NO_KEY {
                continue;
            }
            compatible += 1;
            if best.winner.is_none() || candidate.rank >= rank {
                rank = candidate.rank;
                best.offer(candidate.group, key);
            }
        }
        let group = best.winner?;
        let winner = AgentId(best.key.1 as u32);
        if self.groups.idle.len(group) > 1 {
            best.second = best.second.min(self.groups.idle.second_key(group));
        }
        let tie_break = best.tie_break(TieBreak::IdleClock, TieBreak::Registration);
        Some(Choice { winner, index: rank, tie_break, compatible })
    }

    /// Heads are enough here too: where one may not be asked, whoever is next in its list stands for it.
    fn best_allowed(&self, class: u32, may_ask: &dyn Fn(AgentId) -> bool) -> Option<Choice<AgentId>> {
        let mut best = Best::NONE;
        let (mut rank, mut compatible) = (0, 0);
        for candidate in &self.classes.get(class).groups {
            let head = self.groups.idle.head_key(candidate.group);
            compatible += u32::from(head != NO_KEY);
            let beaten = best.winner.is_some() && (candidate.rank < rank || head >= best.second);
            if head == NO_KEY || beaten {
                continue;
            }
            if let Some(first) = self.first_allowed(candidate.group, head, may_ask) {
                rank = candidate.rank;
                best.offer(candidate.group, first);
            }
        }
        let group = best.winner?;
        let winner = AgentId(best.key.1 as u32);
        let idle = &self.groups.idle;
        if idle.len(group) > 1 {
            // Only a key that comes before the second can change what is said of the tie.
            let mut behind = idle.iter(group).take_while(|&agent| idle.key_of(agent) < best.second);
            let next = behind.find(|&agent| AgentId(agent) != winner && may_ask(AgentId(agent)));
            best.second = next.map_or(best.second, |next| idle.key_of(next));
        }
        let tie_break = best.tie_break(TieBreak::IdleClock, TieBreak::Registration);
        Some(Choice { winner, index: rank, tie_break, compatible })
    }

    /// Key of the first in a group's list who may be asked.
    fn first_allowed(&self, group: u32, head: Key, may_ask: &dyn Fn(AgentId) -> bool) -> Option<Key> {
        if may_ask(AgentId(head.1 as u32)) {
            return Some(head);
        }
        let next = self.groups.idle.iter(group).skip(1).find(|&agent| may_ask(AgentId(agent)))?;
        Some(self.groups.idle.key_of(next))
    }

    fn next_round(
        &self,
        class: u32,
        last: Option<AgentId>,
        may_ask: &dyn Fn(AgentId) -> bool,
    ) -> Option<Choice<AgentId>> {
        // Agents after the last one come first, so they are numbered from it.
        let turn = |agent: AgentId| match last {
            Some(last) => (agent <= last, agent),
            None => (false, agent),
        };
        let mut best: Option<AgentId> = None;
        let mut compatible = 0;
        for candidate in &self.classes.get(class).groups {
            compatible += u32::from(self.groups.idle.len(candidate.group) > 0);
            let next = match self.groups.next_round(candidate.group, last) {
                Some(next) if may_ask(next) => Some(next),
                Some(_) => {
                    let ring = self.groups.ring(candidate.group)?;
                    ring.iter().copied().filter(|&agent| may_ask(agent)).min_by_key(|&agent| turn(agent))
                }
                None => None,
            };
            best = best.into_iter().chain(next).min_by_key(|&agent| turn(agent));
        }
        let winner = best?;
        Some(Choice { winner, index: 0, tie_break: TieBreak::None, compatible })
    }

    /// The best waiting contact (its place) for an agent in a group. `may_take` tests the pair and is called only
    /// when some waiting contact names the agent.
    pub(crate) fn select_contact(
        &self,
        agent: AgentId,
        now: Timestamp,
        may_take: &dyn Fn(u32) -> bool,
    ) -> Option<Choice<u32>> {
        let group = self.groups.get(self.groups.current(agent)?);
        let mut best = BestIndex::new(now);
        let mut compatible = 0;
        if self.is_named(agent) {
            for &class in &group.classes {
                let (head, curve) = (self.classes.waiting.head_key(class), self.classes.curve(class));
                compatible += u32::from(head != NO_KEY);
                if head == NO_KEY || best.is_beyond(head, curve) {
                    continue;
                }
                let allowed = self.classes.waiting.iter(class).filter(|&place| may_take(place));
                for place in allowed.take(2) {
                    best.offer(place, self.classes.waiting.key_of(place), curve);
                }
            }
        } else {
            let mut heads = BestIndex::new(now);
            for &class in &group.classes {
                let key = self.classes.waiting.head_key(class);
                compatible += u32::from(key != NO_KEY);
                heads.offer(class, key, self.classes.curve(class));
            }
            let class = heads.equals.winner?;
            let waiting = &self.classes.waiting;
            best = BestIndex {
                equals: Best { winner: waiting.head(class), ..heads.equals },
                ..BestIndex::new(now)
            };
            best.index = heads.index;
            best.offer(NO_PLACE, waiting.second_key(class), self.classes.curve(class));
        }
        let winner = best.equals.winner?;
        let tie_break = best.equals.tie_break(TieBreak::Origin, TieBreak::Arrival);
        Some(Choice { winner, index: best.index, tie_break, compatible })
    }
}

/// Stands for a place that can only come second.
const NO_PLACE: u32 = u32::MAX;

/// The best by index at one instant, and among equals by key.
struct BestIndex<T> {
    now: Timestamp,
    index: i64,
    equals: Best<T>,
}

impl<T: Copy> BestIndex<T> {
    const fn new(now: Timestamp) -> Self {
        Self { now, index: i64::MIN, equals: Best::NONE }
    }

    /// Whether nobody behind this head can come first or second.
    fn is_beyond(&self, head: Key, curve: Curve) -> bool {
        let index = curve.points(self.now.since(Timestamp::from_nanos(head.0)));
        self.equals.winner.is_some()
            && (index < self.index || index == self.index && head >= self.equals.second)
    }

    fn offer(&mut self, candidate: T, key: Key, curve: Curve) {
        if key == NO_KEY {
            return;
        }
        let index = curve.points(self.now.since(Timestamp::from_nanos(key.0)));
        if index > self.index || self.equals.winner.is_none() {
            (self.index, self.equals) = (index, Best::NONE);
        }
        if index == self.index {
            self.equals.offer(candidate, key);
        }
    }
}
