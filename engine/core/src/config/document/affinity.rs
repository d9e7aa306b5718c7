//! Affinity: contacts that go to an agent who is preferred or served the customer last, while that pays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// Whom a queue's contacts are kept for, and for how long.
///
/// A contact that begins to seek is kept for the first of its preferred agents, then of the agent who served its customer
/// last, who is there, could serve it, and is expected to be free in less than `max_wait` and in less than `bonus` more than
/// anybody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AffinityConfig {
    /// How long a contact is kept for one agent at most, more than 0. Default 60 s: who has waited a minute for a certain
    /// person mostly takes whoever is next.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub max_wait: Span,
    /// How much longer than for anybody it may wait for that agent, more than 0. Default 30 s: about what telling the story
    /// again to another takes.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub bonus: Span,
    /// How long the agent who served a customer last counts as preferred; 0 s: never. Default 7 days: the matter is mostly
    /// settled by then.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub memory: Span,
}

impl Default for AffinityConfig {
    fn default() -> Self {
        Self {
            max_wait: Span::from_secs(60),
            bonus: Span::from_secs(30),
            memory: Span::from_secs(7 * 24 * 3600),
        }
    }
}
