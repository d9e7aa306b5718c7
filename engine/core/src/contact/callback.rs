//! A customer who is called back: the contact keeps origin and place, and the agent who accepts it dials.
//!
//! ```text
//! Waiting ─the customer hangs up─▶ CallbackPending ─its turn, its instant─▶ Waiting ─accepted─▶ Connecting
//!                                       ▲                                                     │       │
//!                                       └───────── gap ◀───────── dialled, not reached ◀──────┘       ▼
//!                                                  └── too often ─▶ Ended(CallbackFailed)          Engaged
//! ```
//!
//! Only a customer who was dialled counts as an attempt; an agent's refusal or silence does not.

use super::{Contact, ContactOutcome, Phase};
use crate::error::CommandError;
use crate::event::EventKind;
use crate::ids::AgentId;
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::time::{Span, Timestamp};

impl Contact {
    pub(super) fn accept_callback(
        &self,
        not_before: Option<Timestamp>,
        owner: Option<(AgentId, Timestamp)>,
        cx: &mut Context<'_>,
    ) -> Result<(), CommandError> {
        if self.phase != Phase::Waiting || self.is_question() {
            return Err(self.wrong("request callback"));
        }
        cx.emit(EventKind::CallbackAccepted { contact: self.id, queue: self.queue, not_before });
        if let Some((agent, until)) = owner {
            cx.emit(EventKind::ContactKept { contact: self.id, agent, until, owned: true });
        }
        for (offer, _) in &self.offers {
            cx.send(Message::Offer(*offer, OfferMessage::End(OfferOutcome::Revoked)));
        }
        Ok(())
    }

    pub(super) fn not_reached(&self, retry_at: Timestamp, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let (Phase::Connecting { agent, .. }, Some(attempts)) = (self.phase, self.dialled) else {
            return Err(self.wrong("not reached"));
        };
        let attempts = attempts.saturating_add(1);
        let last = attempts >= cx.config.queues[self.queue.index()].settings.callback.max_attempts;
        cx.emit(EventKind::CustomerNotReached {
            contact: self.id,
            queue: self.queue,
            agent,
            attempts,
            retry_at: (!last).then_some(retry_at),
        });
        if let (Some(owner), false) = (self.kept.as_deref().and_then(|kept| kept.owner), last) {
            let until = retry_at + cx.config.queues[self.queue.index()].settings.callback.owner_delay;
            cx.emit(EventKind::ContactKept { contact: self.id, agent: owner, until, owned: true });
        }
        if last {
            cx.emit(EventKind::ContactEnded {
                contact: self.id,
                queue: self.queue,
                outcome: ContactOutcome::CallbackFailed,
                agent: None,
                waited: self.waited(cx.now),
                handled: Span::ZERO,
                wrap_up_until: None,
            });
        }
        Ok(())
    }
}
