//! What an agent wants to be, and what it is.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// What an agent asked to be. It takes no new work unless `Available`; work in progress goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Signed out.
    #[default]
    Offline,
    /// Ready for work.
    Available,
    /// Signed in, and not ready, for a reason.
    Break(SmolStr),
}

/// What an agent is, as far as one word can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Signed out, with nothing in hand.
    Offline,
    /// On a break, with nothing in hand.
    OnBreak,
    /// Ready and idle.
    Idle,
    /// Has work in hand: an offer, a contact or a wrap-up.
    Busy,
    /// Ready, but paused after a failed offer.
    CoolingDown,
    /// Ready, but asked nothing after too many unanswered offers.
    NotResponding,
    /// Ready, but outside its shifts, where it is given no new work.
    OffShift,
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("offline"),
            Self::Available => f.write_str("available"),
            Self::Break(reason) if reason.is_empty() => f.write_str("on break"),
            Self::Break(reason) => write!(f, "on break ({reason})"),
        }
    }
}

impl fmt::Display for AgentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offline => "offline",
            Self::OnBreak => "on break",
            Self::Idle => "idle",
            Self::Busy => "busy",
            Self::CoolingDown => "cooling down",
            Self::NotResponding => "not responding",
            Self::OffShift => "off shift",
        })
    }
}
