"""Figures of a replication by name, so that they can be written in a file, pickled, and put on an axis with their unit.

`"service_level"` is of all queues together, `"service_level:bills"` of one.

>>> figure("asa_s:bills").unit
's'
"""

from collections.abc import Callable
from dataclasses import dataclass

from sunline.errors import InvalidArgument
from sunline.simulation.result import QueueFigures, Result


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """A figure of a replication; called with its result it gives the value, `None` where there is none."""

    name: str
    queue: str | None  #: `None`: all together.
    unit: str
    doc: str

    def __call__(self, result: Result) -> float | None:
        """The value in this replication."""
        figures = result.total if self.queue is None else result.queue(self.queue)
        return _VALUES[self.name][2](figures)

    def __str__(self) -> str:
        return self.name if self.queue is None else f"{self.name}:{self.queue}"


def _seconds(ns: int | None) -> float | None:
    return None if ns is None else ns / 1e9


_Value = Callable[[QueueFigures], float | None]
_VALUES: dict[str, tuple[str, str, _Value]] = {
    "service_level": (
        "share",
        "Answered in time ÷ (answered + given up but the short ones).",
        lambda q: q.service_level,
    ),
    "abandonment": ("share", "Given up ÷ (answered + given up).", lambda q: q.abandonment),
    "asa_s": ("s", "Mean wait of the answered.", lambda q: _seconds(q.asa_ns)),
    "mean_wait_s": (
        "s",
        "Mean wait of all who were answered or gave up.",
        lambda q: _seconds(q.mean_wait_ns),
    ),
    "longest_wait_s": ("s", "Longest wait of the answered.", lambda q: _seconds(q.longest_wait_ns)),
    "aht_s": ("s", "Mean handle time, wrap-up included.", lambda q: _seconds(q.aht_ns)),
    "occupancy": ("share", "Handle ÷ (handle + idle) of the agents.", lambda q: q.occupancy),
    "arrived": ("contacts", "Contacts that arrived.", lambda q: float(q.arrived)),
    "answered": ("contacts", "Contacts answered.", lambda q: float(q.answered)),
    "abandoned": ("contacts", "Contacts that gave up.", lambda q: float(q.abandoned)),
    "lost": ("contacts", "Blocked, shed, closed or callback failed.", lambda q: float(q.lost)),
}
NAMES: tuple[str, ...] = tuple(_VALUES)
"""All names, without a queue."""


SMALLER_IS_BETTER = frozenset({"abandonment", "asa_s", "mean_wait_s", "longest_wait_s", "lost", "abandoned"})
"""Of these a smaller value is the better one."""


def figure(name: str) -> NamedFigure:
    """The figure of this name.

    Raises `InvalidArgument` with the names there are.
    """
    plain, _, queue = name.partition(":")
    if plain not in _VALUES:
        raise InvalidArgument(
            f"there is no figure {plain!r}; there are {', '.join(_VALUES)}, each also as NAME:QUEUE",
            code="unknown_figure",
            argument="figure",
        )
    unit, doc, _ = _VALUES[plain]
    return NamedFigure(plain, queue or None, unit, doc)


__all__ = ["NAMES", "SMALLER_IS_BETTER", "NamedFigure", "figure"]
