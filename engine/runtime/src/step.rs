//! One step of a batch: what changes the state, and who waits for the answer.

use core::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Instant;

use sunline_core::{Command, CommandKey, Receipt, Timestamp};

use crate::error::EngineError;
use crate::pending::ReplyTo;
use crate::rights::Holder;
use crate::shared::Tally;

pub(crate) enum Step {
    /// A command, as of its stamp; `by`: said on a handle that may not say everything.
    Apply {
        at: Timestamp,
        entered: Instant,
        key: Option<CommandKey>,
        command: Command,
        by: Option<Arc<Holder>>,
        reply: Option<ReplyTo<Receipt>>,
    },
    /// Time comes to an instant.
    Advance { to: Timestamp, reply: Option<ReplyTo<()>> },
}

impl Step {
    /// Tells whoever waits. A refusal that nobody waits for is logged and counted.
    pub(crate) fn answer(self, answer: Result<Receipt, EngineError>, tally: &Tally) {
        match self {
            Self::Advance { reply, .. } => {
                if let Some(reply) = reply {
                    let _ = reply.send(answer.map(|_| ()));
                }
            }
            Self::Apply { command, reply, .. } => {
                let counter = if answer.is_ok() { &tally.applied } else { &tally.refused };
                counter.fetch_add(1, Ordering::Relaxed);
                match (reply, answer) {
                    // Whoever gave up waiting needs no answer.
                    (Some(reply), answer) => drop(reply.send(answer)),
                    (None, Err(error)) => {
                        tracing::warn!(command = command.name(), code = error.code(), %error, "refused; nobody waits");
                    }
                    (None, Ok(_)) => {}
                }
            }
        }
    }
}
