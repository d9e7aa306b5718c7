//! `uniform`: a number drawn for each agent; the largest wins, so all have equal chances.

use super::{AgentOrder, AgentSight};

pub(super) struct Uniform;

impl AgentOrder for Uniform {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        agent.chance(0)
    }
}
