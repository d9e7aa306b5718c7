"""When contacts arrive: recorded instants, or chance at a rate that follows the day.

>>> from datetime import UTC, datetime, timedelta
>>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
>>> forecast = Piecewise.from_expected(start=nine, step=timedelta(minutes=30), expected=[20, 50, 10])
>>> [segment.rate_per_hour for segment in forecast.segments]
[40.0, 100.0, 20.0]
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline import _native
from sunline._columns import Instants, instants
from sunline._instants import instant_ns, span_ns

_HOUR = timedelta(hours=1)


class Arrivals(ABC):
    """How the contacts of a stream arrive."""

    __slots__ = ()

    @abstractmethod
    def to_native(self) -> _native.Arrivals:
        """The process as the engine knows it."""

    def check(self) -> None:
        """Raises `ScenarioInvalid` with the first parameter that cannot be meant."""
        self.to_native().check()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(Arrivals):
    """By chance, at one rate all the time."""

    rate_per_hour: float  #: Expected contacts per hour, 0 to 1e9.

    def to_native(self) -> _native.Arrivals:
        """The process as the engine knows it."""
        return _native.Arrivals.poisson(self.rate_per_hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of time with one arrival rate."""

    since: datetime  #: First instant inside; timezone-aware.
    until: datetime  #: First instant after.
    rate_per_hour: float  #: Expected contacts per hour, 0 to 1e9.


@dataclass(frozen=True, slots=True, kw_only=True)
class Busyness:
    """Some days are busier than foreseen, all day long: a gamma factor with mean 1 on the rates of each period.

    With m contacts expected in a period the variance of its total is m + m²·cv², where chance alone gives m.
    """

    cv: float  #: Coefficient of variation of the factor, above 0 and at most 10. Day totals lie near 0.1.
    period: timedelta = timedelta(days=1)  #: Counted from the start of the first segment.


@dataclass(frozen=True, slots=True, kw_only=True)
class Piecewise(Arrivals):
    """By chance, at a rate that is constant within each segment and zero outside of all."""

    segments: Sequence[Segment]  #: In order, apart or touching, never overlapping.
    busyness: Busyness | None = None  #: `None`: days are as the rates say.

    @classmethod
    def from_expected(
        cls,
        *,
        start: datetime,
        step: timedelta,
        expected: Iterable[float],
        busyness: Busyness | None = None,
    ) -> "Piecewise":
        """From a forecast: `expected[i]` contacts in the i-th stretch of length `step` since `start`."""
        segments = tuple(
            Segment(
                since=start + row * step,
                until=start + (row + 1) * step,
                rate_per_hour=float(contacts) * (_HOUR / step),
            )
            for row, contacts in enumerate(expected)
        )
        return cls(segments=segments, busyness=busyness)

    def to_native(self) -> _native.Arrivals:
        """The process as the engine knows it."""
        segments = [
            (
                instant_ns(segment.since, f"segments[{row}].since"),
                instant_ns(segment.until, f"segments[{row}].until"),
                segment.rate_per_hour,
            )
            for row, segment in enumerate(self.segments)
        ]
        busyness = self.busyness
        factor = None if busyness is None else (busyness.cv, span_ns(busyness.period, "busyness.period"))
        return _native.Arrivals.piecewise(segments, factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace(Arrivals):
    """At these instants and no others: yesterday's traffic."""

    instants: Instants  #: In order; several may be equal.

    def to_native(self) -> _native.Arrivals:
        """The process as the engine knows it."""
        return _native.Arrivals.trace(instants(self.instants, "instants"))


__all__ = ["Arrivals", "Busyness", "Piecewise", "Poisson", "Segment", "Trace"]
