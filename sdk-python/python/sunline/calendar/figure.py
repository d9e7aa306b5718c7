"""The week picture: promise, branches and load, by the clocks of any zone.

`week_figure` draws with Matplotlib; `week_svg` and `week_html` are drawn by the engine and need nothing else. A week in
which the clocks change is an hour shorter or longer, and is drawn as long as it is.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sunline.calendar.book import Zones
from sunline.calendar.coverage import Branch, LoadStep, coverage, native_week
from sunline.errors import InvalidArgument
from sunline.hours import HoursTable, Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BRANCH, _OTHER, _GAP, _LOAD, _SHORT = "#2f6f9f", "#7fa8c4", "#c8442d", "#333333", "#e8a33d"


def week_svg(
    title: str,
    branches: Sequence[Branch],
    week_of: date,
    zone: str,
    *,
    promise: HoursTable | None = None,
    load: Sequence[LoadStep] = (),
    zones: Zones = None,
) -> str:
    """The week that contains `week_of`, by the clocks of `zone`, as one image."""
    return native_week(title, branches, load, week_of, zone, promise, zones)[0]


def week_html(
    title: str,
    branches: Sequence[Branch],
    week_of: date,
    zone: str,
    *,
    promise: HoursTable | None = None,
    load: Sequence[LoadStep] = (),
    zones: Zones = None,
) -> str:
    """The same as a page that needs nothing else, with every gap and shortage listed."""
    return native_week(title, branches, load, week_of, zone, promise, zones)[1]


def week_figure(
    title: str,
    branches: Sequence[Branch],
    week_of: date,
    zone: str,
    *,
    promise: HoursTable | None = None,
    load: Sequence[LoadStep] = (),
) -> "Figure":
    """The week that contains `week_of`, by the clocks of `zone`, as a Matplotlib figure.

    Above, who is open when, with every gap of the promise marked; below, agents on shift against agents that the load
    asks for, with every shortage marked. Matplotlib must be installed: `pip install sunline[plot]`.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise InvalidArgument(
            "week_figure draws with Matplotlib; install it with `pip install sunline[plot]`, or take week_svg",
            code="no_matplotlib",
            argument="figure",
        ) from error
    midnights = _midnights(week_of, ZoneInfo(zone))
    rows = len(branches) + (promise is not None)
    figure = Figure(figsize=(13, 1.6 + 0.34 * rows + (2.6 if load else 0)), layout="constrained")
    if load:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[max(rows, 2), max(rows, 4)])
        _draw_load(below, branches, load, midnights)
    else:
        above = figure.subplots()
    _draw_hours(above, branches, promise, midnights, zone)
    figure.suptitle(title, x=0.01, ha="left", fontsize=14, fontweight="bold")
    last = figure.axes[-1]
    last.set_xlim(_x(midnights[0]), _x(midnights[-1]))
    last.set_xticks([_x(at) for at in midnights[:-1]])
    last.set_xticklabels([f"{at:%a} {at.day} {at:%b}" for at in midnights[:-1]], ha="left")
    last.set_xlabel(f"clocks of {zone}", loc="right", color="#666666")
    return figure


def _midnights(week_of: date, wall: ZoneInfo) -> list[datetime]:
    """Midnights of Monday to Monday, eight of them; where one does not exist, the first instant of the day."""
    monday = week_of - timedelta(days=week_of.weekday())
    days = (monday + timedelta(days=day) for day in range(8))
    return [datetime.combine(day, time(), wall).astimezone(UTC).astimezone(wall) for day in days]


def _x(at: datetime) -> float:
    """Hours that have elapsed since 1970: time as it passes, whatever the clocks do."""
    return at.timestamp() / 3600


def _bars(hours: HoursTable, midnights: Sequence[datetime]) -> list[tuple[float, float]]:
    inside = hours.clipped(midnights[0], midnights[-1]).intervals
    return [(_x(i.start), _x(i.end) - _x(i.start)) for i in inside]


def _draw_hours(
    axes: "Axes",
    branches: Sequence[Branch],
    promise: HoursTable | None,
    midnights: Sequence[datetime],
    zone: str,
) -> None:
    names = [branch.name for branch in branches]
    for row, branch in enumerate(branches):
        axes.broken_barh(_bars(branch.hours, midnights), (row - 0.36, 0.72), facecolors=_BRANCH)
    if promise is not None:
        row = len(branches)
        names.append("promise")
        axes.broken_barh(_bars(promise, midnights), (row - 0.36, 0.72), facecolors=_OTHER)
        shifts = [branch.hours for branch in branches]
        for gap in coverage(promise, shifts, midnights[0], midnights[-1], zone).gaps:
            axes.axvspan(_x(gap.start), _x(gap.end), color=_GAP, alpha=0.25, linewidth=0)
            axes.broken_barh(
                [(_x(gap.start), _x(gap.end) - _x(gap.start))], (row - 0.36, 0.72), facecolors=_GAP
            )
        axes.set_title("red: promised, and nobody is open", loc="right", fontsize=9, color=_GAP)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    _grid(axes, midnights)


def _draw_load(
    axes: "Axes", branches: Sequence[Branch], load: Sequence[LoadStep], midnights: Sequence[datetime]
) -> None:
    points = sorted(
        {midnights[0].astimezone(UTC), midnights[-1].astimezone(UTC)}
        | {edge for branch in branches for i in _week(branch.hours, midnights) for edge in (i.start, i.end)}
        | {edge.astimezone(UTC) for step in load for edge in (step.start, step.end)}
    )
    points = [at for at in points if midnights[0] <= at <= midnights[-1]]
    staffed = [float(sum(b.agents for b in branches if b.hours.is_open(at))) for at in points]
    steps = [(step.start.astimezone(UTC), step.end.astimezone(UTC), step.agents) for step in load]
    needed = [next((agents for start, end, agents in steps if start <= at < end), 0.0) for at in points]
    x = [_x(at) for at in points]
    short = [i for i in range(len(x) - 1) if staffed[i] < needed[i]]
    axes.fill_between(x, staffed, step="post", color=_OTHER, alpha=0.55, linewidth=0, label="on shift")
    axes.bar(
        [x[i] for i in short],
        [needed[i] - staffed[i] for i in short],
        [x[i + 1] - x[i] for i in short],
        [staffed[i] for i in short],
        align="edge",
        color=_SHORT,
        linewidth=0,
        label="short",
    )
    axes.step(x, needed, where="post", color=_LOAD, linewidth=1.3, label="needed")
    axes.set_ylabel("agents")
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=3, frameon=False, fontsize=9)
    _grid(axes, midnights)


def _week(hours: HoursTable, midnights: Sequence[datetime]) -> tuple[Interval, ...]:
    return hours.clipped(midnights[0], midnights[-1]).intervals


def _grid(axes: "Axes", midnights: Sequence[datetime]) -> None:
    for at in midnights:
        axes.axvline(_x(at), color="#bbbbbb", linewidth=0.8, zorder=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


__all__ = ["week_figure", "week_html", "week_svg"]
