"""How many may wait and for how long, and where the rest goes: bounds, overflow, partners and surges."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sunline.config.writing import CALLED_FROM


class TurnAway(StrEnum):
    """What becomes of a contact at a bound."""

    BLOCK = "block"  #: It ends as blocked; after the longest wait, as timed out.
    OVERFLOW = "overflow"  #: It moves to the queue named by `overflow_to`, with its origin.
    SHED = "shed"  #: It ends as shed.
    CALLBACK = "callback"  #: Its customer will be called back; it keeps origin and place.


class Staffing(StrEnum):
    """Which agents count as there, tested with the contact's own requirement."""

    ALWAYS = "always"  #: Nobody needs to be there.
    SIGNED_IN = "signed_in"  #: A capable agent is signed in, if on a break.
    AVAILABLE = "available"  #: A capable agent is available, if busy.


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionConfig:
    """Whom a queue lets wait, and for how long."""

    max_length: int | None = None  #: Contacts that may be ahead of one that has to wait; `None`: no bound.
    when_full: TurnAway = TurnAway.BLOCK
    max_wait: timedelta | None = None  #: Longest wait without an offer, since it entered the queue.
    after_max_wait: TurnAway = TurnAway.BLOCK
    join: Staffing = Staffing.ALWAYS  #: Who must be there for a contact to begin to wait.
    stay: Staffing = Staffing.ALWAYS  #: Who must be there for a contact to go on waiting.
    when_unstaffed: TurnAway = TurnAway.BLOCK
    overflow_to: str | None = None  #: The queue that `TurnAway.OVERFLOW` moves contacts to.


class Signal(StrEnum):
    """A figure of one queue, or of several together."""

    LENGTH = "length"  #: Contacts that wait.
    WAIT = "wait"  #: Whole seconds that the first of those who wait has been in its queue.
    SIGNED_IN = "signed_in"  #: Agents signed in who meet the queue's requirement. Fewer is worse.
    #: Whole seconds that one who came now would wait on average; beyond every threshold where nobody could serve it.
    PREDICTED_WAIT = "predicted_wait"
    #: Percent of this interval's contacts that will have been answered in time when it ends. Fewer is worse.
    PREDICTED_SERVICE_LEVEL = "predicted_service_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerConfig:
    """When something is entered and when it is left."""

    signal: Signal
    enter: (
        int  #: It is entered when the figure is this or beyond: contacts, whole seconds, agents, or percent.
    )
    leave: int  #: It is left when the figure is this or better.
    min_active: timedelta = timedelta(seconds=60)  #: How long it stays entered at least.
    min_idle: timedelta = timedelta(seconds=60)  #: How long it stays left at least.


@dataclass(frozen=True, slots=True, kw_only=True)
class OverflowConfig:
    """While its trigger is entered, contacts that come to the queue and find nobody move on."""

    when: TriggerConfig
    to: str  #: The queue they move to; where that is a partner's, all of its terms apply.


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerConfig:
    """A partner that serves contacts for the centre, and its terms."""

    name: str
    queue: str  #: The queue its agents serve.
    data_classes: AbstractSet[str] = frozenset()  #: What it may see.
    topics: AbstractSet[str] = frozenset()  #: Queues whose contacts it may be given; empty means any.
    since: datetime | None = field(default=None, metadata=CALLED_FROM)  #: First instant of its contract.
    until: datetime | None = None  #: First instant after it.
    concurrency: int | None = None  #: Contacts in its queue and in its hands at most.
    share: int = 100  #: Percent of a queue's arrivals that may be given to it, 1 to 100.
    only_in_surge: bool = False  #: Whether it is given contacts only while a surge opens it.
    answer_within: timedelta | None = None  #: What it owes; only reports use it.


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowConfig:
    """A stretch of time, its end not inside."""

    since: datetime = field(metadata=CALLED_FROM)  #: First instant inside.
    until: datetime  #: First instant after.


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeBounds:
    """Bounds that stand in for a queue's own."""

    queue: str
    admission: AdmissionConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeReserve:
    """A reserve that stands in for a pool's own."""

    pool: str
    queue: str  #: Let in only while more than `reserve` agents of the pool are idle.
    reserve: int  #: Kept for other queues meanwhile, 0 to 10,000; 0 lifts the pool's own.


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeConfig:
    """A surge: while it is on, its settings stand in for those of its queues."""

    name: str
    queues: AbstractSet[str]  #: Whose figures count.
    when: TriggerConfig | None = None  #: When it begins and ends by those figures together.
    planned: Sequence[WindowConfig] = ()  #: When it is on by plan.
    bounds: Sequence[SurgeBounds] = ()
    deflect: AbstractSet[str] = frozenset()  #: Queues whose contacts, where they find nobody, are handed off.
    shed: Sequence[str] = ()  #: Queues whose contacts are shed, in this order, the newest first.
    shed_above: int = 0  #: How many may wait before any is shed.
    open_partners: AbstractSet[str] = frozenset()
    reserves: Sequence[SurgeReserve] = ()
