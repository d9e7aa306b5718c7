"""What both engines have in common: how they are kept, and all that needs no waiting."""

import os
import weakref
from contextlib import suppress
from datetime import datetime
from typing import NoReturn

from sunline import _commands as commands
from sunline import _native
from sunline._commands import AgentRef, ContactRef, QueueRef
from sunline._instants import instant, whole
from sunline._native import Engine as NativeEngine
from sunline.auditing import Audit, read_audit
from sunline.config import ConfigSource, load_config
from sunline.errors import CommandRefused, EngineClosed, InvalidArgument, SunlineError
from sunline.ids import AgentId, ChannelId, QueueId
from sunline.limiting import Limits, read_limits
from sunline.settings import (
    Clock,
    Memory,
    Sizes,
    Store,
    Wall,
    Watchdog,
    native_clock,
    native_sizes,
    native_store,
    native_watchdog,
)
from sunline.views import EngineStats, Views, read_stats, read_views
from sunline.watching import Finding, Latencies, read_findings, read_latencies

#: How long the interpreter's exit waits for an engine to close, in seconds.
_CLOSE_WITHIN_S = 10.0

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_native.after_fork_in_child)


class StartSettings:
    """Everything an engine is started from, checked as far as it can be without starting."""

    __slots__ = ("_clock", "_config", "_sizes", "_store", "_watchdog")

    def __init__(
        self,
        config: ConfigSource | None,
        store: Store | None,
        clock: Clock | None,
        sizes: Sizes | None,
        watchdog: Watchdog | None,
    ) -> None:
        self._config = None if config is None else load_config(config).to_json()
        self._store = native_store(store or Memory())
        self._clock = native_clock(clock or Wall())
        self._sizes = native_sizes(sizes or Sizes())
        self._watchdog = native_watchdog(watchdog or Watchdog())

    def start(self) -> NativeEngine:
        """Starts the engine; takes as long as its journal is long."""
        return NativeEngine.start(self._config, self._store, self._clock, self._sizes, self._watchdog)


class EngineBase:
    """An engine that is running."""

    __slots__ = ("__weakref__", "_finalizer", "_native")

    _native: NativeEngine
    _finalizer: "weakref.finalize[[NativeEngine], EngineBase]"

    def _hold(self, native: NativeEngine) -> None:
        """Takes over a started engine; it is closed when the last reference goes, or at the interpreter's exit."""
        self._native = native
        self._finalizer = weakref.finalize(self, _close, native)

    def __getattr__(self, name: str) -> NoReturn:
        if name in {"_finalizer", "_native", "_reactor"}:
            raise EngineClosed("the engine has not been started", code="not_started")
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    # ── who is who ───────────────────────────────────────────────────────────────────────────────────────────

    def agent_id(self, name: str) -> AgentId:
        """The number of an agent.

        Raises `CommandRefused` where nobody is called this.
        """
        return AgentId(self._native.agent_id(name))

    def queue_id(self, name: str) -> QueueId:
        """The number of a queue.

        Raises `CommandRefused` where no queue is called this.
        """
        return QueueId(self._native.queue_id(name))

    def channel_id(self, name: str) -> ChannelId:
        """The number of a channel.

        Raises `CommandRefused` where no channel is called this.
        """
        return ChannelId(self._native.channel_id(name))

    # ── without waiting ──────────────────────────────────────────────────────────────────────────────────────

    def submit_nowait(self, contact: ContactRef, queue: QueueRef, points: int = 0) -> None:
        """Puts a contact in and asks for no answer: the cheapest way in.

        A refusal by the kernel shows in `stats().refused`; the contact shows in the events. Look the queue's number up
        once, with `queue_id`. Raises `Busy` when the ring of arrivals is full, `EngineClosed`.
        """
        try:
            self._native.submit_nowait(
                contact, queue if isinstance(queue, int) else self.queue_id(queue), points
            )
        except OverflowError as error:
            raise InvalidArgument(str(error), code="out_of_range") from error

    def views(self) -> Views:
        """The engine as of a moment ago: at a quiet moment at once, under load at most 50 ms old."""
        return read_views(self._native.views())

    def stats(self) -> EngineStats:
        """Counts since the engine started."""
        return read_stats(self._native.stats())

    def latencies(self) -> Latencies:
        """How long the engine takes for what it does, since it started."""
        return read_latencies(self._native.latencies())

    def findings(self) -> tuple[Finding, ...]:
        """What the watchdog has found, by number: everything that lasts, and what is over, 256 in all.

        As fresh as its last look; `look` has it look now.
        """
        return read_findings(self._native.findings())

    def now(self) -> datetime:
        """The engine's time; UTC."""
        return instant(self._native.now_ns())

    def audit(self) -> Audit:
        """What was refused for want of a right, and what was done by hand, as far as it is kept."""
        return read_audit(self._native.audit())

    def limits(self) -> Limits:
        """Every bound of this engine."""
        return read_limits(self._native.limits())

    @property
    def closed(self) -> bool:
        """Whether the engine is closed, or closing."""
        return self._native.closed

    def _agent_number(self, agent: AgentRef) -> int:
        return commands.agent_number(self._native, agent)


def unknown_agent(agent: int) -> CommandRefused:
    """No agent has this number."""
    return CommandRefused(f"agent-{agent} is not registered", code="unknown_agent", agent=agent)


def session_settings(buffer: int, heartbeat_s: float | None) -> tuple[int, float | None]:
    """How a session is kept, checked."""
    return whole(buffer, "buffer", 1, 1_000_000), heartbeat_s


def _close(native: NativeEngine) -> None:
    closing = native.close()
    if closing is not None:
        # Nobody is left to hear of it; the journal holds what was acknowledged.
        with suppress(SunlineError):
            closing.wait(_CLOSE_WITHIN_S)
