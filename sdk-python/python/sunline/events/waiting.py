"""Events of contacts that wait: how they come, what opens for them, where they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sunline._instants import instant, instant_or_none, span
from sunline.contacts import ContactDetails
from sunline.events.base import Event
from sunline.ids import AgentId, ChannelId, ContactId, QueueId
from sunline.words import MoveCause, ShortfallKind


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
class DelayPassed(Event):
    """A waiting contact became visible to further pools."""

    contact: ContactId
    passed: int  #: How many of its queue's delays have passed by now.


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMoved(Event):
    """A waiting contact changed its queue; it keeps its origin."""

    contact: ContactId
    origin_queue: QueueId  #: The queue it left.
    queue: QueueId  #: The queue it entered.
    cause: MoveCause


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDeferred(Event):
    """A contact that came to a closed queue keeps its place there, and nobody is asked before the queue opens."""

    contact: ContactId
    queue: QueueId
    opens_at_ns: int | None

    @property
    def opens_at(self) -> datetime | None:
        """When the queue opens; UTC."""
        return instant_or_none(self.opens_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDue(Event):
    """A contact's answer is due at another instant, because its queue's target runs in business time."""

    contact: ContactId
    due_at_ns: int | None  #: `None`: past the horizon of the calendar.
    left_ns: int | None  #: Then: open time that is left there.

    @property
    def due_at(self) -> datetime | None:
        """When it is due; UTC."""
        return instant_or_none(self.due_at_ns)


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
class CandidatesJudged(Event):
    """Who was looked at for the offer that comes next, where the contact's queue has `record = "full"`."""

    contact: ContactId
    queue: QueueId
    agent: AgentId
    sought: Literal["agent", "contact"]  #: An agent for the contact, or a contact for the agent.
    candidates: int  #: How many could have been chosen.
    rejected: Mapping[str, int]  #: How many of the others were rejected, by the first reason against each.


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


__all__ = [
    "CallbackAccepted",
    "CandidatesJudged",
    "ContactArrived",
    "ContactDeferred",
    "ContactDue",
    "ContactEligible",
    "ContactKept",
    "ContactMerged",
    "ContactMoved",
    "ContactUnservable",
    "ContactUpdated",
    "CustomerNotReached",
    "DelayPassed",
    "KeepEnded",
    "Shortfall",
    "SlaAtRisk",
    "StepOpened",
]
