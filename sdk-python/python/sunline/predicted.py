"""Predicted waits: what a waiting contact may be told, learned from what happened.

A configuration with a `forecast` predicts; the law of a wait is asked of the live engine, and where it is not known the
answer is `Unknown` with the reason, never a zero.

>>> import sunline
>>> config = '''
...     name = "shop"
...     channels = [{ name = "voice" }]
...     queues = [{ name = "bills", offer = { answer = "auto" } }]
...     agents = [{ name = "ann" }]
...     forecast = { handle_time = "4m" }
... '''
>>> with sunline.Engine(config) as engine:
...     nobody = engine.predicted_wait_in("bills")
...     receipt = engine.set_presence("ann", sunline.AVAILABLE)
...     for contact in range(3):
...         receipt = engine.submit(contact, "bills")
...     last = engine.predicted_wait(2)
>>> nobody
Unknown(reason='nobody_present')
>>> last.position
2
>>> last.quantile(0.1) < last.quantile(0.9)
True
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sunline import _native
from sunline._instants import instant, span, span_ns

Mode = Literal["if_you_stay", "given_served"]
"""Whose wait: of one who never gives up, or of one who may, given that it is served."""


LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
"""Levels of the quantiles that are announced and scored."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The wait is not known."""

    #: `nobody_present`: nobody who could serve is there; `nobody_capable`: nobody ever could; `queue_closed`: nobody is
    #: asked before the queue opens; `nobody_expected`: nobody has come in this interval, and nobody is expected.
    reason: str


class PredictedWait:
    """The predicted wait of one contact, from the instant it was asked for."""

    __slots__ = ("_law", "mode")

    def __init__(self, law: _native.PredictedWait, mode: Mode) -> None:
        self._law = law
        self.mode: Mode = mode  #: Whose wait this is.

    @property
    def position(self) -> int:
        """Place among those who wait in the same queue; 1 is next."""
        return self._law.position

    @property
    def mean(self) -> timedelta:
        """Mean wait that is left."""
        return timedelta(seconds=self._law.mean_s)

    @property
    def p_meets_target(self) -> float:
        """Probability of an answer within the queue's `answer_within` since the origin, and before giving up."""
        return self._law.p_meets_target

    @property
    def p_breach(self) -> float:
        """Probability that a contact that stays is not answered by then."""
        return self._law.p_breach

    @property
    def p_closes_first(self) -> float:
        """Probability that the queue closes before a contact that stays is served; 0 where that does not concern it."""
        return self._law.p_closes_first

    @property
    def starts_in(self) -> timedelta:
        """Until somebody comes who could serve it; zero where somebody is there. It is part of the wait."""
        return span(self._law.starts_in_ns)

    @property
    def p_abandons(self) -> float:
        """Probability that the contact gives up before it is served."""
        return self._law.p_abandons

    def quantile(self, q: float) -> timedelta:
        """The wait that is not exceeded with probability `q`.

        Raises `ForecastRefused` unless `0 < q < 1`.
        """
        return timedelta(seconds=self._law.quantile_s(q))

    def p_within(self, t: timedelta) -> float:
        """Probability that at most `t` is left."""
        return self._law.p_within(span_ns(t, "t"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedServiceLevel:
    """What a queue's service level will be when its interval ends, by the default formula, `short_excluded`."""

    since_ns: int
    until_ns: int
    in_time: int  #: Of those who came in the interval, answered in time so far.
    counted: int  #: Of those who came in it, counted so far: answered, or gone after more than a short wait.
    waiting: int  #: Of those who came in it, waiting now.
    to_come: float  #: Expected to come before it ends.
    expected: float  #: The expected service level, from 0 to 1.
    low: float  #: With probability 0.8 it lies between `low` and `high`.
    high: float

    @property
    def since(self) -> datetime:
        """When the interval began; UTC."""
        return instant(self.since_ns)

    @property
    def until(self) -> datetime:
        """When it ends; UTC."""
        return instant(self.until_ns)


_Interval = tuple[int, int, int, int, int, tuple[float, float, float, float]]


def read_service_level(native: _Interval | str) -> PredictedServiceLevel | Unknown:
    """An answer as the engine gives it."""
    if isinstance(native, str):
        return Unknown(native)
    since, until, in_time, counted, waiting, (to_come, expected, low, high) = native
    return PredictedServiceLevel(
        since_ns=since,
        until_ns=until,
        in_time=in_time,
        counted=counted,
        waiting=waiting,
        to_come=to_come,
        expected=expected,
        low=low,
        high=high,
    )


def read_wait(native: "_native.PredictedWait | str", mode: Mode) -> PredictedWait | Unknown:
    """An answer as the engine gives it."""
    return Unknown(native) if isinstance(native, str) else PredictedWait(native, mode)


__all__ = ["LEVELS", "Mode", "PredictedServiceLevel", "PredictedWait", "Unknown"]
