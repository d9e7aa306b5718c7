"""Look-ahead: a copy of the live state, run forward many times.

`Engine.look_ahead` copies the state; the copy answers how long a contact will wait, how the queues will do, and what if
something were different. Every answer says how sure it is, and the live engine never notices.

What has begun goes on: conversations and patience for what is left of them, given the time that has passed; offers,
wrap-ups and pauses end at their own instants. Two answers under one seed meet the same luck, so a difference is known
far better than the figures themselves.

>>> import sunline
>>> from sunline.lookahead import Assumptions, MoreContacts, Plan
>>> from sunline.simulation import ContactStream, Exponential, Poisson
>>> config = '''
...     name = "shop"
...     channels = [{ name = "voice" }]
...     queues = [{ name = "bills", offer = { answer = "auto" } }]
...     agents = [{ name = "ann" }, { name = "bob" }]
... '''
>>> assumed = Assumptions(
...     streams=[
...         ContactStream(
...             queue="bills",
...             arrivals=Poisson(rate_per_hour=30.0),
...             handling=Exponential(mean_s=180.0),
...             patience=Exponential(mean_s=240.0),
...         )
...     ]
... )
>>> with sunline.Engine(config) as engine:
...     for agent in ("ann", "bob"):
...         receipt = engine.set_presence(agent, sunline.AVAILABLE)
...     for contact in range(4):
...         receipt = engine.submit(contact, "bills")
...     ahead = engine.look_ahead(assumed)
>>> last = ahead.wait(3, plan=Plan(replications=400))
>>> low, high = last.mean.interval()
>>> low < 1 / (2 / 180) + 1 / (2 / 180 + 1 / 240) < high  # the one ahead of it may give up
True
>>> busy = ahead.what_if(MoreContacts(factor=2.0))
>>> plan = Plan(replications=50)
>>> busy.queues(plan).minus(ahead.queues(plan), "abandonment").change.mean > 0
True
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sunline import _native
from sunline._commands import ContactRef
from sunline._instants import instant, span, span_ns, whole
from sunline._native import Assumptions as NativeAssumptions
from sunline._native import LookAhead as NativeLookAhead
from sunline._native import QueueOutlook as NativeQueueOutlook
from sunline._native import WaitOutlook as NativeWaitOutlook
from sunline.config import AgentSpec, ConfigSource, load_config
from sunline.contacts import ContactDetails
from sunline.errors import InvalidArgument, StatisticsRefused
from sunline.simulation.replications import Estimate
from sunline.simulation.scenario import Answers, ContactStream, Shift, native_hours, native_stream

Figure = Literal[
    "answered_only",
    "abandons_count_if_late",
    "abandons_within_are_success",
    "abandons_fail",
    "short_excluded",
    "of_all_arrivals",
    "asa_s",
    "mean_wait_s",
    "abandonment",
    "arrived",
    "answered",
    "abandoned",
    "waiting",
]
"""A figure of a queue: a service level by the name of its formula, a mean wait, a share, a count.

`waiting` is who waits at the horizon; all others count contacts answered or ended until then.
"""

Mode = Literal["if_you_stay", "given_served"]
"""Whose wait: of one who never gives up, or of one who may, in the cases in which it was served."""

_NativeChange = tuple[str, list[str], int | None, str | None, float, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What is assumed of the hours to come."""

    #: Contacts that come, and the laws that they and those inside follow. A queue in which somebody is needs a stream,
    #: if one with rate 0.
    streams: Sequence[ContactStream] = ()
    #: When each agent is on shift, by name; who has none stays what it is.
    shifts: Mapping[str, Sequence[Shift]] = field(default_factory=dict)
    #: Handle time of each agent relative to others, by name; 1 where there is no entry.
    pace: Mapping[str, float] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)  #: How agents answer where the queue asks them.

    def to_native(self) -> _native.Assumptions:
        """The assumptions as the engine knows them."""
        return _native.Assumptions(
            [native_stream(stream, f"streams[{row}]") for row, stream in enumerate(self.streams)],
            [(name, native_hours(shifts, f"shifts.{name}")) for name, shifts in self.shifts.items()],
            [(name, float(pace)) for name, pace in self.pace.items()],
            (self.answers.after.to_native(), self.answers.ignored, self.answers.declined),
        )


