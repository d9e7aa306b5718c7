//! What travels through the rings: an action with the stamp it got at the door.

use core::fmt;
use std::sync::Arc;
use std::time::Instant;

use sunline_core::{Command, CommandKey, Domain, Receipt, Timestamp};
use tokio::sync::oneshot;

use crate::actors::watchdog::Check;
use crate::pending::ReplyTo;
use crate::port::Port;
use crate::rights::Holder;

/// When something entered, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The engine's time at that moment.
    pub at: Timestamp,
    /// Its place in the order of entry; there may be gaps.
    pub ticket: u64,
}

/// One thing in a ring.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) stamp: Stamp,
    /// The same moment by the machine's monotonic clock.
    pub(crate) entered: Instant,
    pub(crate) action: Action,
}

/// What the writer is asked to do.
pub(crate) enum Action {
    /// Apply a command; `by`: said on a handle that may not say everything.
    Apply {
        command: Command,
        key: Option<CommandKey>,
        by: Option<Arc<Holder>>,
        reply: Option<ReplyTo<Receipt>>,
    },
    /// Let time come to an instant, and say so when all is quiet.
    Advance { to: Timestamp, reply: Option<ReplyTo<()>> },
    /// Let somebody look at the state, between two commits.
    Inspect(Box<dyn FnOnce(&Domain) + Send>),
    /// Check the invariants of the state, and say how long that took.
    CheckInvariants(oneshot::Sender<Check>),
    /// A session takes over an agent's notices, beginning with its live offers.
    OpenSession(Port, ReplyTo<()>),
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apply { command, .. } => write!(f, "Apply({})", command.name()),
            Self::Advance { to, .. } => write!(f, "Advance({to})"),
            Self::Inspect(_) => f.write_str("Inspect"),
            Self::CheckInvariants(_) => f.write_str("CheckInvariants"),
            Self::OpenSession(port, _) => write!(f, "OpenSession({port:?})"),
        }
    }
}
