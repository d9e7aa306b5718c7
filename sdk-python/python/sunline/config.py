"""The configuration of a routing domain, as typed, frozen values.

The same document as in TOML or JSON: read one with `load_config`, or build it here. Building checks nothing; loading,
starting an engine and making a scenario do, and report every problem with its path.

>>> config = Config(
...     name="shop",
...     channels=[ChannelConfig(name="voice")],
...     skills=[SkillConfig(name="billing")],
...     queues=[QueueConfig(name="bills", requires="billing >= 3")],
...     agents=[AgentSpec(name="ann", skills={"billing": 7})],
... )
>>> load_config(config).queues[0].offer.expires_after
datetime.timedelta(seconds=20)
"""

import json
import os
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from sunline import _native
from sunline._instants import MOST_NS, instant, instant_ns, span, span_ns
from sunline.errors import ConfigInvalid, InvalidArgument
from sunline.hours import HoursTable, made

Value = bool | int | str
"""The value of an attribute: a flag, a whole number, or a text of at most 1024 bytes."""


class IdleClock(StrEnum):
    """When an agent's idle clock restarts."""

    SINCE_LAST_HANDLED = "since_last_handled"  #: When any work is accepted or ends.
    SINCE_AVAILABLE = "since_available"  #: When room goes from none to some.


class AgentRule(StrEnum):
    """Who is chosen among agents that may serve."""

    LONGEST_IDLE = "longest_idle"  #: The one whose idle clock started first.
    BEST_SCORE = "best_score"  #: The highest label score of preferred terms, then longest idle.
    #: The fewest skills beyond the need and the lowest sufficient levels, then longest idle.
    LEAST_QUALIFIED_SUFFICIENT = "least_qualified_sufficient"
    ROUND_ROBIN = "round_robin"  #: The next by registration after the one chosen last for this queue.
    LEAST_LOADED = "least_loaded"  #: The least cost in use relative to its total, then longest idle.
    LINEAR = "linear"  #: The first by registration.
    BEST_LEVEL = "best_level"  #: The highest levels of the skills asked for, added up, then longest idle.
    LEAST_OCCUPIED = "least_occupied"  #: The least share of the last hour at work, then longest idle.
    FEWEST_CONTACTS = "fewest_contacts"  #: The fewest contacts accepted in the last hour, then longest idle.
    FASTEST = "fastest"  #: The least expected handle time, then longest idle.
    IDLENESS_RATIO = "idleness_ratio"  #: The pool furthest above its `idle_share`, then longest idle.
    UNIFORM = "uniform"  #: Any of them, with equal chances.
    WEIGHTED = "weighted"  #: Any of them, with chances as their `weight`.
    QUOTA = "quota"  #: The pool that lacks most of its `share` in this window, then longest idle.
    MOST_LOADED = (
        "most_loaded"  #: The most cost in use that still leaves room, then longest idle. Packs work.
    )


class PastDue(StrEnum):
    """Where contacts go whose deadline has passed."""

    KEEP = "keep"  #: They keep the place that their deadline gives them.
    FIRST = "first"  #: Ahead of all others, the longest wait first.
    LAST = "last"  #: Behind all others, by deadline.


@dataclass(frozen=True, slots=True, kw_only=True)
class EarliestDeadline:
    """The earliest deadline goes first: origin plus the queue's `answer_within`."""

    past: PastDue = PastDue.KEEP  #: Where those go whose deadline has passed.


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralisedCmu:
    """The generalised cμ rule: `weight` x β x wait^(β-1) / the expected handle time in this pool."""

    beta: Decimal = Decimal(2)  #: The power with which the cost of a wait grows, 1 to 4.


class QueueOrder(StrEnum):
    """Which contact of a queue is its head."""

    POINTS = "points"  #: The one with the most points, then the earliest origin.
    FIFO = "fifo"  #: The earliest origin, whatever the points.
    LIFO = "lifo"  #: The latest origin.


class ContactRule(StrEnum):
    """How the heads of queues are compared for an agent of a pool."""

    POINTS = "points"  #: The most points.
    LONGEST_WAIT = "longest_wait"  #: The longest wait since origin.
    PRIORITY = "priority"  #: The queue of the first `rank`, then the longest wait.
    CREDIT = "credit"  #: The longest wait with the queue's `credit`.
    WEIGHTED_WAIT = "weighted_wait"  #: The wait times the queue's `weight`.
    SLA_RATIO = "sla_ratio"  #: The wait as a share of the queue's `answer_within`.
    QUEUE_RATIO = "queue_ratio"  #: The queue furthest above its `ratio` of all that wait.
    LONGEST_QUEUE = "longest_queue"  #: The queue in which most contacts wait.
    SLA_RISK = "sla_risk"  #: Who loses most by waiting for the next agent of the pool.
    LIFO = "lifo"  #: The latest origin.


AnyOrder = QueueOrder | EarliestDeadline
"""What the order of a queue may be."""

AnyContactRule = ContactRule | EarliestDeadline | GeneralisedCmu
"""What the contact rule of a pool may be."""


class OnUnservable(StrEnum):
    """What happens to a contact that nobody could ever serve."""

    WAIT = "wait"  #: It waits, and the host is told.
    BLOCK = "block"  #: It ends as blocked, and the host is told.


class OnAgentLost(StrEnum):
    """What happens to a contact whose agent's session is lost."""

    KEEP = "keep"  #: It stays with the agent for `agent_lost_grace`; then it goes back to its queue.
    REQUEUE = "requeue"  #: It goes back to its queue at once, with its origin.


class WorkKind(StrEnum):
    """How a piece of work came to its agent."""

    ROUTED = "routed"  #: By routing.
    DIRECT = "direct"  #: By hand: assigned, pulled, or passed on to this very agent.
    OUTBOUND = "outbound"  #: The agent calls the customer.
    EXTERNAL = "external"  #: Not from the engine at all.


