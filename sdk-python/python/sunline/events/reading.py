"""How events are made from what the engine tells."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sunline.config import AgentRule, AnyContactRule, ContactRule, Override
from sunline.config.reading import read_agent, read_config, read_contact_rule
from sunline.contacts import ContactDetails, read_details
from sunline.events.agents import (
    AgentCooledDown,
    AgentLost,
    AgentNotResponding,
    AgentRegistered,
    AgentUpdated,
    EntitlementChanged,
    ExternalWorkBegun,
    ExternalWorkEnded,
    PresenceChanged,
    ProjectLockEnded,
    QueuePauseChanged,
    ShiftTurned,
    SkillValidityChanged,
)
from sunline.events.base import (
    CommandRemembered,
    Configured,
    Event,
    OtherEvent,
    Receipt,
    Reconciled,
    Reconfigured,
)
from sunline.events.offers import (
    ConnectionFailed,
    ContactAssigned,
    ContactConnected,
    Decision,
    ExclusionEnded,
    OfferAccepted,
    OfferEnded,
    OfferIssued,
    ScoresGiven,
    ScoresMissed,
    ScoresWanted,
)
from sunline.events.queues import (
    CalendarTurned,
    HoursChanged,
    OverflowTurned,
    QueueClosed,
    QueueOpened,
    SurgeTurned,
)
from sunline.events.waiting import (
    CallbackAccepted,
    CandidatesJudged,
    ContactArrived,
    ContactDeferred,
    ContactDue,
    ContactEligible,
    ContactKept,
    ContactMerged,
    ContactMoved,
    ContactUnservable,
    ContactUpdated,
    CustomerNotReached,
    DelayPassed,
    KeepEnded,
    Shortfall,
    SlaAtRisk,
    StepOpened,
)
from sunline.events.work import (
    ConsultBegun,
    ContactEnded,
    ContactHandedOver,
    ContactHeld,
    ContactParked,
    ContactRequeued,
    ContactTransferred,
    ContactUnparked,
    FeedbackGiven,
    HoldEnded,
    WorkResumed,
    WorkSuspended,
    WrapUpEnded,
    WrapUpExtended,
)
from sunline.hours import made
from sunline.ids import AgentId, ContactId, Seq
from sunline.presence import read_presence
from sunline.transfers import read_target
from sunline.words import (
    AssignedBy,
    ChosenBy,
    ContactOutcome,
    FeedbackKind,
    HoldReason,
    MoveCause,
    OfferOutcome,
    ScoresMiss,
    ShortfallKind,
    Standing,
    TieBreak,
)

NativeEvent = tuple[Any, ...]


"""An event as the engine tells it: name of the kind, number, instant in nanoseconds, then the fields of its class."""


def read_event(native: NativeEvent) -> Event:
    """An event from what the engine tells."""
    return _READERS[native[0]](*native)


# Words of the hot events are looked up, which costs a fraction of making an enumeration from a text.
_CONTACT_OUTCOMES = {outcome.value: outcome for outcome in ContactOutcome}


_OFFER_OUTCOMES = {outcome.value: outcome for outcome in OfferOutcome}


_AGENT_RULES: dict[str | None, AgentRule | None] = {None: None, **{rule.value: rule for rule in AgentRule}}


_CHOSEN_BY = {chosen_by.value: chosen_by for chosen_by in ChosenBy}


_POINTS = '"points"'


_TIE_BREAKS = {tie_break.value: tie_break for tie_break in TieBreak}


def _contact_rule(text: str | None) -> AnyContactRule | None:
    return None if text is None else read_contact_rule(json.loads(text))


NativeDecision = tuple[str, str | None, str | None, int, str, int, int]


def read_decision(native: NativeDecision) -> Decision:
    """A decision from what the engine tells."""
    chosen_by, agent_rule, contact_rule, index, tie_break, compatible, config_version = native
    return Decision(
        chosen_by=_CHOSEN_BY[chosen_by],
        agent_rule=_AGENT_RULES[agent_rule],
        contact_rule=ContactRule.POINTS if contact_rule == _POINTS else _contact_rule(contact_rule),
        index=index,
        tie_break=_TIE_BREAKS[tie_break],
        compatible=compatible,
        config_version=config_version,
    )


def read_receipt(native: tuple[int, bool, int | None]) -> Receipt:
    """A receipt from what the engine tells."""
    seq, duplicate, agent = native
    return Receipt(seq=Seq(seq), duplicate=duplicate, agent=None if agent is None else AgentId(agent))


def _shortfall(native: tuple[str, str | None] | None) -> Shortfall | None:
    return None if native is None else Shortfall(kind=ShortfallKind(native[0]), name=native[1])


def _details(native: tuple[str, bytes | None] | None) -> ContactDetails | None:
    return None if native is None else read_details(native)


#: How each kind is made from what the engine tells; the first entry is the name, not used again.
_READERS: dict[str, Callable[..., Event]] = {
    "Configured": lambda _, s, t, config: Configured(seq=s, at_ns=t, config=read_config(config)),
    "Reconfigured": lambda _, s, t, config, version: Reconfigured(
        seq=s, at_ns=t, config=read_config(config), config_version=version
    ),
    "AgentRegistered": lambda _, s, t, agent, spec: AgentRegistered(
        seq=s, at_ns=t, agent=agent, spec=read_agent(spec)
    ),
    "AgentUpdated": lambda _, s, t, agent, spec: AgentUpdated(
        seq=s, at_ns=t, agent=agent, spec=read_agent(spec)
    ),
    "SkillValidityChanged": lambda _, s, t, agent, skill, valid: SkillValidityChanged(
        seq=s, at_ns=t, agent=agent, skill=skill, valid=valid
    ),
    "PresenceChanged": lambda _, s, t, agent, presence: PresenceChanged(
        seq=s, at_ns=t, agent=agent, presence=read_presence(presence)
    ),
    "AgentNotResponding": lambda _, s, t, agent: AgentNotResponding(seq=s, at_ns=t, agent=agent),
    "AgentCooledDown": lambda _, s, t, agent: AgentCooledDown(seq=s, at_ns=t, agent=agent),
    "ContactArrived": lambda _, s, t, contact, queue, channel, origin, points, details: ContactArrived(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        channel=channel,
        origin_ns=origin,
        points=points,
        details=_details(details),
    ),
    "ContactUnservable": lambda _, s, t, contact, shortfall: ContactUnservable(
        seq=s, at_ns=t, contact=contact, shortfall=_shortfall(shortfall)
    ),
    "ContactUpdated": lambda _, s, t, contact, points, details: ContactUpdated(
        seq=s, at_ns=t, contact=contact, points=points, details=_details(details)
    ),
    "OfferIssued": lambda _, s, t, offer, contact, queue, agent, expires_at, decision: OfferIssued(
        seq=s,
        at_ns=t,
        offer=offer,
        contact=contact,
        queue=queue,
        agent=agent,
        expires_at_ns=expires_at,
        decision=read_decision(decision),
    ),
    "OfferAccepted": lambda _, s, t, offer, contact, queue, agent, waited, connect_by: OfferAccepted(
        seq=s,
        at_ns=t,
        offer=offer,
        contact=contact,
        queue=queue,
        agent=agent,
        waited_ns=waited,
        connect_by_ns=connect_by,
    ),
    "OfferEnded": lambda _, s, t, offer, contact, agent, outcome, strikes, cool_down, excluded: OfferEnded(
        seq=s,
        at_ns=t,
        offer=offer,
        contact=contact,
        agent=agent,
        outcome=_OFFER_OUTCOMES[outcome],
        strikes=strikes,
        cool_down_until_ns=cool_down,
        excluded_until_ns=excluded,
    ),
    "ContactConnected": lambda _, s, t, contact, queue, agent, waited: ContactConnected(
        seq=s, at_ns=t, contact=contact, queue=queue, agent=agent, waited_ns=waited
    ),
    "ConnectionFailed": lambda _, s, t, contact, agent, cool_down: ConnectionFailed(
        seq=s, at_ns=t, contact=contact, agent=agent, cool_down_until_ns=cool_down
    ),
    "ScoresWanted": lambda _, s, t, contact, queue, candidates, until: ScoresWanted(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        candidates=tuple(AgentId(agent) for agent in candidates),
        until_ns=until,
    ),
    "ScoresGiven": lambda _, s, t, contact, scores: ScoresGiven(
        seq=s, at_ns=t, contact=contact, scores={AgentId(agent): score for agent, score in scores}
    ),
    "ScoresMissed": lambda _, s, t, contact, reason: ScoresMissed(
        seq=s, at_ns=t, contact=contact, reason=ScoresMiss(reason)
    ),
    "DelayPassed": lambda _, s, t, contact, passed: DelayPassed(
        seq=s, at_ns=t, contact=contact, passed=passed
    ),
    "ExclusionEnded": lambda _, s, t, contact, agent: ExclusionEnded(
        seq=s, at_ns=t, contact=contact, agent=agent
    ),
    "ContactEnded": lambda _, s, t, contact, queue, outcome, agent, waited, handled, wrap_up: ContactEnded(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        outcome=_CONTACT_OUTCOMES[outcome],
        agent=agent,
        waited_ns=waited,
        handled_ns=handled,
        wrap_up_until_ns=wrap_up,
    ),
    "WrapUpExtended": lambda _, s, t, agent, contact, until: WrapUpExtended(
        seq=s, at_ns=t, agent=agent, contact=contact, until_ns=until
    ),
    "WrapUpEnded": lambda _, s, t, agent, contact, queue, handled: WrapUpEnded(
        seq=s, at_ns=t, agent=agent, contact=contact, queue=queue, handled_ns=handled
    ),
    "CommandRemembered": lambda _, s, t, key, receipt: CommandRemembered(
        seq=s, at_ns=t, key=UUID(int=key), receipt=read_receipt(receipt)
    ),
    "ContactMoved": lambda _, s, t, contact, origin_queue, queue, cause: ContactMoved(
        seq=s, at_ns=t, contact=contact, origin_queue=origin_queue, queue=queue, cause=MoveCause(cause)
    ),
    "QueuePauseChanged": lambda _, s, t, agent, queue, paused: QueuePauseChanged(
        seq=s, at_ns=t, agent=agent, queue=queue, paused=paused
    ),
    "AgentLost": lambda _, s, t, agent: AgentLost(seq=s, at_ns=t, agent=agent),
    "ContactHeld": lambda _, s, t, contact, agent, until, reason: ContactHeld(
        seq=s, at_ns=t, contact=contact, agent=agent, until_ns=until, reason=HoldReason(reason)
    ),
    "HoldEnded": lambda _, s, t, contact, agent: HoldEnded(seq=s, at_ns=t, contact=contact, agent=agent),
    "ContactRequeued": lambda _, s, t, contact, queue, agent, reason, handled: ContactRequeued(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        agent=agent,
        reason=HoldReason(reason),
        handled_ns=handled,
    ),
    "ExternalWorkBegun": lambda _, s, t, agent, work, channel, cost: ExternalWorkBegun(
        seq=s, at_ns=t, agent=agent, work=work, channel=channel, cost=cost
    ),
    "ExternalWorkEnded": lambda _, s, t, agent, work: ExternalWorkEnded(
        seq=s, at_ns=t, agent=agent, work=work
    ),
    "WorkSuspended": lambda _, s, t, agent, contact, by: WorkSuspended(
        seq=s, at_ns=t, agent=agent, contact=contact, by=by
    ),
    "WorkResumed": lambda _, s, t, agent, contact: WorkResumed(seq=s, at_ns=t, agent=agent, contact=contact),
    "ContactParked": lambda _, s, t, contact, agent: ContactParked(
        seq=s, at_ns=t, contact=contact, agent=agent
    ),
    "ContactUnparked": lambda _, s, t, contact, agent, over: ContactUnparked(
        seq=s, at_ns=t, contact=contact, agent=agent, over=over
    ),
    "ContactAssigned": lambda _, s, t, contact, agent, by, broken: ContactAssigned(
        seq=s,
        at_ns=t,
        contact=contact,
        agent=agent,
        by=AssignedBy(by),
        broken=tuple(Override(rule) for rule in broken),
    ),
    "ContactTransferred": lambda _, s, t, contact, agent, left, queue, target, escalated, handled, wrap_up: (
        ContactTransferred(
            seq=s,
            at_ns=t,
            contact=contact,
            agent=agent,
            origin_queue=left,
            queue=queue,
            target=read_target(target),
            escalated=escalated,
            handled_ns=handled,
            wrap_up_until_ns=wrap_up,
        )
    ),
    "ConsultBegun": lambda _, s, t, question, contact, agent, queue, channel, points, target: ConsultBegun(
        seq=s,
        at_ns=t,
        question=question,
        contact=contact,
        agent=agent,
        queue=queue,
        channel=channel,
        points=points,
        target=read_target(target),
    ),
    "ContactHandedOver": lambda _, s, t, contact, question, agent, to, left, queue, escalated, handled, wrap_up: (
        ContactHandedOver(
            seq=s,
            at_ns=t,
            contact=contact,
            question=question,
            agent=agent,
            to=to,
            origin_queue=left,
            queue=queue,
            escalated=escalated,
            handled_ns=handled,
            wrap_up_until_ns=wrap_up,
        )
    ),
    "Reconciled": lambda _, s, t, unknown, refused: Reconciled(
        seq=s,
        at_ns=t,
        unknown=tuple(ContactId(contact) for contact in unknown),
        refused=tuple(ContactId(contact) for contact in refused),
    ),
    "FeedbackGiven": lambda _, s, t, contact, queue, agent, decision, kind, value: FeedbackGiven(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        agent=agent,
        decision=decision,
        kind=FeedbackKind(kind),
        value=value,
    ),
    "HoursChanged": lambda _, s, t, calendar, kind, name, hours, version: HoursChanged(
        seq=s,
        at_ns=t,
        calendar=calendar,
        name=name,
        is_calling_zone=kind == "calling_zone",
        hours=made(hours),
        config_version=version,
    ),
    "CalendarTurned": lambda _, s, t, calendar, standing: CalendarTurned(
        seq=s, at_ns=t, calendar=calendar, standing=Standing(standing)
    ),
    "QueueOpened": lambda _, s, t, queue: QueueOpened(seq=s, at_ns=t, queue=queue),
    "QueueClosed": lambda _, s, t, queue, opens_at: QueueClosed(
        seq=s, at_ns=t, queue=queue, opens_at_ns=opens_at
    ),
    "ContactDeferred": lambda _, s, t, contact, queue, opens_at: ContactDeferred(
        seq=s, at_ns=t, contact=contact, queue=queue, opens_at_ns=opens_at
    ),
    "ContactDue": lambda _, s, t, contact, due_at, left: ContactDue(
        seq=s, at_ns=t, contact=contact, due_at_ns=due_at, left_ns=left
    ),
    "ShiftTurned": lambda _, s, t, agent, standing, longest: ShiftTurned(
        seq=s, at_ns=t, agent=agent, standing=Standing(standing), longest_ns=longest
    ),
    "EntitlementChanged": lambda _, s, t, agent, entitlement, valid: EntitlementChanged(
        seq=s, at_ns=t, agent=agent, entitlement=entitlement, valid=valid
    ),
    "ProjectLockEnded": lambda _, s, t, agent, project, released: ProjectLockEnded(
        seq=s, at_ns=t, agent=agent, project=project, released=released
    ),
    "CallbackAccepted": lambda _, s, t, contact, queue, not_before: CallbackAccepted(
        seq=s, at_ns=t, contact=contact, queue=queue, not_before_ns=not_before
    ),
    "ContactEligible": lambda _, s, t, contact: ContactEligible(seq=s, at_ns=t, contact=contact),
    "CustomerNotReached": lambda _, s, t, contact, queue, agent, attempts, retry_at: CustomerNotReached(
        seq=s, at_ns=t, contact=contact, queue=queue, agent=agent, attempts=attempts, retry_at_ns=retry_at
    ),
    "ContactMerged": lambda _, s, t, contact, merged, origin: ContactMerged(
        seq=s, at_ns=t, contact=contact, merged=merged, origin_ns=origin
    ),
    "SlaAtRisk": lambda _, s, t, contact, queue, probability, due_ns, lead_ns: SlaAtRisk(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        probability=probability / 1e6,
        due_ns=due_ns,
        lead_ns=lead_ns,
    ),
    "OverflowTurned": lambda _, s, t, queue, rule, active, value: OverflowTurned(
        seq=s, at_ns=t, queue=queue, rule=rule, active=active, value=value
    ),
    "SurgeTurned": lambda _, s, t, surge, active, value: SurgeTurned(
        seq=s, at_ns=t, surge=surge, active=active, value=value
    ),
    "ContactKept": lambda _, s, t, contact, agent, until, owned: ContactKept(
        seq=s, at_ns=t, contact=contact, agent=agent, until_ns=until, owned=owned
    ),
    "CandidatesJudged": lambda _, s, t, contact, queue, agent, sought, candidates, rejected: CandidatesJudged(
        seq=s,
        at_ns=t,
        contact=contact,
        queue=queue,
        agent=agent,
        sought=sought,
        candidates=candidates,
        rejected=dict(rejected),
    ),
    "KeepEnded": lambda _, s, t, contact, agent: KeepEnded(seq=s, at_ns=t, contact=contact, agent=agent),
    "StepOpened": lambda _, s, t, contact, queue, step: StepOpened(
        seq=s, at_ns=t, contact=contact, queue=queue, step=step
    ),
    "OtherEvent": lambda _, s, t, text: OtherEvent(seq=s, at_ns=t, text=text),
}
