"""Events of offers: from the question to an agent until somebody has the contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunline._instants import instant, span
from sunline.config import AgentRule, AnyContactRule, Override
from sunline.events.base import Event
from sunline.ids import AgentId, ContactId, OfferId, QueueId
from sunline.words import AssignedBy, ChosenBy, OfferOutcome, ScoresMiss, TieBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a pair was made."""

    chosen_by: ChosenBy  #: Who was seeking, and how the other was chosen.
    agent_rule: AgentRule | None  #: The rule by which the contact sought an agent, if it did.
    contact_rule: AnyContactRule | None  #: The rule by which the agent sought a contact, if it did.
    #: The rule's figure for the winner; larger won. Points for a contact; for an agent, millionths of the label score,
    #: of the free share, or the rule's rank; 0 where only the clock counts.
    index: int
    tie_break: TieBreak  #: What settled it between candidates with the same figure.
    compatible: (
        int  #: Compatible kinds of agent with somebody free, or classes of contacts with somebody waiting.
    )
    #: Version of the configuration that decided: 1 at the beginning, one more with each new table of hours
    #: (:class:`HoursChanged`).
    config_version: int

    @property
    def by_hand(self) -> bool:
        """Whether nobody sought: the contact was assigned, pulled or passed on to this very agent."""
        return self.agent_rule is None and self.contact_rule is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferIssued(Event):
    """A contact is held out to an agent, whose room it takes."""

    offer: OfferId
    contact: ContactId
    queue: QueueId
    agent: AgentId
    expires_at_ns: int | None  #: When silence counts as no answer; `None` when the engine answers.
    decision: Decision

    @property
    def expires_at(self) -> datetime | None:
        """When silence counts as no answer; UTC. `None` when the engine answers."""
        return None if self.expires_at_ns is None else instant(self.expires_at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(Event):
    """The agent took the offer."""

    offer: OfferId
    contact: ContactId
    queue: QueueId
    agent: AgentId
    waited_ns: int | None  #: Since the contact's origin; `None` when the wait ends once media is up.
    connect_by_ns: int | None  #: When the connection counts as failed, where it has to be confirmed.

    @property
    def waited(self) -> timedelta | None:
        """Since the contact's origin; `None` when the wait ends once media is up."""
        return None if self.waited_ns is None else span(self.waited_ns)

    @property
    def connect_by(self) -> datetime | None:
        """When the connection counts as failed, where it has to be confirmed; UTC."""
        return None if self.connect_by_ns is None else instant(self.connect_by_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(Event):
    """The offer ended without being accepted."""

    offer: OfferId
    contact: ContactId
    agent: AgentId
    outcome: OfferOutcome
    strikes: int  #: Unanswered offers in a row of this agent, with this one.
    cool_down_until_ns: int | None  #: The agent is asked nothing until then.
    excluded_until_ns: int | None  #: The agent is not asked for this contact until then.

    @property
    def cool_down_until(self) -> datetime | None:
        """The agent is asked nothing until then; UTC."""
        return None if self.cool_down_until_ns is None else instant(self.cool_down_until_ns)

    @property
    def excluded_until(self) -> datetime | None:
        """The agent is not asked for this contact until then; UTC."""
        return None if self.excluded_until_ns is None else instant(self.excluded_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactConnected(Event):
    """Media is up: the wait of the contact is over."""

    contact: ContactId
    queue: QueueId
    agent: AgentId
    waited_ns: int  #: Since its origin, in nanoseconds.

    @property
    def waited(self) -> timedelta:
        """Since its origin."""
        return span(self.waited_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFailed(Event):
    """The connection was not made in time; the contact is back in its old place."""

    contact: ContactId
    agent: AgentId
    cool_down_until_ns: int | None  #: The agent is asked nothing until then.

    @property
    def cool_down_until(self) -> datetime | None:
        """The agent is asked nothing until then; UTC."""
        return None if self.cool_down_until_ns is None else instant(self.cool_down_until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresWanted(Event):
    """Scores are wanted: how well each of these agents suits the contact. Until they come nobody may take it."""

    contact: ContactId
    queue: QueueId
    candidates: tuple[AgentId, ...]  #: The first by the queue's rule; at most 64.
    until_ns: int  #: When the queue's rule decides without them.

    @property
    def until(self) -> datetime:
        """When the queue's rule decides without them; UTC."""
        return instant(self.until_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresGiven(Event):
    """Scores came; the best of those still there gets the contact."""

    contact: ContactId
    scores: Mapping[AgentId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresMissed(Event):
    """No scores came; the queue's rule decides."""

    contact: ContactId
    reason: ScoresMiss


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionEnded(Event):
    """An agent that was passed over for a contact may be asked for it again."""

    contact: ContactId
    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAssigned(Event):
    """A contact is given to an agent by hand, who has it at once."""

    contact: ContactId
    agent: AgentId
    by: AssignedBy  #: Who did it.
    broken: Sequence[Override]  #: The rules that were broken knowingly.


__all__ = [
    "ConnectionFailed",
    "ContactAssigned",
    "ContactConnected",
    "Decision",
    "ExclusionEnded",
    "OfferAccepted",
    "OfferEnded",
    "OfferIssued",
    "ScoresGiven",
    "ScoresMissed",
    "ScoresWanted",
]
