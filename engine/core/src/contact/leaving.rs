//! How a contact leaves: its queue, its agent, or the domain.

use super::{Contact, ContactOutcome, Phase};
use crate::agent::AgentMessage;
use crate::error::CommandError;
use crate::event::EventKind;
use crate::ids::{AgentId, QueueId};
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::queue::{MoveCause, QueueMessage};
use crate::time::Span;

impl Contact {
    /// The customer hung up or the host took the contact back.
    pub(super) fn leave(&self, outcome: ContactOutcome, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match self.phase {
            _ if outcome == ContactOutcome::Abandoned && self.served_by().is_some() => {
                return Err(self.wrong("abandon"));
            }
            Phase::Engaged { agent, waited }
            | Phase::Suspended { agent, waited }
            | Phase::Parked { agent, waited } => self.leave_agent(agent, outcome, waited, cx),
            Phase::Connecting { .. } if outcome == ContactOutcome::HandedOff => {
                return Err(self.wrong("hand off"));
            }
            Phase::Connecting { agent, .. } => self.leave_agent(agent, outcome, self.waited(cx.now), cx),
            Phase::Waiting => {
                for (offer, _) in &self.offers {
                    cx.send(Message::Offer(*offer, OfferMessage::End(OfferOutcome::ContactLeft)));
                }
                cx.emit(EventKind::ContactEnded {
                    contact: self.id,
                    queue: self.queue,
                    outcome,
                    agent: None,
                    waited: self.waited(cx.now),
                    handled: Span::ZERO,
                    wrap_up_until: None,
                });
            }
        }
        Ok(())
    }

    /// The queue has closed: its contacts wait elsewhere.
    pub(super) fn overflow(&self, to: QueueId, cx: &mut Context<'_>) {
        for (offer, _) in &self.offers {
            cx.send(Message::Offer(*offer, OfferMessage::End(OfferOutcome::ContactLeft)));
        }
        let to = cx.config.entrance(to, &self.id);
        let (contact, from, cause) = (self.id, self.queue, MoveCause::Closed);
        cx.emit(EventKind::ContactMoved { contact, from, to, cause });
        cx.send(Message::Queue(to, QueueMessage::Enter { contact, origin: self.waits_since() }));
    }

    /// The agent closes what it has accepted: it knows how long its wrap-up is.
    pub(super) fn leave_agent(
        &self,
        agent: AgentId,
        outcome: ContactOutcome,
        waited: Span,
        cx: &mut Context<'_>,
    ) {
        let close = AgentMessage::Close { contact: self.id, queue: self.queue, outcome, waited };
        cx.send(Message::Agent(agent, close));
    }
}
