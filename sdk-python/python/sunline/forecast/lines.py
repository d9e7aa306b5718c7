"""Queues in their long run: who is lost, who waits, who gives up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from sunline.errors import InvalidArgument
from sunline.forecast._rows import NONE, Numbers, many, one, per_second
from sunline.simulation.distributions import (
    Deterministic,
    Distribution,
    Exponential,
    Gamma,
    Lognormal,
    Uniform,
    Weibull,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

# A float is one of `Numbers` too; the first overload that fits is the one that holds.
# mypy: disable-error-code="overload-overlap"

_T_co = TypeVar("_T_co", covariant=True)


@overload
def erlang_b(agents: float, offered_load: float) -> float: ...
@overload
def erlang_b(agents: Numbers, offered_load: Numbers) -> "Reals": ...
def erlang_b(agents: Numbers, offered_load: Numbers) -> "float | Reals":
    """Share of contacts that are lost when nobody can wait (Erlang B).

    `agents`: at least 0. `offered_load`: arrival rate × mean handle time, in erlangs.
    """
    return one("erlang_b", agents, offered_load)


@overload
def erlang_b_load(agents: float, p_block: float) -> float: ...
@overload
def erlang_b_load(agents: Numbers, p_block: Numbers) -> "Reals": ...
def erlang_b_load(agents: Numbers, p_block: Numbers) -> "float | Reals":
    """The offered load, in erlangs, of which a share `p_block` is lost (Erlang B, solved for the load)."""
    return one("erlang_b_load", agents, p_block)


@overload
def erlang_c(agents: float, offered_load: float) -> float: ...
@overload
def erlang_c(agents: Numbers, offered_load: Numbers) -> "Reals": ...
def erlang_c(agents: Numbers, offered_load: Numbers) -> "float | Reals":
    """Probability that an arriving contact waits, when nobody gives up (Erlang C).

    Refused with code `overloaded` where the load is not below the number of agents: there is no long run; ask
    `erlang_a`.
    """
    return one("erlang_c", agents, offered_load)


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyState(Generic[_T_co]):
    """Long-run figures of a queue: numbers, or arrays of the arguments' common shape."""

    p_wait: _T_co  #: Probability that a contact that is let in is not served at once.
    p_abandon: _T_co  #: Share of all arrivals that give up waiting.
    p_block: _T_co  #: Share of all arrivals that find no place.
    mean_wait_all_s: _T_co  #: Mean wait of all contacts let in, zeros counted.
    mean_wait_served_s: _T_co  #: Mean wait of those served (ASA), zeros counted.
    mean_wait_given_wait_s: _T_co  #: Mean wait of those not served at once.
    mean_virtual_wait_s: _T_co  #: Mean wait of one who would never give up, zeros counted.
    mean_queue_length: _T_co  #: Mean number of contacts waiting.
    mean_busy: _T_co  #: Mean number of agents busy.
    occupancy: _T_co  #: Share of the agents' time that is busy.
    service_level: _T_co  #: Served within the threshold, over all arrivals.
    #: Served within the threshold, over arrivals without the blocked and those who gave up within it.
    service_level_abandons_if_late: _T_co
    p_abandon_within: _T_co  #: Gave up within the threshold, over all arrivals.
    p_virtual_wait_longer: _T_co  #: Virtual wait longer than the threshold, over all arrivals.


@overload
def delay_queue(
    agents: float, *, arrivals_per_hour: float, mean_handle_s: float, threshold_s: float = 20.0
) -> SteadyState[float]: ...
@overload
def delay_queue(
    agents: Numbers, *, arrivals_per_hour: Numbers, mean_handle_s: Numbers, threshold_s: Numbers = 20.0
) -> "SteadyState[Reals]": ...
def delay_queue(
    agents: Numbers, *, arrivals_per_hour: Numbers, mean_handle_s: Numbers, threshold_s: Numbers = 20.0
) -> "SteadyState[float] | SteadyState[Reals]":
    """A queue in which nobody gives up (M/M/c)."""
    return _state("delay_queue", agents, arrivals_per_hour, mean_handle_s, threshold_s)


@overload
def erlang_a(
    agents: float,
    *,
    arrivals_per_hour: float,
    mean_handle_s: float,
    mean_patience_s: float,
    threshold_s: float = 20.0,
) -> SteadyState[float]: ...
@overload
def erlang_a(
    agents: Numbers,
    *,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers,
    threshold_s: Numbers = 20.0,
) -> "SteadyState[Reals]": ...
def erlang_a(
    agents: Numbers,
    *,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers,
    threshold_s: Numbers = 20.0,
) -> "SteadyState[float] | SteadyState[Reals]":
    """A queue whose contacts have exponential patience (Erlang A, M/M/c+M)."""
    return _state("erlang_a", agents, arrivals_per_hour, mean_handle_s, mean_patience_s, threshold_s)


