"""The rules by which contacts and agents are chosen, and by which both are chosen together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


class IdleClock(StrEnum):
    """When an agent's idle clock restarts."""

    SINCE_LAST_HANDLED = "since_last_handled"  #: When any work is accepted or ends.
    SINCE_AVAILABLE = "since_available"  #: When room goes from none to some.


class AgentRule(StrEnum):
    """Who is chosen among agents that may serve."""

    LONGEST_IDLE = "longest_idle"  #: The one whose idle clock started first.
    BEST_SCORE = "best_score"  #: The highest label score of preferred terms, then longest idle.
    #: The fewest skills beyond the need and the lowest sufficient levels, then longest idle.
    LEAST_QUALIFIED_SUFFICIENT = "least_qualified_sufficient"
    ROUND_ROBIN = "round_robin"  #: The next by registration after the one chosen last for this queue.
    LEAST_LOADED = "least_loaded"  #: The least cost in use relative to its total, then longest idle.
    LINEAR = "linear"  #: The first by registration.
    BEST_LEVEL = "best_level"  #: The highest levels of the skills asked for, added up, then longest idle.
    LEAST_OCCUPIED = "least_occupied"  #: The least share of the last hour at work, then longest idle.
    FEWEST_CONTACTS = "fewest_contacts"  #: The fewest contacts accepted in the last hour, then longest idle.
    FASTEST = "fastest"  #: The least expected handle time, then longest idle.
    IDLENESS_RATIO = "idleness_ratio"  #: The pool furthest above its `idle_share`, then longest idle.
    UNIFORM = "uniform"  #: Any of them, with equal chances.
    WEIGHTED = "weighted"  #: Any of them, with chances as their `weight`.
    QUOTA = "quota"  #: The pool that lacks most of its `share` in this window, then longest idle.
    MOST_LOADED = (
        "most_loaded"  #: The most cost in use that still leaves room, then longest idle. Packs work.
    )


class PastDue(StrEnum):
    """Where contacts go whose deadline has passed."""

    KEEP = "keep"  #: They keep the place that their deadline gives them.
    FIRST = "first"  #: Ahead of all others, the longest wait first.
    LAST = "last"  #: Behind all others, by deadline.


@dataclass(frozen=True, slots=True, kw_only=True)
class EarliestDeadline:
    """The earliest deadline goes first: origin plus the queue's `answer_within`."""

    past: PastDue = PastDue.KEEP  #: Where those go whose deadline has passed.


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralisedCmu:
    """The generalised cμ rule: `weight` x β x wait^(β-1) / the expected handle time in this pool."""

    beta: Decimal = Decimal(2)  #: The power with which the cost of a wait grows, 1 to 4.


class QueueOrder(StrEnum):
    """Which contact of a queue is its head."""

    POINTS = "points"  #: The one with the most points, then the earliest origin.
    FIFO = "fifo"  #: The earliest origin, whatever the points.
    LIFO = "lifo"  #: The latest origin.


class ContactRule(StrEnum):
    """How the heads of queues are compared for an agent of a pool."""

    POINTS = "points"  #: The most points.
    LONGEST_WAIT = "longest_wait"  #: The longest wait since origin.
    PRIORITY = "priority"  #: The queue of the first `rank`, then the longest wait.
    CREDIT = "credit"  #: The longest wait with the queue's `credit`.
    WEIGHTED_WAIT = "weighted_wait"  #: The wait times the queue's `weight`.
    SLA_RATIO = "sla_ratio"  #: The wait as a share of the queue's `answer_within`.
    QUEUE_RATIO = "queue_ratio"  #: The queue furthest above its `ratio` of all that wait.
    LONGEST_QUEUE = "longest_queue"  #: The queue in which most contacts wait.
    SLA_RISK = "sla_risk"  #: Who loses most by waiting for the next agent of the pool.
    LIFO = "lifo"  #: The latest origin.


AnyOrder = QueueOrder | EarliestDeadline
"""What the order of a queue may be."""


AnyContactRule = ContactRule | EarliestDeadline | GeneralisedCmu
"""What the contact rule of a pool may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A joint rule: the best assignment of all that wait to all that are free."""

    tick: timedelta = timedelta(0)  #: How often pairs are made, 0 to 2 s; 0: at every event.
    layer: timedelta = timedelta(
        seconds=60
    )  #: Whose origin lies within this of the oldest goes before all others.
    value: timedelta = timedelta(0)  #: What a full label score is worth, as handle time.
    urgency: Decimal = Decimal(0)  #: What a second of wait is worth, in seconds of handle time, 0 to 1000.


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsConfig:
    """The index of a queue in a pool: constant + per_wait x longest wait + per_idle x longest idle, in seconds."""

    queue: str
    pool: str
    constant: Decimal = Decimal(0)  #: Seconds; below 0 both must wait before a contact may start.
    per_wait: Decimal = Decimal(1)
    per_idle: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A joint rule: the queue and pool with the largest index start, none while it is negative."""

    cells: Sequence[WeightsConfig]  #: What is not named here has an index of its longest wait.


JointRule = Assignment | Weights
"""A rule that looks at all that wait and all that are free together."""
