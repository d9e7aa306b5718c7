"""What a log without sign-ins does not show: how long agents pause between contacts, and how slowly idle ones stir.

An agent that took a contact which had been waiting had paused until then: that pause is known. One whose contact was
answered at once was ready before: its pause was shorter than the gap. From both comes the law of pauses (Turnbull's
estimate for doubly censored lengths). How much of it is true at which hour, and how many agents let an idle moment pass
before they look up, is set so that the days fitted come out as they were: `calibrate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from zlib import crc32

import numpy as np

from sunline.config import Config, PoolConfig, PoolQueueConfig
from sunline.fitting._local import Bools, Floats
from sunline.fitting.log import ContactLog
from sunline.fitting.roster import AWAY_AFTER, GAP, waiting_of

AT_ONCE_S = 1.0  #: A contact that waited no longer found its agent ready.
STEPS = 2000  #: Samples of a law.
#: Ends of the cells in which pauses are told apart, in seconds.
_CELLS: Floats = np.concatenate(
    [np.arange(30.0), np.arange(30.0, 120.0, 5.0), np.geomspace(120.0, 2700.0, 25)]
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Habits:
    """How agents use the time between contacts."""

    pauses_s: Mapping[
        int, Floats
    ]  #: After a conversation, as seen: 2000 even quantiles, by hour that begins a part.
    scale: Mapping[int, float]  #: By the same hours: factor on those pauses.
    slow: float  #: Share of agents who take a contact that finds them idle only after a while.
    slow_after: timedelta  #: After how long.

    def lengthened(self, talks_s: Floats, since: int) -> Floats:
        """Conversations with the pause after each, as even quantiles of the sum; `since` begins the part of the day."""
        chance = np.random.default_rng(since)
        talks = chance.permutation(np.resize(talks_s, 4 * STEPS))
        pauses = chance.permutation(np.resize(self.pauses_s[since], 4 * STEPS)) * self.scale[since]
        ordered = np.sort(talks + pauses)
        return np.asarray(ordered.reshape(STEPS, 4).mean(axis=1), dtype="f8")

    def applied(self, config: Config) -> Config:
        """The configuration with the slow agents in a pool that sees contacts later."""
        names = sorted((agent.name for agent in config.agents), key=lambda name: crc32(name.encode()))
        slow = set(names[: round(self.slow * len(names))])
        late = {queue.name: PoolQueueConfig(delay=self.slow_after) for queue in config.queues}
        agents = [replace(agent, pool="slow" if agent.name in slow else "ready") for agent in config.agents]
        pools = [PoolConfig(name="ready"), PoolConfig(name="slow", queues=late)]
        return replace(config, pools=pools, agents=agents)


def seen_pauses(log: ContactLog, parts: tuple[int, ...]) -> dict[int, Floats]:
    """Even quantiles of the pauses after conversations, by part of the day; with too few, those of the whole day."""
    hour, gap, ready = _gaps(log)
    laws = {}
    for since, until in pairwise([*parts, 24]):
        near = (hour >= since - 1) & (hour < until + 1)
        if int(near.sum()) < 500:
            near = np.ones(len(hour), dtype="?")
        laws[since] = _quantiles(gap[near & ~ready], gap[near & ready])
    return laws


def _gaps(log: ContactLog) -> tuple[Floats, Floats, Bools]:
    """Gaps between an agent's contacts: hour of the day, length, and whether the agent was ready before its end."""
    began = log.arrived_ns / 1e9 + log.waited_s
    ended = began + np.nan_to_num(log.handled_s, nan=0.0)
    hours = log.local()[1] / 3600.0
    found = []
    for place in range(len(log.agents)):
        mine = log.served & (log.agent == place)
        if int(mine.sum()) < 2:
            continue
        order = np.argsort(began[mine], kind="stable")
        first, last = began[mine][order], np.maximum.accumulate(ended[mine][order])
        gap = first[1:] - last[:-1]
        waited = waiting_of(log, np.isin(log.queue, np.unique(log.queue[mine]))).between(last[:-1], first[1:])
        there = (waited <= AWAY_AFTER.total_seconds()) & (gap < GAP.total_seconds()) & (gap >= 0)
        next_waited = log.waited_s[mine][order][1:]
        found.append(np.stack([hours[mine][order][1:][there], gap[there], next_waited[there] <= AT_ONCE_S]))
    if not found:
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype="?")
    hour, length, ready = np.concatenate(found, axis=1)
    return hour, length, ready > 0


def _quantiles(known: Floats, at_most: Floats) -> Floats:
    """Turnbull's estimate from lengths that are known and lengths of which only a bound is, as even quantiles."""
    if len(known) == 0:
        return np.zeros(STEPS)
    cells = len(_CELLS)
    exact = np.bincount(np.minimum(np.searchsorted(_CELLS, known), cells - 1), minlength=cells)
    below = np.clip(np.searchsorted(_CELLS, at_most, side="right") - 1, 0, cells - 1)
    bounded = np.bincount(below, minlength=cells)
    share = np.full(cells, 1.0 / cells)
    for _ in range(3000):
        expected = bounded / np.maximum(np.cumsum(share), 1e-300)
        better = exact + share * np.cumsum(expected[::-1])[::-1]
        better /= better.sum()
        done = bool(np.abs(better - share).max() < 1e-7)
        share = better
        if done:
            break
    even = (np.arange(STEPS) + 0.5) / STEPS
    place = np.minimum(np.searchsorted(np.cumsum(share), even), cells - 1)
    return np.asarray(_CELLS[place], dtype="f8")


__all__ = ["Habits", "seen_pauses"]
