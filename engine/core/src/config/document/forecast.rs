//! Forecasts: what is known before anything was seen, and which breaches are announced.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// That waits are predicted, and what is known of them at first. None of it must be right: it is learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ForecastConfig {
    /// Mean time an agent takes for a contact, wrap-up included; more than 0. Default 3 minutes, a common telephone
    /// contact.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub handle_time: Span,
    /// Mean time after which a customer gives up; more than 0. Default 5 minutes.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub patience: Span,
    /// Agents usually there together, 1 to 100,000. Default 8. It sets how wide the first forecasts are.
    pub agents: u32,
    /// Length of the intervals whose service level is foretold, in UTC: 15, 30 or 60 minutes. Default 30 minutes, the usual
    /// interval of plans.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub interval: Span,
}

impl Default for ForecastConfig {
    fn default() -> Self {
        let seconds = Span::from_secs;
        Self { handle_time: seconds(180), patience: seconds(300), agents: 8, interval: seconds(1_800) }
    }
}

/// When a breach is announced before it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AtRiskConfig {
    /// Least probability, in percent, 1 to 100. Default 50: more likely than not. Lower warns earlier, and of more contacts
    /// that are answered in time after all.
    pub percent: u8,
    /// A contact that was not at risk at first is tested once more so long before it is due; less than `answer_within`.
    /// Default 10 s: time enough for a supervisor to move somebody.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub lead: Span,
}

impl Default for AtRiskConfig {
    fn default() -> Self {
        Self { percent: 50, lead: Span::from_secs(10) }
    }
}
