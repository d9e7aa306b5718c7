"""Events of queues and their hours."""

from dataclasses import dataclass
from datetime import datetime

from sunline._instants import instant_or_none
from sunline.events.base import Event
from sunline.hours import HoursTable
from sunline.ids import CalendarId, QueueId
from sunline.words import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged(Event):
    """A calendar, or a zone's calling hours, has another table now."""

    calendar: CalendarId
    name: str  #: Of the calendar or of the zone.
    is_calling_zone: bool  #: Whether these are the calling hours of a zone.
    hours: HoursTable
    config_version: int  #: Of the configuration from now on, as decisions name it.


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
        return instant_or_none(self.opens_at_ns)


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


__all__ = [
    "CalendarTurned",
    "HoursChanged",
    "OverflowTurned",
    "QueueClosed",
    "QueueOpened",
    "SurgeTurned",
]
