"""Instants and lengths of time, between Python's `datetime` and the engine's whole nanoseconds."""

from datetime import UTC, datetime, timedelta

from sunline.errors import InvalidArgument

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAST_NS, MOST_NS = -(2**63), 2**63 - 1
_MICROSECOND = timedelta(microseconds=1)


def instant(ns: int) -> datetime:
    """The instant `ns` nanoseconds after 1970, UTC, cut to whole microseconds.

    >>> instant(1_500_000_000)
    datetime.datetime(1970, 1, 1, 0, 0, 1, 500000, tzinfo=datetime.timezone.utc)
    """
    return EPOCH + timedelta(microseconds=ns // 1000)


def instant_or_none(ns: int | None) -> datetime | None:
    """The instant, where there is one."""
    return None if ns is None else instant(ns)


def span(ns: int) -> timedelta:
    """A length of `ns` nanoseconds, cut to whole microseconds."""
    return timedelta(microseconds=ns // 1000)


def instant_ns(at: datetime, argument: str) -> int:
    """Nanoseconds since 1970 of a timezone-aware instant; `argument` names it in a refusal."""
    if at.tzinfo is None:
        raise InvalidArgument(
            f"{argument} is {at.isoformat()} without a time zone; say which, for example tzinfo=datetime.UTC",
            code="naive_datetime",
            argument=argument,
        )
    return _fitting((at - EPOCH) // _MICROSECOND * 1000, argument)


def span_ns(length: timedelta, argument: str) -> int:
    """Nanoseconds of a length of time; `argument` names it in a refusal."""
    return _fitting(length // _MICROSECOND * 1000, argument)


def _fitting(ns: int, argument: str) -> int:
    if not LEAST_NS < ns <= MOST_NS:
        raise InvalidArgument(
            f"{argument} lies outside the years 1678 to 2262, which nanoseconds in 64 bits cover",
            code="out_of_range",
            argument=argument,
        )
    return ns


def whole(value: int, argument: str, least: int = 0, most: int = 2**64 - 1) -> int:
    """A whole number in a range; `argument` names it in a refusal."""
    if not least <= value <= most:
        raise InvalidArgument(
            f"{argument} must be from {least} to {most}, not {value}", code="out_of_range", argument=argument
        )
    return value
