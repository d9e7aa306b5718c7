"""How a configuration is written as the document that the engine reads."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sunline._instants import MOST_NS, instant_ns, span_ns
from sunline.config.plans import Target
from sunline.config.rules import Assignment, EarliestDeadline, GeneralisedCmu, Weights
from sunline.errors import InvalidArgument
from sunline.hours import HoursTable

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What JSON can say, without fractions: the document has none."""


#: Of a field: the document's word for it, which is a keyword of Python.
CALLED_FROM = {"document": "from"}


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
    named = ((f.metadata.get("document", f.name), getattr(part, f.name)) for f in fields(part))
    return {name: document(value) for name, value in named if value is not None}