class Override(StrEnum):
    """A rule that a supervisor may break by hand, where a queue says so. Absolute needs are none of them."""

    MANDATORY = "mandatory"  #: The mandatory requirement.
    CAPACITY = "capacity"  #: The agent's room.
    PRESENCE = (
        "presence"  #: The agent is on a break, does not respond or cools down; never that it is offline.
    )
    PAUSE = "pause"  #: The agent pauses the queue.
    PASSED_OVER = "passed_over"  #: The agent is passed over for this contact for a while.
    SHIFT = "shift"  #: The contact is expected to last beyond the agent's shift.


class AnswerMode(StrEnum):
    """Who answers an offer."""

    AGENT = "agent"  #: The agent accepts or declines.
    AUTO = "auto"  #: The engine accepts at once in the agent's name.


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConfig:
    """What is remembered of contacts that have ended."""

    #: How long an ended contact's id is remembered, so that a late repetition is recognised. 7 days: hosts retry
    #: within hours, at worst after a weekend.
    ended_ids_for: timedelta = timedelta(days=7)
    #: How many ended ids at most; 0 remembers none, as in a simulation.
    ended_ids_max: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """A way in which customers reach the centre."""

    name: str
    cost: int = 1  #: Cost units one contact takes of an agent, at least 1.
    cap: int | None = (
        None  #: Contacts of this channel that one agent may have in hand; `None`: as many as fit.
    )
    interrupts: AbstractSet[str] = (
        frozenset()
    )  #: Channels whose conversations a contact of this one may interrupt.
    asynchronous: bool = False  #: Whether a silent contact may be parked.
    wrap_up: timedelta | None = None  #: Where neither agent nor queue says otherwise.


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillConfig:
    """A skill that requirements and agents may name."""

    name: str


class ClosedAction(StrEnum):
    """What becomes of a contact in a queue that is closed."""

    SERVE = "serve"  #: It waits as always, and whoever is there serves it.
    DEFER = "defer"  #: It keeps its place, and nobody is asked before the queue opens again.
    END = "end"  #: It ends as closed.
    OVERFLOW = "overflow"  #: It moves to the queue named by `overflow_to`, with its origin.


class OffShift(StrEnum):
    """What an agent who is signed in outside its shifts is given."""

    NOTHING = "nothing"  #: No new work.
    ANYTHING = "anything"  #: Work as always: overtime counts.


