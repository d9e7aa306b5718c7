"""Habits that no log shows, set so that the days fitted come out as they were."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np

from sunline.fitting.fitted import Fit
from sunline.fitting.habits import Habits, seen_pauses
from sunline.fitting.log import ContactLog
from sunline.fitting.validation import by_hour

_SMALLEST, _LARGEST = 0.02, 6.0  #: Factors on pauses.
_STEP = 0.4  #: How much of what seems to be missing is made up in a round.
_LEAST = 100  #: Contacts of a part of the day that say enough of it.


def calibrate(
    fitted: Fit,
    log: ContactLog | None = None,
    *,
    rounds: int = 6,
    replications: int = 8,
    seed: int = 1000,
    slow_after: timedelta = timedelta(seconds=40),
    threads: int | None = None,
) -> Fit:
    """The fit with habits: pauses by part of the day, and a share of agents who are slow to stir.

    `log`: the days that must come out as they were (`None`: those fitted); days to be held out have no place in it. The
    parts are those of the fit. Each round simulates every day `replications` times; then pauses grow where customers
    waited longer and gave up more often than simulated, and the share of slow agents where more were answered in time
    in simulation than in truth.
    """
    days = fitted.log if log is None else log
    parts = tuple(sorted(next(iter(fitted.queues.values())).handling_from))
    habits = Habits(
        pauses_s=seen_pauses(fitted.log, parts),
        scale=dict.fromkeys(parts, 1.0),
        slow=0.15,
        slow_after=slow_after,
    )
    for number in range(rounds):
        simulated, truth = by_hour(
            replace(fitted, habits=habits),
            days,
            replications=replications,
            seed=seed + 100 * number,
            threads=threads,
        )
        mean = simulated.mean(axis=0)
        scale = dict(habits.scale)
        for since, until in pairwise([*parts, 24]):
            was, is_now = truth[since:until].sum(axis=0), mean[since:until].sum(axis=0)
            if was[0] < _LEAST or min(was[2], was[3], is_now[2], is_now[3]) <= 0:
                continue
            # Shares given up and mean waits, truth to simulation.
            ratio = (was[2] / is_now[2]) * (was[3] / is_now[3]) * (is_now[0] / was[0]) ** 2
            scale[since] = float(np.clip(scale[since] * np.clip(ratio**_STEP, 0.6, 1.6), _SMALLEST, _LARGEST))
        was, is_now = truth.sum(axis=0), mean.sum(axis=0)
        slow = habits.slow + 2.0 * _STEP * (is_now[1] / is_now[0] - was[1] / was[0])
        habits = replace(habits, scale=scale, slow=float(np.clip(slow, 0.0, 0.9)))
    return replace(fitted, habits=habits)


__all__ = ["calibrate"]
