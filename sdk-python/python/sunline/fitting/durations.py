"""Laws of lengths of time from what was seen: parametric ones by maximum likelihood, and what was seen itself.

The distance of a law is that of Kolmogorov and Smirnov: the largest difference between the share it says and the share
seen below any length. Logs in whole seconds keep it from zero even where the law is right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np

from sunline.errors import StatisticsRefused
from sunline.fitting._local import Floats
from sunline.fitting._special import erf
from sunline.simulation.distributions import (
    Branch,
    Distribution,
    Empirical,
    Exponential,
    Hyperexponential,
    Lognormal,
    Weibull,
)

LEAST_S = 0.5  #: Logs count whole seconds: what is recorded as zero lasted up to half of one.
MOST_SAMPLES = 2000  #: Of an empirical law: its quantiles at even steps.


@dataclass(frozen=True, slots=True, kw_only=True)
class LawFit:
    """One law fitted to lengths."""

    name: str
    law: Distribution
    aic: float  #: Akaike's criterion: −2 log likelihood + 2 parameters; smaller is better. NaN: not parametric.
    distance: float  #: Largest difference of the shares below any length, in `[0, 1]`.


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationFit:
    """Lengths of one kind, and the laws fitted to them."""

    count: int
    mean_s: float
    cv: float  #: Coefficient of variation.
    median_s: float
    p90_s: float  #: Nine in ten are shorter.
    laws: tuple[LawFit, ...]  #: By Akaike's criterion, best first.
    empirical: LawFit  #: What was seen itself, at most 2000 even quantiles of it.

    @property
    def best(self) -> LawFit:
        """The parametric law with the least criterion."""
        return self.laws[0]


def fit_durations(lengths_s: Floats) -> DurationFit:
    """Fits exponential, hyperexponential, lognormal and Weibull laws to lengths in seconds.

    Raises `StatisticsRefused` with fewer than two lengths.
    """
    seen = np.sort(np.maximum(lengths_s[~np.isnan(lengths_s)], LEAST_S))
    if len(seen) < 2:
        raise StatisticsRefused(
            f"{len(seen)} known lengths say nothing of their law; leave the queue out or join it with another",
            code="too_few",
        )
    laws = [_exponential(seen), _lognormal(seen), _weibull(seen), _hyperexponential(seen)]
    laws.sort(key=lambda fit: fit.aic)
    mean = float(seen.mean())
    return DurationFit(
        count=len(seen),
        mean_s=mean,
        cv=float(seen.std(ddof=1)) / mean,
        median_s=float(np.median(seen)),
        p90_s=float(np.quantile(seen, 0.9)),
        laws=tuple(laws),
        empirical=LawFit(
            name="empirical", law=Empirical(samples_s=thinned(seen)), aic=float("nan"), distance=0.0
        ),
    )


def thinned(seen: Floats) -> Floats:
    """At most 2000 lengths that stand for all: the means of even shares, so that the mean stays."""
    ordered = np.sort(seen)
    if len(ordered) <= MOST_SAMPLES:
        return ordered
    edges = np.linspace(0, len(ordered), MOST_SAMPLES + 1).round().astype("i8")
    return np.add.reduceat(ordered, edges[:-1]) / np.diff(edges)


def _exponential(seen: Floats) -> LawFit:
    mean = float(seen.mean())
    likelihood = -len(seen) * (log(mean) + 1.0)
    below = 1.0 - np.exp(-seen / mean)
    return _fit("exponential", Exponential(mean_s=mean), likelihood, 1, seen, below)


def _lognormal(seen: Floats) -> LawFit:
    logs = np.log(seen)
    middle, sigma = float(logs.mean()), max(float(logs.std()), 1e-6)
    likelihood = float(-logs.sum() - len(seen) * (log(sigma) + 0.5 * log(2 * np.pi) + 0.5))
    below = 0.5 * (1.0 + erf((logs - middle) / (sigma * sqrt(2.0))))
    law = Lognormal.by_median(median_s=exp(middle), sigma=sigma)
    return _fit("lognormal", law, likelihood, 2, seen, below)


def _weibull(seen: Floats) -> LawFit:
    shape, scale = weibull_shape(seen, np.ones(len(seen), dtype="?"))
    ratio = (seen / scale) ** shape
    likelihood = float(
        len(seen) * (log(shape) - shape * log(scale)) + (shape - 1) * np.log(seen).sum() - ratio.sum()
    )
    law = Weibull(shape=shape, scale_s=scale)
    return _fit("weibull", law, likelihood, 2, seen, 1.0 - np.exp(-ratio))


def _hyperexponential(seen: Floats) -> LawFit:
    """Two branches, by expectation and maximisation from the halves of what was seen."""
    half = len(seen) // 2
    share, short, long = 0.5, max(float(seen[:half].mean()), LEAST_S), float(seen[half:].mean())
    likelihood, before = 0.0, -inf
    for _ in range(500):
        first = share / short * np.exp(-seen / short)
        second = (1 - share) / long * np.exp(-seen / long)
        both = first + second
        likelihood = float(np.log(both).sum())
        if likelihood - before < 1e-9 * abs(likelihood):
            break
        before = likelihood
        weight = first / both
        share = float(np.clip(weight.mean(), 1e-6, 1 - 1e-6))
        short = max(float((weight * seen).sum() / weight.sum()), 1e-3)
        long = max(float(((1 - weight) * seen).sum() / (1 - weight).sum()), 1e-3)
    below = 1.0 - share * np.exp(-seen / short) - (1 - share) * np.exp(-seen / long)
    branches = (Branch(probability=share, mean_s=short), Branch(probability=1 - share, mean_s=long))
    return _fit("hyperexponential", Hyperexponential(branches=branches), likelihood, 3, seen, below)


def _fit(
    name: str, law: Distribution, likelihood: float, parameters: int, seen: Floats, below: Floats
) -> LawFit:
    steps = np.arange(1, len(seen) + 1) / len(seen)
    # Where lengths are equal the step is as high as the last of them.
    last = np.append(seen[1:] != seen[:-1], True)
    above = np.abs(below[last] - steps[last])
    first = np.append(True, seen[1:] != seen[:-1])
    under = np.abs(below[first] - (steps[first] - 1 / len(seen)))
    distance = float(max(above.max(), under.max()))
    return LawFit(name=name, law=law, aic=2 * parameters - 2 * likelihood, distance=distance)


def weibull_shape(lengths_s: Floats, ended: "np.typing.NDArray[np.bool_]") -> tuple[float, float]:
    """Shape and scale by maximum likelihood; lengths that had not `ended` are censored."""
    logs, ends = np.log(lengths_s), int(ended.sum())
    mean_log = float(logs[ended].mean())

    def slope(shape: float) -> float:
        powers = np.exp(shape * (logs - logs.max()))
        return float((powers * logs).sum() / powers.sum()) - 1.0 / shape - mean_log

    shape = _root(slope, 0.1, 20.0)
    scale = float((np.exp(shape * (logs - logs.max())).sum() / ends) ** (1 / shape) * exp(logs.max()))
    return shape, scale


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that rises is zero, or the nearest end."""
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return 0.5 * (low + high)


def table_of(fits: Sequence[tuple[str, DurationFit]]) -> str:
    """Queues and their laws as lines of text."""
    lines = [f"{'':12}{'count':>8}{'mean s':>9}{'cv':>7}{'median s':>10}  best law, distance"]
    for name, fit in fits:
        lines.append(
            f"{name:12}{fit.count:>8}{fit.mean_s:>9.1f}{fit.cv:>7.2f}{fit.median_s:>10.1f}"
            f"  {fit.best.name}, {fit.best.distance:.3f}"
        )
    return "\n".join(lines)


__all__ = ["DurationFit", "LawFit", "fit_durations", "thinned", "weibull_shape"]
