//! Every refusal as a Python exception: the class of its family, its code, its facts.
//!
//! The classes are Python's (`sunline.errors`); here each Rust error is told which one it is and what it knows. Facts
//! are numbers and texts under the names that the Python class declares.

mod calendar;
mod command;
mod engine;
mod forecast;
mod lookahead;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyModule};
use sunline_core::ConfigError;
use sunline_sim::ScenarioError;
use sunline_sim::parameter::ParameterError;
use sunline_sim::statistics::StatisticsError;

/// An error on its way to Python.
#[derive(Debug)]
pub(crate) struct Refusal {
    family: &'static str,
    code: &'static str,
    message: String,
    facts: Vec<(&'static str, Fact)>,
}

/// What an error knows.
#[derive(Debug)]
pub(crate) enum Fact {
    Whole(i64),
    Real(f64),
    Text(String),
    Problems(Vec<(String, String)>),
}

impl Refusal {
    pub(crate) fn new(family: &'static str, code: &'static str, message: impl core::fmt::Display) -> Self {
        Self { family, code, message: message.to_string(), facts: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.push((name, fact.into()));
        self
    }

    /// The same, said of one row of many.
    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.message = format!("row {row}: {}", self.message);
        self.with("row", row as u64)
    }

    /// Whether it is about a journal, and so has a place.
    pub(crate) fn is_of_journal(&self) -> bool {
        self.family.starts_with("Journal")
    }

    fn raise(self, py: Python<'_>) -> PyErr {
        static ERRORS: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
        let made = || {
            let module = ERRORS.get_or_try_init(py, || py.import("sunline.errors").map(Bound::unbind))?;
            let keywords = PyDict::new(py);
            keywords.set_item("code", self.code)?;
            for (name, fact) in self.facts {
                match fact {
                    Fact::Whole(n) => keywords.set_item(name, n)?,
                    Fact::Real(x) => keywords.set_item(name, x)?,
                    Fact::Text(text) => keywords.set_item(name, text)?,
                    Fact::Problems(problems) => keywords.set_item(name, problems)?,
                }
            }
            module.bind(py).getattr(self.family)?.call((self.message,), Some(&keywords))
        };
        made().map_or_else(|error| error, PyErr::from_value)
    }
}

impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> Self {
        Python::attach(|py| refusal.raise(py))
    }
}

impl From<ConfigError> for Refusal {
    fn from(error: ConfigError) -> Self {
        let problems = error.problems.iter().map(|p| (p.path.clone(), p.message.clone())).collect();
        Self::new("ConfigInvalid", error.code(), &error).with("problems", Fact::Problems(problems))
    }
}

impl From<ScenarioError> for Refusal {
    fn from(error: ScenarioError) -> Self {
        let refusal = Self::new("ScenarioInvalid", error.code(), &error);
        match error {
            ScenarioError::Config(error) => error.into(),
            ScenarioError::UnknownQueue { path, name } => {
                refusal.with("path", path).with("name", name.as_str())
            }
            ScenarioError::UnknownAgent { path, name } => {
                refusal.with("path", path).with("name", name.as_str())
            }
            ScenarioError::Parameter { path, error } => {
                refusal.with("path", format!("{path}.{}", error.path)).with("problem", error.code())
            }
            ScenarioError::OutOfRange { path, expected, found } => {
                refusal.with("path", path).with("expected", expected).with("found", found)
            }
            ScenarioError::OutOfOrder { index } => refusal.with("path", format!("contacts[{index}].at")),
            _ => refusal,
        }
    }
}

impl From<ParameterError> for Refusal {
    fn from(error: ParameterError) -> Self {
        let refusal = Self::new("ScenarioInvalid", "invalid_parameter", &error);
        refusal.with("problem", error.code()).with("path", error.path)
    }
}

impl From<StatisticsError> for Refusal {
    fn from(error: StatisticsError) -> Self {
        Self::new("StatisticsRefused", error.code(), error)
    }
}

impl From<i64> for Fact {
    fn from(n: i64) -> Self {
        Self::Whole(n)
    }
}

impl From<u32> for Fact {
    fn from(n: u32) -> Self {
        Self::Whole(n.into())
    }
}

impl From<u64> for Fact {
    fn from(n: u64) -> Self {
        Self::Whole(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Fact {
    fn from(x: f64) -> Self {
        Self::Real(x)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
