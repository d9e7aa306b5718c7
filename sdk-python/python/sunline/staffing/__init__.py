"""How many agents are needed, when, of which kind, and on which shifts. Needs numpy; integer programmes need scipy.

| to know | read |
|---|---|
| agents for each interval, by formula or simulation | `intervals.py` |
| pools with several skills, several goals | `skills.py` |
| shifts over time zones | `shifts.py` |
"""

from sunline._optional import need

need("numpy", "staffing", "staffing")

from sunline.staffing.intervals import (  # noqa: E402 - only with numpy
    RequiredAgents,
    SimulatedStaffing,
    offered_load,
    required_agents,
    smallest_by_simulation,
)
from sunline.staffing.shifts import PlannedShift, ShiftPlan, Site, cover_shifts  # noqa: E402
from sunline.staffing.skills import Staff, StaffPlan, cheapest_staff  # noqa: E402

__all__ = [
    "PlannedShift",
    "RequiredAgents",
    "ShiftPlan",
    "SimulatedStaffing",
    "Site",
    "Staff",
    "StaffPlan",
    "cheapest_staff",
    "cover_shifts",
    "offered_load",
    "required_agents",
    "smallest_by_simulation",
]
