//! `least_qualified_sufficient`: the fewest skills beyond the need, then the lowest sufficient levels. Keeps experts free.

use super::AgentOrder;
use crate::skill::{Facts, Requirement};

pub(super) struct LeastQualifiedSufficient;

/// One skill too many weighs more than all levels together can.
const SKILL: i64 = 10_000;

impl AgentOrder for LeastQualifiedSufficient {
    /// Minus (skills beyond the need × 10,000 + sum of the levels of needed skills).
    fn rank(&self, need: &Requirement, facts: &Facts, _: u16) -> i64 {
        let mut needed = Vec::new();
        need.mandatory.for_each_skill(&mut |skill, _| needed.push(skill));
        let (mut beyond, mut levels) = (0, 0);
        for (skill, level) in &facts.skills {
            if needed.contains(skill) {
                levels += i64::from(level.get());
            } else {
                beyond += 1;
            }
        }
        -(beyond * SKILL + levels)
    }
}
