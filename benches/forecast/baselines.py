"""The simple predictors of `tests/reference/README.md` over a log, in the exchange format, to be scored like any other.

Each sees what the engine's predictor sees, in the same order: at one instant first what ends, then what joins; a call's
outcome when it happened. Calls of one type are one class; `IN` is served apart from all others.
"""

import argparse
import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from score import COLUMNS, HORIZONS, LEVELS

NAMES = ("QL_drain", "LES", "LES_pool", "HOL", "AvgLES", "AvgC", "NI_halfhour")
#: Decay of the drain clock, in seconds in which somebody waits.
TAU = 600.0
BINS, REACH = 160, 4.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call that queued."""

    file: str
    row: int
    kind: str
    joined: int
    wait: int
    outcome: str
    credit: int


def read(logs: list[Path]) -> list[Call]:
    """The calls that queued, times in seconds since 1970 on local clocks."""
    calls = []
    for log in logs:
        with log.open(newline="") as lines:
            for row, line in enumerate(csv.DictReader(lines)):
                if line["queued"] == "1":
                    midnight = (
                        date.fromisoformat(line["date"]).toordinal() - date(1970, 1, 1).toordinal()
                    ) * 86_400
                    joined, wait = (
                        midnight + int(line["queue_entry_s"]),
                        int(line["wait_s"]),
                    )
                    credit = 90 if int(line["priority"]) >= 2 else 0
                    calls.append(
                        Call(
                            log.name,
                            row,
                            line["type"],
                            joined,
                            wait,
                            line["outcome"],
                            credit,
                        )
                    )
    return calls


@dataclass
class Histogram:
    """A decayed histogram of logarithmic errors."""

    masses: list[float] = field(default_factory=lambda: [1.0 / BINS] * BINS)
    grain: float = 1.0

    def learn(self, wait: float, mean: float) -> None:
        """An outcome: it weighs more than all before it by the decay."""
        error = math.log1p(wait) - math.log1p(mean)
        place = min(max(int((error + REACH) / (2 * REACH) * BINS), 0), BINS - 1)
        self.grain /= 0.9985
        self.masses[place] += self.grain
        if self.grain > 1e100:
            self.masses = [mass / self.grain for mass in self.masses]
            self.grain = 1.0

    def law(self, mean: float) -> tuple[list[float], list[float]]:
        """Quantiles, and P(wait <= t)."""
        total, cumulative = sum(self.masses), [0.0]
        for mass in self.masses:
            cumulative.append(cumulative[-1] + mass / total)
        quantiles = []
        for level in LEVELS:
            place = next(k for k in range(BINS) if cumulative[k + 1] >= level or k == BINS - 1)
            share = (level - cumulative[place]) / max(cumulative[place + 1] - cumulative[place], 1e-300)
            error = (place + min(share, 1.0)) / BINS * 2 * REACH - REACH
            quantiles.append(max(math.exp(math.log1p(mean) + error) - 1, 0.0))
        within = []
        for horizon in HORIZONS:
            at = (math.log1p(horizon) - math.log1p(mean) + REACH) / (2 * REACH) * BINS
            place = min(max(int(at), 0), BINS - 1)
            share = min(max(at - place, 0.0), 1.0)
            within.append(cumulative[place] + share * (cumulative[place + 1] - cumulative[place]))
        return quantiles, within


class Pool:
    """What the simple predictors remember of calls that share agents."""

    def __init__(self) -> None:
        self.waiting: dict[int, Call] = {}
        self.departures = TAU / 25.0
        self.last = 0
        self.last_wait: dict[str, float] = {}
        self.last_wait_of_any = 60.0
        self.average: dict[str, float] = {}
        self.by_ahead: dict[int, float] = {}
        self.half_hours: dict[int, tuple[float, int]] = {}
        self.histograms = {name: Histogram() for name in NAMES}

    def passes(self, now: int) -> None:
        """Time has passed."""
        if self.waiting:
            self.departures *= math.exp(-(now - self.last) / TAU)
        self.last = now

    def say(self, call: Call) -> tuple[int, dict[str, float]]:
        """Number ahead, and the mean wait by each predictor."""
        ahead = sum(
            other.joined - other.credit <= call.joined - call.credit for other in self.waiting.values()
        )
        heads = [other.joined for other in self.waiting.values() if other.kind == call.kind]
        total, count = self.half_hours.get(call.joined % 86_400 // 1800, (60.0, 1))
        return ahead, {
            "QL_drain": (ahead + 1) * TAU / max(self.departures, 1e-3),
            "LES": self.last_wait.get(call.kind, 60.0),
            "LES_pool": self.last_wait_of_any,
            "HOL": float(call.joined - min(heads, default=call.joined)),
            "AvgLES": self.average.get(call.kind, 60.0),
            "AvgC": self.by_ahead.get(_bucket(ahead), 60.0),
            "NI_halfhour": total / count,
        }

    def served(self, call: Call, ahead: int, said: dict[str, float]) -> None:
        """The call was served."""
        wait = float(call.wait)
        self.last_wait[call.kind] = self.last_wait_of_any = wait
        average = self.average.get(call.kind, 60.0)
        self.average[call.kind] = average + 0.2 * (wait - average)
        bucket = _bucket(ahead)
        mean = self.by_ahead.get(bucket, wait)
        self.by_ahead[bucket] = mean + 0.15 * (wait - mean)
        total, count = self.half_hours.get(call.joined % 86_400 // 1800, (60.0, 1))
        self.half_hours[call.joined % 86_400 // 1800] = (total + wait, count + 1)
        for name, figure in said.items():
            self.histograms[name].learn(wait, figure)


def _bucket(ahead: int) -> int:
    return next((k for k, most in enumerate((0, 1, 3, 6, 10, 18)) if ahead <= most), 6)


def forecasts(calls: list[Call], name: str) -> Iterator[list[object]]:
    """Lines of the exchange format by one predictor."""
    moments = []
    for number, call in enumerate(calls):
        moments.append((call.joined, 1, number))
        moments.append((call.joined + call.wait, 0 if call.wait else 2, number))
    pools = (Pool(), Pool())
    kept: dict[int, tuple[int, dict[str, float]]] = {}
    for now, what, number in sorted(moments):
        call = calls[number]
        pool = pools[call.kind == "IN"]
        pool.passes(now)
        if what == 1:
            ahead, said = kept[number] = pool.say(call)
            quantiles, within = pool.histograms[name].law(said[name])
            figures = [f"{figure:.3f}" for figure in (said[name], *quantiles)]
            yield [call.file, call.row, *figures, *(f"{p:.5f}" for p in within)]
            pool.waiting[number] = call
            continue
        del pool.waiting[number]
        ahead, said = kept.pop(number)
        if call.outcome in {"served", "abandoned"}:
            pool.departures += 1
        if call.outcome == "served":
            pool.served(call, ahead, said)


def main(arguments: list[str] | None = None) -> int:
    """Writes the forecasts of one predictor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    with chosen.out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(forecasts(read(chosen.logs), chosen.name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
