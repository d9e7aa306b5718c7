"""What was refused for want of a right, and what was done by hand: who, what, when, and the answer.

A record holds ids and names of commands, never what a customer or an agent said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sunline._instants import instant
from sunline.ids import AgentId, ContactId, OfferId, QueueId, Seq
from sunline.words import Right

Answer = Literal["done", "forbidden", "refused"]
"""`forbidden`: the right did not cover it; `refused`: it did, and it was refused all the same."""

NativeRecord = tuple[
    int,
    int,
    str,
    str,
    str,
    tuple[str | None, int, int | None, int | None, int | None],
    tuple[str, int | None, str | None],
]
NativeAudit = tuple[list[NativeRecord], int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One line of the audit."""

    number: int  #: Its place in the order of all that was audited since the engine started, from 1.
    at_ns: int  #: When it entered the engine, in nanoseconds since 1970.
    who: str  #: The label of the handle; `host` for the engine's own.
    right: Right  #: The right of the handle.
    call: str  #: What was asked for, in the field's words.
    contact: ContactId | None  #: The contact named; in bulk the first.
    contacts: int  #: How many contacts were named.
    agent: AgentId | None  #: The agent named; of several the first.
    offer: OfferId | None  #: The offer named.
    queue: QueueId | None  #: The queue named.
    answer: Answer
    seq: Seq | None  #: The last event of what was done.
    code: str | None  #: The refusal's stable name.

    @property
    def at(self) -> datetime:
        """When it entered the engine; UTC."""
        return instant(self.at_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What is kept of the audit."""

    records: Sequence[AuditRecord]  #: Oldest first.
    forgotten_refusals: int  #: Older refusals that are kept no more.
    forgotten_actions: int  #: Older forced actions that are kept no more.


def read_audit(native: NativeAudit) -> Audit:
    """The audit from what the engine tells."""
    records, refusals, actions = native
    return Audit(
        records=tuple(_record(record) for record in records),
        forgotten_refusals=refusals,
        forgotten_actions=actions,
    )


def _record(native: NativeRecord) -> AuditRecord:
    number, at, who, right, call, (contact, contacts, agent, offer, queue), (answer, seq, code) = native
    return AuditRecord(
        number=number,
        at_ns=at,
        who=who,
        right=Right(right),
        call=call,
        contact=None if contact is None else ContactId(contact),
        contacts=contacts,
        agent=None if agent is None else AgentId(agent),
        offer=None if offer is None else OfferId(offer),
        queue=None if queue is None else QueueId(queue),
        answer=cast("Answer", answer),
        seq=None if seq is None else Seq(seq),
        code=code,
    )


__all__ = ["Answer", "Audit", "AuditRecord"]
