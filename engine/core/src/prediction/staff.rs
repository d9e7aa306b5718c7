//! Who could serve which queues, who of them is there, and which queues share agents.
//!
//! Queues that share an agent are one *pool*: what happens in one is felt in the others. Pools only grow, so that what
//! was learned of one is not lost because an agent's skill lapses.

use serde::{Deserialize, Serialize};

use super::shifts::{Duty, Shifts};
use crate::ids::{AgentId, QueueId};
use crate::time::Timestamp;

/// What is known of an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    /// The queues it could serve, in order.
    pub(super) serves: Vec<QueueId>,
    /// Whether it takes contacts.
    pub(super) present: bool,
    /// Contacts and wrap-ups in hand.
    pub(super) works: u32,
    /// Its shifts, if it has any.
    pub(super) duty: Option<Duty>,
}

/// All agents, and what they make of the queues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Staff {
    pub(super) members: Vec<Member>,
    /// The pool of each queue, by `QueueId`; pools are numbered from 0 in the order of their first queues.
    pub(super) pool_of: Vec<u32>,
    /// Agents who could serve each queue, there or not.
    able: Vec<u32>,
    /// Of these, the ones who are there.
    there: Vec<u32>,
    /// Agents there who could serve both of two queues, row by row.
    shared: Vec<u32>,
    /// Agents there in each pool, each counted once.
    in_pool: Vec<u32>,
    pub(super) shifts: Shifts,
}

impl Staff {
    pub(super) fn new(queues: usize) -> Self {
        Self {
            members: Vec::new(),
            pool_of: (0..queues as u32).collect(),
            able: vec![0; queues],
            there: vec![0; queues],
            shared: vec![0; queues * queues],
            in_pool: vec![0; queues],
            shifts: Shifts::default(),
        }
    }

    /// One queue more, which nobody can serve yet.
    pub(super) fn open_queue(&mut self) {
        let pools = self.pools();
        self.pool_of.push(pools as u32);
        let queues = self.pool_of.len();
        for counts in [&mut self.able, &mut self.there, &mut self.in_pool] {
            counts.resize(queues, 0);
        }
        self.shared.resize(queues * queues, 0);
        self.recount();
    }

    pub(super) fn member(&self, agent: AgentId) -> Option<&Member> {
        self.members.get(agent.index())
    }

    pub(super) fn pools(&self) -> usize {
        self.pool_of.iter().max().map_or(0, |last| *last as usize + 1)
    }

    /// The pool an agent belongs to; `None` when it could serve nobody.
    pub(super) fn pool_of_agent(&self, agent: AgentId) -> Option<usize> {
        let first = self.members.get(agent.index())?.serves.first()?;
        Some(self.pool_of[first.index()] as usize)
    }

    /// An agent can serve these queues now, in order, and has these shifts. Whether pools have become one.
    pub(super) fn serves(&mut self, agent: AgentId, serves: Vec<QueueId>, duty: Option<Duty>) -> bool {
        if self.members.len() <= agent.index() {
            self.members.resize(agent.index() + 1, Member::default());
        }
        self.count(agent, false);
        (self.members[agent.index()].serves, self.members[agent.index()].duty) = (serves, duty);
        let merged = self.merge(agent);
        if merged {
            self.recount();
        } else {
            self.count(agent, true);
        }
        merged
    }

    pub(super) fn is_there(&mut self, agent: AgentId, present: bool) {
        self.count(agent, false);
        self.members[agent.index()].present = present;
        self.count(agent, true);
    }

    /// Agents who could serve a queue, there or not.
    pub(super) fn able(&self, queue: QueueId) -> u32 {
        self.able[queue.index()]
    }

    /// Agents there who could serve a queue.
    pub(super) fn there(&self, queue: QueueId) -> u32 {
        self.there[queue.index()]
    }

    /// Agents there in the pool of a queue.
    pub(super) fn in_pool_of(&self, queue: QueueId) -> u32 {
        self.in_pool[self.pool_of[queue.index()] as usize]
    }

