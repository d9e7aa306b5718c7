//! How many agents of each pool are idle or busy, and what each pool has in hand.
//!
//! Kept only where some rule or gate counts agents. Like the board it holds nothing that could not be made again.

use smallvec::SmallVec;

use crate::agent::Agent;
use crate::config::Compiled;
use crate::ids::{PoolId, QueueId};

/// Counts of all pools.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gauges {
    seen: Vec<Seen>,
    pools: Vec<Gauge>,
    idle_in_all: u32,
}

/// What an agent is counted as.
#[derive(Clone, Debug, Default)]
struct Seen {
    pool: PoolId,
    free: Option<u16>,
    busy: bool,
    in_hand: SmallVec<[QueueId; 2]>,
}

/// Counts of one pool.
#[derive(Clone, Debug, Default)]
struct Gauge {
    /// Agents with some room, by free cost units.
    idle: Vec<u32>,
    idle_in_all: u32,
    busy: u32,
    /// Contacts in hand, by queue.
    in_hand: Vec<u32>,
    /// A gate may have opened since it was last asked.
    woken: bool,
}

impl Gauges {
    pub(crate) fn new(config: &Compiled) -> Self {
        let gauge = || Gauge { in_hand: vec![0; config.queues.len()], ..Gauge::default() };
        let pools = config.pools.iter().map(|_| gauge()).collect();
        Self { pools, ..Self::default() }
    }

    /// Counts an agent as it is now; `idle` says whether it can take anything.
    pub(crate) fn see(&mut self, agent: &Agent, idle: bool, config: &Compiled) {
        let place = agent.id.index();
        if self.seen.len() <= place {
            self.seen.resize_with(place + 1, Seen::default);
        }
        let now = Seen {
            pool: agent.pool,
            free: idle.then(|| agent.free()),
            busy: !agent.work.is_empty(),
            in_hand: agent.work.iter().map(|work| work.queue).collect(),
        };
        let before = core::mem::replace(&mut self.seen[place], now.clone());
        let gauge = &mut self.pools[before.pool.index()];
        if let Some(free) = before.free {
            gauge.idle[usize::from(free)] -= 1;
            gauge.idle_in_all -= 1;
            self.idle_in_all -= 1;
        }
        gauge.busy -= u32::from(before.busy);
        for queue in &before.in_hand {
            let count = &mut gauge.in_hand[queue.index()];
            gauge.woken |= config.sight(before.pool, *queue).cap == Some(*count);
            *count -= 1;
        }
        let gauge = &mut self.pools[now.pool.index()];
        if let Some(free) = now.free {
            if gauge.idle.len() <= usize::from(free) {
                gauge.idle.resize(usize::from(free) + 1, 0);
            }
            gauge.idle[usize::from(free)] += 1;
            gauge.idle_in_all += 1;
            self.idle_in_all += 1;
        }
        gauge.busy += u32::from(now.busy);
        for queue in &now.in_hand {
            gauge.in_hand[queue.index()] += 1;
        }
        let more = before.pool != now.pool || now.free > before.free;
        let reserved = u32::from(config.pools[now.pool.index()].most_reserved);
        if more && reserved > 0 && self.idle(now.pool, config.most_cost) <= reserved + 1 {
            self.pools[now.pool.index()].woken = true;
        }
    }

    /// Agents of the pool with room for something that costs so much.
    pub(crate) fn idle(&self, pool: PoolId, cost: u16) -> u32 {
        self.pools[pool.index()].idle.iter().skip(cost.into()).sum()
    }

    /// Idle agents in the pool, and in all.
    pub(crate) fn idle_shares(&self, pool: PoolId) -> (u32, u32) {
        (self.pools[pool.index()].idle_in_all, self.idle_in_all)
    }

    /// Agents of the pool with something in hand.
    pub(crate) fn busy(&self, pool: PoolId) -> u32 {
        self.pools[pool.index()].busy
    }

    /// Contacts of the queue in the pool's hands.
    pub(crate) fn in_hand(&self, pool: PoolId, queue: QueueId) -> u32 {
        self.pools[pool.index()].in_hand[queue.index()]
    }

    /// The pools whose gates may have opened since the last time, in order.
    pub(crate) fn take_woken(&mut self) -> SmallVec<[PoolId; 4]> {
        let pools = (0..).map(PoolId).zip(&mut self.pools);
        pools.filter_map(|(id, gauge)| core::mem::take(&mut gauge.woken).then_some(id)).collect()
    }
}
