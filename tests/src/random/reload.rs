//! Other rules for a running centre.

use std::sync::Arc;

use sunline_core::config::{Config, ContactRule};
use sunline_core::{Command, Span};

use super::centre;
use super::chance::Chance;
use super::versions;

/// Another version of the configuration: some queues get the settings of freshly drawn ones. Now and then one that is
/// refused.
pub(super) fn change(config: &Config, chance: &mut Chance) -> Command {
    let mut next = config.clone();
    for number in 0..next.queues.len() {
        if chance.percent(50) {
            let drawn = centre::queue(number as i64, config, chance);
            let queue = &mut next.queues[number];
            queue.absolute = drawn.absolute;
            queue.requires = drawn.requires;
            queue.prefers = drawn.prefers;
            queue.base_points = drawn.base_points;
            queue.points_per_hour = drawn.points_per_hour;
            queue.points_cap = drawn.points_cap;
            queue.offer = drawn.offer;
            queue.wrap_up = drawn.wrap_up;
            queue.wrap_up_max = drawn.wrap_up_max;
            queue.on_unservable = drawn.on_unservable;
            queue.on_agent_lost = drawn.on_agent_lost;
            queue.agent_lost_grace = drawn.agent_lost_grace;
            queue.transfers = drawn.transfers;
            queue.overridable = drawn.overridable;
            queue.unpark_hold = drawn.unpark_hold;
        }
        let queue = &mut next.queues[number];
        if chance.percent(20) {
            queue.admission.max_wait = chance.percent(70).then(|| Span::from_secs(chance.from(1, 60)));
        }
        if chance.percent(20) {
            queue.answer_within = Span::from_secs(chance.from(5, 40));
        }
    }
    for pool in &mut next.pools {
        if chance.percent(20) {
            pool.contact_rule = *chance.pick(&[ContactRule::Points, ContactRule::LongestQueue]);
        }
    }
    match chance.below(20) {
        0 => next.channels[0].cost += 1,
        1 => next.queues[0].requires = "flying".into(),
        _ => {}
    }
    versions::more(config, &mut next, chance);
    if chance.percent(4) && next.queues.len() > 1 {
        next.queues.remove(0);
    }
    Command::Reconfigure(Arc::new(next))
}
