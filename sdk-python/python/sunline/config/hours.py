"""When queues are open and when customers may be called."""

from dataclasses import dataclass
from enum import StrEnum

from sunline.hours import HoursTable


class ClosedAction(StrEnum):
    """What becomes of a contact in a queue that is closed."""

    SERVE = "serve"  #: It waits as always, and whoever is there serves it.
    DEFER = "defer"  #: It keeps its place, and nobody is asked before the queue opens again.
    END = "end"  #: It ends as closed.
    OVERFLOW = "overflow"  #: It moves to the queue named by `overflow_to`, with its origin.


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarConfig:
    """A calendar that queues and agents may name; its table comes from `sunline.calendar`."""

    name: str
    hours: HoursTable | None = (
        None  #: `None`: not yet; until they are set the calendar is unknown, and reported.
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingHoursConfig:
    """When customers of one zone may be called."""

    zone: str  #: The IANA zone, as contacts name it.
    hours: HoursTable


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningConfig:
    """When a queue is open, and what its closing means. Contacts that an agent has accepted stay in any case."""

    calendar: str  #: While it is unknown the queue is open.
    at_closing: ClosedAction = ClosedAction.SERVE  #: Of those who wait when it closes.
    when_closed: ClosedAction = ClosedAction.END  #: Of those who arrive while it is closed.
    overflow_to: str | None = None  #: The queue that `ClosedAction.OVERFLOW` moves contacts to.
