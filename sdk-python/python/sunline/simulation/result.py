"""What a run came to: figures per queue and agent, and a row for each contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sunline._instants import instant, span
from sunline._native import Report as NativeReport
from sunline.errors import InvalidArgument
from sunline.tables import Table

if TYPE_CHECKING:
    from sunline.plotting import Plots
    from sunline.prediction import Assessment

#: Waits in nanoseconds; share that overtook and by how much at most; share by pool.
_QueuePolicy = tuple[list[int | None], tuple[float, int] | None, list[float] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevels:
    """Share answered in time by each formula; `None` where its denominator is zero.

    A≤ answered in time, A all answered, B≤ gave up in time, B all who gave up (timed out included), S gave up within
    the short threshold, F moved on or handed off unanswered, L turned away.
    """

    answered_only: float | None  #: A≤ ÷ A.
    abandons_count_if_late: float | None  #: A≤ ÷ (A + B − B≤).
    abandons_within_are_success: float | None  #: (A≤ + B≤) ÷ (A + B).
    abandons_fail: float | None  #: A≤ ÷ (A + B).
    short_excluded: float | None  #: A≤ ÷ (A + B − S).
    of_all_arrivals: float | None  #: A≤ ÷ (A + B + F + L).
    offered_all: float | None  #: A≤ ÷ (A + B + F).


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """Figures of one queue, by leg, or of all together, by contact and first answer. Waits run from origin."""

    name: str
    arrived: int
    answered: int
    answered_within: int  #: Within the queue's threshold; a wait of exactly that is inside.
    abandoned: int
    abandoned_within: int
    abandoned_short: int  #: Within the queue's short threshold.
    blocked: int  #: Turned away because the queue was full or nobody could serve them.
    withdrawn: int
    handled: int  #: Contacts whose handling ended, wrap-up included.
    timed_out: int  #: Waited as long as the queue lets contacts wait; among the abandoned.
    shed: int  #: Turned away to keep the service for others.
    handed_off: int  #: Taken over by a system outside.
    served: int  #: Ended served.
    moved_in: int  #: Came from another queue.
    moved_out: int  #: Went to another queue.
    overflowed: int  #: F: moved on or handed off, unanswered.
    lost: int  #: L: blocked, shed, closed or callback failed. To be read beside any service level.
    callbacks: int  #: C: accepted callbacks; they leave answered and abandoned.
    callbacks_kept: int  #: Of these, called back and served.
    callbacks_given_up: int  #: Of these, given up by the customer.
    callback_failed: int  #: Of these, not reached in all attempts.
    merged: int  #: Another contact of the same customer took its place.
    closed: int  #: Came, or still waited, when its queue was closed.
    longest_wait_ns: int  #: Of the answered, in nanoseconds.
    asa_ns: int | None  #: Mean wait of the answered, in nanoseconds.
    mean_wait_ns: int | None  #: Mean wait of all who were answered or gave up, in nanoseconds.
    aht_ns: int | None  #: Mean handle time, from accept to the end of wrap-up, in nanoseconds.
    abandonment: float | None  #: Abandoned ÷ (answered + abandoned).
    occupancy: float | None  #: Handle ÷ (handle + idle) of the agents who served the queue.
    service_levels: ServiceLevels

    @property
    def service_level(self) -> float | None:
        """Share answered in time by the default formula, `short_excluded`."""
        return self.service_levels.short_excluded

    @property
    def asa(self) -> timedelta | None:
        """Average speed of answer: mean wait of the answered."""
        return None if self.asa_ns is None else span(self.asa_ns)

    @property
    def mean_wait(self) -> timedelta | None:
        """Mean wait of all who were answered or gave up."""
        return None if self.mean_wait_ns is None else span(self.mean_wait_ns)

    @property
    def longest_wait(self) -> timedelta:
        """Longest wait of the answered."""
        return span(self.longest_wait_ns)

    @property
    def aht(self) -> timedelta | None:
        """Average handle time, from accept to the end of wrap-up."""
        return None if self.aht_ns is None else span(self.aht_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePolicy:
    """What the policy did to the answered contacts of one queue; `None` where nobody was answered."""

    wait_median_ns: (
        int | None
    )  #: The wait that half of them did not exceed, in nanoseconds, right to a hundredth.
    wait_p90_ns: int | None  #: The same for nine tenths.
    wait_p95_ns: int | None  #: The same for 95 of a hundred.
    overtaking: float | None  #: Share answered ahead of one who had come before them and still waited.
    longest_overtaking_ns: int | None  #: How much earlier, at most, that one had come, in nanoseconds.
    share_by_pool: tuple[float, ...] | None  #: Share that each pool served, in order of the configuration.

    @property
    def wait_median(self) -> timedelta | None:
        """The wait that half of the answered did not exceed."""
        return None if self.wait_median_ns is None else span(self.wait_median_ns)

    @property
    def wait_p90(self) -> timedelta | None:
        """The wait that nine tenths of the answered did not exceed."""
        return None if self.wait_p90_ns is None else span(self.wait_p90_ns)

    @property
    def wait_p95(self) -> timedelta | None:
        """The wait that 95 of a hundred of the answered did not exceed."""
        return None if self.wait_p95_ns is None else span(self.wait_p95_ns)

    @property
    def longest_overtaking(self) -> timedelta | None:
        """How much earlier, at most, one who was overtaken had begun to wait."""
        return None if self.longest_overtaking_ns is None else span(self.longest_overtaking_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancySpread:
    """How unevenly occupancy lies on the agents."""

    lowest: float
    highest: float
    jain: float  #: Jain's index: 1 when all are alike, 1 ÷ n when one of n does everything.


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFigures:
    """What the policy did to customers and agents, after the warm-up."""

    queues: Mapping[str, QueuePolicy]  #: By name.
    spread: OccupancySpread | None  #: `None` when nobody was there.


class Result:
    """One replication of a scenario."""

    __slots__ = ("_contacts", "_native")

    def __init__(self, native: NativeReport) -> None:
        self._native = native
        self._contacts: Table | None = None

    def __repr__(self) -> str:
        total = self.total
        level = "none" if total.service_level is None else f"{total.service_level:.3f}"
        return f"<Result {self.replication}: {total.arrived} contacts, service level {level}>"

    @property
    def replication(self) -> int:
        """Number of the replication."""
        return self._native.replication

    @property
    def since(self) -> datetime:
        """When figures began: after the warm-up; UTC."""
        return instant(self._native.window_ns[0])

    @property
    def until(self) -> datetime:
        """When they ended; UTC."""
        return instant(self._native.window_ns[1])

    @property
    def commands(self) -> int:
        """Commands that the engine applied."""
        return self._native.commands

    @property
    def inside(self) -> int:
        """Contacts still inside at the end."""
        return self._native.inside

    @property
    def total(self) -> QueueFigures:
        """All queues together."""
        figures = self._native.figures(None)
        assert figures is not None, "there is always a total"
        return queue_figures(*figures)

    def forecasts(self, queue: str | None = None) -> "Assessment | None":
        """How well waits told at arrival came true, of one queue or of all; `None` where nothing was forecast."""
        from sunline.prediction import read_record  # noqa: PLC0415 - few ask

        record = self._native.forecasts(None if queue is None else self._place(queue))
        return None if record is None else read_record(record)

    def _place(self, name: str) -> int:
        names = self._native.queue_names()
        if name not in names:
            raise InvalidArgument(
                f"there is no queue {name!r}; there are {', '.join(names)}",
                code="unknown_queue",
                argument="name",
            )
        return names.index(name)

    def queue(self, name: str) -> QueueFigures:
        """Figures of one queue."""
        figures = self._native.figures(self._place(name))
        assert figures is not None, "the queue is there"
        return queue_figures(*figures)

    @property
    def queues(self) -> Table:
        """One row a queue, in order of the configuration."""
        return Table(self._native.queues())

    @property
    def agents(self) -> Table:
        """One row an agent, in order of the configuration."""
        return Table(self._native.agents())

    @property
    def policy(self) -> PolicyFigures:
        """What the policy did: waits, order, pools and occupancy.

        Raises `InvalidArgument` where the run was not told to measure it.
        """
        native = self._native.policy()
        if native is None:
            message = "what the policy did was not measured; run with measure_policy=True"
            raise InvalidArgument(message, code="not_recorded", argument="measure_policy")
        queues, spread = native
        names = self._native.queue_names()
        return PolicyFigures(
            queues={name: _queue_policy(queue) for name, queue in zip(names, queues, strict=True)},
            spread=None
            if spread is None
            else OccupancySpread(lowest=spread[0], highest=spread[1], jain=spread[2]),
        )

    @property
    def contacts(self) -> Table:
        """One row a contact that ended, in order of its end, warm-up included.

        Raises `InvalidArgument` where the run was told not to record contacts.
        """
        if self._contacts is None:
            contacts = self._native.contacts()
            if contacts is None:
                raise _not_recorded()
            self._contacts = Table(contacts)
        return self._contacts

    @property
    def decisions(self) -> Table:
        """One row an offer, in order: who was chosen, by which rule, and what became of it.

        Raises `InvalidArgument` where the run was told not to record them.
        """
        decisions = self._native.decisions()
        if decisions is None:
            message = "decisions were not recorded; run with record_decisions=True"
            raise InvalidArgument(message, code="not_recorded", argument="record_decisions")
        return Table(decisions)

    def intervals(self, length: timedelta = timedelta(minutes=30), *, zone: str = "UTC") -> Table:
        """One row a queue and interval in which contacts arrived, by instant of arrival; needs numpy.

        `zone` sets where intervals begin: `length` divides the local day. Raises `InvalidArgument` where contacts were
        not recorded.
        """
        from sunline.simulation.intervals import interval_table  # noqa: PLC0415 - needs numpy

        return interval_table(self, length, zone)

    @property
    def plot(self) -> "Plots":
        """Figures of this run; they need matplotlib. Without contacts recorded there is nothing to draw."""
        from sunline.plotting import Plots  # noqa: PLC0415 - needs matplotlib

        return Plots(self)


#: Counts, lengths in nanoseconds, abandonment, and service levels by formula.
NativeCounts = tuple[list[int], list[int | None], float | None, list[float | None]]

#: The whole counts, in the order in which they come.
_COUNTS = (
    "arrived",
    "answered",
    "answered_within",
    "abandoned",
    "abandoned_within",
    "abandoned_short",
    "blocked",
    "withdrawn",
    "handled",
    "timed_out",
    "shed",
    "handed_off",
    "served",
    "moved_in",
    "moved_out",
    "overflowed",
    "lost",
    "callbacks",
    "callbacks_kept",
    "callbacks_given_up",
    "callback_failed",
    "merged",
    "closed",
)


def _not_recorded() -> InvalidArgument:
    message = "contacts were not recorded; run with record_contacts=True"
    return InvalidArgument(message, code="not_recorded", argument="record_contacts")


def _queue_policy(native: _QueuePolicy) -> QueuePolicy:
    (median, p90, p95), overtaking, shares = native
    share, longest = (None, None) if overtaking is None else overtaking
    return QueuePolicy(
        wait_median_ns=median,
        wait_p90_ns=p90,
        wait_p95_ns=p95,
        overtaking=share,
        longest_overtaking_ns=longest,
        share_by_pool=None if shares is None else tuple(shares),
    )


def queue_figures(name: str, native: NativeCounts, occupancy: float | None) -> QueueFigures:
    """Figures from what the engine tells."""
    counts, times, abandonment, levels = native
    longest_wait_ns, asa_ns, mean_wait_ns, aht_ns = times
    assert longest_wait_ns is not None, "there is always a longest wait, be it zero"
    answered_only, late, success, fail, short, arrivals, offered = levels
    return QueueFigures(
        name=name,
        **dict(zip(_COUNTS, counts, strict=True)),
        longest_wait_ns=longest_wait_ns,
        asa_ns=asa_ns,
        mean_wait_ns=mean_wait_ns,
        aht_ns=aht_ns,
        abandonment=abandonment,
        occupancy=occupancy,
        service_levels=ServiceLevels(
            answered_only=answered_only,
            abandons_count_if_late=late,
            abandons_within_are_success=success,
            abandons_fail=fail,
            short_excluded=short,
            of_all_arrivals=arrivals,
            offered_all=offered,
        ),
    )


__all__ = ["OccupancySpread", "PolicyFigures", "QueueFigures", "QueuePolicy", "Result", "ServiceLevels"]
