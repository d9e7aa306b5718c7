//! One table of every reason to wake. Each has a name, a rank at its instant and a sentence.
//!
//! Deadlines fire oldest first, then by kind in the order below, then by id: first what ends, then what returns,
//! then what changes eligibility.

mod lane;
mod table;

use core::fmt;

pub(crate) use table::Deadlines;

use crate::ids::{AgentId, CalendarId, ContactId, OfferId, SkillId};
use crate::time::Timestamp;

/// A reason to wake. The order of the variants is their rank at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// The agent has not answered: the offer expires.
    OfferExpires(OfferId),
    /// The host has not confirmed the connection: it counts as failed.
    ConnectionFails(ContactId),
    /// A contact that was held with its agent goes back to its queue, unless things are in order.
    HoldEnds(AgentId, ContactId),
    /// The wrap-up is over.
    WrapUpEnds(AgentId, ContactId),
    /// The agent's pause after a failed offer is over.
    CoolDownEnds(AgentId),
    /// A shift of the agent begins or ends, or its end comes nearer than some contacts last.
    ShiftTurns(AgentId),
    /// The agent may be asked for this contact again.
    ExclusionEnds(ContactId, AgentId),
    /// A skill begins or ceases to count.
    SkillValidityChanges(AgentId, SkillId),
    /// The contact has waited in its queue as long as it may.
    WaitRunsOut(ContactId),
    /// A contact has been in its queue for as long as some pool's delay.
    DelayPasses(ContactId),
    /// A calendar opens, closes or ends.
    CalendarTurns(CalendarId),
    /// A joint rule is asked.
    JointWakes,
    /// No scores came in time.
    ScoresDue(ContactId),
    /// An entitlement, by its place among the agent's, begins or ceases to count.
    EntitlementChanges(AgentId, u16),
    /// The agent is free of the project it was locked to.
    LockEnds(AgentId),
    /// The contact may be served.
    MayBeServed(ContactId),
    /// The contact's service level is tested once more.
    RiskIsTested(ContactId),
    /// A figure may have come to a threshold, or a dwell time or a plan to its end.
    TriggersTested,
    /// The contact is kept for one agent no more.
    KeepEnds(ContactId),
    /// The next step of the plan of a contact's queue opens.
    StepOpens(ContactId),
}

/// A deadline over which the kernel broke off. A rebuilt domain is told to set it aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenDeadline {
    pub(crate) at: Timestamp,
    pub(crate) deadline: Deadline,
}

impl fmt::Display for BrokenDeadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        match &self.deadline {
            Deadline::ScoresDue(contact) => write!(f, "scores for contact {contact} are due at {at}"),
            Deadline::JointWakes => write!(f, "the joint rule is asked at {at}"),
            Deadline::OfferExpires(offer) => write!(f, "{offer} expires at {at}"),
            Deadline::ConnectionFails(contact) => {
                write!(f, "the connection of contact {contact} fails at {at}")
            }
            Deadline::HoldEnds(agent, contact) => {
                write!(f, "contact {contact} is held with {agent} until {at}")
            }
            Deadline::WrapUpEnds(agent, contact) => {
                write!(f, "the wrap-up of {agent} after contact {contact} ends at {at}")
            }
            Deadline::CoolDownEnds(agent) => write!(f, "the pause of {agent} ends at {at}"),
            Deadline::ExclusionEnds(contact, agent) => {
                write!(f, "{agent} may be asked for contact {contact} again at {at}")
            }
            Deadline::DelayPasses(contact) => write!(f, "a delay of contact {contact} passes at {at}"),
            Deadline::ShiftTurns(agent) => write!(f, "the shift of {agent} turns at {at}"),
            Deadline::CalendarTurns(calendar) => write!(f, "{calendar} turns at {at}"),
            Deadline::SkillValidityChanges(agent, skill) => write!(f, "{skill} of {agent} changes at {at}"),
            Deadline::EntitlementChanges(agent, place) => {
                write!(f, "entitlement {place} of {agent} changes at {at}")
            }
            Deadline::LockEnds(agent) => write!(f, "the project lock of {agent} ends at {at}"),
            Deadline::TriggersTested => write!(f, "overflow and surge are tested at {at}"),
            Deadline::MayBeServed(contact) => write!(f, "contact {contact} may be served at {at}"),
            Deadline::RiskIsTested(contact) => {
                write!(f, "the service level of contact {contact} is tested at {at}")
            }
            Deadline::KeepEnds(contact) => write!(f, "contact {contact} is kept for an agent until {at}"),
            Deadline::StepOpens(contact) => write!(f, "the plan of contact {contact} goes on at {at}"),
            Deadline::WaitRunsOut(contact) => write!(f, "the longest wait of contact {contact} ends at {at}"),
        }
    }
}
