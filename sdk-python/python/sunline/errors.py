r"""Every refusal: one class for each family, the stable `code` of the engine, and the facts as attributes.

Catch `SunlineError` for all of them. The message says what was refused, which one, and what to know next; programs
look at `code` and at the facts. A fact that a refusal does not have is `None`.

>>> import sunline
>>> try:
...     sunline.load_config("name = 'shop'\nchannels = []\nqueues = []")
... except sunline.ConfigInvalid as refused:
...     print(refused.code, refused.problems)
invalid_config (('channels', 'at least one channel is needed'), ('queues', 'at least one queue is needed'))
"""

from collections.abc import Sequence
from datetime import datetime

Fact = int | float | str | Sequence[tuple[str, str]] | None


class SunlineError(Exception):
    """Whatever Sunline refuses."""

    code: str  #: Stable name of the reason, for programs.

    def __init__(self, message: str, *, code: str, **facts: Fact) -> None:
        super().__init__(message)
        self.code = code
        self._facts = facts
        for name, fact in facts.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} declares no fact called {name}")
            setattr(self, name, fact)

    def __reduce__(self) -> "tuple[object, tuple[type[SunlineError], str, str, dict[str, Fact]]]":
        return _again, (type(self), str(self), self.code, self._facts)


def _again(family: type[SunlineError], message: str, code: str, facts: dict[str, Fact]) -> SunlineError:
    return family(message, code=code, **facts)


class ConfigInvalid(SunlineError):
    """A configuration was refused; nothing of it is in force."""

    problems: Sequence[tuple[str, str]] = ()  #: Every problem as path and message, in document order.

    def __init__(self, message: str, *, code: str, problems: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message, code=code, problems=tuple(problems))


class InvalidArgument(SunlineError, ValueError):
    """An argument cannot be meant, whatever the engine's state."""

    argument: str | None = None  #: Which one.


class CommandRefused(SunlineError):
    """A command does not fit; the state is as if it had never been sent."""

    command: str | None = None  #: Name of the command.
    agent: int | None = None  #: The agent named.
    holder: int | None = None  #: The agent who was asked, where another answered.
    contact: str | None = None  #: The contact named.
    queue: int | None = None  #: The queue named.
    channel: int | None = None  #: The channel named.
    offer: int | None = None  #: The offer named.
    name: str | None = None  #: The name given.
    zone: str | None = None  #: The customer's zone, which has no calling hours.
    state: str | None = None  #: What the agent or contact is.
    outcome: str | None = None  #: How the offer ended.
    ended_at_ns: int | None = None  #: When the offer or contact ended, in nanoseconds since 1970.
    origin_ns: int | None = None  #: The origin given, in nanoseconds since 1970.
    now_ns: int | None = None  #: The instant of the command, in nanoseconds since 1970.
    what: str | None = None  #: Which part is too large.
    field: str | None = None  #: Which field cannot be read.
    size: int | None = None  #: What was given.
    limit: int | None = None  #: What is allowed.
    wanted_ns: int | None = None  #: Length asked, in nanoseconds.
    limit_ns: int | None = None  #: Longest allowed, in nanoseconds.
    problems: Sequence[tuple[str, str]] | None = None  #: What is wrong with an agent's registration.
    rule: str | None = None  #: The rule that no hand may break here.
    to: str | None = None  #: Where the contact does not go back to.
    path: str | None = None  #: The setting that may not change while the engine runs.
    transfers: int | None = None  #: How often the contact was passed on.
    queues: str | None = None  #: Queues that may still take it, separated by commas.
    groups: str | None = None  #: Groups whose agents may still take it, separated by commas.

    @property
    def ended_at(self) -> datetime | None:
        """When the offer or contact ended; UTC."""
        # Here and not above: `_instants` raises errors of this module.
        from sunline._instants import instant  # noqa: PLC0415

        return None if self.ended_at_ns is None else instant(self.ended_at_ns)


