//! `round_robin`: the next by registration after the one chosen last for the queue.

use super::AgentOrder;
use crate::skill::{Facts, Requirement};

pub(super) struct RoundRobin;

impl AgentOrder for RoundRobin {
    fn rank(&self, _: &Requirement, _: &Facts, _: u16) -> i64 {
        0
    }

    fn goes_round(&self) -> bool {
        true
    }
}
