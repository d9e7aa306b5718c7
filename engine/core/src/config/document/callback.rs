//! How customers who asked for it are called back, and how often.

use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::time::Span;

/// How a queue calls customers back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallbackConfig {
    /// How often a customer is dialled at most, 1 to 100. Default 3: who is not reached three times does not expect a
    /// fourth.
    pub max_attempts: u16,
    /// How long after an attempt the next may come, more than 0. Default 15 minutes: long enough for a meeting to end.
    #[serde(with = "duration")]
    pub gap: Span,
    /// How long an agent who accepted may dial before the connection counts as failed, more than 0. Default 60 s.
    #[serde(with = "duration")]
    pub dial_within: Span,
}

impl Default for CallbackConfig {
    fn default() -> Self {
        Self { max_attempts: 3, gap: Span::from_secs(900), dial_within: Span::from_secs(60) }
    }
}
