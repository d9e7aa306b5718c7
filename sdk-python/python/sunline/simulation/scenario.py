"""A scenario: a configuration of the engine, and the world around it.

The world says when contacts come, how long they take, how patient they are, who is on shift and how agents answer. It
never says who serves whom: that is the engine's work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sunline import _native
from sunline._instants import instant_ns, span_ns
from sunline.config import ConfigSource, load_config
from sunline.errors import InvalidArgument, ScenarioInvalid
from sunline.simulation.arrivals import Arrivals
from sunline.simulation.beyond import Cycle, LearningCurve, Transfer
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import Deterministic, Distribution

if TYPE_CHECKING:
    from sunline.policies import SelectionRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStream:
    """A stream of contacts of one kind."""

    queue: str  #: Name of the queue.
    arrivals: Arrivals
    handling: Distribution  #: Length of the conversation.
    patience: Distribution | None = None  #: How long the customer is willing to wait; `None`: for ever.
    points: int = 0  #: Priority points of each.


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How agents answer offers, where the engine does not answer for them."""

    after: Distribution = field(default_factory=lambda: Deterministic(value_s=0.0))  #: From offer to accept.
    ignored: float = 0.0  #: Share of offers that get no answer, 0 to 1.
    declined: float = 0.0  #: Share of offers declined, 0 to 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A stretch of work; its end is not part of it."""

    since: datetime  #: Timezone-aware.
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A world to run.

    >>> from datetime import UTC, datetime
    >>> from sunline.simulation import Exponential, Poisson
    >>> shop = Scenario(
    ...     config='''
    ...         name = "shop"
    ...         channels = [{ name = "voice" }]
    ...         queues = [{ name = "orders", offer = { answer = "auto" } }]
    ...         agents = [{ name = "ann" }, { name = "bob" }]
    ...     ''',
    ...     start=datetime(2026, 3, 2, 8, tzinfo=UTC),
    ...     end=datetime(2026, 3, 2, 18, tzinfo=UTC),
    ...     streams=[
    ...         ContactStream(
    ...             queue="orders",
    ...             arrivals=Poisson(rate_per_hour=20.0),
    ...             handling=Exponential(mean_s=180.0),
    ...             patience=Exponential(mean_s=240.0),
    ...         )
    ...     ],
    ... )
    """

    config: ConfigSource  #: The engine's configuration; its agents are the ones simulated.
    start: datetime  #: When the run begins; timezone-aware.
    end: datetime  #: When arrivals end. Contacts inside are then served to the end, unless `stop_at_end`.
    warm_up: timedelta = timedelta(0)  #: Figures begin this long after the start.
    #: Whether the run stops at `end`, in the middle of everything. For steady-state figures, true.
    stop_at_end: bool = False
    streams: Sequence[ContactStream] = ()  #: Contacts by chance or from instants.
    contacts: PlannedContacts | None = None  #: Single contacts with all they bring: a recorded day.
    #: When each agent is on shift, by name; agents without an entry are there all the time.
    shifts: Mapping[str, Sequence[Shift]] = field(default_factory=dict)
    #: Handle time of each agent relative to others, by name; 1 where there is no entry, 2 is twice as long.
    pace: Mapping[str, float] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    transfers: Sequence[Transfer] = ()  #: Contacts that are handed on to other queues.
    learning: Sequence[LearningCurve] = ()  #: Agents who learn.
    #: A factor on the patience of streams' customers by the hour in which they arrive, by queue.
    patience_cycles: Mapping[str, Cycle] = field(default_factory=dict)
    #: A rule in Python that decides everything in place of the configuration's rules; see `sunline.policies`.
    rule: "SelectionRule | None" = None

    def to_native(self) -> _native.Scenario:
        """The scenario as the engine knows it, checked.

        Raises `ConfigInvalid` with every problem of the configuration, `ScenarioInvalid` with the first of the rest.
        """
        config = load_config(self.config)
        if self.rule is not None:
            from sunline.policies import held  # noqa: PLC0415 - needs numpy

            config = held(config)
        return _native.Scenario(
            config.to_json(),
            instant_ns(self.start, "start"),
            instant_ns(self.end, "end"),
            warm_up_ns=span_ns(self.warm_up, "warm_up"),
            stop_at_end=self.stop_at_end,
            streams=[native_stream(stream, f"streams[{row}]") for row, stream in enumerate(self.streams)],
            contacts=None if self.contacts is None else self.contacts.to_columns(),
            shifts=[(name, native_hours(shifts, f"shifts.{name}")) for name, shifts in self.shifts.items()],
            pace=[(name, float(pace)) for name, pace in self.pace.items()],
            answers=(self.answers.after.to_native(), self.answers.ignored, self.answers.declined),
            transfers=[
                transfer.to_native(f"transfers[{row}]") for row, transfer in enumerate(self.transfers)
            ],
            learning=[learning.to_native() for learning in self.learning],
            patience_cycles=[
                (queue, *cycle.to_native(f"patience_cycles.{queue}"))
                for queue, cycle in self.patience_cycles.items()
            ],
        )


def native_stream(
    stream: ContactStream, path: str
) -> tuple[str, _native.Arrivals, _native.Distribution, _native.Distribution | None, int]:
    """The stream as the engine knows it; `path` names it in a refusal."""
    try:
        arrivals = stream.arrivals.to_native()
        handling = stream.handling.to_native()
        patience = None if stream.patience is None else stream.patience.to_native()
    except InvalidArgument as error:
        where = f"{path}.{error.argument}"
        raise ScenarioInvalid(f"{path}: {error}", code="invalid_parameter", path=where) from error
    if abs(stream.points) >= 2**63:
        raise ScenarioInvalid(f"{path}.points is too large", code="out_of_range", path=f"{path}.points")
    return stream.queue, arrivals, handling, patience, stream.points


def native_hours(shifts: Sequence[Shift], path: str) -> list[tuple[int, int]]:
    """The shifts of one agent in order, as nanoseconds."""
    return sorted(
        (instant_ns(shift.since, f"{path}[{row}].since"), instant_ns(shift.until, f"{path}[{row}].until"))
        for row, shift in enumerate(shifts)
    )


__all__ = ["Answers", "ContactStream", "Scenario", "Shift"]
