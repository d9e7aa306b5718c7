"""Customers who come back."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sunline import _native
from sunline._instants import instant_ns, whole
from sunline.errors import InvalidArgument, StatisticsRefused
from sunline.simulation.contacts import PlannedContacts
from sunline.simulation.distributions import Distribution
from sunline.simulation.result import Result
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario
from sunline.traffic.columns import NONE_NS, Contacts
from sunline.traffic.drawing import drawn

Ints = NDArray[np.int64]

#: First group of the streams of chance of those who come back.
_RETURNS = 1 << 42
MOST_ROUNDS = 200  #: Of a world whose customers come back, until it agrees with itself.


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Customers who come back: those who gave up try again, those who were served have forgotten something."""

    gave_up: float  #: Share of those who gave up, 0 to 1.
    served: float = 0.0  #: Share of those who were served, 0 to 1.
    after: Distribution  #: How long after the end.
    most: int = 5  #: How often one customer comes back at most.


def run_with_returns(
    scenario: Scenario, returns: Returns, *, seed: int, replication: int = 0
) -> tuple[Result, PlannedContacts]:
    """Runs a world whose customers come back, and gives its contacts with them.

    The streams' contacts are drawn first. Who comes back, when, and with which patience belongs to the customer, by
    its first arrival and how often it has come. The world is run again with those who would come back, until that
    changes nothing any more: then each return follows from an end that happened. Conversations stay what they were.
    """
    seed, replication = whole(seed, "seed"), whole(replication, "replication")
    planned = scenario.contacts
    if planned is None:
        planned = drawn(
            scenario.streams, start=scenario.start, end=scenario.end, seed=seed, replication=replication
        )
    elif scenario.streams:
        raise InvalidArgument(
            "give streams or planned contacts, not both", code="contradiction", argument="scenario"
        )
    first = _columns_of(planned)
    back = np.zeros((0, 3), dtype="i8")  # Who came first, how often it has come back, when.
    for _ in range(MOST_ROUNDS):
        contacts, root, attempt = _with(first, back, returns, seed, replication)
        world = replace(scenario, streams=(), contacts=contacts.planned())
        result = Simulation(world).run(seed, replication)
        again = _coming(result, root, attempt, returns, instant_ns(scenario.end, "end"), seed, replication)
        if np.array_equal(again, back):
            return result, contacts.planned()
        back = again
    raise StatisticsRefused(
        f"after {MOST_ROUNDS} rounds customers still come back differently; let fewer come back",
        code="unsettled",
    )


def _columns_of(planned: PlannedContacts) -> Contacts:
    names, at, places, handling, patience, points = planned.to_columns()
    at_ns = np.array(at, dtype="i8")
    none = np.full(len(at_ns), NONE_NS)
    return Contacts(
        at_ns,
        np.array(names, dtype=object)[np.array(places, dtype="i8")],
        np.array(handling, dtype="i8"),
        none if patience is None else np.array(patience, dtype="i8"),
        np.zeros(len(at_ns), dtype="i8") if points is None else np.array(points, dtype="i8"),
    )


def _with(
    first: Contacts, back: Ints, returns: Returns, seed: int, replication: int
) -> tuple[Contacts, Ints, Ints]:
    """All contacts in order of arrival; whose each is, and how often that one has come back."""
    root = np.concatenate([np.arange(len(first.at)), back[:, 0]])
    attempt = np.concatenate([np.zeros(len(first.at), dtype="i8"), back[:, 1]])
    patience = first.patience[root].copy()
    for number in range(1, returns.most + 1):
        # Whoever has come back waits as long as another customer of the same world would.
        mine = attempt == number
        if mine.any() and len(first.at):
            shift = np.frombuffer(
                _native.uniforms(seed, replication, "journey", _RETURNS + 3 * number, len(first.at)),
                dtype="f8",
            )
            other = (shift[root[mine]] * len(first.at)).astype("i8")
            same = first.queue[other] == first.queue[root[mine]]
            patience[mine] = np.where(same, first.patience[other], patience[mine])
    at = np.concatenate([first.at, back[:, 2]])
    order = np.argsort(at, kind="stable")
    root, attempt = root[order], attempt[order]
    contacts = Contacts(
        at[order], first.queue[root], first.handling[root], patience[order], first.points[root]
    )
    return contacts, root, attempt


def _coming(
    result: Result, root: Ints, attempt: Ints, returns: Returns, end_ns: int, seed: int, replication: int
) -> Ints:
    """Who comes back, how often it has then, and when; by customer and time."""
    table = result.contacts
    number, outcome = table.to_numpy("contact").astype("i8"), table.to_numpy("outcome")
    ended = table.to_numpy("ended_at").astype("i8")
    found = []
    customers = int(root.max()) + 1 if len(root) else 0
    law = returns.after.to_native()
    for times in range(1, returns.most + 1):
        group = _RETURNS + 3 * times
        luck = np.frombuffer(_native.uniforms(seed, replication, "journey", group + 1, customers), dtype="f8")
        after = np.frombuffer(law.draws(seed, replication, "study", group + 2, customers), dtype="i8")
        mine = attempt[number] == times - 1
        who = root[number[mine]]
        share = np.select(
            [outcome[mine] == "abandoned", outcome[mine] == "served"], [returns.gave_up, returns.served], 0.0
        )
        at = ended[mine] + after[who]
        comes = (luck[who] < share) & (at < end_ns)
        found.append(np.stack([who[comes], np.full(int(comes.sum()), times), at[comes]], axis=1))
    back = np.concatenate(found) if found else np.zeros((0, 3), dtype="i8")
    return np.asarray(back[np.lexsort((back[:, 0], back[:, 2]))], dtype="i8")


__all__ = ["Returns", "run_with_returns"]