class CalendarRefused(SunlineError, ValueError):
    """Rules, tables or zones make no sense; nothing was changed."""

    problems: Sequence[tuple[str, str]] = ()  #: Every problem of rules, as path and message.
    zone: str | None = None  #: The zone that is not known.


class Forbidden(SunlineError):
    """The handle has no right to it; nothing changed, and the audit tells of it."""

    right: str | None = None  #: The right of the handle.
    call: str | None = None  #: What was asked for.
    agent: int | None = None  #: The agent that is somebody else.
    contact: str | None = None  #: The contact that is not there, or somebody else's.
    offer: int | None = None  #: The offer that is not there, or somebody else's.
    queue: int | None = None  #: The queue that is somebody else's.


class Busy(SunlineError):
    """The engine takes no further arrival just now; nothing happened."""

    waiting: int | None = None  #: Arrivals ahead.
    retry_after_s: float | None = None  #: When a further try makes sense, in seconds from now.


class EngineClosed(SunlineError):
    """The engine, or the session, is over."""

    agent: int | None = None  #: Whose session it was.


class EngineUnavailable(SunlineError):
    """The engine could not do it now. Whether it happened is not known; repeat it under its key."""

    waited_s: float | None = None  #: How long the caller waited.
    command: str | None = None  #: Name of the command.


class ReaderLagged(SunlineError):
    """A reader of events fell behind what is kept; it may read again from the start of that."""

    next_seq: int | None = None  #: What it wanted.
    oldest_seq: int | None = None  #: The oldest there is.


class JournalError(SunlineError):
    """A journal cannot be used."""

    path: str | None = None  #: Where it is.
    frame: int | None = None  #: Which frame, from 0.
    byte: int | None = None  #: Where, in bytes of the whole journal.
    seq: int | None = None  #: At which event.
    contact: str | None = None  #: Which contact stands in the way.
    found: str | None = None  #: Name of the configuration it was begun with.


class JournalCorrupt(JournalError):
    """A journal is damaged; the message names the place."""


class JournalLocked(JournalError):
    """Another process, or another engine of this one, has the journal open."""


class ScenarioInvalid(SunlineError):
    """A scenario cannot be run; nothing was."""

    path: str | None = None  #: Which part of the scenario.
    name: str | None = None  #: The unknown name.
    problem: str | None = None  #: What is wrong with a parameter, as a word for programs.
    expected: str | None = None  #: What may stand there.
    found: str | None = None  #: What stands there.


class LookAheadRefused(SunlineError, ValueError):
    """A question about what lies ahead, or a change, cannot be meant."""

    contact: str | None = None  #: The contact named.
    name: str | None = None  #: The unknown name, or the queue that no stream describes.
    expected: str | None = None  #: What may stand there.
    found: str | None = None  #: What stands there.


class LogInvalid(SunlineError, ValueError):
    """A call log cannot be read, or a line of it says what cannot be."""

    path: str | None = None  #: Which log.
    line: int | None = None  #: Which line of it, from 1; the header is line 1.


class LibraryMissing(SunlineError, ImportError):
    """A part needs a library that is not installed; the message says what to type."""

    library: str | None = None  #: Which one.


class PredictionRefused(SunlineError, ValueError):
    """A predicted wait was asked for where there is none to predict."""

    contact: str | None = None  #: The contact named.


class StatisticsRefused(SunlineError, ValueError):
    """A statement about uncertainty cannot be made from so little, or at that level."""


class ForecastRefused(SunlineError, ValueError):
    """A formula of queueing gives no figure for these arguments."""

    quantity: str | None = None  #: Which argument, by its name.
    value: float | None = None  #: What was given.
    least: float | None = None  #: The least that is taken.
    most: float | None = None  #: The most that is taken.
    agents: float | None = None  #: Agents on shift.
    offered_load: float | None = None  #: Offered load in erlangs.
    row: int | None = None  #: Which row of arrays, from 0.
    nearest: float | None = None  #: The nearest figure that could be reached.


__all__ = [
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
]
