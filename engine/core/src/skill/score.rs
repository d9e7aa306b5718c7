//! Preferred terms and the label score: how well an agent suits, as an integer in millionths.
//!
//! Each equality that holds scores 1. A comparison `value ≥ reference` scores 1/(1+e^-x) with
//! x = (value − reference)/max(|reference|, 1); `≤` the same with the sign turned. The score is the weighted
//! mean of the terms. Scores are compared as integers, so ties are real.
#![allow(
    clippy::disallowed_types,
    reason = "scores are tabulated once per kind of agent with pure libm, then rounded"
)]

use serde::{Deserialize, Serialize};

use super::expression::{Comparison, Expression};
use super::profile::Facts;
use crate::contact::Value;

/// One preferred term: a condition and its weight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Preference {
    /// A single skill, group, site or attribute term, or a whole expression that counts as an equality.
    pub term: Expression,
    /// Its weight among the terms, at least 1.
    pub weight: u32,
}

/// Full score, in millionths.
pub const FULL_SCORE: i64 = 1_000_000;

/// Score of an agent with these facts: the weighted mean of the terms, 0 to 1,000,000; without terms 0.
pub fn label_score(preferred: &[Preference], facts: &Facts) -> i64 {
    let total: i64 = preferred.iter().map(|p| i64::from(p.weight)).sum();
    if total == 0 {
        return 0;
    }
    let sum: i64 = preferred.iter().map(|p| i64::from(p.weight) * term_score(&p.term, facts)).sum();
    sum / total
}

fn term_score(term: &Expression, facts: &Facts) -> i64 {
    match term {
        Expression::Skill { skill, at_least } => facts.level(*skill).map_or(0, |level| {
            logistic(i64::from(level.get()) - i64::from(at_least.get()), at_least.get().into())
        }),
        Expression::Attribute { name, comparison, value: Value::Integer(reference) } => {
            let Some(Value::Integer(held)) = facts.attribute(name) else { return 0 };
            match comparison {
                Comparison::AtLeast | Comparison::Greater => {
                    logistic(held.saturating_sub(*reference), *reference)
                }
                Comparison::AtMost | Comparison::Less => {
                    logistic(reference.saturating_sub(*held), *reference)
                }
                Comparison::Equal | Comparison::NotEqual => FULL_SCORE * i64::from(term.holds(facts)),
            }
        }
        other => FULL_SCORE * i64::from(other.holds(facts)),
    }
}

/// 1/(1+e^-x) for x = `difference` ÷ max(|`reference`|, 1), in millionths.
fn logistic(difference: i64, reference: i64) -> i64 {
    let x = difference as f64 / reference.unsigned_abs().max(1) as f64;
    libm::rint(FULL_SCORE as f64 / (1.0 + libm::exp(-x))) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SkillId;
    use crate::skill::Proficiency;

    #[test]
    fn a_level_at_the_reference_scores_one_half() {
        let level = |n| Proficiency::new(n).unwrap();
        let prefers =
            [Preference { term: Expression::Skill { skill: SkillId(0), at_least: level(5) }, weight: 1 }];
        let score = |n| {
            let facts = Facts { skills: vec![(SkillId(0), level(n))], ..Facts::default() };
            label_score(&prefers, &facts)
        };
        assert_eq!(score(5), 500_000);
        assert_eq!(score(10), 731_059); // 1 / (1 + e^-1)
        assert!(score(4) < score(5));
        assert_eq!(label_score(&prefers, &Facts::default()), 0);
    }

    #[test]
    fn weights_share_the_score() {
        let group = |name: &str| Expression::Group(name.into());
        let prefers =
            [Preference { term: group("a"), weight: 3 }, Preference { term: group("b"), weight: 1 }];
        let mut facts = Facts::default();
        facts.groups.insert("a".into());
        assert_eq!(label_score(&prefers, &facts), 750_000);
    }
}