class Learned:
    """Assumptions that an engine has learned from its own events; made by `Engine.observed`."""

    __slots__ = ("_native",)

    def __init__(self, native: NativeAssumptions) -> None:
        self._native = native

    def with_agents(self, agents: Assumptions) -> "Learned":
        """The same with the shifts, paces and answers of `agents`, whose streams do not count."""
        return Learned(self._native.with_agents_of(agents.to_native()))

    def to_native(self) -> NativeAssumptions:
        """The assumptions as the engine knows them."""
        return self._native


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How far and how often to look."""

    horizon: timedelta = timedelta(hours=2)  #: How far; beyond the longest wait anybody should have.
    replications: int = 200  #: How often at most.
    budget: timedelta | None = (
        None  #: No replication begins later; those begun are finished. `None`: no budget.
    )
    seed: int = 0  #: Which luck; two answers under one seed meet the same.
    threads: int | None = None  #: `None`: as many as there are processors. The answer does not depend on it.

    def to_native(self) -> tuple[int, int, float | None, int, int | None]:
        """The plan as the engine knows it."""
        return (
            span_ns(self.horizon, "horizon"),
            whole(self.replications, "replications", 1),
            None if self.budget is None else self.budget.total_seconds(),
            whole(self.seed, "seed"),
            None if self.threads is None else whole(self.threads, "threads", 1, 1024),
        )


class Change(ABC):
    """Something that is different from what is assumed."""

    __slots__ = ()

    @abstractmethod
    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsLeave(Change):
    """Agents go home: they finish what they have in hand and take nothing new.

    Either `agents` by name, or any `count` of those signed in: first who has nothing in hand.
    """

    agents: Sequence[str] = ()
    count: int | None = None
    pool: str | None = None  #: Of this pool only, where a count is given.
    after: timedelta = timedelta(0)  #: When, from now.

    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""
        if self.count is not None and self.agents:
            raise InvalidArgument("agents leave by name or by count", code="ambiguous", argument="count")
        count = None if self.count is None else whole(self.count, "count", 0, 2**32 - 1)
        return "leave", list(self.agents), count, self.pool, 1.0, span_ns(self.after, "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsCome(Change):
    """Agents that are away become available."""

    agents: Sequence[str]
    after: timedelta = timedelta(0)  #: When, from now.

    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""
        return "come", list(self.agents), None, None, 1.0, span_ns(self.after, "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsJoin(Change):
    """Agents whom the engine does not know become available."""

    agents: Sequence[AgentSpec]
    after: timedelta = timedelta(0)  #: When, from now.

    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""
        specs = [agent.to_json() for agent in self.agents]
        return "join", specs, None, None, 1.0, span_ns(self.after, "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreContacts(Change):
    """So many times the contacts come: the assumed ones, and others like them besides."""

    factor: float  #: 2 is twice as many, 0.5 half as many; 0 to 1000.
    queue: str | None = None  #: `None`: of every queue.

    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""
        return "arrivals", [], None, self.queue, float(self.factor), 0


@dataclass(frozen=True, slots=True)
class Configured(Change):
    """Other rules: the state goes on under another configuration, whose agents do not count.

    Channels, skills, pools, queues and calendars keep their names and their order.
    """

    config: ConfigSource

    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""
        return "configured", [load_config(self.config).to_json()], None, None, 1.0, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerHandling(Change):
    """Conversations take so many times as long, for everybody, as if it had been so all along."""

    factor: float  #: Above 0 and at most 1000.

    def to_native(self) -> _NativeChange:
        """The change as the engine knows it."""
        return "handling", [], None, None, float(self.factor), 0


@dataclass(frozen=True, slots=True)
class Share:
    """A share of replications."""

    value: float  #: In `[0, 1]`.
    replications: int  #: Of how many.

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Bounds that hold the true share with this probability (Wilson's, with Student's quantile)."""
        return _native.share_interval(self.value, self.replications, level)


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of a wait, with bounds at 95 %; `None` is longer than the horizon."""

    value: timedelta | None
    low: timedelta | None
    high: timedelta | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change would change of a figure."""

    change: Estimate  #: Changed less unchanged, over pairs of replications with the same luck.
    #: How many times more replications would be needed without pairing; `None` where the difference never varies.
    gain: float | None


class QueueOutlook:
    """How the queues will do until the horizon."""

    __slots__ = ("_names", "_native")

    def __init__(self, native: NativeQueueOutlook) -> None:
        self._native = native
        self._names = {name: number for number, name in enumerate(native.names())}

    @property
    def replications(self) -> int:
        """How many replications were run."""
        return self._native.replications

    def values(self, figure: Figure, queue: str | None = None) -> list[float | None]:
        """A figure in each replication, of a queue or of all; `None` where nobody is there to be counted."""
        return self._native.values(self._place(queue), figure)

    def estimate(self, figure: Figure, queue: str | None = None) -> Estimate:
        """Mean of a figure over the replications that have it.

        Raises `StatisticsRefused` when fewer than two have.
        """
        return _estimate(self._native.estimate(self._place(queue), figure))

    def minus(self, base: "QueueOutlook", figure: Figure, queue: str | None = None) -> Difference:
        """What is different here from `base`, which must have looked with the same seed."""
        change, gain = self._native.minus(base._native, self._place(queue), figure)
        return Difference(_estimate(change), gain)

    def _place(self, queue: str | None) -> int | None:
        if queue is not None and queue not in self._names:
            raise InvalidArgument(f"no queue is called {queue!r}", code="unknown_queue", argument="queue")
        return None if queue is None else self._names[queue]


