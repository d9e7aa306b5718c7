//! `most_loaded`: the largest share of cost units in use that still leaves room. Packs work.

use super::AgentOrder;
use crate::skill::{Facts, Requirement};

pub(super) struct MostLoaded;

impl AgentOrder for MostLoaded {
    /// Used share in millionths.
    fn rank(&self, _: &Requirement, facts: &Facts, used: u16) -> i64 {
        i64::from(used) * 1_000_000 / i64::from(facts.capacity.max(1))
    }
}
