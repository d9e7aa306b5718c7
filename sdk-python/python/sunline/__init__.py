"""Sunline: an embeddable real-time contact routing engine.

A host tells it which contacts arrive and what its agents do; it decides who serves whom, when, and why. The same code
decides live, in simulation and in replay.

| to know | read |
|---|---|
| what may be configured | `load_config`, `Config` |
| a world to try policies in | `Simulation`, `Scenario` |
| what is refused, and why | `SunlineError` and its classes |
"""

from sunline import config, errors, ids, simulation, tables
from sunline._native import __version__
from sunline.config import AgentSpec, Config, load_config
from sunline.errors import ConfigInvalid, InvalidArgument, ScenarioInvalid, SunlineError
from sunline.simulation import ContactStream, PlannedContacts, Scenario, Simulation

__all__ = [
    "AgentSpec",
    "Config",
    "ConfigInvalid",
    "ContactStream",
    "InvalidArgument",
    "PlannedContacts",
    "Scenario",
    "ScenarioInvalid",
    "Simulation",
    "SunlineError",
    "__version__",
    "config",
    "errors",
    "ids",
    "load_config",
    "simulation",
    "tables",
]
