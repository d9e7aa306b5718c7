"""Who was there when, from the contacts that agents took: a log without sign-ins still shows them.

An agent is away where it took nothing for longer than `away_after` while customers it serves were waiting, or for
longer than `gap` while nobody was. When exactly it came and went shows only where somebody waited:

- It came when it took its first contact, if that one had waited. If not, it had been there before, at most since
  somebody last waited: half of that time, and of a quarter of an hour, is taken.
- It took no more contacts from somewhere in its last one on, its middle on average, if somebody waited at its end.
  If nobody did, it was there still, at most until somebody waited next: half of that time, and of a quarter of an
  hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sunline._instants import instant
from sunline.fitting._local import Bools, Floats, Ints
from sunline.fitting.log import ContactLog
from sunline.simulation.scenario import Shift

AWAY_AFTER = timedelta(minutes=2)
GAP = timedelta(minutes=45)
QUARTER_S = (
    900.0  #: How far presence is taken to reach beyond a contact while nobody waits, at most; seconds.
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roster:
    """Presence as it shows in the contacts taken."""

    shifts: Mapping[str, tuple[Shift, ...]]  #: By name, in order; agents who took nothing are not in it.
    serves: Mapping[str, tuple[str, ...]]  #: Queues of which each agent took contacts.
    #: Pauses between two contacts of an agent while customers waited, shorter than `away_after`; seconds.
    pauses_s: Mapping[str, Floats]

    def mean_pause_s(self, agent: str) -> float:
        """Mean pause of an agent between contacts while customers waited: wrap-up, as far as it shows; seconds."""
        pauses = self.pauses_s.get(agent)
        if pauses is not None and len(pauses) >= 20:
            return float(pauses.mean())
        everybody = [one for one in self.pauses_s.values() if len(one)]
        return float(np.concatenate(everybody).mean()) if everybody else 0.0

    def present(self, at_s: Floats) -> Ints:
        """How many are there at each instant, in seconds since 1970."""
        count = np.zeros(len(at_s), dtype="i8")
        for shifts in self.shifts.values():
            for shift in shifts:
                count += (at_s >= shift.since.timestamp()) & (at_s < shift.until.timestamp())
        return count


def infer_roster(log: ContactLog, *, away_after: timedelta = AWAY_AFTER, gap: timedelta = GAP) -> Roster:
    """Presence and pauses of every agent of a log."""
    began = log.arrived_ns / 1e9 + log.waited_s
    ended = began + np.nan_to_num(log.handled_s, nan=0.0)
    taken = log.served & (log.agent >= 0)
    shifts: dict[str, tuple[Shift, ...]] = {}
    pauses: dict[str, Floats] = {}
    queues: dict[str, tuple[str, ...]] = {}
    waiting: dict[bytes, Waiting] = {}
    for place, name in enumerate(log.agents):
        mine = taken & (log.agent == place)
        if not mine.any():
            continue
        serves = np.unique(log.queue[mine])
        key = serves.tobytes()
        if key not in waiting:
            waiting[key] = waiting_of(log, np.isin(log.queue, serves))
        order = np.argsort(began[mine], kind="stable")
        first, last = began[mine][order], ended[mine][order]
        last = np.maximum.accumulate(last)
        pause = first[1:] - last[:-1]
        waited = waiting[key].between(last[:-1], first[1:])
        away = (waited > away_after.total_seconds()) | (pause > gap.total_seconds())
        short = (pause >= 0) & ~away & (waited >= 0.99 * pause) & (pause > 0)
        pauses[name] = pause[short]
        opens = np.append(True, away)
        closes = np.append(away, True)
        came, went = waiting[key].bounds(first, last, log.waited_s[mine][order] > 1.0)
        queues[name] = tuple(log.queues[queue] for queue in serves)
        shifts[name] = _joined(came[opens], went[closes])
    return Roster(shifts=shifts, pauses_s=pauses, serves=queues)


def _joined(came: Floats, went: Floats) -> tuple[Shift, ...]:
    """Shifts in order; those that touch become one."""
    joined: list[tuple[float, float]] = []
    for since, until in zip(came.tolist(), went.tolist(), strict=True):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return tuple(
        Shift(since=instant(round(since * 1e9)), until=instant(round(until * 1e9))) for since, until in joined
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """When somebody was waiting, as stretches apart from each other."""

    since: Floats
    until: Floats
    before: Floats  #: Length of all stretches before each.

    def before_instant(self, at: Floats) -> Floats:
        """Seconds with somebody waiting before each instant."""
        if len(self.since) == 0:
            return np.zeros(len(at))
        place = np.searchsorted(self.since, at, side="right")
        inside = np.maximum(place - 1, 0)
        over = np.where(
            place > 0, np.maximum(self.until[inside] - np.maximum(at, self.since[inside]), 0.0), 0.0
        )
        return np.asarray(self.before[place] - over, dtype="f8")

    def bounds(self, first: Floats, last: Floats, had_waited: Bools) -> tuple[Floats, Floats]:
        """When an agent came, had it come for a contact begun at `first`; when it went, had it gone after `last`."""
        before = np.concatenate(([-np.inf], self.until))[np.searchsorted(self.until, first, side="right")]
        came = np.where(had_waited, first, first - np.minimum(first - before, QUARTER_S) / 2)
        place = np.searchsorted(self.since, last, side="right")
        waits = (place > 0) & (np.concatenate(([-np.inf], self.until))[place] > last)
        after = np.concatenate((self.since, [np.inf]))[place]
        went = np.where(waits, (first + last) / 2, last + np.minimum(after - last, QUARTER_S) / 2)
        return came, np.maximum(went, first + 1.0)

    def between(self, since: Floats, until: Floats) -> Floats:
        """Seconds with somebody waiting between instants."""
        return np.maximum(self.before_instant(until) - self.before_instant(since), 0.0)


def waiting_of(log: ContactLog, rows: Bools) -> Waiting:
    """When somebody of these rows was waiting."""
    rows = rows & (log.waited_s > 0)
    since = log.arrived_ns[rows] / 1e9
    until = since + log.waited_s[rows]
    if len(since) == 0:
        nothing = np.zeros(0)
        return Waiting(since=nothing, until=nothing, before=np.zeros(1))
    reach = np.maximum.accumulate(until)
    opens = np.append(True, since[1:] > reach[:-1])
    closes = np.append(opens[1:], True)
    since, until = since[opens], reach[closes]
    return Waiting(since=since, until=until, before=np.concatenate(([0.0], np.cumsum(until - since))))


__all__ = ["AWAY_AFTER", "GAP", "Roster", "Waiting", "infer_roster", "waiting_of"]
