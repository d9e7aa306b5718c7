"""Does the fitted world tell the truth? Days it has not seen, hour by hour, against a band of simulated ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from sunline.errors import InvalidArgument
from sunline.fitting._local import Floats, local, zone_of
from sunline.fitting.fitted import Fit, Laws, roster_of
from sunline.fitting.log import ContactLog
from sunline.simulation.run import Simulation

FigureName = Literal["service_level", "abandonment", "mean_wait_s"]
FIGURES: tuple[FigureName, ...] = ("service_level", "abandonment", "mean_wait_s")
HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCheck:
    """One figure of one hour of the day, over all days held out."""

    hour: int  #: Of the local day.
    contacts: int  #: That came, over all days.
    figure: FigureName
    observed: float
    low: float  #: End of the band below which 2.5 % of the simulated figures lie.
    middle: float  #: Median of the simulated figures.
    high: float

    @property
    def inside(self) -> bool:
        """Whether what was observed lies in the band."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Held-out days against the fitted world."""

    days: tuple[date, ...]
    replications: int
    checks: tuple[HourCheck, ...]  #: By figure and hour; hours with few contacts are left out.

    def share_inside(self, figure: FigureName | None = None) -> float:
        """Share of busy hours whose figure lies in its band; over all figures without a name."""
        checks = self.of(figure) if figure else self.checks
        return sum(check.inside for check in checks) / len(checks) if checks else float("nan")

    def of(self, figure: FigureName) -> tuple[HourCheck, ...]:
        """The checks of one figure, by hour."""
        return tuple(check for check in self.checks if check.figure == figure)

    def __str__(self) -> str:
        lines = [f"{len(self.days)} days held out, {self.replications} replications of each"]
        for figure in FIGURES:
            checks = self.of(figure)
            inside = sum(check.inside for check in checks)
            lines.append(f"{figure}: {inside} of {len(checks)} busy hours inside the 95 % band")
            lines += [
                f"  {check.hour:02}h{check.contacts:>7}  observed {check.observed:>8.3f}"
                f"  band {check.low:>8.3f} to {check.high:>8.3f}{'' if check.inside else '  outside'}"
                for check in checks
            ]
        return "\n".join(lines)


def validate(
    fitted: Fit,
    held_out: ContactLog,
    *,
    replications: int = 100,
    seed: int = 1,
    least_contacts: int = 200,
    laws: Laws = "seen",
    queues: Sequence[str] | None = None,
    busy: bool = True,
    threads: int | None = None,
) -> Validation:
    """Simulates each day of `held_out` with its own roster and the fitted laws, and compares by hour of arrival.

    The roster is known to whoever plans; arrivals, conversations and patience are not taken from the days held out.
    `least_contacts`: an hour is busy with so many over all days. `queues`: whose contacts count; without, all fitted.
    """
    total, truth = by_hour(
        fitted,
        held_out,
        replications=replications,
        seed=seed,
        laws=laws,
        queues=queues,
        busy=busy,
        threads=threads,
    )
    days = held_out.of_queues([name for name in held_out.queues if name in fitted.queues]).days
    checks = []
    for position, figure in enumerate(FIGURES):
        for hour in range(HOURS):
            if truth[hour, 0] < least_contacts:
                continue
            with np.errstate(invalid="ignore", divide="ignore"):
                simulated = total[:, hour, position + 1] / total[:, hour, 0]
            low, middle, high = np.nanquantile(simulated, [0.025, 0.5, 0.975])
            checks.append(
                HourCheck(
                    hour=hour,
                    contacts=int(truth[hour, 0]),
                    figure=figure,
                    observed=float(truth[hour, position + 1] / truth[hour, 0]),
                    low=float(low),
                    middle=float(middle),
                    high=float(high),
                )
            )
    return Validation(days=days, replications=replications, checks=tuple(checks))


def by_hour(
    fitted: Fit,
    log: ContactLog,
    *,
    replications: int,
    seed: int,
    laws: Laws = "seen",
    queues: Sequence[str] | None = None,
    busy: bool = True,
    threads: int | None = None,
) -> tuple[Floats, Floats]:
    """Simulates each day of a log with its own roster; sums by hour of arrival over all days.

    Of each replication, shape (replications, 24, 4), and of the log itself, shape (24, 4): answered or given up,
    answered in time, given up, seconds waited.
    """
    names = list(fitted.queues if queues is None else queues)
    seen = log.of_queues([name for name in log.queues if name in fitted.queues])
    if not seen.days:
        raise InvalidArgument("no day is held out; give a log with days", code="empty", argument="held_out")
    zone = zone_of(log.zone)
    within = fitted.answer_within.total_seconds()
    total = np.zeros((replications, HOURS, 4))
    for place, day in enumerate(seen.days):
        one = seen.between(day, day)
        simulation = Simulation(fitted.scenario(day, roster=roster_of(one, day), laws=laws, busy=busy))
        wanted_codes = [number for number, name in enumerate(fitted.queues) if name in names]
        runs = simulation.replicate(seed + place, replications, threads=threads, record_contacts=True)
        for number, run in enumerate(runs):
            contacts = run.contacts
            wanted = np.isin(contacts.codes("queue"), wanted_codes)
            outcome = contacts.codes("outcome")[wanted]
            served, gave_up = (contacts.labels("outcome").index(word) for word in ("served", "abandoned"))
            second = local(contacts.to_numpy("arrived_at")[wanted].astype("i8"), zone)[1]
            waited = contacts.to_numpy("waited")[wanted].astype("i8") / 1e9
            total[number] += _sums(second, waited, outcome == served, outcome == gave_up, within)
    counted = seen.of_queues([name for name in seen.queues if name in names])
    seconds = counted.local()[1]
    return total, _sums(seconds, counted.waited_s, counted.served, ~counted.served, within)


def _sums(
    second: Floats,
    waited_s: Floats,
    served: "np.typing.NDArray[np.bool_]",
    gave_up: "np.typing.NDArray[np.bool_]",
    within_s: float,
) -> Floats:
    """By hour of arrival: answered or given up, answered in time, given up, seconds waited; shape (24, 4)."""
    hour = np.minimum((second // 3600).astype("i8"), HOURS - 1)
    counted = served | gave_up
    weights = (counted, served & (waited_s <= within_s), gave_up, np.where(counted, waited_s, 0.0))
    sums = [np.bincount(hour, weights=np.asarray(weight, dtype="f8"), minlength=HOURS) for weight in weights]
    return np.asarray(np.stack(sums, axis=1), dtype="f8")


__all__ = ["FIGURES", "FigureName", "HourCheck", "Validation", "by_hour", "validate"]
