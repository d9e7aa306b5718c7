//! What the kernel refused.

use sunline_core::{CommandError, ContactId, IdError, Timestamp};

use super::{Fact, Refusal};
use crate::engine::word;

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Self {
        let refusal = Self::new("CommandRefused", error.code(), &error);
        match error {
            CommandError::UnknownAgent { agent } => refusal.with("agent", agent.0),
            CommandError::DuplicateAgent { name, agent } => {
                refusal.with("name", name.as_str()).with("agent", agent.0)
            }
            CommandError::InvalidAgent(error) | CommandError::InvalidConfig(error) => {
                let problems = error.problems.into_iter().map(|p| (p.path, p.message)).collect();
                refusal.with("problems", Fact::Problems(problems))
            }
            CommandError::UnknownContact { contact }
            | CommandError::DuplicateContact { contact }
            | CommandError::NoScoresWanted { contact } => refusal.contact(contact),
            CommandError::ContactEnded { contact, ended_at } => {
                refusal.contact(contact).with("ended_at_ns", ended_at)
            }
            CommandError::NoCandidate { contact, agent } => refusal.contact(contact).with("agent", agent.0),
            CommandError::WrongContactState { command, contact, state } => {
                refusal.contact(contact).with("command", command).with("state", word(&state))
            }
            CommandError::WrongAgentState { command, agent, state } => {
                refusal.with("agent", agent.0).with("command", command).with("state", word(&state))
            }
            CommandError::UnknownQueue { queue } => refusal.with("queue", u32::from(queue.0)),
            CommandError::UnknownChannel { channel } => refusal.with("channel", u32::from(channel.0)),
            CommandError::UnknownOffer { offer } => refusal.with("offer", offer.0),
            CommandError::OfferEnded { offer, outcome, ended_at } => {
                refusal.with("offer", offer.0).with("outcome", word(&outcome)).with("ended_at_ns", ended_at)
            }
            CommandError::NotYourOffer { offer, agent, holder } => {
                refusal.with("offer", offer.0).with("agent", agent.0).with("holder", holder.0)
            }
            CommandError::NotAsynchronous { contact, channel } => {
                refusal.contact(contact).with("channel", u32::from(channel.0))
            }
            CommandError::CannotServe { agent, contact, shortfall: _ } => {
                refusal.contact(contact).with("agent", agent.0)
            }
            CommandError::NotOverridable { contact, agent, rule } => {
                refusal.contact(contact).with("agent", agent.0).with("rule", word(&rule))
            }
            CommandError::TransferLoop { contact, to } => refusal.contact(contact).with("to", to.to_string()),
            CommandError::TooManyTransfers { contact, transfers, limit, queues, groups } => {
                let names = |names: &[smol_str::SmolStr]| names.join(",");
                let legal = refusal.with("queues", names(&queues)).with("groups", names(&groups));
                legal.contact(contact).with("transfers", u32::from(transfers)).with("limit", u32::from(limit))
            }
            CommandError::ClaimedTwice { contact } => refusal.contact(contact),
            CommandError::NoWrapUp { agent, contact } => refusal.contact(contact).with("agent", agent.0),
            CommandError::WrapUpTooLong { wanted, limit } => {
                refusal.with("wanted_ns", wanted.as_nanos()).with("limit_ns", limit.as_nanos())
            }
            CommandError::OriginInFuture { origin, now } => {
                refusal.with("origin_ns", origin).with("now_ns", now)
            }
            CommandError::TooLarge { what, size, limit } => {
                refusal.with("what", what).with("size", size).with("limit", limit)
            }
            CommandError::InvalidRequirement { field, error: _ } => refusal.with("field", field),
            CommandError::TooManyCurves { limit } => refusal.with("limit", limit as u64),
            CommandError::UnknownCalendar { name } => refusal.with("name", name.as_str()),
            CommandError::FixedSetting { path } => refusal.with("path", path.as_str()),
            CommandError::NoDestination { queue } => refusal.with("path", format!("queues[{queue}]")),
            CommandError::UnknownZone { zone } => refusal.with("zone", zone.as_str()),
            CommandError::Poisoned { command, limit } => {
                refusal.with("command", command).with("limit", u32::from(limit))
            }
            _ => refusal,
        }
    }
}

impl From<IdError> for Refusal {
    fn from(error: IdError) -> Self {
        Self::new("InvalidArgument", "invalid_id", error).with("argument", "contact")
    }
}

impl Refusal {
    fn contact(self, contact: ContactId) -> Self {
        self.with("contact", contact.to_string())
    }
}

impl From<Timestamp> for Fact {
    fn from(instant: Timestamp) -> Self {
        Self::Whole(instant.as_nanos())
    }
}
