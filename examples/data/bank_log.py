"""One day of the bank's call log, as calls.

Instants are seconds after local midnight of the day; a value over 86,400 is past the next midnight. Two marks of the
recording are told apart from calls here, once, so that no reader of the log has to know them:

- A service recorded as 0 s long and begun at exactly 86,400 has lost its times. It began when the wait ended; how long
  it was is not known.
- A service of more than an hour is taken for a clock error: its length is not known either.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

LONGEST_CREDIBLE_S = 3600
_MIDNIGHT_S = 86_400
_COLUMNS = {"date", "type", "queued", "queue_entry_s", "wait_s", "outcome", "service_start_s", "service_s", "agent"}


class LogError(Exception):
    """The log cannot be read, or says nothing about the day; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One row of the log."""

    type: str
    queued: bool
    queue_entry_s: int  #: Joining the queue, or leaving the voice menu when not queued.
    wait_s: int  #: 0 when not queued.
    outcome: str  #: `served`, `abandoned`, `vru_exit` or `phantom`.
    start_s: int | None  #: Start of the conversation; `None` if there was none.
    service_s: int | None  #: Its length; `None` if there was none or if it is not known.
    agent: str | None  #: `None` if there was none or if it was not recorded.

    @property
    def span_s(self) -> tuple[int, int] | None:
        """Start and end of the conversation, `None` if there was none; empty where the length is not known."""
        return None if self.start_s is None else (self.start_s, self.start_s + (self.service_s or 0))


def read_day(log: Path, day: date) -> list[Call]:
    """The calls of one day, in the order of the log.

    Raises `LogError` when the file is no such log, or has no call of that day.
    """
    try:
        with log.open(newline="", encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            if missing := _COLUMNS - set(reader.fieldnames or ()):
                raise LogError(f"{log.name} has no column {', '.join(sorted(missing))}")
            rows = [(reader.line_num, row) for row in reader if row["date"] == day.isoformat()]
    except OSError as wrong:
        raise LogError(f"{log.name} cannot be read: {wrong.strerror}") from wrong
    if not rows:
        raise LogError(f"{log.name} has no call on {day}")
    return [_call(row, f"{log.name} line {line}") for line, row in rows]


def _call(row: dict[str, str], place: str) -> Call:
    try:
        start, service = int(row["service_start_s"]), int(row["service_s"])
        queue_entry, wait = int(row["queue_entry_s"]), int(row["wait_s"])
    except ValueError as wrong:
        raise LogError(f"{place}: {wrong}") from wrong
    served = row["outcome"] == "served"
    lost = start == _MIDNIGHT_S and service == 0
    known = served and not lost and service <= LONGEST_CREDIBLE_S
    return Call(
        type=row["type"],
        queued=row["queued"] == "1",
        queue_entry_s=queue_entry,
        wait_s=wait,
        outcome=row["outcome"],
        start_s=None if not served else queue_entry + wait if lost else start,
        service_s=service if known else None,
        agent=row["agent"] or None,
    )
