"""The live engine for asyncio: the same as `sunline.Engine`, awaited.

Python runs on the loop's own thread only; see `_reactor.py`. An engine belongs to the loop that started it. Cancelling
a call gives its answer up; a command may still be applied, so one that is repeated goes under a key.

>>> import asyncio
>>> import sunline
>>> config = '''
...     name = "shop"
...     channels = [{ name = "voice" }]
...     queues = [{ name = "bills" }]
...     agents = [{ name = "ann" }]
... '''
>>> async def one_contact() -> sunline.words.ContactState:
...     async with sunline.aio.Engine(config) as engine, engine.session("ann") as ann:
...         await ann.set_presence(sunline.AVAILABLE)
...         await engine.submit("c1", "bills")
...         offer = await ann.next_offer()
...         await ann.accept(offer)
...         contact = await engine.contact("c1")
...         return contact.state
>>> asyncio.run(one_contact())
<ContactState.ENGAGED: 'engaged'>
"""

import asyncio
import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sunline import _commands as commands
from sunline import _native
from sunline._aio_agents import AgentCalls
from sunline._aio_questions import Questions
from sunline._commands import AgentRef, ChannelRef, CommandKey, ContactRef, QueueRef
from sunline._engine import StartSettings
from sunline._instants import instant_ns, span_ns
from sunline._reactor import Reactor
from sunline.aio_sessions import AgentSession, SessionOpening
from sunline.aio_streams import EventStream
from sunline.backups import Backup, read_backup
from sunline.config import ConfigSource
from sunline.contacts import ContactDetails
from sunline.errors import InvalidArgument
from sunline.events import Receipt
from sunline.events.reading import read_receipt
from sunline.ids import AgentId
from sunline.settings import Clock, Sizes, Store, Watchdog
from sunline.transfers import TransferTarget

if TYPE_CHECKING:
    from sunline.aio_handles import AgentHandle, IngressHandle, ObserverHandle, SupervisorHandle


