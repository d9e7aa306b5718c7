//! Versions of a configuration that change more than settings: other rules and plans, queues that come, go or are tried.

use sunline_core::config::{Decimal, QueueConfig, RecordDetail, Signal};
use sunline_core::{Config, Span};

use super::chance::Chance;
use super::{centre, plans, rules};

/// At most so many queues: each costs the naive matcher its time.
const QUEUES: usize = 9;

/// Changes more of the next version of a configuration.
pub(super) fn more(before: &Config, next: &mut Config, chance: &mut Chance) {
    if chance.percent(40) {
        other_rules(next, chance);
    }
    if chance.percent(30) {
        let number = chance.below(next.queues.len());
        plans::of_queue(number, next, chance);
    }
    if chance.percent(30) {
        other_thresholds(next, chance);
    }
    match chance.below(12) {
        0 | 1 => comes(next, chance),
        2 => goes(next, chance),
        3 | 4 => is_tried(before, next, chance),
        5 => *next = next.with_canary_promoted(),
        6 => *next = next.without_canary(),
        7 => next.queues.iter_mut().for_each(|queue| queue.retired_to = None),
        // A retired queue need not be written down any more, and the order of the document says nothing.
        8 => next.queues.retain(|queue| queue.retired_to.is_none()),
        9 => next.queues.rotate_left(1),
        _ => {}
    }
}

fn other_rules(next: &mut Config, chance: &mut Chance) {
    let queues: Vec<_> = next.queues.iter().map(|queue| queue.name.clone()).collect();
    for queue in &mut next.queues {
        if chance.percent(40) {
            let (answer_within, scorer) = (queue.answer_within, queue.scorer.take());
            rules::of_queue(queue, chance);
            (queue.answer_within, queue.scorer) = (answer_within, scorer);
        }
        queue.record = *chance.pick(&[RecordDetail::Short, RecordDetail::Full]);
        if chance.percent(20) {
            queue.callback.max_attempts = chance.from(1, 3) as u16;
            queue.callback.gap = Span::from_secs(chance.from(1, 40));
            queue.affinity = None;
        }
    }
    for pool in &mut next.pools {
        if chance.percent(40) {
            rules::of_pool(pool, chance);
            pool.keep_seniority_on_break = chance.percent(50);
        }
        if chance.percent(40) {
            pool.queues.insert(chance.pick(&queues).clone(), rules::seen(chance));
        }
    }
}

fn other_thresholds(next: &mut Config, chance: &mut Chance) {
    let more = chance.from(0, 3) as u32;
    let rules = next.queues.iter_mut().flat_map(|queue| &mut queue.overflow).map(|rule| &mut rule.when);
    for when in rules.chain(next.surges.iter_mut().filter_map(|surge| surge.when.as_mut())) {
        match when.signal {
            Signal::SignedIn | Signal::PredictedServiceLevel => when.leave += more,
            _ => when.enter += more,
        }
        when.min_idle = Span::from_secs(chance.from(1, 30));
    }
    for surge in &mut next.surges {
        surge.shed_above = chance.from(0, 6) as u32;
    }
    for partner in &mut next.partners {
        partner.concurrency = chance.percent(50).then(|| chance.from(0, 4) as u32);
        partner.share = *chance.pick(&[100, 50, 20]);
    }
}

fn comes(next: &mut Config, chance: &mut Chance) {
    if next.queues.len() < QUEUES {
        let queue = centre::queue(next.queues.len() as i64, next, chance);
        next.queues.push(QueueConfig { merge_group: None, ..queue });
    }
}

fn goes(next: &mut Config, chance: &mut Chance) {
    let number = chance.below(next.queues.len());
    let to = next.queues[chance.below(next.queues.len())].name.clone();
    next.queues[number].retired_to = Some(to);
}

fn is_tried(before: &Config, next: &mut Config, chance: &mut Chance) {
    if next.queues.len() >= QUEUES {
        return;
    }
    let share = Decimal::from_millionths(*chance.pick(&[1_000_000, 500_000, 100_000]));
    let label = format!("trial{}", before.queues.len());
    if let Ok(canary) = before.with_canary(next, share, &label) {
        *next = canary.config;
        for queue in next.queues.iter_mut().filter(|queue| queue.canary.is_some()) {
            (queue.answer_within, queue.short_abandon) = (Span::from_secs(20), Span::from_secs(5));
        }
    }
}
