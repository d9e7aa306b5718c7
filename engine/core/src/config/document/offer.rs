//! How contacts are offered to agents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// How contacts of a queue are offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OfferConfig {
    /// Who answers. Default `agent`.
    pub answer: AnswerMode,
    /// How long an agent has to answer, more than 0. Default 20 s: three to four rings.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub expires_after: Span,
    /// How many agents are asked at once, 1 to 64. Default 1.
    pub parallel: u16,
    /// How long a decliner is not asked again for this contact. Default 60 s: long enough that others are asked first.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub exclude_decliner: Span,
    /// How long an agent who did not answer is asked nothing. Default 10 s: the usual delay on no answer.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub no_answer_delay: Span,
    /// The same for an agent whose line was busy. Default 30 s.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub busy_delay: Span,
    /// The same for an agent who could not be reached. Default 30 s.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub unreachable_delay: Span,
    /// Unanswered offers in a row after which an agent counts as not responding, at least 1. Default 3.
    pub max_strikes: u16,
    /// Whether the host confirms that media is up (`Connected`) after an accepted offer. Default false: the wait ends
    /// at accept.
    pub confirm_connection: bool,
    /// How long a connection may take before the contact is offered again, more than 0. Default 10 s.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub connect_grace: Span,
}

impl Default for OfferConfig {
    fn default() -> Self {
        Self {
            answer: AnswerMode::Agent,
            expires_after: Span::from_secs(20),
            parallel: 1,
            exclude_decliner: Span::from_secs(60),
            no_answer_delay: Span::from_secs(10),
            busy_delay: Span::from_secs(30),
            unreachable_delay: Span::from_secs(30),
            max_strikes: 3,
            confirm_connection: false,
            connect_grace: Span::from_secs(10),
        }
    }
}

/// Who answers an offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMode {
    /// The agent accepts or declines.
    #[default]
    Agent,
    /// The engine accepts at once in the agent's name.
    Auto,
}
