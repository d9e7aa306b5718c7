//! Triggers: a figure with a threshold to enter, another to leave, and times it stays at least as it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::time::Span;

/// When something is entered and when it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerConfig {
    /// The figure.
    pub signal: Signal,
    /// It is entered when the figure is this or beyond: contacts, whole seconds, or agents.
    pub enter: u32,
    /// It is left when the figure is this or better. Must lie apart from `enter`, or it would flap.
    pub leave: u32,
    /// How long it stays entered at least, more than 0. Default 60 s.
    #[serde(default = "a_minute", with = "duration")]
    #[schemars(with = "DurationText")]
    pub min_active: Span,
    /// How long it stays left at least, more than 0. Default 60 s.
    #[serde(default = "a_minute", with = "duration")]
    #[schemars(with = "DurationText")]
    pub min_idle: Span,
}

/// How often a forecast is looked at for a trigger, and at which instants: whole multiples of this since the epoch.
pub const FORECAST_EVERY: Span = Span::from_secs(10);

/// A figure of one queue, or of several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Contacts that wait; of several queues, all of them.
    Length,
    /// Whole seconds that the first of those who wait has been in its queue; of several queues, the longest.
    Wait,
    /// Agents signed in who meet the queue's requirement; of several queues, of any of them. Fewer is worse.
    SignedIn,
    /// Whole seconds that one who came now would wait on average, rounded up; of several queues, the longest. Beyond every
    /// threshold where nobody could serve it.
    PredictedWait,
    /// Percent of this interval's contacts that will have been answered in time when it ends; of several queues, the lowest. Fewer
    /// is worse.
    PredictedServiceLevel,
}

impl Signal {
    /// Whether a smaller figure is worse.
    pub const fn falls(self) -> bool {
        matches!(self, Self::SignedIn | Self::PredictedServiceLevel)
    }

    /// Whether it is a forecast: these change by themselves, and are looked at every [`FORECAST_EVERY`] while somebody waits
    /// in the queues or the trigger is entered; more rarely once nobody has come for a few minutes.
    pub const fn is_forecast(self) -> bool {
        matches!(self, Self::PredictedWait | Self::PredictedServiceLevel)
    }
}

impl TriggerConfig {
    /// Whether a figure is at or beyond the threshold to enter.
    pub const fn enters_at(&self, value: u32) -> bool {
        if self.signal.falls() { value <= self.enter } else { value >= self.enter }
    }

    /// Whether a figure is at or better than the threshold to leave.
    pub const fn leaves_at(&self, value: u32) -> bool {
        if self.signal.falls() { value >= self.leave } else { value <= self.leave }
    }
}

fn a_minute() -> Span {
    Span::from_secs(60)
}
