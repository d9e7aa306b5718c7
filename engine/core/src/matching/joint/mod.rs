//! Joint rules: all that wait and all that are free are looked at together.
//!
//! A [`JointRule`] gets the [`Scene`] and says which pairs start now. It replaces the searches of agents and contacts; who
//! may serve whom, and through which gates, is the same as ever.

mod assign;
mod assignment;
mod scene;
mod settle;
mod weights;

use core::fmt;
use std::sync::Arc;

pub use scene::{Fit, Pair, Scene, SceneAgent, SceneContact};

use crate::config::{Config, JointConfig, WeightsConfig};
use crate::time::{Span, Timestamp};

/// Pairs contacts with agents, looking at all of them.
pub trait JointRule: fmt::Debug + Send + Sync {
    /// The pairs that start now; each contact and each agent at most once. It is asked again until there is none.
    fn pairs(&self, scene: &Scene<'_>) -> Vec<Pair>;

    /// How often it is asked: at every event (zero), or at whole multiples of this span.
    fn tick(&self) -> Span;

    /// Whether somebody may stay idle whom a waiting contact could have: between two ticks, or while an index is negative.
    fn leaves_idle(&self) -> bool {
        self.tick() > Span::ZERO
    }

    /// When a pair could start although nothing happens before.
    fn wakes_at(&self, scene: &Scene<'_>) -> Option<Timestamp>;
}

/// Contacts and agents that a joint rule looks at in one round, at most.
const ROUND: usize = 256;

/// The formula of a joint rule.
pub(crate) fn joint_rule(rule: &JointConfig, config: &Config) -> Arc<dyn JointRule> {
    match rule {
        JointConfig::Assignment(settings) => Arc::new(assignment::Assignment(settings.clone())),
        JointConfig::Weights(cells) => {
            let default = [crate::config::PoolConfig::new("default")];
            let pools = if config.pools.is_empty() { &default[..] } else { &config.pools };
            let cell = |queue: &str, pool: &str| -> WeightsConfig {
                let known = cells.iter().find(|cell| cell.queue == queue && cell.pool == pool);
                known.cloned().unwrap_or_else(|| WeightsConfig::new(queue, pool))
            };
            let row = |queue: &str| pools.iter().map(|pool| cell(queue, &pool.name)).collect();
            Arc::new(weights::Weights { cells: config.queues.iter().map(|queue| row(&queue.name)).collect() })
        }
    }
}
