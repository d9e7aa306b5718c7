"""Handles that may not say everything, made from an engine by narrowing.

>>> import sunline
>>> config = '''
...     name = "shop"
...     channels = [{ name = "voice" }]
...     queues = [{ name = "bills" }]
...     agents = [{ name = "ann" }, { name = "bob" }]
... '''
>>> with sunline.Engine(config) as engine:
...     ann = engine.agent_handle("ann", "ann's desk")
...     receipt = ann.set_presence(sunline.AVAILABLE)
...     receipt = engine.ingress("telephony").submit("c1", "bills")
...     try:
...         receipt = engine.agent_handle("bob", "bob's desk").complete("c1")
...     except sunline.Forbidden as error:
...         print(error)
...     print([record.who for record in engine.audit().records])
complete is refused: contact c1 is beyond the right of this handle (agent)
["bob's desk"]

Nothing widens a handle: none gives the engine back. What a right does not cover has no method; where that depends on
whose a contact is, the engine looks, and raises `Forbidden`. Python hides nothing from who searches for it: where
that matters, give a handle away over a wire.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sunline import _commands as commands
from sunline import _native
from sunline._commands import AgentRef, ChannelRef, CommandKey, ContactRef, QueueRef
from sunline._engine import session_settings, unknown_agent
from sunline._instants import instant, instant_ns, span_ns, whole
from sunline._native import Command as NativeCommand
from sunline._native import Handle as NativeHandle
from sunline.calls import ContactCalls, ConversationCalls
from sunline.contacts import ContactDetails
from sunline.engine import AgentSession, EventStream
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
from sunline.ids import AgentId, OfferId, QueueId
from sunline.notices import Offer
from sunline.presence import Presence
from sunline.transfers import TransferTarget
from sunline.views import (
    AgentView,
    ContactView,
    EngineStats,
    QueueReading,
    Views,
    read_agent_view,
    read_contact_view,
    read_stats,
    read_views,
)


class Handle:
    """What all handles have in common."""

    __slots__ = ("_native",)

    def __init__(self, native: NativeHandle) -> None:
        self._native = native

    @property
    def label(self) -> str:
        """By what name the audit knows whoever holds this."""
        return self._native.label

    def now(self) -> datetime:
        """The engine's time; UTC."""
        return instant(self._native.now_ns())

    def contact(self, contact: ContactRef) -> ContactView | None:
        """A contact as it is, while it is inside; `None`: it is not. Raises `Forbidden` where it may not be read."""
        return read_contact_view(self._native.contact(contact).wait())

    def _apply(self, command: NativeCommand, key: CommandKey | None) -> Receipt:
        receipt = self._native.apply(command, commands.key_number(key)).wait()
        assert receipt is not None, "without a timeout there is an answer"
        return read_receipt(receipt)


class IngressHandle(Handle, ContactCalls):
    """What a channel adapter may: bring contacts, and say what becomes of them on their channel."""

    __slots__ = ()

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
        """Submits a contact; see `sunline.Engine.submit`."""
        command = commands.submit(self._native, contact, queue, channel, origin, points, details)
        return self._apply(command, key)

    def request_callback(
        self,
        contact: ContactRef,
        *,
        not_before: datetime | None = None,
        owner: AgentRef | None = None,
        key: CommandKey | None = None,
    ) -> Receipt:
        """The customer of a waiting contact is to be called back; see `sunline.Engine.request_callback`."""
        at = None if not_before is None else instant_ns(not_before, "not_before")
        number = None if owner is None else commands.agent_number(self._native, owner)
        return self._apply(_native.Command.request_callback(contact, at, number), key)


