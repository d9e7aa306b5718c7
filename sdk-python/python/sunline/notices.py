"""What an agent is told through its session, one class for each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sunline._instants import instant
from sunline.ids import AgentId, ContactId, OfferId, QueueId
from sunline.presence import Presence, read_presence
from sunline.words import ContactOutcome, OfferOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A contact held out to one agent, awaiting an answer."""

    offer: OfferId
    contact: ContactId
    queue: QueueId
    agent: AgentId
    issued_at_ns: int  #: Since when, in nanoseconds since 1970.
    expires_at_ns: int | None  #: When silence counts as no answer; `None`: never.

    @property
    def issued_at(self) -> datetime:
        """Since when; UTC."""
        return instant(self.issued_at_ns)

    @property
    def expires_at(self) -> datetime | None:
        """When silence counts as no answer; UTC. `None`: never."""
        return None if self.expires_at_ns is None else instant(self.expires_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that an agent is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Notice):
    """A contact is held out to the agent, who accepts or declines."""

    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(Notice):
    """An offer ended without the agent having taken it."""

    offer: OfferId
    contact: ContactId
    outcome: OfferOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Notice):
    """The contact is the agent's: it accepted, or the engine did in its name."""

    offer: OfferId
    contact: ContactId
    queue: QueueId
    connect_by_ns: int | None  #: When the connection counts as failed, where it has to be confirmed.

    @property
    def connect_by(self) -> datetime | None:
        """When the connection counts as failed, where it has to be confirmed; UTC."""
        return None if self.connect_by_ns is None else instant(self.connect_by_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected(Notice):
    """Media is up."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFailed(Notice):
    """The connection did not come up; the contact is back in its queue."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEnded(Notice):
    """A contact of the agent's ended."""

    contact: ContactId
    outcome: ContactOutcome
    wrap_up_until_ns: int | None  #: When the wrap-up ends, if there is one.

    @property
    def wrap_up_until(self) -> datetime | None:
        """When the wrap-up ends, if there is one; UTC."""
        return None if self.wrap_up_until_ns is None else instant(self.wrap_up_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended(Notice):
    """The end of a wrap-up moved."""

    contact: ContactId
    until_ns: int  #: The new end.

    @property
    def until(self) -> datetime:
        """The new end; UTC."""
        return instant(self.until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(Notice):
    """A wrap-up is over."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Notice):
    """The wanted presence changed, by whoever it was."""

    presence: Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class NotResponding(Notice):
    """Too many offers went unanswered; the agent is asked no more until it sets its presence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePauseChanged(Notice):
    """A queue is paused for the agent, or no more."""

    queue: QueueId
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeued(Notice):
    """A contact of the agent's went back to its queue."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Notice):
    """A conversation is interrupted by a more urgent contact."""

    contact: ContactId
    by: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Notice):
    """An interrupted conversation goes on."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked(Notice):
    """The customer is silent; the contact takes nothing until it writes again."""

    contact: ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparked(Notice):
    """The customer of a parked contact has written."""

    contact: ContactId
    over: bool  #: The agent has no room for it, or is gone: it is held with the agent only for a while.


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn(Notice):
    """The agent's part in a contact that goes on without it is over."""

    contact: ContactId
    wrap_up_until_ns: int | None  #: When the wrap-up ends, if there is one.

    @property
    def wrap_up_until(self) -> datetime | None:
        """When the wrap-up ends, if there is one; UTC."""
        return None if self.wrap_up_until_ns is None else instant(self.wrap_up_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver(Notice):
    """The agent took over the contact it was asked about."""

    contact: ContactId
    question: ContactId  #: Which is over.


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNotice(Notice):
    """A notice that this release of the package has no class for."""

    text: str  #: What the engine says of it.


NativeNotice = tuple[Any, ...]
"""A notice as the engine tells it: name of the kind, then the fields of its class."""


def read_notice(native: NativeNotice) -> Notice:
    """A notice from what the engine tells."""
    return _READERS[native[0]](*native[1:])


def _offered(
    offer: int, contact: str, queue: int, agent: int, issued_at: int, expires_at: int | None
) -> Offered:
    return Offered(
        offer=Offer(
            offer=OfferId(offer),
            contact=ContactId(contact),
            queue=QueueId(queue),
            agent=AgentId(agent),
            issued_at_ns=issued_at,
            expires_at_ns=expires_at,
        )
    )


_READERS: dict[str, Callable[..., Notice]] = {
    "Offered": _offered,
    "OfferEnded": lambda offer, contact, outcome: OfferEnded(
        offer=offer, contact=contact, outcome=OfferOutcome(outcome)
    ),
    "Assigned": lambda offer, contact, queue, connect_by: Assigned(
        offer=offer, contact=contact, queue=queue, connect_by_ns=connect_by
    ),
    "Connected": lambda contact: Connected(contact=contact),
    "ConnectionFailed": lambda contact: ConnectionFailed(contact=contact),
    "ContactEnded": lambda contact, outcome, wrap_up_until: ContactEnded(
        contact=contact, outcome=ContactOutcome(outcome), wrap_up_until_ns=wrap_up_until
    ),
    "WrapUpExtended": lambda contact, until: WrapUpExtended(contact=contact, until_ns=until),
    "WrapUpEnded": lambda contact: WrapUpEnded(contact=contact),
    "PresenceChanged": lambda presence: PresenceChanged(presence=read_presence(presence)),
    "NotResponding": NotResponding,
    "QueuePauseChanged": lambda queue, paused: QueuePauseChanged(queue=queue, paused=paused),
    "Requeued": lambda contact: Requeued(contact=contact),
    "Suspended": lambda contact, by: Suspended(contact=contact, by=by),
    "Resumed": lambda contact: Resumed(contact=contact),
    "Parked": lambda contact: Parked(contact=contact),
    "Unparked": lambda contact, over: Unparked(contact=contact, over=over),
    "PassedOn": lambda contact, wrap_up: PassedOn(contact=contact, wrap_up_until_ns=wrap_up),
    "TakenOver": lambda contact, question: TakenOver(contact=contact, question=question),
    "OtherNotice": lambda text: OtherNotice(text=text),
}

__all__ = [
    "Assigned",
    "Connected",
    "ConnectionFailed",
    "ContactEnded",
    "NotResponding",
    "Notice",
    "Offer",
    "OfferEnded",
    "Offered",
    "OtherNotice",
    "Parked",
    "PassedOn",
    "PresenceChanged",
    "QueuePauseChanged",
    "Requeued",
    "Resumed",
    "Suspended",
    "TakenOver",
    "Unparked",
    "WrapUpEnded",
    "WrapUpExtended",
]
