"""How many contacts come, by interval and weekday, and how much more they vary than chance alone would have them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from sunline.errors import InvalidArgument, StatisticsRefused
from sunline.fitting._local import Floats, Ints, midnight, weekdays, zone_of
from sunline.fitting._special import chi_square_above
from sunline.simulation.arrivals import Busyness, Piecewise

_DAY = timedelta(days=1)
LEAST_CV = 0.01  #: A busyness below this is left out.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateFit:
    """Arrivals of one kind of contact."""

    interval: timedelta  #: Length of the intervals of a day.
    #: Expected contacts by weekday (0 Monday) and interval of the day; shape (7, intervals). NaN: no such day was seen.
    expected: NDArray[np.float64]
    days: Ints  #: How many days of each weekday were seen; shape (7,).
    #: Variance ÷ mean of the counts of an interval over days of one weekday: 1 where there is chance alone.
    dispersion: float
    #: Probability of at least that dispersion if there were chance alone; small: there is more than chance.
    dispersion_p: float
    #: Coefficient of variation of whole days beyond chance: a factor on the rates of a day.
    busyness_cv: float
    day_totals: NDArray[np.float64]  #: Contacts of each day seen, in order of days.

    def expected_on(self, day: date) -> Floats:
        """Expected contacts in each interval of a day."""
        row: Floats = self.expected[day.weekday()]
        if bool(np.isnan(row).any()):
            raise StatisticsRefused(
                f"the log has no {day:%A}; fit a log that has one, or name a day alike in `alike`",
                code="no_such_day",
            )
        return row

    def arrivals(self, day: date, zone: str, *, days: int = 1, busy: bool = True) -> Piecewise:
        """Arrivals from local midnight of `day` on, with the busyness of days unless `busy` is false."""
        where = zone_of(zone)
        expected = np.concatenate([self.expected_on(day + n * _DAY) for n in range(days)])
        cv = self.busyness_cv
        factor = Busyness(cv=cv) if busy and cv >= LEAST_CV else None
        return Piecewise.from_expected(
            start=midnight(day, where), step=self.interval, expected=expected.tolist(), busyness=factor
        )

    def mean_per_hour(self, weekday: int) -> Floats:
        """Rates by interval in contacts an hour."""
        rates: Floats = self.expected[weekday] * (timedelta(hours=1) / self.interval)
        return rates


def fit_rates(
    day: Ints,
    second: Floats,
    *,
    days: Ints,
    interval: timedelta = timedelta(minutes=30),
    alike: Sequence[Collection[int]] = (),
) -> RateFit:
    """Fits rates to arrivals, given by local day since 1970 and second of that day.

    `days`: all days seen, those without a contact included. `alike`: sets of weekdays (0 Monday) whose days have one
    shape: the shape is taken from all of them, the height from each, which makes better use of few weeks.
    """
    length = interval.total_seconds()
    if length <= 0 or 86_400 % length != 0:
        raise InvalidArgument(
            f"a day is no whole number of intervals of {interval}; take 15, 30 or 60 minutes",
            code="out_of_range",
            argument="interval",
        )
    places = int(86_400 / length)
    row = np.searchsorted(days, day)
    slot = np.minimum(second // length, places - 1).astype("i8")
    counts = np.zeros((len(days), places))
    np.add.at(counts, (row, slot), 1.0)
    weekday = weekdays(days)
    seen = np.bincount(weekday, minlength=7)
    expected = np.full((7, places), np.nan)
    for present in np.flatnonzero(seen):
        expected[present] = counts[weekday == present].mean(axis=0)
    for group in alike:
        members = [one for one in sorted(group) if seen[one]]
        if members:
            shape = counts[np.isin(weekday, members)].mean(axis=0)
            for one in members:
                height = expected[one].sum() / shape.sum() if shape.sum() > 0 else 1.0
                expected[one] = shape * height
    dispersion, p = _dispersion(counts, weekday, seen)
    return RateFit(
        interval=interval,
        expected=expected,
        days=seen.astype("i8"),
        dispersion=dispersion,
        dispersion_p=p,
        busyness_cv=_busyness(counts.sum(axis=1), weekday, seen),
        day_totals=counts.sum(axis=1),
    )


def _dispersion(counts: NDArray[np.float64], weekday: Ints, seen: NDArray[np.intp]) -> tuple[float, float]:
    """Σ (count − mean)² ÷ mean over Σ (days − 1), of intervals with five contacts or more over all days; and its p."""
    statistic, degrees = 0.0, 0.0
    for one in np.flatnonzero(seen > 1):
        mine = counts[weekday == one]
        mean = mine.mean(axis=0)
        used = mean * len(mine) >= 5
        if used.any():
            statistic += float((((mine - mean) ** 2).sum(axis=0)[used] / mean[used]).sum())
            degrees += (len(mine) - 1) * int(used.sum())
    return (statistic / degrees, chi_square_above(statistic, degrees)) if degrees else (1.0, 1.0)


def _busyness(totals: NDArray[np.float64], weekday: Ints, seen: NDArray[np.intp]) -> float:
    """Variance of day totals beyond their mean, as a square of the mean; pooled over weekdays by their days."""
    excess, weight = 0.0, 0.0
    for one in np.flatnonzero(seen > 1):
        mine = totals[weekday == one]
        mean = float(mine.mean())
        if mean > 0:
            excess += (len(mine) - 1) * (float(mine.var(ddof=1)) - mean) / mean**2
            weight += len(mine) - 1
    return sqrt(max(excess / weight, 0.0)) if weight else 0.0


__all__ = ["RateFit", "fit_rates"]
