"""Hours as the engine knows them: UTC intervals up to a horizon.

`sunline.calendar` makes them from rules in local time; here they only answer. Any timezone-aware `datetime` goes in;
what comes out is in UTC.

>>> from datetime import UTC, datetime
>>> day = lambda hour: datetime(2026, 3, 2, hour, tzinfo=UTC)
>>> table = HoursTable([Interval(day(9), day(17))], horizon=day(23))
>>> table.is_open(day(9)), table.is_open(day(17)), table.next_change(day(12)).hour
(True, False, 17)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline import _native
from sunline._instants import instant, instant_ns, span, span_ns
from sunline.words import Standing


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of time; its first instant is inside, its last is not."""

    start: datetime  #: First instant inside; timezone-aware.
    end: datetime  #: First instant after; timezone-aware.

    @property
    def length(self) -> timedelta:
        """How long it is, as time passes."""
        return self.end - self.start


class HoursTable:
    """Hours over a stretch of time: sorted, disjoint intervals up to a horizon, and nothing past it."""

    __slots__ = ("_native",)
    _native: _native.HoursTable

    def __init__(
        self, intervals: Iterable[Interval] = (), *, horizon: datetime | None = None, tz_release: str = ""
    ) -> None:
        """A table of intervals in order; touching ones are joined.

        `horizon`: up to when it is known; `None`: for ever. `tz_release`: the zone database it was made from.

        Raises `CalendarRefused` with the first interval that is empty, out of order or past the horizon.
        """
        pairs = [(instant_ns(i.start, "start"), instant_ns(i.end, "end")) for i in intervals]
        end = None if horizon is None else instant_ns(horizon, "horizon")
        object.__setattr__(self, "_native", _native.HoursTable(pairs, end, tz_release))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a table of hours never changes; {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HoursTable) and self._native == other._native

    def __hash__(self) -> int:
        return hash(self._native)

    def __repr__(self) -> str:
        end = "for ever" if self.horizon is None else f"until {self.horizon.isoformat()}"
        return f"<HoursTable of {len(self._native.intervals())} intervals, known {end}>"

    def __reduce__(self) -> tuple[object, tuple[list[tuple[int, int]], int | None, str]]:
        native = self._native
        return _again, (native.intervals(), native.horizon_ns(), native.tz_release())

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals in order, in UTC."""
        return tuple(Interval(instant(start), instant(end)) for start, end in self._native.intervals())

    @property
    def horizon(self) -> datetime | None:
        """Up to when the table is known; `None`: for ever."""
        end = self._native.horizon_ns()
        return None if end is None else instant(end)

    @property
    def tz_release(self) -> str:
        """The zone database it was made from; empty when no zone was involved."""
        return self._native.tz_release()

    def standing(self, at: datetime) -> Standing:
        """Open, closed, or unknown from the horizon on."""
        return Standing(self._native.standing(instant_ns(at, "at")))

    def is_open(self, at: datetime) -> bool:
        """Whether an instant lies in an interval."""
        return self.standing(at) is Standing.OPEN

    def next_change(self, at: datetime) -> datetime | None:
        """The next opening or closing after an instant; `None` up to the horizon."""
        change = self._native.next_change(instant_ns(at, "at"))
        return None if change is None else instant(change)

    def next_open(self, at: datetime) -> datetime | None:
        """The first open instant at or after an instant; `None` up to the horizon."""
        opening = self._native.next_open(instant_ns(at, "at"))
        return None if opening is None else instant(opening)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two instants."""
        return span(self._native.open_between(instant_ns(start, "start"), instant_ns(end, "end")))

    def __or__(self, other: "HoursTable") -> "HoursTable":
        """Open when either table is."""
        return made(self._native.union(other._native))

    def __and__(self, other: "HoursTable") -> "HoursTable":
        """Open when both tables are."""
        return made(self._native.intersection(other._native))

    def __sub__(self, other: "HoursTable") -> "HoursTable":
        """Open when this table is and the other is not."""
        return made(self._native.difference(other._native))

    def clipped(self, start: datetime, end: datetime) -> "HoursTable":
        """The part between two instants; known no further than that."""
        return made(self._native.clipped(instant_ns(start, "start"), instant_ns(end, "end")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When something is due that runs in business time."""

    at: datetime | None  #: When; `None` when that lies past the horizon of the hours.
    left: timedelta | None = None  #: Then: open time that is left at the horizon.


def due_after(hours: HoursTable, start: datetime, business: timedelta) -> Due:
    """Due when so much open time has passed since `start`."""
    return _due(_native.due_after(hours._native, instant_ns(start, "start"), span_ns(business, "business")))


def due_moved(due: Due, old: HoursTable, new: HoursTable, now: datetime) -> Due:
    """The same business time, counted in the old hours until `now` and in the new ones from then on.

    What is due by `now` stays as it was.
    """
    native = (
        None if due.at is None else instant_ns(due.at, "due"),
        None if due.left is None else span_ns(due.left, "left"),
    )
    return _due(_native.due_moved(native, old._native, new._native, instant_ns(now, "now")))


def _due(native: tuple[int | None, int | None]) -> Due:
    at, left = native
    return Due(at=None if at is None else instant(at), left=None if left is None else span(left))


def made(native: _native.HoursTable) -> HoursTable:
    """The table that the engine made."""
    table = HoursTable.__new__(HoursTable)
    object.__setattr__(table, "_native", native)
    return table


def _again(intervals: list[tuple[int, int]], horizon_ns: int | None, tz_release: str) -> HoursTable:
    return made(_native.HoursTable(intervals, horizon_ns, tz_release))


__all__ = ["Due", "HoursTable", "Interval", "due_after", "due_moved"]
