//! `best_level`: the levels of the skills asked for, added up.

use super::AgentOrder;
use crate::skill::{Facts, Requirement};

pub(super) struct BestLevel;

impl AgentOrder for BestLevel {
    fn rank(&self, need: &Requirement, facts: &Facts, _: u16) -> i64 {
        let mut needed = Vec::new();
        need.mandatory.for_each_skill(&mut |skill, _| needed.push(skill));
        needed.sort_unstable();
        needed.dedup();
        needed.iter().filter_map(|skill| facts.level(*skill)).map(|level| i64::from(level.get())).sum()
    }
}
