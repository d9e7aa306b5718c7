//! Why a command was refused: what, which one, and what to know next.

use smol_str::SmolStr;

use crate::agent::AgentState;
use crate::command::CommandKey;
use crate::config::{ConfigError, Override};
use crate::contact::{ContactState, TransferTarget};
use crate::ids::{AgentId, ChannelId, ContactId, OfferId, QueueId};
use crate::offer::OfferOutcome;
use crate::skill::{ExpressionError, Shortfall};
use crate::time::{Span, Timestamp};

/// Why a command was refused. State is as if it had never been sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// No agent has this number.
    #[error("{agent} is not registered")]
    UnknownAgent {
        /// The number given.
        agent: AgentId,
    },
    /// Another agent already has this name.
    #[error("an agent called {name:?} is already registered as {agent}")]
    DuplicateAgent {
        /// The name given.
        name: SmolStr,
        /// Who has it.
        agent: AgentId,
    },
    /// An agent keeps the name it registered with.
    #[error("{agent} is called {name:?} and stays so; {wanted:?} was given")]
    AgentRenamed {
        /// Which agent.
        agent: AgentId,
        /// Its name.
        name: SmolStr,
        /// The name given.
        wanted: SmolStr,
    },
    /// The agent's registration has mistakes.
    #[error("the agent was refused: {0}")]
    InvalidAgent(ConfigError),
    /// No contact with this id is inside.
    #[error("contact {contact} is not here")]
    UnknownContact {
        /// The id given.
        contact: ContactId,
    },
    /// A contact with this id and other content is or was here.
    #[error("contact {contact} was already submitted with other content")]
    DuplicateContact {
        /// The id given.
        contact: ContactId,
    },
    /// The contact has ended.
    #[error("contact {contact} had already ended at {ended_at}")]
    ContactEnded {
        /// Which contact.
        contact: ContactId,
        /// When.
        ended_at: Timestamp,
    },
    /// Scores came too late, or nobody asked for them.
    #[error("no scores are wanted for contact {contact}")]
    NoScoresWanted {
        /// Which contact.
        contact: ContactId,
    },
    /// A score is of an agent who was not asked about.
    #[error("{agent} is no candidate for contact {contact}")]
    NoCandidate {
        /// Which contact.
        contact: ContactId,
        /// Who was scored.
        agent: AgentId,
    },
    /// The command does not fit the contact's state.
    #[error("{command} does not apply to contact {contact}, which is {state}")]
    WrongContactState {
        /// The command's name.
        command: &'static str,
        /// Which contact.
        contact: ContactId,
        /// Its state now.
        state: ContactState,
    },
    /// The command does not fit the agent's state.
    #[error("{command} does not apply to {agent}, who is {state}")]
    WrongAgentState {
        /// The command's name.
        command: &'static str,
        /// Which agent.
        agent: AgentId,
        /// Its state now.
        state: AgentState,
    },
    /// The configuration has no such queue.
    #[error("there is no {queue}")]
    UnknownQueue {
        /// The number given.
        queue: QueueId,
    },
    /// The configuration has no such channel.
    #[error("there is no {channel}")]
    UnknownChannel {
        /// The number given.
        channel: ChannelId,
    },
    /// An absolute rule keeps the contact from the agent; no hand breaks it.
    #[error("{agent} may not serve contact {contact} ({shortfall:?}), whoever says so")]
    CannotServe {
        /// Which agent.
        agent: AgentId,
        /// Which contact.
        contact: ContactId,
        /// What the agent fails.
        shortfall: Shortfall,
    },
    /// A rule keeps the contact from the agent, and may not be broken by hand here.
    #[error(
        "giving contact {contact} to {agent} would break a rule ({rule:?}) that its queue does not let hands break"
    )]
    NotOverridable {
        /// Which contact.
        contact: ContactId,
        /// Which agent.
        agent: AgentId,
        /// The rule.
        rule: Override,
    },
    /// The contact would go back to where it was passed on from.
    #[error("contact {contact} was passed on by or out of {to} and does not go back")]
    TransferLoop {
        /// Which contact.
        contact: ContactId,
        /// Where it should have gone.
        to: TransferTarget,
    },
    /// The contact has been passed on as often as it may.
    #[error(
        "contact {contact} has been passed on {transfers} times of {limit}; it may still go to queues {queues:?} and groups {groups:?}"
    )]
    TooManyTransfers {
        /// Which contact.
        contact: ContactId,
        /// How often it was passed on.
        transfers: u16,
        /// How often it may be.
        limit: u16,
        /// Queues that may still take it.
        queues: Vec<SmolStr>,
        /// Groups whose agents may still take it.
        groups: Vec<SmolStr>,
    },
    /// Two agents cannot have one contact.
    #[error("contact {contact} is said to be with two agents")]
    ClaimedTwice {
        /// Which contact.
        contact: ContactId,
    },
    /// Only contacts of asynchronous channels may be parked.
    #[error("contact {contact} is on {channel}, whose customers do not wait in silence")]
    NotAsynchronous {
        /// Which contact.
        contact: ContactId,
        /// Its channel.
        channel: ChannelId,
    },
    /// No offer has this number, or it ended too long ago to be remembered.
    #[error("{offer} is not known")]
    UnknownOffer {
        /// The number given.
        offer: OfferId,
    },
    /// The answer came after the offer ended; the contact has already moved on.
    #[error("{offer} had already ended ({outcome}) at {ended_at}")]
    OfferEnded {
        /// Which offer.
        offer: OfferId,
        /// How it ended.
        outcome: OfferOutcome,
        /// When.
        ended_at: Timestamp,
    },
    /// The offer was made to another agent.
    #[error("{offer} was made to {holder}, not to {agent}")]
    NotYourOffer {
        /// Which offer.
        offer: OfferId,
        /// Who answered.
        agent: AgentId,
        /// Who was asked.
        holder: AgentId,
    },
    /// The agent has no wrap-up after this contact.
    #[error("{agent} is in no wrap-up after contact {contact}")]
    NoWrapUp {
        /// Which agent.
        agent: AgentId,
        /// The contact named.
        contact: ContactId,
    },
    /// The extension would pass the ceiling.
    #[error("wrap-up may last {limit} in all; this would make it {wanted}")]
    WrapUpTooLong {
        /// Length asked, from its start.
        wanted: Span,
        /// Longest allowed.
        limit: Span,
    },
    /// The contact claims to have begun waiting in the future.
    #[error("origin {origin} lies after now ({now})")]
    OriginInFuture {
        /// The origin given.
        origin: Timestamp,
        /// The instant of the command.
        now: Timestamp,
    },
    /// A part of the input is too large.
    #[error("{what} may be at most {limit}; this is {size}")]
    TooLarge {
        /// Which part, with its unit.
        what: &'static str,
        /// What was given.
        size: u64,
        /// What is allowed.
        limit: u64,
    },
    /// A requirement or preferred term cannot be read.
    #[error("{field} cannot be read: {error}")]
    InvalidRequirement {
        /// Which field.
        field: &'static str,
        /// Where and why.
        error: ExpressionError,
    },
    /// The domain already has as many distinct priority curves as it may.
    #[error("this would be the {limit}th-plus-one distinct combination of points, slope and cap")]
    TooManyCurves {
        /// How many there may be.
        limit: usize,
    },
    /// The key was used for a command before, and the two differ.
    #[error("command key {:032x} was already used for another command", key.0)]
    KeyReused {
        /// The key given.
        key: CommandKey,
    },
    /// No calendar of the configuration has this name.
    #[error("no calendar is called {name:?}")]
    UnknownCalendar {
        /// The name given.
        name: SmolStr,
    },
    /// The configuration is refused; the one in force stays.
    #[error("{0}")]
    InvalidConfig(ConfigError),
    /// A setting that may not change while the domain runs: the state is built on it.
    #[error("{path} may not change while the domain runs")]
    FixedSetting {
        /// The setting, for example `channels[voice].cost`.
        path: String,
    },
    /// A queue is gone from the configuration, and nothing says where its contacts go.
    #[error("queue {queue:?} is gone: keep it with `retired_to`, which says where its contacts go")]
    NoDestination {
        /// The queue.
        queue: SmolStr,
    },
    /// The customer's zone has no calling hours: load them with `SetHours`, then submit the contact again.
    #[error("the calling hours of {zone:?} are not loaded")]
    UnknownZone {
        /// The zone given.
        zone: SmolStr,
    },
    /// The agent is locked to no project.
    #[error("{agent} is locked to no project")]
    NotLocked {
        /// Which agent.
        agent: AgentId,
    },
    /// A callback was asked for an instant that has passed.
    #[error("a callback at {at} lies before now ({now})")]
    CallbackInPast {
        /// The instant given.
        at: Timestamp,
        /// The instant of the command.
        now: Timestamp,
    },
    /// No staff is expected for a callback at that instant, or what is expected is booked already.
    #[error("no slot is left for a callback at {at}: {booked} of {room} are booked")]
    NoSlot {
        /// The instant given.
        at: Timestamp,
        /// Callbacks that the slot has room for.
        room: u32,
        /// Callbacks booked in it.
        booked: u32,
    },
    /// The customer has to be dialled, and may not be called now in its zone; no hand crosses that.
    #[error("the customer of contact {contact} may not be called now in {zone}")]
    OutsideCallingHours {
        /// Which contact.
        contact: ContactId,
        /// The customer's zone.
        zone: SmolStr,
        /// When calling hours begin there; `None`: not before the end of the zone's table.
        opens_at: Option<Timestamp>,
    },
    /// The step did not come to rest; the state is void and must be rebuilt.
    #[error("{command} started a chain of messages deeper than {limit}; the domain must be rebuilt")]
    Poisoned {
        /// The command's name.
        command: &'static str,
        /// How deep a chain may go.
        limit: u8,
    },
}

