"""How an engine is kept: where its record goes, what clock it follows, how much may wait.

>>> from datetime import UTC, datetime, timedelta
>>> Relaxed(path="/var/lib/shop", window=timedelta(milliseconds=10)).window
datetime.timedelta(microseconds=10000)
>>> Manual(start=datetime(2026, 3, 2, 9, tzinfo=UTC)).start.hour
9
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline._instants import instant_ns, span_ns, whole
from sunline.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The state ends with the process."""

    #: Whether all events are kept, so that readers can begin at the first. It grows for ever, some 100 bytes an event.
    keep_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Durable:
    """A journal on disk: what the engine acknowledged survives a loss of power."""

    path: str | os.PathLike[str]  #: The journal's directory; it is made if it is not there.


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """A journal on disk, where a crash may take what the last `window` brought: many times the pace on a slow disk."""

    path: str | os.PathLike[str]  #: The journal's directory; it is made if it is not there.
    window: timedelta = timedelta(milliseconds=10)  #: How long a record may wait for the disk.


Store = Memory | Durable | Relaxed
"""Where an engine's record goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """The system's clock, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """A clock that stands at `start` now and runs `factor` times as fast as the wall's."""

    start: datetime  #: Timezone-aware.
    factor: float  #: Finite and above 0.


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """A clock that stands until `advance_to` moves it."""

    start: datetime  #: Timezone-aware.


Clock = Wall | Scaled | Manual
"""What time an engine follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much may wait in an engine."""

    arrivals: int = 8192  #: Arrivals that may wait to be applied; more are refused as `Busy`. About 2 MB.
    control: int = 4096  #: Other commands that may wait to be applied; then callers wait.
    #: Recent events kept for readers; who falls further behind goes on from the journal. About 15 MB when full.
    events: int = 65_536
    #: Events between snapshots of an engine on disk; `None`: only when it closes.
    snapshot_every: int | None = 1_000_000
    audit: int = 1024  #: Audit records kept of refusals, and as many of what was done by hand.


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchdog:
    """How the watchdog watches. All lengths are by the machine's clock, whatever the engine's own is."""

    every: timedelta = timedelta(seconds=1)  #: Between two looks, at least 10 ms.
    #: How late a deadline, or the end of an offer, may be before it counts as missed, and how long the writer may stay
    #: away while entries wait.
    late_at_most: timedelta = timedelta(seconds=1)
    sink_lag_events: int = 32_768  #: Events by which a sink may be behind.
    sink_still: timedelta = timedelta(seconds=10)  #: How long a sink that is behind may stand still.
    commit_at_most: timedelta = timedelta(seconds=1)  #: How long a group commit may take.
    #: How often what must always be true of the state is checked, at least 10 ms; `None`: never. It holds the writer
    #: for as long as a look at everybody and at every pair takes.
    invariants_every: timedelta | None = None


def native_store(store: Store) -> tuple[str, str | None, int, bool]:
    """A store as the engine knows it: kind, path, window in nanoseconds, history."""
    match store:
        case Memory():
            return "memory", None, 0, store.keep_history
        case Durable():
            return "durable", os.fspath(store.path), 0, False
        case Relaxed():
            window = whole(span_ns(store.window, "store.window"), "store.window", 0, 3600 * 10**9)
            return "relaxed", os.fspath(store.path), window, False
    raise InvalidArgument(f"{store!r} is no store", code="wrong_type", argument="store")


def native_clock(clock: Clock) -> tuple[str, int, float]:
    """A clock as the engine knows it: kind, start in nanoseconds, factor."""
    match clock:
        case Wall():
            return "wall", 0, 1.0
        case Scaled():
            return "scaled", instant_ns(clock.start, "clock.start"), clock.factor
        case Manual():
            return "manual", instant_ns(clock.start, "clock.start"), 1.0
    raise InvalidArgument(f"{clock!r} is no clock", code="wrong_type", argument="clock")


def native_sizes(sizes: Sizes) -> tuple[int, int, int, int, int]:
    """Sizes as the engine knows them; 0 stands for no snapshots."""
    most = 2**32
    return (
        whole(sizes.arrivals, "sizes.arrivals", 1, most),
        whole(sizes.control, "sizes.control", 1, most),
        whole(sizes.events, "sizes.events", 1, most),
        0 if sizes.snapshot_every is None else whole(sizes.snapshot_every, "sizes.snapshot_every", 1),
        whole(sizes.audit, "sizes.audit", 1, most),
    )


def native_watchdog(watchdog: Watchdog) -> tuple[int, int, int, int, int, int]:
    """A watchdog's settings as the engine knows them, lengths in nanoseconds; 0 stands for no checks."""
    shortest, day = 10 * 10**6, 86_400 * 10**9

    def length(value: timedelta, name: str, least: int) -> int:
        return whole(span_ns(value, f"watchdog.{name}"), f"watchdog.{name}", least, day)

    checks = watchdog.invariants_every
    return (
        length(watchdog.every, "every", shortest),
        length(watchdog.late_at_most, "late_at_most", 0),
        whole(watchdog.sink_lag_events, "watchdog.sink_lag_events"),
        length(watchdog.sink_still, "sink_still", 0),
        length(watchdog.commit_at_most, "commit_at_most", 0),
        0 if checks is None else length(checks, "invariants_every", shortest),
    )


__all__ = ["Clock", "Durable", "Manual", "Memory", "Relaxed", "Scaled", "Sizes", "Store", "Wall", "Watchdog"]
