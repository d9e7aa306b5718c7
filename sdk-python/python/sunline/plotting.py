"""Figures in Matplotlib: what a run, a comparison or a fit looks like. Axes have units; each function gives a `Figure`.

    result.plot.service_level().savefig("level.png")

Figures are made without pyplot, so nothing is kept open and no window appears.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from sunline._optional import need
from sunline.errors import InvalidArgument

need("numpy", "a figure", "plot")
need("matplotlib", "a figure", "plot")

import numpy as np  # noqa: E402 - only with numpy
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: E402 - only with matplotlib
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import PercentFormatter  # noqa: E402

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sunline.fitting import PatienceFit, RateFit, Validation
    from sunline.fitting._local import Floats, Ints
    from sunline.fitting.validation import FigureName
    from sunline.simulation.comparison import Comparison
    from sunline.simulation.result import Result

INK, SOFT, WARM = "#1f4e79", "#9ab7d3", "#c0504d"
_SIZE = (8.0, 4.0)


class Plots:
    """Figures of one run. Made by `Result.plot`."""

    __slots__ = ("_result",)

    def __init__(self, result: "Result") -> None:
        self._result = result

    def service_level(
        self,
        length: timedelta = timedelta(minutes=30),
        *,
        zone: str = "UTC",
        within: timedelta = timedelta(seconds=20),
    ) -> Figure:
        """Share answered within `within`, of all answered or given up, by interval of arrival; and how many came."""
        arrived, waited, outcome = self._contacts()
        counted = np.isin(outcome, ["served", "abandoned"])
        good = (outcome == "served") & (waited <= within.total_seconds())
        edges, slot = _slots(arrived, length, zone)
        total = np.bincount(slot[counted], minlength=len(edges) - 1)
        hits = np.bincount(slot[counted & good], minlength=len(edges) - 1)
        with np.errstate(invalid="ignore"):
            share = np.where(total > 0, hits / np.maximum(total, 1), np.nan)
        figure, axes = _axes(f"answered within {within.total_seconds():g} s", "share of contacts")
        middle = edges[:-1] + (edges[1] - edges[0]) / 2
        axes.plot(middle, share, color=INK, marker="o", markersize=3)
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        behind = axes.twinx()
        behind.bar(edges[:-1], total, width=np.diff(edges), align="edge", color=SOFT, alpha=0.5)
        behind.set_ylabel(f"contacts in {length.total_seconds() / 60:g} min")
        axes.set_zorder(behind.get_zorder() + 1)
        axes.patch.set_visible(False)
        _clock(axes, zone)
        return figure

    def waits(self, *, most: timedelta | None = None) -> Figure:
        """Share of contacts that waited at most so long, for the answered and for those who gave up."""
        _, waited, outcome = self._contacts()
        figure, axes = _axes("distribution of the wait", "share of contacts")
        for label, kind, colour in (("answered", "served", INK), ("gave up", "abandoned", WARM)):
            ordered = np.sort(waited[outcome == kind])
            if len(ordered):
                steps = np.arange(1, len(ordered) + 1) / len(ordered)
                axes.step(ordered, steps, where="post", color=colour, label=f"{label} ({len(ordered):,})")
        limit = (
            most.total_seconds()
            if most
            else max(float(np.quantile(waited, 0.99)) if len(waited) else 1.0, 1.0)
        )
        axes.set(xlim=(0, limit), ylim=(0, 1), xlabel="wait in s")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.legend(loc="lower right", frameon=False)
        return figure

    def calibration(self, queue: str | None = None) -> Figure:
        """Waits as told at arrival against what came true: of one queue or of all."""
        record = self._result.forecasts(queue)
        if record is None:
            raise InvalidArgument("no wait was forecast", code="not_recorded", argument="forecast")
        return record.plot()

    def queue_length(self, *, zone: str = "UTC") -> Figure:
        """Contacts waiting at each instant, by queue."""
        contacts = self._result.contacts
        arrived = contacts.to_numpy("arrived_at").astype("i8")
        until = arrived + contacts.to_numpy("waited").astype("i8")
        figure, axes = _axes("queue length", "contacts waiting")
        codes = contacts.codes("queue")
        for number, name in enumerate(contacts.labels("queue")):
            mine = (codes == number) & (until > arrived)
            at = np.concatenate((arrived[mine], until[mine]))
            change = np.concatenate((np.ones(int(mine.sum())), -np.ones(int(mine.sum()))))
            order = np.argsort(at, kind="stable")
            if len(at):
                axes.step(
                    at[order].astype("M8[ns]"),
                    np.cumsum(change[order]),
                    where="post",
                    label=name,
                    linewidth=0.8,
                )
        if axes.lines:
            axes.legend(loc="upper left", frameon=False, ncols=3)
            _clock(axes, zone)
        axes.set_ylim(bottom=0)
        return figure

    def occupancy(self) -> Figure:
        """Share of each agent's time that was busy, highest first."""
        agents = self._result.agents
        share, names = agents.to_numpy("occupancy"), agents.to_numpy("agent")
        order = np.argsort(-np.nan_to_num(share.astype("f8")), kind="stable")
        figure = Figure(figsize=(8.0, max(2.5, 0.22 * len(names) + 1.2)), layout="constrained")
        axes = figure.subplots()
        axes.barh([str(names[row]) for row in order], share[order], color=INK)
        axes.invert_yaxis()
        axes.set(
            xlim=(0, 1), xlabel="occupancy: handle time ÷ (handle + idle time)", title="occupancy by agent"
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.spines[["top", "right"]].set_visible(False)
        return figure

    def _contacts(
        self,
    ) -> "tuple[Ints, Floats, NDArray[np.generic]]":
        contacts = self._result.contacts
        arrived = contacts.to_numpy("arrived_at").astype("i8")
        return arrived, contacts.to_numpy("waited").astype("i8") / 1e9, contacts.to_numpy("outcome")


def comparison_plot(comparison: "Comparison", name: str, *, level: float = 0.95) -> Figure:
    """Each policy's change of a figure against the base, with its interval."""
    from sunline.simulation.figures import figure as named  # noqa: PLC0415 - circular at import

    what = named(name)
    policies = comparison.policies[1:]
    changes = [comparison.difference(policy, name).change for policy in policies]
    figure = Figure(figsize=(8.0, 1.6 + 0.5 * len(policies)), layout="constrained")
    axes = figure.subplots()
    rows = list(range(len(policies)))
    axes.axvline(0.0, color="0.6", linewidth=1)
    axes.errorbar(
        [change.mean for change in changes],
        rows,
        xerr=[change.half_width(level) for change in changes],
        fmt="o",
        color=INK,
        capsize=4,
    )
    axes.set_yticks(rows, policies)
    axes.set_ylim(len(policies) - 0.5, -0.5)
    axes.set_xlabel(
        f"change of {what} against {comparison.policies[0]} ({what.unit}), {100 * level:g} % interval"
    )
    axes.set_title(f"{len(comparison)} replications on the same customers")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def validation_plot(validation: "Validation", figure: "FigureName" = "mean_wait_s") -> Figure:
    """Held-out days by hour: what was seen, on the band of what was simulated."""
    checks = validation.of(figure)
    if not checks:
        raise InvalidArgument("no hour is busy enough to draw", code="empty", argument="validation")
    hours = [check.hour for check in checks]
    drawn, axes = _axes(
        f"{figure.replace('_', ' ')}: {len(validation.days)} days held out",
        "s" if figure == "mean_wait_s" else "share of contacts",
    )
    axes.fill_between(
        hours,
        [c.low for c in checks],
        [c.high for c in checks],
        color=SOFT,
        alpha=0.6,
        label="simulated, 95 % band",
    )
    axes.plot(hours, [c.middle for c in checks], color=INK, label="simulated, median")
    for inside, colour, label in ((True, "black", "seen"), (False, WARM, "seen, outside")):
        some = [c for c in checks if c.inside is inside]
        axes.plot([c.hour for c in some], [c.observed for c in some], "o", color=colour, label=label)
    axes.set(xlabel="hour of the local day", ylim=(0, None))
    axes.legend(frameon=False)
    return drawn


def patience_plot(patience: "PatienceFit", name: str = "") -> Figure:
    """Share still waiting by Kaplan and Meier with its 95 % interval, and the fitted laws."""
    curve = patience.curve
    figure, axes = _axes(f"patience {name}".strip(), "share still waiting")
    low, high = curve.interval()
    kept = curve.time_s <= patience.until_s
    axes.fill_between(curve.time_s[kept], low[kept], high[kept], step="post", color=SOFT, alpha=0.6)
    axes.step(curve.time_s[kept], curve.share[kept], where="post", color=INK, label="Kaplan and Meier, 95 %")
    from sunline.simulation.distributions import Exponential, Weibull  # noqa: PLC0415 - circular at import

    at = np.linspace(0, patience.until_s, 200)
    for fitted, style in zip(patience.laws, ("-", "--"), strict=False):
        law = fitted.law
        if isinstance(law, Exponential):
            share = np.exp(-at / law.mean_s)
        elif isinstance(law, Weibull):
            share = np.exp(-((at / law.scale_s) ** law.shape))
        else:
            continue
        axes.plot(at, share, style, color=WARM, label=f"{fitted.name}, distance {fitted.distance:.3f}")
    axes.set(xlabel="s since arrival", ylim=(0, 1), xlim=(0, patience.until_s))
    axes.legend(frameon=False)
    return figure


def rates_plot(rates: "RateFit", name: str = "") -> Figure:
    """Contacts an hour by time of day, one line a weekday."""
    figure, axes = _axes(f"arrivals {name}".strip(), "contacts an hour")
    hours = np.arange(rates.expected.shape[1]) * rates.interval.total_seconds() / 3600
    for weekday, label in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")):
        if rates.days[weekday]:
            axes.step(
                hours,
                rates.mean_per_hour(weekday),
                where="post",
                label=f"{label} ({rates.days[weekday]} days)",
            )
    axes.set(xlabel="hour of the local day", xlim=(0, 24), ylim=(0, None))
    axes.legend(frameon=False, ncols=2, fontsize="small")
    return figure


def _axes(title: str, what: str) -> "tuple[Figure, Axes]":
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes: Axes = figure.subplots()
    axes.set_title(title)
    axes.set_ylabel(what)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _slots(arrived: "Ints", length: timedelta, zone: str) -> "tuple[NDArray[np.datetime64], Ints]":
    from sunline.fitting._local import local, zone_of  # noqa: PLC0415 - needs numpy, as this module does

    if len(arrived) == 0:
        raise InvalidArgument("there is no contact to draw", code="empty", argument="contacts")
    step = round(length.total_seconds() * 1e9)
    earliest = int(arrived.min())
    _, second = local(np.array([earliest]), zone_of(zone))
    origin = earliest - round(float(second[0]) * 1e9)
    first = (earliest - origin) // step
    slot = (arrived - origin) // step - first
    edges = origin + (first + np.arange(int(slot.max()) + 2)) * step
    return edges.astype("M8[ns]"), slot


def _clock(axes: "Axes", zone: str) -> None:
    from sunline.fitting._local import zone_of  # noqa: PLC0415 - needs numpy, as this module does

    where = AutoDateLocator(tz=zone_of(zone))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(where)
    form = ConciseDateFormatter(where, tz=zone_of(zone))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(form)
    axes.set_xlabel(f"time, {zone}")


__all__ = ["Plots", "comparison_plot", "patience_plot", "rates_plot", "validation_plot"]
