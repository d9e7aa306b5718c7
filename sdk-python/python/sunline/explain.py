"""Why: an offer explained, a wait explained, and what would have made an agent win.

Each answer is data, and `str()` of it is the same in words. An offer is explained in the state before it: that is
rebuilt from the events, everybody is looked at, and the choice is made again.

>>> import sunline
>>> shop = {"name": "shop", "channels": [{"name": "voice"}], "queues": [{"name": "bills"}]}
>>> engine = sunline.Engine(shop)
>>> _ = engine.register_agent(sunline.AgentSpec(name="ann")), engine.submit("c1", "bills")
>>> why = engine.why_waiting("c1")
>>> [(near.name, [reason.code for reason in near.reasons]) for near in why.nearest]
[('ann', ['offline'])]
>>> engine.close()
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline import _native
from sunline._instants import instant, span, whole
from sunline.events import Decision
from sunline.events.reading import NativeDecision, read_decision
from sunline.ids import AgentId, ContactId, OfferId
from sunline.words import ContactState


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Something that keeps an agent from a contact."""

    code: str  #: Its name: `absolute`, `mandatory`, `offline`, `on_break`, `no_room` and so on.
    text: str  #: In words.
    absolute: bool  #: Nothing that may happen in the centre takes it away.
    until: datetime | None  #: When time alone ends it, at the latest; UTC.

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An agent or a contact that could not be chosen, and all that was against it."""

    who: str  #: The agent's name, or the contact's id.
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an offer was made."""

    text: str  #: In words.
    offer: OfferId
    at: datetime  #: When; UTC.
    contact: ContactId
    agent: AgentId
    agent_name: str
    decision: Decision  #: What was recorded with the offer.
    agent_was_sought: bool  #: The contact sought an agent; otherwise the agent sought a contact.
    confirmed: bool  #: Made again, the choice is the same.
    candidates: int  #: How many could have been chosen.
    in_order: Sequence[str]  #: The first of them in the rule's order, the chosen one first.
    rejected: Mapping[str, int]  #: How many were rejected, by the first reason against each.
    rejections: Sequence[Rejection]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An agent that could serve a contact, but for these reasons."""

    agent: AgentId
    name: str
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyWaiting:
    """Why a contact is still waiting, and what would serve it."""

    text: str  #: In words.
    contact: ContactId
    queue: str
    state: ContactState
    origin: datetime  #: UTC.
    waited: timedelta
    position: int | None  #: Among those that wait in its queue, from 1.
    capable: int  #: Agents that could serve it if they were ready and free.
    kept_by: Mapping[str, int]  #: Agents by the first thing that keeps each from it.
    nearest: Sequence[Nearby]  #: Those with the least against them first, at most five.

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who goes first."""

    ahead: AgentId
    ahead_name: str
    ahead_idle_since: datetime  #: UTC.
    idle_since: datetime  #: Of the agent that was asked about; UTC.
    ahead_index: int  #: The rule's figure; larger goes first.
    place: int  #: Of the agent that was asked about, from 1.


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatWouldMake:
    """What would make an agent win a contact, as things are."""

    text: str  #: In words.
    agent: AgentId
    name: str
    contact: ContactId
    wins: bool
    could: Sequence[Reason]  #: Against it, and could change.
    could_not: Sequence[Reason]  #: Against it, and nothing changes it.
    order: Order | None  #: Who goes first where it may serve and is not chosen.
    unmet_preferences: Sequence[str]  #: Preferred terms that it does not meet.

    def __str__(self) -> str:
        return self.text


def explain(path: str | os.PathLike[str], seq: int) -> Explanation:
    """Why an offer of a journal was made; no engine may have the journal open.

    Raises `JournalError` with code `no_offer` where the event is none, `no_such_event` where there is none.
    """
    return read_explanation(_native.explain_journal(os.fspath(path), whole(seq, "seq", 0)))


_Reason = tuple[str, str, bool, int | None]
NativeExplanation = tuple[
    str,
    tuple[int, int, str, int, str, NativeDecision, bool, bool, int],
    list[str],
    list[tuple[str, int]],
    list[tuple[str, list[_Reason]]],
]
NativeWhyWaiting = tuple[
    str,
    tuple[str, str, str, int, int, int | None, int],
    list[tuple[str, int]],
    list[tuple[int, str, list[_Reason]]],
]
NativeWhatWouldMake = tuple[
    str,
    tuple[int, str, str, bool],
    list[_Reason],
    list[_Reason],
    tuple[int, str, int, int, int, int] | None,
    list[str],
]


def _reasons(native: list[_Reason]) -> tuple[Reason, ...]:
    return tuple(
        Reason(code=code, text=text, absolute=absolute, until=None if until is None else instant(until))
        for code, text, absolute, until in native
    )


def read_explanation(native: NativeExplanation) -> Explanation:
    """An explanation from what the engine tells."""
    text, facts, in_order, rejected, rejections = native
    offer, at_ns, contact, agent, name, decision, sought, confirmed, candidates = facts
    return Explanation(
        text=text,
        offer=OfferId(offer),
        at=instant(at_ns),
        contact=ContactId(contact),
        agent=AgentId(agent),
        agent_name=name,
        decision=read_decision(decision),
        agent_was_sought=sought,
        confirmed=confirmed,
        candidates=candidates,
        in_order=tuple(in_order),
        rejected=dict(rejected),
        rejections=tuple(Rejection(who=who, reasons=_reasons(reasons)) for who, reasons in rejections),
    )


def read_why_waiting(native: NativeWhyWaiting) -> WhyWaiting:
    """An explanation of a wait from what the engine tells."""
    text, (contact, queue, state, origin, waited, position, capable), kept_by, nearest = native
    return WhyWaiting(
        text=text,
        contact=ContactId(contact),
        queue=queue,
        state=ContactState(state),
        origin=instant(origin),
        waited=span(waited),
        position=position,
        capable=capable,
        kept_by=dict(kept_by),
        nearest=tuple(
            Nearby(agent=AgentId(agent), name=name, reasons=_reasons(reasons))
            for agent, name, reasons in nearest
        ),
    )


def read_what_would_make(native: NativeWhatWouldMake) -> WhatWouldMake:
    """An answer from what the engine tells."""
    text, (agent, name, contact, wins), could, could_not, order, unmet = native
    return WhatWouldMake(
        text=text,
        agent=AgentId(agent),
        name=name,
        contact=ContactId(contact),
        wins=wins,
        could=_reasons(could),
        could_not=_reasons(could_not),
        order=None if order is None else _order(order),
        unmet_preferences=tuple(unmet),
    )


def _order(native: tuple[int, str, int, int, int, int]) -> Order:
    ahead, name, ahead_idle_since, idle_since, index, place = native
    return Order(
        ahead=AgentId(ahead),
        ahead_name=name,
        ahead_idle_since=instant(ahead_idle_since),
        idle_since=instant(idle_since),
        ahead_index=index,
        place=place,
    )


__all__ = ["Explanation", "Nearby", "Order", "Reason", "Rejection", "WhatWouldMake", "WhyWaiting", "explain"]
