"""What may be asked of the live engine, for asyncio: how it is, why, and what lies ahead."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sunline import _commands as commands
from sunline._aio_engine import ReactorEngine
from sunline._commands import AgentRef, ContactRef, QueueRef
from sunline._engine import unknown_agent
from sunline._instants import instant_ns, span_ns, whole
from sunline.aio_streams import EventStream
from sunline.config import Config, ConfigSource, load_config
from sunline.config.reading import read_config
from sunline.explain import (
    Explanation,
    WhatWouldMake,
    WhyWaiting,
    read_explanation,
    read_what_would_make,
    read_why_waiting,
)
from sunline.lookahead import Assumptions, Learned, LookAhead
from sunline.predicted import (
    Mode,
    PredictedServiceLevel,
    PredictedWait,
    Unknown,
    read_service_level,
    read_wait,
)
from sunline.prediction import Assessment, read_record
from sunline.shadow import Shadow
from sunline.simulation.distributions import Distribution, Exponential
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
    pass


class Questions(ReactorEngine):
    """Questions, and the copies and records that answer them."""

    __slots__ = ()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

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

    # ── predicting ───────────────────────────────────────────────────────────────────────────────────────

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

    # ── looking ahead ────────────────────────────────────────────────────────────────────────────────────

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
