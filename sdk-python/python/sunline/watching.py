"""What a live engine tells of itself: how long it takes, and what is wrong.

>>> import sunline
>>> shop = {"name": "shop", "channels": [{"name": "voice"}], "queues": [{"name": "bills"}]}
>>> with sunline.Engine(shop) as engine:
...     before = engine.latencies()
...     receipt = engine.submit("c1", "bills")
...     since = engine.latencies().since(before)
...     findings = engine.look()
>>> since.decision.count, since.decision.p99_ns > 0, findings
(1, True, ())
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sunline._instants import instant, instant_or_none, span
from sunline._native import Latencies as NativeLatencies
from sunline.ids import AgentId, ContactId, OfferId, Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """A distribution of durations. No figure is too short, and none more than one part in 128 too long.

    All are zero where nothing was counted; what took longer than 73 minutes counts as 73 minutes. Durations are whole
    nanoseconds; as `timedelta` they are cut to microseconds.
    """

    count: int
    mean_ns: int
    p50_ns: int  #: The median.
    p90_ns: int
    p99_ns: int
    p999_ns: int  #: What 999 out of 1000 do not exceed.
    max_ns: int

    @property
    def mean(self) -> timedelta:
        """The mean."""
        return span(self.mean_ns)

    @property
    def p50(self) -> timedelta:
        """The median."""
        return span(self.p50_ns)

    @property
    def p90(self) -> timedelta:
        """What nine out of ten do not exceed."""
        return span(self.p90_ns)

    @property
    def p99(self) -> timedelta:
        """What 99 out of 100 do not exceed."""
        return span(self.p99_ns)

    @property
    def p999(self) -> timedelta:
        """What 999 out of 1000 do not exceed."""
        return span(self.p999_ns)

    @property
    def max(self) -> timedelta:
        """The greatest."""
        return span(self.max_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """How long the engine takes for what it does, by the machine's monotonic clock whatever the engine's own is."""

    decision: (
        Latency  #: From a command's entry to the kernel's decision, refusals included. One count a command.
    )
    to_session: (
        Latency  #: From a decision to a notice in the hands of the agent's session. One count a notice.
    )
    to_sink: Latency  #: From a decision to events taken by a sink. One count an event.
    commit: Latency  #: One group commit of the journal, until it is as durable as promised.
    _reading: NativeLatencies = field(repr=False, compare=False)

    def since(self, earlier: "Latencies") -> "Latencies":
        """What was counted between an earlier reading of the same engine and this one.

        Raises `InvalidArgument` when `earlier` is not that.
        """
        return read_latencies(self._reading.since(earlier._reading))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOverdue:
    """An offer awaits an answer although its time is over."""

    sentence: str
    offer: OfferId  #: Of several the one whose time was over first.
    contact: ContactId
    agent: AgentId
    expired_at_ns: int  #: When it should have ended, by the engine's clock.

    @property
    def expired_at(self) -> datetime:
        """When it should have ended; UTC."""
        return instant(self.expired_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed:
    """A deadline is due and has not fired."""

    sentence: str
    due_ns: int  #: When it was due, by the engine's clock; of several the first.
    late_ns: int  #: How late it was at the last look.

    @property
    def due(self) -> datetime:
        """When it was due; UTC."""
        return instant(self.due_ns)

    @property
    def late(self) -> timedelta:
        """How late it was at the last look."""
        return span(self.late_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterHeld:
    """The engine's writer does not come although entries wait for it."""

    sentence: str
    waiting: int  #: How many entries wait.
    still_ns: int  #: For how long it has not come.

    @property
    def still(self) -> timedelta:
        """For how long it has not come."""
        return span(self.still_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkStalled:
    """A sink is too far behind, or is behind and stands still."""

    sentence: str
    sink: str
    position: Seq  #: The first event that it has not taken.
    lag_events: int  #: How many events it is behind.
    still_ns: int  #: For how long it has not moved.

    @property
    def still(self) -> timedelta:
        """For how long it has not moved."""
        return span(self.still_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSlow:
    """A group commit takes too long, or took too long since the look before."""

    sentence: str
    took_ns: int  #: So far, or in all.
    under_way: bool

    @property
    def took(self) -> timedelta:
        """How long: so far, or in all."""
        return span(self.took_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvariantBroken:
    """The engine's state contradicts itself: a fault of Sunline. Keep the journal and report it."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherProblem:
    """Something else, which this release of the package cannot tell more of."""

    sentence: str
    kind: str


Problem = (
    OfferOverdue | DeadlineMissed | WriterHeld | SinkStalled | CommitSlow | InvariantBroken | OtherProblem
)
"""What is wrong. Each says it as a sentence too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that should not be."""

    number: int  #: Counts the findings of an engine from 1, without a gap.
    found_at_ns: int  #: By the engine's clock.
    ended_at_ns: int | None  #: When it was found no more; `None` while it lasts.
    problem: Problem

    @property
    def is_open(self) -> bool:
        """Whether it lasts."""
        return self.ended_at_ns is None

    @property
    def found_at(self) -> datetime:
        """When it was found; UTC."""
        return instant(self.found_at_ns)

    @property
    def ended_at(self) -> datetime | None:
        """When it was found no more; UTC. `None` while it lasts."""
        return instant_or_none(self.ended_at_ns)


_Who = tuple[int | None, str | None, int | None, str | None, int | None, int | None]
_When = tuple[int | None, int | None, bool | None]
NativeFinding = tuple[int, int, int | None, tuple[str, str, _Who, _When]]
NativeLatency = tuple[int, int, list[int], int]


def read_latencies(native: NativeLatencies) -> Latencies:
    """Latencies from what the engine tells."""
    decision, to_session, to_sink, commit = (_latency(figures) for figures in native.figures())
    return Latencies(
        decision=decision, to_session=to_session, to_sink=to_sink, commit=commit, _reading=native
    )


def _latency(native: NativeLatency) -> Latency:
    count, mean, quantiles, greatest = native
    p50, p90, p99, p999 = quantiles
    return Latency(
        count=count, mean_ns=mean, p50_ns=p50, p90_ns=p90, p99_ns=p99, p999_ns=p999, max_ns=greatest
    )


def read_findings(native: list[NativeFinding]) -> tuple[Finding, ...]:
    """Findings from what the engine tells."""
    return tuple(
        Finding(number=number, found_at_ns=found_at, ended_at_ns=ended_at, problem=_problem(*problem))
        for number, found_at, ended_at, problem in native
    )


def _problem(kind: str, sentence: str, who: _Who, when: _When) -> Problem:
    match kind, who, when:
        case "offer_overdue", (int(offer), str(contact), int(agent), _, _, _), (int(expired_at), _, _):
            return OfferOverdue(
                sentence=sentence,
                offer=OfferId(offer),
                contact=ContactId(contact),
                agent=AgentId(agent),
                expired_at_ns=expired_at,
            )
        case "deadline_missed", _, (int(due), int(late), _):
            return DeadlineMissed(sentence=sentence, due_ns=due, late_ns=late)
        case "writer_held", (_, _, _, _, _, int(waiting)), (_, int(still), _):
            return WriterHeld(sentence=sentence, waiting=waiting, still_ns=still)
        case "sink_stalled", (_, _, _, str(sink), int(position), int(lag)), (_, int(still), _):
            return SinkStalled(
                sentence=sentence, sink=sink, position=Seq(position), lag_events=lag, still_ns=still
            )
        case "commit_slow", _, (_, int(took), bool(under_way)):
            return CommitSlow(sentence=sentence, took_ns=took, under_way=under_way)
        case "invariant_broken", _, _:
            return InvariantBroken(sentence=sentence)
        case _:
            return OtherProblem(sentence=sentence, kind=kind)


__all__ = [
    "CommitSlow",
    "DeadlineMissed",
    "Finding",
    "InvariantBroken",
    "Latencies",
    "Latency",
    "OfferOverdue",
    "OtherProblem",
    "Problem",
    "SinkStalled",
    "WriterHeld",
]
