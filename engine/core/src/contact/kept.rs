//! A contact that is kept for one agent for a while: the owner of a callback, or an agent its customer prefers.
//!
//! It lies in its class like any other and comes up at its turn; only the other agents pass it by. When the time is over,
//! or the agent refuses, it is everybody's.

use serde::{Deserialize, Serialize};

use super::Contact;
use crate::event::EventKind;
use crate::ids::AgentId;
use crate::mailbox::Context;
use crate::time::Timestamp;

/// For whom a contact is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Nobody else is asked.
    pub(crate) agent: Option<AgentId>,
    /// Until then.
    pub(crate) until: Timestamp,
    /// Who is to make the callback, at every attempt first.
    pub(crate) owner: Option<AgentId>,
}

impl Contact {
    /// The only agent who may be asked now, where it is kept for one.
    #[inline]
    pub(crate) fn kept_for(&self) -> Option<AgentId> {
        self.kept.as_deref().and_then(|kept| kept.agent)
    }

    /// Whether it is kept for another agent than this one.
    #[inline]
    pub(crate) fn is_kept_from(&self, agent: AgentId) -> bool {
        self.kept_for().is_some_and(|kept| kept != agent)
    }

    /// The time for which it is kept is over.
    pub(super) fn keep_ends(&self, cx: &mut Context<'_>) {
        if let Some(agent) = self.kept_for() {
            cx.emit(EventKind::KeepEnded { contact: self.id, agent });
        }
    }
}