impl CommandError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownAgent { .. } => "unknown_agent",
            Self::DuplicateAgent { .. } => "duplicate_agent",
            Self::AgentRenamed { .. } => "agent_renamed",
            Self::InvalidAgent(_) => "invalid_agent",
            Self::UnknownContact { .. } => "unknown_contact",
            Self::DuplicateContact { .. } => "duplicate_contact",
            Self::ContactEnded { .. } => "contact_ended",
            Self::NoScoresWanted { .. } => "no_scores_wanted",
            Self::NoCandidate { .. } => "no_candidate",
            Self::WrongContactState { .. } => "wrong_contact_state",
            Self::WrongAgentState { .. } => "wrong_agent_state",
            Self::UnknownQueue { .. } => "unknown_queue",
            Self::UnknownChannel { .. } => "unknown_channel",
            Self::CannotServe { .. } => "cannot_serve",
            Self::NotOverridable { .. } => "not_overridable",
            Self::TransferLoop { .. } => "transfer_loop",
            Self::TooManyTransfers { .. } => "too_many_transfers",
            Self::ClaimedTwice { .. } => "claimed_twice",
            Self::NotAsynchronous { .. } => "not_asynchronous",
            Self::UnknownOffer { .. } => "unknown_offer",
            Self::OfferEnded { .. } => "offer_ended",
            Self::NotYourOffer { .. } => "not_your_offer",
            Self::NoWrapUp { .. } => "no_wrap_up",
            Self::WrapUpTooLong { .. } => "wrap_up_too_long",
            Self::OriginInFuture { .. } => "origin_in_future",
            Self::TooLarge { .. } => "too_large",
            Self::InvalidRequirement { .. } => "invalid_requirement",
            Self::TooManyCurves { .. } => "too_many_curves",
            Self::KeyReused { .. } => "key_reused",
            Self::UnknownCalendar { .. } => "unknown_calendar",
            Self::UnknownZone { .. } => "unknown_zone",
            Self::InvalidConfig(_) => "invalid_config",
            Self::FixedSetting { .. } => "fixed_setting",
            Self::NoDestination { .. } => "no_destination",
            Self::NotLocked { .. } => "not_locked",
            Self::CallbackInPast { .. } => "callback_in_past",
            Self::NoSlot { .. } => "no_slot",
            Self::OutsideCallingHours { .. } => "outside_calling_hours",
            Self::Poisoned { .. } => "poisoned",
        }
    }
}
