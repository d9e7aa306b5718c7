"""What the engine tells the world: facts, in one total order, one class for each kind.

Every event has its number `seq`, without gaps, and its instant: `at_ns` exactly, `at` as a datetime in UTC. So with
all instants and lengths: the field ends in `_ns`, and a property without that ending gives a `datetime` or `timedelta`
cut to microseconds.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sunline._instants import instant, span
from sunline.config import (
    AgentRule,
    AgentSpec,
    AnyContactRule,
    Config,
    ContactRule,
    Override,
    read_agent,
    read_config,
    read_contact_rule,
)
from sunline.contacts import ContactDetails, read_details
from sunline.hours import HoursTable, made
from sunline.ids import AgentId, CalendarId, ChannelId, ContactId, OfferId, QueueId, Seq, SkillId
from sunline.presence import Presence, read_presence
from sunline.transfers import TransferTarget, read_target
from sunline.words import (
    AssignedBy,
    ChosenBy,
    ContactOutcome,
    FeedbackKind,
    HoldReason,
    MoveCause,
    OfferOutcome,
    ScoresMiss,
    ShortfallKind,
    Standing,
    TieBreak,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact."""

    seq: Seq  #: Its place in the order.
    at_ns: int  #: When it happened, in nanoseconds since 1970.

    @property
    def at(self) -> datetime:
        """When it happened; UTC."""
        return instant(self.at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured(Event):
    """The domain has this configuration; always the first event."""

    config: Config


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRegistered(Event):
    """An agent is known, and offline."""

    agent: AgentId
    spec: AgentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUpdated(Event):
    """What an agent can do has changed."""

    agent: AgentId
    spec: AgentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillValidityChanged(Event):
    """A skill of an agent began or ceased to count."""

    agent: AgentId
    skill: SkillId
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """What an agent wants to be. While it works, its work goes on."""

    agent: AgentId
    presence: Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNotResponding(Event):
    """An agent let too many offers pass and is asked no more until it sets its presence."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCooledDown(Event):
    """The pause of an agent after a failed offer is over."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactArrived(Event):
    """A contact waits in its queue."""

    contact: ContactId
    queue: QueueId
    channel: ChannelId
    origin_ns: int  #: When its customer began to wait, in nanoseconds since 1970.
    points: int  #: Priority points, added to the queue's base.
    details: ContactDetails | None

    @property
    def origin(self) -> datetime:
        """When its customer began to wait; UTC."""
        return instant(self.origin_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Why an agent may not serve: the first need it fails."""

    kind: ShortfallKind
    name: str | None = None  #: The data class or the partner, where it is about one.


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnservable(Event):
    """No registered agent could ever serve the contact."""

    contact: ContactId
    shortfall: Shortfall | None  #: Of the closest agent; `None` when there is no agent at all.


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdated(Event):
    """A waiting contact changed; it keeps its origin."""

    contact: ContactId
    points: int | None  #: `None`: as before.
    details: ContactDetails | None  #: `None`: as before.


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a pair was made."""

    chosen_by: ChosenBy  #: Who was seeking, and how the other was chosen.
    agent_rule: AgentRule | None  #: The rule by which the contact sought an agent, if it did.
    contact_rule: AnyContactRule | None  #: The rule by which the agent sought a contact, if it did.
    #: The rule's figure for the winner; larger won. Points for a contact; for an agent, millionths of the label score,
    #: of the free share, or the rule's rank; 0 where only the clock counts.
    index: int
    tie_break: TieBreak  #: What settled it between candidates with the same figure.
    compatible: (
        int  #: Compatible kinds of agent with somebody free, or classes of contacts with somebody waiting.
    )
    config_version: int  #: Version of the configuration that decided.

    @property
    def by_hand(self) -> bool:
        """Whether nobody sought: the contact was assigned, pulled or passed on to this very agent."""
        return self.agent_rule is None and self.contact_rule is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferIssued(Event):
    """A contact is held out to an agent, whose room it takes."""

    offer: OfferId
    contact: ContactId
    queue: QueueId
    agent: AgentId
    expires_at_ns: int | None  #: When silence counts as no answer; `None` when the engine answers.
    decision: Decision

    @property
    def expires_at(self) -> datetime | None:
        """When silence counts as no answer; UTC. `None` when the engine answers."""
        return None if self.expires_at_ns is None else instant(self.expires_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(Event):
    """The agent took the offer."""

    offer: OfferId
    contact: ContactId
    queue: QueueId
    agent: AgentId
    waited_ns: int | None  #: Since the contact's origin; `None` when the wait ends once media is up.
    connect_by_ns: int | None  #: When the connection counts as failed, where it has to be confirmed.

    @property
    def waited(self) -> timedelta | None:
        """Since the contact's origin; `None` when the wait ends once media is up."""
        return None if self.waited_ns is None else span(self.waited_ns)

    @property
    def connect_by(self) -> datetime | None:
        """When the connection counts as failed, where it has to be confirmed; UTC."""
        return None if self.connect_by_ns is None else instant(self.connect_by_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(Event):
    """The offer ended without being accepted."""

    offer: OfferId
    contact: ContactId
    agent: AgentId
    outcome: OfferOutcome
    strikes: int  #: Unanswered offers in a row of this agent, with this one.
    cool_down_until_ns: int | None  #: The agent is asked nothing until then.
    excluded_until_ns: int | None  #: The agent is not asked for this contact until then.

    @property
    def cool_down_until(self) -> datetime | None:
        """The agent is asked nothing until then; UTC."""
        return None if self.cool_down_until_ns is None else instant(self.cool_down_until_ns)

    @property
    def excluded_until(self) -> datetime | None:
        """The agent is not asked for this contact until then; UTC."""
        return None if self.excluded_until_ns is None else instant(self.excluded_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactConnected(Event):
    """Media is up: the wait of the contact is over."""

    contact: ContactId
    queue: QueueId
    agent: AgentId
    waited_ns: int  #: Since its origin, in nanoseconds.

    @property
    def waited(self) -> timedelta:
        """Since its origin."""
        return span(self.waited_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFailed(Event):
    """The connection was not made in time; the contact is back in its old place."""

    contact: ContactId
    agent: AgentId
    cool_down_until_ns: int | None  #: The agent is asked nothing until then.

    @property
    def cool_down_until(self) -> datetime | None:
        """The agent is asked nothing until then; UTC."""
        return None if self.cool_down_until_ns is None else instant(self.cool_down_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayPassed(Event):
    """A waiting contact became visible to further pools."""

    contact: ContactId
    passed: int  #: How many of its queue's delays have passed by now.


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresWanted(Event):
    """Scores are wanted: how well each of these agents suits the contact. Until they come nobody may take it."""

    contact: ContactId
    queue: QueueId
    candidates: tuple[AgentId, ...]  #: The first by the queue's rule; at most 64.
    until_ns: int  #: When the queue's rule decides without them.

    @property
    def until(self) -> datetime:
        """When the queue's rule decides without them; UTC."""
        return instant(self.until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresGiven(Event):
    """Scores came; the best of those still there gets the contact."""

    contact: ContactId
    scores: Mapping[AgentId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresMissed(Event):
    """No scores came; the queue's rule decides."""

    contact: ContactId
    reason: ScoresMiss


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionEnded(Event):
    """An agent that was passed over for a contact may be asked for it again."""

    contact: ContactId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEnded(Event):
    """The contact's stay is over."""

    contact: ContactId
    queue: QueueId
    outcome: ContactOutcome
    agent: AgentId | None  #: Who served it.
    waited_ns: int  #: From its origin to the answer, or to the end when there was none.
    handled_ns: int  #: From accept to now; zero when nobody accepted.
    wrap_up_until_ns: int | None  #: When the agent's wrap-up ends; `None`: the agent has its room back.

    @property
    def waited(self) -> timedelta:
        """From its origin to the answer, or to the end when there was none."""
        return span(self.waited_ns)

    @property
    def handled(self) -> timedelta:
        """From accept to now; zero when nobody accepted."""
        return span(self.handled_ns)

    @property
    def wrap_up_until(self) -> datetime | None:
        """When the agent's wrap-up ends; UTC. `None`: the agent has its room back."""
        return None if self.wrap_up_until_ns is None else instant(self.wrap_up_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended(Event):
    """The end of a wrap-up moved."""

    agent: AgentId
    contact: ContactId
    until_ns: int  #: The new end.

    @property
    def until(self) -> datetime:
        """The new end; UTC."""
        return instant(self.until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(Event):
    """A wrap-up is over; the agent has its room back."""

    agent: AgentId
    contact: ContactId
    queue: QueueId
    handled_ns: int  #: Handle time: from accept to now.

    @property
    def handled(self) -> timedelta:
        """Handle time: from accept to now."""
        return span(self.handled_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to an applied command."""

    seq: Seq  #: Position of the last event when the command had been applied.
    duplicate: bool  #: The same had been said before; this is the first answer, and nothing changed now.
    agent: AgentId | None  #: The agent that a registration made known.


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRemembered(Event):
    """A command with a key was applied; repeated within the window it gets the same answer."""

    key: UUID
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMoved(Event):
    """A waiting contact changed its queue; it keeps its origin."""

    contact: ContactId
    origin_queue: QueueId  #: The queue it left.
    queue: QueueId  #: The queue it entered.
    cause: MoveCause


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven(Event):
    """Something is known of a contact afterwards."""

    contact: ContactId
    queue: QueueId  #: Its queue, or where it ended.
    agent: AgentId | None  #: Who served it; `None`: nobody.
    decision: OfferId | None  #: The offer, and with it the decision, that brought it to this agent.
    kind: FeedbackKind
    value: int  #: In the host's own unit.


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged(Event):
    """A calendar, or a zone's calling hours, has another table now."""

    calendar: CalendarId
    name: str  #: Of the calendar or of the zone.
    is_calling_zone: bool  #: Whether these are the calling hours of a zone.
    hours: HoursTable


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTurned(Event):
    """A calendar opened, closed, or came to the end of what it knows: its table then needs to be replaced."""

    calendar: CalendarId
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOpened(Event):
    """A queue is open again; those it held seek from now on."""

    queue: QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueClosed(Event):
    """A queue has closed. Those whom an agent has accepted stay; those who wait follow its rule."""

    queue: QueueId
    opens_at_ns: int | None  #: When it opens again, as far as its table knows.

    @property
    def opens_at(self) -> datetime | None:
        """When it opens again; UTC."""
        return _instant_or_none(self.opens_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDeferred(Event):
    """A contact that came to a closed queue keeps its place there, and nobody is asked before the queue opens."""

    contact: ContactId
    queue: QueueId
    opens_at_ns: int | None

    @property
    def opens_at(self) -> datetime | None:
        """When the queue opens; UTC."""
        return _instant_or_none(self.opens_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDue(Event):
    """A contact's answer is due at another instant, because its queue's target runs in business time."""

    contact: ContactId
    due_at_ns: int | None  #: `None`: past the horizon of the calendar.
    left_ns: int | None  #: Then: open time that is left there.

    @property
    def due_at(self) -> datetime | None:
        """When it is due; UTC."""
        return _instant_or_none(self.due_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTurned(Event):
    """A shift of an agent began or ended, or its end came nearer than some contacts are expected to last."""

    agent: AgentId
    standing: Standing  #: What its shift calendar says.
    #: How long new work may be expected to last: `None`: however long; below 0: no new work.
    longest_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePauseChanged(Event):
    """An agent takes nothing of a queue, or takes it again."""

    agent: AgentId
    queue: QueueId
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLost(Event):
    """An agent's session is lost. It is offline as of now; what it has in hand follows each queue's rule."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHeld(Event):
    """A contact stays with its agent although that one is gone or beyond its capacity, for a while."""

    contact: ContactId
    agent: AgentId
    until_ns: int  #: When it goes back to its queue, unless things are in order by then.
    reason: HoldReason

    @property
    def until(self) -> datetime:
        """When it goes back to its queue, unless things are in order by then; UTC."""
        return instant(self.until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    """Things were in order by then: the contact simply stays with its agent."""

    contact: ContactId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequeued(Event):
    """A contact that had an agent waits again in its queue, at its old place."""

    contact: ContactId
    queue: QueueId
    agent: AgentId  #: Who had it.
    reason: HoldReason
    handled_ns: int  #: How long that agent had handled it.

    @property
    def handled(self) -> timedelta:
        """How long that agent had handled it."""
        return span(self.handled_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalWorkBegun(Event):
    """An agent does something that the engine did not give it; it takes room."""

    agent: AgentId
    work: ContactId  #: The host's id of it.
    channel: ChannelId  #: Whose bounds it counts for.
    cost: int  #: Cost units it takes.


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalWorkEnded(Event):
    """Work that the engine did not give is over."""

    agent: AgentId
    work: ContactId  #: The host's id of it.


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSuspended(Event):
    """A conversation is interrupted by a more urgent contact; its handle clock stands."""

    agent: AgentId
    contact: ContactId
    by: ContactId  #: The contact that interrupts it.


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResumed(Event):
    """An interrupted conversation goes on."""

    agent: AgentId
    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactParked(Event):
    """A customer is silent; the contact takes nothing of its agent until the customer writes again."""

    contact: ContactId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnparked(Event):
    """The customer of a parked contact has written; it is its agent's."""

    contact: ContactId
    agent: AgentId
    over: bool  #: The agent is gone or has no room: it is held with it only for a while.


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAssigned(Event):
    """A contact is given to an agent by hand, who has it at once."""

    contact: ContactId
    agent: AgentId
    by: AssignedBy  #: Who did it.
    broken: Sequence[Override]  #: The rules that were broken knowingly.


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTransferred(Event):
    """An agent passed a contact on; it waits again, with its origin, points and tags."""

    contact: ContactId
    agent: AgentId  #: Who passed it on.
    origin_queue: QueueId  #: The queue it left.
    queue: QueueId  #: The queue it waits in.
    target: TransferTarget
    escalated: bool  #: It was beyond the limit, and went to those who may take such contacts.
    handled_ns: int  #: How long that agent had handled it.
    wrap_up_until_ns: int | None  #: When that agent's wrap-up ends; `None`: no wrap-up.

    @property
    def handled(self) -> timedelta:
        """How long that agent had handled it."""
        return span(self.handled_ns)

    @property
    def wrap_up_until(self) -> datetime | None:
        """When that agent's wrap-up ends; UTC. `None`: no wrap-up."""
        return None if self.wrap_up_until_ns is None else instant(self.wrap_up_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultBegun(Event):
    """An agent asks somebody about a contact that it keeps; the question waits in a queue like a contact."""

    question: ContactId
    contact: ContactId  #: The contact it is about.
    agent: AgentId  #: Who asks.
    queue: QueueId  #: The queue the question waits in.
    channel: ChannelId
    points: int
    target: TransferTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHandedOver(Event):
    """The agent who was asked about a contact took it over; the question is over."""

    contact: ContactId
    question: ContactId
    agent: AgentId  #: Who had it.
    to: AgentId  #: Who has it now.
    origin_queue: QueueId  #: The queue it left.
    queue: QueueId  #: The queue it is in now.
    escalated: bool  #: It was beyond the limit.
    handled_ns: int  #: How long the first agent had handled it.
    wrap_up_until_ns: int | None  #: When the first agent's wrap-up ends; `None`: no wrap-up.

    @property
    def handled(self) -> timedelta:
        """How long the first agent had handled it."""
        return span(self.handled_ns)

    @property
    def wrap_up_until(self) -> datetime | None:
        """When the first agent's wrap-up ends; UTC. `None`: no wrap-up."""
        return None if self.wrap_up_until_ns is None else instant(self.wrap_up_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled(Event):
    """The host has said who is there and what each has in hand; what differed has given way."""

    unknown: Sequence[ContactId]  #: Contacts that the host named and that are not here.
    refused: Sequence[ContactId]  #: Contacts that an absolute rule keeps from their agent.


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementChanged(Event):
    """An entitlement of an agent began or ceased to count."""

    agent: AgentId
    entitlement: str
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLockEnded(Event):
    """An agent is free of the project it was locked to."""

    agent: AgentId
    project: str
    released: str | None  #: Why somebody released it; `None`: its time was over.


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAccepted(Event):
    """The customer of a contact hung up and will be called back; origin and place are kept."""

    contact: ContactId
    queue: QueueId
    not_before_ns: int | None  #: Nobody is asked before then; `None`: at its turn.

    @property
    def not_before(self) -> datetime | None:
        """Nobody is asked before then; UTC. `None`: at its turn."""
        return None if self.not_before_ns is None else instant(self.not_before_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOpened(Event):
    """A step of the plan of a contact's queue opened for it."""

    contact: ContactId
    queue: QueueId  #: The queue whose plan it is.
    step: int  #: Which step, from 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKept(Event):
    """A contact is kept for one agent: nobody else is asked for a while."""

    contact: ContactId
    agent: AgentId
    until_ns: int
    owned: bool  #: It is a callback of the agent's own.

    @property
    def until(self) -> datetime:
        """Nobody else is asked before then; UTC."""
        return instant(self.until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepEnded(Event):
    """The time for which a contact was kept for an agent is over: it is everybody's."""

    contact: ContactId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEligible(Event):
    """A contact that was not to be served yet may be served from now on."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotReached(Event):
    """The customer was dialled and not reached."""

    contact: ContactId
    queue: QueueId
    agent: AgentId  #: Who dialled.
    attempts: int  #: How often the customer was dialled by now.
    retry_at_ns: int | None  #: The next attempt comes not before then; `None`: there is none.

    @property
    def retry_at(self) -> datetime | None:
        """The next attempt comes not before then; UTC. `None`: there is none."""
        return None if self.retry_at_ns is None else instant(self.retry_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMerged(Event):
    """Two contacts of one customer became one, the one at which the customer is present."""

    contact: ContactId  #: The one that stays.
    merged: ContactId  #: The one that ends.
    origin_ns: int  #: The older origin, which the first has now.

    @property
    def origin(self) -> datetime:
        """The older origin, which the first has now; UTC."""
        return instant(self.origin_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaAtRisk(Event):
    """A waiting contact will probably not be answered in time. Told once for each stay; nothing is decided by it."""

    contact: ContactId
    queue: QueueId
    probability: float  #: That it is not answered by then, if it stays.
    due_ns: int  #: When it should be answered at the latest, in nanoseconds since 1970.
    lead_ns: int  #: From the event until then, in nanoseconds.

    @property
    def due(self) -> datetime:
        """When it should be answered at the latest; UTC."""
        return instant(self.due_ns)

    @property
    def lead(self) -> timedelta:
        """From the event until it is due."""
        return span(self.lead_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverflowTurned(Event):
    """An overflow rule of a queue was entered or left."""

    queue: QueueId
    rule: int  #: Which of its rules, from 0.
    active: bool  #: Whether it is entered now.
    value: int  #: The figure that did it.


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeTurned(Event):
    """A surge began or ended."""

    surge: int  #: Which, by its place in the configuration.
    active: bool  #: Whether it is on now.
    value: int | None  #: The figure that did it; `None`: the plan.


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(Event):
    """An event that this release of the package has no class for."""

    text: str  #: What the engine says of it.


NativeEvent = tuple[Any, ...]
"""An event as the engine tells it: name of the kind, number, instant in nanoseconds, then the fields of its class."""


def _instant_or_none(ns: int | None) -> datetime | None:
    return None if ns is None else instant(ns)


def read_event(native: NativeEvent) -> Event:
    """An event from what the engine tells."""
    return _READERS[native[0]](*native)


# Words of the hot events are looked up, which costs a fraction of making an enumeration from a text.
_CONTACT_OUTCOMES = {outcome.value: outcome for outcome in ContactOutcome}
_OFFER_OUTCOMES = {outcome.value: outcome for outcome in OfferOutcome}
_AGENT_RULES: dict[str | None, AgentRule | None] = {None: None, **{rule.value: rule for rule in AgentRule}}
_CHOSEN_BY = {chosen_by.value: chosen_by for chosen_by in ChosenBy}
_POINTS = '"points"'
_TIE_BREAKS = {tie_break.value: tie_break for tie_break in TieBreak}


def _contact_rule(text: str | None) -> AnyContactRule | None:
    return None if text is None else read_contact_rule(json.loads(text))


NativeDecision = tuple[str, str | None, str | None, int, str, int, int]


def read_decision(native: NativeDecision) -> Decision:
    """A decision from what the engine tells."""
    chosen_by, agent_rule, contact_rule, index, tie_break, compatible, config_version = native
    return Decision(
        chosen_by=_CHOSEN_BY[chosen_by],
        agent_rule=_AGENT_RULES[agent_rule],
        contact_rule=ContactRule.POINTS if contact_rule == _POINTS else _contact_rule(contact_rule),
        index=index,
        tie_break=_TIE_BREAKS[tie_break],
        compatible=compatible,
        config_version=config_version,
    )


def read_receipt(native: tuple[int, bool, int | None]) -> Receipt:
    """A receipt from what the engine tells."""
    seq, duplicate, agent = native
    return Receipt(seq=Seq(seq), duplicate=duplicate, agent=None if agent is None else AgentId(agent))


def _shortfall(native: tuple[str, str | None] | None) -> Shortfall | None:
    return None if native is None else Shortfall(kind=ShortfallKind(native[0]), name=native[1])


def _details(native: tuple[str, bytes | None] | None) -> ContactDetails | None:
    return None if native is None else read_details(native)


#: How each kind is made from what the engine tells; the first entry is the name, not used again.
_READERS: dict[str, Callable[..., Event]] = {
    "Configured": lambda _, s, t, config: Configured(seq=s, at_ns=t, config=read_config(config)),
    "AgentRegistered": lambda _, s, t, agent, spec: AgentRegistered(
        seq=s, at_ns=t, agent=agent, spec=read_agent(spec)
    ),
    "AgentUpdated": lambda _, s, t, agent, spec: AgentUpdated(
        seq=s, at_ns=t, agent=agent, spec=read_agent(spec)
    ),
    "SkillValidityChanged": lambda _, s, t, agent, skill, valid: SkillValidityChanged(
        seq=s, at_ns=t, agent=agent, skill=skill, valid=valid
    ),
    "PresenceChanged": lambda _, s, t, agent, presence: PresenceChanged(
        seq=s, at_ns=t, agent=agent, presence=read_presence(presence)
    ),
    "AgentNotResponding": lambda _, s, t, agent: AgentNotResponding(seq=s, at_ns=t, agent=agent),
    "AgentCooledDown": lambda _, s, t, agent: AgentCooledDown(seq=s, at_ns=t, agent=agent),
    "ContactArrived": lambda _, s, t, contact, queue, channel, origin, points, details: ContactArrived(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        channel=channel,
        origin_ns=origin,
        points=points,
        details=_details(details),
    ),
    "ContactUnservable": lambda _, s, t, contact, shortfall: ContactUnservable(
        seq=s, at_ns=t, contact=contact, shortfall=_shortfall(shortfall)
    ),
    "ContactUpdated": lambda _, s, t, contact, points, details: ContactUpdated(
        seq=s, at_ns=t, contact=contact, points=points, details=_details(details)
    ),
    "OfferIssued": lambda _, s, t, offer, contact, queue, agent, expires_at, decision: OfferIssued(
        seq=s,
        at_ns=t,
        offer=offer,
        contact=contact,
        queue=queue,
        agent=agent,
        expires_at_ns=expires_at,
        decision=read_decision(decision),
    ),
    "OfferAccepted": lambda _, s, t, offer, contact, queue, agent, waited, connect_by: OfferAccepted(
        seq=s,
        at_ns=t,
        offer=offer,
        contact=contact,
        queue=queue,
        agent=agent,
        waited_ns=waited,
        connect_by_ns=connect_by,
    ),
    "OfferEnded": lambda _, s, t, offer, contact, agent, outcome, strikes, cool_down, excluded: OfferEnded(
        seq=s,
        at_ns=t,
        offer=offer,
        contact=contact,
        agent=agent,
        outcome=_OFFER_OUTCOMES[outcome],
        strikes=strikes,
        cool_down_until_ns=cool_down,
        excluded_until_ns=excluded,
    ),
    "ContactConnected": lambda _, s, t, contact, queue, agent, waited: ContactConnected(
        seq=s, at_ns=t, contact=contact, queue=queue, agent=agent, waited_ns=waited
    ),
    "ConnectionFailed": lambda _, s, t, contact, agent, cool_down: ConnectionFailed(
        seq=s, at_ns=t, contact=contact, agent=agent, cool_down_until_ns=cool_down
    ),
    "ScoresWanted": lambda _, s, t, contact, queue, candidates, until: ScoresWanted(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        candidates=tuple(AgentId(agent) for agent in candidates),
        until_ns=until,
    ),
    "ScoresGiven": lambda _, s, t, contact, scores: ScoresGiven(
        seq=s, at_ns=t, contact=contact, scores={AgentId(agent): score for agent, score in scores}
    ),
    "ScoresMissed": lambda _, s, t, contact, reason: ScoresMissed(
        seq=s, at_ns=t, contact=contact, reason=ScoresMiss(reason)
    ),
    "DelayPassed": lambda _, s, t, contact, passed: DelayPassed(
        seq=s, at_ns=t, contact=contact, passed=passed
    ),
    "ExclusionEnded": lambda _, s, t, contact, agent: ExclusionEnded(
        seq=s, at_ns=t, contact=contact, agent=agent
    ),
    "ContactEnded": lambda _, s, t, contact, queue, outcome, agent, waited, handled, wrap_up: ContactEnded(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        outcome=_CONTACT_OUTCOMES[outcome],
        agent=agent,
        waited_ns=waited,
        handled_ns=handled,
        wrap_up_until_ns=wrap_up,
    ),
    "WrapUpExtended": lambda _, s, t, agent, contact, until: WrapUpExtended(
        seq=s, at_ns=t, agent=agent, contact=contact, until_ns=until
    ),
    "WrapUpEnded": lambda _, s, t, agent, contact, queue, handled: WrapUpEnded(
        seq=s, at_ns=t, agent=agent, contact=contact, queue=queue, handled_ns=handled
    ),
    "CommandRemembered": lambda _, s, t, key, receipt: CommandRemembered(
        seq=s, at_ns=t, key=UUID(int=key), receipt=read_receipt(receipt)
    ),
    "ContactMoved": lambda _, s, t, contact, origin_queue, queue, cause: ContactMoved(
        seq=s, at_ns=t, contact=contact, origin_queue=origin_queue, queue=queue, cause=MoveCause(cause)
    ),
    "QueuePauseChanged": lambda _, s, t, agent, queue, paused: QueuePauseChanged(
        seq=s, at_ns=t, agent=agent, queue=queue, paused=paused
    ),
    "AgentLost": lambda _, s, t, agent: AgentLost(seq=s, at_ns=t, agent=agent),
    "ContactHeld": lambda _, s, t, contact, agent, until, reason: ContactHeld(
        seq=s, at_ns=t, contact=contact, agent=agent, until_ns=until, reason=HoldReason(reason)
    ),
    "HoldEnded": lambda _, s, t, contact, agent: HoldEnded(seq=s, at_ns=t, contact=contact, agent=agent),
    "ContactRequeued": lambda _, s, t, contact, queue, agent, reason, handled: ContactRequeued(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        agent=agent,
        reason=HoldReason(reason),
        handled_ns=handled,
    ),
    "ExternalWorkBegun": lambda _, s, t, agent, work, channel, cost: ExternalWorkBegun(
        seq=s, at_ns=t, agent=agent, work=work, channel=channel, cost=cost
    ),
    "ExternalWorkEnded": lambda _, s, t, agent, work: ExternalWorkEnded(
        seq=s, at_ns=t, agent=agent, work=work
    ),
    "WorkSuspended": lambda _, s, t, agent, contact, by: WorkSuspended(
        seq=s, at_ns=t, agent=agent, contact=contact, by=by
    ),
    "WorkResumed": lambda _, s, t, agent, contact: WorkResumed(seq=s, at_ns=t, agent=agent, contact=contact),
    "ContactParked": lambda _, s, t, contact, agent: ContactParked(
        seq=s, at_ns=t, contact=contact, agent=agent
    ),
    "ContactUnparked": lambda _, s, t, contact, agent, over: ContactUnparked(
        seq=s, at_ns=t, contact=contact, agent=agent, over=over
    ),
    "ContactAssigned": lambda _, s, t, contact, agent, by, broken: ContactAssigned(
        seq=s,
        at_ns=t,
        contact=contact,
        agent=agent,
        by=AssignedBy(by),
        broken=tuple(Override(rule) for rule in broken),
    ),
    "ContactTransferred": lambda _, s, t, contact, agent, left, queue, target, escalated, handled, wrap_up: (
        ContactTransferred(
            seq=s,
            at_ns=t,
            contact=contact,
            agent=agent,
            origin_queue=left,
            queue=queue,
            target=read_target(target),
            escalated=escalated,
            handled_ns=handled,
            wrap_up_until_ns=wrap_up,
        )
    ),
    "ConsultBegun": lambda _, s, t, question, contact, agent, queue, channel, points, target: ConsultBegun(
        seq=s,
        at_ns=t,
        question=question,
        contact=contact,
        agent=agent,
        queue=queue,
        channel=channel,
        points=points,
        target=read_target(target),
    ),
    "ContactHandedOver": lambda _, s, t, contact, question, agent, to, left, queue, escalated, handled, wrap_up: (
        ContactHandedOver(
            seq=s,
            at_ns=t,
            contact=contact,
            question=question,
            agent=agent,
            to=to,
            origin_queue=left,
            queue=queue,
            escalated=escalated,
            handled_ns=handled,
            wrap_up_until_ns=wrap_up,
        )
    ),
    "Reconciled": lambda _, s, t, unknown, refused: Reconciled(
        seq=s,
        at_ns=t,
        unknown=tuple(ContactId(contact) for contact in unknown),
        refused=tuple(ContactId(contact) for contact in refused),
    ),
    "FeedbackGiven": lambda _, s, t, contact, queue, agent, decision, kind, value: FeedbackGiven(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        agent=agent,
        decision=decision,
        kind=FeedbackKind(kind),
        value=value,
    ),
    "HoursChanged": lambda _, s, t, calendar, kind, name, hours: HoursChanged(
        seq=s,
        at_ns=t,
        calendar=calendar,
        name=name,
        is_calling_zone=kind == "calling_zone",
        hours=made(hours),
    ),
    "CalendarTurned": lambda _, s, t, calendar, standing: CalendarTurned(
        seq=s, at_ns=t, calendar=calendar, standing=Standing(standing)
    ),
    "QueueOpened": lambda _, s, t, queue: QueueOpened(seq=s, at_ns=t, queue=queue),
    "QueueClosed": lambda _, s, t, queue, opens_at: QueueClosed(
        seq=s, at_ns=t, queue=queue, opens_at_ns=opens_at
    ),
    "ContactDeferred": lambda _, s, t, contact, queue, opens_at: ContactDeferred(
        seq=s, at_ns=t, contact=contact, queue=queue, opens_at_ns=opens_at
    ),
    "ContactDue": lambda _, s, t, contact, due_at, left: ContactDue(
        seq=s, at_ns=t, contact=contact, due_at_ns=due_at, left_ns=left
    ),
    "ShiftTurned": lambda _, s, t, agent, standing, longest: ShiftTurned(
        seq=s, at_ns=t, agent=agent, standing=Standing(standing), longest_ns=longest
    ),
    "EntitlementChanged": lambda _, s, t, agent, entitlement, valid: EntitlementChanged(
        seq=s, at_ns=t, agent=agent, entitlement=entitlement, valid=valid
    ),
    "ProjectLockEnded": lambda _, s, t, agent, project, released: ProjectLockEnded(
        seq=s, at_ns=t, agent=agent, project=project, released=released
    ),
    "CallbackAccepted": lambda _, s, t, contact, queue, not_before: CallbackAccepted(
        seq=s, at_ns=t, contact=contact, queue=queue, not_before_ns=not_before
    ),
    "ContactEligible": lambda _, s, t, contact: ContactEligible(seq=s, at_ns=t, contact=contact),
    "CustomerNotReached": lambda _, s, t, contact, queue, agent, attempts, retry_at: CustomerNotReached(
        seq=s, at_ns=t, contact=contact, queue=queue, agent=agent, attempts=attempts, retry_at_ns=retry_at
    ),
    "ContactMerged": lambda _, s, t, contact, merged, origin: ContactMerged(
        seq=s, at_ns=t, contact=contact, merged=merged, origin_ns=origin
    ),
    "SlaAtRisk": lambda _, s, t, contact, queue, probability, due_ns, lead_ns: SlaAtRisk(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        probability=probability / 1e6,
        due_ns=due_ns,
        lead_ns=lead_ns,
    ),
    "OverflowTurned": lambda _, s, t, queue, rule, active, value: OverflowTurned(
        seq=s, at_ns=t, queue=queue, rule=rule, active=active, value=value
    ),
    "SurgeTurned": lambda _, s, t, surge, active, value: SurgeTurned(
        seq=s, at_ns=t, surge=surge, active=active, value=value
    ),
    "ContactKept": lambda _, s, t, contact, agent, until, owned: ContactKept(
        seq=s, at_ns=t, contact=contact, agent=agent, until_ns=until, owned=owned
    ),
    "KeepEnded": lambda _, s, t, contact, agent: KeepEnded(seq=s, at_ns=t, contact=contact, agent=agent),
    "StepOpened": lambda _, s, t, contact, queue, step: StepOpened(
        seq=s, at_ns=t, contact=contact, queue=queue, step=step
    ),
    "OtherEvent": lambda _, s, t, text: OtherEvent(seq=s, at_ns=t, text=text),
}

__all__ = [
    "AgentCooledDown",
    "AgentLost",
    "AgentNotResponding",
    "AgentRegistered",
    "AgentUpdated",
    "CalendarTurned",
    "CallbackAccepted",
    "CommandRemembered",
    "Configured",
    "ConnectionFailed",
    "ConsultBegun",
    "ContactArrived",
    "ContactAssigned",
    "ContactConnected",
    "ContactDeferred",
    "ContactDue",
    "ContactEligible",
    "ContactEnded",
    "ContactHandedOver",
    "ContactHeld",
    "ContactKept",
    "ContactMerged",
    "ContactMoved",
    "ContactParked",
    "ContactRequeued",
    "ContactTransferred",
    "ContactUnparked",
    "ContactUnservable",
    "ContactUpdated",
    "CustomerNotReached",
    "Decision",
    "DelayPassed",
    "EntitlementChanged",
    "Event",
    "ExclusionEnded",
    "ExternalWorkBegun",
    "ExternalWorkEnded",
    "FeedbackGiven",
    "HoldEnded",
    "HoursChanged",
    "KeepEnded",
    "OfferAccepted",
    "OfferEnded",
    "OfferIssued",
    "OtherEvent",
    "OverflowTurned",
    "PresenceChanged",
    "ProjectLockEnded",
    "QueueClosed",
    "QueueOpened",
    "QueuePauseChanged",
    "Receipt",
    "Reconciled",
    "ScoresGiven",
    "ScoresMissed",
    "ScoresWanted",
    "ShiftTurned",
    "Shortfall",
    "SkillValidityChanged",
    "SlaAtRisk",
    "SurgeTurned",
    "StepOpened",
    "WorkResumed",
    "WorkSuspended",
    "WrapUpEnded",
    "WrapUpExtended",
]
