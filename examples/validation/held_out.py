"""Does the fitted world tell the truth? Weeks of a real centre that it has not seen, hour by hour, and why where not.

    python examples/validation/held_out.py [LOG …] [--replications 100] [--rounds 6]

Without logs the seven weeks in `examples/data` are read. Everything is fitted and set on the first four of them; the
rest fits nothing, though it was known when the form was chosen. Then one assumption after another is replaced by what
the weeks held out really had: where more hours come out right, that assumption was to blame.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np
import sunline
from sunline.fitting import ContactLog, Fit, QueueFit, Validation, calibrate, read_log, validate
from sunline.fitting.validation import FIGURES

WEEKS = Path(__file__).resolve().parents[1] / "data" / "bank-weeks.csv.gz"
WORKING = (6, 0, 1, 2, 3)  #: Sunday to Thursday.
FITTED = (date(1999, 4, 11), date(1999, 5, 8))
HELD_OUT = (date(1999, 5, 9), date(1999, 5, 31))
#: Independence Day and its eve; an election; a holiday and its eve; an evening with four to ten times the usual calls.
NO_ORDINARY_DAYS = [
    date(1999, 4, 20),
    date(1999, 4, 21),
    date(1999, 5, 17),
    date(1999, 5, 20),
    date(1999, 5, 21),
    date(1999, 5, 23),
]
PARTS = (0, *range(8, 24))  #: Conversations and pauses have a law for each hour from 8 on.
CREDIT = {
    "TT": 600,
    "NW": -90,
}  #: Calls back are placed by agents themselves; prospective customers wait for the others.


def weeks(log: ContactLog, between: tuple[date, date]) -> ContactLog:
    """The ordinary working days of a stretch."""
    return log.between(*between).without(NO_ORDINARY_DAYS).on_weekdays(WORKING)


def fitted_to(log: ContactLog) -> Fit:
    """The laws of a log, before habits are set."""
    return sunline.fit(log, alike=[WORKING], parts=PARTS, credit=CREDIT, least_served=5)


Change = Callable[[QueueFit, QueueFit], QueueFit]
ASSUMPTIONS: Mapping[str, Change] = {
    "as many calls come as in the weeks before": lambda mine, theirs: replace(mine, rates=theirs.rates),
    "conversations are as long as before": lambda mine, theirs: replace(
        mine, handling=theirs.handling, handling_from=theirs.handling_from
    ),
    "customers are as patient as before": lambda mine, theirs: replace(mine, patience=theirs.patience),
}


def with_truth(fitted: Fit, truth: Fit, changes: Sequence[Change]) -> Fit:
    """The fit with parts of another one, queue by queue."""
    queues = dict(fitted.queues)
    for change in changes:
        queues = {name: change(one, truth.queues.get(name, one)) for name, one in queues.items()}
    return replace(fitted, queues=queues)


BLOCKS = ((7, 9), (9, 12), (12, 15), (15, 18), (18, 21), (21, 24))


def facts(before: ContactLog, after: ContactLog) -> str:
    """What was different in the weeks held out, by part of the day; no simulation."""
    lines = [f"{'hours':8}{'calls a day':>18}{'conversation s':>18}{'patience s':>18}{'mean wait s':>18}"]
    for since, until in BLOCKS:
        pairs = [_seen(log, since, until) for log in (before, after)]
        cells = [f"{one:.0f} → {other:.0f}" for one, other in zip(*pairs, strict=True)]
        lines.append(f"{since:02}-{until:02}   " + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(lines) + "\n"


def _seen(log: ContactLog, since: int, until: int) -> tuple[float, float, float, float]:
    """Calls a day, mean conversation, mean patience were it exponential, mean wait."""
    hour = log.local()[1] / 3600.0
    mine = (hour >= since) & (hour < until)
    talks = log.handled_s[mine & log.served]
    waited = log.waited_s[mine]
    gave_up = int((mine & ~log.served).sum())
    return (
        float(mine.sum()) / len(log.days),
        float(np.nanmean(talks)),
        float(waited.sum()) / max(gave_up, 1),
        float(waited.mean()),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    checked: Validation

    def __str__(self) -> str:
        inside = [sum(check.inside for check in self.checked.of(name)) for name in FIGURES]
        busy = len(self.checked.of("service_level"))
        day = [check for check in self.checked.checks if check.hour < EVENING]
        late = [check for check in self.checked.checks if check.hour >= EVENING]
        parts = [f"{sum(one.inside for one in some):>3} of {len(some)}" for some in (day, late)]
        return (
            f"{self.what:58}{inside[0]:>4}{inside[1]:>4}{inside[2]:>4} of {busy}{parts[0]:>11}{parts[1]:>11}"
            f"{100 * self.checked.share_inside():>7.0f} %"
        )


EVENING = 21
HEAD = f"{'':58}{'SL':>4}{'ab':>4}{'w':>4}      {'7-20 h':>11}{'21-23 h':>11}{'all':>7}"


def study(log: ContactLog, *, replications: int = 100, rounds: int = 6) -> list[Line]:
    """All lines of the table, the fitted world first."""
    before, after = weeks(log, FITTED), weeks(log, HELD_OUT)

    def held_against(what: str, world: Fit, days: ContactLog = after, *, busy: bool = True) -> Line:
        line = Line(what, validate(world, days, replications=replications, busy=busy))
        print(line, flush=True)
        return line

    print(facts(before, after))
    print(HEAD, flush=True)
    plain = fitted_to(before)
    lines = [held_against("without habits", plain)]
    world = calibrate(plain, rounds=rounds)
    lines.append(held_against("THE FITTED WORLD", world))
    lines.append(held_against("were no day busier than another", world, busy=False))
    truth = fitted_to(after)
    for what, change in ASSUMPTIONS.items():
        lines.append(held_against(f"but for: {what}", with_truth(world, truth, [change])))
    both = list(ASSUMPTIONS.values())[1:]
    lines.append(held_against("but for: conversations and patience", with_truth(world, truth, both)))
    lines.append(
        held_against("but for: agents have the habits they had", calibrate(plain, after, rounds=rounds))
    )
    changed = with_truth(plain, truth, list(ASSUMPTIONS.values()))
    lines.append(held_against("but for: all four", calibrate(changed, after, rounds=rounds)))
    lines.append(held_against("the fitted world, on the days it was fitted to", world, before))
    return lines


def main() -> None:
    """Reads, studies, prints."""
    parser = argparse.ArgumentParser(description="Holds a fitted world against weeks it has not seen.")
    parser.add_argument(
        "logs", nargs="*", type=Path, help="logs in the bank's format (default: the weeks in examples/data)"
    )
    parser.add_argument("--replications", type=int, default=100, help="of each day (default 100)")
    parser.add_argument("--rounds", type=int, default=6, help="of setting habits (default 6)")
    wish = parser.parse_args()
    began = perf_counter()
    log = read_log(wish.logs or [WEEKS], zone="Asia/Jerusalem")
    lines = study(log, replications=wish.replications, rounds=wish.rounds)
    fitted = lines[1].checked
    print(f"\n{fitted}\n\n{len(weeks(log, FITTED).days)} days fitted, {perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
