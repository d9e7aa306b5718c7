"""What every event has, and events of the whole domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sunline._instants import instant
from sunline.config import Config
from sunline.ids import AgentId, ContactId, Seq


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
class Reconfigured(Event):
    """Another version of the configuration is in force from now on."""

    config: Config
    config_version: int  #: Its number, as decisions name it.


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
class Reconciled(Event):
    """The host has said who is there and what each has in hand; what differed has given way."""

    unknown: Sequence[ContactId]  #: Contacts that the host named and that are not here.
    refused: Sequence[ContactId]  #: Contacts that an absolute rule keeps from their agent.


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(Event):
    """An event that this release of the package has no class for."""

    text: str  #: What the engine says of it.


__all__ = [
    "CommandRemembered",
    "Configured",
    "Event",
    "OtherEvent",
    "Receipt",
    "Reconciled",
]
