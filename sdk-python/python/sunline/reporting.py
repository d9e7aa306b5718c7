"""A page of HTML with everything of a run, in one file that can be sent: figures, tables, plots where matplotlib is.

report(result, "monday.html", title="Monday", zone="Europe/Berlin")
"""

import html
import os
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from sunline.errors import InvalidArgument, LibraryMissing
from sunline.simulation.comparison import Comparison
from sunline.simulation.result import QueueFigures, Result
from sunline.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sunline.fitting import Fit, Validation

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h1, h2 { font-weight: 600 } table { border-collapse: collapse; margin: 1rem 0; font-size: 14px }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #ddd } th { background: #f3f6f9 }
th:first-child, td:first-child { text-align: left } pre { background: #f3f6f9; padding: 1rem; overflow-x: auto }
img { max-width: 100% } .note { color: #666 }
"""


def report(
    parts: "Result | Comparison | Fit | Validation | Sequence[Result | Comparison | Fit | Validation]",
    path: str | os.PathLike[str],
    *,
    title: str = "Sunline",
    zone: str = "UTC",
    within: timedelta = timedelta(seconds=20),
) -> Path:
    """Writes a page about runs, comparisons, fits and validations, in the order given; its path.

    Pictures stand in the page itself; without matplotlib there are none, and the page says so. `zone`: of the clock on
    axes. `within`: the threshold of the drawn service level.
    """
    wanted = list(parts) if isinstance(parts, list | tuple) else [parts]
    if not wanted:
        raise InvalidArgument("there is nothing to report on", code="empty", argument="parts")
    body = [f"<h1>{html.escape(title)}</h1>"]
    for part in wanted:
        body += _section(part, zone, within)
    page = (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )
    target = Path(path)
    target.write_text(page, encoding="utf-8")
    return target


def _section(part: object, zone: str, within: timedelta) -> list[str]:
    match part:
        case Result():
            return _run(part, zone, within)
        case Comparison():
            body = ["<h2>Policies on the same customers</h2>", f"<pre>{html.escape(str(part))}</pre>"]
            for figure in part.figures:
                body += _picture(partial(part.plot, str(figure)))
            return body
    from sunline.fitting import Fit, Validation  # noqa: PLC0415 - needs numpy

    if isinstance(part, Fit):
        body = ["<h2>What the log says</h2>", f"<pre>{html.escape(str(part))}</pre>"]
        for name, queue in part.queues.items():
            for points, rates in queue.rates.items():
                label = name if len(queue.rates) == 1 else f"{name} +{points}"
                body += _picture(partial(_drawn, "rates_plot", rates, label))
            if queue.patience is not None:
                body += _picture(partial(_drawn, "patience_plot", queue.patience, name))
        return body
    if isinstance(part, Validation):
        body = ["<h2>Days held out</h2>"]
        for checked in ("service_level", "abandonment", "mean_wait_s"):
            if part.of(checked):
                body += _picture(partial(_drawn, "validation_plot", part, checked))
        return [*body, f"<pre>{html.escape(str(part))}</pre>"]
    raise InvalidArgument(
        f"a page cannot be made of a {type(part).__name__}; give results, comparisons, fits or validations",
        code="wrong_type",
        argument="parts",
    )


def _run(result: Result, zone: str, within: timedelta) -> list[str]:
    names = list(result._native.queue_names())
    figures = [result.total, *(result.queue(name) for name in names)]
    body = [
        "<h2>Run</h2>",
        f"<p class='note'>{result.since:%Y-%m-%d %H:%M} to {result.until:%Y-%m-%d %H:%M} UTC,"
        f" replication {result.replication}, {result.inside} contacts still inside at the end.</p>",
        _queue_rows(figures),
    ]
    try:
        recorded = len(result.contacts) > 0
    except InvalidArgument:
        recorded = False
    if recorded:
        body += _picture(lambda: result.plot.service_level(zone=zone, within=within))
        body += _picture(lambda: result.plot.waits(most=None))
        body += _picture(lambda: result.plot.queue_length(zone=zone))
    else:
        body.append("<p class='note'>Contacts were not recorded, so there is nothing to draw by time.</p>")
    body += _forecasts(result, names)
    body += _picture(partial(_occupancy, result))
    body += ["<h3>Columns of the tables</h3>", _columns(result.queues)]
    return body


def _forecasts(result: Result, names: Sequence[str]) -> list[str]:
    """How well forecasts came true, where the configuration wanted any."""
    records = [("total", result.forecasts()), *((name, result.forecasts(name)) for name in names)]
    known = [(name, record) for name, record in records if record is not None]
    if not known:
        return []
    head = "".join(
        f"<th>{label}</th>"
        for label in ("queue", "waits", "bias s", "MAE s", "RMSE s", "pinball s", "in the 80 % interval")
    )
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{record.count:,}</td><td>{record.bias_s:+.1f}</td>"
        f"<td>{record.mean_absolute_error_s:.1f}</td><td>{record.rmse_s:.1f}</td>"
        f"<td>{record.pinball_s:.2f}</td><td>{record.coverage80:.1%}</td></tr>"
        for name, record in known
    )
    return [
        f"<h3>Waits as told at arrival</h3><table><tr>{head}</tr>{rows}</table>",
        *_picture(partial(_calibration, result)),
    ]


def _calibration(result: Result) -> "Figure":
    return result.plot.calibration()


def _occupancy(result: Result) -> "Figure":
    return result.plot.occupancy()


def _queue_rows(figures: Sequence[QueueFigures]) -> str:
    head = "queue,arrived,answered,abandoned,lost,service level,abandonment,ASA s,mean wait s,AHT s,occupancy"
    rows = []
    for one in figures:
        cells = [
            html.escape(one.name),
            f"{one.arrived:,}",
            f"{one.answered:,}",
            f"{one.abandoned:,}",
            f"{one.lost:,}",
            _share(one.service_level),
            _share(one.abandonment),
            _seconds(one.asa_ns),
            _seconds(one.mean_wait_ns),
            _seconds(one.aht_ns),
            _share(one.occupancy),
        ]
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    titles = "".join(f"<th>{name}</th>" for name in head.split(","))
    return f"<table><tr>{titles}</tr>{''.join(rows)}</table>"


def _columns(table: Table) -> str:
    rows = [
        f"<tr><td>{html.escape(c.name)}</td><td>{html.escape(c.unit)}</td>"
        f"<td style='text-align:left'>{html.escape(c.doc)}</td></tr>"
        for c in table.columns
    ]
    return f"<table><tr><th>column</th><th>unit</th><th>meaning</th></tr>{''.join(rows)}</table>"


def _picture(draw: "Callable[[], Figure]") -> list[str]:
    try:
        figure = draw()
    except LibraryMissing as missing:
        return [f"<p class='note'>No picture: {html.escape(str(missing))}</p>"]
    file = BytesIO()
    figure.savefig(file, format="png", dpi=110)
    return [f"<p><img alt='' src='data:image/png;base64,{b64encode(file.getvalue()).decode()}'></p>"]


def _drawn(plot: str, what: object, name: str) -> "Figure":
    """A figure by a function of `plotting`, which is loaded only now."""
    figure: Figure = getattr(import_module("sunline.plotting"), plot)(what, name)
    return figure


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _seconds(ns: int | None) -> str:
    return "–" if ns is None else f"{ns / 1e9:.1f}"


__all__ = ["report"]
