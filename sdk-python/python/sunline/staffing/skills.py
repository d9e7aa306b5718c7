"""Staff of several pools that meets several goals at least cost: cutting planes from simulations on the same customers.

The cheapest staff that no cut excludes is found by an integer programme and simulated. For every goal it misses, a
further simulation with one more agent in each pool says how much each would help, and a cut asks for enough of that
help. Cuts are right where every further agent helps less than the one before; where that fails a cut may exclude what
is best, so at the end all cheaper neighbours of the answer are simulated too. Whoever wins a search was lucky in it, so
what the answer achieves is told from replications that had no part in the choice. After Atlason, Epelman and Henderson,
"Call Center Staffing with Simulation and Cutting Plane Methods", Annals of Operations Research 127, 2004.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from sunline._instants import whole
from sunline._optional import need
from sunline.errors import InvalidArgument
from sunline.simulation.figures import SMALLER_IS_BETTER, figure
from sunline.simulation.replications import Estimate
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario

optimize = need("scipy.optimize", "the integer programme", "staffing")

Staff = Mapping[str, int]
"""Agents by pool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPlan:
    """The cheapest staff found that meets every goal in simulation."""

    agents: Mapping[str, int]  #: By pool.
    cost: float
    #: By goal, with that staff, from replications that had no part in the choice.
    achieved: Mapping[str, Estimate]
    goals: Mapping[str, float]
    simulated: int  #: How many staffs were simulated.
    cuts: int  #: How many cuts it took.


def cheapest_staff(
    make: Callable[[Staff], Scenario],
    *,
    costs: Mapping[str, float],
    goals: Mapping[str, float],
    most: Mapping[str, int],
    least: Mapping[str, int] | None = None,
    seed: int,
    count: int = 20,
    confirm: int = 50,
    threads: int | None = None,
) -> StaffPlan:
    """The cheapest staff with which `make(agents by pool)` meets every goal.

    `goals`: by name of a figure, such as `"abandonment:sales"`; a bound from above for abandonment and waits, from
    below for the rest. `least`, `most`: bounds of each pool. `count`: replications of each staff in the search;
    `confirm`: further ones of the answer. Raises `InvalidArgument` where `most` does not meet the goals.
    """
    pools = list(costs)
    floor = dict.fromkeys(pools, 0) | dict(least or {})
    search = _Search(make, pools, goals, seed, count, threads)
    top = tuple(most[pool] for pool in pools)
    missed = search.missed(top)
    if missed:
        told = ", ".join(f"{name} {search.seen[top][name].mean:.4g} for {goals[name]:g}" for name in missed)
        raise InvalidArgument(
            f"even with all of `most` the goals are missed ({told}); allow more agents",
            code="out_of_reach",
            argument="most",
        )
    price = np.array([costs[pool] for pool in pools])
    bounds = optimize.Bounds([floor[pool] for pool in pools], list(top))
    rows: list[list[float]] = []
    sides: list[float] = []
    while True:
        limits = [optimize.LinearConstraint(np.array(rows), lb=np.array(sides))] if rows else []
        solved = optimize.milp(price, constraints=limits, integrality=np.ones(len(pools)), bounds=bounds)
        staff = top if solved.x is None else tuple(round(x) for x in solved.x)
        missed = search.missed(staff)
        if not missed or staff == top:
            break
        for name in missed:
            row, side = search.cut(staff, top, name)
            rows.append(row)
            sides.append(side)
    staff = _cheaper(search, staff, price, [floor[pool] for pool in pools], top)
    return StaffPlan(
        agents=dict(zip(pools, staff, strict=True)),
        cost=float(price @ np.array(staff)),
        achieved=search.run(staff, first=count, count=whole(confirm, "confirm", 2)),
        goals=dict(goals),
        simulated=len(search.seen),
        cuts=len(rows),
    )


@dataclass(slots=True)
class _Search:
    """Staffs that were simulated, all on the same customers."""

    make: Callable[[Staff], Scenario]
    pools: list[str]
    goals: Mapping[str, float]
    seed: int
    count: int
    threads: int | None
    seen: dict[tuple[int, ...], dict[str, Estimate]] = field(default_factory=dict)

    def figures(self, staff: tuple[int, ...]) -> dict[str, Estimate]:
        if staff not in self.seen:
            self.seen[staff] = self.run(staff, first=0, count=self.count)
        return self.seen[staff]

    def run(self, staff: tuple[int, ...], *, first: int, count: int) -> dict[str, Estimate]:
        simulation = Simulation(self.make(dict(zip(self.pools, staff, strict=True))))
        runs = simulation.replicate(self.seed, count, first=first, threads=self.threads)
        return {name: runs.estimate(figure(name)) for name in self.goals}

    def short(self, staff: tuple[int, ...], name: str) -> float:
        """By how much a goal is missed; 0 or less: it is met."""
        by = self.goals[name] - self.figures(staff)[name].mean
        return -by if name.partition(":")[0] in SMALLER_IS_BETTER else by

    def missed(self, staff: tuple[int, ...]) -> list[str]:
        return [name for name in self.goals if self.short(staff, name) > 0]

    def cut(self, staff: tuple[int, ...], top: tuple[int, ...], name: str) -> tuple[list[float], float]:
        """Σ help × (agents − these) ≥ what is short, as a row and its side."""
        short = self.short(staff, name)
        help_of = []
        for place, agents in enumerate(staff):
            if agents >= top[place]:
                help_of.append(0.0)
                continue
            more = (*staff[:place], agents + 1, *staff[place + 1 :])
            help_of.append(max(short - self.short(more, name), 0.0))
        if max(help_of) <= 1e-9:
            # One more is no help at all: at least one more somewhere, then it will be seen.
            return [1.0] * len(staff), float(sum(staff) + 1)
        # No single agent is asked to bring more than all that is short: the row stays satisfiable.
        row = [min(one, short) for one in help_of]
        return row, float(np.dot(row, staff)) + min(short, max(row))


def _cheaper(
    search: _Search,
    staff: tuple[int, ...],
    price: "np.typing.NDArray[np.float64]",
    floor: list[int],
    top: tuple[int, ...],
) -> tuple[int, ...]:
    """The cheapest staff within one agent a pool that meets the goals, again and again until there is none cheaper."""
    while True:
        near = [
            tuple(np.add(staff, move).tolist())
            for move in product((-1, 0, 1), repeat=len(staff))
            if float(price @ np.array(move)) < -1e-9
        ]
        near = [one for one in near if all(f <= n <= t for f, n, t in zip(floor, one, top, strict=True))]
        for one in sorted(near, key=lambda n: float(price @ np.array(n))):
            if not search.missed(one):
                staff = one
                break
        else:
            return staff


__all__ = ["Staff", "StaffPlan", "cheapest_staff"]
