//! Joint rules: contacts and agents are looked at together, in place of the rules of queues and pools.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::config::schema::DurationText;
use crate::config::{Decimal, duration};
use crate::time::Span;

/// A joint rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JointConfig {
    /// The best assignment of all that wait to all that are free.
    Assignment(AssignmentConfig),
    /// The queue and pool with the largest index; what is not named here has an index of its longest wait.
    Weights(Vec<WeightsConfig>),
}

/// How contacts are assigned in batches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AssignmentConfig {
    /// How often pairs are made, 0 to 2 s. Default 0: at every event. A tick gathers more to choose from, and makes
    /// everybody wait for it.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub tick: Span,
    /// Contacts whose origins lie within this of the oldest are assigned first, before all others. Default 60 s: nobody
    /// is overtaken by somebody who came a minute later.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub layer: Span,
    /// What a full label score is worth, as handle time. Default 0.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub value: Span,
    /// What a second of wait is worth, in seconds of handle time, 0 to 1000. Default 0.
    pub urgency: Decimal,
}

impl Default for AssignmentConfig {
    fn default() -> Self {
        Self { tick: Span::ZERO, layer: Span::from_secs(60), value: Span::ZERO, urgency: Decimal::ZERO }
    }
}

/// The index of a queue's contacts in a pool: constant + per_wait × longest wait + per_idle × longest idle, in seconds.
/// None starts while it is negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightsConfig {
    /// The queue.
    pub queue: SmolStr,
    /// The pool.
    pub pool: SmolStr,
    /// Seconds; below 0 both must wait before a contact may start. Default 0.
    #[serde(default)]
    pub constant: Decimal,
    /// Per second of the longest wait, at least 0. Default 1.
    #[serde(default = "whole")]
    pub per_wait: Decimal,
    /// Per second of the longest idle time, at least 0. Default 0.
    #[serde(default)]
    pub per_idle: Decimal,
}

impl WeightsConfig {
    /// The index that is the longest wait.
    pub fn new(queue: &str, pool: &str) -> Self {
        let (constant, per_idle) = (Decimal::ZERO, Decimal::ZERO);
        Self { queue: queue.into(), pool: pool.into(), constant, per_wait: Decimal::ONE, per_idle }
    }
}

fn whole() -> Decimal {
    Decimal::ONE
}
