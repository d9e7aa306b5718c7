"""Shifts that cover what each interval needs, at least cost, across time zones: an integer programme for HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sunline._optional import need
from sunline.errors import InvalidArgument

optimize = need("scipy.optimize", "the integer programme", "staffing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where shifts may begin, and what they cost."""

    name: str
    utc_offset: int  #: Local time less UTC, in intervals: +4 is two hours in half hours.
    starts: Sequence[int]  #: Local intervals of the day at which a shift may begin.
    cost: float = 1.0  #: Of one agent for one shift, above 0.
    most_agents: int | None = None  #: `None`: as many as wanted.


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShift:
    """Agents of a site who begin together."""

    site: str
    local_start: int  #: Interval of the local day.
    agents: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftPlan:
    """The cheapest shifts that cover the day."""

    shifts: tuple[PlannedShift, ...]
    cost: float
    bound: float  #: No plan is cheaper than this, not even one with parts of agents.
    working: NDArray[np.int64]  #: Agents at work in each interval, UTC.
    required: NDArray[np.int64]  #: Agents needed.


def cover_shifts(
    required: Sequence[int], sites: Sequence[Site], *, length: int, breaks: Sequence[int] = ()
) -> ShiftPlan:
    """The cheapest shifts with at least `required[t]` agents at work in interval t of a day that repeats, UTC.

    `length`: intervals of a shift; `breaks`: those of them, from 0, in which nobody of the shift works. Raises
    `InvalidArgument` where no plan covers the day, with the first interval that cannot be covered.
    """
    wanted = np.asarray(required, dtype="i8")
    day = len(wanted)
    if not 1 <= length <= day:
        raise InvalidArgument(
            f"a shift has 1 to {day} intervals, not {length}", code="out_of_range", argument="length"
        )
    options = [(site, start) for site in sites for start in site.starts]
    covers = np.zeros((day, len(options)))
    for column, (site, start) in enumerate(options):
        for step in range(length):
            if step not in breaks:
                covers[(start - site.utc_offset + step) % day, column] = 1.0
    bare = np.flatnonzero((covers.sum(axis=1) == 0) & (wanted > 0))
    if len(bare):
        raise InvalidArgument(
            f"no shift works in interval {int(bare[0])} (UTC), which needs {int(wanted[bare[0]])}; allow more starts",
            code="uncovered",
            argument="sites",
        )
    costs = np.array([site.cost for site, _ in options])
    limits = [optimize.LinearConstraint(covers, lb=wanted)]
    for site in sites:
        if site.most_agents is not None:
            mine = np.array([[1.0 if one is site else 0.0 for one, _ in options]])
            limits.append(optimize.LinearConstraint(mine, ub=site.most_agents))
    whole = optimize.milp(costs, constraints=limits, integrality=np.ones(len(options)))
    if whole.x is None:
        raise InvalidArgument(
            "the agents of all sites together do not cover the day; allow more agents or more starts",
            code="uncovered",
            argument="sites",
        )
    parts = optimize.milp(costs, constraints=limits)
    agents = np.rint(whole.x).astype("i8")
    return ShiftPlan(
        shifts=tuple(
            PlannedShift(site=site.name, local_start=start, agents=int(n))
            for (site, start), n in zip(options, agents, strict=True)
            if n
        ),
        cost=float(costs @ agents),
        bound=float(parts.fun),
        working=(covers @ agents).astype("i8"),
        required=wanted,
    )


__all__ = ["PlannedShift", "ShiftPlan", "Site", "cover_shifts"]
