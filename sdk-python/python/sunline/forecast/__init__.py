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

from sunline.forecast._rows import Numbers
from sunline.forecast.limits import (
    GarnettLimit,
    garnett_limit,
    halfin_whitt,
    halfin_whitt_beta,
    square_root_margin,
)
from sunline.forecast.lines import (
    PriorityClass,
    SteadyState,
    TrafficClass,
    delay_queue,
    erlang_a,
    erlang_b,
    erlang_b_load,
    erlang_c,
    finite_room,
    general_patience,
    priority_classes,
    priority_mean_waits,
)
from sunline.forecast.staffing import (
    AbandonmentTarget,
    MeanWaitTarget,
    OccupancyTarget,
    ServiceLevelTarget,
    Staffing,
    Target,
    WaitingTarget,
    smallest_agents,
    square_root_staffing,
    with_shrinkage,
)
from sunline.forecast.waits import WaitLaw, wait_by_head_of_line

__all__ = [
    "AbandonmentTarget",
    "GarnettLimit",
    "MeanWaitTarget",
    "Numbers",
    "OccupancyTarget",
    "PriorityClass",
    "ServiceLevelTarget",
    "Staffing",
    "SteadyState",
    "Target",
    "TrafficClass",
    "WaitLaw",
    "WaitingTarget",
    "delay_queue",
    "erlang_a",
    "erlang_b",
    "erlang_b_load",
    "erlang_c",
    "finite_room",
    "garnett_limit",
    "general_patience",
    "halfin_whitt",
    "halfin_whitt_beta",
    "priority_classes",
    "priority_mean_waits",
    "smallest_agents",
    "square_root_margin",
    "square_root_staffing",
    "wait_by_head_of_line",
    "with_shrinkage",
]
