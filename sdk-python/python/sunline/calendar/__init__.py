"""Time zones and business hours: rules in local time in, hours in UTC out.

A rule belongs to the day on which it opens. A local time inside a gap is read with the offset in force before it, so
02:30 becomes 03:30; one that occurs twice is the earlier instant for an opening and the later one for a closing.

>>> from datetime import datetime, timedelta
>>> from zoneinfo import ZoneInfo
>>> rules = RuleSet(
...     calendars={
...         "support": Calendar(
...             zone="Asia/Kathmandu",
...             holidays=["np"],
...             weekly=[WeeklyLine(days="sun-fri", open="10:00", close="17:00")],
...         )
...     },
...     holidays={"np": {"09-20": "Constitution Day"}},
... )
>>> monday = datetime(2026, 1, 5, tzinfo=ZoneInfo("Asia/Kathmandu"))
>>> book = CalendarBook(rules, now=monday)
>>> opening = book.hours("support").next_open(monday)
>>> opening.astimezone(ZoneInfo("Asia/Kathmandu")).isoformat()
'2026-01-05T10:00:00+05:45'

| to know | read |
|---|---|
| what rules may say | `RuleSet`, `Calendar`, `load_rules` |
| how they become hours | `compile_hours`, `CalendarBook`, `HoursTable` |
| what they leave uncovered | `coverage`, `week_figure`, `week_svg`, `week_html` |
| when something is due | `due_after`, `due_moved` |
| when a customer may be called | `CalendarBook.calling_hours` |
| who serves as the day moves on | `SunPlan`, `CalendarBook.route` |
| rules written elsewhere | `Calendar.osm`, `Calendar.ical`, `holidays_from_csv`, `holidays_from_ical` |
"""

from sunline.calendar.book import CalendarBook, Change, Reach, compile_hours, tz_release, zone_names
from sunline.calendar.coverage import Branch, Coverage, Gap, LoadStep, Shortage, coverage, shortages
from sunline.calendar.figure import week_figure, week_html, week_svg
from sunline.calendar.imports import holidays_from_csv, holidays_from_ical
from sunline.calendar.rules import (
    Break,
    Calendar,
    DayHours,
    ExceptionDays,
    RuleSet,
    WeeklyLine,
    load_rules,
)
from sunline.calendar.sun import Route, Spill, SunPlan, Target
from sunline.hours import Due, HoursTable, Interval, due_after, due_moved
from sunline.words import Standing

__all__ = [
    "Branch",
    "Break",
    "Calendar",
    "CalendarBook",
    "Change",
    "Coverage",
    "DayHours",
    "Due",
    "ExceptionDays",
    "Gap",
    "HoursTable",
    "Interval",
    "LoadStep",
    "Reach",
    "Route",
    "RuleSet",
    "Shortage",
    "Spill",
    "Standing",
    "SunPlan",
    "Target",
    "WeeklyLine",
    "compile_hours",
    "coverage",
    "due_after",
    "due_moved",
    "holidays_from_csv",
    "holidays_from_ical",
    "load_rules",
    "shortages",
    "tz_release",
    "week_figure",
    "week_html",
    "week_svg",
    "zone_names",
]
