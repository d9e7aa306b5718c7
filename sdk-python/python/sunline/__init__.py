"""Sunline: an embeddable real-time contact routing engine.

A host tells it which contacts arrive and what its agents do; it decides who serves whom, when, and why. The same code
decides live, in simulation and in replay.

| to know | read |
|---|---|
| what may be configured | `load_config`, `Config` |
| the live engine | `Engine`, `aio.Engine` |
| what it tells | `events`, `notices`, `views`, `watching` |
| what a journal holds | `replay`, `recover`, `read_journal` |
| a world to try policies in | `Simulation`, `Scenario` |
| that world from a log | `read_log`, `fit`, `fitting` |
| two policies on the same customers | `compare`, `sweep` |
| a selection rule in Python, and learning one | `policies`, `gym` |
| worlds beyond streams: moods, campaigns, returns | `traffic` |
| how many agents, when | `staffing` |
| a page of all that | `report` |
| how long somebody will wait | `Engine.predicted_wait`, `predicted` |
| what lies ahead of the live state | `Engine.look_ahead`, `lookahead` |
| figures without simulation | `forecast` |
| waits learned from what happened | `prediction` |
| what another version would do | `shadow`, `Engine.shadow` |
| why it was decided so | `explain`, `Engine.explain`, `Engine.why_waiting` |
| service levels from a log | `measures` |
| time zones and business hours | `calendar`, `hours` |
| who may say what, and the audit | `Engine.ingress`, `handles` |
| what may be how large | `limits` |
| what is refused, and why | `SunlineError` and its classes |
"""

from importlib import import_module
from typing import TYPE_CHECKING

from sunline._native import __version__

if TYPE_CHECKING:
    from sunline import (
        aio,
        aio_calls,
        aio_handles,
        aio_sessions,
        aio_streams,
        auditing,
        calendar,
        calls,
        config,
        contacts,
        errors,
        events,
        explain,
        fitting,
        forecast,
        gym,
        handles,
        hours,
        ids,
        journal,
        limiting,
        lookahead,
        measures,
        notices,
        policies,
        predicted,
        prediction,
        presence,
        reporting,
        scoring,
        sessions,
        settings,
        shadow,
        simulation,
        staffing,
        streams,
        tables,
        traffic,
        transfers,
        views,
        watching,
        words,
    )
    from sunline.config import AgentSpec, Config, load_config
    from sunline.contacts import ContactDetails
    from sunline.engine import AgentSession, Engine, EventStream
    from sunline.errors import (
        Busy,
        CalendarRefused,
        CommandRefused,
        ConfigInvalid,
        EngineClosed,
        EngineUnavailable,
        Forbidden,
        ForecastRefused,
        InvalidArgument,
        JournalCorrupt,
        JournalError,
        JournalLocked,
        LibraryMissing,
        LogInvalid,
        LookAheadRefused,
        PredictionRefused,
        ReaderLagged,
        ScenarioInvalid,
        StatisticsRefused,
        SunlineError,
    )
    from sunline.fitting import fit, read_log
    from sunline.journal import open_journal, read_journal, recover, replay
    from sunline.limiting import limits
    from sunline.notices import Offer
    from sunline.presence import AVAILABLE, OFFLINE, Presence, on_break
    from sunline.reporting import report
    from sunline.settings import Durable, Manual, Memory, Relaxed, Scaled, Sizes, Wall, Watchdog
    from sunline.simulation import ContactStream, PlannedContacts, Scenario, Simulation
    from sunline.simulation.comparison import compare
    from sunline.simulation.sweep import sweep
    from sunline.words import DeliveryFailure

_HOME = {
    "config": (
        "AgentSpec",
        "Config",
        "load_config",
    ),
    "contacts": ("ContactDetails",),
    "engine": (
        "AgentSession",
        "Engine",
        "EventStream",
    ),
    "errors": (
        "Busy",
        "CalendarRefused",
        "CommandRefused",
        "ConfigInvalid",
        "EngineClosed",
        "EngineUnavailable",
        "Forbidden",
        "ForecastRefused",
        "InvalidArgument",
        "JournalCorrupt",
        "JournalError",
        "JournalLocked",
        "LibraryMissing",
        "LogInvalid",
        "LookAheadRefused",
        "PredictionRefused",
        "ReaderLagged",
        "ScenarioInvalid",
        "StatisticsRefused",
        "SunlineError",
    ),
    "fitting": (
        "fit",
        "read_log",
    ),
    "limiting": ("limits",),
    "journal": (
        "open_journal",
        "read_journal",
        "recover",
        "replay",
    ),
    "notices": ("Offer",),
    "presence": (
        "AVAILABLE",
        "OFFLINE",
        "Presence",
        "on_break",
    ),
    "reporting": ("report",),
    "settings": (
        "Durable",
        "Manual",
        "Memory",
        "Relaxed",
        "Scaled",
        "Sizes",
        "Wall",
        "Watchdog",
    ),
    "simulation": (
        "ContactStream",
        "PlannedContacts",
        "Scenario",
        "Simulation",
        "compare",
        "sweep",
    ),
    "words": ("DeliveryFailure",),
}
"""Everything is loaded when first asked for, so that a program pays only for what it uses: names by the module they are
in. Other words of `__all__` are modules."""

_LATER = {name: module for module, names in _HOME.items() for name in names}

if not TYPE_CHECKING:  # Type checkers see the imports above, and every misspelt name.

    def __getattr__(name: str) -> object:
        if name in _LATER:
            found = getattr(import_module(f"sunline.{_LATER[name]}"), name)
            globals()[name] = found
            return found
        if name in __all__:
            return import_module(f"sunline.{name}")
        raise AttributeError(f"module 'sunline' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "AVAILABLE",
    "OFFLINE",
    "AgentSession",
    "AgentSpec",
    "Busy",
    "CalendarRefused",
    "CommandRefused",
    "Config",
    "ConfigInvalid",
    "ContactDetails",
    "ContactStream",
    "DeliveryFailure",
    "Durable",
    "Engine",
    "EngineClosed",
    "EngineUnavailable",
    "EventStream",
    "Forbidden",
    "ForecastRefused",
    "InvalidArgument",
    "JournalCorrupt",
    "JournalError",
    "JournalLocked",
    "LibraryMissing",
    "LogInvalid",
    "LookAheadRefused",
    "Manual",
    "Memory",
    "Offer",
    "PlannedContacts",
    "PredictionRefused",
    "Presence",
    "ReaderLagged",
    "Relaxed",
    "Scaled",
    "Scenario",
    "ScenarioInvalid",
    "Simulation",
    "Sizes",
    "StatisticsRefused",
    "SunlineError",
    "Wall",
    "Watchdog",
    "__version__",
    "aio",
    "aio_calls",
    "aio_handles",
    "aio_sessions",
    "aio_streams",
    "auditing",
    "calendar",
    "calls",
    "compare",
    "config",
    "contacts",
    "errors",
    "events",
    "explain",
    "fit",
    "fitting",
    "forecast",
    "gym",
    "handles",
    "hours",
    "ids",
    "journal",
    "limiting",
    "limits",
    "load_config",
    "lookahead",
    "measures",
    "notices",
    "on_break",
    "open_journal",
    "policies",
    "predicted",
    "prediction",
    "presence",
    "read_journal",
    "read_log",
    "recover",
    "replay",
    "report",
    "reporting",
    "scoring",
    "sessions",
    "settings",
    "shadow",
    "simulation",
    "staffing",
    "streams",
    "sweep",
    "tables",
    "traffic",
    "transfers",
    "views",
    "watching",
    "words",
]
