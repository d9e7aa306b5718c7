"""Words that events, views and refusals share: states, outcomes, reasons. Each is a plain `str` too."""

from enum import StrEnum


class Right(StrEnum):
    """What a handle may say."""

    HOST = "host"  #: Everything.
    INGRESS = "ingress"  #: What a channel adapter may.
    AGENT = "agent"  #: What one agent may.
    SUPERVISOR = "supervisor"  #: What a supervisor of some queues may.
    OBSERVER = "observer"  #: Nothing but to read.


class ContactState(StrEnum):
    """What a contact is, while it is inside."""

    WAITING = "waiting"  #: In its queue.
    OFFERED = "offered"  #: Held out to one agent or more; it keeps its place.
    CONNECTING = "connecting"  #: Accepted; media is not up.
    ENGAGED = "engaged"  #: In conversation.
    DEFERRED = "deferred"  #: In its queue, which is closed: it keeps its place, and nobody is asked.
    SUSPENDED = "suspended"  #: Its agent serves a more urgent contact first.
    PARKED = "parked"  #: Its customer is silent.
    SCHEDULED = "scheduled"  #: In its queue, not to be served before an instant.
    CALLBACK_PENDING = (
        "callback_pending"  #: In its queue, its customer not to be called back before an instant.
    )


class ContactOutcome(StrEnum):
    """How a contact's stay ended."""

    SERVED = "served"  #: An agent served it.
    ABANDONED = "abandoned"  #: The customer gave up before being served.
    #: The queue was full, or nobody capable was there, and the queue does not let such contacts wait.
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"  #: The host took it back.
    TIMED_OUT = "timed_out"  #: It had waited as long as its queue lets contacts wait.
    SHED = "shed"  #: It was turned away to keep the service for others.
    HANDED_OFF = "handed_off"  #: A system outside took it over.
    CLOSED = "closed"  #: Its queue was closed.
    CALLBACK_FAILED = "callback_failed"  #: Its customer was to be called back and could not be reached.
    MERGED = "merged"  #: Another contact of the same customer took its place.


class MoveCause(StrEnum):
    """Why a contact changed its queue."""

    LENGTH = "length"  #: In the queue it left, as many waited as may.
    WAIT = "wait"  #: It had waited there as long as it may.
    STAFFING = "staffing"  #: Nobody capable was there.
    OVERFLOW = "overflow"  #: An overflow rule of the queue it left was entered.
    CLOSED = "closed"  #: That queue was closed.
    HOST = "host"  #: The host or a supervisor moved it.
    PLAN = "plan"  #: A step of its queue's plan moved it.
    RETIRED = "retired"  #: Its queue was given up.
    SURGE = "surge"  #: A surge that was on in the queue it left.
    DEFLECTED = "deflected"  #: A surge turned the topic of the queue away.


class FeedbackKind(StrEnum):
    """Kinds of feedback on a contact."""

    CSAT = "csat"  #: How content the customer was.
    SALE = "sale"  #: Whether something was sold, or how much.
    VALUE = "value"  #: What the contact was worth.


