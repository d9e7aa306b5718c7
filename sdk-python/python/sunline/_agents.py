"""What the live engine lets a host say of its agents, for plain programs."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sunline import _commands as commands
from sunline import _native
from sunline._commands import AgentRef, ChannelRef, CommandKey, ContactRef, QueueRef
from sunline._engine import EngineBase, session_settings
from sunline._instants import span_ns
from sunline.calls import ContactCalls
from sunline.config import AgentSpec, ConfigSource
from sunline.events import Receipt
from sunline.hours import HoursTable
from sunline.ids import AgentId, OfferId
from sunline.notices import Offer
from sunline.presence import Presence
from sunline.sessions import AgentSession
from sunline.transfers import AgentReport

if TYPE_CHECKING:
    pass


class AgentCalls(EngineBase, ContactCalls):
    """Registration, presence, offers, wrap-up, and what agents do besides."""

    __slots__ = ()

    def register_agent(self, spec: AgentSpec, *, key: CommandKey | None = None) -> AgentId:
        """Registers an agent, who starts offline; its number.

        Raises `CommandRefused` when the name is taken or the registration has mistakes.
        """
        receipt = self._apply(commands.register_agent(spec), key)
        assert receipt.agent is not None, "the receipt of a registration names the agent"
        return receipt.agent

    def update_agent(self, spec: AgentSpec, *, key: CommandKey | None = None) -> Receipt:
        """Changes skills, groups, capacity and so on of the agent with this name, with effect at once."""
        return self._apply(commands.update_agent(self._native, spec), key)

    def set_presence(self, agent: AgentRef, presence: Presence, *, key: CommandKey | None = None) -> Receipt:
        """Says what an agent wants to be."""
        return self._apply(commands.set_presence(self._agent_number(agent), presence), key)

    def accept(
        self, offer: Offer | OfferId, agent: AgentRef | None = None, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent takes the offer; `None`: the one it was made to.

        Raises `CommandRefused` with code `offer_ended` when it is too late.
        """
        return self._apply(commands.accept(self._native, offer, agent), key)

    def decline(
        self, offer: Offer | OfferId, agent: AgentRef | None = None, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent refuses the offer; `None`: the one it was made to."""
        return self._apply(commands.decline(self._native, offer, agent), key)

    def revoke_offer(self, offer: Offer | OfferId, *, key: CommandKey | None = None) -> Receipt:
        """The host or a supervisor takes the offer back from its agent."""
        return self._apply(commands.revoke_offer(offer), key)

    def finish_wrap_up(
        self, agent: AgentRef, contact: ContactRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent ends its wrap-up after a contact early."""
        return self._apply(_native.Command.finish_wrap_up(self._agent_number(agent), contact), key)

    def extend_wrap_up(
        self, agent: AgentRef, contact: ContactRef, by: timedelta, *, key: CommandKey | None = None
    ) -> Receipt:
        """The agent asks for more wrap-up after a contact."""
        return self._apply(commands.extend_wrap_up(self._agent_number(agent), contact, by), key)

    def reconfigure(self, config: ConfigSource, *, key: CommandKey | None = None) -> Receipt:
        """Another version of the configuration is in force, at one event, with everybody where they are.

        Queues may change what they ask, their points, offers, wrap-up and bounds, and pools their contact rule; what
        the state is built on may not change. Agents and tables of hours in it do not count; they have commands of their
        own. An offer that the new rules do not allow is taken back, any other ends when it was to end. The earlier
        version comes back the same way.

        Raises `ConfigInvalid` with every problem, `CommandRefused` with code `fixed_setting` and the `path` of what
        may not change; the version in force stays.
        """
        return self._apply(commands.reconfigure(config), key)

    def set_hours(self, calendar: str, hours: HoursTable, *, key: CommandKey | None = None) -> Receipt:
        """A calendar of the configuration has these hours from now on; queues, shifts and dues follow at once."""
        return self._apply(commands.set_hours(calendar, hours), key)

    def set_calling_hours(self, zone: str, hours: HoursTable, *, key: CommandKey | None = None) -> Receipt:
        """Customers who live in `zone` may be called in these hours: load them before such a customer enters."""
        return self._apply(commands.set_calling_hours(zone, hours), key)

    def set_presences(self, wanted: Mapping[AgentRef, Presence], *, key: CommandKey | None = None) -> Receipt:
        """Says what several agents want to be, in one command."""
        return self._apply(commands.set_presences(self._native, wanted), key)

    def pause_queue(self, agent: AgentRef, queue: QueueRef, *, key: CommandKey | None = None) -> Receipt:
        """The agent takes nothing of this queue until `unpause_queue`; what it is offered goes to others."""
        return self._apply(
            _native.Command.pause_queue(
                self._agent_number(agent), commands.queue_number(self._native, queue), True
            ),
            key,
        )

    def unpause_queue(self, agent: AgentRef, queue: QueueRef, *, key: CommandKey | None = None) -> Receipt:
        """The agent takes contacts of this queue again."""
        return self._apply(
            _native.Command.pause_queue(
                self._agent_number(agent), commands.queue_number(self._native, queue), False
            ),
            key,
        )

    def agent_lost(self, agent: AgentRef, *, key: CommandKey | None = None) -> Receipt:
        """Nobody knows where the agent is: it is offline as of now, and its contacts follow their queue's rule."""
        return self._apply(_native.Command.agent_lost(self._agent_number(agent)), key)

    def begin_external_work(
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
        return self._apply(commands.begin_external_work(self._native, agent, work, channel, cost), key)

    def end_external_work(
        self, agent: AgentRef, work: ContactRef, *, key: CommandKey | None = None
    ) -> Receipt:
        """Such work is over."""
        return self._apply(_native.Command.end_external_work(self._agent_number(agent), work), key)

    def release_project_lock(self, agent: AgentRef, reason: str, *, key: CommandKey | None = None) -> Receipt:
        """Frees an agent from the project it is locked to; the reason is recorded."""
        return self._apply(_native.Command.release_project_lock(self._agent_number(agent), reason), key)

    def reconcile(self, reports: Iterable[AgentReport], *, key: CommandKey | None = None) -> Receipt:
        """Says who is there and what each has in hand; agents not named are offline. What differed gives way."""
        return self._apply(commands.reconcile(self._native, reports), key)

    def session(
        self, agent: AgentRef, *, buffer: int = 64, heartbeat: timedelta | None = None
    ) -> "AgentSession":
        """Connects an agent: what it is told, beginning with the offers it has not answered, and its answers.

        A session that the agent has already is replaced. `buffer`: notices that may wait to be read; a session that
        lets more pile up is ended. `heartbeat`: the session is lost when no call came for so long; `None`: none is
        expected.
        """
        seconds = None if heartbeat is None else span_ns(heartbeat, "heartbeat") / 1e9
        opening = self._native.session(self._agent_number(agent), *session_settings(buffer, seconds))
        session = opening.wait()
        assert session is not None, "without a timeout there is an answer"
        return AgentSession(session)
