//! What the kernel tells the world: facts, in one total order.
//!
//! Events carry all that state needs. Every actor changes only by applying them, so folding the events of a
//! journal gives the same state as having decided them.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::agent::{Presence, Reach};
use crate::command::{CommandKey, ContactDetails, ContactUpdate, Receipt};
use crate::config::{AgentSpec, Config, Override, QueueConfig};
use crate::contact::{ContactOutcome, ScoresMiss, TransferTarget};
use crate::explain::Sought;
use crate::hours::{Due, HoursOf, HoursTable, Standing};
use crate::ids::{AgentId, CalendarId, ChannelId, ContactId, OfferId, QueueId, Seq, SkillId};
use crate::measures::Feedback;
use crate::offer::OfferOutcome;
use crate::queue::MoveCause;
use crate::record::Decision;
use crate::skill::Shortfall;
use crate::time::{Span, Timestamp};

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Its place in the order; without gaps.
    pub seq: Seq,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum EventKind {
    /// The domain has this configuration; always the first event.
    Configured {
        /// The configuration.
        config: Arc<Config>,
    },
    /// An agent is known, and offline.
    AgentRegistered {
        /// Its number.
        agent: AgentId,
        /// What it can do.
        spec: Arc<AgentSpec>,
    },
    /// What an agent can do has changed.
    AgentUpdated {
        /// Which agent.
        agent: AgentId,
        /// What it can do now.
        spec: Arc<AgentSpec>,
    },
    /// A skill of an agent began or ceased to count.
    SkillValidityChanged {
        /// Which agent.
        agent: AgentId,
        /// Which skill.
        skill: SkillId,
        /// Whether it counts now.
        valid: bool,
    },
    /// What an agent wants to be. While it works, its work goes on.
    PresenceChanged {
        /// Which agent.
        agent: AgentId,
        /// What it wants now.
        presence: Presence,
    },
    /// An agent let too many offers pass and is asked no more until it sets its presence.
    AgentNotResponding {
        /// Which agent.
        agent: AgentId,
    },
    /// The pause of an agent after a failed offer is over.
    AgentCooledDown {
        /// Which agent.
        agent: AgentId,
    },
    /// A contact waits in its queue.
    ContactArrived {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Its channel.
        channel: ChannelId,
        /// When its customer began to wait.
        origin: Timestamp,
        /// Priority points, added to the queue's base.
        points: i64,
        /// Digest of what was submitted, to tell a repetition from another contact with the same id.
        digest: u64,
        /// What only some contacts carry.
        details: Option<Arc<ContactDetails>>,
    },
    /// No registered agent could ever serve the contact, as it is or once its dated skills begin or cease to count.
    ContactUnservable {
        /// Which contact.
        contact: ContactId,
        /// The first need that the closest agent fails; `None` when there is no agent at all.
        shortfall: Option<Shortfall>,
    },
    /// A waiting contact changed; it keeps its origin.
    ContactUpdated {
        /// Which contact.
        contact: ContactId,
        /// What changed.
        update: Box<ContactUpdate>,
    },
    /// A contact is held out to an agent, whose room it takes.
    OfferIssued {
        /// The offer: the number of this event.
        offer: OfferId,
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Which agent.
        agent: AgentId,
        /// When silence counts as no answer; `Timestamp::MAX` when the engine answers.
        expires_at: Timestamp,
        /// Why this pair.
        decision: Decision,
    },
    /// The agent took the offer.
    OfferAccepted {
        /// Which offer.
        offer: OfferId,
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Which agent.
        agent: AgentId,
        /// Whether the wait is over, or ends when media is up.
        connection: Connection,
    },
    /// The offer ended without being accepted.
    OfferEnded {
        /// Which offer.
        offer: OfferId,
        /// Which contact.
        contact: ContactId,
        /// Which agent.
        agent: AgentId,
        /// How it ended.
        outcome: OfferOutcome,
        /// Unanswered offers in a row of this agent, with this one.
        strikes: u16,
        /// The agent is asked nothing until then.
        cool_down_until: Option<Timestamp>,
        /// The agent is not asked for this contact until then.
        excluded_until: Option<Timestamp>,
    },
    /// Media is up: the wait of the contact is over.
    ContactConnected {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Which agent.
        agent: AgentId,
        /// Since its origin.
        waited: Span,
    },
    /// The connection was not made in time; the contact is back in its old place.
    ConnectionFailed {
        /// Which contact.
        contact: ContactId,
        /// Which agent.
        agent: AgentId,
        /// The agent is asked nothing until then.
        cool_down_until: Option<Timestamp>,
    },
    /// An agent that was passed over for a contact may be asked for it again.
    ExclusionEnded {
        /// Which contact.
        contact: ContactId,
        /// Which agent.
        agent: AgentId,
    },
    /// The contact's stay is over.
    ContactEnded {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// How it ended.
        outcome: ContactOutcome,
        /// Who served it.
        agent: Option<AgentId>,
        /// From its origin to the answer, or to the end when there was none.
        waited: Span,
        /// From accept to now; zero when nobody accepted.
        handled: Span,
        /// When the agent's wrap-up ends; `None`: no wrap-up, the agent has its room back.
        wrap_up_until: Option<Timestamp>,
    },
    /// The end of a wrap-up moved.
    WrapUpExtended {
        /// Which agent.
        agent: AgentId,
        /// After which contact.
        contact: ContactId,
        /// The new end.
        until: Timestamp,
    },
    /// A wrap-up is over; the agent has its room back.
    WrapUpEnded {
        /// Which agent.
        agent: AgentId,
        /// After which contact.
        contact: ContactId,
        /// The contact's queue.
        queue: QueueId,
        /// Handle time: from accept to now.
        handled: Span,
    },
    /// A command with a key was applied; repeated within the window it gets the same answer.
    CommandRemembered {
        /// Its key.
        key: CommandKey,
        /// Digest of the command.
        digest: u64,
        /// Its answer.
        receipt: Receipt,
    },
    /// A waiting contact changed its queue; it keeps its origin.
    ContactMoved {
        /// Which contact.
        contact: ContactId,
        /// The queue it left.
        from: QueueId,
        /// The queue it entered.
        to: QueueId,
        /// Why.
        cause: MoveCause,
    },
    /// An agent takes nothing of a queue, or takes it again.
    QueuePauseChanged {
        /// Which agent.
        agent: AgentId,
        /// Which queue.
        queue: QueueId,
        /// Whether it is paused now.
        paused: bool,
    },
    /// An agent's session is lost. It is offline as of now; what it has in hand follows each queue's `on_agent_lost`.
    AgentLost {
        /// Which agent.
        agent: AgentId,
    },
    /// A contact stays with its agent although that one is gone or beyond its capacity, for a while.
    ContactHeld {
        /// Which contact.
        contact: ContactId,
        /// Whose it stays.
        agent: AgentId,
        /// When it goes back to its queue, unless things are in order by then.
        until: Timestamp,
        /// Why it is held.
        reason: HoldReason,
    },
    /// Things were in order by then: the contact simply stays with its agent.
    HoldEnded {
        /// Which contact.
        contact: ContactId,
        /// Whose it stays.
        agent: AgentId,
    },
    /// A contact that had an agent waits again in its queue, at its old place.
    ContactRequeued {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Who had it.
        agent: AgentId,
        /// Why it came back.
        reason: HoldReason,
        /// How long that agent had handled it.
        handled: Span,
    },
    /// A waiting contact became visible to further pools.
    DelayPassed {
        /// Which contact.
        contact: ContactId,
        /// How many of its queue's delays have passed by now.
        passed: u8,
    },
    /// Something is known of a contact afterwards.
    FeedbackGiven {
        /// Which contact.
        contact: ContactId,
        /// Its queue, or where it ended.
        queue: QueueId,
        /// Who served it; `None`: nobody.
        agent: Option<AgentId>,
        /// The offer, and with it the decision, that brought it to this agent.
        decision: Option<OfferId>,
        /// What is known.
        feedback: Feedback,
    },
    /// Another version of the configuration is in force.
    Reconfigured {
        /// The whole of it.
        config: Arc<Config>,
        /// Its number, as decisions name it.
        config_version: u32,
    },
    /// A calendar, or a zone's calling hours, has another table now.
    HoursChanged {
        /// Which calendar; a zone seen for the first time gets the next number.
        calendar: CalendarId,
        /// Whose hours they are.
        of: HoursOf,
        /// The table, with the release of the zone database it was made from.
        hours: Arc<HoursTable>,
        /// The version of the configuration from now on, as decisions name it.
        config_version: u32,
    },
    /// A calendar opened, closed, or came to the end of what it knows.
    CalendarTurned {
        /// Which calendar.
        calendar: CalendarId,
        /// What it says now; `Unknown`: its table has ended and needs to be replaced.
        standing: Standing,
    },
    /// A queue is open again; those it held seek from now on.
    QueueOpened {
        /// Which queue.
        queue: QueueId,
    },
    /// A queue has closed. Those whom an agent has accepted stay; those who wait follow its rule.
    QueueClosed {
        /// Which queue.
        queue: QueueId,
        /// When it opens again, as far as its table knows.
        opens_at: Option<Timestamp>,
    },
    /// A contact that came to a closed queue keeps its place there, and nobody is asked before the queue opens.
    ContactDeferred {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// When the queue opens, as far as its table knows.
        opens_at: Option<Timestamp>,
    },
    /// A contact's answer is due at another instant, because its queue's target runs in business time.
    ContactDue {
        /// Which contact.
        contact: ContactId,
        /// When.
        due: Due,
    },
    /// A shift of an agent began or ended, or its end came nearer than some contacts are expected to last.
    ShiftTurned {
        /// Which agent.
        agent: AgentId,
        /// What its shift calendar says now.
        standing: Standing,
        /// How long new work may be expected to last.
        reach: Reach,
    },
    /// Scores are wanted: how well each of these agents suits the contact. Until they come nobody may take it.
    ScoresWanted {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Agents that may serve it, the first by the queue's rule; at most 64.
        candidates: Vec<AgentId>,
        /// When the queue's rule decides without them.
        until: Timestamp,
    },
    /// Scores came; the best of those still there gets the contact.
    ScoresGiven {
        /// Which contact.
        contact: ContactId,
        /// Agents and their scores; larger is better.
        scores: Vec<(AgentId, i64)>,
    },
    /// No scores came; the queue's rule decides.
    ScoresMissed {
        /// Which contact.
        contact: ContactId,
        /// Why.
        reason: ScoresMiss,
    },
    /// A contact is given to an agent by hand, who has it at once.
    ContactAssigned {
        /// Which contact.
        contact: ContactId,
        /// To whom.
        agent: AgentId,
        /// Who did it.
        by: AssignedBy,
        /// The rules that were broken knowingly.
        broken: Vec<Override>,
    },
    /// An agent passed a contact on; it waits again, with its origin, points and tags.
    ContactTransferred {
        /// Which contact.
        contact: ContactId,
        /// Who passed it on.
        agent: AgentId,
        /// The queue it left.
        from: QueueId,
        /// The queue it waits in.
        queue: QueueId,
        /// To whom or where it was passed on.
        target: TransferTarget,
        /// It was beyond the limit, and went to those who may take such contacts.
        escalated: bool,
        /// How long that agent had handled it.
        handled: Span,
        /// When that agent's wrap-up ends; `None`: no wrap-up, it has its room back.
        wrap_up_until: Option<Timestamp>,
    },
    /// An agent asks somebody about a contact that it keeps; the question waits in a queue like a contact.
    ConsultBegun {
        /// The id of the question.
        consult: ContactId,
        /// The contact it is about.
        contact: ContactId,
        /// Who asks.
        agent: AgentId,
        /// The queue the question waits in.
        queue: QueueId,
        /// Its channel.
        channel: ChannelId,
        /// Its priority points.
        points: i64,
        /// What it carries.
        details: Option<Arc<ContactDetails>>,
        /// Whom it is for.
        to: TransferTarget,
        /// Digest of what was asked.
        digest: u64,
    },
    /// The agent who was asked about a contact took it over; the question is over.
    ContactHandedOver {
        /// Which contact.
        contact: ContactId,
        /// The question.
        consult: ContactId,
        /// Who had it.
        agent: AgentId,
        /// Who has it now.
        to: AgentId,
        /// The queue it left.
        from: QueueId,
        /// The queue it is in now.
        queue: QueueId,
        /// It was beyond the limit, and went to those who may take such contacts.
        escalated: bool,
        /// How long the first agent had handled it.
        handled: Span,
        /// When the first agent's wrap-up ends; `None`: no wrap-up, it has its room back.
        wrap_up_until: Option<Timestamp>,
    },
    /// The host has said who is there and what each has in hand; what differed has given way, as the events before say.
    Reconciled {
        /// Contacts that the host named and that are not here.
        unknown: Vec<ContactId>,
        /// Contacts that the host named and that an absolute rule keeps from their agent.
        refused: Vec<ContactId>,
    },
    /// An agent does something that the engine did not give it; it takes room.
    ExternalWorkBegun {
        /// Which agent.
        agent: AgentId,
        /// The host's id of it.
        work: ContactId,
        /// The channel whose bounds it counts for.
        channel: ChannelId,
        /// Cost units it takes.
        cost: u16,
    },
    /// Work that the engine did not give is over.
    ExternalWorkEnded {
        /// Which agent.
        agent: AgentId,
        /// The host's id of it.
        work: ContactId,
    },
    /// A conversation is interrupted by a more urgent contact; its handle clock stands.
    WorkSuspended {
        /// Whose it is.
        agent: AgentId,
        /// Which contact.
        contact: ContactId,
        /// The contact that interrupts it.
        by: ContactId,
    },
    /// An interrupted conversation goes on.
    WorkResumed {
        /// Whose it is.
        agent: AgentId,
        /// Which contact.
        contact: ContactId,
    },
    /// A customer is silent; the contact takes nothing of its agent until the customer writes again.
    ContactParked {
        /// Which contact.
        contact: ContactId,
        /// Whose it stays.
        agent: AgentId,
    },
    /// The customer of a parked contact has written; it is its agent's.
    ContactUnparked {
        /// Which contact.
        contact: ContactId,
        /// Whose it is.
        agent: AgentId,
        /// The agent is gone, or has more in hand than it may: the contact is held with it only for a while.
        over: bool,
    },
    /// An entitlement of an agent began or ceased to count.
    EntitlementChanged {
        /// Which agent.
        agent: AgentId,
        /// Which entitlement.
        entitlement: SmolStr,
        /// Whether it counts now.
        valid: bool,
    },
    /// An agent is free of the project it was locked to.
    ProjectLockEnded {
        /// Which agent.
        agent: AgentId,
        /// Which project.
        project: SmolStr,
        /// Why somebody released it; `None`: its time was over.
        released: Option<SmolStr>,
    },
    /// The customer of a contact hung up and will be called back; origin and place are kept.
    CallbackAccepted {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Nobody is asked before then; `None`: at its turn.
        not_before: Option<Timestamp>,
    },
    /// A contact is kept for one agent: nobody else is asked for a while.
    ContactKept {
        /// Which contact.
        contact: ContactId,
        /// For whom.
        agent: AgentId,
        /// Until then.
        until: Timestamp,
        /// It is a callback of the agent's own.
        owned: bool,
    },
    /// The time for which a contact was kept is over: it is everybody's.
    KeepEnded {
        /// Which contact.
        contact: ContactId,
        /// For whom it was kept.
        agent: AgentId,
    },
    /// A contact that was not to be served yet may be served from now on.
    ContactEligible {
        /// Which contact.
        contact: ContactId,
    },
    /// The customer was dialled and not reached.
    CustomerNotReached {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Who dialled.
        agent: AgentId,
        /// How often the customer was dialled by now.
        attempts: u16,
        /// The next attempt comes not before then; `None`: there is none.
        retry_at: Option<Timestamp>,
    },
    /// Two contacts of one customer became one, the one at which the customer is present.
    ContactMerged {
        /// The one that stays.
        contact: ContactId,
        /// The one that ends.
        merged: ContactId,
        /// The older origin, which the first has now.
        origin: Timestamp,
    },
    /// A waiting contact will probably not be answered in time. Told once for each stay; nothing is decided by it.
    SlaAtRisk {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// Probability that it is not answered by then, if it stays; in millionths.
        probability: u32,
        /// When it should be answered at the latest.
        due: Timestamp,
        /// From now until then.
        lead: Span,
    },
    /// An overflow rule of a queue was entered or left.
    OverflowTurned {
        /// Which queue.
        queue: QueueId,
        /// Which of its rules, from 0.
        rule: u16,
        /// Whether it is entered now.
        active: bool,
        /// The figure that did it.
        value: u32,
    },
    /// A surge began or ended.
    SurgeTurned {
        /// Which, by its place in the configuration.
        surge: u16,
        /// Whether it is on now.
        active: bool,
        /// The figure that did it; `None`: the plan.
        value: Option<u32>,
    },
    /// A step of the plan of a contact's queue opened for it.
    StepOpened {
        /// Which contact.
        contact: ContactId,
        /// The queue whose plan it is.
        queue: QueueId,
        /// Which step, from 1.
        step: u16,
    },
    /// Who was looked at for the offer that comes next, where the contact's queue records choices in full.
    CandidatesJudged {
        /// Which contact.
        contact: ContactId,
        /// Its queue.
        queue: QueueId,
        /// The agent.
        agent: AgentId,
        /// Who was sought: an agent for the contact, or a contact for the agent.
        sought: Sought,
        /// How many could have been chosen.
        candidates: u32,
        /// How many of the others were rejected, by the code of the first reason against each.
        rejected: BTreeMap<SmolStr, u32>,
    },
}

