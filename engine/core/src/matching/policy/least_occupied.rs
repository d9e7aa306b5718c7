//! `least_occupied`: minus the time at work in the last sixty minutes, in millionths of the time signed in.

use super::{AgentOrder, AgentSight};

pub(super) struct LeastOccupied;

impl AgentOrder for LeastOccupied {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        -agent.occupancy()
    }
}
