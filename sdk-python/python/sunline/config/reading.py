"""How a configuration is made from the document that the engine tells."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sunline import _native
from sunline._instants import MOST_NS, instant, span
from sunline.config.admission import (
    AdmissionConfig,
    OverflowConfig,
    PartnerConfig,
    Signal,
    Staffing,
    SurgeBounds,
    SurgeConfig,
    SurgeReserve,
    TriggerConfig,
    TurnAway,
    WindowConfig,
)
from sunline.config.agents import (
    AgentSpec,
    ChannelConfig,
    Dates,
    OffShift,
    PoolConfig,
    PoolQueueConfig,
    ShiftConfig,
    SignIn,
    SkillConfig,
    SkillGrant,
    WorkKind,
)
from sunline.config.centre import Config, ForecastConfig, MemoryConfig
from sunline.config.hours import CalendarConfig, CallingHoursConfig, ClosedAction, OpeningConfig
from sunline.config.plans import AffinityConfig, StepConfig, Target
from sunline.config.queues import (
    Absolute,
    AnswerMode,
    AtRiskConfig,
    CallbackConfig,
    CanaryConfig,
    OfferConfig,
    OnAgentLost,
    OnUnservable,
    Override,
    PreferenceConfig,
    QueueConfig,
    RecordDetail,
    ScorerConfig,
    SlotConfig,
    TransferConfig,
)
from sunline.config.rules import (
    AgentRule,
    AnyContactRule,
    AnyOrder,
    Assignment,
    ContactRule,
    EarliestDeadline,
    GeneralisedCmu,
    IdleClock,
    JointRule,
    PastDue,
    QueueOrder,
    Weights,
    WeightsConfig,
)
from sunline.hours import HoursTable, made


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
        private_attributes=frozenset(tree["private_attributes"]),
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
        record=RecordDetail(tree["record"]),
        canary=_canary(tree.get("canary")),
        retired_to=tree.get("retired_to"),
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
        reserves=tuple(SurgeReserve(**kept) for kept in tree["reserves"]),
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


def _target(tree: Any) -> Target:
    return Target() if tree == "everyone" else Target(**tree)


def _canary(tree: Any) -> CanaryConfig | None:
    return None if tree is None else CanaryConfig(of=tree["of"], share=Decimal(tree["share"]))


def _affinity(tree: Any) -> AffinityConfig | None:
    if tree is None:
        return None
    return AffinityConfig(
        max_wait=_duration(tree["max_wait"]), bonus=_duration(tree["bonus"]), memory=_duration(tree["memory"])
    )


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
