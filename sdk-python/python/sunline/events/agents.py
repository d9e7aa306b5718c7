"""Events of agents: who they are, whether they are there, what they may do."""

from dataclasses import dataclass

from sunline.config import AgentSpec
from sunline.events.base import Event
from sunline.ids import AgentId, ChannelId, ContactId, QueueId, SkillId
from sunline.presence import Presence
from sunline.words import Standing


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


__all__ = [
    "AgentCooledDown",
    "AgentLost",
    "AgentNotResponding",
    "AgentRegistered",
    "AgentUpdated",
    "EntitlementChanged",
    "ExternalWorkBegun",
    "ExternalWorkEnded",
    "PresenceChanged",
    "ProjectLockEnded",
    "QueuePauseChanged",
    "ShiftTurned",
    "SkillValidityChanged",
]
