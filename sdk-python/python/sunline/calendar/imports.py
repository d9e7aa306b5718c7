"""Holiday lists written elsewhere. Opening hours and shifts are imported by `Calendar.osm` and `Calendar.ical`."""

import json
from collections.abc import Mapping

from sunline import _native
from sunline._instants import whole


def holidays_from_csv(text: str) -> Mapping[str, str]:
    """Days and their names, one on each line: `2026-04-06,Easter Monday`, or `12-25,Christmas` of every year.

    Raises `CalendarRefused` with the first line that cannot be read, or the bound that is passed.

    >>> holidays_from_csv("12-25,Christmas")
    {'12-25': 'Christmas'}
    """
    return _days(_native.holidays_from_csv(text))


def holidays_from_ical(text: str, first_year: int, last_year: int) -> Mapping[str, str]:
    """The days that the events of an iCalendar file cover in these years, and what they are called.

    Raises `CalendarRefused` as `holidays_from_csv` does.
    """
    years = (whole(first_year, "first_year", 1900, 2200), whole(last_year, "last_year", 1900, 2200))
    return _days(_native.holidays_from_ical(text, *years))


def _days(native: str) -> Mapping[str, str]:
    days: dict[str, str] = json.loads(native)
    return days


__all__ = ["holidays_from_csv", "holidays_from_ical"]
