"""Describes one day of the bank's call log in a few tables, as they stand in `README.md`.

    python describe_day.py --log bank-day.csv --date 1999-05-10

Phantom calls are counted among the outcomes and nowhere else. A call belongs to the hour in which it joined the queue,
or left the voice menu when it was not queued.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from statistics import fmean, median, quantiles

from bank_log import Call, LogError, read_day
from infer_agents import AgentDay, infer

THRESHOLD_S = 20
_HOUR_S = 3600


def describe(calls: list[Call]) -> str:
    """All tables, in Markdown.

    Raises `LogError` when nobody was served: there is nothing to describe.
    """
    days = infer(calls)
    if not days:
        raise LogError("no call was served that day")
    real = [call for call in calls if call.outcome != "phantom"]
    tables = [_outcomes(calls), _waits(real), _by_type(real), _by_hour(real, days), _skills(days)]
    return "\n".join("\n".join(table) + "\n" for table in tables)


def _outcomes(calls: list[Call]) -> Iterator[str]:
    yield "### Outcomes\n"
    yield from _table(
        ("outcome", "calls", "of them queued"),
        (
            (outcome, count, sum(call.queued for call in calls if call.outcome == outcome))
            for outcome, count in Counter(call.outcome for call in calls).most_common()
        ),
    )
    recorded = [call for call in calls if call.outcome == "served"]
    unknown = sum(call.service_s is None for call in recorded)
    nobody = sum(call.agent is None for call in recorded)
    yield f"\nOf the {len(recorded):,} served, {nobody} have no agent and {unknown} no known length."


def _waits(calls: list[Call]) -> Iterator[str]:
    yield "### Waits\n"
    queued = [call for call in calls if call.queued]
    served = [call for call in calls if call.outcome == "served"]
    offered = len(served) + sum(call.outcome == "abandoned" for call in calls)
    groups: list[tuple[str, list[Call]]] = [
        ("queued, served", [call for call in queued if call.outcome == "served"]),
        ("queued, abandoned", [call for call in queued if call.outcome == "abandoned"]),
        ("all queued", queued),
    ]
    yield from _table(
        ("calls that were", "calls", "mean wait s", "median", "nine in ten within", "longest"),
        ((name, len(group), *_spread([call.wait_s for call in group])) for name, group in groups),
    )
    in_time = sum(call.wait_s <= THRESHOLD_S for call in served)
    abandoned = offered - len(served)
    yield f"\n- Offered (served or abandoned): {offered:,}; abandoned {abandoned / offered:.1%} of them."
    yield f"- Answered within {THRESHOLD_S} s: {in_time / offered:.1%} of the offered (`abandons_fail`)."
    yield f"- Mean wait of the answered, those not queued counted as 0: {fmean(call.wait_s for call in served):.1f} s."
    patience = sum(call.wait_s for call in queued) / abandoned if abandoned else float("inf")
    yield f"- Mean patience, were it exponential: all waits in queue ÷ abandonments = {patience:.0f} s."


def _by_type(calls: list[Call]) -> Iterator[str]:
    yield "### Types\n"
    lengths_of = {
        kind: [call.service_s for call in calls if call.type == kind and call.service_s is not None]
        for kind, _ in Counter(call.type for call in calls).most_common()
    }
    yield from _table(
        ("type", "calls", "queued", "abandoned", "served", "mean service s", "median", "nine in ten within", "longest"),
        (
            (
                kind,
                sum(call.type == kind for call in calls),
                sum(call.type == kind and call.queued for call in calls),
                sum(call.type == kind and call.outcome == "abandoned" for call in calls),
                sum(call.type == kind and call.outcome == "served" for call in calls),
                *_spread(lengths),
            )
            for kind, lengths in lengths_of.items()
        ),
    )


def _by_hour(calls: list[Call], days: list[AgentDay]) -> Iterator[str]:
    yield "### Hours\n"
    yield from _table(
        ("hour", "calls", "queued", "abandoned", "served", "mean wait of the queued s", "agents with calls", "present"),
        (_hour(hour, calls, days) for hour in sorted({call.queue_entry_s // _HOUR_S for call in calls})),
    )
    yield "\n*Agents with calls* began at least one conversation in the hour. *Present* is the mean number signed in."


def _hour(hour: int, calls: list[Call], days: list[AgentDay]) -> tuple[object, ...]:
    begins, ends = hour * _HOUR_S, (hour + 1) * _HOUR_S
    mine = [call for call in calls if begins <= call.queue_entry_s < ends]
    waits = [call.wait_s for call in mine if call.queued]
    takers = {call.agent for call in calls if call.start_s is not None and begins <= call.start_s < ends} - {None}
    present = sum(max(0, min(ends, out) - max(begins, sign_in)) for day in days for sign_in, out in day.presence_s)
    return (
        f"{hour:02}",
        len(mine),
        len(waits),
        sum(call.outcome == "abandoned" for call in mine),
        sum(call.outcome == "served" for call in mine),
        f"{fmean(waits):.0f}" if waits else "",
        len(takers),
        f"{present / _HOUR_S:.1f}",
    )


def _skills(days: list[AgentDay]) -> Iterator[str]:
    yield "### Skills seen\n"
    totals = sum((day.types for day in days), Counter[str]())
    kinds = [kind for kind, _ in totals.most_common()]
    yield from _table(
        ("agent", *kinds, "mean service s", "present"),
        (
            (
                day.agent,
                *(day.types[kind] or "" for kind in kinds),
                "" if day.mean_service_s is None else f"{day.mean_service_s:.0f}",
                ", ".join(f"{_clock(sign_in)}–{_clock(out)}" for sign_in, out in day.presence_s),
            )
            for day in days
        ),
    )
    yield ""
    for kind in kinds:
        most, top = max((day.types[kind], day.agent) for day in days)
        holders = sum(day.types[kind] > 0 for day in days)
        yield f"- {kind}: {holders} agents; most by {top}, {most / totals[kind]:.0%}."


def _spread(values: list[int]) -> tuple[str, ...]:
    """Mean, median, ninth decile and maximum, worded; blanks for too few values."""
    if len(values) < 2:
        return ("",) * 4
    decile = quantiles(values, n=10, method="inclusive")[8]
    return (f"{fmean(values):.0f}", f"{median(values):.0f}", f"{decile:.0f}", f"{max(values):,}")


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|---" + "|---:" * (len(header) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |"


def _clock(seconds: int) -> str:
    minutes = seconds // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def main() -> int:
    """Reads the day, prints the tables; gives the exit status."""
    parser = argparse.ArgumentParser(description="Describes one day of the log in a few tables.")
    parser.add_argument("--log", required=True, type=Path, help="a CSV file of the log")
    parser.add_argument("--date", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
    wish = parser.parse_args()
    try:
        print(describe(read_day(wish.log, wish.date)), end="")
    except LogError as refusal:
        print(f"describe_day: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