@overload
def finite_room(
    agents: float,
    *,
    capacity: float,
    arrivals_per_hour: float,
    mean_handle_s: float,
    mean_patience_s: float | None = None,
    threshold_s: float = 20.0,
) -> SteadyState[float]: ...
@overload
def finite_room(
    agents: Numbers,
    *,
    capacity: Numbers,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers | None = None,
    threshold_s: Numbers = 20.0,
) -> "SteadyState[Reals]": ...
def finite_room(
    agents: Numbers,
    *,
    capacity: Numbers,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers | None = None,
    threshold_s: Numbers = 20.0,
) -> "SteadyState[float] | SteadyState[Reals]":
    """A queue with room for `capacity` contacts, those in service included (M/M/c/K, with patience or without)."""
    patience = NONE if mean_patience_s is None else mean_patience_s
    return _state("finite_room", agents, capacity, arrivals_per_hour, mean_handle_s, patience, threshold_s)


def general_patience(
    agents: Numbers,
    *,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    patience: Distribution,
    threshold_s: Numbers = 20.0,
) -> "SteadyState[float] | SteadyState[Reals]":
    """A queue whose contacts give up by any of the laws of patience (M/M/n+G).

    `patience` may be deterministic, exponential, lognormal, gamma, Weibull or uniform.

    >>> from sunline.simulation import Weibull
    >>> hasty = Weibull(shape=0.6, scale_s=120.0)
    >>> figures = general_patience(30, arrivals_per_hour=600.0, mean_handle_s=180.0, patience=hasty)
    >>> 0.0 < figures.p_abandon < 0.2
    True
    """
    match patience:
        case Deterministic(value_s=value):
            law, first, second = "deterministic", value, 0.0
        case Exponential(mean_s=mean):
            law, first, second = "exponential", mean, 0.0
        case Lognormal(mean_s=mean, cv=cv):
            law, first, second = "lognormal", mean, cv
        case Gamma(mean_s=mean, cv=cv):
            law, first, second = "gamma", mean, cv
        case Weibull(shape=shape, scale_s=scale):
            law, first, second = "weibull", shape, scale
        case Uniform(low_s=low, high_s=high):
            law, first, second = "uniform", low, high
        case _:
            kind = type(patience).__name__
            raise InvalidArgument(
                f"there is no formula for patience of kind {kind}", code="no_such_law", argument="patience"
            )
    return _state(
        f"general_patience:{law}", agents, arrivals_per_hour, mean_handle_s, threshold_s, first, second
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityClass(Generic[_T_co]):
    """Figures of one class of a queue with priorities."""

    p_wait: _T_co  #: Probability of waiting; the same for each class.
    mean_wait_s: _T_co  #: Mean wait, zeros counted.
    mean_queue_length: _T_co  #: Mean number of its contacts waiting.
    p_wait_longer: _T_co  #: Probability of a wait longer than the threshold.


def priority_classes(
    agents: Numbers,
    *,
    arrivals_per_hour: Sequence[Numbers],
    mean_handle_s: Numbers,
    threshold_s: Numbers = 20.0,
) -> "list[PriorityClass[float] | PriorityClass[Reals]]":
    """Classes with nonpreemptive priorities before agents of one speed, nobody giving up (M/M/c); one entry a class.

    `arrivals_per_hour`: one entry a class, the first in rank first. Refused with code `overloaded` where the load of
    all classes is not below the number of agents.

    >>> first, second = priority_classes(6, arrivals_per_hour=[120.0, 150.0], mean_handle_s=60.0)
    >>> round(second.mean_wait_s / first.mean_wait_s, 3)
    4.0
    """
    rates = [per_second(rate) for rate in arrivals_per_hour]
    classes = []
    for place in range(len(rates)):
        figures = many("priority_class", agents, mean_handle_s, float(place), threshold_s, *rates)
        names = PriorityClass.__dataclass_fields__
        classes.append(
            cast(
                "PriorityClass[float] | PriorityClass[Reals]",
                PriorityClass(**dict(zip(names, figures, strict=True))),
            )
        )
    return classes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficClass:
    """A class of contacts before one agent."""

    arrivals_per_hour: Numbers
    mean_handle_s: Numbers
    cv: Numbers = 1.0  #: Standard deviation of the handle time over its mean; 1 is exponential.


def priority_mean_waits(classes: Sequence[TrafficClass]) -> "list[float | Reals]":
    """Mean wait in seconds of each class, the first in rank first, before one agent (M/G/1; Cobham).

    >>> waits = priority_mean_waits([TrafficClass(arrivals_per_hour=18.0, mean_handle_s=60.0)] * 2)
    >>> waits[0] < waits[1]
    True
    """
    columns: list[Numbers] = []
    for each in classes:
        columns += [per_second(each.arrivals_per_hour), each.mean_handle_s, each.cv]
    return [one("priority_mean_wait", float(place), *columns) for place in range(len(classes))]


def _state(formula: str, agents: Numbers, *arguments: Numbers) -> "SteadyState[float] | SteadyState[Reals]":
    *before, rate, handle = arguments[: 2 if formula != "finite_room" else 3]
    rest = arguments[2 if formula != "finite_room" else 3 :]
    figures = many(formula, agents, *before, per_second(rate), handle, *rest)
    return cast(
        "SteadyState[float] | SteadyState[Reals]", SteadyState(**dict(zip(_FIGURES, figures, strict=True)))
    )


_FIGURES = tuple(SteadyState.__dataclass_fields__)
