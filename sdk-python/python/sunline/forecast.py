"""Queueing formulas: what a queue does in the long run, how many agents a target needs, how long one will wait.

All arguments may be numbers, or arrays that are broadcast together (numpy must be installed then): numbers give
numbers, arrays give arrays. Loads are erlangs, rates contacts per hour, times seconds, shares lie in `[0, 1]`. Whatever
is put in, the answer is a finite figure or a `ForecastRefused` that names the argument.

>>> round(erlang_c(14, 10.0), 4)
0.1741
>>> erlang_a(14, arrivals_per_hour=200.0, mean_handle_s=180.0, mean_patience_s=120.0).p_abandon < 0.03
True
>>> import numpy as np
>>> erlang_b(np.array([1, 2]), 1.0).round(3).tolist()
[0.5, 0.2]
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import sqrt
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from sunline import _native
from sunline._columns import ArrayLike
from sunline.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

Numbers = float | Sequence[float] | ArrayLike[float] | ArrayLike[int]
"""A number, or an array of them."""

# A float is one of `Numbers` too; the first overload that fits is the one that holds.
# mypy: disable-error-code="overload-overlap"

_T_co = TypeVar("_T_co", covariant=True)
_NONE = float("nan")
_HOUR_S = 3600.0


@overload
def erlang_b(agents: float, offered_load: float) -> float: ...
@overload
def erlang_b(agents: Numbers, offered_load: Numbers) -> "Reals": ...
def erlang_b(agents: Numbers, offered_load: Numbers) -> "float | Reals":
    """Share of contacts that are lost when nobody can wait (Erlang B).

    `agents`: at least 0. `offered_load`: arrival rate × mean handle time, in erlangs.
    """
    return _one("erlang_b", agents, offered_load)


@overload
def erlang_b_load(agents: float, p_block: float) -> float: ...
@overload
def erlang_b_load(agents: Numbers, p_block: Numbers) -> "Reals": ...
def erlang_b_load(agents: Numbers, p_block: Numbers) -> "float | Reals":
    """The offered load, in erlangs, of which a share `p_block` is lost (Erlang B, solved for the load)."""
    return _one("erlang_b_load", agents, p_block)


@overload
def erlang_c(agents: float, offered_load: float) -> float: ...
@overload
def erlang_c(agents: Numbers, offered_load: Numbers) -> "Reals": ...
def erlang_c(agents: Numbers, offered_load: Numbers) -> "float | Reals":
    """Probability that an arriving contact waits, when nobody gives up (Erlang C).

    Refused with code `overloaded` where the load is not below the number of agents: there is no long run; ask
    `erlang_a`.
    """
    return _one("erlang_c", agents, offered_load)


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
    patience = _NONE if mean_patience_s is None else mean_patience_s
    return _state("finite_room", agents, capacity, arrivals_per_hour, mean_handle_s, patience, threshold_s)


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
    patience = _NONE if mean_patience_s is None else mean_patience_s
    agents, achieved, fewer = _many(
        "smallest_agents",
        _per_second(arrivals_per_hour),
        mean_handle_s,
        patience,
        float(kind),
        most,
        threshold,
    )
    return cast(
        "Staffing[float] | Staffing[Reals]",
        Staffing(agents=_counted(agents), achieved=achieved, with_one_fewer=fewer),
    )


@overload
def with_shrinkage(agents: float, shrinkage: float) -> int: ...
@overload
def with_shrinkage(agents: Numbers, shrinkage: Numbers) -> "Reals": ...
def with_shrinkage(agents: Numbers, shrinkage: Numbers) -> "int | Reals":
    """Agents to schedule so that `agents` are there when a share `shrinkage` of the paid time is lost."""
    return _counted(_one("with_shrinkage", agents, shrinkage))


@overload
def square_root_staffing(offered_load: float, beta: float) -> int: ...
@overload
def square_root_staffing(offered_load: Numbers, beta: Numbers) -> "Reals": ...
def square_root_staffing(offered_load: Numbers, beta: Numbers) -> "int | Reals":
    """Agents by the square-root rule: load + `beta` × √load, rounded up, at least 1."""
    return _counted(_one("square_root_staffing", offered_load, beta))


@overload
def halfin_whitt(beta: float) -> float: ...
@overload
def halfin_whitt(beta: Numbers) -> "Reals": ...
def halfin_whitt(beta: Numbers) -> "float | Reals":
    """Probability of waiting in a large group staffed by the square-root rule, when nobody gives up; a limit."""
    return _one("halfin_whitt", beta)


@overload
def halfin_whitt_beta(p_wait: float) -> float: ...
@overload
def halfin_whitt_beta(p_wait: Numbers) -> "Reals": ...
def halfin_whitt_beta(p_wait: Numbers) -> "float | Reals":
    """The margin `beta` with which a share `p_wait` has to wait: `halfin_whitt`, solved for its argument."""
    return _one("halfin_whitt_beta", p_wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLaw:
    """How long a contact will wait, given how many are ahead of it.

    >>> fifth = WaitLaw(ahead=4, agents=14, mean_handle_s=180.0, mean_patience_s=300.0)
    >>> fifth.quantile(0.1) < fifth.mean_s < fifth.quantile(0.9)
    True
    """

    ahead: int  #: Contacts that wait before it.
    agents: int  #: Agents who serve, all busy.
    mean_handle_s: float
    mean_patience_s: float | None = None  #: Of those ahead, exponential; `None`: endless.
    given_served: bool = False  #: Whether the contact may give up too, and is known to have been served.

    @property
    def mean_s(self) -> float:
        """Mean wait."""
        return self._figures()[0]

    @property
    def standard_deviation_s(self) -> float:
        """Standard deviation of the wait."""
        return sqrt(self._figures()[1])

    @property
    def p_served(self) -> float:
        """Probability that a contact with the patience of the others is served before it gives up."""
        return self._figures()[2]

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Numbers) -> "Reals": ...
    def quantile(self, p: Numbers) -> "float | Reals":
        """The wait, in seconds, that is not exceeded with probability `p`."""
        return _one("wait_quantile", *self._law(), p)

    @overload
    def cdf(self, t_s: float) -> float: ...
    @overload
    def cdf(self, t_s: Numbers) -> "Reals": ...
    def cdf(self, t_s: Numbers) -> "float | Reals":
        """Probability of a wait of at most `t_s` seconds."""
        return _one("wait_cdf", *self._law(), t_s)

    def _figures(self) -> list[float]:
        return cast("list[float]", _many("wait", *self._law()))

    def _law(self) -> tuple[float, float, float, float]:
        if self.mean_handle_s == 0 or self.mean_patience_s == 0:
            raise InvalidArgument("times are above 0 s", code="out_of_range", argument="mean_handle_s")
        drain = self.agents / self.mean_handle_s
        abandonment = 0.0 if self.mean_patience_s is None else 1.0 / self.mean_patience_s
        return float(self.ahead), drain, abandonment, float(self.given_served)


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


def _state(formula: str, agents: Numbers, *arguments: Numbers) -> "SteadyState[float] | SteadyState[Reals]":
    *before, rate, handle = arguments[: 2 if formula != "finite_room" else 3]
    rest = arguments[2 if formula != "finite_room" else 3 :]
    figures = _many(formula, agents, *before, _per_second(rate), handle, *rest)
    return cast(
        "SteadyState[float] | SteadyState[Reals]", SteadyState(**dict(zip(_FIGURES, figures, strict=True)))
    )


_FIGURES = tuple(SteadyState.__dataclass_fields__)


def _per_second(per_hour: Numbers) -> Numbers:
    if isinstance(per_hour, int | float):
        return per_hour / _HOUR_S
    import numpy as np  # noqa: PLC0415 - needed only for arrays

    return np.asarray(per_hour, dtype="f8") / _HOUR_S


def _counted(agents: "float | Reals") -> "int | Reals":
    """A number of agents as a whole number, where it is one number."""
    return int(agents) if isinstance(agents, float) else agents


def _one(formula: str, *arguments: Numbers) -> "float | Reals":
    (figure,) = _many(formula, *arguments)
    return figure


def _many(formula: str, *arguments: Numbers) -> "list[float] | list[Reals]":
    if all(isinstance(argument, int | float) for argument in arguments):
        columns = [memoryview(array("d", [cast("float", argument)])) for argument in arguments]
        return [memoryview(figure).cast("d")[0] for figure in _native.forecast(formula, columns)]
    import numpy as np  # noqa: PLC0415 - needed only for arrays

    try:
        arrays = np.broadcast_arrays(*(np.asarray(argument, dtype="f8") for argument in arguments))
    except (TypeError, ValueError) as error:
        raise InvalidArgument(str(error), code="wrong_type") from error
    shape = arrays[0].shape
    columns = [np.ascontiguousarray(column).reshape(-1).data for column in arrays]
    if arrays[0].size == 0:
        return [np.empty(shape) for _ in range(_RESULTS.get(formula, 1))]
    return [np.frombuffer(figure, dtype="f8").reshape(shape) for figure in _native.forecast(formula, columns)]


#: Figures that a formula gives, where it is more than one.
_RESULTS = {"delay_queue": 14, "erlang_a": 14, "finite_room": 14, "smallest_agents": 3}

__all__ = [
    "AbandonmentTarget",
    "MeanWaitTarget",
    "Numbers",
    "OccupancyTarget",
    "ServiceLevelTarget",
    "Staffing",
    "SteadyState",
    "Target",
    "WaitLaw",
    "WaitingTarget",
    "delay_queue",
    "erlang_a",
    "erlang_b",
    "erlang_b_load",
    "erlang_c",
    "finite_room",
    "halfin_whitt",
    "halfin_whitt_beta",
    "smallest_agents",
    "square_root_staffing",
    "with_shrinkage",
]
