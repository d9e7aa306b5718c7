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
from sunline._commands import AgentRef, ChannelRef, CommandKey, ContactRef, QueueRef
from sunline._engine import EngineBase, StartSettings, session_settings, unknown_agent
from sunline._instants import instant_ns, span_ns, whole
from sunline._reactor import Reactor
from sunline.aio_calls import ContactCalls
from sunline.aio_sessions import AgentSession, SessionOpening
from sunline.aio_streams import EventStream
from sunline.backups import Backup, read_backup
from sunline.config import AgentSpec, Config, ConfigSource, load_config
from sunline.config.reading import read_config
from sunline.contacts import ContactDetails
from sunline.errors import InvalidArgument
from sunline.events import Receipt
from sunline.events.reading import read_receipt
from sunline.explain import (
    Explanation,
    WhatWouldMake,
    WhyWaiting,
    read_explanation,
    read_what_would_make,
    read_why_waiting,
)
from sunline.hours import HoursTable
from sunline.ids import AgentId, OfferId
from sunline.lookahead import Assumptions, Learned, LookAhead
from sunline.notices import Offer
from sunline.predicted import (
    Mode,
    PredictedServiceLevel,
    PredictedWait,
    Unknown,
    read_service_level,
    read_wait,
)
from sunline.prediction import Assessment, read_record
from sunline.presence import Presence
from sunline.settings import Clock, Sizes, Store, Watchdog
from sunline.shadow import Shadow
from sunline.simulation.distributions import Distribution, Exponential
from sunline.transfers import AgentReport, TransferTarget
from sunline.views import (
    AgentView,
    CallbackSlot,
    ContactView,
    read_agent_view,
    read_contact_view,
    read_slot,
)
from sunline.watching import Finding, read_findings

if TYPE_CHECKING:
    from sunline.aio_handles import AgentHandle, IngressHandle, ObserverHandle, SupervisorHandle


