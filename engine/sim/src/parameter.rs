//! A number of a scenario that cannot be meant: which one, and what is wrong with it.
//!
//! Scenario data (distributions, arrival processes) are plain serde values that anyone can write down; they
//! are checked when a run is prepared. A check finds every problem, each named by the path of its parameter.

/// A refused parameter. Reads well after "service: ".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{path} {problem}")]
pub struct ParameterError {
    /// Where the parameter stands, for example `branches[1].mean_s`.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a parameter.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not a number (NaN).
    #[error("is not a number")]
    NotANumber,
    /// Plus or minus infinity.
    #[error("is infinite")]
    Infinite,
    /// Below zero where nothing below zero makes sense.
    #[error("is {value}, below zero")]
    Negative {
        /// The number found.
        value: f64,
    },
    /// Zero where only numbers above zero make sense.
    #[error("is zero and must be above it")]
    Zero,
    /// Below the least number allowed.
    #[error("is {value}, and must be at least {least}")]
    TooSmall {
        /// The number found.
        value: f64,
        /// The least allowed.
        least: f64,
    },
    /// Above the greatest number allowed.
    #[error("is {value}, and must be at most {most}")]
    TooLarge {
        /// The number found.
        value: f64,
        /// The greatest allowed.
        most: f64,
    },
    /// Not above another parameter that it must exceed.
    #[error("is {value}, and must be above {other}, which is {other_value}")]
    NotAbove {
        /// The number found.
        value: f64,
        /// The parameter it must exceed.
        other: &'static str,
        /// That parameter's value.
        other_value: f64,
    },
    /// Earlier than what it must follow.
    #[error("is out of order: it must not come before {bound}")]
    OutOfOrder {
        /// The instant it must not precede.
        bound: sunline_core::time::Timestamp,
    },
    /// A list without entries.
    #[error("has no entries")]
    Empty,
    /// Probabilities that do not add up.
    #[error("sum to {sum}, and must sum to 1")]
    SumNotOne {
        /// The sum found.
        sum: f64,
    },
}

impl ParameterError {
    /// The error with its path moved below `prefix`: `mean_s` below `queues[2].service` and a dot.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.path = format!("{prefix}.{}", self.path);
        self
    }

    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self.problem {
            Problem::NotANumber => "not_a_number",
            Problem::Infinite => "infinite",
            Problem::Negative { .. } => "negative",
            Problem::Zero => "zero",
            Problem::TooSmall { .. } => "too_small",
            Problem::TooLarge { .. } => "too_large",
            Problem::NotAbove { .. } => "not_above",
            Problem::OutOfOrder { .. } => "out_of_order",
            Problem::Empty => "empty",
            Problem::SumNotOne { .. } => "sum_not_one",
        }
    }
}

/// Collects every problem of a value, so that a report is complete.
#[derive(Debug, Default)]
pub(crate) struct Check {
    found: Vec<ParameterError>,
}

impl Check {
    /// Notes a problem of the parameter at `path`.
    pub(crate) fn refuse(&mut self, path: impl Into<String>, problem: Problem) {
        self.found.push(ParameterError { path: path.into(), problem });
    }

    /// The parameter must be a finite number of at least zero. Answers whether it is.
    pub(crate) fn not_negative(&mut self, path: &str, value: f64) -> bool {
        let problem = match value {
            v if v.is_nan() => Problem::NotANumber,
            v if v.is_infinite() => Problem::Infinite,
            v if v < 0.0 => Problem::Negative { value },
            _ => return true,
        };
        self.refuse(path, problem);
        false
    }

    /// The parameter must be a finite number above zero. Answers whether it is.
    pub(crate) fn positive(&mut self, path: &str, value: f64) -> bool {
        let fine = self.not_negative(path, value);
        if fine && value == 0.0 {
            self.refuse(path, Problem::Zero);
        }
        fine && value != 0.0
    }

    /// The parameter must be a finite number above zero and at most `most`.
    pub(crate) fn positive_up_to(&mut self, path: &str, value: f64, most: f64) {
        if self.positive(path, value) && value > most {
            self.refuse(path, Problem::TooLarge { value, most });
        }
    }

    /// The parameter must be a finite number from zero to `most`.
    pub(crate) fn not_negative_up_to(&mut self, path: &str, value: f64, most: f64) {
        if self.not_negative(path, value) && value > most {
            self.refuse(path, Problem::TooLarge { value, most });
        }
    }

    /// All problems, in the order found.
    pub(crate) fn finish(self) -> Result<(), Vec<ParameterError>> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }
}
