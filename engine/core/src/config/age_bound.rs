//! How far a contact can be overtaken: for each queue the longest head start that a later contact can have over one that
//! waits there, or that there is none.
//!
//! A contact that comes later than the bound after another never goes ahead of it, at any agent who may serve both. Without
//! a bound somebody may wait without end while others keep coming. Priority points that the host gives single contacts
//! come on top.

use smol_str::SmolStr;

use super::document::{Config, ContactRule, PastDue, PoolConfig, QueueConfig, QueueOrder};
use crate::time::Span;

/// How far a contact of a queue can be overtaken in one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeBound {
    /// The queue.
    pub queue: SmolStr,
    /// The pool.
    pub pool: SmolStr,
    /// Who comes later than this after a contact never goes ahead of it; `None`: no bound can be proven.
    pub bound: Option<Span>,
}

/// The bound of every queue in every pool, in the order of the configuration; pools first.
pub fn age_bounds(config: &Config) -> Vec<AgeBound> {
    let standard = [PoolConfig::new("default")];
    let pools = if config.pools.is_empty() { &standard[..] } else { &config.pools };
    let mut bounds = Vec::with_capacity(pools.len() * config.queues.len());
    for pool in pools {
        for queue in &config.queues {
            let among_its_own = own_bound(queue);
            let among_others = config.queues.iter().filter(|other| other.name != queue.name);
            let bound = among_others
                .fold(among_its_own, |bound, other| Some(bound?.max(bound_over(pool, queue, other)?)));
            bounds.push(AgeBound { queue: queue.name.clone(), pool: pool.name.clone(), bound });
        }
    }
    bounds
}

/// How far contacts of one queue overtake each other by its order.
fn own_bound(queue: &QueueConfig) -> Option<Span> {
    match queue.order {
        // Who comes later is due later or at the same time, in business time as well.
        QueueOrder::Points | QueueOrder::Fifo => Some(Span::ZERO),
        QueueOrder::EarliestDeadline { past: PastDue::Keep | PastDue::First } => Some(Span::ZERO),
        QueueOrder::EarliestDeadline { past: PastDue::Last } | QueueOrder::Lifo => None,
    }
}

/// How much later a contact of `other` may come and still go ahead of one of `queue`.
fn bound_over(pool: &PoolConfig, queue: &QueueConfig, other: &QueueConfig) -> Option<Span> {
    let tier = |queue: &QueueConfig| pool.queues.get(&queue.name).map_or(0, |seen| seen.tier);
    if tier(other) != tier(queue) {
        return (tier(other) > tier(queue)).then_some(Span::ZERO);
    }
    // Heads stand for their queues: where one queue serves its last first, its head says nothing of those behind.
    own_bound(other)?;
    let ahead = |span: i64| Some(Span::from_nanos(span.max(0)));
    match pool.contact_rule {
        ContactRule::Points => points_bound(queue, other),
        ContactRule::LongestWait => Some(Span::ZERO),
        ContactRule::Priority => (other.rank >= queue.rank).then_some(Span::ZERO),
        ContactRule::Credit => ahead(other.credit.as_nanos() - queue.credit.as_nanos()),
        ContactRule::WeightedWait => (other.weight <= queue.weight).then_some(Span::ZERO),
        // Between two clocks nothing can be said of the wait itself; on one that stands still at night, only who goes first.
        ContactRule::SlaRatio | ContactRule::EarliestDeadline { .. }
            if queue.answer_clock != other.answer_clock =>
        {
            None
        }
        ContactRule::SlaRatio => (other.answer_within >= queue.answer_within).then_some(Span::ZERO),
        ContactRule::EarliestDeadline { past: PastDue::Last } => None,
        ContactRule::EarliestDeadline { .. } if queue.answer_clock.is_some() => {
            (other.answer_within >= queue.answer_within).then_some(Span::ZERO)
        }
        ContactRule::EarliestDeadline { .. } => {
            ahead(queue.answer_within.as_nanos() - other.answer_within.as_nanos())
        }
        ContactRule::GeneralisedCmu { .. }
        | ContactRule::QueueRatio
        | ContactRule::LongestQueue
        | ContactRule::SlaRisk
        | ContactRule::Lifo => None,
    }
}

/// By points: a head start of base points is lost after so much wait, unless the other gains faster, or this one is capped.
fn points_bound(queue: &QueueConfig, other: &QueueConfig) -> Option<Span> {
    let (slope, faster) = (i128::from(queue.points_per_hour), i128::from(other.points_per_hour));
    let most = |queue: &QueueConfig| queue.points_cap.map_or(i128::MAX, i128::from);
    let reaches_no_more = most(other) <= i128::from(queue.base_points).min(most(queue));
    if reaches_no_more {
        return Some(Span::ZERO);
    }
    let start = i128::from(other.base_points) - i128::from(queue.base_points);
    let capped = queue.points_cap.is_some() && most(queue) < most(other);
    if capped || faster > slope {
        return None;
    }
    if start <= 0 {
        return Some(Span::ZERO);
    }
    // Of two that gain alike the head start is lost at that pace; one that gains nothing is passed at this one's. Whole
    // points and whole seconds: one of each may be lost to rounding.
    let pace = if faster == 0 { slope } else { faster };
    let nanos = ((start + 1) * 3_600_000_000_000).checked_div(pace)? + 1_000_000_000;
    Some(Span::from_nanos(nanos.min(i64::MAX.into()) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(rules: &str) -> Vec<Option<Span>> {
        let text = format!(
            "name = \"shop\"\nchannels = [{{ name = \"voice\" }}]\npools = [{{ name = \"all\" }}]\n\
             [[queues]]\nname = \"bills\"\n[[queues]]\nname = \"vip\"\nbase_points = 60\n{rules}"
        );
        age_bounds(&Config::from_toml(&text).unwrap()).into_iter().map(|bound| bound.bound).collect()
    }

    #[test]
    fn a_head_start_of_sixty_points_is_lost_in_a_minute() {
        let found = bounds("");
        assert_eq!(found, [Some(Span::from_secs(62)), Some(Span::ZERO)]);
    }

    #[test]
    fn points_that_grow_faster_or_a_queue_of_the_last_leave_no_bound() {
        assert_eq!(bounds("points_per_hour = 7200")[0], None);
        assert_eq!(bounds("order = \"lifo\""), [None, None]);
    }
}
