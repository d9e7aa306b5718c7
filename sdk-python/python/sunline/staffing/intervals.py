"""How many agents each interval needs: by formula, and by simulation where formulas do not reach."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from sunline._instants import whole
from sunline.errors import InvalidArgument
from sunline.forecast import Target, smallest_agents
from sunline.simulation.figures import SMALLER_IS_BETTER, figure
from sunline.simulation.replications import Estimate
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequiredAgents:
    """Agents that each interval needs."""

    interval: timedelta
    expected: Floats  #: Contacts in each interval.
    agents: Ints  #: Who must be there; 0 where nothing comes.
    scheduled: Ints  #: Who must be scheduled, shrinkage included.
    achieved: Floats  #: The target's figure with that many; NaN where nothing comes.


def required_agents(
    expected: "Floats | list[float]",
    *,
    interval: timedelta,
    mean_handle_s: float,
    mean_patience_s: float | None = None,
    target: Target,
    shrinkage: float = 0.0,
    smooth: bool = False,
) -> RequiredAgents:
    """The smallest number of agents for each interval, each as if it lasted for ever (Erlang C or A).

    `expected`: contacts in each interval. `shrinkage`: share of paid time that is lost, 0 to below 1.
    `smooth`: whether the offered load of long conversations is carried on into the intervals after (the load of
    infinitely many agents with exponential handle times), which matters where they are about as long as intervals.

    >>> from sunline.forecast import ServiceLevelTarget
    >>> eighty_twenty = ServiceLevelTarget(share=0.8, threshold_s=20.0)
    >>> needed = required_agents(
    ...     [600.0, 0.0], interval=timedelta(minutes=30), mean_handle_s=240.0, target=eighty_twenty
    ... )
    >>> needed.agents.tolist()
    [87, 0]
    """
    arrivals = np.asarray(expected, dtype="f8")
    if arrivals.ndim != 1 or not bool((arrivals >= 0).all()):
        raise InvalidArgument(
            "expected must be a row of numbers of 0 or more, one for each interval",
            code="out_of_range",
            argument="expected",
        )
    if not 0.0 <= shrinkage < 1.0:
        raise InvalidArgument(
            f"shrinkage lies from 0 to below 1, not at {shrinkage}", code="out_of_range", argument="shrinkage"
        )
    hours = interval / timedelta(hours=1)
    rates = arrivals / hours
    if smooth:
        rates = _carried(rates, interval.total_seconds() / mean_handle_s)
    agents = np.zeros(len(arrivals), dtype="i8")
    achieved = np.full(len(arrivals), np.nan)
    busy = rates > 1e-9
    if busy.any():
        found = smallest_agents(
            arrivals_per_hour=rates[busy],
            mean_handle_s=mean_handle_s,
            mean_patience_s=mean_patience_s,
            target=target,
        )
        agents[busy] = np.asarray(found.agents).astype("i8")
        achieved[busy] = np.asarray(found.achieved)
    return RequiredAgents(
        interval=interval,
        expected=arrivals,
        agents=agents,
        scheduled=np.ceil(agents / (1.0 - shrinkage) - 1e-9).astype("i8"),
        achieved=achieved,
    )


def _carried(rates: Floats, ratio: float) -> Floats:
    """Rates whose load is the mean load of infinitely many agents in each interval of `ratio` handle times."""
    decay = np.exp(-ratio)
    share = (1.0 - decay) / ratio
    before, carried = 0.0, np.empty(len(rates))
    for row, rate in enumerate(rates):
        carried[row] = rate + (before - rate) * share
        before = rate + (before - rate) * decay
    return carried


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedStaffing:
    """The smallest number of agents that reaches a goal in simulation."""

    agents: int
    achieved: Estimate  #: The figure with that many.
    with_one_fewer: Estimate | None  #: With one fewer, on the same customers; `None`: that was never tried.


def smallest_by_simulation(
    make: Callable[[int], Scenario],
    *,
    goal: float,
    figure_name: str = "service_level",
    least: int = 1,
    most: int,
    seed: int,
    count: int = 20,
    threads: int | None = None,
) -> SimulatedStaffing:
    """The smallest number of agents with which `make(agents)` reaches `goal`, all numbers on the same customers.

    The figure is taken to get better with every agent. A goal of abandonment or of a wait is not exceeded; one of a
    service level is not missed. Raises `InvalidArgument` where `most` agents do not reach it.
    """
    what, sign = figure(figure_name), -1.0 if figure_name.partition(":")[0] in SMALLER_IS_BETTER else 1.0
    low, high = whole(least, "least", 0), whole(most, "most", least)
    seen: dict[int, Estimate] = {}

    def reaches(agents: int) -> bool:
        if agents not in seen:
            seen[agents] = Simulation(make(agents)).replicate(seed, count, threads=threads).estimate(what)
        return sign * seen[agents].mean >= sign * goal

    if not reaches(high):
        raise InvalidArgument(
            f"{high} agents reach {figure_name} {seen[high].mean:.4g}, not {goal:g}; allow more",
            code="out_of_reach",
            argument="most",
        )
    while low < high:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle + 1
    return SimulatedStaffing(agents=high, achieved=seen[high], with_one_fewer=seen.get(high - 1))


def offered_load(arrivals_per_hour: float, mean_handle_s: float) -> float:
    """Offered load in erlangs: mean number of agents that would be busy if nobody ever waited.

    >>> offered_load(1200.0, 240.0)
    80.0
    """
    return arrivals_per_hour * mean_handle_s / 3600.0


__all__ = [
    "RequiredAgents",
    "SimulatedStaffing",
    "offered_load",
    "required_agents",
    "smallest_by_simulation",
]
