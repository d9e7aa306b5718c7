"""Rules as data: what a person writes, before any instant is computed.

The same document as in TOML or JSON. Building checks nothing; loading, compiling and opening a book do, and report
every problem with its path.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from sunline import _native
from sunline.errors import InvalidArgument

_Day = date
Clock = str | time
"""A time of day: `"08:30"`, or a `datetime.time`. Hours from 24 on, as in `"32:00"`, lie in the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHours:
    """One stretch of hours by the clock; a closing at or before the opening lies in the next day."""

    open: Clock
    close: Clock


DayPlan = str | Sequence[DayHours]
"""What a day looks like: `"closed"`, `"open"` from midnight to midnight, or its hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyLine:
    """Hours on some days of the week."""

    days: str  #: Such as `"mon-fri"`, `"sat,sun"`, `"daily"`.
    open: Clock  #: Before 24:00.
    close: Clock  #: Before the opening it means the next day.
    since: date | None = None  #: First date on which the line counts.
    until: date | None = None  #: First date on which it counts no more.


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDays:
    """A day, or days in a row, with hours of their own. They come before holidays; breaks do not touch them."""

    date: date  #: The day, or the first of them.
    last: _Day | None = None  #: The last of them, itself included.
    plan: DayPlan
    note: str | None = None  #: Why, for people.


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break inside the shifts of some days, also after midnight."""

    days: str
    start: Clock
    end: Clock
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Local rules of one queue, branch, agent, partner or customer's zone."""

    zone: str  #: The IANA zone whose clocks the rules are written for.
    since: date | None = None  #: First date with hours.
    until: date | None = None  #: First date without hours again.
    weekly: Sequence[WeeklyLine] = ()  #: The usual week; a day that no line names is closed.
    osm: str | None = None  #: Instead of `weekly`: an expression of OpenStreetMap's `opening_hours`.
    ical: str | None = None  #: Instead of `weekly`: the text of an iCalendar file, open during its events.
    holidays: Sequence[str] = ()  #: Names of the holiday lists that count here.
    on_holiday: DayPlan | None = None  #: `None`: closed; under `osm` its `PH` rules decide.
    exceptions: Sequence[ExceptionDays] = ()
    breaks: Sequence[Break] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Every calendar and holiday list of one document."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    #: By name: days, as `"2026-04-06"` or `"12-25"` of every year, and what they are called.
    holidays: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The rules as JSON text."""
        return json.dumps(document(self))


RuleSource = RuleSet | str | os.PathLike[str]
"""Where rules may come from; see `load_rules`."""


def load_rules(source: RuleSource, *, zones: str | os.PathLike[str] | None = None) -> RuleSet:
    """Reads and checks rules.

    `source` is a `RuleSet`; or a path object of a file, JSON where it ends in `.json` and TOML otherwise; or a text,
    JSON where it begins with a brace and TOML otherwise. `zones`: a directory with a zone database; `None`: the
    bundled one.

    Raises `CalendarRefused` with every problem and its path.
    """
    if isinstance(source, RuleSet):
        text, is_json = source.to_json(), True
    elif isinstance(source, str):
        text, is_json = source, source.lstrip().startswith("{")
    else:
        path = Path(source)
        is_json = path.suffix.lower() == ".json"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidArgument(
                f"{path} cannot be read: {error}", code="unreadable", argument="source"
            ) from error
    return _rules(json.loads(_native.read_rules(text, json=is_json, zones_path=zones_path(zones))))


def zones_path(zones: str | os.PathLike[str] | None) -> str | None:
    """A directory of zones as text."""
    return None if zones is None else os.fspath(zones)


Json = str | list["Json"] | dict[str, "Json"]


def document(part: object) -> Json:
    """A part of the rules as JSON knows it; what is `None` is left out."""
    match part:
        case str():
            return part
        case time():
            return part.isoformat()
        case date():
            return part.isoformat()
        case Mapping():
            return {str(name): document(value) for name, value in part.items()}
        case Sequence():
            return [document(entry) for entry in part]
    if is_dataclass(part) and not isinstance(part, type):
        named = (("from" if f.name == "since" else f.name, getattr(part, f.name)) for f in fields(part))
        return {name: document(value) for name, value in named if value is not None}
    raise InvalidArgument(f"{part!r} has no place in rules", code="unreadable", argument="rules")


def _rules(tree: Any) -> RuleSet:
    calendars = {name: _calendar(calendar) for name, calendar in tree["calendars"].items()}
    return RuleSet(calendars=calendars, holidays=tree["holidays"])


def _calendar(tree: Any) -> Calendar:
    return Calendar(
        zone=tree["zone"],
        since=_date(tree.get("from")),
        until=_date(tree.get("until")),
        weekly=tuple(
            WeeklyLine(days=line["days"], open=line["open"], close=line["close"], **_validity(line))
            for line in tree.get("weekly", ())
        ),
        osm=tree.get("osm"),
        ical=tree.get("ical"),
        holidays=tuple(tree.get("holidays", ())),
        on_holiday=_plan(tree.get("on_holiday")),
        exceptions=tuple(
            ExceptionDays(
                date=date.fromisoformat(entry["date"]),
                last=_date(entry.get("last")),
                plan=_plan(entry["plan"]) or "closed",
                note=entry.get("note"),
            )
            for entry in tree.get("exceptions", ())
        ),
        breaks=tuple(
            Break(days=entry["days"], start=entry["start"], end=entry["end"], **_validity(entry))
            for entry in tree.get("breaks", ())
        ),
    )


def _validity(tree: Any) -> dict[str, date | None]:
    return {"since": _date(tree.get("from")), "until": _date(tree.get("until"))}


def _plan(tree: Any) -> DayPlan | None:
    if tree is None or isinstance(tree, str):
        return tree
    return tuple(DayHours(open=hours["open"], close=hours["close"]) for hours in tree)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


__all__ = [
    "Break",
    "Calendar",
    "Clock",
    "DayHours",
    "DayPlan",
    "ExceptionDays",
    "RuleSet",
    "RuleSource",
    "WeeklyLine",
    "load_rules",
]
