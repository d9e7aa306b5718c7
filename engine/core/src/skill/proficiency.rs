//! How well an agent has a skill: an integer from 1 to 10, 10 best.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Level of a skill, 1 to 10, 10 best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Proficiency(u8);

/// A level outside 1 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proficiency is a whole number from 1 to 10, not {0}")]
pub struct ProficiencyError(pub u8);

impl Proficiency {
    /// The lowest level.
    pub const LOWEST: Self = Self(1);
    /// The highest level.
    pub const BEST: Self = Self(10);

    /// The level `level`.
    ///
    /// # Errors
    /// [`ProficiencyError`] unless `1 ≤ level ≤ 10`.
    pub const fn new(level: u8) -> Result<Self, ProficiencyError> {
        if level >= 1 && level <= 10 { Ok(Self(level)) } else { Err(ProficiencyError(level)) }
    }

    /// The level as a number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Proficiency {
    type Error = ProficiencyError;
    fn try_from(level: u8) -> Result<Self, ProficiencyError> {
        Self::new(level)
    }
}

impl From<Proficiency> for u8 {
    fn from(level: Proficiency) -> Self {
        level.0
    }
}

impl fmt::Display for Proficiency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
