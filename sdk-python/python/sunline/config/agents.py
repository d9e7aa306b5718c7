"""Agents, what they know and where they belong: channels, skills, pools and shifts."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sunline.config.rules import AnyContactRule, ContactRule, IdleClock
from sunline.config.writing import CALLED_FROM, document

Value = bool | int | str
"""The value of an attribute: a flag, a whole number, or a text of at most 1024 bytes."""


class WorkKind(StrEnum):
    """How a piece of work came to its agent."""

    ROUTED = "routed"  #: By routing.
    DIRECT = "direct"  #: By hand: assigned, pulled, or passed on to this very agent.
    OUTBOUND = "outbound"  #: The agent calls the customer.
    EXTERNAL = "external"  #: Not from the engine at all.


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """A way in which customers reach the centre."""

    name: str
    cost: int = 1  #: Cost units one contact takes of an agent, at least 1.
    cap: int | None = (
        None  #: Contacts of this channel that one agent may have in hand; `None`: as many as fit.
    )
    interrupts: AbstractSet[str] = (
        frozenset()
    )  #: Channels whose conversations a contact of this one may interrupt.
    asynchronous: bool = False  #: Whether a silent contact may be parked.
    wrap_up: timedelta | None = None  #: Where neither agent nor queue says otherwise.


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillConfig:
    """A skill that requirements and agents may name."""

    name: str


class OffShift(StrEnum):
    """What an agent who is signed in outside its shifts is given."""

    NOTHING = "nothing"  #: No new work.
    ANYTHING = "anything"  #: Work as always: overtime counts.


class SignIn(StrEnum):
    """Who signs agents in and out."""

    BY_AGENT = "by_agent"  #: The agent, or the host in its name.
    BY_SHIFT = (
        "by_shift"  #: The shift: its start makes an offline agent available, its end makes any agent offline.
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftConfig:
    """How the shifts of a pool's agents guard their ends."""

    overrun: timedelta = timedelta(0)  #: How far the expected end of new work may lie past the shift's end.
    off_shift: OffShift = OffShift.NOTHING
    sign_in: SignIn = SignIn.BY_AGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolQueueConfig:
    """How the agents of a pool see one queue."""

    tier: int = 0  #: A lower tier goes first whatever the contact rule says, 0 to 255.
    delay: timedelta = timedelta(0)  #: How long a contact is in the queue before this pool may take it.
    reserve: int = 0  #: Agents of the pool kept for others.
    cap: int | None = None  #: Contacts of the queue that the pool has in hand at most; `None`: no cap.
    handle_time: timedelta | None = None  #: Expected in this pool; `None`: the queue's.
    share: Decimal = Decimal(0)  #: Of the queue's contacts, for `AgentRule.QUOTA`, 0 to 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolConfig:
    """A pool of agents (routing profile); each agent is in exactly one."""

    name: str
    idle_clock: IdleClock = IdleClock.SINCE_LAST_HANDLED
    keep_seniority_on_break: bool = False  #: Whether a break leaves the idle clock alone.
    contact_rule: AnyContactRule = ContactRule.POINTS  #: How the heads of queues are compared for its agents.
    queues: Mapping[str, PoolQueueConfig] = field(default_factory=dict)  #: How its agents see single queues.
    idle_share: Decimal = Decimal(0)  #: Of all idle agents, that should be idle here, 0 to 1.
    shift: ShiftConfig = field(default_factory=ShiftConfig)
    idle_clock_ignores: AbstractSet[WorkKind] = frozenset()  #: Kinds of work that leave the idle clock alone.


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillGrant:
    """How well, and from when to when, an agent has a skill."""

    level: int  #: Proficiency 1 to 10, 10 best.
    since: datetime | None = field(
        default=None, metadata=CALLED_FROM
    )  #: When it begins to count; `None`: since ever.
    until: datetime | None = None  #: First instant at which it counts no more; `None`: for ever.


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """From when to when something counts."""

    since: datetime | None = field(
        default=None, metadata=CALLED_FROM
    )  #: When it begins to count; `None`: since ever.
    until: datetime | None = None  #: First instant at which it counts no more; `None`: for ever.


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """An agent as registered: what it can do and where it belongs."""

    name: str  #: Unique in the domain.
    pool: str | None = None  #: `None`: the first pool.
    skills: Mapping[str, int | SkillGrant] = field(default_factory=dict)  #: By name: a level, or a grant.
    groups: AbstractSet[str] = frozenset()  #: Labels that expressions may ask for.
    site: str | None = None
    partner: str | None = None  #: The partner it works for; without one it is in-house.
    clearance: AbstractSet[str] = frozenset()  #: Data classes it may see.
    attributes: Mapping[str, Value] = field(default_factory=dict, repr=False)
    capacity: int = 1  #: Cost units in all, 1 to 1000.
    wrap_up: timedelta | None = None  #: Goes before the queue's.
    weight: int = 1  #: Chances relative to others for `AgentRule.WEIGHTED`, 1 to 100.
    handle_times: Mapping[str, timedelta] = field(default_factory=dict)  #: Expected, by queue.
    shift: str | None = None  #: The calendar of its shifts, breaks included; `None`: it may work at any time.
    caps: Mapping[str, int] = field(default_factory=dict)  #: By channel; goes before the channel's own cap.
    entitlements: Mapping[str, Dates] = field(
        default_factory=dict
    )  #: What absolute needs may ask for, by name.
    never_serves: AbstractSet[str] = frozenset()  #: Customers it never serves, whatever else is relaxed.

    def to_json(self) -> str:
        """The registration as JSON text."""
        return json.dumps(document(self))
