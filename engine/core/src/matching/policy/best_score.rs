//! `best_score`: the preferred terms, with each skill the requirement asks for as a term of weight 1.

use super::AgentOrder;
use crate::skill::{Expression, Facts, Preference, Requirement, label_score};

pub(super) struct BestScore;

impl AgentOrder for BestScore {
    /// Label score in millionths.
    fn rank(&self, need: &Requirement, facts: &Facts, _: u16) -> i64 {
        let mut terms = need.preferred.clone();
        need.mandatory.for_each_skill(&mut |skill, at_least| {
            terms.push(Preference { term: Expression::Skill { skill, at_least }, weight: 1 });
        });
        label_score(&terms, facts)
    }
}