class WaitOutlook:
    """How long somebody will wait from now on."""

    __slots__ = ("_native", "mode")

    def __init__(self, native: NativeWaitOutlook, mode: Mode) -> None:
        self._native = native
        self.mode: Mode = mode  #: Whose wait this is.

    @property
    def replications(self) -> int:
        """How many replications were run."""
        return self._native.replications

    @property
    def horizon(self) -> timedelta:
        """How far the replications looked."""
        return span(self._native.horizon_ns)

    @property
    def mean(self) -> Estimate:
        """Mean wait in seconds, of the replications in which the contact was served within the horizon.

        Raises `StatisticsRefused` when it was in fewer than two.
        """
        return _estimate(self._native.mean())

    def quantile(self, q: float) -> Quantile:
        """The wait that is not exceeded with probability `q`.

        Raises `StatisticsRefused` when there is no replication to tell from.
        """
        if not 0.0 < q < 1.0:
            raise InvalidArgument("q lies between 0 and 1", code="out_of_range", argument="q")
        found = self._native.quantile(q)
        if found is None:
            raise StatisticsRefused("it was served in no replication", code="too_few")
        value, low, high = (None if ns is None else span(ns) for ns in found)
        return Quantile(value, low, high)

    def p_within(self, t: timedelta) -> Share:
        """Probability of a wait of at most `t`, in the law of the mode."""
        return _share(self._native.p_within(span_ns(t, "t")))

    @property
    def p_meets_target(self) -> Share:
        """Probability of an answer before the queue's `answer_within` has passed since the contact's origin."""
        return _share(self._native.p_meets_target())

    @property
    def p_abandons(self) -> Share:
        """Probability that it gives up, or is not let in, within the horizon."""
        return _share(self._native.p_abandons())

    @property
    def p_beyond_horizon(self) -> Share:
        """Probability that it still waits at the horizon."""
        return _share(self._native.p_beyond_horizon())


class LookAhead:
    """A copy of an engine's state, and what is assumed of the hours to come. Made by `Engine.look_ahead`.

    Calls are long and run without the interpreter; in an async program use `asyncio.to_thread`.
    """

    __slots__ = ("_native",)

    def __init__(self, native: NativeLookAhead) -> None:
        self._native = native

    @property
    def now(self) -> datetime:
        """The instant from which it looks; UTC."""
        return instant(self._native.now_ns)

    def queues(self, plan: Plan | None = None) -> QueueOutlook:
        """How the queues will do within the plan's horizon."""
        return QueueOutlook(self._native.queues((plan or Plan()).to_native()))

    def wait(
        self, contact: ContactRef, *, mode: Mode = "if_you_stay", plan: Plan | None = None
    ) -> WaitOutlook:
        """How long a waiting contact will wait from now on.

        Raises `LookAheadRefused` with code `not_waiting` or `unknown_contact`.
        """
        native = self._native.wait(contact, mode == "given_served", (plan or Plan()).to_native())
        return WaitOutlook(native, mode)

    def wait_of_newcomer(
        self,
        queue: str,
        *,
        points: int = 0,
        details: ContactDetails | None = None,
        mode: Mode = "if_you_stay",
        plan: Plan | None = None,
    ) -> WaitOutlook:
        """How long a contact would wait that arrived now."""
        text, payload = (None, None) if details is None else details.to_native()
        points = whole(points, "points", -(2**63), 2**63 - 1)
        native = self._native.wait_of_newcomer(
            queue, points, text, payload, mode == "given_served", (plan or Plan()).to_native()
        )
        return WaitOutlook(native, mode)

    def what_if(self, *changes: Change) -> "LookAhead":
        """The same state under other circumstances, with the same luck.

        Raises `LookAheadRefused` where a change cannot be meant.
        """
        return LookAhead(self._native.what_if([change.to_native() for change in changes]))


def _estimate(native: tuple[float, float, int]) -> Estimate:
    mean, standard_error, degrees_of_freedom = native
    return Estimate(mean=mean, standard_error=standard_error, degrees_of_freedom=degrees_of_freedom)


def _share(native: tuple[float, int] | None) -> Share:
    if native is None:
        raise StatisticsRefused("there is no replication to tell from", code="too_few")
    return Share(*native)


__all__ = [
    "AgentsCome",
    "AgentsJoin",
    "AgentsLeave",
    "Assumptions",
    "Change",
    "Configured",
    "Difference",
    "Figure",
    "Learned",
    "LongerHandling",
    "LookAhead",
    "Mode",
    "MoreContacts",
    "Plan",
    "Quantile",
    "QueueOutlook",
    "Share",
    "WaitOutlook",
]
