"""Plans: by whom a contact may be served, and what opens while it waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """By whom contacts may be served: a pool, a site, a partner or a queue, or with none of them everyone."""

    pool: str | None = None  #: The agents of a pool.
    site: str | None = None  #: The agents of a site.
    partner: str | None = None  #: The agents of a partner.
    queue: str | None = (
        None  #: Whoever may serve plain contacts of that queue. The contact keeps its place and points.
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfig:
    """One step of a queue's plan; it stays open, and never opens what is absolute."""

    after: timedelta  #: Since the contact's entry into the plan; later than the step before.
    drop: Sequence[str] = ()  #: Single terms that are asked no more.
    drop_all: bool = False  #: Whether nothing mandatory is asked any more.
    lower: Mapping[str, int] = field(default_factory=dict)  #: Levels that are asked at most, by skill.
    add: Sequence[Target] = ()  #: Beside those open so far.
    move: Sequence[Target] = ()  #: In place of those open so far.
    move_to_queue: str | None = None  #: The queue whose plan the contact enters.
    callback: bool = False  #: Whether its customer is called back when the queue's hours next begin.


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinityConfig:
    """Contacts are kept for agents they prefer, or who served their customer last, while that pays."""

    max_wait: timedelta = timedelta(seconds=60)  #: How long a contact is kept for one agent at most.
    bonus: timedelta = timedelta(seconds=30)  #: How much longer than for anybody it may wait for that agent.
    memory: timedelta = timedelta(days=7)  #: How long who served a customer last counts as preferred.