    /// Who will be there for a queue at which nobody is: when the first shift begins, and how many come with it.
    pub(super) fn coming(&self, queue: QueueId) -> Option<(Timestamp, u32)> {
        self.shifts.coming(queue)
    }

    /// What share of `other`'s contacts the agents of `queue` will serve: agents there for both, of those for `other`.
    pub(super) fn share(&self, queue: QueueId, other: QueueId) -> f64 {
        let both = self.shared[queue.index() * self.pool_of.len() + other.index()];
        f64::from(both) / f64::from(self.there[other.index()].max(1))
    }

    /// Makes one pool of those that the agent's queues lie in; whether there were several.
    fn merge(&mut self, agent: AgentId) -> bool {
        let serves = &self.members[agent.index()].serves;
        let pools: Vec<u32> = serves.iter().map(|queue| self.pool_of[queue.index()]).collect();
        let Some(&first) = pools.iter().min() else { return false };
        if pools.iter().all(|pool| *pool == first) {
            return false;
        }
        for pool in &mut self.pool_of {
            if pools.contains(pool) {
                *pool = first;
            }
        }
        // Number them anew, without gaps.
        let mut numbers: Vec<u32> = Vec::new();
        for pool in &mut self.pool_of {
            let number = numbers.iter().position(|known| known == pool);
            *pool = number.unwrap_or_else(|| {
                numbers.push(*pool);
                numbers.len() - 1
            }) as u32;
        }
        true
    }

    fn recount(&mut self) {
        for counts in [&mut self.able, &mut self.there, &mut self.shared, &mut self.in_pool] {
            counts.fill(0);
        }
        self.shifts.clear();
        for agent in 0..self.members.len() as u32 {
            self.count(AgentId(agent), true);
        }
    }

    /// Counts an agent in, or out.
    fn count(&mut self, agent: AgentId, into: bool) {
        let Self { members, pool_of, able, there, shared, in_pool, shifts } = self;
        let member = &members[agent.index()];
        let step = |count: &mut u32| *count = if into { *count + 1 } else { *count - 1 };
        for queue in &member.serves {
            step(&mut able[queue.index()]);
        }
        let Some(first) = member.serves.first() else { return };
        let pool = pool_of[first.index()] as usize;
        if let Some(duty) = member.duty {
            shifts.count(duty, pool, member.present, into);
            shifts.count_able(duty, &member.serves, pool_of.len(), into);
        }
        if !member.present {
            return;
        }
        step(&mut in_pool[pool]);
        for queue in &member.serves {
            step(&mut there[queue.index()]);
            for other in &member.serves {
                step(&mut shared[queue.index() * pool_of.len() + other.index()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_that_share_an_agent_are_one_pool_and_it_counts_once() {
        let queue = QueueId;
        let mut staff = Staff::new(4);
        assert!(!staff.serves(AgentId(0), vec![queue(0)], None));
        assert!(!staff.serves(AgentId(1), vec![queue(2)], None));
        assert!(staff.serves(AgentId(2), vec![queue(0), queue(2)], None));
        assert_eq!((&staff.pool_of, staff.pools()), (&vec![0, 1, 0, 2], 3));
        for agent in 0..3 {
            staff.is_there(AgentId(agent), true);
        }
        assert_eq!((staff.there(queue(0)), staff.there(queue(2)), staff.in_pool_of(queue(2))), (2, 2, 3));
        // Half of queue 2's contacts fall on agents of queue 0.
        assert_eq!((staff.share(queue(0), queue(2)), staff.share(queue(0), queue(1))), (0.5, 0.0));
        staff.is_there(AgentId(2), false);
        assert_eq!((staff.share(queue(0), queue(2)), staff.in_pool_of(queue(0))), (0.0, 2));
        assert!(!staff.serves(AgentId(2), vec![], None));
        assert_eq!((staff.able(queue(0)), staff.pool_of_agent(AgentId(2))), (1, None));
        assert_eq!(staff.pools(), 3, "pools do not fall apart");
    }
}
