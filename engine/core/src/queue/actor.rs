//! The queue: what it lets in, and how many it holds.
//!
//! A queue decides about admission. Who is served next, the board decides over all queues at once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::admission::Away;
use super::merge::Twin;
use super::quota::Given;
use crate::command::ContactDetails;
use crate::config::{AgentRule, OnUnservable};
use crate::contact::ContactOutcome;
use crate::event::EventKind;
use crate::hours::Standing;
use crate::ids::{AgentId, ChannelId, ContactId, QueueId};
use crate::mailbox::Context;
use crate::record::ChosenBy;
use crate::skill::Shortfall;
use crate::time::{Span, Timestamp};

/// What a queue is told.
#[derive(Clone, Debug)]
pub(crate) enum QueueMessage {
    /// A contact asks to be let in.
    Admit {
        contact: ContactId,
        channel: ChannelId,
        origin: Timestamp,
        points: i64,
        digest: u64,
        details: Option<Arc<ContactDetails>>,
        /// What else its customer has here, where that becomes one.
        merge: Vec<Twin>,
    },
    /// No registered agent could ever serve this contact of yours.
    Unservable { contact: ContactId, origin: Timestamp, shortfall: Option<Shortfall> },
    /// This contact of yours has come to a bound.
    TurnAway { contact: ContactId, place: u32, origin: Timestamp, away: Away },
    /// This contact has come to you from another queue.
    Enter { contact: ContactId, origin: Timestamp },
    /// Your calendar says something else now.
    Turn { standing: Standing, opens_at: Option<Timestamp> },
}

/// A queue's private state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Queue {
    pub(crate) id: QueueId,
    /// Contacts whose home this is and who have not ended.
    pub(crate) inside: u32,
    /// Of these, the ones without an agent who accepted.
    pub(crate) waiting: u32,
    /// Contacts that came to it, and of these, the ones that went on to a partner.
    pub(crate) taken_in: u64,
    pub(crate) given_out: u64,
    /// The agent chosen last, where rules go round.
    pub(crate) last_chosen: Option<AgentId>,
    /// Draws made from the queue's stream of chance.
    pub(crate) draws: u64,
    /// Within its hours; without any, always.
    pub(crate) open: bool,
    /// Contacts given to pools, where a quota shares them out.
    pub(crate) given: Given,
}

impl Queue {
    pub(crate) fn new(id: QueueId) -> Self {
        let given = Given::default();
        let (taken_in, given_out) = (0, 0);
        Self {
            id,
            inside: 0,
            waiting: 0,
            taken_in,
            given_out,
            last_chosen: None,
            draws: 0,
            open: true,
            given,
        }
    }

    /// An agent was chosen for one of its contacts.
    pub(crate) fn apply_chosen(&mut self, agent: AgentId, chosen_by: ChosenBy) {
        self.last_chosen = Some(agent);
        if matches!(chosen_by, ChosenBy::AgentRule(AgentRule::Uniform | AgentRule::Weighted)) {
            self.draws += 1;
        }
    }

    /// What pools were given counts from now on.
    pub(crate) fn forget_shares(&mut self) {
        self.given = Given::default();
    }

    #[inline(always)]
    pub(crate) fn receive(&self, message: QueueMessage, cx: &mut Context<'_>) {
        match message {
            QueueMessage::Admit { contact, channel, origin, points, digest, details, merge } => {
                let queue = self.id;
                cx.emit(EventKind::ContactArrived {
                    contact,
                    queue,
                    channel,
                    origin,
                    points,
                    digest,
                    details,
                });
                // Where the customer is told that it is closed, nothing it has here is touched.
                if self.enter(contact, origin, cx) && !merge.is_empty() {
                    self.merge(contact, origin, merge, cx);
                }
            }
            QueueMessage::Unservable { contact, origin, shortfall } => {
                cx.emit(EventKind::ContactUnservable { contact, shortfall });
                if cx.config.queues[self.id.index()].settings.on_unservable == OnUnservable::Block {
                    self.end(contact, origin, ContactOutcome::Blocked, cx);
                }
            }
            QueueMessage::TurnAway { contact, place, origin, away } => {
                self.turn_away(contact, place, origin, away, cx);
            }
            QueueMessage::Enter { contact, origin } => {
                self.enter(contact, origin, cx);
            }
            QueueMessage::Turn { standing, opens_at } => self.turn(standing, opens_at, cx),
        }
    }

    /// Ends a contact that nobody has accepted.
    pub(super) fn end(
        &self,
        contact: ContactId,
        origin: Timestamp,
        outcome: ContactOutcome,
        cx: &mut Context<'_>,
    ) {
        cx.emit(EventKind::ContactEnded {
            contact,
            queue: self.id,
            outcome,
            agent: None,
            waited: cx.now.since(origin).max(Span::ZERO),
            handled: Span::ZERO,
            wrap_up_until: None,
        });
    }
}
