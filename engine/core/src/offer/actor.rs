//! One offer, from issue to its end.
//!
//! ```text
//! Issued ─┬─▶ Accepted        the agent took it, and nobody else had
//!         ├─▶ Declined        the agent refused
//!         ├─▶ Expired         no answer in time (RONA)
//!         ├─▶ Busy, Unreachable   it never reached the agent
//!         ├─▶ Rescinded       another agent of the wave won
//!         ├─▶ Revoked         the agent left, or the host took it back
//!         └─▶ ContactLeft     the customer gave up, or the contact was withdrawn
//! ```
//!
//! An offer decides only whether an answer counts. What an end costs the agent, the agent decides; whether it won the
//! contact, the contact decides.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::agent::AgentMessage;
use crate::contact::ContactMessage;
use crate::error::CommandError;
use crate::ids::{AgentId, ContactId, OfferId, QueueId};
use crate::mailbox::{Context, Message};
use crate::time::Timestamp;

/// How an offer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// The agent took it.
    Accepted,
    /// The agent refused.
    Declined,
    /// No answer in time: redirection on no answer.
    Expired,
    /// The agent's line was busy.
    Busy,
    /// The agent's device could not be reached.
    Unreachable,
    /// Another agent won.
    Rescinded,
    /// The agent left, or the host took the offer back.
    Revoked,
    /// The contact left first.
    ContactLeft,
}

impl fmt::Display for OfferOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Busy => "busy",
            Self::Unreachable => "unreachable",
            Self::Rescinded => "rescinded",
            Self::Revoked => "revoked",
            Self::ContactLeft => "contact left",
        })
    }
}

/// What an offer is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OfferMessage {
    /// This agent takes it.
    Accept(AgentId),
    /// This agent refuses it.
    Decline(AgentId),
    /// It ends like this.
    End(OfferOutcome),
}

/// An offer's private state: it is there as long as it is live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) id: OfferId,
    pub(crate) contact: ContactId,
    /// Place of the contact in this run.
    #[serde(skip)]
    pub(crate) place: u32,
    pub(crate) queue: QueueId,
    pub(crate) agent: AgentId,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl Offer {
    pub(crate) fn receive(&self, message: OfferMessage, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match message {
            OfferMessage::Accept(agent) => {
                self.check_holder(agent)?;
                cx.send(Message::Contact(self.place, ContactMessage::Won { offer: self.id, agent }));
            }
            OfferMessage::Decline(agent) => {
                self.check_holder(agent)?;
                self.end(OfferOutcome::Declined, cx);
            }
            OfferMessage::End(outcome) => self.end(outcome, cx),
        }
        Ok(())
    }

    fn end(&self, outcome: OfferOutcome, cx: &mut Context<'_>) {
        let lost =
            AgentMessage::OfferLost { offer: self.id, contact: self.contact, queue: self.queue, outcome };
        cx.send(Message::Agent(self.agent, lost));
    }

    fn check_holder(&self, agent: AgentId) -> Result<(), CommandError> {
        if agent == self.agent {
            return Ok(());
        }
        Err(CommandError::NotYourOffer { offer: self.id, agent, holder: self.agent })
    }
}
