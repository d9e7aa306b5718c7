//! `linear`: the first by registration, which is the order of the configuration.

use super::{AgentOrder, AgentSight};

pub(super) struct Linear;

impl AgentOrder for Linear {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        -i64::from(agent.id().0)
    }
}
