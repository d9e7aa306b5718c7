//! Rules drawn from a seed: orders of queues, rules of pools and agents, tiers, delays, reserves and caps.

use sunline_core::config::{
    AgentRule, AssignmentConfig, ContactRule, Decimal, HandleTime, JointConfig, PastDue, PoolConfig,
    PoolQueueConfig, QueueConfig, QueueOrder, ScorerConfig, WeightsConfig,
};
use sunline_core::{AgentSpec, Config, Span};

use super::chance::Chance;

/// Gives a drawn centre rules beyond the usual ones.
pub(super) fn draw(config: &mut Config, chance: &mut Chance) {
    for queue in &mut config.queues {
        of_queue(queue, chance);
    }
    let queues: Vec<_> = config.queues.iter().map(|queue| queue.name.clone()).collect();
    for pool in &mut config.pools {
        of_pool(pool, chance);
        for queue in &queues {
            if chance.percent(50) {
                pool.queues.insert(queue.clone(), seen(chance));
            }
        }
    }
}

/// A joint rule for a drawn centre.
pub(super) fn joint(config: &mut Config, chance: &mut Chance) {
    let assignment = AssignmentConfig {
        tick: Span::from_millis(*chance.pick(&[0, 0, 500, 2_000])),
        layer: Span::from_secs(*chance.pick(&[0, 10, 60])),
        value: Span::from_secs(chance.from(0, 100)),
        urgency: Decimal::from_millionths(chance.from(0, 3) * 1_000_000),
    };
    if chance.percent(50) || config.pools.is_empty() {
        config.joint = Some(JointConfig::Assignment(assignment));
        return;
    }
    let mut cells = Vec::new();
    for (queue, pool) in
        config.queues.iter().flat_map(|queue| config.pools.iter().map(move |pool| (queue, pool)))
    {
        if chance.percent(60) {
            cells.push(WeightsConfig {
                constant: Decimal::from_millionths(chance.from(-30, 10) * 1_000_000),
                per_wait: Decimal::from_millionths(chance.from(0, 4) * 500_000),
                per_idle: Decimal::from_millionths(chance.from(0, 2) * 500_000),
                ..WeightsConfig::new(&queue.name, &pool.name)
            });
        }
    }
    config.joint = Some(JointConfig::Weights(cells));
}

/// Gives an agent what rules may ask of it.
pub(super) fn agent(config: &Config, spec: &mut AgentSpec, chance: &mut Chance) {
    spec.weight = chance.from(1, 5) as u16;
    if let (true, Some(queue)) = (chance.percent(30), chance.any(config.queues.iter())) {
        spec.handle_times.insert(queue.name.clone(), HandleTime(Span::from_secs(chance.from(1, 300))));
    }
}

pub(super) fn of_queue(queue: &mut QueueConfig, chance: &mut Chance) {
    use AgentRule::{
        BestLevel, Fastest, FewestContacts, IdlenessRatio, LeastOccupied, Linear, Quota, RoundRobin, Uniform,
        Weighted,
    };
    if chance.percent(60) {
        queue.agent_rule = *chance.pick(&[
            BestLevel,
            Fastest,
            FewestContacts,
            IdlenessRatio,
            LeastOccupied,
            Linear,
            Quota,
            RoundRobin,
            Uniform,
            Weighted,
        ]);
    }
    let deadline = QueueOrder::EarliestDeadline { past: past(chance) };
    queue.order =
        *chance.pick(&[QueueOrder::Points, QueueOrder::Points, QueueOrder::Fifo, QueueOrder::Lifo, deadline]);
    queue.rank = chance.from(1, 3) as u16;
    queue.credit = Span::from_secs(chance.from(0, 40));
    queue.weight = Decimal::from_millionths(*chance.pick(&[0, 500_000, 1_000_000, 3_000_000]));
    queue.ratio = Decimal::from_millionths(chance.from(0, 10) * 100_000);
    queue.handle_time = Span::from_secs(chance.from(1, 300));
    queue.answer_within = Span::from_secs(chance.from(0, 60));
    queue.seed = chance.next();
    if chance.percent(15) {
        let wait = Span::from_millis(*chance.pick(&[1, 20, 1_000]));
        queue.scorer = Some(ScorerConfig { wait });
    }
    queue.quota_window = Span::from_secs(*chance.pick(&[60, 600, 86_400]));
}

pub(super) fn of_pool(pool: &mut PoolConfig, chance: &mut Chance) {
    use ContactRule::{
        Credit, Lifo, LongestQueue, LongestWait, Priority, QueueRatio, SlaRatio, SlaRisk, WeightedWait,
    };
    let deadline = ContactRule::EarliestDeadline { past: past(chance) };
    let beta = Decimal::from_millionths(*chance.pick(&[1_000_000, 1_500_000, 2_000_000, 3_000_000]));
    pool.contact_rule = *chance.pick(&[
        ContactRule::Points,
        ContactRule::Points,
        ContactRule::GeneralisedCmu { beta },
        deadline,
        Credit,
        Lifo,
        LongestQueue,
        LongestWait,
        Priority,
        QueueRatio,
        SlaRatio,
        SlaRisk,
        WeightedWait,
    ]);
    pool.idle_share = Decimal::from_millionths(chance.from(0, 10) * 100_000);
}

pub(super) fn seen(chance: &mut Chance) -> PoolQueueConfig {
    PoolQueueConfig {
        tier: chance.from(0, 2) as u8,
        delay: Span::from_secs(*chance.pick(&[0, 0, 1, 5, 30])),
        reserve: *chance.pick(&[0, 0, 1, 2]),
        cap: chance.percent(20).then(|| chance.from(0, 3) as u32),
        handle_time: chance.percent(30).then(|| Span::from_secs(chance.from(1, 300))),
        share: Decimal::from_millionths(chance.from(0, 10) * 100_000),
    }
}

fn past(chance: &mut Chance) -> PastDue {
    *chance.pick(&[PastDue::Keep, PastDue::First, PastDue::Last])
}
