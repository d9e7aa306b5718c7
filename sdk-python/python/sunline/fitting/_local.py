"""Local days and times of many instants at once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from sunline.errors import InvalidArgument

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

QUARTER_NS = 900_000_000_000  #: Zones change their offset at a quarter of an hour, UTC.
_DAY_NS = 86_400_000_000_000


def zone_of(name: str) -> ZoneInfo:
    """The zone of this IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidArgument(
            f"there is no time zone {name!r}; IANA names look like Europe/Berlin, and UTC always works",
            code="unknown_zone",
            argument="zone",
        ) from error


def local(at_ns: Ints, zone: ZoneInfo) -> tuple[Ints, Floats]:
    """Days since 1970 in local time, and seconds since local midnight by the wall clock."""
    quarters, place = np.unique(at_ns // QUARTER_NS, return_inverse=True)
    offsets = np.array([_offset_ns(int(quarter) * QUARTER_NS, zone) for quarter in quarters], dtype="i8")
    wall = at_ns + offsets[place] if len(at_ns) else at_ns
    return wall // _DAY_NS, (wall % _DAY_NS) / 1e9


def _offset_ns(at_ns: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at_ns / 1e9, UTC).astimezone(zone).utcoffset()
    assert offset is not None, "a zone always has an offset"
    return int(offset.total_seconds()) * 1_000_000_000


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


def day_of(number: int) -> date:
    """The date so many days after 1970."""
    return date(1970, 1, 1) + timedelta(days=int(number))


def weekdays(numbers: Ints) -> Ints:
    """Day of the week of days since 1970: 0 is Monday."""
    return (numbers + 3) % 7
