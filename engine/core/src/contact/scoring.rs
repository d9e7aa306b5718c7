//! Scores from outside: how far the asking has come for a contact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::AgentId;
use crate::time::Timestamp;

/// How far the asking has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Scoring {
    /// Scores are wanted of these agents; until they come, nobody may take the contact.
    Asked { until: Timestamp, candidates: Vec<AgentId> },
    /// These came; the contact is about to seek by them.
    Given(Vec<(AgentId, i64)>),
    /// None came; the contact is about to seek by its queue's rule.
    Missed,
}

/// Why no scores came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScoresMiss {
    /// They had not come in time.
    Late,
    /// The scorer said that it has none.
    Failed,
}
