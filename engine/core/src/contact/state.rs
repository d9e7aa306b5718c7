//! The words for what a contact is, and for how it ended.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a contact's stay ended; exactly one for each contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactOutcome {
    /// An agent served it.
    Served,
    /// The customer gave up before being served.
    Abandoned,
    /// The queue was full, or nobody capable was there, and the queue does not let such contacts wait.
    Blocked,
    /// The host took it back.
    Withdrawn,
    /// It had waited as long as its queue lets contacts wait.
    TimedOut,
    /// It was turned away to keep the service for others.
    Shed,
    /// A system outside took it over.
    HandedOff,
    /// Its queue was closed.
    Closed,
    /// Its customer was to be called back and could not be reached.
    CallbackFailed,
    /// Another contact of the same customer took its place.
    Merged,
}

/// What a contact is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactState {
    /// In its queue.
    Waiting,
    /// Held out to one agent or more; it keeps its place.
    Offered,
    /// Accepted; media is not up.
    Connecting,
    /// In conversation.
    Engaged,
    /// In its queue, which is closed: it keeps its place, and nobody is asked.
    Deferred,
    /// Its agent serves a more urgent contact first.
    Suspended,
    /// Its customer is silent; it takes nothing of its agent until the customer writes again.
    Parked,
    /// In its queue, not to be served before an instant.
    Scheduled,
    /// In its queue, its customer not to be called back before an instant.
    CallbackPending,
}

impl fmt::Display for ContactOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Served => "served",
            Self::Abandoned => "abandoned",
            Self::Blocked => "blocked",
            Self::Withdrawn => "withdrawn",
            Self::TimedOut => "timed_out",
            Self::Shed => "shed",
            Self::HandedOff => "handed_off",
            Self::Closed => "closed",
            Self::CallbackFailed => "callback_failed",
            Self::Merged => "merged",
        })
    }
}

impl fmt::Display for ContactState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Connecting => "connecting",
            Self::Engaged => "engaged",
            Self::Deferred => "deferred",
            Self::Suspended => "suspended",
            Self::Parked => "parked",
            Self::Scheduled => "scheduled",
            Self::CallbackPending => "callback pending",
        })
    }
}
