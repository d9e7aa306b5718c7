"""The live engine for plain programs: each call waits for its answer.

>>> import sunline
>>> config = '''
...     name = "shop"
...     channels = [{ name = "voice" }]
...     queues = [{ name = "bills" }]
...     agents = [{ name = "ann" }]
... '''
>>> with sunline.Engine(config) as engine, engine.session("ann") as ann:
...     receipt = ann.set_presence(sunline.AVAILABLE)
...     receipt = engine.submit("c1", "bills")
...     offer = ann.next_offer(timeout=5)
...     receipt = ann.accept(offer)
...     engine.contact("c1").state
<ContactState.ENGAGED: 'engaged'>
"""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sunline import _commands as commands
from sunline import _native
from sunline._agents import AgentCalls
from sunline._commands import AgentRef, ChannelRef, CommandKey, ContactRef, QueueRef
from sunline._engine import StartSettings
from sunline._instants import instant_ns, span_ns
from sunline._questions import Questions
from sunline.backups import Backup, read_backup
from sunline.config import ConfigSource
from sunline.contacts import ContactDetails
from sunline.events import Receipt
from sunline.events.reading import read_receipt
from sunline.ids import AgentId
from sunline.sessions import AgentSession
from sunline.settings import Clock, Sizes, Store, Watchdog
from sunline.streams import EventStream
from sunline.transfers import TransferTarget

if TYPE_CHECKING:
    from sunline.handles import AgentHandle, IngressHandle, ObserverHandle, SupervisorHandle


