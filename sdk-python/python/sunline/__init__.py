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

from sunline._native import __version__ as __version__

# Everything is loaded when first asked for, so that a program pays only for what it uses. Type checkers read here which
# names there are and where they live, a program reads the tables below; a test holds one against the other.
if TYPE_CHECKING:
    from sunline import aio as aio
    from sunline import aio_calls as aio_calls
    from sunline import aio_handles as aio_handles
    from sunline import aio_sessions as aio_sessions
    from sunline import aio_streams as aio_streams
    from sunline import auditing as auditing
    from sunline import calendar as calendar
    from sunline import calls as calls
    from sunline import config as config
    from sunline import contacts as contacts
    from sunline import errors as errors
    from sunline import events as events
    from sunline import explain as explain
    from sunline import fitting as fitting
    from sunline import forecast as forecast
    from sunline import gym as gym
    from sunline import handles as handles
    from sunline import hours as hours
    from sunline import ids as ids
    from sunline import journal as journal
    from sunline import limiting as limiting
    from sunline import lookahead as lookahead
    from sunline import measures as measures
    from sunline import notices as notices
    from sunline import policies as policies
    from sunline import predicted as predicted
    from sunline import prediction as prediction
    from sunline import presence as presence
    from sunline import reporting as reporting
    from sunline import scoring as scoring
    from sunline import sessions as sessions
    from sunline import settings as settings
    from sunline import shadow as shadow
    from sunline import simulation as simulation
    from sunline import staffing as staffing
    from sunline import streams as streams
    from sunline import tables as tables
    from sunline import traffic as traffic
    from sunline import transfers as transfers
    from sunline import views as views
    from sunline import watching as watching
    from sunline import words as words
    from sunline.config import AgentSpec as AgentSpec
    from sunline.config import Config as Config
    from sunline.config import load_config as load_config
    from sunline.contacts import ContactDetails as ContactDetails
    from sunline.engine import AgentSession as AgentSession
    from sunline.engine import Engine as Engine
    from sunline.engine import EventStream as EventStream
    from sunline.errors import Busy as Busy
    from sunline.errors import CalendarRefused as CalendarRefused
    from sunline.errors import CommandRefused as CommandRefused
    from sunline.errors import ConfigInvalid as ConfigInvalid
    from sunline.errors import EngineClosed as EngineClosed
    from sunline.errors import EngineUnavailable as EngineUnavailable
    from sunline.errors import Forbidden as Forbidden
    from sunline.errors import ForecastRefused as ForecastRefused
    from sunline.errors import InvalidArgument as InvalidArgument
    from sunline.errors import JournalCorrupt as JournalCorrupt
    from sunline.errors import JournalError as JournalError
    from sunline.errors import JournalLocked as JournalLocked
    from sunline.errors import LibraryMissing as LibraryMissing
    from sunline.errors import LogInvalid as LogInvalid
    from sunline.errors import LookAheadRefused as LookAheadRefused
    from sunline.errors import PredictionRefused as PredictionRefused
    from sunline.errors import ReaderLagged as ReaderLagged
    from sunline.errors import ScenarioInvalid as ScenarioInvalid
    from sunline.errors import StatisticsRefused as StatisticsRefused
    from sunline.errors import SunlineError as SunlineError
    from sunline.fitting import fit as fit
    from sunline.fitting import read_log as read_log
    from sunline.journal import open_journal as open_journal
    from sunline.journal import read_journal as read_journal
    from sunline.journal import recover as recover
    from sunline.journal import replay as replay
    from sunline.limiting import limits as limits
    from sunline.notices import Offer as Offer
    from sunline.presence import AVAILABLE as AVAILABLE
    from sunline.presence import OFFLINE as OFFLINE
    from sunline.presence import Presence as Presence
    from sunline.presence import on_break as on_break
    from sunline.reporting import report as report
    from sunline.settings import Durable as Durable
    from sunline.settings import Manual as Manual
    from sunline.settings import Memory as Memory
    from sunline.settings import Relaxed as Relaxed
    from sunline.settings import Scaled as Scaled
    from sunline.settings import Sizes as Sizes
    from sunline.settings import Wall as Wall
    from sunline.settings import Watchdog as Watchdog
    from sunline.simulation import ContactStream as ContactStream
    from sunline.simulation import PlannedContacts as PlannedContacts
    from sunline.simulation import Scenario as Scenario
    from sunline.simulation import Simulation as Simulation
    from sunline.simulation.comparison import compare as compare
    from sunline.simulation.sweep import sweep as sweep
    from sunline.words import DeliveryFailure as DeliveryFailure

#: Public names by the module they are in.
_HOME = {
    "config": "AgentSpec Config load_config",
    "contacts": "ContactDetails",
    "engine": "AgentSession Engine EventStream",
    "errors": (
        "Busy CalendarRefused CommandRefused ConfigInvalid EngineClosed EngineUnavailable Forbidden "
        "ForecastRefused InvalidArgument JournalCorrupt JournalError JournalLocked LibraryMissing "
        "LogInvalid LookAheadRefused PredictionRefused ReaderLagged ScenarioInvalid StatisticsRefused "
        "SunlineError"
    ),
    "fitting": "fit read_log",
    "limiting": "limits",
    "journal": "open_journal read_journal recover replay",
    "notices": "Offer",
    "presence": "AVAILABLE OFFLINE Presence on_break",
    "reporting": "report",
    "settings": "Durable Manual Memory Relaxed Scaled Sizes Wall Watchdog",
    "simulation": "ContactStream PlannedContacts Scenario Simulation compare sweep",
    "words": "DeliveryFailure",
}
#: Public modules.
_MODULES = (
    "aio aio_calls aio_handles aio_sessions aio_streams auditing calendar calls config contacts errors "
    "events explain fitting forecast gym handles hours ids journal limiting lookahead measures notices "
    "policies predicted prediction presence reporting scoring sessions settings shadow simulation "
    "staffing streams tables traffic transfers views watching words"
)

_LATER = {name: module for module, names in _HOME.items() for name in names.split()}

if not TYPE_CHECKING:  # Type checkers see the imports above, and every misspelt name.
    __all__ = [*_LATER, *_MODULES.split(), "__version__"]  # noqa: PLE0604 - texts, from the tables

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
