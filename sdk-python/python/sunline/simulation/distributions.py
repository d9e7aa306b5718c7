"""How long things take: laws of a random duration, by the numbers people know.

Lengths are seconds, at least 0 and at most 1e9. Making a law checks nothing; a scenario does, and so does `moments`.

>>> Weibull(shape=1.0, scale_s=300.0).moments()
Moments(mean_s=300.0, variance_s2=90000.0)
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1, sqrt

from sunline import _native
from sunline._columns import Reals, reals
from sunline._instants import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Mean and variance of a duration."""

    mean_s: float  #: Seconds.
    variance_s2: float  #: Square seconds.

    @property
    def cv(self) -> float:
        """Coefficient of variation: standard deviation ÷ mean; 0 for a law that is always zero."""
        return sqrt(self.variance_s2) / self.mean_s if self.mean_s > 0 else 0.0


class Distribution(ABC):
    """The law of a random duration."""

    __slots__ = ()

    @abstractmethod
    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""

    def check(self) -> None:
        """Raises `ScenarioInvalid` with the first parameter that cannot be meant."""
        self.to_native().check()

    def moments(self) -> Moments:
        """Mean and variance of the duration."""
        mean_s, variance_s2 = self.to_native().moments()
        return Moments(mean_s=mean_s, variance_s2=variance_s2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deterministic(Distribution):
    """Always the same length; zero is allowed (an instant answer)."""

    value_s: float

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.deterministic(self.value_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(Distribution):
    """Memoryless: the classical model of patience."""

    mean_s: float  #: Above 0.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.exponential(self.mean_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal(Distribution):
    """The logarithm is normal: the classical fit to conversations."""

    mean_s: float  #: Of the duration itself, above 0.
    cv: float  #: Coefficient of variation of the duration itself, above 0.

    @classmethod
    def by_median(cls, *, median_s: float, sigma: float) -> "Lognormal":
        """By the median and the standard deviation of the natural logarithm.

        >>> round(Lognormal.by_median(median_s=180.0, sigma=0.8).mean_s, 2)
        247.88
        """
        return cls(mean_s=median_s * exp(0.5 * sigma * sigma), cv=sqrt(expm1(sigma * sigma)))

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.lognormal(self.mean_s, self.cv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma(Distribution):
    """Gamma by mean and variation; `cv` 1 is exponential."""

    mean_s: float  #: Above 0.
    cv: float  #: Coefficient of variation, above 0.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.gamma(self.mean_s, self.cv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weibull(Distribution):
    """P(longer than t) = exp(−(t ÷ scale)^shape): patience whose hazard falls (shape < 1) or rises."""

    shape: float  #: 0.1 to 1000; 1 is exponential.
    scale_s: float  #: Above 0: 63 % are shorter.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.weibull(self.shape, self.scale_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erlang(Distribution):
    """The sum of equal exponential phases; one phase is exponential."""

    phases: int  #: At least 1.
    mean_s: float  #: Of the whole, above 0.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.erlang(whole(self.phases, "phases", 0, 2**32 - 1), self.mean_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform(Distribution):
    """Every length between two bounds is equally likely."""

    low_s: float  #: Shortest.
    high_s: float  #: Longest, above the shortest.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.uniform(self.low_s, self.high_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One case of a hyperexponential law."""

    probability: float  #: How often this case occurs, above 0 and at most 1.
    mean_s: float  #: Its mean, above 0.


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperexponential(Distribution):
    """One of several exponentials: a mixture of short and long cases."""

    branches: Sequence[Branch]  #: At least one; the probabilities sum to 1.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.hyperexponential([(b.probability, b.mean_s) for b in self.branches])


@dataclass(frozen=True, slots=True, kw_only=True)
class Empirical(Distribution):
    """What was seen: a recorded length, drawn evenly.

    >>> Empirical(samples_s=[60.0, 120.0, 180.0]).moments().mean_s
    120.0
    """

    samples_s: Reals  #: Recorded lengths, at least one, in any order; repeated ones weigh more.
    interpolate: bool = False  #: Whether lengths between two neighbouring records may come too.

    def to_native(self) -> _native.Distribution:
        """The law as the engine knows it."""
        return _native.Distribution.empirical(reals(self.samples_s, "samples_s"), self.interpolate)


__all__ = [
    "Branch",
    "Deterministic",
    "Distribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "Gamma",
    "Hyperexponential",
    "Lognormal",
    "Moments",
    "Uniform",
    "Weibull",
]
