"""How many agents a target needs."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from sunline.forecast._rows import NONE, Numbers, counted, many, one, per_second

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

# A float is one of `Numbers` too; the first overload that fits is the one that holds.
# mypy: disable-error-code="overload-overlap"

_T_co = TypeVar("_T_co", covariant=True)


class _TargetKind(IntEnum):
    SERVICE_LEVEL = 0
    MEAN_WAIT = 1
    WAITING = 2
    ABANDONMENT = 3
    OCCUPANCY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevelTarget:
    """At least a share of all arrivals is served within a threshold."""

    share: float = 0.8  #: Above 0 and below 1.
    threshold_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanWaitTarget:
    """The mean wait of those served (ASA) is at most this."""

    most_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTarget:
    """At most a share of the contacts has to wait."""

    most: float  #: Above 0 and below 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonmentTarget:
    """At most a share of the contacts gives up."""

    most: float  #: Above 0 and below 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyTarget:
    """The agents are busy at most a share of their time."""

    most: float  #: Above 0 and below 1.


Target = ServiceLevelTarget | MeanWaitTarget | WaitingTarget | AbandonmentTarget | OccupancyTarget
"""What the agents must achieve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing(Generic[_T_co]):
    """The smallest number of agents for a target: numbers, or arrays of the arguments' common shape."""

    agents: _T_co  #: On shift, at least 1; a whole number.
    achieved: _T_co  #: The target's figure with that many: a share, or seconds.
    #: The figure with one agent fewer, which misses the target; NaN where the queue would grow without end.
    with_one_fewer: _T_co


@overload
def smallest_agents(
    *,
    arrivals_per_hour: float,
    mean_handle_s: float,
    mean_patience_s: float | None = None,
    target: Target,
) -> Staffing[float]: ...
@overload
def smallest_agents(
    *,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers | None = None,
    target: Target,
) -> "Staffing[Reals]": ...
def smallest_agents(
    *,
    arrivals_per_hour: Numbers,
    mean_handle_s: Numbers,
    mean_patience_s: Numbers | None = None,
    target: Target,
) -> "Staffing[float] | Staffing[Reals]":
    """The smallest number of agents that reaches a target; `mean_patience_s` `None` is endless patience.

    >>> eighty_twenty = ServiceLevelTarget(share=0.8, threshold_s=20.0)
    >>> smallest_agents(arrivals_per_hour=1200.0, mean_handle_s=240.0, target=eighty_twenty).agents
    87
    """
    kind, most, threshold = _native_target(target)
    patience = NONE if mean_patience_s is None else mean_patience_s
    agents, achieved, fewer = many(
        "smallest_agents",
        per_second(arrivals_per_hour),
        mean_handle_s,
        patience,
        float(kind),
        most,
        threshold,
    )
    return cast(
        "Staffing[float] | Staffing[Reals]",
        Staffing(agents=counted(agents), achieved=achieved, with_one_fewer=fewer),
    )


@overload
def with_shrinkage(agents: float, shrinkage: float) -> int: ...
@overload
def with_shrinkage(agents: Numbers, shrinkage: Numbers) -> "Reals": ...
def with_shrinkage(agents: Numbers, shrinkage: Numbers) -> "int | Reals":
    """Agents to schedule so that `agents` are there when a share `shrinkage` of the paid time is lost."""
    return counted(one("with_shrinkage", agents, shrinkage))


@overload
def square_root_staffing(offered_load: float, beta: float) -> int: ...
@overload
def square_root_staffing(offered_load: Numbers, beta: Numbers) -> "Reals": ...
def square_root_staffing(offered_load: Numbers, beta: Numbers) -> "int | Reals":
    """Agents by the square-root rule: load + `beta` × √load, rounded up, at least 1."""
    return counted(one("square_root_staffing", offered_load, beta))


def _native_target(target: Target) -> tuple[_TargetKind, float, float]:
    match target:
        case ServiceLevelTarget():
            return _TargetKind.SERVICE_LEVEL, target.share, target.threshold_s
        case MeanWaitTarget():
            return _TargetKind.MEAN_WAIT, target.most_s, 0.0
        case WaitingTarget():
            return _TargetKind.WAITING, target.most, 0.0
        case AbandonmentTarget():
            return _TargetKind.ABANDONMENT, target.most, 0.0
        case OccupancyTarget():
            return _TargetKind.OCCUPANCY, target.most, 0.0
