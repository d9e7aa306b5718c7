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
from datetime import timedelta
from typing import Literal

from sunline import _native
from sunline._instants import span, span_ns

Mode = Literal["if_you_stay", "given_served"]
"""Whose wait: of one who never gives up, or of one who may, given that it is served."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The wait is not known."""

    #: `nobody_present`: nobody who could serve is there; `nobody_capable`: nobody ever could; `queue_closed`: nobody is
    #: asked before the queue opens.
    reason: str


class PredictedWait:
    """The predicted wait of one contact, from the instant it was asked for."""

    __slots__ = ("_native", "mode")

    def __init__(self, native: _native.PredictedWait, mode: Mode) -> None:
        self._native = native
        self.mode: Mode = mode  #: Whose wait this is.

    @property
    def position(self) -> int:
        """Place among those who wait in the same queue; 1 is next."""
        return self._native.position

    @property
    def mean(self) -> timedelta:
        """Mean wait that is left."""
        return timedelta(seconds=self._native.mean_s)

    @property
    def p_meets_target(self) -> float:
        """Probability of an answer within the queue's `answer_within` since the origin, and before giving up."""
        return self._native.p_meets_target

    @property
    def p_breach(self) -> float:
        """Probability that a contact that stays is not answered by then."""
        return self._native.p_breach

    @property
    def p_closes_first(self) -> float:
        """Probability that the queue closes before a contact that stays is served; 0 where closing does not concern it."""
        return self._native.p_closes_first

    @property
    def starts_in(self) -> timedelta:
        """Until somebody comes who could serve it; zero where somebody is there. It is part of the wait."""
        return span(self._native.starts_in_ns)

    @property
    def p_abandons(self) -> float:
        """Probability that the contact gives up before it is served."""
        return self._native.p_abandons

    def quantile(self, q: float) -> timedelta:
        """The wait that is not exceeded with probability `q`.

        Raises `ForecastRefused` unless `0 < q < 1`.
        """
        return timedelta(seconds=self._native.quantile_s(q))

    def p_within(self, t: timedelta) -> float:
        """Probability that at most `t` is left."""
        return self._native.p_within(span_ns(t, "t"))


def read_wait(native: "_native.PredictedWait | str", mode: Mode) -> PredictedWait | Unknown:
    """An answer as the engine gives it."""
    return Unknown(native) if isinstance(native, str) else PredictedWait(native, mode)


__all__ = ["Mode", "PredictedWait", "Unknown"]
