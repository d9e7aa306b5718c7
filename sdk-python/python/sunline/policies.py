"""Whole selection rules as Python classes: who serves whom, said in numpy, in simulation and as live advice.

A rule scores every pair of a contact that waits and an agent who is free, all at once. In a scenario it takes the place
of all the configuration's rules; live, and wherever else a queue has a `ScorerConfig`, the same object gives advice on
one contact at a time.

>>> class OldestToLongestIdle(SelectionRule):
...     def score_pairs(self, moment: Moment) -> Scores:
...         return np.round(moment.waited_s[:, None] * 1000 + moment.idle_s[None, :]).astype("i8")
>>> moment = Moment(
...     now_ns=60_000_000_000, contact=np.array([7, 9]), queue=np.array([0, 0]), waited_s=np.array([40.0, 10.0]),
...     points=np.array([0, 0]), agent=np.array([3, 5]), idle_s=np.array([1.0, 2.0]),
...     may=np.array([[True, True], [True, True]]), tallies=np.array([[2, 0, 0, 0, 2]]),
... )
>>> OldestToLongestIdle().choose(moment).pairs
[(0, 1), (1, 0)]
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sunline._instants import span_ns
from sunline.config import Config, PoolConfig, PoolQueueConfig
from sunline.errors import InvalidArgument

if TYPE_CHECKING:
    from sunline.engine import Engine
    from sunline.events import ScoresWanted
    from sunline.ids import AgentId

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Scores = NDArray[np.int64]
"""Contacts by agents; larger is better, `NEVER` is no pair at all."""

NEVER = np.iinfo(np.int64).min
"""A score that keeps a pair from being made."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """Who waits and who is free at one instant. Rows are contacts, columns agents.

    Contacts are those that somebody free may serve, at most the 64 oldest of each queue, by queue and age. Agents are
    all who have room.
    """

    now_ns: int  #: The instant, in nanoseconds since 1970.
    contact: Ints  #: Numbers in order of arrival, from 0; live, where ids are texts, −1.
    queue: Ints  #: By its place in the configuration.
    waited_s: Floats
    points: Ints  #: Priority points that each brought.
    agent: Ints  #: Numbers of agents, in order of the configuration.
    idle_s: Floats  #: Time on the idle clock.
    may: Bools  #: Which pairs break nothing; shape (contacts, agents).
    #: Contacts arrived, answered, answered in time, given up and waiting; shape (queues, 5). No row where a rule is
    #: asked for advice.
    tallies: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a rule decides at one instant."""

    pairs: Sequence[tuple[int, int]]  #: Row of a contact and column of an agent; each at most once.
    look_again: timedelta | None = (
        None  #: When the rule wants to be asked again, should nothing happen before.
    )


class SelectionRule(ABC):
    """Says who serves whom.

    It is asked whenever something has happened and a pair could be made. Who is left out waits, or stays idle, until
    something happens again.
    """

    @abstractmethod
    def score_pairs(self, moment: Moment) -> Scores:
        """A score for each contact and agent. What `may` forbids need not be looked at."""

    def choose(self, moment: Moment) -> Choice:
        """The pairs to be made: the best score first, each contact and agent once.

        Between equals the longest wait goes first, then the longest idle, then the smaller number.
        """
        return Choice(pairs=best_first(self.score_pairs(moment), moment))

    def begin(self, seed: int, replication: int) -> None:  # noqa: B027 - most rules remember nothing
        """Called before each replication, for rules that remember something."""


def best_first(scores: Scores, moment: Moment) -> list[tuple[int, int]]:
    """Pairs in order of their scores, each contact and agent once."""
    if scores.shape != moment.may.shape:
        raise InvalidArgument(
            f"scores are {moment.may.shape[0]} contacts by {moment.may.shape[1]} agents, not {scores.shape}",
            code="wrong_shape",
            argument="scores",
        )
    row, column = np.nonzero(moment.may & (scores != NEVER))
    keys = (moment.agent[column], -moment.idle_s[column], -moment.waited_s[row], -scores[row, column])
    order = np.lexsort(keys)
    most = min(scores.shape)
    pairs: list[tuple[int, int]] = []
    rows: set[int] = set()
    columns: set[int] = set()
    for place in order.tolist():
        pair = (int(row[place]), int(column[place]))
        if pair[0] not in rows and pair[1] not in columns:
            pairs.append(pair)
            rows.add(pair[0])
            columns.add(pair[1])
            if len(pairs) == most:
                break
    return pairs