class Engine(EngineBase, ContactCalls):
    """A live engine, awaited.

    Settings are those of `sunline.Engine`. It starts with `async with`, or with `start`; reading a long journal does
    not hold up the loop.

    Raises, when it starts, what `sunline.Engine` raises.
    """

    __slots__ = ("_reactor", "_settings")

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

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────

    async def register_agent(self, spec: AgentSpec, *, key: CommandKey | None = None) -> AgentId:
        """Registers an agent, who starts offline; its number.

        Raises `CommandRefused` when the name is taken or the registration has mistakes.
        """
        receipt = await self._apply(commands.register_agent(spec), key)
        assert receipt.agent is not None, "the receipt of a registration names the agent"
        return receipt.agent

    async def update_agent(self, spec: AgentSpec, *, key: CommandKey | None = None) -> Receipt:
        """Changes skills, groups, capacity and so on of the agent with this name, with effect at once."""
        return await self._apply(commands.update_agent(self._native, spec), key)

    async def set_presence(
        self, agent: AgentRef, presence: Presence, *, key: CommandKey | None = None
    ) -> Receipt:
        """Says what an agent wants to be."""
        return await self._apply(commands.set_presence(self._agent_number(agent), presence), key)

    async def accept(
        self, offer: Offer | OfferId, agent: AgentRef | None = None, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent takes the offer; `None`: the one it was made to.

        Raises `CommandRefused` with code `offer_ended` when it is too late.
        """
        return await self._apply(commands.accept(self._native, offer, agent), key)

    async def decline(
        self, offer: Offer | OfferId, agent: AgentRef | None = None, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent refuses the offer; `None`: the one it was made to."""
        return await self._apply(commands.decline(self._native, offer, agent), key)

    async def revoke_offer(self, offer: Offer | OfferId, *, key: CommandKey | None = None) -> Receipt:
        """The host or a supervisor takes the offer back from its agent."""
        return await self._apply(commands.revoke_offer(offer), key)

    async def finish_wrap_up(
        self, agent: AgentRef, contact: ContactRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent ends its wrap-up after a contact early."""
        return await self._apply(_native.Command.finish_wrap_up(self._agent_number(agent), contact), key)

    async def extend_wrap_up(
        self, agent: AgentRef, contact: ContactRef, by: timedelta, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent asks for more wrap-up after a contact."""
        return await self._apply(commands.extend_wrap_up(self._agent_number(agent), contact, by), key)

    async def reconfigure(self, config: ConfigSource, *, key: CommandKey | None = None) -> Receipt:
        """Another version of the configuration is in force, at one event, with everybody where they are.

        Queues may change what they ask, their points, offers, wrap-up and bounds, and pools their contact rule; what
        the state is built on may not change. Agents and tables of hours in it do not count; they have commands of their
        own. An offer that the new rules do not allow is taken back, any other ends when it was to end. The earlier
        version comes back the same way.

        Raises `ConfigInvalid` with every problem, `CommandRefused` with code `fixed_setting` and the `path` of what
        may not change; the version in force stays.
        """
        return await self._apply(commands.reconfigure(config), key)

    async def set_hours(self, calendar: str, hours: HoursTable, *, key: CommandKey | None = None) -> Receipt:
        """A calendar of the configuration has these hours from now on; queues, shifts and dues follow at once."""
        return await self._apply(commands.set_hours(calendar, hours), key)

    async def set_calling_hours(
        self, zone: str, hours: HoursTable, *, key: CommandKey | None = None
    ) -> Receipt:
        """Customers who live in `zone` may be called in these hours: load them before such a customer enters."""
        return await self._apply(commands.set_calling_hours(zone, hours), key)

    async def set_presences(
        self, wanted: Mapping[AgentRef, Presence], *, key: CommandKey | None = None
    ) -> Receipt:
        """Says what several agents want to be, in one command."""
        return await self._apply(commands.set_presences(self._native, wanted), key)

    async def pause_queue(
        self, agent: AgentRef, queue: QueueRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent takes nothing of this queue until `unpause_queue`; what it is offered goes to others."""
        return await self._apply(
            _native.Command.pause_queue(
                self._agent_number(agent), commands.queue_number(self._native, queue), True
            ),
            key,
        )

    async def unpause_queue(
        self, agent: AgentRef, queue: QueueRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent takes contacts of this queue again."""
        return await self._apply(
            _native.Command.pause_queue(
                self._agent_number(agent), commands.queue_number(self._native, queue), False
            ),
            key,
        )

    async def agent_lost(self, agent: AgentRef, *, key: CommandKey | None = None) -> Receipt:
        """Nobody knows where the agent is: it is offline as of now, and its contacts follow their queue's rule."""
        return await self._apply(_native.Command.agent_lost(self._agent_number(agent)), key)

    async def begin_external_work(
        self,
        agent: AgentRef,
        work: ContactRef,
        *,
        channel: ChannelRef | None = None,
        cost: int | None = None,
        key: CommandKey | None = None,
    ) -> Receipt:
        """The agent does something that the engine did not give it, such as a private call; it takes room.

        `work`: the host's id of it. `channel`: whose bounds it counts for; `None` is the first one. `cost`: `None` is
        that of a contact.
        """
        return await self._apply(commands.begin_external_work(self._native, agent, work, channel, cost), key)

    async def end_external_work(
        self, agent: AgentRef, work: ContactRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """Such work is over."""
        return await self._apply(_native.Command.end_external_work(self._agent_number(agent), work), key)

    async def release_project_lock(
        self, agent: AgentRef, reason: str, *, key: CommandKey | None = None
    ) -> Receipt:
        """Frees an agent from the project it is locked to; the reason is recorded."""
        command = _native.Command.release_project_lock(self._agent_number(agent), reason)
        return await self._apply(command, key)

    async def reconcile(self, reports: Iterable[AgentReport], *, key: CommandKey | None = None) -> Receipt:
        """Says who is there and what each has in hand; agents not named are offline. What differed gives way."""
        return await self._apply(commands.reconcile(self._native, reports), key)

    def session(
        self, agent: AgentRef, *, buffer: int = 64, heartbeat: timedelta | None = None
    ) -> "SessionOpening":
        """Connects an agent: what it is told, beginning with the offers it has not answered, and its answers.

        Await it, or enter it with `async with`. A session that the agent has already is replaced. `buffer`: notices
        that may wait to be read; a session that lets more pile up is ended. `heartbeat`: the session is lost when no
        call came for so long; `None`: none is expected.
        """
        seconds = None if heartbeat is None else span_ns(heartbeat, "heartbeat") / 1e9
        settings = session_settings(buffer, seconds)
        return SessionOpening(self._reactor, self._native.session(self._agent_number(agent), *settings))

    # ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────

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

    # ── rights ───────────────────────────────────────────────────────────────────────────────────────────────

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

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    def events(self, from_seq: int | None = None) -> "EventStream":
        """All events from `from_seq` on, the first being 1; `None`: from now on.

        A reader that has seen event n resumes with n + 1, in this run of the engine or another.
        """
        seq = None if from_seq is None else whole(from_seq, "from_seq")
        return EventStream(self._native.events(seq), self._reactor)

    async def contact(self, contact: ContactRef) -> ContactView | None:
        """A contact as it is, while it is inside; `None`: it is not."""
        return read_contact_view(await self._reactor.run(self._native.contact(contact)))

    async def agent(self, agent: AgentRef) -> AgentView:
        """An agent as it is."""
        number = self._agent_number(agent)
        seen = await self._reactor.run(self._native.agent(number))
        if seen is None:
            raise unknown_agent(number)
        return read_agent_view(seen)

    async def config(self) -> Config:
        """The configuration in force."""
        return read_config(await self._reactor.run(self._native.config()))

    async def explain(self, seq: int) -> Explanation:
        """Why the offer with this number was made: the state before it is rebuilt, and the choice is made again.

        Costs a fold of every event before it. Raises `JournalError` with code `no_offer` where the event is none.
        """
        return read_explanation(await self._reactor.run(self._native.explain(whole(seq, "seq", 0))))

    async def callback_slots(self, queue: QueueRef, since: datetime, until: datetime) -> list[CallbackSlot]:
        """The slots of a queue that begin in a window and have room left for callbacks, the first first; at most 1000.

        Empty where the queue has no slots: then every instant may be booked.
        """
        number = commands.queue_number(self._native, queue)
        window = (instant_ns(since, "since"), instant_ns(until, "until"))
        native = await self._reactor.run(self._native.callback_slots(number, *window))
        return [read_slot(slot) for slot in native]

    async def why_waiting(self, contact: ContactRef) -> WhyWaiting | None:
        """Why a contact is still waiting and what would serve it; `None`: it is not inside, or has an agent."""
        native = await self._reactor.run(self._native.why_waiting(contact))
        return None if native is None else read_why_waiting(native)

    async def shadow(self, config: ConfigSource) -> Shadow:
        """As `sunline.Engine.shadow`. Its `wait_for` waits on a thread: call it by `asyncio.to_thread`."""
        return Shadow(await self._reactor.run(self._native.shadow(load_config(config).to_json())))

    async def what_would_make(self, agent: AgentRef, contact: ContactRef) -> WhatWouldMake:
        """What would make an agent win a contact that is inside: what could change apart from what could not."""
        number = self._agent_number(agent)
        return read_what_would_make(await self._reactor.run(self._native.what_would_make(number, contact)))

    async def look(self) -> tuple[Finding, ...]:
        """Has the watchdog look now, and says what it has found: what a health check calls.

        It does not wait for the writer. A deadline or an offer that is late counts when two looks in a row have
        found it.
        """
        return read_findings(await self._reactor.run(self._native.look()))

    async def state_hash(self) -> str:
        """BLAKE3 of the state, 64 hexadecimal digits: equal states, equal hashes, on every machine."""
        return await self._reactor.run(self._native.state_hash())

    # ── predicting ───────────────────────────────────────────────────────────────────────────────────────────

    async def predicted_wait(
        self, contact: ContactRef, *, mode: Mode = "if_you_stay"
    ) -> PredictedWait | Unknown:
        """The wait that is left to a waiting contact.

        Raises `PredictionRefused` with code `not_waiting`, or `no_forecast` where the configuration has none.
        """
        asked = self._native.predicted_wait(contact, mode == "given_served")
        return read_wait(await self._reactor.run(asked), mode)

    async def predicted_wait_in(
        self, queue: QueueRef, *, points: int = 0, mode: Mode = "if_you_stay"
    ) -> PredictedWait | Unknown:
        """The wait of a contact that would arrive in a queue now, while nobody is free for it."""
        number = commands.queue_number(self._native, queue)
        asked = self._native.predicted_wait_in(number, points, mode == "given_served")
        return read_wait(await self._reactor.run(asked), mode)

    async def predicted_service_level(self, queue: QueueRef) -> PredictedServiceLevel | Unknown:
        """What the service level of a queue will be when its interval ends."""
        number = commands.queue_number(self._native, queue)
        return read_service_level(await self._reactor.run(self._native.predicted_service_level(number)))

    async def forecast_record(self) -> dict[str, Assessment]:
        """How well the waits told at arrival came true, by name of the queue; without those in which nobody waited."""
        records = await self._reactor.run(self._native.forecast_record())
        names = [queue.name for queue in self.views().queues]
        return {names[queue]: read_record(record) for queue, record in records}

    # ── looking ahead ────────────────────────────────────────────────────────────────────────────────────────

    async def look_ahead(self, assumptions: Assumptions | Learned) -> LookAhead:
        """A copy of the state, to be asked what lies ahead; its questions take long: use `asyncio.to_thread`.

        Raises `LookAheadRefused` with code `no_law` when somebody is inside a queue that no stream describes,
        `ScenarioInvalid`.
        """
        return LookAhead(await self._reactor.run(self._native.look_ahead(assumptions.to_native())))

    async def observed(
        self,
        from_seq: int = 1,
        *,
        window: timedelta = timedelta(minutes=30),
        otherwise: Distribution | None = None,
    ) -> Learned:
        """Assumptions learned from the events since `from_seq`; as `sunline.Engine.observed`."""
        law = (otherwise or Exponential(mean_s=300.0)).to_native()
        learning = self._native.observed(whole(from_seq, "from_seq", 1), span_ns(window, "window"), law)
        return Learned(await self._reactor.run(learning))

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────

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