class AgentHandle(Handle, ConversationCalls):
    """What one agent may: say what it wants to be, answer its offers, and do with its contacts what an agent does."""

    __slots__ = ("agent",)

    agent: AgentId  #: Whose handle it is.

    def __init__(self, native: NativeHandle, agent: AgentId) -> None:
        super().__init__(native)
        self.agent = agent

    def session(self, *, buffer: int = 64, heartbeat: timedelta | None = None) -> AgentSession:
        """Connects the agent; see `sunline.Engine.session`."""
        seconds = None if heartbeat is None else span_ns(heartbeat, "heartbeat") / 1e9
        settings = session_settings(buffer, seconds)
        native = self._native.session(*settings).wait()
        assert native is not None, "without a timeout there is an answer"
        return AgentSession(native)

    def standing(self) -> AgentView:
        """The agent as it is: what it wants to be, what it has in hand, what it is asked."""
        seen = self._native.agent().wait()
        if seen is None:
            raise unknown_agent(self.agent)
        return read_agent_view(seen)

    def set_presence(self, presence: Presence, *, key: CommandKey | None = None) -> Receipt:
        """Says what the agent wants to be."""
        return self._apply(commands.set_presence(self.agent, presence), key)

    def accept(self, offer: Offer | OfferId, *, key: CommandKey | None = None) -> Receipt:
        """Takes an offer."""
        return self._apply(_native.Command.accept(commands.offer_number(offer), self.agent), key)

    def decline(self, offer: Offer | OfferId, *, key: CommandKey | None = None) -> Receipt:
        """Refuses an offer."""
        return self._apply(_native.Command.decline(commands.offer_number(offer), self.agent), key)

    def finish_wrap_up(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """Ends its wrap-up after a contact early."""
        return self._apply(_native.Command.finish_wrap_up(self.agent, contact), key)

    def extend_wrap_up(self, contact: ContactRef, by: timedelta, *, key: CommandKey | None = None) -> Receipt:
        """Asks for more wrap-up after a contact."""
        return self._apply(commands.extend_wrap_up(self.agent, contact, by), key)

    def pause_queue(self, queue: QueueRef, *, key: CommandKey | None = None) -> Receipt:
        """Takes nothing of this queue until `unpause_queue`."""
        number = commands.queue_number(self._native, queue)
        return self._apply(_native.Command.pause_queue(self.agent, number, True), key)

    def unpause_queue(self, queue: QueueRef, *, key: CommandKey | None = None) -> Receipt:
        """Takes contacts of this queue again."""
        number = commands.queue_number(self._native, queue)
        return self._apply(_native.Command.pause_queue(self.agent, number, False), key)

    def pull(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """Takes a waiting contact from a list, out of turn and under all other rules. Audited."""
        return self._apply(_native.Command.pull(self.agent, contact), key)

    def transfer(self, contact: ContactRef, to: TransferTarget, *, key: CommandKey | None = None) -> Receipt:
        """Passes a contact of its own on, and is done with it."""
        return self._apply(commands.transfer(self._native, contact, to), key)

    def consult(
        self, contact: ContactRef, question: ContactRef, to: TransferTarget, *, key: CommandKey | None = None
    ) -> Receipt:
        """Asks somebody about a contact of its own, and keeps it; `question` is the id of the question."""
        return self._apply(commands.consult(self._native, contact, question, to), key)

    def hand_over(self, question: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """Takes over the contact that the question it serves is about."""
        return self._apply(_native.Command.hand_over(question), key)

    def begin_external_work(
        self,
        work: ContactRef,
        *,
        channel: ChannelRef | None = None,
        cost: int | None = None,
        key: CommandKey | None = None,
    ) -> Receipt:
        """It does something that the engine did not give it; see `sunline.Engine.begin_external_work`."""
        command = commands.begin_external_work(self._native, self.agent, work, channel, cost)
        return self._apply(command, key)

    def end_external_work(self, work: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """Such work is over."""
        return self._apply(_native.Command.end_external_work(self.agent, work), key)


class SupervisorHandle(Handle):
    """What a supervisor may with what waits in its queues. A contact counts for its home; all is audited."""

    __slots__ = ()

    @property
    def queues(self) -> tuple[QueueId, ...]:
        """Its queues, by number."""
        return tuple(QueueId(queue) for queue in self._native.queues())

    def readings(self) -> tuple[QueueReading, ...]:
        """Its queues as of a moment ago, by number."""
        return tuple(read_views(self._native.views()).queues)

    def contacts(self, queue: QueueRef) -> list[ContactView]:
        """The contacts inside whose home one of its queues is, by id."""
        native = self._native.contacts(commands.queue_number(self._native, queue)).wait()
        views = [read_contact_view(contact) for contact in native or ()]
        return [view for view in views if view is not None]

    def why_waiting(self, contact: ContactRef) -> WhyWaiting | None:
        """Why a contact of its queues is still waiting; `None`: it is not inside, or has an agent."""
        native = self._native.why_waiting(contact).wait()
        return None if native is None else read_why_waiting(native)

    def assign(self, contact: ContactRef, agent: AgentRef, *, key: CommandKey | None = None) -> Receipt:
        """Gives a waiting contact to an agent, who has it at once."""
        number = commands.agent_number(self._native, agent)
        return self._apply(_native.Command.assign(contact, number), key)

    def pull(self, agent: AgentRef, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """Has an agent take a waiting contact from a list, out of turn and under all other rules."""
        number = commands.agent_number(self._native, agent)
        return self._apply(_native.Command.pull(number, contact), key)

    def reprioritise(
        self, contacts: Iterable[ContactRef], points: int, *, key: CommandKey | None = None
    ) -> Receipt:
        """Gives several contacts other points; of these, whoever still waits."""
        return self._apply(commands.reprioritise(contacts, points), key)

    def move(
        self, contacts: Iterable[ContactRef], queue: QueueRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """Moves several contacts to another of its queues, with their origin; of these, whoever still waits."""
        number = commands.queue_number(self._native, queue)
        return self._apply(_native.Command.move_all(list(contacts), number), key)

    def revoke_offer(self, offer: Offer | OfferId, *, key: CommandKey | None = None) -> Receipt:
        """Takes an offer back from its agent."""
        return self._apply(commands.revoke_offer(offer), key)

    def pause_queue(self, agent: AgentRef, queue: QueueRef, *, key: CommandKey | None = None) -> Receipt:
        """Has an agent take nothing of one of its queues until `unpause_queue`."""
        return self._pause(agent, queue, True, key)

    def unpause_queue(self, agent: AgentRef, queue: QueueRef, *, key: CommandKey | None = None) -> Receipt:
        """Has an agent take contacts of one of its queues again."""
        return self._pause(agent, queue, False, key)

    def _pause(self, agent: AgentRef, queue: QueueRef, paused: bool, key: CommandKey | None) -> Receipt:
        numbers = (commands.agent_number(self._native, agent), commands.queue_number(self._native, queue))
        return self._apply(_native.Command.pause_queue(*numbers, paused), key)


class ObserverHandle(Handle):
    """What a wallboard, a report or an exporter may: read. Events come without what is private."""

    __slots__ = ()

    def events(self, from_seq: int | None = None) -> EventStream:
        """All events from `from_seq` on, without what is private; `None`: from now on."""
        seq = None if from_seq is None else whole(from_seq, "from_seq")
        return EventStream(self._native.events(seq))

    def views(self) -> Views:
        """The engine as of a moment ago."""
        return read_views(self._native.views())

    def stats(self) -> EngineStats:
        """Counts since the engine started."""
        return read_stats(self._native.stats())

    def why_waiting(self, contact: ContactRef) -> WhyWaiting | None:
        """Why a contact is still waiting and what would serve it; `None`: it is not inside, or has an agent."""
        native = self._native.why_waiting(contact).wait()
        return None if native is None else read_why_waiting(native)

    def explain(self, seq: int) -> Explanation:
        """Why the offer with this number was made; see `sunline.Engine.explain`."""
        native = self._native.explain(whole(seq, "seq", 0)).wait()
        assert native is not None, "without a timeout there is an answer"
        return read_explanation(native)

    def what_would_make(self, agent: AgentRef, contact: ContactRef) -> WhatWouldMake:
        """What would make an agent win a contact that is inside."""
        number = commands.agent_number(self._native, agent)
        native = self._native.what_would_make(number, contact).wait()
        assert native is not None, "without a timeout there is an answer"
        return read_what_would_make(native)


__all__ = ["AgentHandle", "Handle", "IngressHandle", "ObserverHandle", "SupervisorHandle"]
