"""What the rounds say: medians, ratios, and whether the answers agree.

A peer that gives other answers simulates another centre, and its speed means nothing. So each peer's answers are held
against the truth (the exact figures of Erlang-A) or, where nobody knows it, against all other peers together.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

LIMIT = 4.0  #: Standard errors by which a peer may be off.


@dataclass(frozen=True, slots=True)
class Run:
    """What one peer printed in one round, and the CPU time of its whole process, start-up included."""

    contacts: int
    cpu_seconds: float
    contacts_per_cpu_second: float
    answers: dict[str, float]
    standard_errors: dict[str, float]
    process_cpu_seconds: float


#: Rounds of each peer, by name, in the order in which the peers ran; every peer has the same number of rounds.
Rounds = dict[str, list[Run]]


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one peer was, over all rounds."""

    contacts: int
    cpu_seconds: float  #: Median.
    contacts_per_cpu_second: float  #: Median.
    slowest: float
    fastest: float
    process_cpu_seconds: float  #: Median.
    times_as_fast_as: dict[str, float]  #: Median of the ratio within a round, by the other peer's name.


@dataclass(frozen=True, slots=True)
class Check:
    """One answer of one peer, beside what it should be."""

    mean: float
    standard_error: float
    expected: float
    z: float  #: Distance in standard errors of the difference.

    @property
    def agrees(self) -> bool:
        """Whether it is within the limit."""
        return abs(self.z) <= LIMIT


def speeds(rounds: Rounds) -> dict[str, Speed]:
    """The speed of every peer."""
    return {name: _speed(runs, rounds) for name, runs in rounds.items()}


def _speed(runs: list[Run], rounds: Rounds) -> Speed:
    rates = [run.contacts_per_cpu_second for run in runs]
    return Speed(
        contacts=runs[0].contacts,
        cpu_seconds=median(run.cpu_seconds for run in runs),
        contacts_per_cpu_second=median(rates),
        slowest=min(rates),
        fastest=max(rates),
        process_cpu_seconds=median(run.process_cpu_seconds for run in runs),
        times_as_fast_as={
            name: median(rate / other.contacts_per_cpu_second for rate, other in zip(rates, others, strict=True))
            for name, others in rounds.items()
        },
    )


def checks(rounds: Rounds, figure: str, exact: float | None) -> dict[str, Check]:
    """Every peer's value of this figure, against the exact one or else against the other peers.

    Needs two peers where there is no exact figure.
    """
    found = {name: _over_rounds(runs, figure) for name, runs in rounds.items()}
    return {name: _check(name, found, exact) for name in rounds}


def _over_rounds(runs: list[Run], figure: str) -> tuple[float, float]:
    """Mean and variance of the mean. The rounds of one peer have equally many contacts, so they weigh the same."""
    return (
        fmean(run.answers[figure] for run in runs),
        sum(run.standard_errors[figure] ** 2 for run in runs) / len(runs) ** 2,
    )


def _check(name: str, found: dict[str, tuple[float, float]], exact: float | None) -> Check:
    mean, variance = found[name]
    if exact is not None:
        expected, expected_variance = exact, 0.0
    else:
        # Weights by precision: the peers that simulated most say most.
        others = [other for other_name, other in found.items() if other_name != name]
        precision = sum(1 / other_variance for _, other_variance in others)
        expected = sum(other / other_variance for other, other_variance in others) / precision
        expected_variance = 1 / precision
    return Check(mean, sqrt(variance), expected, (mean - expected) / sqrt(variance + expected_variance))
