//! Pools of agents, and when their idle clocks restart.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A pool of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// When an agent's idle clock restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdleClock {
    /// When any work is accepted or ends.
    #[default]
    SinceLastHandled,
    /// When room goes from none to some.
    SinceAvailable,
}
