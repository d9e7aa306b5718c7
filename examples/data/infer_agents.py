"""Infers who worked when, and on what, from the calls that agents took on one day.

    python infer_agents.py --log bank-day.csv --date 1999-05-10 [--out bank-day-agents.csv]

The log has no sign-ins. An agent is taken to be signed in from the start of a call until the end of the last one
before a gap of more than 45 minutes without a call, and again from the next call on. So the intervals begin and end
with a call: the true ones were a little longer, by a wait for the first call and by what followed the last. A break
below 45 minutes shows as idle time.

One row for each agent, in order of code:

- `agent`: code
- `calls`: calls served
- `types`: calls by type, most frequent first, as `PS=60;NE=19`
- `first_call_start_s`, `last_call_end_s`: seconds after local midnight
- `presence_s`: inferred intervals from sign-in to sign-out, in the same seconds, as `25281-53916;57000-60000`
- `present_s`: their sum
- `mean_service_s`: over the calls whose length is known; empty if there is none
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

from bank_log import Call, LogError, read_day

GAP_MAX_S = 45 * 60
_HEADER = (
    "agent",
    "calls",
    "types",
    "first_call_start_s",
    "last_call_end_s",
    "presence_s",
    "present_s",
    "mean_service_s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    """What one agent's calls say about the day."""

    agent: str
    types: Counter[str]
    presence_s: list[tuple[int, int]]  #: Sign-in and sign-out, disjoint, in order.
    mean_service_s: float | None  #: `None` when no length is known.

    @property
    def present_s(self) -> int:
        """Seconds signed in."""
        return sum(sign_out - sign_in for sign_in, sign_out in self.presence_s)


def infer(calls: Iterable[Call]) -> list[AgentDay]:
    """One entry for each agent who took a call, by code."""
    served: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.agent is not None and call.start_s is not None:
            served[call.agent].append(call)
    return [_agent_day(agent, served[agent]) for agent in sorted(served)]


def _agent_day(agent: str, served: list[Call]) -> AgentDay:
    lengths = [call.service_s for call in served if call.service_s is not None]
    return AgentDay(
        agent=agent,
        types=Counter(call.type for call in served),
        presence_s=_intervals(served),
        mean_service_s=fmean(lengths) if lengths else None,
    )


def _intervals(served: list[Call]) -> list[tuple[int, int]]:
    """Calls joined across gaps of at most 45 minutes. A few calls of one agent overlap in the log."""
    intervals: list[tuple[int, int]] = []
    for start, end in sorted(call.span_s for call in served if call.span_s is not None):
        if intervals and start - intervals[-1][1] <= GAP_MAX_S:
            intervals[-1] = (intervals[-1][0], max(end, intervals[-1][1]))
        else:
            intervals.append((start, end))
    return intervals


def _row(day: AgentDay) -> tuple[object, ...]:
    by_count = sorted(day.types.items(), key=lambda entry: (-entry[1], entry[0]))
    return (
        day.agent,
        day.types.total(),
        ";".join(f"{kind}={count}" for kind, count in by_count),
        day.presence_s[0][0],
        day.presence_s[-1][1],
        ";".join(f"{sign_in}-{sign_out}" for sign_in, sign_out in day.presence_s),
        day.present_s,
        "" if day.mean_service_s is None else f"{day.mean_service_s:.1f}",
    )


def main() -> int:
    """Reads the day, writes the table; gives the exit status."""
    parser = argparse.ArgumentParser(description="Infers who worked when, and on what, from one day of the log.")
    parser.add_argument("--log", required=True, type=Path, help="a CSV file of the log")
    parser.add_argument("--date", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
    parser.add_argument("--out", type=Path, help="where to write (default: standard output)")
    wish = parser.parse_args()
    try:
        days = infer(read_day(wish.log, wish.date))
    except LogError as refusal:
        print(f"infer_agents: {refusal}", file=sys.stderr)
        return 2
    target = wish.out.open("w", newline="", encoding="utf-8") if wish.out else nullcontext(sys.stdout)
    with target as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(_row(day) for day in days)
    return 0


if __name__ == "__main__":
    sys.exit(main())
