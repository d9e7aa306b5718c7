//! Configurations cross as JSON text: the front has them as dataclasses, the kernel as its document.

use pyo3::prelude::*;
use sunline_core::config::Decimal;
use sunline_core::{AgentSpec, Command, Config, Event, config};

use crate::errors::Refusal;

/// Reads and checks a document in TOML or JSON; gives it back as JSON with every default filled in.
#[pyfunction]
#[pyo3(signature = (text, /, *, json))]
pub(crate) fn read_config(text: &str, json: bool) -> Result<String, Refusal> {
    parsed(text, json).map(|config| to_json(&config))
}

/// Reads a document in JSON without asking whether its names fit; what cannot be read at all is refused.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn normal_config(json: &str) -> Result<String, Refusal> {
    let unreadable = |error: serde_json::Error| Refusal::new("ConfigInvalid", "invalid_config", error);
    serde_json::from_str::<Config>(json).map(|config| to_json(&config)).map_err(unreadable)
}

/// Checks a configuration in JSON.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn check_config(json: &str) -> Result<(), Refusal> {
    parsed(json, true).map(|_| ())
}

/// A duration as a configuration writes it, in nanoseconds.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn duration_ns(text: &str) -> Result<i64, Refusal> {
    let wrong = |error| Refusal::new("InvalidArgument", "invalid_duration", error);
    config::duration::parse(text).map(|span| span.as_nanos()).map_err(wrong)
}

pub(crate) fn parsed(text: &str, json: bool) -> Result<Config, Refusal> {
    let config = if json { Config::from_json(text) } else { Config::from_toml(text) };
    Ok(config?)
}

pub(crate) fn to_json(config: &Config) -> String {
    serde_json::to_string(config).expect("a configuration is made of tables, lists and plain values")
}

/// An agent's registration from JSON.
pub(crate) fn agent_spec(json: &str) -> Result<AgentSpec, Refusal> {
    let unreadable = |error: serde_json::Error| Refusal::new("CommandRefused", "invalid_agent", error);
    serde_json::from_str(json).map_err(unreadable)
}

/// Kind, path, message, and whether it is only a note.
type FindingRow = (&'static str, String, String, bool);

/// Path, and what stood and stands there, as JSON.
type ChangeRow = (String, Option<String>, Option<String>);

/// What a configuration in JSON will do and its author may not expect: kind, path, message, and whether it is only a note.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn lint_config(json: &str) -> Result<Vec<FindingRow>, Refusal> {
    let found = config::lint(&parsed(json, true)?)?;
    Ok(found.into_iter().map(|one| (one.kind.code(), one.path, one.message, one.kind.is_note())).collect())
}

/// The JSON Schema of a configuration, as JSON.
#[pyfunction]
pub(crate) fn config_schema() -> String {
    Config::json_schema_document().to_string()
}

/// The JSON Schemas of events and of commands, as JSON.
#[pyfunction]
pub(crate) fn message_schemas() -> (String, String) {
    (Event::json_schema_document().to_string(), Command::json_schema_document().to_string())
}

/// What changes from one configuration in JSON to another: path, and what stood and stands there, as JSON.
#[pyfunction]
#[pyo3(signature = (before, after, /))]
pub(crate) fn diff_config(before: &str, after: &str) -> Result<Vec<ChangeRow>, Refusal> {
    let changes = config::diff(&parsed(before, true)?, &parsed(after, true)?);
    Ok(rows(changes))
}

/// The document that tries a candidate on a share of the contacts, as JSON; the queues that are tried; what is left out.
type CanaryRow = (String, Vec<String>, Vec<ChangeRow>);

/// A configuration with a canary; all in JSON, the share as a decimal.
#[pyfunction]
#[pyo3(signature = (json, candidate, share, label, /))]
pub(crate) fn canary_config(
    json: &str,
    candidate: &str,
    share: &str,
    label: &str,
) -> Result<CanaryRow, Refusal> {
    let share =
        Decimal::parse(share).map_err(|error| Refusal::new("InvalidArgument", "invalid_share", error))?;
    let canary = parsed(json, true)?.with_canary(&parsed(candidate, true)?, share, label);
    let canary = canary.map_err(|error| Refusal::new("InvalidArgument", "no_canary", error))?;
    let queues = canary.queues.iter().map(ToString::to_string).collect();
    Ok((to_json(&canary.config), queues, rows(canary.left_out)))
}

/// A configuration without its canary, taken over by everybody or withdrawn.
#[pyfunction]
#[pyo3(signature = (json, /, *, promoted))]
pub(crate) fn end_canary_config(json: &str, promoted: bool) -> Result<String, Refusal> {
    let config = parsed(json, true)?;
    Ok(to_json(&if promoted { config.with_canary_promoted() } else { config.without_canary() }))
}

fn rows(changes: Vec<config::Change>) -> Vec<ChangeRow> {
    let text = |value: Option<serde_json::Value>| value.map(|value| value.to_string());
    changes.into_iter().map(|change| (change.path, text(change.before), text(change.after))).collect()
}
