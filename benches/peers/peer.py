"""What a Python peer is: one command line in, one line of JSON out.

`README.md` describes both. A peer hands `main` one function for each centre it can simulate; the function takes the
number of contacts and the seed and gives back a `Tally` for each batch after the warm-up. The clock runs from before
the model is built until after the answers are known; starting Python and importing libraries is outside it.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import stdev
from time import process_time

from centre import AGENTS, CONTACTS_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What happened in one stretch of time."""

    elapsed_s: float
    answered: int
    in_time: int  #: Answered within the threshold.
    abandoned: int
    waited_s: float  #: Waits of all, answered or not.
    served_s: float  #: Service begun.
    at_level_1: int | None = None  #: Answered by an agent at level 1; `None` where there are no levels.

    @classmethod
    def of_all(cls, stretches: "list[Tally]") -> "Tally":
        """Consecutive stretches as one."""
        levels = [stretch.at_level_1 for stretch in stretches if stretch.at_level_1 is not None]
        return cls(
            elapsed_s=sum(stretch.elapsed_s for stretch in stretches),
            answered=sum(stretch.answered for stretch in stretches),
            in_time=sum(stretch.in_time for stretch in stretches),
            abandoned=sum(stretch.abandoned for stretch in stretches),
            waited_s=sum(stretch.waited_s for stretch in stretches),
            served_s=sum(stretch.served_s for stretch in stretches),
            at_level_1=sum(levels) if levels else None,
        )

    def answers(self, agents: int) -> dict[str, float]:
        """The figures that all peers must agree on, for a centre of this many agents."""
        offered = self.answered + self.abandoned
        answers = {
            "service_level": self.in_time / offered,
            "abandoned": self.abandoned / offered,
            "mean_wait_s": self.waited_s / offered,
            "occupancy": self.served_s / self.elapsed_s / agents,
        }
        if self.at_level_1 is not None:
            answers["served_at_level_1"] = self.at_level_1 / self.answered
        return answers


Simulate = Callable[[int, int], list[Tally]]


def main(description: str, centres: dict[str, Simulate]) -> None:
    """Reads the command line, simulates, prints the line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--centre", required=True, choices=sorted(centres))
    parser.add_argument("--contacts", required=True, type=int, help="arrivals to follow, warm-up included")
    parser.add_argument("--seed", required=True, type=int)
    wish = parser.parse_args()
    if wish.contacts < CONTACTS_MIN:
        parser.error(f"--contacts must be at least {CONTACTS_MIN}")
    began = process_time()
    batches = centres[wish.centre](wish.contacts, wish.seed)
    answers = Tally.of_all(batches).answers(AGENTS[wish.centre])
    errors = _standard_errors([batch.answers(AGENTS[wish.centre]) for batch in batches])
    cpu_seconds = process_time() - began
    line = {
        "centre": wish.centre,
        "contacts": wish.contacts,
        "cpu_seconds": cpu_seconds,
        "contacts_per_cpu_second": wish.contacts / cpu_seconds,
        "answers": answers,
        "standard_errors": errors,
    }
    json.dump(line, sys.stdout)
    print()


def _standard_errors(batches: list[dict[str, float]]) -> dict[str, float]:
    """The standard error of each answer, by the scatter between batches."""
    return {name: stdev(batch[name] for batch in batches) / sqrt(len(batches)) for name in batches[0]}