class SignIn(StrEnum):
    """Who signs agents in and out."""

    BY_AGENT = "by_agent"  #: The agent, or the host in its name.
    BY_SHIFT = (
        "by_shift"  #: The shift: its start makes an offline agent available, its end makes any agent offline.
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarConfig:
    """A calendar that queues and agents may name; its table comes from `sunline.calendar`."""

    name: str
    hours: HoursTable | None = (
        None  #: `None`: not yet; until they are set the calendar is unknown, and reported.
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingHoursConfig:
    """When customers of one zone may be called."""

    zone: str  #: The IANA zone, as contacts name it.
    hours: HoursTable


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningConfig:
    """When a queue is open, and what its closing means. Contacts that an agent has accepted stay in any case."""

    calendar: str  #: While it is unknown the queue is open.
    at_closing: ClosedAction = ClosedAction.SERVE  #: Of those who wait when it closes.
    when_closed: ClosedAction = ClosedAction.END  #: Of those who arrive while it is closed.
    overflow_to: str | None = None  #: The queue that `ClosedAction.OVERFLOW` moves contacts to.


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftConfig:
    """How the shifts of a pool's agents guard their ends."""

    overrun: timedelta = timedelta(0)  #: How far the expected end of new work may lie past the shift's end.
    off_shift: OffShift = OffShift.NOTHING
    sign_in: SignIn = SignIn.BY_AGENT


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolQueueConfig:
    """How the agents of a pool see one queue."""

    tier: int = 0  #: A lower tier goes first whatever the contact rule says, 0 to 255.
    delay: timedelta = timedelta(0)  #: How long a contact is in the queue before this pool may take it.
    reserve: int = 0  #: Agents of the pool kept for others.
    cap: int | None = None  #: Contacts of the queue that the pool has in hand at most; `None`: no cap.
    handle_time: timedelta | None = None  #: Expected in this pool; `None`: the queue's.
    share: Decimal = Decimal(0)  #: Of the queue's contacts, for `AgentRule.QUOTA`, 0 to 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolConfig:
    """A pool of agents (routing profile); each agent is in exactly one."""

    name: str
    idle_clock: IdleClock = IdleClock.SINCE_LAST_HANDLED
    keep_seniority_on_break: bool = False  #: Whether a break leaves the idle clock alone.
    contact_rule: AnyContactRule = ContactRule.POINTS  #: How the heads of queues are compared for its agents.
    queues: Mapping[str, PoolQueueConfig] = field(default_factory=dict)  #: How its agents see single queues.
    idle_share: Decimal = Decimal(0)  #: Of all idle agents, that should be idle here, 0 to 1.
    shift: ShiftConfig = field(default_factory=ShiftConfig)
    idle_clock_ignores: AbstractSet[WorkKind] = frozenset()  #: Kinds of work that leave the idle clock alone.


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceConfig:
    """A preferred term: it adds to an agent's score and never excludes."""

    term: str  #: An expression, such as `"billing >= 5"`.
    weight: int = 1  #: Among the terms, 1 to 1000.


@dataclass(frozen=True, slots=True, kw_only=True)
class Absolute:
    """Needs that nothing relaxes."""

    data_classes: AbstractSet[str] = frozenset()  #: The agent must be cleared for every one.
    in_house_only: bool = False  #: The agent must work for no partner.
    sites: AbstractSet[str] = frozenset()  #: The agent must work at one of these; empty means anywhere.
    entitlements: AbstractSet[str] = frozenset()  #: The agent must hold every one, within its dates.
    #: The project it is work for: an agent locked to another project takes none of it.
    project: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastConfig:
    """That waits are predicted, and what is known of them at first. None of it must be right: it is learned."""

    handle_time: timedelta = timedelta(minutes=3)  #: Mean time for a contact, wrap-up included; more than 0.
    patience: timedelta = timedelta(minutes=5)  #: Mean time after which a customer gives up; more than 0.
    agents: int = 8  #: Usually there together, 1 to 100,000. It sets how wide the first forecasts are.
    #: Of the intervals whose service level is foretold, in UTC: 15, 30 or 60 minutes.
    interval: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskConfig:
    """When a breach is announced before it happens."""

    percent: int = 50  #: Least probability, 1 to 100: more likely than not.
    lead: timedelta = timedelta(
        seconds=10
    )  #: Tested once more so long before it is due; less than `answer_within`.


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferConfig:
    """How contacts of a queue are offered."""

    answer: AnswerMode = AnswerMode.AGENT
    expires_after: timedelta = timedelta(seconds=20)  #: Time to answer, more than 0: three to four rings.
    parallel: int = 1  #: Agents asked at once, 1 to 64.
    exclude_decliner: timedelta = timedelta(seconds=60)  #: A decliner is not asked again for this contact.
    no_answer_delay: timedelta = timedelta(seconds=10)  #: Who did not answer is asked nothing.
    busy_delay: timedelta = timedelta(seconds=30)  #: The same for an agent whose line was busy.
    unreachable_delay: timedelta = timedelta(seconds=30)  #: The same for one who could not be reached.
    max_strikes: int = 3  #: Unanswered offers in a row after which an agent counts as not responding.
    confirm_connection: bool = False  #: Whether the host confirms that media is up.
    connect_grace: timedelta = timedelta(seconds=10)  #: How long that may take, more than 0.


class TurnAway(StrEnum):
    """What becomes of a contact at a bound."""

    BLOCK = "block"  #: It ends as blocked; after the longest wait, as timed out.
    OVERFLOW = "overflow"  #: It moves to the queue named by `overflow_to`, with its origin.
    SHED = "shed"  #: It ends as shed.
    CALLBACK = "callback"  #: Its customer will be called back; it keeps origin and place.


class Staffing(StrEnum):
    """Which agents count as there, tested with the contact's own requirement."""

    ALWAYS = "always"  #: Nobody needs to be there.
    SIGNED_IN = "signed_in"  #: A capable agent is signed in, if on a break.
    AVAILABLE = "available"  #: A capable agent is available, if busy.


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionConfig:
    """Whom a queue lets wait, and for how long."""

    max_length: int | None = None  #: Contacts that may be ahead of one that has to wait; `None`: no bound.
    when_full: TurnAway = TurnAway.BLOCK
    max_wait: timedelta | None = None  #: Longest wait without an offer, since it entered the queue.
    after_max_wait: TurnAway = TurnAway.BLOCK
    join: Staffing = Staffing.ALWAYS  #: Who must be there for a contact to begin to wait.
    stay: Staffing = Staffing.ALWAYS  #: Who must be there for a contact to go on waiting.
    when_unstaffed: TurnAway = TurnAway.BLOCK
    overflow_to: str | None = None  #: The queue that `TurnAway.OVERFLOW` moves contacts to.


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerConfig:
    """How a queue asks a scorer outside. Its `agent_rule` decides where no scores come in time."""

    wait: timedelta = timedelta(milliseconds=20)  #: How long a contact waits for scores, at most 1 s.


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferConfig:
    """How often contacts of a queue may be passed on, and who may still take them then."""

    max: int = 2  #: Transfers in one contact's chain; more than two switches annoy customers.
    escalate_to_queues: AbstractSet[str] = frozenset()  #: Queues that may take a contact beyond that.
    escalate_to_groups: AbstractSet[str] = frozenset()  #: Groups whose agents may take a contact beyond that.


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotConfig:
    """How many callbacks may be booked: as many as the staff on shift is expected to make."""

    length: timedelta = timedelta(minutes=30)  #: How long a slot is.
    share: int = 50  #: What share of the staff's time may be booked, in percent.


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackConfig:
    """How a queue calls customers back."""

    max_attempts: int = 3  #: How often a customer is dialled at most, 1 to 100.
    gap: timedelta = timedelta(minutes=15)  #: How long after an attempt the next may come.
    dial_within: timedelta = timedelta(seconds=60)  #: How long an agent who accepted may dial.
    owner_delay: timedelta = timedelta(
        minutes=10
    )  #: How long an agent's own callback is kept for that agent.
    slots: SlotConfig | None = None  #: How many may be booked for an instant; `None`: any number.


class Signal(StrEnum):
    """A figure of one queue, or of several together."""

    LENGTH = "length"  #: Contacts that wait.
    WAIT = "wait"  #: Whole seconds that the first of those who wait has been in its queue.
    SIGNED_IN = "signed_in"  #: Agents signed in who meet the queue's requirement. Fewer is worse.


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerConfig:
    """When something is entered and when it is left."""

    signal: Signal
    enter: int  #: It is entered when the figure is this or beyond: contacts, whole seconds, or agents.
    leave: int  #: It is left when the figure is this or better.
    min_active: timedelta = timedelta(seconds=60)  #: How long it stays entered at least.
    min_idle: timedelta = timedelta(seconds=60)  #: How long it stays left at least.


@dataclass(frozen=True, slots=True, kw_only=True)
class OverflowConfig:
    """While its trigger is entered, contacts that come to the queue and find nobody move on."""

    when: TriggerConfig
    to: str  #: The queue they move to; where that is a partner's, all of its terms apply.


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerConfig:
    """A partner that serves contacts for the centre, and its terms."""

    name: str
    queue: str  #: The queue its agents serve.
    data_classes: AbstractSet[str] = frozenset()  #: What it may see.
    topics: AbstractSet[str] = frozenset()  #: Queues whose contacts it may be given; empty means any.
    since: datetime | None = None  #: First instant of its contract.
    until: datetime | None = None  #: First instant after it.
    concurrency: int | None = None  #: Contacts in its queue and in its hands at most.
    share: int = 100  #: Percent of a queue's arrivals that may be given to it, 1 to 100.
    only_in_surge: bool = False  #: Whether it is given contacts only while a surge opens it.
    answer_within: timedelta | None = None  #: What it owes; only reports use it.


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowConfig:
    """A stretch of time, its end not inside."""

    since: datetime  #: First instant inside.
    until: datetime  #: First instant after.


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeBounds:
    """Bounds that stand in for a queue's own."""

    queue: str
    admission: AdmissionConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeConfig:
    """A surge: while it is on, its settings stand in for those of its queues."""

    name: str
    queues: AbstractSet[str]  #: Whose figures count.
    when: TriggerConfig | None = None  #: When it begins and ends by those figures together.
    planned: Sequence[WindowConfig] = ()  #: When it is on by plan.
    bounds: Sequence[SurgeBounds] = ()
    deflect: AbstractSet[str] = frozenset()  #: Queues whose contacts, where they find nobody, are handed off.
    shed: Sequence[str] = ()  #: Queues whose contacts are shed, in this order, the newest first.
    shed_above: int = 0  #: How many may wait before any is shed.
    open_partners: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """By whom contacts may be served: a pool, a site or a partner, one of them; none of them means everyone."""

    pool: str | None = None  #: The agents of a pool.
    site: str | None = None  #: The agents of a site.
    partner: str | None = None  #: The agents of a partner.


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfig:
    """One step of a queue's plan; it stays open, and never opens what is absolute."""

    after: timedelta  #: Since the contact's entry into the plan; later than the step before.
    drop: Sequence[str] = ()  #: Single terms that are asked no more.
    drop_all: bool = False  #: Whether nothing mandatory is asked any more.
    lower: Mapping[str, int] = field(default_factory=dict)  #: Levels that are asked at most, by skill.
    add: Sequence[Target] = ()  #: Beside those open so far.
    move: Sequence[Target] = ()  #: In place of those open so far.
    move_to_queue: str | None = None  #: The queue whose plan the contact enters.
    callback: bool = False  #: Whether its customer is called back when the queue's hours next begin.


@dataclass(frozen=True, slots=True, kw_only=True)
class AffinityConfig:
    """Contacts are kept for agents they prefer, or who served their customer last, while that pays."""

    max_wait: timedelta = timedelta(seconds=60)  #: How long a contact is kept for one agent at most.
    bonus: timedelta = timedelta(seconds=30)  #: How much longer than for anybody it may wait for that agent.
    memory: timedelta = timedelta(days=7)  #: How long who served a customer last counts as preferred.


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueConfig:
    """A queue: who waits there, in what order, and what happens to them."""

    name: str
    channel: str | None = None  #: Of contacts that name none; `None`: the first channel.
    absolute: Absolute = field(default_factory=Absolute)
    requires: str = ""  #: Mandatory requirement, as an expression; empty means any agent.
    prefers: Sequence[PreferenceConfig] = ()  #: Used by `AgentRule.BEST_SCORE`.
    agent_rule: AgentRule = AgentRule.LONGEST_IDLE
    base_points: int = 0  #: Points of a contact that has just begun to wait.
    points_per_hour: int = 3600  #: Points gained by waiting; 3600 is one a second.
    points_cap: int | None = None  #: Points never rise above this; `None`: no cap.
    offer: OfferConfig = field(default_factory=OfferConfig)
    wrap_up: timedelta | None = None  #: After a contact of this queue; `None`: the agent's, else none.
    wrap_up_max: timedelta = timedelta(minutes=10)  #: Longest that extensions may reach, from its start.
    on_unservable: OnUnservable = OnUnservable.WAIT
    answer_within: timedelta = timedelta(seconds=20)  #: Counts as in time, in reports.
    short_abandon: timedelta = timedelta(seconds=5)  #: Counts as a short abandonment, in reports.
    admission: AdmissionConfig = field(default_factory=AdmissionConfig)
    callback: CallbackConfig = field(default_factory=CallbackConfig)
    #: Queues with the same group hold one contact of a customer; `None`: every contact stands for itself.
    merge_group: str | None = None
    overflow: Sequence[OverflowConfig] = ()  #: Of several entered, the first whose target takes the contact.
    order: AnyOrder = QueueOrder.POINTS  #: Which contact is the queue's head.
    rank: int = 1  #: For `ContactRule.PRIORITY`, 1 to 1000; 1 goes first.
    credit: timedelta = timedelta(0)  #: For `ContactRule.CREDIT`.
    #: For `ContactRule.WEIGHTED_WAIT`, `GeneralisedCmu` and `ContactRule.SLA_RISK`, 0 to 1000.
    weight: Decimal = Decimal(1)
    ratio: Decimal = Decimal(0)  #: For `ContactRule.QUEUE_RATIO`: the share of all that wait, 0 to 1.
    handle_time: timedelta = timedelta(minutes=3)  #: Expected, where no pool or agent says otherwise.
    seed: int = 0  #: Of the queue's own stream of chance.
    opening: OpeningConfig | None = None  #: When it is open; `None`: always.
    answer_clock: str | None = None  #: The calendar in whose business time `answer_within` runs.
    expected_handle: timedelta | None = (
        None  #: The quantile of handle time that the shift guard reckons with.
    )
    quota_window: timedelta = timedelta(days=1)  #: How long `AgentRule.QUOTA` counts before it begins anew.
    scorer: ScorerConfig | None = None  #: Asked how well agents suit a contact; see `sunline.scoring`.
    on_agent_lost: OnAgentLost = OnAgentLost.KEEP  #: What becomes of a contact whose agent's session is lost.
    agent_lost_grace: timedelta = timedelta(seconds=60)  #: How long a contact is kept for such an agent.
    unpark_hold: timedelta = timedelta(minutes=10)  #: How long one that comes back is held without room.
    transfers: TransferConfig = field(default_factory=TransferConfig)
    overridable: AbstractSet[Override] = frozenset()  #: Rules that a supervisor may break by hand.
    at_risk: AtRiskConfig | None = None  #: Which breaches are announced before they happen; `None`: none.
    targets: Sequence[Target] = ()  #: Who may serve from the start; none: everyone who meets the needs.
    plan: Sequence[StepConfig] = ()  #: What opens while a contact waits, in order of time.
    affinity: AffinityConfig | None = None  #: For whom contacts are kept; `None`: for nobody.


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillGrant:
    """How well, and from when to when, an agent has a skill."""

    level: int  #: Proficiency 1 to 10, 10 best.
    since: datetime | None = None  #: First instant at which it counts; `None`: since ever.
    until: datetime | None = None  #: First instant at which it counts no more; `None`: for ever.


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """From when to when something counts."""

    since: datetime | None = None  #: First instant at which it counts; `None`: since ever.
    until: datetime | None = None  #: First instant at which it counts no more; `None`: for ever.


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """An agent as registered: what it can do and where it belongs."""

    name: str  #: Unique in the domain.
    pool: str | None = None  #: `None`: the first pool.
    skills: Mapping[str, int | SkillGrant] = field(default_factory=dict)  #: By name: a level, or a grant.
    groups: AbstractSet[str] = frozenset()  #: Labels that expressions may ask for.
    site: str | None = None
    partner: str | None = None  #: The partner it works for; without one it is in-house.
    clearance: AbstractSet[str] = frozenset()  #: Data classes it may see.
    attributes: Mapping[str, Value] = field(default_factory=dict)
    capacity: int = 1  #: Cost units in all, 1 to 1000.
    wrap_up: timedelta | None = None  #: Goes before the queue's.
    weight: int = 1  #: Chances relative to others for `AgentRule.WEIGHTED`, 1 to 100.
    handle_times: Mapping[str, timedelta] = field(default_factory=dict)  #: Expected, by queue.
    shift: str | None = None  #: The calendar of its shifts, breaks included; `None`: it may work at any time.
    caps: Mapping[str, int] = field(default_factory=dict)  #: By channel; goes before the channel's own cap.
    entitlements: Mapping[str, Dates] = field(
        default_factory=dict
    )  #: What absolute needs may ask for, by name.
    never_serves: AbstractSet[str] = frozenset()  #: Customers it never serves, whatever else is relaxed.

    def to_json(self) -> str:
        """The registration as JSON text."""
        return json.dumps(document(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A joint rule: the best assignment of all that wait to all that are free."""

    tick: timedelta = timedelta(0)  #: How often pairs are made, 0 to 2 s; 0: at every event.
    layer: timedelta = timedelta(
        seconds=60
    )  #: Whose origin lies within this of the oldest goes before all others.
    value: timedelta = timedelta(0)  #: What a full label score is worth, as handle time.
    urgency: Decimal = Decimal(0)  #: What a second of wait is worth, in seconds of handle time, 0 to 1000.


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsConfig:
    """The index of a queue in a pool: constant + per_wait x longest wait + per_idle x longest idle, in seconds."""

    queue: str
    pool: str
    constant: Decimal = Decimal(0)  #: Seconds; below 0 both must wait before a contact may start.
    per_wait: Decimal = Decimal(1)
    per_idle: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A joint rule: the queue and pool with the largest index start, none while it is negative."""

    cells: Sequence[WeightsConfig]  #: What is not named here has an index of its longest wait.


JointRule = Assignment | Weights
"""A rule that looks at all that wait and all that are free together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A routing domain: its channels, skills, pools, queues and, where wanted, its agents."""

    name: str
    memory: MemoryConfig = field(default_factory=MemoryConfig)
    channels: Sequence[ChannelConfig]  #: At least one.
    skills: Sequence[SkillConfig] = ()
    pools: Sequence[PoolConfig] = ()  #: Without any, there is one called `default`.
    queues: Sequence[QueueConfig]  #: At least one.
    agents: Sequence[AgentSpec] = ()  #: More may register at any time.
    partners: Sequence[PartnerConfig] = ()
    surges: Sequence[
        SurgeConfig
    ] = ()  #: Where several are on, the first that says something of a queue counts.
    calendars: Sequence[CalendarConfig] = ()  #: That queues and agents may name.
    #: By zone. With any, a contact that names a zone without a table is refused: load its table first.
    calling_hours: Sequence[CallingHoursConfig] = ()
    joint: JointRule | None = None  #: In place of the rules of queues and pools.
    #: Channels that one agent may have in hand together, each a whole set; without any, all go together.
    combinations: Sequence[AbstractSet[str]] = ()
    #: How long an agent who served a project takes no other project's work, from the end of that work; `None`: no lock.
    project_lock: timedelta | None = None
    forecast: ForecastConfig | None = (
        None  #: That waits are predicted; `None`: they are not, which costs nothing.
    )

    def to_json(self) -> str:
        """The configuration as JSON text."""
        return json.dumps(document(self))


ConfigSource = Config | str | os.PathLike[str] | Mapping[str, object]
"""Where a configuration may come from; see `load_config`."""


def load_config(source: ConfigSource) -> Config:
    """Reads and checks a configuration, and fills in every default.

    `source` is a `Config`; or a path object (`pathlib.Path`) of a file, JSON where it ends in `.json` and TOML
    otherwise; or a text, JSON where it begins with a brace and TOML otherwise; or a mapping of the same shape.

    Raises `ConfigInvalid` with every problem and its path, `InvalidArgument` where there is nothing to read.
    """
    if isinstance(source, Config):
        text, is_json = source.to_json(), True
    elif isinstance(source, str):
        text, is_json = source, source.lstrip().startswith("{")
    elif isinstance(source, os.PathLike):
        path = Path(source)
        text, is_json = _content(path), path.suffix.lower() == ".json"
    else:
        text, is_json = _dumped(source), True
    normal = _native.read_config(text, json=is_json)
    config = _config(json.loads(normal))
    if _native.normal_config(config.to_json()) != normal:
        raise ConfigInvalid(
            "the configuration says something that Python cannot hold, such as a length below a microsecond",
            code="not_representable",
        )
    return config


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(
            f"{path} cannot be read: {error}", code="unreadable", argument="source"
        ) from error


def _dumped(source: Mapping[str, object]) -> str:
    try:
        return json.dumps(source, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"the mapping is no configuration: {error}", code="unreadable", argument="source"
        ) from error


# ── to the document ──────────────────────────────────────────────────────────────────────────────────────────

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What JSON can say, without fractions: the document has none."""

#: What Python calls otherwise, because the document's word is a keyword.
_DOCUMENT_NAMES: dict[tuple[type[object], str], str] = {
    (SkillGrant, "since"): "from",
    (Dates, "since"): "from",
    (PartnerConfig, "since"): "from",
    (WindowConfig, "since"): "from",
}


def document(part: object) -> Json:  # noqa: PLR0912 — one branch a kind
    """A part of the document as JSON knows it; what is `None` is left out."""
    match part:
        case None | bool() | int() | str():
            return part
        case Assignment():
            return {"assignment": _document_table(part)}
        case Weights():
            return {"weights": document(part.cells)}
        case EarliestDeadline():
            return {"earliest_deadline": {"past": part.past.value}}
        case GeneralisedCmu():
            return {"generalised_cmu": {"beta": document(part.beta)}}
        case Decimal():
            return f"{part:f}"
        case timedelta():
            return f"{span_ns(part, 'a duration') // 1000}us"
        case datetime():
            return instant_ns(part, "an instant")
        case HoursTable():
            return table_document(part)
        case Target():
            return _document_table(part) or "everyone"
        case Mapping():
            return {str(name): document(value) for name, value in part.items()}
        case AbstractSet():
            return [document(entry) for entry in sorted(part)]
        case Sequence():
            return [document(entry) for entry in part]
    if is_dataclass(part) and not isinstance(part, type):
        return _document_table(part)
    raise InvalidArgument(f"{part!r} has no place in a configuration", code="unreadable", argument="config")


def table_document(table: HoursTable) -> Json:
    """A table of hours as JSON knows it."""
    native = table._native
    horizon = native.horizon_ns()
    return {
        "intervals": [{"from": start, "until": end} for start, end in native.intervals()],
        "horizon": MOST_NS if horizon is None else horizon,
        "tz_release": native.tz_release(),
    }


def _document_table(part: Any) -> dict[str, Json]:
    named = ((_DOCUMENT_NAMES.get((type(part), f.name), f.name), getattr(part, f.name)) for f in fields(part))
    return {name: document(value) for name, value in named if value is not None}


# ── from the document, as the engine writes it: checked, and with every default ─────────────────────────────


def read_agent(text: str) -> AgentSpec:
    """An agent's registration from JSON, as the engine writes it."""
    return _agent(json.loads(text))


def read_config(text: str) -> Config:
    """A configuration from JSON, as the engine writes it."""
    return _config(json.loads(text))


def _config(tree: Any) -> Config:
    return Config(
        name=tree["name"],
        memory=MemoryConfig(
            ended_ids_for=_duration(tree["memory"]["ended_ids_for"]),
            ended_ids_max=tree["memory"]["ended_ids_max"],
        ),
        channels=tuple(_channel(channel) for channel in tree["channels"]),
        skills=tuple(SkillConfig(name=skill["name"]) for skill in tree["skills"]),
        pools=tuple(
            PoolConfig(
                name=pool["name"],
                idle_clock=IdleClock(pool["idle_clock"]),
                keep_seniority_on_break=pool["keep_seniority_on_break"],
                contact_rule=read_contact_rule(pool["contact_rule"]),
                queues={name: _seen(seen) for name, seen in pool["queues"].items()},
                idle_share=Decimal(pool["idle_share"]),
                shift=ShiftConfig(
                    overrun=_duration(pool["shift"]["overrun"]),
                    off_shift=OffShift(pool["shift"]["off_shift"]),
                    sign_in=SignIn(pool["shift"]["sign_in"]),
                ),
                idle_clock_ignores=frozenset(WorkKind(kind) for kind in pool["idle_clock_ignores"]),
            )
            for pool in tree["pools"]
        ),
        queues=tuple(_queue(queue) for queue in tree["queues"]),
        agents=tuple(_agent(agent) for agent in tree["agents"]),
        partners=tuple(_partner(partner) for partner in tree["partners"]),
        surges=tuple(_surge(surge) for surge in tree["surges"]),
        calendars=tuple(
            CalendarConfig(name=calendar["name"], hours=_table_or_none(calendar["hours"]))
            for calendar in tree["calendars"]
        ),
        calling_hours=tuple(
            CallingHoursConfig(zone=calling["zone"], hours=_table(calling["hours"]))
            for calling in tree["calling_hours"]
        ),
        joint=_joint(tree.get("joint")),
        combinations=tuple(frozenset(names) for names in tree["combinations"]),
        project_lock=_duration_or_none(tree.get("project_lock")),
        forecast=_forecast(tree.get("forecast")),
    )


def _joint(tree: Any) -> JointRule | None:
    match tree:
        case {"assignment": known}:
            return Assignment(
                tick=_duration(known["tick"]),
                layer=_duration(known["layer"]),
                value=_duration(known["value"]),
                urgency=Decimal(known["urgency"]),
            )
        case {"weights": cells}:
            return Weights(cells=tuple(_weights(cell) for cell in cells))
        case _:
            return None


def _weights(tree: Any) -> WeightsConfig:
    return WeightsConfig(
        queue=tree["queue"],
        pool=tree["pool"],
        constant=Decimal(tree["constant"]),
        per_wait=Decimal(tree["per_wait"]),
        per_idle=Decimal(tree["per_idle"]),
    )


def _channel(tree: Any) -> ChannelConfig:
    return ChannelConfig(
        name=tree["name"],
        cost=tree["cost"],
        cap=tree.get("cap"),
        interrupts=frozenset(tree["interrupts"]),
        asynchronous=tree["asynchronous"],
        wrap_up=_duration_or_none(tree.get("wrap_up")),
    )


def _forecast(tree: Any) -> ForecastConfig | None:
    if tree is None:
        return None
    return ForecastConfig(
        handle_time=_duration(tree["handle_time"]),
        patience=_duration(tree["patience"]),
        agents=tree["agents"],
        interval=_duration(tree["interval"]),
    )


def _at_risk(tree: Any) -> AtRiskConfig | None:
    return None if tree is None else AtRiskConfig(percent=tree["percent"], lead=_duration(tree["lead"]))


def _queue(tree: Any) -> QueueConfig:
    return QueueConfig(
        name=tree["name"],
        channel=tree.get("channel"),
        absolute=read_absolute(tree["absolute"]),
        requires=tree["requires"],
        prefers=read_preferences(tree["prefers"]),
        agent_rule=AgentRule(tree["agent_rule"]),
        base_points=tree["base_points"],
        points_per_hour=tree["points_per_hour"],
        points_cap=tree.get("points_cap"),
        offer=_offer(tree["offer"]),
        wrap_up=_duration_or_none(tree.get("wrap_up")),
        wrap_up_max=_duration(tree["wrap_up_max"]),
        on_unservable=OnUnservable(tree["on_unservable"]),
        answer_within=_duration(tree["answer_within"]),
        short_abandon=_duration(tree["short_abandon"]),
        admission=_admission(tree["admission"]),
        callback=_callback(tree["callback"]),
        merge_group=tree.get("merge_group"),
        overflow=tuple(OverflowConfig(when=_trigger(o["when"]), to=o["to"]) for o in tree["overflow"]),
        order=_order(tree["order"]),
        rank=tree["rank"],
        credit=_duration(tree["credit"]),
        weight=Decimal(tree["weight"]),
        ratio=Decimal(tree["ratio"]),
        handle_time=_duration(tree["handle_time"]),
        seed=tree["seed"],
        opening=_opening(tree.get("opening")),
        answer_clock=tree.get("answer_clock"),
        expected_handle=_duration_or_none(tree.get("expected_handle")),
        quota_window=_duration(tree["quota_window"]),
        scorer=_scorer(tree.get("scorer")),
        on_agent_lost=OnAgentLost(tree["on_agent_lost"]),
        agent_lost_grace=_duration(tree["agent_lost_grace"]),
        unpark_hold=_duration(tree["unpark_hold"]),
        transfers=TransferConfig(
            max=tree["transfers"]["max"],
            escalate_to_queues=frozenset(tree["transfers"]["escalate_to_queues"]),
            escalate_to_groups=frozenset(tree["transfers"]["escalate_to_groups"]),
        ),
        overridable=frozenset(Override(rule) for rule in tree["overridable"]),
        at_risk=_at_risk(tree.get("at_risk")),
        targets=tuple(_target(target) for target in tree["targets"]),
        plan=tuple(_step(step) for step in tree["plan"]),
        affinity=_affinity(tree.get("affinity")),
    )


def _trigger(tree: Any) -> TriggerConfig:
    return TriggerConfig(
        signal=Signal(tree["signal"]),
        enter=tree["enter"],
        leave=tree["leave"],
        min_active=_duration(tree["min_active"]),
        min_idle=_duration(tree["min_idle"]),
    )


def _partner(tree: Any) -> PartnerConfig:
    return PartnerConfig(
        name=tree["name"],
        queue=tree["queue"],
        data_classes=frozenset(tree["data_classes"]),
        topics=frozenset(tree["topics"]),
        since=None if tree["from"] is None else instant(tree["from"]),
        until=None if tree["until"] is None else instant(tree["until"]),
        concurrency=tree["concurrency"],
        share=tree["share"],
        only_in_surge=tree["only_in_surge"],
        answer_within=_duration_or_none(tree["answer_within"]),
    )


def _surge(tree: Any) -> SurgeConfig:
    return SurgeConfig(
        name=tree["name"],
        queues=frozenset(tree["queues"]),
        when=None if tree["when"] is None else _trigger(tree["when"]),
        planned=tuple(
            WindowConfig(since=instant(window["from"]), until=instant(window["until"]))
            for window in tree["planned"]
        ),
        bounds=tuple(
            SurgeBounds(queue=bounds["queue"], admission=_admission(bounds["admission"]))
            for bounds in tree["bounds"]
        ),
        deflect=frozenset(tree["deflect"]),
        shed=tuple(tree["shed"]),
        shed_above=tree["shed_above"],
        open_partners=frozenset(tree["open_partners"]),
    )


def _admission(tree: Any) -> AdmissionConfig:
    return AdmissionConfig(
        max_length=tree.get("max_length"),
        when_full=TurnAway(tree["when_full"]),
        max_wait=_duration_or_none(tree.get("max_wait")),
        after_max_wait=TurnAway(tree["after_max_wait"]),
        join=Staffing(tree["join"]),
        stay=Staffing(tree["stay"]),
        when_unstaffed=TurnAway(tree["when_unstaffed"]),
        overflow_to=tree.get("overflow_to"),
    )


def _affinity(tree: Any) -> AffinityConfig | None:
    if tree is None:
        return None
    return AffinityConfig(
        max_wait=_duration(tree["max_wait"]), bonus=_duration(tree["bonus"]), memory=_duration(tree["memory"])
    )


def _target(tree: Any) -> Target:
    return Target() if tree == "everyone" else Target(**tree)


def _step(tree: Any) -> StepConfig:
    return StepConfig(
        after=_duration(tree["after"]),
        drop=tuple(tree["drop"]),
        drop_all=tree["drop_all"],
        lower=dict(tree["lower"]),
        add=tuple(_target(target) for target in tree["add"]),
        move=tuple(_target(target) for target in tree["move"]),
        move_to_queue=tree.get("move_to_queue"),
        callback=tree["callback"],
    )


def _callback(tree: Any) -> CallbackConfig:
    slots = tree.get("slots")
    return CallbackConfig(
        max_attempts=tree["max_attempts"],
        gap=_duration(tree["gap"]),
        dial_within=_duration(tree["dial_within"]),
        owner_delay=_duration(tree["owner_delay"]),
        slots=None if slots is None else SlotConfig(length=_duration(slots["length"]), share=slots["share"]),
    )


def _opening(tree: Any) -> OpeningConfig | None:
    if tree is None:
        return None
    return OpeningConfig(
        calendar=tree["calendar"],
        at_closing=ClosedAction(tree["at_closing"]),
        when_closed=ClosedAction(tree["when_closed"]),
        overflow_to=tree.get("overflow_to"),
    )


def _table(tree: Any) -> HoursTable:
    pairs = [(interval["from"], interval["until"]) for interval in tree["intervals"]]
    horizon = None if tree["horizon"] == MOST_NS else tree["horizon"]
    return made(_native.HoursTable(pairs, horizon, tree["tz_release"]))


def _table_or_none(tree: Any) -> HoursTable | None:
    return None if tree is None else _table(tree)


def _dates(tree: Any) -> Dates:
    return Dates(
        since=None if tree["from"] is None else instant(tree["from"]),
        until=None if tree["until"] is None else instant(tree["until"]),
    )


def _offer(tree: Any) -> OfferConfig:
    return OfferConfig(
        answer=AnswerMode(tree["answer"]),
        expires_after=_duration(tree["expires_after"]),
        parallel=tree["parallel"],
        exclude_decliner=_duration(tree["exclude_decliner"]),
        no_answer_delay=_duration(tree["no_answer_delay"]),
        busy_delay=_duration(tree["busy_delay"]),
        unreachable_delay=_duration(tree["unreachable_delay"]),
        max_strikes=tree["max_strikes"],
        confirm_connection=tree["confirm_connection"],
        connect_grace=_duration(tree["connect_grace"]),
    )


def _agent(tree: Any) -> AgentSpec:
    return AgentSpec(
        name=tree["name"],
        pool=tree.get("pool"),
        skills={name: _grant(grant) for name, grant in tree["skills"].items()},
        groups=frozenset(tree["groups"]),
        site=tree.get("site"),
        partner=tree.get("partner"),
        clearance=frozenset(tree["clearance"]),
        attributes=tree["attributes"],
        capacity=tree["capacity"],
        wrap_up=_duration_or_none(tree.get("wrap_up")),
        weight=tree["weight"],
        handle_times={name: _duration(time) for name, time in tree["handle_times"].items()},
        shift=tree.get("shift"),
        caps=tree["caps"],
        entitlements={name: _dates(dates) for name, dates in tree["entitlements"].items()},
        never_serves=frozenset(tree["never_serves"]),
    )


def _seen(tree: Any) -> PoolQueueConfig:
    return PoolQueueConfig(
        tier=tree["tier"],
        delay=_duration(tree["delay"]),
        reserve=tree["reserve"],
        cap=tree.get("cap"),
        handle_time=_duration_or_none(tree.get("handle_time")),
        share=Decimal(tree["share"]),
    )


def _scorer(tree: Any) -> ScorerConfig | None:
    return None if tree is None else ScorerConfig(wait=_duration(tree["wait"]))


def _order(tree: Any) -> AnyOrder:
    return QueueOrder(tree) if isinstance(tree, str) else _deadline(tree)


def _deadline(tree: Any) -> EarliestDeadline:
    return EarliestDeadline(past=PastDue(tree["earliest_deadline"]["past"]))


def read_contact_rule(tree: Any) -> AnyContactRule:
    """A contact rule from its part of a document."""
    match tree:
        case str():
            return ContactRule(tree)
        case {"generalised_cmu": {"beta": beta}}:
            return GeneralisedCmu(beta=Decimal(beta))
        case _:
            return _deadline(tree)


def read_absolute(tree: Any) -> Absolute:
    """Absolute needs from their part of a document."""
    return Absolute(
        data_classes=frozenset(tree["data_classes"]),
        in_house_only=tree["in_house_only"],
        sites=frozenset(tree["sites"]),
        entitlements=frozenset(tree["entitlements"]),
        project=tree["project"],
    )


def read_preferences(tree: Any) -> tuple[PreferenceConfig, ...]:
    """Preferred terms from their part of a document."""
    return tuple(PreferenceConfig(term=entry["term"], weight=entry["weight"]) for entry in tree)


def _grant(tree: Any) -> int | SkillGrant:
    if isinstance(tree, int):
        return tree
    return SkillGrant(
        level=tree["level"],
        since=None if tree["from"] is None else instant(tree["from"]),
        until=None if tree["until"] is None else instant(tree["until"]),
    )


def _duration(text: str) -> timedelta:
    return span(_native.duration_ns(text))


def _duration_or_none(text: str | None) -> timedelta | None:
    return None if text is None else _duration(text)


__all__ = [
    "Absolute",
    "AdmissionConfig",
    "AffinityConfig",
    "AgentRule",
    "AgentSpec",
    "AnswerMode",
    "AnyContactRule",
    "AnyOrder",
    "Assignment",
    "AtRiskConfig",
    "CalendarConfig",
    "CallbackConfig",
    "CallingHoursConfig",
    "ChannelConfig",
    "ClosedAction",
    "Config",
    "ConfigSource",
    "ContactRule",
    "Dates",
    "EarliestDeadline",
    "ForecastConfig",
    "GeneralisedCmu",
    "IdleClock",
    "JointRule",
    "MemoryConfig",
    "OffShift",
    "OfferConfig",
    "OnAgentLost",
    "OnUnservable",
    "OpeningConfig",
    "OverflowConfig",
    "Override",
    "PartnerConfig",
    "PastDue",
    "PoolConfig",
    "PoolQueueConfig",
    "PreferenceConfig",
    "QueueConfig",
    "QueueOrder",
    "ScorerConfig",
    "ShiftConfig",
    "SignIn",
    "Signal",
    "SkillConfig",
    "SkillGrant",
    "SlotConfig",
    "Staffing",
    "SurgeBounds",
    "SurgeConfig",
    "StepConfig",
    "Target",
    "TransferConfig",
    "TriggerConfig",
    "TurnAway",
    "Value",
    "Weights",
    "WeightsConfig",
    "WindowConfig",
    "WorkKind",
    "load_config",
]
