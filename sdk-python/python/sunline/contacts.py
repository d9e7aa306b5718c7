"""What a contact may carry besides its id and its queue."""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from sunline._instants import instant, instant_ns
from sunline.config import Absolute, PreferenceConfig, Value
from sunline.config.reading import read_absolute, read_preferences
from sunline.config.writing import document
from sunline.errors import InvalidArgument
from sunline.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """What only some contacts carry."""

    requires: str = ""  #: Mandatory requirement in addition to the queue's, as an expression.
    absolute: Absolute = field(default_factory=Absolute)  #: In addition to the queue's.
    prefers: Sequence[PreferenceConfig] = ()  #: Preferred terms in addition to the queue's.
    excluded_agents: AbstractSet[AgentId] = frozenset()  #: Who may never serve it, at most 32.
    #: By name, at most 64. Not shown by `repr`, like the payload: nobody who prints them knows which are private.
    attributes: Mapping[str, Value] = field(default_factory=dict, repr=False)
    tags: AbstractSet[str] = frozenset()  #: At most 64.
    customer: str | None = None  #: The customer, as the host knows it.
    time_zone: str | None = None  #: The customer's IANA time zone.
    source: str | None = None  #: Campaign or source.
    payload: bytes | None = field(
        default=None, repr=False
    )  #: Opaque, carried and never read; at most 64 KiB.
    not_before: datetime | None = None  #: It may not be served before; its wait begins there.
    outbound: bool = False  #: The customer is not there: an agent who accepts it dials.
    preferred_agents: Sequence[AgentId] = ()  #: Whom the customer prefers, the first first, at most 32.

    def to_native(self) -> tuple[str, bytes | None]:
        """All but the payload as JSON text, then the payload."""
        if self.payload is not None and not isinstance(self.payload, bytes):
            raise InvalidArgument("a payload is bytes", code="wrong_type", argument="details.payload")
        tree = {
            "requires": self.requires,
            "absolute": document(self.absolute),
            "prefers": document(self.prefers),
            "excluded_agents": sorted(self.excluded_agents),
            "attributes": document(self.attributes),
            "tags": sorted(self.tags),
            "customer": self.customer,
            "time_zone": self.time_zone,
            "source": self.source,
            "not_before": None if self.not_before is None else instant_ns(self.not_before, "not_before"),
            "outbound": self.outbound,
            "preferred_agents": list(self.preferred_agents),
        }
        return json.dumps(tree), self.payload


def read_details(native: tuple[str, bytes | None]) -> ContactDetails:
    """Details as the engine tells them."""
    text, payload = native
    tree = json.loads(text)
    return ContactDetails(
        requires=tree["requires"],
        absolute=read_absolute(tree["absolute"]),
        prefers=read_preferences(tree["prefers"]),
        excluded_agents=frozenset(tree["excluded_agents"]),
        attributes=tree["attributes"],
        tags=frozenset(tree["tags"]),
        customer=tree["customer"],
        time_zone=tree["time_zone"],
        source=tree["source"],
        not_before=None if tree["not_before"] is None else instant(tree["not_before"]),
        outbound=tree["outbound"],
        preferred_agents=tuple(tree["preferred_agents"]),
        payload=payload,
    )


__all__ = ["ContactDetails"]
