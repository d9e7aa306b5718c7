"""What is promised and nobody works, and where the forecast asks for more agents than are there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from sunline import _native
from sunline._instants import instant, instant_ns
from sunline.calendar.book import Zones
from sunline.calendar.rules import zones_path
from sunline.hours import HoursTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of promised time without anyone on shift, in UTC and in local time."""

    start: datetime  #: First uncovered instant; UTC.
    end: datetime  #: First covered, or unpromised, instant after it; UTC.
    local_start: datetime  #: The same on the wall of the stated zone.
    local_end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is, as time passes."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the lint found."""

    gaps: tuple[Gap, ...]  #: In order.
    promised: timedelta  #: Promised time in all.
    uncovered: timedelta  #: Promised time that nobody covers.
    known_until: datetime  #: How far the answer reaches: the window, or the shortest table.


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch, as coverage sees it."""

    name: str
    zone: str  #: Where it is.
    hours: HoursTable  #: When it is open.
    agents: int = 1  #: On shift while it is open.


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStep:
    """Agents that the forecast asks for, over a stretch of time."""

    start: datetime
    end: datetime
    agents: float  #: At least 0.


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A stretch with fewer agents on shift than the forecast asks for."""

    start: datetime  #: UTC.
    end: datetime  #: UTC.
    worst: float  #: The largest number of agents missing in it.


def coverage(
    promise: HoursTable, shifts: Iterable[HoursTable], start: datetime, end: datetime, zone: str
) -> Coverage:
    """Holds a promise against the union of shifts, and tells every gap in UTC and by the clocks of `zone`.

    >>> from sunline.hours import Interval
    >>> day = lambda hour: datetime(2026, 3, 2, hour, tzinfo=UTC)
    >>> promise = HoursTable([Interval(day(8), day(20))], horizon=day(23))
    >>> shift = HoursTable([Interval(day(8), day(17))], horizon=day(23))
    >>> [gap] = coverage(promise, [shift], day(0), day(23), "Europe/Moscow").gaps
    >>> gap.start.hour, gap.local_start.hour, gap.length
    (17, 20, datetime.timedelta(seconds=10800))
    """
    wall = ZoneInfo(zone)
    covered = reduce(or_, shifts, HoursTable())
    open_gaps = (promise - covered).clipped(start, end)
    known_until = end.astimezone(UTC) if open_gaps.horizon is None else open_gaps.horizon
    gaps = tuple(
        Gap(
            start=gap.start,
            end=gap.end,
            local_start=gap.start.astimezone(wall),
            local_end=gap.end.astimezone(wall),
        )
        for gap in open_gaps.intervals
    )
    return Coverage(
        gaps=gaps,
        promised=promise.open_between(start, known_until),
        uncovered=open_gaps.open_between(start, known_until),
        known_until=known_until,
    )


def shortages(
    branches: Sequence[Branch],
    load: Sequence[LoadStep],
    week_of: date,
    zone: str,
    *,
    promise: HoursTable | None = None,
    zones: Zones = None,
) -> tuple[Shortage, ...]:
    """Where the branches of the week that contains `week_of` have fewer agents on shift than the load asks for."""
    _, _, found = native_week("", branches, load, week_of, zone, promise, zones)
    return tuple(Shortage(start=instant(a), end=instant(b), worst=worst) for a, b, worst in found)


def native_week(
    title: str,
    branches: Sequence[Branch],
    load: Sequence[LoadStep],
    week_of: date,
    zone: str,
    promise: HoursTable | None,
    zones: Zones,
) -> tuple[str, str, list[tuple[int, int, float]]]:
    """The picture of a week and its shortages, as the engine makes them."""
    return _native.week(
        title,
        (zone, week_of.isoformat()),
        (HoursTable() if promise is None else promise)._native,
        [(branch.name, branch.zone, branch.hours._native, branch.agents) for branch in branches],
        [(instant_ns(step.start, "start"), instant_ns(step.end, "end"), step.agents) for step in load],
        zones_path(zones),
    )


__all__ = ["Branch", "Coverage", "Gap", "LoadStep", "Shortage", "coverage", "shortages"]
