//! Pools of agents, and when their idle clocks restart.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{ContactRule, PoolQueueConfig, ShiftConfig};
use crate::agent::WorkKind;
use crate::config::Decimal;

/// A pool of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolConfig {
    /// Its name.
    pub name: SmolStr,
    /// When the idle clock of its agents restarts. Default `since_last_handled`: the usual reading of "longest idle".
    #[serde(default)]
    pub idle_clock: IdleClock,
    /// Whether a break leaves the idle clock alone. Default false: who was away queues up again.
    #[serde(default)]
    pub keep_seniority_on_break: bool,
    /// How the heads of queues are compared for its agents. Default `points`.
    #[serde(default)]
    pub contact_rule: ContactRule,
    /// How its agents see single queues, by name.
    #[serde(default)]
    pub queues: BTreeMap<SmolStr, PoolQueueConfig>,
    /// The share of all idle agents that should be idle here, for `idleness_ratio`. 0 to 1, default 0.
    #[serde(default)]
    pub idle_share: Decimal,
    /// How the shifts of its agents guard their ends.
    #[serde(default)]
    pub shift: ShiftConfig,
    /// Kinds of work that leave the idle clock alone: `direct` (given by hand), `outbound`, `external`. Default none: all
    /// work is work.
    #[serde(default)]
    pub idle_clock_ignores: BTreeSet<WorkKind>,
}

impl PoolConfig {
    /// A pool called `name` with the defaults of every setting.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            idle_clock: IdleClock::default(),
            keep_seniority_on_break: false,
            contact_rule: ContactRule::default(),
            queues: BTreeMap::new(),
            idle_share: Decimal::ZERO,
            shift: ShiftConfig::default(),
            idle_clock_ignores: BTreeSet::new(),
        }
    }
}

/// When an agent's idle clock restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdleClock {
    /// When any work is accepted or ends.
    #[default]
    SinceLastHandled,
    /// When room goes from none to some.
    SinceAvailable,
}
