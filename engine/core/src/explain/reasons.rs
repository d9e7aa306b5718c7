//! What keeps an agent from a contact: what could change apart from what could not.

use serde::{Deserialize, Serialize};

use crate::contact::ContactState;
use crate::ids::AgentId;
use crate::skill::Shortfall;
use crate::time::Timestamp;

/// Something that keeps an agent from a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// A need that nothing relaxes, or a cost beyond the agent's whole capacity.
    Absolute(Shortfall),
    /// The mandatory requirement does not hold.
    Mandatory,
    /// Signed out.
    Offline,
    /// On a break.
    OnBreak,
    /// Asked nothing after too many unanswered offers.
    NotResponding,
    /// Paused after a failed offer.
    CoolingDown {
        /// Until then.
        until: Timestamp,
    },
    /// Other work takes the room, or does not go with the contact's channel.
    NoRoom {
        /// Cost units that are free.
        free: u16,
        /// Cost units that the contact takes.
        cost: u16,
        /// When there is room again by wrap-ups that end; `None`: when conversations end.
        until: Option<Timestamp>,
    },
    /// It takes nothing of this queue for now.
    QueuePaused,
    /// It declined this contact a while ago.
    PassedOver {
        /// Until then.
        until: Timestamp,
    },
    /// The contact is kept for another agent.
    KeptFor {
        /// For whom.
        agent: AgentId,
        /// Until then.
        until: Timestamp,
    },
    /// It is being asked for this contact already.
    BeingAsked,
    /// Scores are wanted for the contact, and nobody may take it until they come.
    BeingScored,
    /// The contact does not seek anybody: it is this.
    ContactIs(ContactState),
    /// A rule of the pool or of the hours keeps the two apart for now: a delay, a reserve, a cap, a shift.
    Gated,
}

impl Reason {
    /// Whether nothing that may happen in the centre takes it away: neither time nor order nor a plan's steps.
    pub const fn is_absolute(&self) -> bool {
        matches!(self, Self::Absolute(_))
    }

    /// Its name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Absolute(_) => "absolute",
            Self::Mandatory => "mandatory",
            Self::Offline => "offline",
            Self::OnBreak => "on_break",
            Self::NotResponding => "not_responding",
            Self::CoolingDown { .. } => "cooling_down",
            Self::NoRoom { .. } => "no_room",
            Self::QueuePaused => "queue_paused",
            Self::PassedOver { .. } => "passed_over",
            Self::KeptFor { .. } => "kept_for",
            Self::BeingAsked => "being_asked",
            Self::BeingScored => "being_scored",
            Self::ContactIs(_) => "contact_is",
            Self::Gated => "gated",
        }
    }
}
