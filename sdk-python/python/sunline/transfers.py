"""Where a contact is passed on to, and what the host knows of an agent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunline.ids import AgentId, ContactId, QueueId
from sunline.presence import Presence


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Another queue, by name or number; or the same one, for another agent."""

    queue: str | QueueId


@dataclass(frozen=True, slots=True)
class ToAgent:
    """One agent, by name or number, who must be able to take it now; if it refuses, the contact waits for anybody."""

    agent: str | AgentId


@dataclass(frozen=True, slots=True)
class ToNeed:
    """Whoever of its queue also meets this requirement, an expression such as `"french >= 5"`."""

    need: str


@dataclass(frozen=True, slots=True)
class ToSite:
    """Whoever of its queue works at this site."""

    site: str


TransferTarget = ToQueue | ToAgent | ToNeed | ToSite
"""Where a contact is passed on to. Events name queues and agents by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReport:
    """An agent as the host knows it."""

    agent: str | AgentId
    presence: Presence  #: What it wants to be.
    contacts: Sequence[str | int | ContactId] = ()  #: What it has in hand, parked contacts too.


def read_target(native: tuple[str, int, str]) -> TransferTarget:
    """A target from what the engine tells."""
    kind, number, text = native
    match kind:
        case "queue":
            return ToQueue(QueueId(number))
        case "agent":
            return ToAgent(AgentId(number))
        case "need":
            return ToNeed(text)
    return ToSite(text)


__all__ = ["AgentReport", "ToAgent", "ToNeed", "ToQueue", "ToSite", "TransferTarget"]