class OfferOutcome(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"  #: The agent took it.
    DECLINED = "declined"  #: The agent refused.
    EXPIRED = "expired"  #: No answer in time (RONA).
    BUSY = "busy"  #: The agent's line was busy.
    UNREACHABLE = "unreachable"  #: The agent's device could not be reached.
    RESCINDED = "rescinded"  #: Another agent won.
    REVOKED = "revoked"  #: The agent left, or the host took the offer back.
    CONTACT_LEFT = "contact_left"  #: The contact left first.


class DeliveryFailure(StrEnum):
    """Why an offer did not reach its agent."""

    BUSY = "busy"  #: The agent's line was busy.
    UNREACHABLE = "unreachable"  #: The agent's device could not be reached.


class AgentState(StrEnum):
    """What an agent is, as far as one word can say."""

    OFFLINE = "offline"  #: Signed out, with nothing in hand.
    ON_BREAK = "on_break"  #: On a break, with nothing in hand.
    IDLE = "idle"  #: Ready and idle.
    BUSY = "busy"  #: Has work in hand: an offer, a contact or a wrap-up.
    COOLING_DOWN = "cooling_down"  #: Ready, but paused after a failed offer.
    NOT_RESPONDING = "not_responding"  #: Ready, but asked nothing after too many unanswered offers.
    OFF_SHIFT = "off_shift"  #: Ready, but outside its shifts, where it is given no new work.


class Standing(StrEnum):
    """What a calendar says of an instant."""

    OPEN = "open"  #: Within its hours.
    CLOSED = "closed"  #: Outside its hours.
    UNKNOWN = "unknown"  #: At or past the horizon of its table, or without a table.


class Stage(StrEnum):
    """How far a piece of an agent's work has come."""

    RESERVED = "reserved"  #: Offered, not answered.
    CONNECTING = "connecting"  #: Accepted; media is not up.
    ENGAGED = "engaged"  #: In conversation.
    WRAP_UP = "wrap_up"  #: The conversation is over; the agent finishes.
    SUSPENDED = "suspended"  #: Interrupted by a more urgent contact; the handle clock stands.
    PARKED = "parked"  #: The customer is silent; it takes nothing until it writes again.


class HoldReason(StrEnum):
    """Why a contact is held with an agent who cannot serve it now, or went back to its queue."""

    AGENT_LOST = "agent_lost"  #: The agent's session was lost.
    UNPARKED = "unparked"  #: The customer wrote again, and the agent was away or had no room.
    ELSEWHERE = "elsewhere"  #: The host said that another agent has it.
    FORBIDDEN = "forbidden"  #: The customer wrote again, and an absolute rule keeps the agent from it by now.


class AssignedBy(StrEnum):
    """Who gave a contact to an agent by hand."""

    SUPERVISOR = "supervisor"  #: A supervisor, who may break what the queue says may be broken.
    AGENT = "agent"  #: The agent itself took it from a list.
    HOST = "host"  #: The host, which says what is going on already.


class TieBreak(StrEnum):
    """What settled a choice between equals."""

    NONE = "none"  #: There was no equal.
    IDLE_CLOCK = "idle_clock"  #: The earlier idle clock.
    REGISTRATION = "registration"  #: The earlier registration.
    ORIGIN = "origin"  #: The earlier origin.
    ARRIVAL = "arrival"  #: The earlier arrival.
    CONFIGURATION = "configuration"  #: The earlier queue in the configuration.


class ScoresMiss(StrEnum):
    """Why no scores came."""

    LATE = "late"  #: They had not come in time.
    FAILED = "failed"  #: The scorer said that it has none.


class ChosenBy(StrEnum):
    """Who was seeking, and how the other was chosen."""

    AGENT_RULE = "agent_rule"  #: The contact sought an agent, by its queue's rule.
    CONTACT_RULE = "contact_rule"  #: The agent sought a contact, by its pool's rule.
    JOINT = "joint"  #: A joint rule looked at all of them.
    SCORER = "scorer"  #: The contact sought an agent, by scores from outside.
    HAND = "hand"  #: Nobody sought: the pair was made by hand.


class ShortfallKind(StrEnum):
    """Which need an agent fails."""

    CLEARANCE = "clearance"  #: Not cleared for a data class.
    NOT_IN_HOUSE = "not_in_house"  #: Works for a partner; the contact stays in-house.
    SITE = "site"  #: Works at none of the permitted sites.
    MANDATORY = "mandatory"  #: The mandatory expression does not hold.
    CAPACITY = "capacity"  #: The contact costs more than the agent's whole capacity.
    EXCLUDED = "excluded"  #: The contact excludes the agent by name.
    ENTITLEMENT = "entitlement"  #: Does not hold an entitlement now.
    PROJECT_LOCK = "project_lock"  #: Is locked to another project.
    CUSTOMER = "customer"  #: Never serves this customer.


class SessionEnd(StrEnum):
    """How a session came to its end."""

    CLOSED = "closed"  #: Its owner closed or dropped it.
    REPLACED = "replaced"  #: The agent connected again, elsewhere.
    OVERRUN = "overrun"  #: Its notices were not read.
    HEARTBEAT_MISSED = "heartbeat_missed"  #: Its heartbeat was missed.
    ENGINE_CLOSED = "engine_closed"  #: The engine closed.
    CRASHED = "crashed"  #: It broke.


__all__ = [
    "AgentState",
    "AssignedBy",
    "ChosenBy",
    "ContactOutcome",
    "ContactState",
    "DeliveryFailure",
    "FeedbackKind",
    "HoldReason",
    "MoveCause",
    "OfferOutcome",
    "Right",
    "ScoresMiss",
    "SessionEnd",
    "ShortfallKind",
    "Stage",
    "Standing",
    "TieBreak",
]
