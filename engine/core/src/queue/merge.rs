//! A customer who comes again while waiting already: two contacts become one.

use super::Queue;
use crate::contact::{ContactMessage, ContactOutcome};
use crate::event::EventKind;
use crate::ids::{ContactId, QueueId};
use crate::mailbox::{Context, Message};
use crate::time::{Span, Timestamp};

/// Another contact of the same customer that waits or is to be called back.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    pub(crate) contact: ContactId,
    pub(crate) place: u32,
    pub(crate) queue: QueueId,
    pub(crate) origin: Timestamp,
    /// How long it has not waited since its origin.
    pub(crate) talked: Span,
    /// The newcomer takes its place; otherwise it stays, and the newcomer ends.
    pub(crate) gives_way: bool,
}

impl Queue {
    /// Makes a contact that has just arrived one with what its customer has here: the contact at which the customer is
    /// present survives, with the older origin.
    pub(super) fn merge(&self, new: ContactId, origin: Timestamp, twins: Vec<Twin>, cx: &mut Context<'_>) {
        let mut oldest = origin;
        for twin in twins {
            let before = oldest;
            oldest = oldest.min(twin.origin);
            if twin.gives_way {
                cx.emit(EventKind::ContactMerged { contact: new, merged: twin.contact, origin: oldest });
                if twin.origin < before {
                    Self::set_due(new, self.id, oldest, cx);
                }
                cx.send(Message::Contact(twin.place, ContactMessage::Leave(ContactOutcome::Merged)));
            } else {
                cx.emit(EventKind::ContactMerged { contact: twin.contact, merged: new, origin: oldest });
                if oldest < twin.origin {
                    Self::set_due(twin.contact, twin.queue, oldest + twin.talked, cx);
                }
                cx.emit(EventKind::ContactEnded {
                    contact: new,
                    queue: self.id,
                    outcome: ContactOutcome::Merged,
                    agent: None,
                    // Those that gave way to it have left it their origins.
                    waited: cx.now.since(before).max(Span::ZERO),
                    handled: Span::ZERO,
                    wrap_up_until: None,
                });
                return;
            }
        }
    }
}
