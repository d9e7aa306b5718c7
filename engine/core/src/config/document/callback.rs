//! How customers who asked for it are called back, and how often.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// How a queue calls customers back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallbackConfig {
    /// How often a customer is dialled at most, 1 to 100. Default 3: who is not reached three times does not expect a
    /// fourth.
    pub max_attempts: u16,
    /// How long after an attempt the next may come, more than 0. Default 15 minutes: long enough for a meeting to end.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub gap: Span,
    /// How long an agent who accepted may dial before the connection counts as failed, more than 0. Default 60 s.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub dial_within: Span,
    /// How long a callback of an agent's own is kept for that agent, from its instant on, more than 0. Default 10 minutes:
    /// who is in conversation is mostly free by then, and a customer who was promised a time is not let down.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub owner_delay: Span,
    /// How many callbacks may be booked for an instant. Default: no bound, every instant is taken.
    pub slots: Option<SlotConfig>,
}

/// How many callbacks may be booked: as many as the staff on shift is expected to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SlotConfig {
    /// How long a slot is, more than 0; slots begin at its multiples since the Unix epoch. Default 30 minutes: as people
    /// make appointments.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub length: Span,
    /// What share of the staff's time may be booked, in percent, 1 to 100. Default 50: the other half answers those who
    /// call meanwhile.
    pub share: u8,
}

impl Default for SlotConfig {
    fn default() -> Self {
        Self { length: Span::from_secs(1800), share: 50 }
    }
}

impl Default for CallbackConfig {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            gap: Span::from_secs(900),
            dial_within: Span::from_secs(60),
            owner_delay: Span::from_secs(600),
            slots: None,
        }
    }
}