class Engine(AgentCalls, Questions):
    """A live engine.

    `config` may be anything that `load_config` takes, or `None` to go on from the journal of `store`, whatever
    configuration it was begun with. Without a `store` the state ends with the process; without a `clock` it is the
    wall's.

    Any thread may call it. It is closed by `close`, at the end of a `with` block, when the last reference to it goes,
    and at the interpreter's exit. After a fork the engine stays with the parent process.

    Raises `ConfigInvalid`, `JournalLocked` when another engine has the journal open, `JournalCorrupt` when it is
    damaged, `JournalError` for anything else that is wrong with it, and `InvalidArgument`.
    """

    __slots__ = ()

    def __init__(
        self,
        config: ConfigSource | None,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        sizes: Sizes | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._hold(StartSettings(config, store, clock, sizes, watchdog).start())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the engine: what has entered is applied, recorded and answered; readers read to the end.

        Closing twice is closing once. Raises `JournalError` when the last record could not be made durable.
        """
        self._finalizer.detach()
        closing = self._native.close()
        if closing is not None:
            closing.wait()

    # ── contacts ─────────────────────────────────────────────────────────────────────────────────────────

    def submit(
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
        return self._apply(
            commands.submit(self._native, contact, queue, channel, origin, points, details), key
        )

    def give_scores(
        self, contact: ContactRef, scores: Mapping[AgentId, int], *, key: CommandKey | None = None
    ) -> Receipt:
        """Says how well agents suit a contact for which `events.ScoresWanted` was told; none: the scorer has failed."""
        return self._apply(commands.give_scores(contact, scores), key)

    def request_callback(
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
        return self._apply(_native.Command.request_callback(contact, at, number), key)

    def assign(self, contact: ContactRef, agent: AgentRef, *, key: CommandKey | None = None) -> Receipt:
        """A supervisor gives a waiting contact to an agent, who has it at once.

        Raises `CommandRefused` with code `cannot_serve` where an absolute rule forbids it, and `not_overridable` where
        the queue does not let a hand break the rule.
        """
        return self._apply(_native.Command.assign(contact, self._agent_number(agent)), key)

    def pull(self, agent: AgentRef, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """An agent takes a waiting contact from a list, out of turn and under all other rules."""
        return self._apply(_native.Command.pull(self._agent_number(agent), contact), key)

    def transfer(self, contact: ContactRef, to: TransferTarget, *, key: CommandKey | None = None) -> Receipt:
        """The agent who has the contact passes it on, and is done with it.

        Raises `CommandRefused` with code `transfer_loop` or `too_many_transfers`, which names who may still take it.
        """
        return self._apply(commands.transfer(self._native, contact, to), key)

    def consult(
        self, contact: ContactRef, question: ContactRef, to: TransferTarget, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent who has the contact asks somebody about it and keeps it; the question is served like a contact."""
        return self._apply(commands.consult(self._native, contact, question, to), key)

    def hand_over(self, question: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The agent who serves this question takes over the contact it is about."""
        return self._apply(_native.Command.hand_over(question), key)

    def reprioritise(
        self, contacts: Iterable[ContactRef], points: int, *, key: CommandKey | None = None
    ) -> Receipt:
        """Gives several contacts other points; of these, whoever still waits."""
        return self._apply(commands.reprioritise(contacts, points), key)

    def move(
        self, contacts: Iterable[ContactRef], queue: QueueRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """Moves several contacts to another queue, with their origin; of these, whoever still waits."""
        return self._apply(
            _native.Command.move_all(list(contacts), commands.queue_number(self._native, queue)), key
        )

    # ── rights ───────────────────────────────────────────────────────────────────────────────────────────

    def ingress(self, label: str) -> "IngressHandle":
        """A handle for a channel adapter. The audit knows whoever holds it by `label`."""
        from sunline import handles  # noqa: PLC0415 — it is made of this module

        return handles.IngressHandle(self._native.ingress(label))

    def agent_handle(self, agent: AgentRef, label: str) -> "AgentHandle":
        """A handle for one agent: itself, its offers, its contacts."""
        number = self._agent_number(agent)
        from sunline import handles  # noqa: PLC0415 — it is made of this module

        return handles.AgentHandle(self._native.agent_handle(number, label), AgentId(number))

    def supervisor(self, queues: Iterable[QueueRef], label: str) -> "SupervisorHandle":
        """A handle for a supervisor of these queues: what waits in them."""
        numbers = [commands.queue_number(self._native, queue) for queue in queues]
        from sunline import handles  # noqa: PLC0415 — it is made of this module

        return handles.SupervisorHandle(self._native.supervisor(numbers, label))

    def observer(self, label: str) -> "ObserverHandle":
        """A handle that only reads."""
        from sunline import handles  # noqa: PLC0415 — it is made of this module

        return handles.ObserverHandle(self._native.observer(label))

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────

    def advance_to(self, to: datetime) -> None:
        """Moves a manual clock forward and fires every deadline due by then, each as of its own instant."""
        self._native.advance_to(instant_ns(to, "to")).wait()

    def advance(self, by: timedelta) -> None:
        """Moves a manual clock forward by a length of time."""
        self._native.advance_to(self._native.now_ns() + span_ns(by, "by")).wait()

    def checkpoint(self) -> None:
        """Keeps a snapshot now, so that the next start need not read the whole journal."""
        self._native.checkpoint().wait()

    def backup(self, to: str | os.PathLike[str]) -> Backup:
        """Copies the journal to the directory `to`, which must not be there, while commands go on.

        The copy has every command that was acknowledged before this call, and opens like any other journal;
        `sunline.backups.restore` brings it to another place. Raises `JournalError` with code `exists`, `full`, `io`, or
        `no_journal` where the engine keeps none; then nothing is left at `to`.
        """
        copied = self._native.backup(os.fspath(to)).wait()
        assert copied is not None, "without a timeout there is an answer"
        return read_backup(copied)

    def _apply(self, command: _native.Command, key: CommandKey | None) -> Receipt:
        receipt = self._native.apply(command, commands.key_number(key)).wait()
        assert receipt is not None, "without a timeout there is an answer"
        return read_receipt(receipt)


__all__ = ["AgentSession", "Engine", "EventStream"]
