//! How many agents of each pool are idle or busy, and what each pool has in hand.
//!
//! Kept only where some rule or gate counts agents. Like the board it holds nothing that could not be made again.

use smallvec::SmallVec;

use crate::agent::Agent;
use crate::channel_set::ChannelSet;
use crate::config::Compiled;
use crate::ids::{ChannelId, PoolId, QueueId};

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
    open: ChannelSet,
    busy: bool,
    in_hand: SmallVec<[QueueId; 2]>,
}

/// Counts of one pool.
#[derive(Clone, Debug, Default)]
struct Gauge {
    /// Agents with room for a contact of the channel, by `ChannelId`.
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
        let gauge = || Gauge {
            idle: vec![0; config.channels.len()],
            in_hand: vec![0; config.queues.len()],
            ..Gauge::default()
        };
        let pools = config.pools.iter().map(|_| gauge()).collect();
        Self { pools, ..Self::default() }
    }

    /// Counts an agent as it is now; `open` are the channels of which it can take something.
    pub(crate) fn see(&mut self, agent: &Agent, open: ChannelSet, config: &Compiled) {
        let place = agent.id.index();
        if self.seen.len() <= place {
            self.seen.resize_with(place + 1, Seen::default);
        }
        let now = Seen {
            pool: agent.pool,
            open,
            busy: !agent.work.is_empty(),
            in_hand: agent.work.iter().map(|work| work.queue).collect(),
        };
        let before = core::mem::replace(&mut self.seen[place], now.clone());
        let gauge = &mut self.pools[before.pool.index()];
        before.open.iter().for_each(|channel| gauge.idle[channel.index()] -= 1);
        gauge.idle_in_all -= u32::from(!before.open.is_empty());
        self.idle_in_all -= u32::from(!before.open.is_empty());
        gauge.busy -= u32::from(before.busy);
        for queue in &before.in_hand {
            let count = &mut gauge.in_hand[queue.index()];
            gauge.woken |= config.sight(before.pool, *queue).cap == Some(*count);
            *count -= 1;
        }
        let gauge = &mut self.pools[now.pool.index()];
        now.open.iter().for_each(|channel| gauge.idle[channel.index()] += 1);
        gauge.idle_in_all += u32::from(!now.open.is_empty());
        self.idle_in_all += u32::from(!now.open.is_empty());
        gauge.busy += u32::from(now.busy);
        for queue in &now.in_hand {
            gauge.in_hand[queue.index()] += 1;
        }
        let more = if before.pool == now.pool { now.open.beyond(before.open) } else { now.open };
        let reserved = u32::from(config.pools[now.pool.index()].most_reserved);
        if reserved > 0 && more.iter().any(|channel| self.idle(now.pool, channel) <= reserved + 1) {
            self.pools[now.pool.index()].woken = true;
        }
    }

    /// Agents of the pool with room for a contact of the channel.
    pub(crate) fn idle(&self, pool: PoolId, channel: ChannelId) -> u32 {
        self.pools[pool.index()].idle[channel.index()]
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
