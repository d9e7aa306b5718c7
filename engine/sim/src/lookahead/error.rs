//! Why nothing can be seen ahead.

use smol_str::SmolStr;
use sunline_core::{BranchError, CommandError, ContactId, ContactState, FoldError};

use crate::scenario::ScenarioError;

/// Why a look-ahead gives no answer; it names what is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LookAheadError {
    /// An assumption cannot be meant.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// This release refuses the snapshot.
    #[error("the snapshot cannot be used: {0}")]
    Snapshot(#[from] FoldError),
    /// The state cannot go on under a configuration.
    #[error("the configuration cannot be tried: {0}")]
    Configured(#[from] BranchError),
    /// Somebody is inside a queue, and no stream says how long its conversations last.
    #[error("contact {contact} is inside queue {queue:?}, which no assumed stream describes")]
    NoLaw {
        /// The queue.
        queue: SmolStr,
        /// Who is inside.
        contact: ContactId,
    },
    /// The contact is not inside.
    #[error("contact {contact} is not inside")]
    UnknownContact {
        /// Which contact.
        contact: ContactId,
    },
    /// The contact does not wait any more.
    #[error("contact {contact} does not wait: it is {state}")]
    NotWaiting {
        /// Which contact.
        contact: ContactId,
        /// What it is.
        state: ContactState,
    },
    /// No queue is called so.
    #[error("no queue is called {name:?}")]
    UnknownQueue {
        /// The name.
        name: SmolStr,
    },
    /// No agent is called so.
    #[error("no agent is called {name:?}")]
    UnknownAgent {
        /// The name.
        name: SmolStr,
    },
    /// No pool is called so.
    #[error("no pool is called {name:?}")]
    UnknownPool {
        /// The name.
        name: SmolStr,
    },
    /// More agents should go than are there.
    #[error("{wanted} agents should leave, and {there} are signed in")]
    TooFewAgents {
        /// How many should go.
        wanted: u32,
        /// How many are there.
        there: u32,
    },
    /// Recorded arrivals cannot be more or fewer than they are.
    #[error("streams[{stream}]: recorded instants cannot be multiplied; give a rate")]
    Recorded {
        /// Which stream.
        stream: usize,
    },
    /// The domain would refuse the newcomer.
    #[error("the contact could not arrive: {0}")]
    Arrival(CommandError),
    /// The domain refuses a change.
    #[error("the change is refused: {0}")]
    Refused(CommandError),
    /// A number lies outside its range.
    #[error("{what} must be {expected}, not {found}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

impl LookAheadError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Scenario(error) => error.code(),
            Self::Configured(_) => "config_refused",
            Self::Snapshot(_) => "snapshot_refused",
            Self::NoLaw { .. } => "no_law",
            Self::UnknownContact { .. } => "unknown_contact",
            Self::NotWaiting { .. } => "not_waiting",
            Self::UnknownQueue { .. } => "unknown_queue",
            Self::UnknownAgent { .. } => "unknown_agent",
            Self::UnknownPool { .. } => "unknown_pool",
            Self::TooFewAgents { .. } => "too_few_agents",
            Self::Recorded { .. } => "recorded_arrivals",
            Self::Arrival(error) | Self::Refused(error) => error.code(),
            Self::OutOfRange { .. } => "out_of_range",
        }
    }
}
