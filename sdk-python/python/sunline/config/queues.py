"""Queues: what they ask, how they offer, and what becomes of those who wait."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from sunline.config.admission import AdmissionConfig, OverflowConfig
from sunline.config.hours import OpeningConfig
from sunline.config.plans import AffinityConfig, StepConfig, Target
from sunline.config.rules import AgentRule, AnyOrder, QueueOrder


class OnUnservable(StrEnum):
    """What happens to a contact that nobody could ever serve."""

    WAIT = "wait"  #: It waits, and the host is told.
    BLOCK = "block"  #: It ends as blocked, and the host is told.


class RecordDetail(StrEnum):
    """What is recorded of the choices of a queue."""

    SHORT = "short"  #: The choice and what it was made by.
    FULL = "full"  #: Also how many could have been chosen, and why the others could not; costs a look at everybody.


class OnAgentLost(StrEnum):
    """What happens to a contact whose agent's session is lost."""

    KEEP = "keep"  #: It stays with the agent for `agent_lost_grace`; then it goes back to its queue.
    REQUEUE = "requeue"  #: It goes back to its queue at once, with its origin.


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryConfig:
    """That a queue stands in for another for a share of its contacts; see `sunline.review.canary`."""

    of: str  #: The queue it stands in for.
    share: Decimal  #: The share of contacts that it gets, above 0 and at most 1.


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
    record: RecordDetail = RecordDetail.SHORT  #: What is recorded of each choice.
    canary: CanaryConfig | None = None  #: That it stands in for another queue; `None`: for itself.
    retired_to: str | None = None  #: That it is given up, and the queue its contacts go to.
