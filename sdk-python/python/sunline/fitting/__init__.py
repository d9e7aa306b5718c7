"""From a log to a world: rates, conversations, patience and agents, with how well each fits. Needs numpy.

    log = read_log("calls.csv", zone="Europe/Berlin")
    fitted = fit(log.between(date(2026, 3, 2), date(2026, 3, 27)))
    print(fitted)
    Simulation(fitted.scenario(date(2026, 3, 30))).run(seed=1)

| to know | read |
|---|---|
| the formats that are read | `reading.py` |
| arrivals, and how much they vary | `rates.py` |
| conversations | `durations.py` |
| patience, from waits that ended too early to tell | `patience.py` |
| agents, and who was there when | `agents.py`, `roster.py` |
| the whole, as a scenario | `fitted.py` |
| whether it tells the truth | `validation.py` |
| what no log shows, set so that it does | `habits.py`, `calibration.py` |
| a real day under another policy | `what_if.py` |
"""

from sunline._optional import need

need("numpy", "fitting a log", "numpy")

from sunline.fitting.agents import AgentEffects, AgentFit, fit_agents  # noqa: E402 - only with numpy
from sunline.fitting.calibration import calibrate  # noqa: E402
from sunline.fitting.durations import DurationFit, LawFit, fit_durations  # noqa: E402
from sunline.fitting.fitted import Fit, Laws, QueueFit, fit, roster_of  # noqa: E402
from sunline.fitting.habits import Habits  # noqa: E402
from sunline.fitting.log import ContactLog  # noqa: E402
from sunline.fitting.patience import PatienceFit, SurvivalCurve, fit_patience, survival_curve  # noqa: E402
from sunline.fitting.rates import RateFit, fit_rates  # noqa: E402
from sunline.fitting.reading import log_from_table, read_log  # noqa: E402
from sunline.fitting.roster import Roster, infer_roster  # noqa: E402
from sunline.fitting.validation import HourCheck, Validation, validate  # noqa: E402
from sunline.fitting.what_if import WhatIf, log_of, planned, what_if  # noqa: E402

__all__ = [
    "AgentEffects",
    "AgentFit",
    "ContactLog",
    "DurationFit",
    "Fit",
    "Habits",
    "HourCheck",
    "LawFit",
    "Laws",
    "PatienceFit",
    "QueueFit",
    "RateFit",
    "Roster",
    "SurvivalCurve",
    "Validation",
    "WhatIf",
    "calibrate",
    "fit",
    "fit_agents",
    "fit_durations",
    "fit_patience",
    "fit_rates",
    "infer_roster",
    "log_from_table",
    "log_of",
    "planned",
    "read_log",
    "roster_of",
    "survival_curve",
    "validate",
    "what_if",
]
