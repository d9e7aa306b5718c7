//! Relaxing what is mandatory: dropping terms and lowering levels. What is absolute is not an expression and stays.
//!
//! A relaxed condition holds wherever the condition held. So a dropped term counts as met where it stands plainly, and
//! as never met below a `not`; a level below a `not` stays, for lowering it would exclude more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::expression::Expression;
use super::proficiency::Proficiency;
use crate::ids::SkillId;

/// What is asked no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relaxation {
    /// Nothing mandatory is asked.
    pub all: bool,
    /// These terms are asked no more; a skill at whatever level.
    pub drop: Vec<Expression>,
    /// Of these skills no more than this level is asked.
    pub lower: BTreeMap<SkillId, Proficiency>,
}

impl Relaxation {
    /// Whether it changes nothing.
    pub fn is_none(&self) -> bool {
        !self.all && self.drop.is_empty() && self.lower.is_empty()
    }

    /// What is left of a condition.
    pub fn apply(&self, condition: &Expression) -> Expression {
        if self.all { Expression::ALWAYS } else { self.part(condition, true) }
    }

    /// Both at once.
    pub fn join(&mut self, other: &Self) {
        self.all |= other.all;
        self.drop.extend(other.drop.iter().cloned());
        for (skill, level) in &other.lower {
            let known = self.lower.entry(*skill).or_insert(*level);
            *known = (*known).min(*level);
        }
    }

    fn part(&self, condition: &Expression, plain: bool) -> Expression {
        let parts = |parts: &[Expression]| parts.iter().map(|part| self.part(part, plain)).collect();
        match condition {
            Expression::All(all) => Expression::All(parts(all)),
            Expression::Any(any) => Expression::Any(parts(any)),
            Expression::Not(part) => Expression::Not(Box::new(self.part(part, !plain))),
            term if self.drops(term) && plain => Expression::ALWAYS,
            term if self.drops(term) => Expression::NEVER,
            Expression::Skill { skill, at_least } if plain => {
                let at_least = self.lower.get(skill).map_or(*at_least, |level| (*level).min(*at_least));
                Expression::Skill { skill: *skill, at_least }
            }
            term => term.clone(),
        }
    }

    fn drops(&self, term: &Expression) -> bool {
        self.drop.iter().any(|dropped| match (dropped, term) {
            (Expression::Skill { skill: dropped, .. }, Expression::Skill { skill, .. }) => dropped == skill,
            _ => dropped == term,
        })
    }
}

impl Expression {
    /// Whether it is a single term, as plans may drop.
    pub fn is_term(&self) -> bool {
        !matches!(self, Self::All(_) | Self::Any(_) | Self::Not(_) | Self::Channel(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skill::Facts;

    fn skill(skill: u16, level: u8) -> Expression {
        Expression::Skill { skill: SkillId(skill), at_least: Proficiency::new(level).unwrap() }
    }

    #[test]
    fn a_relaxed_condition_never_excludes_more() {
        let night = Expression::Group("night".into());
        let asked = Expression::All(vec![
            skill(0, 7),
            Expression::Not(Box::new(Expression::Any(vec![skill(1, 5), night.clone()]))),
        ]);
        let level = |n| Proficiency::new(n).unwrap();
        let mut facts =
            Facts { skills: vec![(SkillId(0), level(4)), (SkillId(1), level(3))], ..Facts::default() };
        let lower = Relaxation {
            lower: BTreeMap::from([(SkillId(0), level(4)), (SkillId(1), level(1))]),
            ..Relaxation::default()
        };
        assert!(!asked.holds(&facts) && lower.apply(&asked).holds(&facts));
        facts.groups.insert("night".into());
        assert!(!lower.apply(&asked).holds(&facts));
        let mut both = Relaxation { drop: vec![night, skill(0, 1)], ..Relaxation::default() };
        assert!(both.apply(&asked).holds(&facts));
        facts.skills[1].1 = level(5);
        assert!(!both.apply(&asked).holds(&facts));
        both.join(&Relaxation { all: true, ..Relaxation::default() });
        assert_eq!(both.apply(&asked), Expression::ALWAYS);
    }
}
