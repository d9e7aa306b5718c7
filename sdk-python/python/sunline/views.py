"""What can be seen of an engine: queues and pools at a glance, one contact, one agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline._instants import instant, span
from sunline.config import AgentSpec
from sunline.config.reading import read_agent
from sunline.ids import AgentId, ChannelId, ContactId, OfferId, QueueId, Seq
from sunline.predicted import LEVELS, Unknown
from sunline.presence import Presence, read_presence
from sunline.words import AgentState, ContactState, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueReading:
    """A queue at one moment."""

    queue: QueueId
    name: str
    inside: int  #: Contacts that have not ended.
    waiting: int  #: Of these, the ones that no agent has accepted.
    oldest_origin_ns: int | None  #: Since when the one waits who has waited longest; `None`: nobody does.
    #: What one would be told who came now and found nobody free; `None`: the configuration wants no forecasts.
    newcomer: "NewcomerWait | Unknown | None" = None

    @property
    def oldest_origin(self) -> datetime | None:
        """Since when the one waits who has waited longest; UTC. `None`: nobody does."""
        return None if self.oldest_origin_ns is None else instant(self.oldest_origin_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewcomerWait:
    """The predicted wait of one who comes now and stays."""

    position: int  #: Place among those who wait in the same queue; 1 is next.
    mean_ns: int
    quantiles_ns: tuple[int, ...]  #: At the levels of `sunline.prediction.LEVELS`.
    p_meets_target: float  #: Probability of an answer in time.
    p_abandons: float  #: Probability that the customer gives up first.

    @property
    def mean(self) -> timedelta:
        """Mean wait."""
        return span(self.mean_ns)

    @property
    def quantiles(self) -> dict[float, timedelta]:
        """Waits that are not exceeded with a probability, by that probability."""
        return {level: span(ns) for level, ns in zip(LEVELS, self.quantiles_ns, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCounts:
    """How many agents are what."""

    offline: int  #: Signed out, with nothing in hand.
    on_break: int  #: On a break, with nothing in hand.
    idle: int  #: Ready and idle.
    busy: int  #: With an offer, a contact or a wrap-up in hand.
    cooling_down: int  #: Ready, but paused after a failed offer.
    not_responding: int  #: Ready, but asked nothing after too many unanswered offers.
    off_shift: int  #: Ready, but outside their shifts.

    @property
    def total(self) -> int:
        """All of them."""
        return (
            self.offline
            + self.on_break
            + self.idle
            + self.busy
            + self.cooling_down
            + self.not_responding
            + self.off_shift
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolReading:
    """A pool at one moment."""

    name: str
    agents: AgentCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """The engine as of a moment ago: at a quiet moment at once, under load at most 50 ms old."""

    at_ns: int  #: Which moment, by the engine's clock.
    seq: Seq  #: The last event that is in it.
    queues: Sequence[QueueReading]  #: In order of the configuration.
    pools: Sequence[PoolReading]  #: In order of the configuration.
    next_deadline_ns: int | None  #: When something happens next by itself.

    @property
    def at(self) -> datetime:
        """Which moment, by the engine's clock; UTC."""
        return instant(self.at_ns)

    @property
    def next_deadline(self) -> datetime | None:
        """When something happens next by itself; UTC."""
        return None if self.next_deadline_ns is None else instant(self.next_deadline_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact as it is, while it is inside."""

    contact: ContactId
    queue: QueueId
    state: ContactState
    origin_ns: int  #: When its customer began to wait.
    waited_ns: int  #: How long it has waited, or waited until it was answered.
    agent: AgentId | None  #: Who has it or is asked for it; the first, where several are asked.
    offers: Sequence[OfferId]  #: Its live offers.
    position: int | None  #: Among all that wait in its queue, from 1; `None` unless it waits.
    #: When its answer is due; `None` while that lies past the horizon of its queue's clock.
    due_at_ns: int | None

    @property
    def due_at(self) -> datetime | None:
        """When its answer is due; UTC."""
        return None if self.due_at_ns is None else instant(self.due_at_ns)

    transfers: int  #: How often it was passed on.
    escalated: bool  #: It was passed on beyond the limit.
    points: int  #: Priority points, added to the queue's base.

    @property
    def origin(self) -> datetime:
        """When its customer began to wait; UTC."""
        return instant(self.origin_ns)

    @property
    def waited(self) -> timedelta:
        """How long it has waited, or waited until it was answered."""
        return span(self.waited_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSlot:
    """A time for which callbacks may be booked."""

    since_ns: int  #: When it begins.
    until_ns: int  #: When it is over.
    room: int  #: Callbacks that the staff on shift is expected to make in it.
    booked: int  #: Callbacks that are booked in it.

    @property
    def since(self) -> datetime:
        """When it begins; UTC."""
        return instant(self.since_ns)

    @property
    def until(self) -> datetime:
        """When it is over; UTC."""
        return instant(self.until_ns)


def read_slot(native: tuple[int, int, int, int]) -> CallbackSlot:
    """A slot as the native module tells it."""
    since_ns, until_ns, room, booked = native
    return CallbackSlot(since_ns=since_ns, until_ns=until_ns, room=room, booked=booked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One contact in an agent's hands."""

    contact: ContactId
    queue: QueueId
    cost: int  #: Cost units it takes.
    stage: Stage
    since_ns: int  #: When this stage began.
    accepted_at_ns: int  #: When the agent accepted; before that, when it was offered.
    offer: OfferId | None  #: By which offer it is reserved.
    ends_at_ns: int | None  #: When the wrap-up ends by itself.

    @property
    def since(self) -> datetime:
        """When this stage began; UTC."""
        return instant(self.since_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalWork:
    """A piece of work from outside."""

    work: ContactId  #: The host's id of it.
    channel: ChannelId  #: Whose bounds it counts for.
    cost: int  #: Cost units it takes.
    since_ns: int  #: When it began.

    @property
    def since(self) -> datetime:
        """When it began; UTC."""
        return instant(self.since_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Offers to an agent that failed without a strike, since it last signed in."""

    declined: int  #: It declined.
    busy: int  #: Its line was busy.
    unreachable: int  #: It could not be reached.


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent as it is."""

    agent: AgentId
    spec: AgentSpec
    presence: Presence  #: What it wants to be.
    state: AgentState  #: What it is.
    work: Sequence[Work]  #: What it has in hand, oldest first.
    used: int  #: Cost units in use.
    idle_since_ns: int  #: Its idle clock.
    paused: Sequence[QueueId]  #: Queues it takes nothing of for now.
    external: Sequence[ExternalWork]  #: Work that the engine did not give, oldest first.
    over_capacity: bool  #: It has more in hand than it may; then it is asked nothing.
    refusals: Refusals  #: Offers that failed without a strike since it signed in.


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStats:
    """Counts since the engine started."""

    applied: int  #: Commands applied, repetitions included.
    refused: int  #: Commands refused by the kernel, or for want of a right or of a record.
    busy: int  #: Arrivals refused as busy.
    commits: int  #: Group commits recorded.
    failed_commits: int  #: Group commits that could not be recorded and were taken back.
    rebuilds: int  #: Times the kernel broke and was rebuilt.
    restarts: int  #: Times a part of the engine broke and was started again.


_NativeNewcomer = tuple[int, int, list[int], int, int]
NativeViews = tuple[
    int,
    int,
    list[tuple[int, str, int, int, int | None, tuple[_NativeNewcomer | None, str | None]]],
    list[tuple[int, str, list[int]]],
    int | None,
]
NativeContact = tuple[
    str, int, str, int, int, int | None, list[int], int | None, int | None, tuple[int, bool, int]
]
NativeWork = tuple[str, int, int, str, int, int, int | None, int | None]
NativeHands = tuple[list[int], list[tuple[str, int, int, int]], bool, tuple[int, int, int]]
NativeAgent = tuple[int, str, tuple[str, str], str, list[NativeWork], int, int, NativeHands]


def _newcomer(wait: _NativeNewcomer | None, reason: str | None) -> NewcomerWait | Unknown | None:
    if wait is None:
        return None if reason is None else Unknown(reason)
    position, mean, quantiles, meets, abandons = wait
    return NewcomerWait(
        position=position,
        mean_ns=mean,
        quantiles_ns=tuple(quantiles),
        p_meets_target=meets / 1e6,
        p_abandons=abandons / 1e6,
    )


def read_views(native: NativeViews) -> Views:
    """Views from what the engine tells."""
    at, seq, queues, pools, next_deadline = native
    return Views(
        at_ns=at,
        seq=Seq(seq),
        queues=tuple(
            QueueReading(
                queue=QueueId(queue),
                name=name,
                inside=inside,
                waiting=waiting,
                oldest_origin_ns=oldest,
                newcomer=_newcomer(*newcomer),
            )
            for queue, name, inside, waiting, oldest, newcomer in queues
        ),
        pools=tuple(PoolReading(name=name, agents=_counts(counts)) for _, name, counts in pools),
        next_deadline_ns=next_deadline,
    )


def _counts(native: list[int]) -> AgentCounts:
    offline, on_break, idle, busy, cooling_down, not_responding, off_shift = native
    return AgentCounts(
        offline=offline,
        on_break=on_break,
        idle=idle,
        busy=busy,
        cooling_down=cooling_down,
        not_responding=not_responding,
        off_shift=off_shift,
    )


def read_stats(native: list[int]) -> EngineStats:
    """Counts from what the engine tells."""
    applied, refused, busy, commits, failed_commits, rebuilds, restarts = native
    return EngineStats(
        applied=applied,
        refused=refused,
        busy=busy,
        commits=commits,
        failed_commits=failed_commits,
        rebuilds=rebuilds,
        restarts=restarts,
    )


def read_contact_view(native: NativeContact | None) -> ContactView | None:
    """A contact from what the engine tells."""
    if native is None:
        return None
    contact, queue, state, origin, waited, agent, offers, position, due_at, rest = native
    transfers, escalated, points = rest
    return ContactView(
        contact=ContactId(contact),
        queue=QueueId(queue),
        state=ContactState(state),
        origin_ns=origin,
        waited_ns=waited,
        agent=None if agent is None else AgentId(agent),
        offers=tuple(OfferId(offer) for offer in offers),
        position=position,
        due_at_ns=due_at,
        transfers=transfers,
        escalated=escalated,
        points=points,
    )


def read_agent_view(native: NativeAgent) -> AgentView:
    """An agent from what the engine tells."""
    agent, spec, presence, state, work, used, idle_since, hands = native
    paused, external, over_capacity, (declined, busy, unreachable) = hands
    return AgentView(
        agent=AgentId(agent),
        spec=read_agent(spec),
        presence=read_presence(presence),
        state=AgentState(state),
        work=tuple(_work(piece) for piece in work),
        used=used,
        idle_since_ns=idle_since,
        paused=tuple(QueueId(queue) for queue in paused),
        external=tuple(
            ExternalWork(work=ContactId(work), channel=ChannelId(channel), cost=cost, since_ns=since)
            for work, channel, cost, since in external
        ),
        over_capacity=over_capacity,
        refusals=Refusals(declined=declined, busy=busy, unreachable=unreachable),
    )


def _work(native: NativeWork) -> Work:
    contact, queue, cost, stage, since, accepted_at, offer, ends_at = native
    return Work(
        contact=ContactId(contact),
        queue=QueueId(queue),
        cost=cost,
        stage=Stage(stage),
        since_ns=since,
        accepted_at_ns=accepted_at,
        offer=None if offer is None else OfferId(offer),
        ends_at_ns=ends_at,
    )


__all__ = [
    "AgentCounts",
    "AgentView",
    "CallbackSlot",
    "ContactView",
    "EngineStats",
    "ExternalWork",
    "PoolReading",
    "QueueReading",
    "Refusals",
    "Views",
    "Work",
]
