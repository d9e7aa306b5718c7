//! Reading a document: TOML or JSON into [`Config`], with every problem of form reported.
//!
//! A reader of one format stops at its first mistake. Here the offending part is cut out and the rest is read
//! again, until nothing is left to complain about; only then are the names compiled.

use serde_json::Value as Json;

use super::compile::Compiled;
use super::document::Config;
use super::problem::{ConfigError, Problem, Problems};
use crate::limits::MAX_PROBLEMS;

impl Config {
    /// Reads and checks a configuration in TOML.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem and its path.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let tree = toml::from_str::<Json>(text).map_err(|e| not_readable("TOML", &e))?;
        Self::from_tree(tree)
    }

    /// Reads and checks a configuration in JSON.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem and its path.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let tree = serde_json::from_str::<Json>(text).map_err(|e| not_readable("JSON", &e))?;
        Self::from_tree(tree)
    }

    /// The configuration in TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a configuration is made of tables, lists and plain values")
    }

    /// Checks names, ranges and limits.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem and its path.
    pub fn check(&self) -> Result<(), ConfigError> {
        Compiled::new(self).map(|_| ())
    }

    fn from_tree(mut tree: Json) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        for _ in 0..MAX_PROBLEMS {
            match serde_path_to_error::deserialize::<_, Self>(&tree) {
                Ok(config) => {
                    if let Err(more) = config.check() {
                        problems.extend(more);
                    }
                    return problems.into_result(config);
                }
                Err(error) => {
                    let path = error.path().to_string();
                    problems.add(path.clone(), error.inner());
                    if !cut(&mut tree, error.path()) {
                        break;
                    }
                }
            }
        }
        problems.into_result(()).and(Err(ConfigError { problems: Vec::new() }))
    }
}

fn not_readable(format: &str, error: &dyn core::fmt::Display) -> ConfigError {
    ConfigError {
        problems: vec![Problem { path: ".".into(), message: format!("not readable as {format}: {error}") }],
    }
}

/// Removes what stands at `path`; false when that is the document itself.
fn cut(tree: &mut Json, path: &serde_path_to_error::Path) -> bool {
    use serde_path_to_error::Segment;
    let segments: Vec<_> =
        path.iter().filter(|s| !matches!(s, Segment::Enum { .. } | Segment::Unknown)).collect();
    let Some((last, parents)) = segments.split_last() else { return false };
    let mut node = tree;
    for segment in parents {
        let child = match segment {
            Segment::Map { key } => node.get_mut(key.as_str()),
            Segment::Seq { index } => node.get_mut(*index),
            _ => None,
        };
        match child {
            Some(child) => node = child,
            None => return false,
        }
    }
    match (last, node) {
        (Segment::Map { key }, Json::Object(map)) => map.remove(key.as_str()).is_some(),
        (Segment::Seq { index }, Json::Array(list)) if *index < list.len() => {
            list.remove(*index);
            true
        }
        _ => false,
    }
}
