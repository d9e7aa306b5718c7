"""Events of contacts that an agent has: passing on, pausing and ending."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline._instants import instant, span
from sunline.events.base import Event
from sunline.ids import AgentId, ChannelId, ContactId, OfferId, QueueId
from sunline.transfers import TransferTarget
from sunline.words import ContactOutcome, FeedbackKind, HoldReason


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
class FeedbackGiven(Event):
    """Something is known of a contact afterwards."""

    contact: ContactId
    queue: QueueId  #: Its queue, or where it ended.
    agent: AgentId | None  #: Who served it; `None`: nobody.
    decision: OfferId | None  #: The offer, and with it the decision, that brought it to this agent.
    kind: FeedbackKind
    value: int  #: In the host's own unit.


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


__all__ = [
    "ConsultBegun",
    "ContactEnded",
    "ContactHandedOver",
    "ContactHeld",
    "ContactParked",
    "ContactRequeued",
    "ContactTransferred",
    "ContactUnparked",
    "FeedbackGiven",
    "HoldEnded",
    "WorkResumed",
    "WorkSuspended",
    "WrapUpEnded",
    "WrapUpExtended",
]
