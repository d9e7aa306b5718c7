"""Scores forecasts of waits in the exchange format against the logs they were made for.

One line of the forecasts for each call that queued; scored are the served who waited, by default those of every log
named. The figures are those of `tests/reference/predictor_baselines.json`: RMSE and mean absolute error of the mean,
pinball loss over seven levels, share of waits at or below each quantile, Brier score and calibration of
P(wait <= t), and whether the quantiles of a line ever cross.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
HORIZONS = (30.0, 60.0, 120.0, 180.0)
COLUMNS = [
    "file",
    "row",
    "mean",
    "q05",
    "q10",
    "q25",
    "q50",
    "q75",
    "q90",
    "q95",
    "p30",
    "p60",
    "p120",
    "p180",
]
#: Tenths of [0, 1] in which announced probabilities are compared with what came true.
PARTS = 10


@dataclass
class Score:
    """Sums over scored calls, and the figures they give."""

    count: int = 0
    error: float = 0.0
    squared: float = 0.0
    absolute: float = 0.0
    pinball: list[float] = field(default_factory=lambda: [0.0] * len(LEVELS))
    below: list[int] = field(default_factory=lambda: [0] * len(LEVELS))
    crossed: int = 0
    brier: list[float] = field(default_factory=lambda: [0.0] * len(HORIZONS))
    announced: list[list[float]] = field(default_factory=lambda: [[0.0] * PARTS for _ in HORIZONS])
    came_true: list[list[int]] = field(default_factory=lambda: [[0] * PARTS for _ in HORIZONS])
    counts: list[list[int]] = field(default_factory=lambda: [[0] * PARTS for _ in HORIZONS])

    def take(self, wait: float, mean: float, quantiles: list[float], within: list[float]) -> None:
        """One forecast and its outcome."""
        self.count += 1
        self.error += mean - wait
        self.squared += (mean - wait) ** 2
        self.absolute += abs(mean - wait)
        for k, (level, quantile) in enumerate(zip(LEVELS, quantiles, strict=True)):
            off = wait - quantile
            self.pinball[k] += max(level * off, (level - 1.0) * off)
            self.below[k] += off <= 0.0
        pairs = [*itertools.pairwise(quantiles), *itertools.pairwise(within)]
        self.crossed += any(a > b for a, b in pairs)
        for k, (horizon, p) in enumerate(zip(HORIZONS, within, strict=True)):
            part = min(int(p * PARTS), PARTS - 1)
            true = wait <= horizon
            self.brier[k] += (p - true) ** 2
            self.counts[k][part] += 1
            self.announced[k][part] += p
            self.came_true[k][part] += true

    def figures(self) -> dict[str, object]:
        """The figures; all seconds, but for shares and squared probabilities."""
        n = max(self.count, 1)
        within = {}
        for k, horizon in enumerate(HORIZONS):
            off = [abs(a - t) for a, t in zip(self.announced[k], self.came_true[k], strict=True)]
            within[f"{horizon:g}"] = {
                "brier": self.brier[k] / n,
                "bias": (sum(self.announced[k]) - sum(self.came_true[k])) / n,
                "ece": sum(off) / n,
                "bins": [
                    [c, a / c, t / c]
                    for c, a, t in zip(
                        self.counts[k],
                        self.announced[k],
                        self.came_true[k],
                        strict=True,
                    )
                    if c
                ],
            }
        below = [b / n for b in self.below]
        return {
            "contacts": self.count,
            "bias": self.error / n,
            "rmse": math.sqrt(self.squared / n),
            "mae": self.absolute / n,
            "pinball": sum(self.pinball) / n / len(LEVELS),
            "below": below,
            "coverage80": below[5] - below[1],
            "crossed": self.crossed,
            "within": within,
        }


def outcomes(logs: list[Path]) -> dict[tuple[str, int], dict[str, str]]:
    """The calls that queued, by the name of their log and their row."""
    calls = {}
    for log in logs:
        with log.open(newline="") as lines:
            for row, call in enumerate(csv.DictReader(lines)):
                if call["queued"] == "1":
                    calls[log.name, row] = call
    return calls


def score(
    forecasts: Path,
    logs: list[Path],
    since: str = "",
    until: str = "9999",
) -> Score:
    """Scores the forecasts of the logs' served calls that waited, of days since <= date < until.

    Raises ValueError when a forecast is missing, twice there, or is no number.
    """
    calls = outcomes(logs)
    total = Score()
    seen = set()
    with forecasts.open(newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != COLUMNS:
            raise ValueError(f"{forecasts}: the header is not {','.join(COLUMNS)}")
        for line in reader:
            key = (line["file"], int(line["row"]))
            call = calls.get(key)
            if call is None:
                continue
            if key in seen:
                raise ValueError(f"{key}: two forecasts")
            seen.add(key)
            figures = [float(line[column]) for column in COLUMNS[2:]]
            if not all(math.isfinite(figure) and figure >= 0.0 for figure in figures):
                raise ValueError(f"{key}: a figure that is no wait or probability")
            wait = float(call["wait_s"])
            if call["outcome"] == "served" and wait > 0 and since <= call["date"] < until:
                total.take(wait, figures[0], figures[1:8], figures[8:])
    if missing := len(calls) - len(seen):
        raise ValueError(f"{missing} of {len(calls)} calls that queued have no forecast")
    return total


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("forecasts", type=Path, help="what `python -m sunline forecast` wrote")
    parser.add_argument("logs", type=Path, nargs="+", help="the logs to score")
    parser.add_argument("--since", default="", metavar="DATE", help="first day scored")
    parser.add_argument("--until", default="9999", metavar="DATE", help="first day not scored")
    chosen = parser.parse_args(arguments)
    total = score(chosen.forecasts, chosen.logs, chosen.since, chosen.until)
    json.dump(total.figures(), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
