"""Two or more policies on the same customers: paired differences, with intervals, as precise as wanted.

A contact's service and patience are drawn on its arrival from a stream that carries its name, so under one seed and
replication every policy meets the same customers. Then luck cancels in the difference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunline import _native
from sunline._instants import whole
from sunline.errors import InvalidArgument, StatisticsRefused
from sunline.simulation.figures import NamedFigure, figure
from sunline.simulation.replications import Estimate, Replications
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sunline.traffic import Varied

Progress = Callable[[int, int], object]
"""Told how many replications are done, and of how many at most; what it raises ends the run."""

DEFAULT_FIGURES = ("service_level", "abandonment", "mean_wait_s", "occupancy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """When to stop: the interval of a difference is narrow enough."""

    half_width: float  #: In the figure's unit, above 0.
    figure: str = "service_level"
    level: float = 0.95  #: Of the interval.


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """What a policy changes of a figure, over replications with the same luck."""

    change: Estimate  #: Policy less base.
    #: How many times more replications independent luck would need for the same precision; `None`: it never varies.
    gain: float | None


class Comparison:
    """Policies on the same customers. Made by `compare`."""

    __slots__ = ("_base", "_figures", "_runs")

    def __init__(self, runs: Mapping[str, Replications], figures: Sequence[NamedFigure]) -> None:
        self._runs = dict(runs)
        self._base = next(iter(self._runs))
        self._figures = tuple(figures)

    def __len__(self) -> int:
        """Number of replications of each policy."""
        return len(self._runs[self._base])

    def __getitem__(self, policy: str) -> Replications:
        if policy not in self._runs:
            raise InvalidArgument(
                f"no policy is called {policy!r}; there are {', '.join(self._runs)}",
                code="unknown_policy",
                argument="policy",
            )
        return self._runs[policy]

    @property
    def policies(self) -> tuple[str, ...]:
        """Their names; the first is the base."""
        return tuple(self._runs)

    @property
    def figures(self) -> tuple[NamedFigure, ...]:
        """The figures compared."""
        return self._figures

    def estimate(self, policy: str, name: str) -> Estimate:
        """The mean of a figure under one policy."""
        return self[policy].estimate(figure(name))

    def difference(self, policy: str, name: str, *, base: str | None = None) -> PairedDifference:
        """What `policy` changes of a figure against `base`; without one, against the first policy."""
        ours, theirs = self[policy], self[base or self._base]
        what = figure(name)
        change = ours.minus(theirs, what)
        return PairedDifference(change=change, gain=_gain(ours, theirs, what))

    def __str__(self) -> str:
        lines = [f"{len(self)} replications of each policy, on the same customers"]
        for what in self._figures:
            lines.append(f"{what} ({what.unit})")
            for policy in self._runs:
                try:
                    text = f"  {policy:20} {self.estimate(policy, str(what))}"
                    if policy != self._base:
                        paired = self.difference(policy, str(what))
                        gain = "" if paired.gain is None else f", {paired.gain:.1f} x by pairing"
                        text += f"   change {paired.change}{gain}"
                except StatisticsRefused as refused:
                    text = f"  {policy:20} no figure: {refused}"
                lines.append(text)
        return "\n".join(lines)

    def plot(self, name: str = "service_level", *, level: float = 0.95) -> "Figure":
        """Each policy's change of a figure against the base, with its interval; needs matplotlib."""
        from sunline.plotting import comparison_plot  # noqa: PLC0415 - needs matplotlib

        return comparison_plot(self, name, level=level)


def compare(
    policies: "Mapping[str, Scenario | Varied]",
    *,
    seed: int,
    count: int = 50,
    precision: Precision | None = None,
    figures: Sequence[str] = DEFAULT_FIGURES,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Runs every policy on the same customers; the first is the base.

    A policy is a scenario, or a `sunline.traffic.Varied` that makes one for each replication.

    `count`: replications of each; with a `precision`, at most so many: it stops as soon as every policy's difference to
    the base is known that well. The results do not depend on `threads`.

    >>> from datetime import UTC, datetime
    >>> from sunline.simulation import ContactStream, Exponential, Poisson
    >>> def shop(agents: int) -> Scenario:
    ...     people = ", ".join(f"{{ name = 'agent {n}' }}" for n in range(agents))
    ...     return Scenario(
    ...         config=f'''
    ...             name = "shop"
    ...             channels = [{{ name = "voice" }}]
    ...             queues = [{{ name = "orders", offer = {{ answer = "auto" }} }}]
    ...             agents = [{people}]
    ...         ''',
    ...         start=datetime(2026, 3, 2, 8, tzinfo=UTC),
    ...         end=datetime(2026, 3, 2, 18, tzinfo=UTC),
    ...         streams=[
    ...             ContactStream(
    ...                 queue="orders", arrivals=Poisson(rate_per_hour=60.0), handling=Exponential(mean_s=180.0),
    ...                 patience=Exponential(mean_s=300.0),
    ...             )
    ...         ],
    ...     )
    >>> both = compare({"three": shop(3), "four": shop(4)}, seed=1, count=20)
    >>> low, high = both.difference("four", "service_level").change.interval()
    >>> low > 0.0
    True
    """
    if len(policies) < 2:
        raise InvalidArgument(
            "one policy cannot be compared; give at least two, the first is the base",
            code="too_few",
            argument="policies",
        )
    chosen = [figure(name) for name in figures]
    most = whole(count, "count", 2)
    simulations = {
        name: Simulation(policy) if isinstance(policy, Scenario) else policy
        for name, policy in policies.items()
    }
    runs: dict[str, Replications] = {name: Replications([]) for name in simulations}
    done, total = 0, most * len(simulations)
    while done < most:
        step = _step(runs, precision, done, most)
        if step == 0:
            break
        for number, (name, simulation) in enumerate(simulations.items()):
            before = done * len(simulations) + number * step

            def tell(ready: int, before: int = before) -> None:
                if progress is not None:
                    progress(before + ready, total)

            more = simulation.replicate(
                seed, step, first=done, threads=threads, progress=None if progress is None else tell
            )
            runs[name] = Replications([*runs[name], *more])
        done += step
    return Comparison(runs, chosen)


#: Replications before the first look at the precision reached: fewer say too little of the variance.
FIRST_LOOK = 10


def _step(runs: Mapping[str, Replications], precision: Precision | None, done: int, most: int) -> int:
    """How many replications to run next; 0: enough are run."""
    if precision is None:
        return most - done
    if done == 0:
        return min(FIRST_LOOK, most)
    base, *others = runs.values()
    what = figure(precision.figure)
    needed = 0
    for other in others:
        ours, theirs = other.values(what), base.values(what)
        differences = [a - b for a, b in zip(ours, theirs, strict=True)]
        needed = max(needed, _native.needed(differences, precision.half_width, precision.level))
    # Half of what seems to be missing at a time: the variance is not yet known well.
    missing = needed - done
    return 0 if missing <= 0 else min(max(missing // 2, FIRST_LOOK), most - done)


def _gain(ours: Replications, theirs: Replications, what: NamedFigure) -> float | None:
    a, b = ours.values(what), theirs.values(what)
    together = _variance([x - y for x, y in zip(a, b, strict=True)])
    return (_variance(a) + _variance(b)) / together if together > 0 else None


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


__all__ = ["DEFAULT_FIGURES", "Comparison", "PairedDifference", "Precision", "Progress", "compare"]
