"""What may be asked of the live engine, for plain programs: how it is, why, and what lies ahead."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sunline import _commands as commands
from sunline import _native
from sunline._commands import AgentRef, ContactRef, QueueRef
from sunline._engine import EngineBase, unknown_agent
from sunline._instants import instant_ns, span_ns, whole
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
from sunline.streams import EventStream
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


class Questions(EngineBase):
    """Questions, and the copies and records that answer them."""

    __slots__ = ()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    def events(self, from_seq: int | None = None) -> "EventStream":
        """All events from `from_seq` on, the first being 1; `None`: from now on.

        A reader that has seen event n resumes with n + 1, in this run of the engine or another.
        """
        seq = None if from_seq is None else whole(from_seq, "from_seq")
        return EventStream(self._native.events(seq))

    def contact(self, contact: ContactRef) -> ContactView | None:
        """A contact as it is, while it is inside; `None`: it is not."""
        return read_contact_view(self._native.contact(contact).wait())

    def agent(self, agent: AgentRef) -> AgentView:
        """An agent as it is."""
        number = self._agent_number(agent)
        seen = self._native.agent(number).wait()
        if seen is None:
            raise unknown_agent(number)
        return read_agent_view(seen)

    def config(self) -> Config:
        """The configuration in force."""
        text = self._native.config().wait()
        assert text is not None, "without a timeout there is an answer"
        return read_config(text)

    def native_legs(self) -> "_native.Operation[_native.Legs]":
        """What `sunline.measures.Legs` is made of."""
        return _native.Legs.of_engine(self._native)

    def explain(self, seq: int) -> Explanation:
        """Why the offer with this number was made: the state before it is rebuilt, and the choice is made again.

        Costs a fold of every event before it. Raises `JournalError` with code `no_offer` where the event is none.
        """
        native = self._native.explain(whole(seq, "seq", 0)).wait()
        assert native is not None, "without a timeout there is an answer"
        return read_explanation(native)

    def callback_slots(self, queue: QueueRef, since: datetime, until: datetime) -> list[CallbackSlot]:
        """The slots of a queue that begin in a window and have room left for callbacks, the first first; at most 1000.

        Empty where the queue has no slots: then every instant may be booked.
        """
        number = commands.queue_number(self._native, queue)
        window = (instant_ns(since, "since"), instant_ns(until, "until"))
        native = self._native.callback_slots(number, *window).wait()
        return [] if native is None else [read_slot(slot) for slot in native]

    def why_waiting(self, contact: ContactRef) -> WhyWaiting | None:
        """Why a contact is still waiting and what would serve it; `None`: it is not inside, or has an agent."""
        native = self._native.why_waiting(contact).wait()
        return None if native is None else read_why_waiting(native)

    def what_would_make(self, agent: AgentRef, contact: ContactRef) -> WhatWouldMake:
        """What would make an agent win a contact that is inside: what could change apart from what could not."""
        native = self._native.what_would_make(self._agent_number(agent), contact).wait()
        assert native is not None, "without a timeout there is an answer"
        return read_what_would_make(native)

    def shadow(self, config: ConfigSource) -> Shadow:
        """Lets another version of the configuration decide beside the one in force, on the real contacts of now.

        It does nothing, and ends when another version comes into force or it is stopped. Raises `CommandRefused` with
        code `fixed_setting`, and `ConfigInvalid`, as `reconfigure` would.
        """
        native = self._native.shadow(load_config(config).to_json()).wait()
        assert native is not None, "without a timeout there is an answer"
        return Shadow(native)

    def look(self) -> tuple[Finding, ...]:
        """Has the watchdog look now, and says what it has found: what a health check calls.

        It does not wait for the writer. A deadline or an offer that is late counts when two looks in a row have
        found it.
        """
        findings = self._native.look().wait()
        assert findings is not None, "without a timeout there is an answer"
        return read_findings(findings)

    def state_hash(self) -> str:
        """BLAKE3 of the state, 64 hexadecimal digits: equal states, equal hashes, on every machine."""
        digest = self._native.state_hash().wait()
        assert digest is not None, "without a timeout there is an answer"
        return digest

    # ── predicting ───────────────────────────────────────────────────────────────────────────────────────

    def predicted_wait(self, contact: ContactRef, *, mode: Mode = "if_you_stay") -> PredictedWait | Unknown:
        """The wait that is left to a waiting contact.

        Raises `PredictionRefused` with code `not_waiting`, or `no_forecast` where the configuration has none.
        """
        answer = self._native.predicted_wait(contact, mode == "given_served").wait()
        assert answer is not None, "without a timeout there is an answer"
        return read_wait(answer, mode)

    def predicted_wait_in(
        self, queue: QueueRef, *, points: int = 0, mode: Mode = "if_you_stay"
    ) -> PredictedWait | Unknown:
        """The wait of a contact that would arrive in a queue now, while nobody is free for it."""
        number = commands.queue_number(self._native, queue)
        answer = self._native.predicted_wait_in(number, points, mode == "given_served").wait()
        assert answer is not None, "without a timeout there is an answer"
        return read_wait(answer, mode)

    def predicted_service_level(self, queue: QueueRef) -> PredictedServiceLevel | Unknown:
        """What the service level of a queue will be when its interval ends."""
        number = commands.queue_number(self._native, queue)
        answer = self._native.predicted_service_level(number).wait()
        assert answer is not None, "without a timeout there is an answer"
        return read_service_level(answer)

    def forecast_record(self) -> dict[str, Assessment]:
        """How well the waits told at arrival came true, by name of the queue; without those in which nobody waited."""
        records = self._native.forecast_record().wait()
        assert records is not None, "without a timeout there is an answer"
        names = [queue.name for queue in self.views().queues]
        return {names[queue]: read_record(record) for queue, record in records}

    # ── looking ahead ────────────────────────────────────────────────────────────────────────────────────

    def look_ahead(self, assumptions: Assumptions | Learned) -> LookAhead:
        """A copy of the state, to be asked what lies ahead; decisions go on untouched.

        Raises `LookAheadRefused` with code `no_law` when somebody is inside a queue that no stream describes,
        `ScenarioInvalid`.
        """
        copy = self._native.look_ahead(assumptions.to_native()).wait()
        assert copy is not None, "without a timeout there is an answer"
        return LookAhead(copy)

    def observed(
        self,
        from_seq: int = 1,
        *,
        window: timedelta = timedelta(minutes=30),
        otherwise: Distribution | None = None,
    ) -> Learned:
        """Assumptions learned from the events since `from_seq`.

        Arrivals at the rate of the last `window`; conversations as long as those that were recorded; patience
        exponential with the mean that explains best who gave up. Conversations of a queue that has had none follow
        `otherwise`; `None`: exponential with five minutes.

        Raises `ReaderLagged` when these events are kept no more.
        """
        law = (otherwise or Exponential(mean_s=300.0)).to_native()
        learned = self._native.observed(whole(from_seq, "from_seq", 1), span_ns(window, "window"), law).wait()
        assert learned is not None, "without a timeout there is an answer"
        return Learned(learned)
