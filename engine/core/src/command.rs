//! What the world may tell the kernel.
//!
//! A command is an imperative. It is applied whole or refused whole; a refusal changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::agent::Presence;
use crate::config::{AgentSpec, Config, PreferenceConfig};
use crate::contact::{Payload, TransferTarget, Value};
use crate::hours::{HoursOf, HoursTable};
use crate::ids::{AgentId, ChannelId, ContactId, OfferId, QueueId, Seq};
use crate::measures::Feedback;
use crate::skill::Absolute;
use crate::time::{Span, Timestamp};

/// A command to the domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum Command {
    /// An agent becomes known; it starts offline.
    RegisterAgent(Arc<AgentSpec>),
    /// An agent's skills, groups, capacity and so on change, with effect at once. Its name stays.
    UpdateAgent(AgentId, Arc<AgentSpec>),
    /// What the agent wants to be.
    SetPresence(AgentId, Presence),
    /// A contact begins to wait.
    Arrive(NewContact),
    /// Points, requirements or attributes of a waiting contact change, with effect at once.
    UpdateContact(ContactId, Box<ContactUpdate>),
    /// The customer gave up.
    Abandon(ContactId),
    /// The host takes the contact back.
    Withdraw(ContactId),
    /// The agent takes the offer.
    AcceptOffer(OfferId, AgentId),
    /// The agent refuses the offer.
    DeclineOffer(OfferId, AgentId),
    /// The offer could not be delivered.
    FailOffer(OfferId, DeliveryFailure),
    /// The host or a supervisor takes the offer back from the agent.
    RevokeOffer(OfferId),
    /// Media is up between the customer and the agent who accepted.
    Connected(ContactId),
    /// The connection to the agent who accepted could not be made.
    ConnectionFailed(ContactId),
    /// The conversation ended; the agent's wrap-up begins.
    Complete(ContactId),
    /// The agent ends its wrap-up early.
    FinishWrapUp(AgentId, ContactId),
    /// The agent asks for this much more wrap-up.
    ExtendWrapUp(AgentId, ContactId, Span),
    /// The engine had stopped and runs again. What fell due meanwhile happens as of its own instant, in due order; but
    /// offers that nobody could answer lapse without strike, and pairs are made from now on.
    Resume,
    /// A system outside takes the contact over.
    HandOff(ContactId),
    /// What several agents want to be, said at once; each counts as if said alone, in this order.
    SetPresences(Vec<(AgentId, Presence)>),
    /// The agent takes nothing of this queue (`true`), or takes it again.
    PauseQueue(AgentId, QueueId, bool),
    /// The agent's session is lost: nobody knows where it is.
    AgentLost(AgentId),
    /// Something is known of a contact, inside or ended and remembered.
    GiveFeedback(ContactId, Feedback),
    /// A calendar of the configuration, or the calling hours of a zone, get this table from now on.
    SetHours(HoursOf, Arc<HoursTable>),
    /// Another version of the configuration is in force from now on, with everybody where they are. Its agents and tables of
    /// hours do not count: they have commands of their own.
    Reconfigure(Arc<Config>),
    /// How well agents suit a contact for which scores are wanted; none: the scorer has failed.
    GiveScores(ContactId, Vec<(AgentId, i64)>),
    /// An agent does something that the engine did not give it, such as a private call: the host's id of it, the channel
    /// whose bounds it counts for, and its cost units (`None`: as a contact of that channel).
    BeginExternalWork(AgentId, ContactId, ChannelId, Option<u16>),
    /// It is over.
    EndExternalWork(AgentId, ContactId),
    /// The customer is silent: the contact takes nothing of its agent until the customer writes again.
    Park(ContactId),
    /// The customer of a parked contact has written.
    Unpark(ContactId),
    /// A supervisor gives a waiting contact to an agent, who has it at once.
    Assign(ContactId, AgentId),
    /// An agent takes a waiting contact from a list, out of turn and under all other rules.
    Pull(AgentId, ContactId),
    /// The agent who has the contact passes it on, and is done with it.
    Transfer(ContactId, TransferTarget),
    /// The agent who has the contact asks somebody about it and keeps it; the second id is the question's, which waits and
    /// is served like a contact.
    Consult(ContactId, ContactId, TransferTarget),
    /// The agent who serves this question takes over the contact it is about.
    HandOver(ContactId),
    /// Priority points of several contacts, in place of the ones they have; of these, whoever still waits.
    Reprioritise(Vec<ContactId>, i64),
    /// Several contacts go to another queue, with their origin; of these, whoever still waits.
    MoveAll(Vec<ContactId>, QueueId),
    /// The host takes several contacts back; of these, whoever still waits.
    WithdrawAll(Vec<ContactId>),
    /// Who is there and what each has in hand, as the host knows it; agents it does not name are offline.
    Reconcile(Vec<AgentReport>),
    /// Somebody releases an agent from the project it is locked to, for a reason that is recorded.
    ReleaseProjectLock(AgentId, SmolStr),
    /// The customer of a waiting contact hangs up and is to be called back: at once when its turn comes, or not before an
    /// instant; and first by one agent, where one is named. Said again, the booking changes.
    RequestCallback(ContactId, Option<Timestamp>, Option<AgentId>),
    /// The customer was dialled and not reached.
    NotReached(ContactId),
}

