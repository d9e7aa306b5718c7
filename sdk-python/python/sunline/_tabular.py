"""Tables made in Python: columns with a unit and a sentence, handed to the same Arrow stream as the engine's own."""

from array import array
from collections.abc import Sequence
from math import isnan

from sunline import _native
from sunline._columns import NONE_NS, Buffer, Instants, Reals, Wholes, instants, reals, wholes
from sunline.tables import Table

Given = tuple[str, str, str, str, Buffer, list[str]]
"""Name, kind, unit, documentation, values, labels."""


def numbers(name: str, unit: str, doc: str, values: Reals) -> Given:
    """Numbers; NaN is none."""
    return name, "real", unit, doc, reals(values, name), []


def shares(name: str, doc: str, values: Reals) -> Given:
    """Shares in `[0, 1]`; NaN is none."""
    return numbers(name, "share", doc, values)


def counts(name: str, unit: str, doc: str, values: Wholes) -> Given:
    """Whole numbers."""
    return name, "whole", unit, doc, wholes(values, name), []


def moments(name: str, doc: str, values: Instants) -> Given:
    """Instants, UTC."""
    return name, "instant", "instant, UTC", doc, instants(values, name), []


def durations_s(name: str, doc: str, values_s: Sequence[float | None]) -> Given:
    """Lengths of time, given in seconds; `None` or NaN is none."""
    ns = array("q", (NONE_NS if s is None or isnan(s) else round(s * 1e9) for s in values_s))
    return name, "duration", "duration", doc, memoryview(ns), []


def labelled(name: str, doc: str, texts: Sequence[str | None]) -> Given:
    """Texts; `None` is none. Labels stand in order of appearance."""
    places: dict[str, int] = {}
    codes = array("q", (-1 if text is None else places.setdefault(text, len(places)) for text in texts))
    return name, "label", "label", doc, memoryview(codes), list(places)


def made(columns: Sequence[Given]) -> Table:
    """The table of these columns, which are equally long."""
    return Table(_native.Table.from_columns(list(columns)))


__all__ = ["Given", "counts", "durations_s", "labelled", "made", "moments", "numbers", "shares"]
