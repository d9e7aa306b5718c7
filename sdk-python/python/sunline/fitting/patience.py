"""How long customers would wait, from waits that mostly ended too early to tell.

Who was answered hides how long he would have waited on: his wait is censored. Kaplan and Meier's estimate takes that
into account without any law; exponential and Weibull laws are fitted by maximum likelihood.
"""

from dataclasses import dataclass
from math import log

import numpy as np

from sunline.errors import StatisticsRefused
from sunline.fitting._local import Bools, Floats, Ints
from sunline.fitting.durations import LEAST_S, LawFit, weibull_shape
from sunline.simulation.distributions import Distribution, Empirical, Exponential, Weibull

LEAST_AT_RISK = 30  #: Below so many still waiting the estimate is not trusted, and a tail takes over.
STEPS = 1000  #: Samples of the law that follows the curve.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalCurve:
    """Share still waiting after each time, by Kaplan and Meier; one entry a time at which somebody gave up."""

    time_s: Floats
    share: Floats  #: Still waiting just after, in `[0, 1]`.
    standard_error: Floats  #: By Greenwood's formula.
    at_risk: Ints  #: Who waited at least so long.
    gave_up: Ints  #: Who gave up at that time.

    def interval(self, level_z: float = 1.959964) -> tuple[Floats, Floats]:
        """Bounds of the share, on the scale of log(−log): inside `[0, 1]`. `level_z` 1.96 is 95 %."""
        inner = np.clip(self.share, 1e-12, 1 - 1e-12)
        width = level_z * self.standard_error / np.abs(inner * np.log(inner))
        return inner ** np.exp(width), inner ** np.exp(-width)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatienceFit:
    """Patience of one kind of contact."""

    count: int  #: Waits, censored ones included.
    abandoned: int
    curve: SurvivalCurve
    laws: tuple[LawFit, ...]  #: Exponential and Weibull, by Akaike's criterion; distances are to the curve.
    #: The curve itself as a law, with an exponential tail where too few waited that long.
    follows_curve: Distribution
    until_s: float  #: Up to here the curve is trusted.

    @property
    def best(self) -> LawFit:
        """The parametric law with the least criterion."""
        return self.laws[0]


def fit_patience(waited_s: Floats, abandoned: Bools) -> PatienceFit:
    """Fits patience to waits; those that were not `abandoned` are censored.

    Raises `StatisticsRefused` where fewer than five gave up: say what patience to assume instead.
    """
    gave_up = int(abandoned.sum())
    if gave_up < 5:
        raise StatisticsRefused(
            f"only {gave_up} gave up, which says nothing of patience; assume a law, or join queues",
            code="too_few",
        )
    curve = survival_curve(waited_s, abandoned)
    # Who was answered at once says nothing; logs in whole seconds have some who gave up at zero.
    says = abandoned | (waited_s > 0)
    waits, gave_up_then = np.where(waited_s > 0, waited_s, LEAST_S)[says], abandoned[says]
    trusted = int(np.searchsorted(-curve.at_risk, -LEAST_AT_RISK, side="right"))
    trusted = max(trusted, 1)
    until = float(curve.time_s[trusted - 1])
    laws = [_exponential(waited_s, gave_up, curve, trusted), _weibull(waits, gave_up_then, curve, trusted)]
    laws.sort(key=lambda fit: fit.aic)
    return PatienceFit(
        count=len(waited_s),
        abandoned=gave_up,
        curve=curve,
        laws=tuple(laws),
        follows_curve=_sampled(curve, trusted, waited_s, abandoned),
        until_s=until,
    )


def survival_curve(waited_s: Floats, abandoned: Bools) -> SurvivalCurve:
    """Kaplan and Meier's estimate of the share still waiting."""
    times, place = np.unique(waited_s, return_inverse=True)
    ended = np.bincount(place, weights=abandoned, minlength=len(times)).round().astype("i8")
    all_here = np.bincount(place, minlength=len(times))
    at_risk = len(waited_s) - np.concatenate(([0], np.cumsum(all_here)[:-1]))
    events = ended > 0
    times, ended, at_risk = times[events], ended[events], at_risk[events].astype("i8")
    share = np.asarray(np.cumprod(1.0 - ended / at_risk), dtype="f8")
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(at_risk > ended, ended / (at_risk * (at_risk - ended)), 0.0)
    error = np.asarray(share * np.sqrt(np.cumsum(terms)), dtype="f8")
    return SurvivalCurve(time_s=times, share=share, standard_error=error, at_risk=at_risk, gave_up=ended)


def _exponential(waited_s: Floats, gave_up: int, curve: SurvivalCurve, trusted: int) -> LawFit:
    mean = float(waited_s.sum()) / gave_up
    likelihood = -gave_up * (log(mean) + 1.0)
    distance = float(np.abs(np.exp(-curve.time_s[:trusted] / mean) - curve.share[:trusted]).max())
    return LawFit(name="exponential", law=Exponential(mean_s=mean), aic=2 - 2 * likelihood, distance=distance)


def _weibull(waits: Floats, abandoned: Bools, curve: SurvivalCurve, trusted: int) -> LawFit:
    shape, scale = weibull_shape(waits, abandoned)
    ended, ratio = waits[abandoned], (waits / scale) ** shape
    likelihood = float(
        len(ended) * (log(shape) - shape * log(scale)) + (shape - 1) * np.log(ended).sum() - ratio.sum()
    )
    says = np.exp(-((curve.time_s[:trusted] / scale) ** shape))
    distance = float(np.abs(says - curve.share[:trusted]).max())
    return LawFit(
        name="weibull", law=Weibull(shape=shape, scale_s=scale), aic=4 - 2 * likelihood, distance=distance
    )


def _sampled(curve: SurvivalCurve, trusted: int, waited_s: Floats, abandoned: Bools) -> Distribution:
    """Even quantiles of the curve; beyond what is trusted, by the rate at which people gave up in its upper half."""
    time, share = curve.time_s[:trusted], curve.share[:trusted]
    half = time[-1] / 2
    late = waited_s > half
    # Time spent waiting beyond the half, and how many gave up there.
    spent, gave_up = float((waited_s[late] - half).sum()), int((abandoned & late).sum())
    mean_tail = spent / gave_up if gave_up else float(waited_s.sum()) / max(int(abandoned.sum()), 1)
    left = 1.0 - (np.arange(STEPS) + 0.5) / STEPS
    # The first time at which no more than this share is left.
    place = np.searchsorted(-share, -left, side="left")
    inside = place < trusted
    beyond = time[-1] - mean_tail * np.log(np.minimum(left / share[-1], 1.0))
    return Empirical(samples_s=np.where(inside, time[np.minimum(place, trusted - 1)], beyond))


__all__ = ["PatienceFit", "SurvivalCurve", "fit_patience", "survival_curve"]