/// An agent as the host knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentReport {
    /// Which agent.
    pub agent: AgentId,
    /// What it wants to be.
    pub presence: Presence,
    /// The contacts it has in hand, parked ones too.
    pub contacts: Vec<ContactId>,
}

/// Why an offer did not reach its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryFailure {
    /// The agent's line was busy.
    Busy,
    /// The agent's device could not be reached.
    Unreachable,
}

/// A contact that arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct NewContact {
    /// Its id, chosen by the host.
    pub id: ContactId,
    /// Where it waits.
    pub queue: QueueId,
    /// How it came; `None`: the queue's channel.
    pub channel: Option<ChannelId>,
    /// When its customer began to wait; `None`: now. May be earlier than now, not later.
    pub origin: Option<Timestamp>,
    /// Priority points, added to the queue's base.
    pub points: i64,
    /// All that only some contacts carry.
    pub details: Option<Arc<ContactDetails>>,
}

/// What only some contacts carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContactDetails {
    /// Mandatory requirement in addition to the queue's, as an expression.
    pub requires: SmolStr,
    /// Absolute requirement in addition to the queue's.
    pub absolute: Absolute,
    /// Preferred terms in addition to the queue's.
    pub prefers: Vec<PreferenceConfig>,
    /// Agents who may never serve it, at most 32.
    pub excluded_agents: BTreeSet<AgentId>,
    /// Attributes by name, at most 64.
    pub attributes: BTreeMap<SmolStr, Value>,
    /// Tags, at most 64.
    pub tags: BTreeSet<SmolStr>,
    /// The customer, as the host knows it.
    pub customer: Option<SmolStr>,
    /// The customer's IANA time zone.
    pub time_zone: Option<SmolStr>,
    /// Campaign or source.
    pub source: Option<SmolStr>,
    /// Opaque bytes, carried and never read.
    pub payload: Option<Payload>,
    /// It may not be served before this instant.
    pub not_before: Option<Timestamp>,
    /// The customer is not there: an agent who accepts it dials. Attempts and gap are those of callbacks.
    pub outbound: bool,
    /// Agents whom the customer prefers, the first first, at most 32. A queue with affinity keeps it for them for a while.
    pub preferred_agents: Vec<AgentId>,
}

/// What changes of a waiting contact; `None` leaves a part as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContactUpdate {
    /// Priority points, in place of the ones it came with.
    pub points: Option<i64>,
    /// Details, in place of the ones it came with.
    pub details: Option<Arc<ContactDetails>>,
}

/// A key under which the host may repeat a command and get the first answer again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommandKey(pub u128);

/// The answer to an applied command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// Position of the last event when the command had been applied.
    pub seq: Seq,
    /// The same had been said before; this is the first answer, and nothing changed now.
    pub duplicate: bool,
    /// The agent that a `RegisterAgent` made known.
    pub agent: Option<AgentId>,
}

impl NewContact {
    /// A contact that begins to wait now, with nothing special about it.
    pub fn new(id: ContactId, queue: QueueId) -> Self {
        Self { id, queue, channel: None, origin: None, points: 0, details: None }
    }
}

impl Command {
    /// The command's name in the field's words.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterAgent(_) => "register agent",
            Self::UpdateAgent(..) => "update agent",
            Self::SetPresence(..) => "set presence",
            Self::Arrive(_) => "arrive",
            Self::UpdateContact(..) => "update contact",
            Self::Abandon(_) => "abandon",
            Self::Withdraw(_) => "withdraw",
            Self::AcceptOffer(..) => "accept",
            Self::DeclineOffer(..) => "decline",
            Self::FailOffer(..) => "fail offer",
            Self::RevokeOffer(_) => "revoke offer",
            Self::Connected(_) => "connected",
            Self::ConnectionFailed(_) => "connection failed",
            Self::Complete(_) => "complete",
            Self::FinishWrapUp(..) => "finish wrap-up",
            Self::ExtendWrapUp(..) => "extend wrap-up",
            Self::Resume => "resume",
            Self::GiveScores(..) => "give scores",
            Self::HandOff(_) => "hand off",
            Self::SetPresences(_) => "set presences",
            Self::PauseQueue(_, _, true) => "pause queue",
            Self::PauseQueue(_, _, false) => "unpause queue",
            Self::AgentLost(_) => "agent lost",
            Self::GiveFeedback(..) => "give feedback",
            Self::SetHours(..) => "set hours",
            Self::Reconfigure(_) => "reconfigure",
            Self::BeginExternalWork(..) => "begin external work",
            Self::EndExternalWork(..) => "end external work",
            Self::Park(_) => "park",
            Self::Unpark(_) => "unpark",
            Self::Assign(..) => "assign",
            Self::Pull(..) => "pull",
            Self::Transfer(..) => "transfer",
            Self::Consult(..) => "consult",
            Self::HandOver(_) => "hand over",
            Self::Reprioritise(..) => "reprioritise",
            Self::MoveAll(..) => "move",
            Self::WithdrawAll(_) => "withdraw all",
            Self::Reconcile(_) => "reconcile",
            Self::ReleaseProjectLock(..) => "release project lock",
            Self::RequestCallback(..) => "request callback",
            Self::NotReached(_) => "not reached",
        }
    }

    /// Whether the command is an arrival: the only kind that a full engine may refuse.
    pub const fn is_arrival(&self) -> bool {
        matches!(self, Self::Arrive(_))
    }
}
