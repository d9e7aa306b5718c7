//! What is wrong with a scenario's text: the line, what was found there and what was expected.

use super::words::{Mismatch, Word};

/// A scenario that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct ScenarioError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Something else was expected.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could have stood there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// The configuration is refused.
    #[error("{0}")]
    Config(String),
}

impl Wrong {
    /// Expected one thing, found another.
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Unexpected { expected: expected.into(), found: found.into() }
    }

    /// The words stopped fitting at some place.
    pub(crate) fn at(words: &[Word], mismatch: &Mismatch) -> Self {
        let expected = match mismatch.expected.as_slice() {
            [] => "nothing more".to_owned(),
            [only] => only.clone(),
            [most @ .., last] => format!("{} or {last}", most.join(", ")),
        };
        let before = &words[..mismatch.fitted.min(words.len())];
        let after = if before.is_empty() { String::new() } else { format!(" after `{}`", before.join(" ")) };
        let found = words.get(mismatch.fitted).map_or("the end".to_owned(), |word| format!("`{word}`"));
        Self::Unexpected { expected, found: format!("{found}{after}") }
    }

    /// The same with the line it stands in.
    pub(crate) fn on(self, line: usize) -> ScenarioError {
        ScenarioError { line, wrong: self }
    }
}
