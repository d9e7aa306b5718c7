//! `least_loaded`: the smallest share of cost units in use.

use super::AgentOrder;
use crate::skill::{Facts, Requirement};

pub(super) struct LeastLoaded;

impl AgentOrder for LeastLoaded {
    /// Free share in millionths.
    fn rank(&self, _: &Requirement, facts: &Facts, used: u16) -> i64 {
        let total = i64::from(facts.capacity.max(1));
        (total - i64::from(used)) * 1_000_000 / total
    }
}
