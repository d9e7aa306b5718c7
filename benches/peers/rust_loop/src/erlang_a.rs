//! One queue, 100 agents who are all alike: the Erlang-A model.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, VecDeque};

use crate::centre::{PATIENCE_MEAN_NS, SERVICE_MEAN_NS, Waiting, arrival_gap_mean_ns, stretches};
use crate::chance::Chance;
use crate::tally::Tally;

/// Agents on shift.
pub const AGENTS: usize = 100;

/// Follows this many arrivals; gives the batches after the warm-up.
pub fn simulate(contacts: u64, mut chance: Chance) -> Vec<Tally> {
    let gap_mean = arrival_gap_mean_ns(AGENTS);
    // Agents are alike, so a busy one is nothing but the instant at which it is free.
    let mut busy: BinaryHeap<Reverse<u64>> = BinaryHeap::with_capacity(AGENTS);
    let mut queue: VecDeque<Waiting> = VecDeque::with_capacity(1024);
    let mut tallies = Vec::new();
    let mut now = 0;
    for arrivals in stretches(contacts) {
        let mut tally = Tally::from(now);
        for _ in 0..arrivals {
            now += chance.exponential(gap_mean);
            free_agents_until(now, &mut busy, &mut queue, &mut chance, &mut tally);
            if busy.len() < AGENTS {
                let service = chance.exponential(SERVICE_MEAN_NS);
                busy.push(Reverse(now + service));
                tally.answered_at_once(service);
            } else {
                queue.push_back(Waiting { since: now, leaves: now + chance.exponential(PATIENCE_MEAN_NS) });
            }
        }
        tally.ended = now;
        tallies.push(tally);
    }
    tallies.split_off(1)
}

/// Ends every service due by `now`; each freed agent takes the first who is still waiting at that instant.
fn free_agents_until(
    now: u64,
    busy: &mut BinaryHeap<Reverse<u64>>,
    queue: &mut VecDeque<Waiting>,
    chance: &mut Chance,
    tally: &mut Tally,
) {
    while let Some(mut agent) = busy.peek_mut() {
        let free = agent.0;
        if free > now {
            return;
        }
        loop {
            let Some(first) = queue.pop_front() else {
                PeekMut::pop(agent);
                break;
            };
            if first.leaves <= free {
                tally.abandoned_after(first.leaves - first.since);
                continue;
            }
            let service = chance.exponential(SERVICE_MEAN_NS);
            tally.answered_after(free - first.since, service);
            *agent = Reverse(free + service);
            break;
        }
    }
}
