//! An agent whose session is lost, and contacts that are held with an agent who cannot serve them now.
//!
//! Nobody knows where a lost agent is, so it counts as offline as of that instant. What it was offered goes to others
//! without strike; what it was about to be connected to goes back at once; what it is engaged in follows the queue's
//! `on_agent_lost`. Wrap-ups run to their end.

use super::actor::Agent;
use super::presence::Presence;
use super::work::{Stage, Work};
use crate::config::OnAgentLost;
use crate::event::{EventKind, HoldReason};
use crate::ids::ContactId;
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::time::{Span, Timestamp};

impl Agent {
    /// The agent's session is lost; of one who is gone already and has nothing in hand, that is no news.
    pub(super) fn lost(&self, cx: &mut Context<'_>) {
        let concerns = |work: &&Work| !matches!(work.stage, Stage::WrapUp { .. } | Stage::Parked);
        if self.presence == Presence::Offline && !self.work.iter().any(|work| concerns(&work)) {
            return;
        }
        cx.emit(EventKind::AgentLost { agent: self.id });
        if self.presence != Presence::Offline {
            cx.emit(EventKind::PresenceChanged { agent: self.id, presence: Presence::Offline });
        }
        for work in self.work.iter().filter(concerns) {
            match work.stage {
                Stage::Reserved { offer } => {
                    cx.send(Message::Offer(offer, OfferMessage::End(OfferOutcome::Revoked)));
                }
                Stage::Connecting => self.give_back(work, HoldReason::AgentLost, cx),
                // Its customer is silent; whether anybody is there shows when it writes.
                Stage::Parked => {}
                _ => self.leave_alone(work, cx),
            }
        }
    }

    /// What becomes of a conversation whose agent is lost.
    fn leave_alone(&self, work: &Work, cx: &mut Context<'_>) {
        let settings = &cx.config.queues[work.queue.index()].settings;
        let reason = HoldReason::AgentLost;
        match settings.on_agent_lost {
            OnAgentLost::Keep if settings.agent_lost_grace > Span::ZERO => {
                let until = cx.now + settings.agent_lost_grace;
                cx.emit(EventKind::ContactHeld { contact: work.contact, agent: self.id, until, reason });
            }
            OnAgentLost::Keep | OnAgentLost::Requeue => self.give_back(work, reason, cx),
        }
    }

    /// A hold is over: with the agent gone the contact goes back, otherwise it stays.
    pub(super) fn hold_ends(&self, contact: &ContactId, cx: &mut Context<'_>) {
        let Some(work) = self.work_on(contact) else { return };
        let Some((_, reason)) = work.held else { return };
        let beyond = reason == HoldReason::Unparked && !self.is_within(&cx.config.rooms);
        match beyond || self.presence == Presence::Offline {
            true => self.give_back(work, reason, cx),
            false => cx.emit(EventKind::HoldEnded { contact: *contact, agent: self.id }),
        }
    }

    /// It is not the agent's any more.
    pub(super) fn give_up(&self, contact: &ContactId, reason: HoldReason, cx: &mut Context<'_>) {
        if let Some(work) = self.work_on(contact) {
            self.give_back(work, reason, cx);
        }
    }

    /// The contact goes back to its queue, to its old place; the agent has its room back and no wrap-up.
    fn give_back(&self, work: &Work, reason: HoldReason, cx: &mut Context<'_>) {
        cx.emit(EventKind::ContactRequeued {
            contact: work.contact,
            queue: work.queue,
            agent: self.id,
            reason,
            handled: work.handled(cx.now),
        });
    }

    pub(crate) fn apply_held(&mut self, contact: &ContactId, held: Option<(Timestamp, HoldReason)>) {
        if let Some(work) = self.work.iter_mut().find(|work| work.contact == *contact) {
            work.held = held;
        }
    }
}
