//! Scorers outside: a program of the host's own says how well each agent suits a contact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// How a queue asks a scorer outside. The queue's `agent_rule` decides where no scores come in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScorerConfig {
    /// How long a contact waits for scores, more than 0 and at most 1 s. Default 20 ms: a local program answers in one,
    /// and no customer notices.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub wait: Span,
}

impl Default for ScorerConfig {
    fn default() -> Self {
        Self { wait: Span::from_millis(20) }
    }
}
