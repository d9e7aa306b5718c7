"""The Erlang-A model (M/M/n+M), solved: what every simulator of it must find within its sampling error.

Source: Mandelbaum and Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", in Advances in Services
Innovations, Springer, 2007. The number in the centre is a birth-and-death chain; an arriving contact sees its steady
state, and what follows for that contact is a pure-death chain that ends in service or in abandonment.
"""

from dataclasses import dataclass
from math import exp, lgamma, log

_NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class ErlangA:
    """One queue, `agents` who are alike, exponential gaps, services and patience; spans in seconds."""

    agents: int
    arrival_gap_mean_s: float
    service_mean_s: float
    patience_mean_s: float

    def answers(self, threshold_s: float) -> dict[str, float]:
        """The exact figures, under the names that peers print; the threshold is above 0."""
        ahead = self._queue_ahead()
        queued = sum(length * chance for length, chance in enumerate(ahead[1:]))
        # Little's law over the queue; those who leave it unserved do so at rate 1 / patience mean each.
        mean_wait_s = queued * self.arrival_gap_mean_s
        abandoned = mean_wait_s / self.patience_mean_s
        load = self.service_mean_s / self.arrival_gap_mean_s
        return {
            "service_level": ahead[0] + self._answered_in_time(ahead[1:], threshold_s),
            "abandoned": abandoned,
            "mean_wait_s": mean_wait_s,
            "occupancy": load * (1 - abandoned) / self.agents,
        }

    def _queue_ahead(self) -> list[float]:
        """What an arrival finds: first the chance of an idle agent, then of 0, 1, 2, … waiting and nobody idle."""
        arrive, serve, leave = 1 / self.arrival_gap_mean_s, 1 / self.service_mean_s, 1 / self.patience_mean_s
        # Weights relative to "all busy, nobody waiting", downwards and then upwards, until they vanish.
        idle, weight = 0.0, 1.0
        for busy in range(self.agents, 0, -1):
            weight *= busy * serve / arrive
            idle += weight
        waiting = [1.0]
        while waiting[-1] > _NEGLIGIBLE:
            waiting.append(waiting[-1] * arrive / (self.agents * serve + len(waiting) * leave))
        total = idle + sum(waiting)
        return [idle / total] + [weight / total for weight in waiting]

    def _answered_in_time(self, waiting: list[float], threshold_s: float) -> float:
        """Chance that an arrival waits and is answered within the threshold.

        With j ahead in the queue, all agents busy, the next step comes at rate n·serve + j·leave (one ahead fewer; from
        0 ahead: answered) or at rate leave (this contact is gone). The chain is uniformised: it jumps at one
        constant rate, sometimes to where it already is.
        """
        serve, leave = self.agents / self.service_mean_s, 1 / self.patience_mean_s
        rate = serve + len(waiting) * leave
        step = [(serve + ahead * leave) / rate for ahead in range(len(waiting))]
        stay = [1 - down - leave / rate for down in step]
        here, answered, total = waiting, 0.0, 0.0
        mean_jumps = rate * threshold_s
        jumps = 0
        while True:
            chance = exp(jumps * log(mean_jumps) - mean_jumps - lgamma(jumps + 1))
            if jumps > mean_jumps and chance < _NEGLIGIBLE:
                return total
            total += chance * answered
            answered += here[0] * step[0]
            here = [now * s + above * d for now, s, above, d in zip(here, stay, here[1:] + [0.0], step[1:] + [0.0])]
            jumps += 1
