//! Work that the engine did not give: a private call, a meeting at a customer's. It takes room like a contact.

use serde::{Deserialize, Serialize};

use super::actor::Agent;
use crate::error::CommandError;
use crate::event::EventKind;
use crate::ids::{ChannelId, ContactId};
use crate::mailbox::Context;
use crate::time::Timestamp;

/// A piece of work from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalWork {
    /// Its id, chosen by the host; no other work of the agent has it.
    pub id: ContactId,
    /// The channel whose bounds it counts for.
    pub channel: ChannelId,
    /// Cost units it takes.
    pub cost: u16,
    /// When it began.
    pub since: Timestamp,
}

impl Agent {
    /// It has begun, whether there is room for it or not.
    pub(super) fn begin_external(
        &self,
        id: ContactId,
        channel: ChannelId,
        cost: Option<u16>,
        cx: &mut Context<'_>,
    ) -> Result<(), CommandError> {
        if self.external.iter().any(|external| external.id == id) || self.work_on(&id).is_some() {
            return Err(CommandError::DuplicateContact { contact: id });
        }
        let cost = cost.unwrap_or_else(|| cx.config.rooms.cost(channel));
        cx.emit(EventKind::ExternalWorkBegun { agent: self.id, work: id, channel, cost });
        Ok(())
    }

    pub(super) fn end_external(&self, id: ContactId, cx: &mut Context<'_>) -> Result<(), CommandError> {
        if !self.external.iter().any(|external| external.id == id) {
            return Err(CommandError::UnknownContact { contact: id });
        }
        cx.emit(EventKind::ExternalWorkEnded { agent: self.id, work: id });
        Ok(())
    }

    pub(crate) fn apply_external_begun(&mut self, external: ExternalWork) {
        self.used = self.used.saturating_add(external.cost);
        self.external.push(external);
    }

    pub(crate) fn apply_external_ended(&mut self, id: &ContactId) {
        if let Some(i) = self.external.iter().position(|external| external.id == *id) {
            self.used -= self.external.remove(i).cost;
        }
    }
}