def held(config: Config) -> Config:
    """The configuration with an engine that pairs nobody by itself: no pool may have a contact in hand but by hand."""
    pools = config.pools or [PoolConfig(name="all")]
    kept = []
    for pool in pools:
        seen = {queue.name: pool.queues.get(queue.name, PoolQueueConfig()) for queue in config.queues}
        shut = {name: replace(one, cap=0, delay=timedelta(0), reserve=0) for name, one in seen.items()}
        kept.append(replace(pool, queues=shut))
    return replace(config, pools=kept, joint=None)


NativeMoment = tuple[int, list[bytes]]
"""The instant, and the columns in native byte order."""


def read_moment(native: NativeMoment) -> Moment:
    """A moment from what the simulator tells."""
    now_ns, columns = native
    contact, queue, origin, points, agent, idle_since = (
        np.frombuffer(one, dtype="i8") for one in columns[:6]
    )
    may, tallies = np.frombuffer(columns[6], dtype="?"), np.frombuffer(columns[7], dtype="i8")
    return Moment(
        now_ns=now_ns,
        contact=contact,
        queue=queue,
        waited_s=(now_ns - origin) / 1e9,
        points=points,
        agent=agent,
        idle_s=(now_ns - idle_since) / 1e9,
        may=may.reshape(len(contact), len(agent)),
        tallies=tallies.reshape(-1, 5),
    )


def native_pairs(rule: SelectionRule, native: NativeMoment) -> tuple[list[tuple[int, int]], int | None]:
    """Pairs as the simulator wants them."""
    choice = rule.choose(read_moment(native))
    again = choice.look_again
    if again is None:
        return list(choice.pairs), None
    wait_ns = span_ns(again, "look_again")
    if wait_ns <= 0:
        raise InvalidArgument("look_again must lie ahead", code="out_of_range", argument="look_again")
    return list(choice.pairs), native[0] + wait_ns


def native_advice(rule: SelectionRule, native: NativeMoment) -> list[tuple[int, int]]:
    """Scores of one contact as the simulator wants them."""
    return list(advice(rule, read_moment(native)).items())


def advice(rule: SelectionRule, moment: Moment) -> dict[int, int]:
    """Scores of the agents of a moment of one contact; agents whose score is `NEVER` are left out."""
    scores = rule.score_pairs(moment)[0]
    return {
        agent: score
        for agent, score in zip(moment.agent.tolist(), scores.tolist(), strict=True)
        if score != NEVER
    }


def live_advice(engine: "Engine", rule: SelectionRule, wanted: "ScoresWanted") -> "Mapping[AgentId, int]":
    """Scores of the agents that a live engine thinks of."""
    contact = engine.contact(wanted.contact)
    if contact is None:
        return {}
    idle_since = [engine.agent(agent).idle_since_ns for agent in wanted.candidates]
    moment = Moment(
        now_ns=wanted.at_ns,
        contact=np.array([-1]),
        queue=np.array([int(contact.queue)]),
        waited_s=np.array([(wanted.at_ns - contact.origin_ns) / 1e9]),
        points=np.array([contact.points]),
        agent=np.array(wanted.candidates, dtype="i8"),
        idle_s=(wanted.at_ns - np.array(idle_since, dtype="i8")) / 1e9,
        may=np.ones((1, len(wanted.candidates)), dtype="?"),
        tallies=np.zeros((0, 5), dtype="i8"),
    )
    scores = advice(rule, moment)
    return {agent: scores[int(agent)] for agent in wanted.candidates if int(agent) in scores}


__all__ = [
    "NEVER",
    "Bools",
    "Choice",
    "Floats",
    "Ints",
    "Moment",
    "Scores",
    "SelectionRule",
    "best_first",
    "held",
]
