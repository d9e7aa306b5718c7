//! `fastest`: minus the expected handle time, in nanoseconds.

use super::{AgentOrder, AgentSight};

pub(super) struct Fastest;

impl AgentOrder for Fastest {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        -agent.handle_time().as_nanos()
    }
}