class Engine(AgentCalls, Questions):
    """A live engine, awaited.

    Settings are those of `sunline.Engine`. It starts with `async with`, or with `start`; reading a long journal does
    not hold up the loop.

    Raises, when it starts, what `sunline.Engine` raises.
    """

    __slots__ = ("_settings",)

    def __init__(
        self,
        config: ConfigSource | None,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        sizes: Sizes | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._settings: StartSettings | None = StartSettings(config, store, clock, sizes, watchdog)

    async def start(self) -> Self:
        """Starts the engine on the running loop, once."""
        settings, self._settings = self._settings, None
        if settings is None:
            raise InvalidArgument("an engine starts once", code="already_started")
        self._hold(await asyncio.to_thread(settings.start))
        self._reactor = Reactor()
        return self

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the engine: what has entered is applied, recorded and answered; readers read to the end.

        Closing twice is closing once. Raises `JournalError` when the last record could not be made durable.
        """
        self._finalizer.detach()
        closing = self._native.close()
        if closing is not None:
            try:
                await self._reactor.run(closing)
            finally:
                await self._reactor.close()

    # ── contacts ─────────────────────────────────────────────────────────────────────────────────────────

    async def submit(
        self,
        contact: ContactRef,
        queue: QueueRef,
        *,
        channel: ChannelRef | None = None,
        origin: datetime | None = None,
        points: int = 0,
        details: ContactDetails | None = None,
        key: CommandKey | None = None,
    ) -> Receipt:
        """Submits a contact.

        `channel`: `None` is the queue's. `origin`: when its customer began to wait; `None` is now, and it may not lie
        in the future. `points`: added to the queue's base. The same contact submitted again gets the first receipt.

        Raises `Busy` when the ring of arrivals is full: the contact has not entered.
        """
        return await self._apply(
            commands.submit(self._native, contact, queue, channel, origin, points, details), key
        )

    async def give_scores(
        self, contact: ContactRef, scores: Mapping[AgentId, int], *, key: CommandKey | None = None
    ) -> Receipt:
        """Says how well agents suit a contact for which `events.ScoresWanted` was told; none: the scorer has failed."""
        return await self._apply(commands.give_scores(contact, scores), key)

    async def request_callback(
        self,
        contact: ContactRef,
        *,
        not_before: datetime | None = None,
        owner: AgentRef | None = None,
        key: CommandKey | None = None,
    ) -> Receipt:
        """The customer of a waiting contact hangs up and is to be called back; origin and place are kept.

        `not_before`: nobody is asked before then; `None` is at its turn. `owner`: the agent who is asked first. Said
        again, the booking changes. Raises `CommandRefused` with code `no_slot` where the queue has slots and the one of
        that instant is full.
        """
        at = None if not_before is None else instant_ns(not_before, "not_before")
        number = None if owner is None else self._agent_number(owner)
        return await self._apply(_native.Command.request_callback(contact, at, number), key)

    async def assign(self, contact: ContactRef, agent: AgentRef, *, key: CommandKey | None = None) -> Receipt:
        """A supervisor gives a waiting contact to an agent, who has it at once.

        Raises `CommandRefused` with code `cannot_serve` where an absolute rule forbids it, and `not_overridable` where
        the queue does not let a hand break the rule.
        """
        return await self._apply(_native.Command.assign(contact, self._agent_number(agent)), key)

    async def pull(self, agent: AgentRef, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """An agent takes a waiting contact from a list, out of turn and under all other rules."""
        return await self._apply(_native.Command.pull(self._agent_number(agent), contact), key)

    async def transfer(
        self, contact: ContactRef, to: TransferTarget, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent who has the contact passes it on, and is done with it.

        Raises `CommandRefused` with code `transfer_loop` or `too_many_transfers`, which names who may still take it.
        """
        return await self._apply(commands.transfer(self._native, contact, to), key)

    async def consult(
        self, contact: ContactRef, question: ContactRef, to: TransferTarget, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent who has the contact asks somebody about it and keeps it; the question is served like a contact."""
        return await self._apply(commands.consult(self._native, contact, question, to), key)

    async def hand_over(self, question: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The agent who serves this question takes over the contact it is about."""
        return await self._apply(_native.Command.hand_over(question), key)

    async def reprioritise(
        self, contacts: Iterable[ContactRef], points: int, *, key: CommandKey | None = None
    ) -> Receipt:
        """Gives several contacts other points; of these, whoever still waits."""
        return await self._apply(commands.reprioritise(contacts, points), key)

    async def move(
        self, contacts: Iterable[ContactRef], queue: QueueRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """Moves several contacts to another queue, with their origin; of these, whoever still waits."""
        return await self._apply(
            _native.Command.move_all(list(contacts), commands.queue_number(self._native, queue)), key
        )

    # ── rights ───────────────────────────────────────────────────────────────────────────────────────────

    def ingress(self, label: str) -> "IngressHandle":
        """A handle for a channel adapter. The audit knows whoever holds it by `label`."""
        from sunline import aio_handles  # noqa: PLC0415 — it is made of this module

        return aio_handles.IngressHandle(self._native.ingress(label), self._reactor)

    def agent_handle(self, agent: AgentRef, label: str) -> "AgentHandle":
        """A handle for one agent: itself, its offers, its contacts."""
        number = self._agent_number(agent)
        from sunline import aio_handles  # noqa: PLC0415 — it is made of this module

        return aio_handles.AgentHandle(
            self._native.agent_handle(number, label), self._reactor, AgentId(number)
        )

    def supervisor(self, queues: Iterable[QueueRef], label: str) -> "SupervisorHandle":
        """A handle for a supervisor of these queues: what waits in them."""
        numbers = [commands.queue_number(self._native, queue) for queue in queues]
        from sunline import aio_handles  # noqa: PLC0415 — it is made of this module

        return aio_handles.SupervisorHandle(self._native.supervisor(numbers, label), self._reactor)

    def observer(self, label: str) -> "ObserverHandle":
        """A handle that only reads."""
        from sunline import aio_handles  # noqa: PLC0415 — it is made of this module

        return aio_handles.ObserverHandle(self._native.observer(label), self._reactor)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────

    async def advance_to(self, to: datetime) -> None:
        """Moves a manual clock forward and fires every deadline due by then, each as of its own instant."""
        await self._reactor.run(self._native.advance_to(instant_ns(to, "to")))

    async def advance(self, by: timedelta) -> None:
        """Moves a manual clock forward by a length of time."""
        to = self._native.now_ns() + span_ns(by, "by")
        await self._reactor.run(self._native.advance_to(to))

    async def checkpoint(self) -> None:
        """Keeps a snapshot now, so that the next start need not read the whole journal."""
        await self._reactor.run(self._native.checkpoint())

    async def backup(self, to: str | os.PathLike[str]) -> Backup:
        """Copies the journal to the directory `to` while commands go on; as `sunline.Engine.backup`."""
        return read_backup(await self._reactor.run(self._native.backup(os.fspath(to))))

    async def _apply(self, command: _native.Command, key: CommandKey | None) -> Receipt:
        operation = self._native.apply(command, commands.key_number(key))
        return read_receipt(await self._reactor.run(operation))


__all__ = ["AgentSession", "Engine", "EventStream", "SessionOpening"]
