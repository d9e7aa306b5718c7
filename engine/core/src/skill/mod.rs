//! Skills and requirements: what agents can do and what contacts need.

mod actor;
mod expression;
mod proficiency;
mod profile;
mod relax;
mod requirement;
mod score;

pub(crate) use actor::{Skill, SkillMessage};
pub use expression::{Comparison, Expression, ExpressionError, Names};
pub use proficiency::{Proficiency, ProficiencyError};
pub use profile::Facts;
pub use relax::Relaxation;
pub use requirement::{Absolute, Requirement, Shortfall};
pub use score::{FULL_SCORE, Preference, label_score};

pub use crate::config::SkillGrant;
