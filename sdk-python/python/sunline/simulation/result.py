"""What a run came to: figures per queue and agent, and a row for each contact."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline import _native
from sunline._instants import instant, span
from sunline.errors import InvalidArgument
from sunline.tables import Table


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
    lost: int  #: L: blocked, shed or callback failed. To be read beside any service level.
    callbacks: int  #: C: accepted callbacks; they leave answered and abandoned.
    callbacks_kept: int  #: Of these, called back and served.
    callbacks_given_up: int  #: Of these, given up by the customer.
    callback_failed: int  #: Of these, not reached in all attempts.
    merged: int  #: Another contact of the same customer took its place.
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


class Result:
    """One replication of a scenario."""

    __slots__ = ("_contacts", "_native")

    def __init__(self, native: _native.Report) -> None:
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

    def queue(self, name: str) -> QueueFigures:
        """Figures of one queue."""
        names = self._native.queue_names()
        figures = self._native.figures(names.index(name)) if name in names else None
        if figures is None:
            raise InvalidArgument(
                f"there is no queue {name!r}; there are {', '.join(names)}",
                code="unknown_queue",
                argument="name",
            )
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
    def contacts(self) -> Table:
        """One row a contact that ended, in order of its end, warm-up included.

        Raises `InvalidArgument` where the run was told not to record contacts.
        """
        if self._contacts is None:
            contacts = self._native.contacts()
            if contacts is None:
                raise InvalidArgument(
                    "contacts were not recorded; run with record_contacts=True",
                    code="not_recorded",
                    argument="record_contacts",
                )
            self._contacts = Table(contacts)
        return self._contacts


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


__all__ = ["QueueFigures", "Result", "ServiceLevels"]
