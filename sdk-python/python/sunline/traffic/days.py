"""Days one after another, whose agents learn, and worlds that differ from replication to replication."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sunline._instants import whole
from sunline.simulation.replications import Replications
from sunline.simulation.result import Result
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """Agents who get faster with every contact: pace = settled + (first − settled) · 2^(−contacts ÷ half).

    A run has one pace an agent, so a world of several days is run day by day: `pace` says with which.
    """

    first: float = 1.5  #: Pace with the first contact, relative to the settled ones' 1.
    settled: float = 1.0
    half: float = 500.0  #: Contacts after which half of the difference is gone.

    def pace(self, contacts: Mapping[str, int]) -> dict[str, float]:
        """The pace of each agent after so many contacts."""
        gap = self.first - self.settled
        return {agent: self.settled + gap * 0.5 ** (count / self.half) for agent, count in contacts.items()}


def run_days(
    days: Sequence[Scenario],
    learning: Mapping[str, Learning],
    *,
    seed: int,
    replication: int = 0,
    before: Mapping[str, int] | None = None,
) -> list[Result]:
    """Runs days one after another; agents with an entry have learned from what they served on the days before.

    `before`: contacts that each had served when the first day began. Day n has luck of its own under `seed`.
    """
    served = {agent: (before or {}).get(agent, 0) for agent in learning}
    results = []
    for number, day in enumerate(days):
        paces = dict(day.pace)
        for agent, law in learning.items():
            paces[agent] = paces.get(agent, 1.0) * law.pace({agent: served[agent]})[agent]
        result = Simulation(replace(day, pace=paces)).run(whole(seed, "seed") + number, replication)
        contacts = result.contacts
        names = contacts.to_numpy("agent")[contacts.codes("agent") >= 0]
        for agent, count in zip(*np.unique(names.astype("U"), return_counts=True), strict=True):
            if str(agent) in served:
                served[str(agent)] += int(count)
        results.append(result)
    return results


@dataclass(frozen=True, slots=True)
class Varied:
    """A world made anew for each replication, wherever a scenario may stand: in `compare`, and by itself.

    `make` gets seed and replication. Policies to compare must draw the same traffic from them.
    """

    make: Callable[[int, int], Scenario]

    def replicate(
        self,
        seed: int,
        count: int,
        *,
        first: int = 0,
        threads: int | None = None,
        record_contacts: bool = False,
        measure_policy: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> Replications:
        """Runs replications one after another; `threads` is taken and not used."""

        def one(replication: int) -> Result:
            return Simulation(self.make(seed, replication)).run(
                seed, replication, record_contacts=record_contacts, measure_policy=measure_policy
            )

        return Replications.one_by_one(one, whole(first, "first"), whole(count, "count"), progress)


__all__ = ["Learning", "Varied", "run_days"]
