"""A version of the configuration that decides beside the one in force, and does nothing.

It follows the real contacts of now and says for each offer whether it would have made the same:

>>> import sunline
>>> shop = '''
... name = "shop"
... channels = [{ name = "voice" }]
... skills = [{ name = "french" }]
... queues = [{ name = "bills" }]
... agents = [{ name = "ann" }]
... '''
>>> with sunline.Engine(shop, store=sunline.Memory()) as engine:
...     with engine.shadow(shop.replace('"bills"', '"bills", requires = "french >= 3"')) as shadow:
...         _ = engine.set_presence("ann", sunline.AVAILABLE)
...         receipt = engine.submit("c1", "bills")
...         total = shadow.wait_for(receipt.seq, timeout=20).total
>>> (total.same, total.nobody)
(0, 1)

Where its choices would have led it does not say: simulate the version for that.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from sunline import _native
from sunline._instants import instant
from sunline.errors import EngineUnavailable
from sunline.ids import AgentId, ContactId, QueueId

NativeDifference = tuple[int, int, int, str, int | None, tuple[int | None, str | None]]
"""Event, instant, queue, contact, whom the version in force asked; the agent or the contact instead."""

_LOOK_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowCounts:
    """How often a version chose as the one in force did."""

    same: int  #: Offers for which it would have made the same pair.
    other: int  #: Offers for which it would have made another pair.
    nobody: int  #: Offers for which it would have made no pair then.
    sooner: int  #: Times that a contact began to wait although the version had an agent for it.
    not_compared: int  #: Offers made by hand, by a joint rule or by scores from outside.


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One choice that a version would have made otherwise.

    With neither `asked` nor `given`, it would have let both wait.
    """

    seq: int  #: The offer's event; the last event of the instant where there was none.
    at: datetime
    queue: QueueId
    contact: ContactId
    agent: AgentId | None  #: Whom the version in force asked; `None` when it let the contact wait.
    asked: AgentId | None  #: Whom the other version would have asked for the contact.
    given: ContactId | None  #: Which contact it would have given the agent.


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """What a shadow has seen so far."""

    seq: int  #: The last event heard.
    queues: tuple[ShadowCounts, ...]  #: By queue, in the order of the configuration.
    differences: tuple[Difference, ...]  #: The latest 256, latest last.
    ended: int | None  #: The event by which another version came into force, and the comparison ended.
    failure: str | None  #: Why it follows no more, where it could not.

    @property
    def total(self) -> ShadowCounts:
        """All queues together."""
        return ShadowCounts(
            same=sum(queue.same for queue in self.queues),
            other=sum(queue.other for queue in self.queues),
            nobody=sum(queue.nobody for queue in self.queues),
            sooner=sum(queue.sooner for queue in self.queues),
            not_compared=sum(queue.not_compared for queue in self.queues),
        )


class Shadow:
    """A version that runs beside an engine, until it is stopped; also a context manager."""

    __slots__ = ("_native",)

    def __init__(self, native: "_native.Shadow") -> None:
        """Made by `Engine.shadow`."""
        self._native = native

    def report(self) -> ShadowReport:
        """What it has seen so far. Never waits."""
        (seq, queues, differences, ended), failure = self._native.report()
        return ShadowReport(
            seq=seq,
            queues=tuple(_counts(counts) for counts in queues),
            differences=tuple(_difference(difference) for difference in differences),
            ended=ended,
            failure=failure,
        )

    def wait_for(self, seq: int, *, timeout: float) -> ShadowReport:
        """The report once it has heard event `seq`, or another version has come into force.

        Raises `EngineUnavailable`: with code `timed_out` after `timeout` seconds, with code `shadow_failed` where it
        follows no more.
        """
        until = time.monotonic() + timeout
        while True:
            report = self.report()
            if report.seq >= seq or report.ended is not None:
                return report
            if report.failure is not None:
                raise EngineUnavailable(report.failure, code="shadow_failed")
            if time.monotonic() >= until:
                message = f"the shadow stands at event {report.seq}, not yet at {seq}"
                raise EngineUnavailable(message, code="timed_out", waited_s=timeout)
            time.sleep(_LOOK_S)

    def stop(self) -> None:
        """Ends it; what it has seen stays readable. Stopping twice changes nothing."""
        self._native.stop()

    def __enter__(self) -> Self:
        """The shadow."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stops it."""
        self.stop()


def _counts(native: Sequence[int]) -> ShadowCounts:
    same, other, nobody, sooner, not_compared = native
    return ShadowCounts(same=same, other=other, nobody=nobody, sooner=sooner, not_compared=not_compared)


def _difference(native: NativeDifference) -> Difference:
    seq, at, queue, contact, agent, (asked, given) = native
    return Difference(
        seq=seq,
        at=instant(at),
        queue=QueueId(queue),
        contact=ContactId(contact),
        agent=None if agent is None else AgentId(agent),
        asked=None if asked is None else AgentId(asked),
        given=None if given is None else ContactId(given),
    )


__all__ = ["Difference", "Shadow", "ShadowCounts", "ShadowReport"]
