"""Simulation: the same engine in virtual time.

A `Scenario` is a configuration and the world around it: when contacts come, how long they take, how patient they are,
who is on shift. A `Simulation` is a scenario made ready; `run` plays it once, `replicate` many times with different
luck. The same seed and scenario give the same figures on every machine.

| to know | read |
|---|---|
| what a world consists of | `scenario.py`, `distributions.py`, `arrivals.py`, `contacts.py`, `beyond.py` |
| running it | `run.py` |
| what it came to | `result.py`, `replications.py`, `figures.py` |
| two policies on the same customers | `comparison.py` |
| grids of parameters, on any executor | `sweep.py` |
"""

from sunline.simulation.arrivals import Arrivals, Busyness, Piecewise, Poisson, Segment, Trace
from sunline.simulation.beyond import Cycle, LearningCurve, Transfer
from sunline.simulation.comparison import Comparison, PairedDifference, Precision, compare
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import (
    Branch,
    Deterministic,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Moments,
    Uniform,
    Weibull,
)
from sunline.simulation.figures import NamedFigure, figure
from sunline.simulation.replications import Estimate, Figure, Replications
from sunline.simulation.result import (
    OccupancySpread,
    PolicyFigures,
    QueueFigures,
    QueuePolicy,
    Result,
    ServiceLevels,
)
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Answers, ContactStream, Scenario, Shift
from sunline.simulation.sweep import Point, Sweep, sweep

__all__ = [
    "Answers",
    "Arrivals",
    "Branch",
    "Busyness",
    "Comparison",
    "ContactStream",
    "Cycle",
    "Deterministic",
    "Distribution",
    "Empirical",
    "Erlang",
    "Estimate",
    "Exponential",
    "Figure",
    "Gamma",
    "Hyperexponential",
    "LearningCurve",
    "Lognormal",
    "Moments",
    "NamedFigure",
    "OccupancySpread",
    "PairedDifference",
    "Piecewise",
    "PlannedContacts",
    "Point",
    "Poisson",
    "PolicyFigures",
    "Precision",
    "QueueFigures",
    "QueuePolicy",
    "Replications",
    "Result",
    "Scenario",
    "Segment",
    "ServiceLevels",
    "Shift",
    "Simulation",
    "Sweep",
    "Trace",
    "Transfer",
    "Uniform",
    "Weibull",
    "compare",
    "figure",
    "sweep",
]
