//! `weighted`: as many numbers drawn for each agent as its weight says; the largest of all wins.

use super::{AgentOrder, AgentSight};

pub(super) struct Weighted;

impl AgentOrder for Weighted {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        (0..agent.weight()).map(|n| agent.chance(n)).max().unwrap_or(0)
    }
}
