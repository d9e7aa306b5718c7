"""Waits learned from what happened: what each caller of a log would have been told on joining the queue.

The engine's own predictor is told the log in the order of time and learns as it would live; an outcome reaches it when
it happened. It answers with the law of the wait: mean, quantiles, and the probability of being served in time.

    told = forecast_logs(["calls-1999-01.csv", "calls-1999-02.csv"])
    told.table.to_pandas()
    told.record.rmse_s, told.record.coverage80
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from os import PathLike, fspath
from typing import TYPE_CHECKING

from sunline import _native
from sunline._instants import span_ns
from sunline.errors import InvalidArgument
from sunline.predicted import LEVELS
from sunline.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sunline._native import _Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Announced probabilities near one value, and how often they came true."""

    count: int
    announced: float  #: Mean announced probability.
    came_true: float  #: Share that came true.


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How well forecasts came true, over contacts that waited and were served."""

    count: int  #: Contacts scored.
    bias_s: float  #: Mean of forecast minus wait; above zero, waits were shorter than told.
    mean_absolute_error_s: float
    rmse_s: float  #: Root of the mean squared error.
    pinball_s: float  #: Mean pinball loss over `LEVELS`.
    below: tuple[float, ...]  #: Share of waits at or below each quantile; right where it equals `LEVELS`.
    horizons: dict[float, tuple[Calibration, ...]]  #: P(wait ≤ t), by t in seconds.

    @property
    def coverage80(self) -> float:
        """Share of waits between the 10 % and the 90 % quantile: 0.8 where forecasts are right."""
        return self.below[5] - self.below[1]

    def plot(self) -> "Figure":
        """Announced against true, for quantiles and for probabilities; needs matplotlib."""
        from matplotlib.figure import Figure  # noqa: PLC0415

        figure = Figure(figsize=(9, 4.5), layout="constrained")
        quantiles, probabilities = figure.subplots(1, 2)
        for axes in (quantiles, probabilities):
            axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
            axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="announced", ylabel="came true")
        quantiles.plot(LEVELS, self.below, marker="o")
        quantiles.set_title("waits below each quantile")
        for horizon, bins in self.horizons.items():
            announced, came_true = [b.announced for b in bins], [b.came_true for b in bins]
            probabilities.plot(announced, came_true, marker="o", label=f"{horizon:g} s")
        probabilities.set_title("probability of a wait within")
        probabilities.legend()
        return figure


@dataclass(frozen=True, slots=True, kw_only=True)
class LogForecasts:
    """Forecasts for all calls that queued, and their record."""

    table: Table  #: One row a call, in the order of joining, with the columns of the exchange format.
    record: Assessment | None  #: None where nobody waited and was served.
    by_queue: dict[tuple[str, int], Assessment]  #: The same by type and priority of the calls.


def forecast_logs(
    logs: Sequence[str | PathLike[str]],
    *,
    credit: timedelta = timedelta(seconds=90),
    apart: Sequence[str] = ("IN",),
) -> LogForecasts:
    """What each caller would have been told on joining the queue.

    `logs`: call logs, learned from in the order of time. `credit`: what a caller of priority 2 or more gains on
    joining; 90 s is the rule of the bank whose format this is. `apart`: types that agents of their own serve.

    Raises `LogInvalid`, which names the log and the line.
    """
    if credit < timedelta(0):
        raise InvalidArgument(
            f"credit must not be below zero, not {credit}", code="out_of_range", argument="credit"
        )
    paths: list[str | PathLike[str]] = [fspath(log) for log in logs]
    table, record, by_queue = _native.forecast_logs(
        paths, credit_ns=span_ns(credit, "credit"), apart=list(apart)
    )
    return LogForecasts(
        table=Table(table),
        record=None if record is None else read_record(record),
        by_queue={(kind, priority): read_record(one) for kind, priority, one in by_queue},
    )


def read_record(record: "_Record") -> Assessment:
    """A record as the engine tells it."""
    count, (bias, absolute, rmse, pinball), below, horizons = record
    bins = {
        horizon: tuple(Calibration(count=n, announced=said, came_true=true) for n, said, true in tenths)
        for horizon, tenths in horizons
    }
    return Assessment(
        count=count,
        bias_s=bias,
        mean_absolute_error_s=absolute,
        rmse_s=rmse,
        pinball_s=pinball,
        below=tuple(below),
        horizons=bins,
    )


__all__ = ["LEVELS", "Assessment", "Calibration", "LogForecasts", "forecast_logs"]
