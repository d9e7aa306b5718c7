//! Parked contacts: the customer is silent, so the contact takes nothing of its agent until it writes again.

use super::actor::Agent;
use crate::error::CommandError;
use crate::event::{EventKind, HoldReason};
use crate::ids::ContactId;
use crate::mailbox::Context;

impl Agent {
    /// The customer wrote again. The contact is its agent's at once, even beyond its room; then, or when the agent is gone,
    /// only for a while.
    pub(super) fn unpark(&self, contact: &ContactId, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Some(work) = self.work_on(contact) else { return Ok(()) };
        let over = !self.takes_back(work, &cx.config.rooms);
        let hold = cx.config.queues[work.queue.index()].settings.unpark_hold;
        cx.emit(EventKind::ContactUnparked { contact: *contact, agent: self.id, over });
        if over {
            let reason = HoldReason::Unparked;
            cx.emit(EventKind::ContactHeld {
                contact: *contact,
                agent: self.id,
                until: cx.now + hold,
                reason,
            });
        }
        Ok(())
    }
}
