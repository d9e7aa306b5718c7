"""Figures from an event log: service level, waits and the ledger, for any threshold, any window, any zone.

`Legs` keeps every stay of every contact in a queue. What it counts with a queue's own thresholds is what the engine and
the simulator count as they run.

>>> import sunline
>>> shop = {"name": "shop", "channels": [{"name": "voice"}], "queues": [{"name": "bills"}]}
>>> engine = sunline.Engine(shop, store=sunline.Memory(keep_history=True))
>>> _ = engine.submit("c1", "bills"), engine.abandon("c1")
>>> figures = Legs.of_engine(engine).counts(answer_within=timedelta(seconds=20))
>>> figures.arrived, figures.abandoned, figures.lost, figures.service_levels.abandons_fail
(1, 1, 0, 0.0)
>>> engine.close()
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sunline import _native
from sunline._instants import instant, instant_ns, span_ns, whole
from sunline._native import Legs as NativeLegs
from sunline.engine import Engine
from sunline.ids import QueueId
from sunline.simulation.result import QueueFigures, queue_figures

_FIRST, _LAST = -(2**63), 2**63 - 1


class By(StrEnum):
    """To which interval a contact belongs."""

    ARRIVAL = "arrival"  #: All of it to that of its arrival.
    END = "end"  #: Each part to its own instant: the arrival, the answer, the end.


class WaitClock(StrEnum):
    """From when a wait counts."""

    ORIGIN = "origin"  #: From when the customer began to wait.
    QUEUE_ENTRY = "queue_entry"  #: From the entry to the queue.


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval of a report, and its figures."""

    since: datetime  #: First instant inside; UTC.
    until: datetime  #: First instant after; UTC.
    label: str  #: What the clocks of the zone show at its start, with their offset.
    figures: QueueFigures


class Legs:
    """Every stay of every contact in a queue, from an event log."""

    __slots__ = ("_native",)

    def __init__(self, native: NativeLegs) -> None:
        self._native = native

    @classmethod
    def of_journal(cls, path: str | os.PathLike[str]) -> "Legs":
        """The legs of a journal; no engine may have it open meanwhile."""
        return cls(_native.Legs.of_journal(os.fspath(path)))

    @classmethod
    def of_engine(cls, engine: Engine) -> "Legs":
        """The legs of a live engine so far, from its first event; it needs its history or a journal."""
        native = engine.native_legs().wait()
        assert native is not None, "without a timeout there is an answer"
        return cls(native)

    def __len__(self) -> int:
        return len(self._native)

    def counts(
        self,
        *,
        answer_within: timedelta,
        short_abandon: timedelta = timedelta(seconds=5),
        queue: QueueId | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        by: By = By.END,
        clock: WaitClock = WaitClock.ORIGIN,
        by_due: bool = True,
    ) -> QueueFigures:
        """Figures of a queue, where the unit is the leg; or of all (`None`), where it is the contact, by first answer.

        `answer_within`, `short_abandon`: the thresholds, each inside itself. `by_due`: where a queue's target runs in
        business time (`answer_clock`), the due instant says who is in time, whatever `answer_within`; only for waits
        from the origin. `since`, `until`: the window, its end not inside; `None`: no bound.
        """
        ask = _ask(queue, answer_within, short_abandon, since, until, by, clock, by_due)
        return queue_figures(_name(queue), self._native.counts(ask), None)

    def intervals(
        self,
        zone: str,
        minutes: int,
        *,
        answer_within: timedelta,
        short_abandon: timedelta = timedelta(seconds=5),
        queue: QueueId | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        by: By = By.ARRIVAL,
        clock: WaitClock = WaitClock.ORIGIN,
        by_due: bool = True,
    ) -> list[Interval]:
        """The same by intervals of 15, 30 or 60 minutes of a named zone, the empty ones in between included.

        Raises `InvalidArgument` with code `unknown_zone` or `out_of_range`.
        """
        ask = _ask(queue, answer_within, short_abandon, since, until, by, clock, by_due)
        return [
            Interval(
                since=instant(start),
                until=instant(end),
                label=label,
                figures=queue_figures(_name(queue), counts, None),
            )
            for start, end, label, counts in self._native.intervals(ask, zone, whole(minutes, "minutes", 1))
        ]


def _name(queue: QueueId | None) -> str:
    return "total" if queue is None else f"queue-{queue}"


def _ask(
    queue: QueueId | None,
    answer_within: timedelta,
    short_abandon: timedelta,
    since: datetime | None,
    until: datetime | None,
    by: By,
    clock: WaitClock,
    by_due: bool,
) -> tuple[int | None, int, int, int, int, bool, bool, bool]:
    return (
        None if queue is None else whole(queue, "queue", 0, 2**16 - 1),
        span_ns(answer_within, "answer_within"),
        span_ns(short_abandon, "short_abandon"),
        _FIRST if since is None else instant_ns(since, "since"),
        _LAST if until is None else instant_ns(until, "until"),
        by == By.ARRIVAL,
        clock == WaitClock.QUEUE_ENTRY,
        by_due,
    )


__all__ = ["By", "Interval", "Legs", "WaitClock"]
