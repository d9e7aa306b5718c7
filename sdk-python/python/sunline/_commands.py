"""Commands from what a caller says: names looked up, instants counted, ranges checked. Shared by both engines."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sunline import _native
from sunline._instants import instant_ns, span_ns, whole
from sunline.config import AgentSpec, ConfigSource, load_config
from sunline.contacts import ContactDetails
from sunline.errors import InvalidArgument
from sunline.hours import HoursTable
from sunline.ids import AgentId, ChannelId, ContactId, OfferId, QueueId
from sunline.notices import Offer
from sunline.presence import Presence
from sunline.transfers import AgentReport, ToAgent, ToNeed, ToQueue, ToSite, TransferTarget
from sunline.words import DeliveryFailure

AgentRef = str | AgentId
"""An agent, by name or number."""
QueueRef = str | QueueId
"""A queue, by name or number."""
ChannelRef = str | ChannelId
"""A channel, by name or number."""
ContactRef = str | int | ContactId
"""A contact's id; a whole number is the id spelled in decimal digits."""
CommandKey = UUID | int
"""A key under which a command may be repeated: 128 bits."""


class Names(Protocol):
    """Whatever knows who is called what: an engine, or a handle of it."""

    def agent_id(self, name: str, /) -> int:
        """The number of an agent."""
        ...

    def queue_id(self, name: str, /) -> int:
        """The number of a queue."""
        ...

    def channel_id(self, name: str, /) -> int:
        """The number of a channel."""
        ...


_U16, _U32, _U64 = 2**16 - 1, 2**32 - 1, 2**64 - 1
_I64 = 2**63 - 1


def agent_number(engine: Names, agent: AgentRef) -> int:
    """The number of an agent."""
    return engine.agent_id(agent) if isinstance(agent, str) else whole(agent, "agent", 0, _U32)


def queue_number(engine: Names, queue: QueueRef) -> int:
    """The number of a queue."""
    return engine.queue_id(queue) if isinstance(queue, str) else whole(queue, "queue", 0, _U16)


def channel_number(engine: Names, channel: ChannelRef) -> int:
    """The number of a channel."""
    return engine.channel_id(channel) if isinstance(channel, str) else whole(channel, "channel", 0, _U16)


def key_number(key: CommandKey | None) -> int | None:
    """A key as a number."""
    if isinstance(key, UUID):
        return key.int
    return None if key is None else whole(key, "key", 0, 2**128 - 1)


def register_agent(spec: AgentSpec) -> _native.Command:
    """An agent becomes known."""
    return _native.Command.register_agent(spec.to_json())


def update_agent(engine: Names, spec: AgentSpec) -> _native.Command:
    """What the agent of this name can do changes."""
    return _native.Command.update_agent(engine.agent_id(spec.name), spec.to_json())


def set_presence(agent: int, presence: Presence) -> _native.Command:
    """What an agent wants to be."""
    if not isinstance(presence, Presence):
        raise InvalidArgument(f"{presence!r} is no presence", code="invalid_presence", argument="presence")
    return _native.Command.set_presence(agent, presence.state, presence.reason)


def submit(
    engine: Names,
    contact: ContactRef,
    queue: QueueRef,
    channel: ChannelRef | None,
    origin: datetime | None,
    points: int,
    details: ContactDetails | None,
) -> _native.Command:
    """A contact begins to wait."""
    text, payload = (None, None) if details is None else details.to_native()
    return _native.Command.arrive(
        contact,
        queue_number(engine, queue),
        None if channel is None else channel_number(engine, channel),
        None if origin is None else instant_ns(origin, "origin"),
        whole(points, "points", -_I64, _I64),
        text,
        payload,
    )


def update_contact(
    contact: ContactRef, points: int | None, details: ContactDetails | None
) -> _native.Command:
    """Points or details of a waiting contact change."""
    text, payload = (None, None) if details is None else details.to_native()
    points = None if points is None else whole(points, "points", -_I64, _I64)
    return _native.Command.update_contact(contact, points, text, payload)


def give_scores(contact: ContactRef, scores: Mapping[AgentId, int]) -> _native.Command:
    """How well agents suit a contact."""
    pairs = [(whole(a, "agent", 0, _U32), whole(score, "score", -_I64, _I64)) for a, score in scores.items()]
    return _native.Command.give_scores(contact, pairs)