/// Why a contact is held with an agent who cannot serve it now, or went back to its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The agent's session was lost.
    AgentLost,
    /// The customer wrote again, and the agent was away or had no room.
    Unparked,
    /// The host said that another agent has it.
    Elsewhere,
    /// The customer wrote again, and an absolute rule keeps the agent from it by now.
    Forbidden,
}

/// Who gave a contact to an agent by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    /// A supervisor, who may break what the queue says may be broken.
    Supervisor,
    /// The agent itself took it from a list.
    Agent,
    /// The host, which says what is going on already.
    Host,
}

/// Whether a contact's wait is over when its offer is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// The wait is over.
    Made {
        /// Since the contact's origin.
        waited: Span,
    },
    /// The host will confirm; until then the agent holds the contact.
    Pending {
        /// When it counts as failed.
        until: Timestamp,
    },
}

impl Connection {
    /// What follows when an offer of a contact that waits since `origin` is accepted now; `dialled`: its customer is not
    /// there.
    pub(crate) fn of(settings: &QueueConfig, dialled: bool, origin: Timestamp, now: Timestamp) -> Self {
        if dialled {
            Self::Pending { until: now + settings.callback.dial_within }
        } else if settings.offer.confirm_connection {
            Self::Pending { until: now + settings.offer.connect_grace }
        } else {
            Self::Made { waited: now.since(origin).max(Span::ZERO) }
        }
    }
}
