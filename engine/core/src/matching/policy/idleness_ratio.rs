//! `idleness_ratio`: idle agents in the pool − its share × idle agents in all, in millionths of an agent.

use super::{AgentOrder, AgentSight};

pub(super) struct IdlenessRatio;

impl AgentOrder for IdlenessRatio {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        let (here, in_all) = agent.idle();
        i64::from(here) * 1_000_000 - i64::from(in_all) * agent.idle_share()
    }
}
