//! Six contact types on a ring, 90 agents in six groups, each group between two types.
//!
//! Group g serves type g at level 1 and type g + 1 at level 2. So type k asks group k first, then group k − 1.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, VecDeque};

use crate::centre::{PATIENCE_MEAN_NS, SERVICE_MEAN_NS, Waiting, arrival_gap_mean_ns, stretches};
use crate::chance::Chance;
use crate::tally::Tally;

const TYPES: usize = 6;
const GROUP_SIZE: usize = 15;
/// Agents on shift.
pub const AGENTS: usize = TYPES * GROUP_SIZE;

/// The centre between two events.
struct Centre {
    /// Busy agents by the instant at which they are free.
    busy: BinaryHeap<Reverse<(u64, u8)>>,
    /// Idle agents of each group, longest idle first.
    idle: [VecDeque<u8>; TYPES],
    /// Waiting contacts of each type, longest waiting first.
    queues: [VecDeque<Waiting>; TYPES],
    chance: Chance,
    tally: Tally,
}

/// Follows this many arrivals; gives the batches after the warm-up.
pub fn simulate(contacts: u64, chance: Chance) -> Vec<Tally> {
    let gap_mean = arrival_gap_mean_ns(AGENTS);
    let group = |g: usize| (g * GROUP_SIZE..(g + 1) * GROUP_SIZE).map(|agent| agent as u8).collect();
    let mut centre = Centre {
        busy: BinaryHeap::with_capacity(AGENTS),
        idle: std::array::from_fn(group),
        queues: std::array::from_fn(|_| VecDeque::with_capacity(256)),
        chance,
        tally: Tally::default(),
    };
    let mut tallies = Vec::new();
    let mut now = 0;
    for arrivals in stretches(contacts) {
        centre.tally = Tally::from(now);
        for _ in 0..arrivals {
            now += centre.chance.exponential(gap_mean);
            centre.free_agents_until(now);
            centre.arrive(now);
        }
        centre.tally.ended = now;
        tallies.push(centre.tally);
    }
    tallies.split_off(1)
}

impl Centre {
    /// A contact of some type comes: level 1 first, then level 2, in each the longest idle; else it waits.
    fn arrive(&mut self, now: u64) {
        let kind = self.chance.one_of(TYPES);
        let second = if kind == 0 { TYPES - 1 } else { kind - 1 };
        let level_1 = self.idle[kind].pop_front();
        if let Some(agent) = level_1.or_else(|| self.idle[second].pop_front()) {
            let service = self.chance.exponential(SERVICE_MEAN_NS);
            self.busy.push(Reverse((now + service, agent)));
            self.tally.answered_at_once(service);
            self.tally.at_level_1 += u64::from(level_1.is_some());
        } else {
            let leaves = now + self.chance.exponential(PATIENCE_MEAN_NS);
            self.queues[kind].push_back(Waiting { since: now, leaves });
        }
    }

    /// Ends every service due by `now`; each freed agent takes the longest waiting of its two types.
    fn free_agents_until(&mut self, now: u64) {
        while let Some(mut busy) = self.busy.peek_mut() {
            let (free, agent) = busy.0;
            if free > now {
                return;
            }
            let group = usize::from(agent) / GROUP_SIZE;
            let next = if group == TYPES - 1 { 0 } else { group + 1 };
            let first = still_waiting(&mut self.queues[group], free, &mut self.tally);
            let second = still_waiting(&mut self.queues[next], free, &mut self.tally);
            let (kind, since) = match (first, second) {
                (None, None) => {
                    PeekMut::pop(busy);
                    self.idle[group].push_back(agent);
                    continue;
                }
                (Some(since), None) => (group, since),
                (None, Some(since)) => (next, since),
                (Some(a), Some(b)) => {
                    if a <= b {
                        (group, a)
                    } else {
                        (next, b)
                    }
                }
            };
            self.queues[kind].pop_front();
            let service = self.chance.exponential(SERVICE_MEAN_NS);
            self.tally.answered_after(free - since, service);
            self.tally.at_level_1 += u64::from(kind == group);
            *busy = Reverse((free + service, agent));
        }
    }
}

/// Since when the head of this queue has waited, once those who have left by `now` are out of it.
fn still_waiting(queue: &mut VecDeque<Waiting>, now: u64, tally: &mut Tally) -> Option<u64> {
    while let Some(head) = queue.front() {
        if head.leaves > now {
            return Some(head.since);
        }
        tally.abandoned_after(head.leaves - head.since);
        queue.pop_front();
    }
    None
}