def accept(engine: Names, offer: Offer | OfferId, agent: AgentRef | None) -> _native.Command:
    """The agent takes the offer."""
    return _native.Command.accept(offer_number(offer), _answering(engine, offer, agent))


def decline(engine: Names, offer: Offer | OfferId, agent: AgentRef | None) -> _native.Command:
    """The agent refuses the offer."""
    return _native.Command.decline(offer_number(offer), _answering(engine, offer, agent))


def fail_offer(offer: Offer | OfferId, failure: DeliveryFailure) -> _native.Command:
    """The offer could not be delivered."""
    return _native.Command.fail_offer(offer_number(offer), failure == DeliveryFailure.UNREACHABLE)


def revoke_offer(offer: Offer | OfferId) -> _native.Command:
    """The offer is taken back from the agent."""
    return _native.Command.revoke_offer(offer_number(offer))


def set_hours(calendar: str, hours: HoursTable) -> _native.Command:
    """A calendar of the configuration gets other hours."""
    return _native.Command.set_hours("calendar", calendar, hours._native)


def set_calling_hours(zone: str, hours: HoursTable) -> _native.Command:
    """A zone's customers may be called in these hours."""
    return _native.Command.set_hours("calling_zone", zone, hours._native)


def reconfigure(config: ConfigSource) -> _native.Command:
    """Another version of the configuration is in force."""
    return _native.Command.reconfigure(load_config(config).to_json())


def extend_wrap_up(agent: int, contact: ContactRef, by: timedelta) -> _native.Command:
    """The agent asks for more wrap-up."""
    return _native.Command.extend_wrap_up(agent, contact, span_ns(by, "by"))


def set_presences(engine: Names, wanted: Mapping[AgentRef, Presence]) -> _native.Command:
    """What several agents want to be."""
    told = [
        (agent_number(engine, agent), presence.state, presence.reason) for agent, presence in wanted.items()
    ]
    return _native.Command.set_presences(told)


def begin_external_work(
    engine: Names, agent: AgentRef, work: ContactRef, channel: ChannelRef | None, cost: int | None
) -> _native.Command:
    """An agent does something that the engine did not give it."""
    cost = None if cost is None else whole(cost, "cost", 0, _U16)
    return _native.Command.begin_external_work(
        agent_number(engine, agent), work, 0 if channel is None else channel_number(engine, channel), cost
    )


def transfer(engine: Names, contact: ContactRef, to: TransferTarget) -> _native.Command:
    """The agent who has the contact passes it on."""
    return _native.Command.transfer(contact, *_target(engine, to))


def consult(engine: Names, contact: ContactRef, question: ContactRef, to: TransferTarget) -> _native.Command:
    """The agent who has the contact asks somebody about it."""
    return _native.Command.consult(contact, question, *_target(engine, to))


def reprioritise(contacts: Iterable[ContactRef], points: int) -> _native.Command:
    """Several contacts get other points."""
    return _native.Command.reprioritise(list(contacts), whole(points, "points", -_I64, _I64))


def reconcile(engine: Names, reports: Iterable[AgentReport]) -> _native.Command:
    """Who is there and what each has in hand."""
    told = [
        (
            agent_number(engine, report.agent),
            report.presence.state,
            report.presence.reason,
            list(report.contacts),
        )
        for report in reports
    ]
    return _native.Command.reconcile(told)


def _target(engine: Names, to: TransferTarget) -> tuple[str, int, str]:
    match to:
        case ToQueue(queue):
            return "queue", queue_number(engine, queue), ""
        case ToAgent(agent):
            return "agent", agent_number(engine, agent), ""
        case ToNeed(need):
            return "need", 0, need
        case ToSite(site):
            return "site", 0, site


def offer_number(offer: Offer | OfferId) -> int:
    """The number of an offer."""
    return offer.offer if isinstance(offer, Offer) else whole(offer, "offer", 0, _U64)


def _answering(engine: Names, offer: Offer | OfferId, agent: AgentRef | None) -> int:
    """Who answers an offer: the agent named, or the one it was made to."""
    if agent is not None:
        return agent_number(engine, agent)
    if isinstance(offer, Offer):
        return offer.agent
    raise InvalidArgument(
        "who answers? name the agent, or give the offer itself", code="no_agent", argument="agent"
    )
