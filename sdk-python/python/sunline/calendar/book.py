"""Rules into hours: once over a window, or kept ahead of the clock."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sunline import _native
from sunline._instants import instant, instant_ns, span_ns
from sunline.calendar.rules import RuleSet, RuleSource, load_rules, zones_path
from sunline.calendar.sun import Route, SunPlan, read_route
from sunline.errors import InvalidArgument
from sunline.hours import HoursTable, made

NativeChange = tuple[str, str, str, _native.HoursTable | None, _native.HoursTable | None]
"""A change as the engine tells it: calendar, cause, kind, and what opened and closed where it moved."""

Zones = str | os.PathLike[str] | None
"""A directory with a zone database; `None`: the one that comes with the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the tables of a book reach around the present."""

    #: Kept before now, so that business time already elapsed can be counted. 92 days, a quarter: longer than
    #: contacts wait.
    back: timedelta = timedelta(days=92)
    #: Covered after now when a table is made. 400 days: a year and its holidays.
    ahead: timedelta = timedelta(days=400)
    #: A table is made anew when less than this is left. 60 days: far more than anything is booked ahead.
    margin: timedelta = timedelta(days=60)


class Cause(StrEnum):
    """Why a table was made anew."""

    HORIZON = "horizon"  #: Its horizon came near.
    RULES = "rules"  #: Its rules changed, or a holiday list that it names.
    ZONES = "zones"  #: The zone database changed.


class ChangeKind(StrEnum):
    """What moved."""

    ADDED = "added"  #: The calendar is new.
    REMOVED = "removed"  #: The calendar is gone.
    SAME = "same"  #: Only the horizon or the release differ.
    MOVED = "moved"  #: Hours or breaks differ where both tables reach.


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A table that was made anew, added or removed."""

    calendar: str
    cause: Cause
    kind: ChangeKind
    opened: HoursTable | None = None  #: Where it moved: time that is open now and was not.
    closed: HoursTable | None = None  #: Where it moved: time that was open and is not now.


class CalendarBook:
    """Every calendar of a rule set, compiled, and kept ahead of the clock.

    It never asks for the time: it is told, and says when it wants to be told again (`refresh_at`). What cannot be
    compiled changes nothing.
    """

    __slots__ = ("_native", "_rules")

    def __init__(
        self, rules: RuleSource, *, now: datetime, reach: Reach | None = None, zones: Zones = None
    ) -> None:
        """Compiles every calendar around `now`.

        Raises `CalendarRefused` with every problem of the rules.
        """
        reach = Reach() if reach is None else reach
        self._rules = load_rules(rules, zones=zones)
        self._native = _native.CalendarBook(
            self._rules.to_json(),
            zones_path(zones),
            span_ns(reach.back, "back"),
            span_ns(reach.ahead, "ahead"),
            span_ns(reach.margin, "margin"),
            instant_ns(now, "now"),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the calendars, in alphabetical order."""
        return tuple(self._native.names())

    @property
    def rules(self) -> RuleSet:
        """The rules in force."""
        return self._rules

    @property
    def tz_release(self) -> str:
        """The release of the zone database in use."""
        return self._native.tz_release()

    def hours(self, name: str) -> HoursTable:
        """The open hours of a calendar, without its breaks. Raises `InvalidArgument` without one of this name."""
        return _found(self._native.hours(name), name)

    def shifts(self, name: str) -> HoursTable:
        """Hours and breaks together, from the start of each shift to its end: for agents' shifts."""
        return _found(self._native.shifts(name), name)

    def breaks(self, name: str) -> HoursTable:
        """The breaks inside the hours."""
        return _found(self._native.breaks(name), name)

    def tables(self) -> Mapping[str, HoursTable]:
        """The hours of every calendar, by name."""
        return {name: self.hours(name) for name in self.names}

    def calling_hours(self, name: str, zone: str) -> HoursTable:
        """The rules of a calendar by the clocks of another zone: when customers who live there may be called.

        Raises `CalendarRefused` with code `unknown_zone` when the database has no such zone.
        """
        return made(self._native.calling_hours(name, zone))

    def route(self, plan: SunPlan, at: datetime) -> Route:
        """Where a contact that arrives at `at` may go, by a follow-the-sun plan over these calendars."""
        return read_route(self._native.route(plan.to_json(), instant_ns(at, "at")))

    @property
    def refresh_at(self) -> datetime | None:
        """By when some table must be made anew; `None` when the book is empty."""
        due = self._native.refresh_at_ns()
        return None if due is None else instant(due)

    def refresh(self, now: datetime) -> tuple[Change, ...]:
        """Makes anew the tables that have no more than the margin left, and reports each."""
        return tuple(map(_change, self._native.refresh(instant_ns(now, "now"))))

    def set_rules(self, rules: RuleSource, now: datetime) -> tuple[Change, ...]:
        """Takes new rules; only calendars whose rules or holidays differ are made anew, and reported."""
        text = rules.to_json() if isinstance(rules, RuleSet) else load_rules(rules).to_json()
        changes = self._native.set_rules(text, instant_ns(now, "now"))
        self._rules = load_rules(text)
        return tuple(map(_change, changes))

    def set_zones(self, zones: Zones, now: datetime) -> tuple[Change, ...]:
        """Takes another zone database, makes every table anew with it and reports each."""
        return tuple(map(_change, self._native.set_zones(zones_path(zones), instant_ns(now, "now"))))


def compile_hours(
    rules: RuleSource, name: str, start: datetime, horizon: datetime, *, zones: Zones = None
) -> HoursTable:
    """The open hours of one calendar over a window, without its breaks.

    Raises `CalendarRefused` with every problem of the rules, or of the window.
    """
    text = load_rules(rules, zones=zones).to_json()
    window = (instant_ns(start, "start"), instant_ns(horizon, "horizon"))
    hours, _ = _native.compile_calendar(text, name, *window, zones_path(zones))
    return made(hours)


def tz_release(zones: Zones = None) -> str:
    """The release of a zone database."""
    return _native.zone_database(zones_path(zones))[0]


def zone_names(zones: Zones = None) -> tuple[str, ...]:
    """The names of the zones that a database has."""
    return tuple(_native.zone_database(zones_path(zones))[1])


def _found(table: _native.HoursTable | None, name: str) -> HoursTable:
    if table is None:
        raise InvalidArgument(f"no calendar is called {name!r}", code="unknown_calendar", argument="name")
    return made(table)


def _change(native: NativeChange) -> Change:
    calendar, cause, kind, opened, closed = native
    return Change(
        calendar=calendar,
        cause=Cause(cause),
        kind=ChangeKind(kind),
        opened=None if opened is None else made(opened),
        closed=None if closed is None else made(closed),
    )


__all__ = [
    "CalendarBook",
    "Cause",
    "Change",
    "ChangeKind",
    "Reach",
    "Zones",
    "compile_hours",
    "tz_release",
    "zone_names",
]
