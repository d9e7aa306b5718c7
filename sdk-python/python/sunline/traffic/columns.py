"""Contacts as columns, and what each contact of a stream brings with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sunline.errors import InvalidArgument
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import Distribution
from sunline.simulation.scenario import ContactStream

Ints = NDArray[np.int64]

NONE_NS = -(2**63)


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Contacts as columns."""

    at: Ints
    queue: "NDArray[np.object_]"
    handling: Ints
    patience: Ints
    points: Ints

    def planned(self) -> PlannedContacts:
        """As the simulator takes them."""
        return PlannedContacts(
            at=self.at.view("M8[ns]"),
            queue=self.queue,
            handling=self.handling.view("m8[ns]"),
            patience=self.patience.view("m8[ns]"),
            points=self.points,
        )


def brought(stream: ContactStream, at: Ints, seed: int, replication: int, place: int) -> Contacts:
    """What each contact of a stream brings with it."""

    def draws(law: Distribution, purpose: str) -> Ints:
        return np.frombuffer(law.to_native().draws(seed, replication, purpose, place, len(at)), dtype="i8")

    return Contacts(
        at,
        np.full(len(at), stream.queue, dtype=object),
        draws(stream.handling, "service"),
        np.full(len(at), NONE_NS) if stream.patience is None else draws(stream.patience, "patience"),
        np.full(len(at), stream.points),
    )


def joined(parts: Sequence[Contacts]) -> PlannedContacts:
    """All of them in order of arrival."""
    if not parts:
        raise InvalidArgument("there is nothing to draw; give a stream", code="empty", argument="streams")
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in Contacts.__slots__]
    order = np.argsort(columns[0], kind="stable")
    return Contacts(*(column[order] for column in columns)).planned()


__all__ = ["NONE_NS", "Contacts", "brought", "joined"]
