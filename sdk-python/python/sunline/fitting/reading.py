"""Reading logs: two formats, told apart by their columns.

**Generic**: one row a contact that was answered or gave up.

| column | meaning |
|---|---|
| `arrived_at` | when it began to wait: ISO 8601 with offset; without one it is read in `zone` |
| `queue` | name of its queue |
| `waited_s` | seconds to the answer, or to giving up |
| `outcome` | `served` or `abandoned`; rows with another outcome are left out and counted |
| `handled_s` | seconds of the conversation; empty: not known, or none |
| `agent` | who answered; empty: nobody, or not recorded. The column may be missing |
| `points` | priority points it brought. The column may be missing |

**Call centre, seconds after midnight**: `date`, `type` (its queue), `priority`, `queue_entry_s`, `wait_s`, `outcome`,
`service_start_s`, `service_s`, `agent`: the format of the bank's log of 1999, whose times count from local midnight.
There a priority of 2 or more brings `credit_s` points, and a conversation whose length cannot be (zero at midnight, or
beyond an hour) counts as one of unknown length.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import TextIO, cast
from zoneinfo import ZoneInfo

import numpy as np

from sunline._columns import Instants, Labels, Lengths, Wholes, instants, labels, lengths, wholes
from sunline.errors import InvalidArgument, LogInvalid
from sunline.fitting._local import midnight, zone_of
from sunline.fitting.log import ContactLog

GENERIC = ("arrived_at", "queue", "waited_s", "outcome", "handled_s")
SINCE_MIDNIGHT = (
    "date",
    "type",
    "priority",
    "queue_entry_s",
    "wait_s",
    "outcome",
    "service_start_s",
    "service_s",
    "agent",
)
_LONGEST_CREDIBLE_S = 3600
_MIDNIGHT_S = 86_400
_ENDS = {"served": True, "abandoned": False}


@dataclass(slots=True)
class _Rows:
    """A log while it is read."""

    arrived_ns: list[int] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    waited_s: list[float] = field(default_factory=list)
    served: list[bool] = field(default_factory=list)
    handled_s: list[float] = field(default_factory=list)
    agent: list[str] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_log(
    logs: str | PathLike[str] | Sequence[str | PathLike[str]], *, zone: str = "UTC", credit_s: int = 90
) -> ContactLog:
    """Reads logs in CSV, in any order, packed (`.gz`) or not; `zone` is the IANA zone in which the centre lives.

    `credit_s`: points of a caller of priority 2 or more, in the format with seconds after midnight; 90 s is the rule of
    the bank whose format this is. Raises `LogInvalid` with the log, the line, and what to change.
    """
    paths = [logs] if isinstance(logs, str | PathLike) else list(logs)
    if not paths:
        raise InvalidArgument("no log was given", code="empty", argument="logs")
    where, rows = zone_of(zone), _Rows()
    for path in map(Path, paths):
        try:
            with _opened(path) as file:
                _read(path, csv.DictReader(file), rows, where, credit_s)
        except OSError as error:
            raise LogInvalid(
                f"{path} cannot be read: {error.strerror or error}", code="unreadable", path=str(path)
            ) from error
        except UnicodeDecodeError as error:
            raise LogInvalid(
                f"{path} is not UTF-8; save it as CSV in UTF-8", code="unreadable", path=str(path)
            ) from error
    return _made(rows, zone)


def _opened(path: Path) -> TextIO:
    """The text of a log, also where it is packed by gzip."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8")
    return path.open(newline="", encoding="utf-8")


def log_from_table(
    *,
    arrived_at: Instants,
    queue: str | Labels,
    waited: Lengths,
    served: Sequence[bool],
    handled: Lengths,
    agent: Labels | None = None,
    points: Wholes | None = None,
    zone: str = "UTC",
) -> ContactLog:
    """A log from columns: lists, numpy arrays, or series of pandas, polars or Arrow, in any order of arrival.

    `waited`, `handled`: timedeltas, or seconds; a missing `handled` is not known. `agent`: an empty text is nobody.
    """
    at = np.frombuffer(instants(arrived_at, "arrived_at"), dtype="i8")
    names, places = (
        ([queue], memoryview(bytes(8 * len(at))).cast("q"))
        if isinstance(queue, str)
        else labels(queue, "queue")
    )
    who, agents = (
        (labels(agent, "agent")) if agent is not None else ([], memoryview(b"\xff" * (8 * len(at))).cast("q"))
    )
    missing = -(2**63)
    handled_ns = np.frombuffer(lengths(handled, "handled"), dtype="i8")
    order = np.argsort(at, kind="stable")
    nobody = who.index("") if "" in who else -1
    agent_codes = np.frombuffer(agents, dtype="i8").astype("i8")
    if nobody >= 0:
        agent_codes = np.where(agent_codes == nobody, -1, agent_codes - (agent_codes > nobody))
        who.remove("")
    return ContactLog(
        arrived_ns=at[order],
        queue=np.frombuffer(places, dtype="i8")[order],
        waited_s=np.frombuffer(lengths(waited, "waited"), dtype="i8")[order] / 1e9,
        served=np.asarray(served, dtype="?")[order],
        handled_s=np.where(handled_ns == missing, np.nan, handled_ns / 1e9)[order],
        agent=agent_codes[order],
        points=np.zeros(len(at), dtype="i8")
        if points is None
        else np.frombuffer(wholes(points, "points"), dtype="i8")[order],
        queues=tuple(names),
        agents=tuple(who),
        zone=zone,
        dropped={},
    )


def _read(path: Path, reader: "csv.DictReader[str]", rows: _Rows, zone: ZoneInfo, credit_s: int) -> None:
    found = set(reader.fieldnames or ())
    if set(SINCE_MIDNIGHT) <= found:
        take = _since_midnight
    elif set(GENERIC) <= found:
        take = _generic
    else:
        missing = [name for name in GENERIC if name not in found]
        raise LogInvalid(
            f"{path} has no column {', '.join(missing)}; rename its columns to {', '.join(GENERIC)}"
            f" (and agent, points where there are any)",
            code="missing_column",
            path=str(path),
            line=1,
        )
    midnights: dict[str, int] = {}
    for row in reader:
        try:
            take(row, rows, zone, credit_s, midnights)
        except (ValueError, TypeError) as error:
            raise LogInvalid(
                f"{path}, line {reader.line_num}: {error}; correct the line or leave it out",
                code="unreadable_line",
                path=str(path),
                line=reader.line_num,
            ) from error


def _generic(
    row: Mapping[str, str], rows: _Rows, zone: ZoneInfo, credit_s: int, midnights: dict[str, int]
) -> None:
    served = _ENDS.get(row["outcome"])
    if served is None:
        rows.dropped[row["outcome"] or "no outcome"] += 1
        return
    at = datetime.fromisoformat(row["arrived_at"])
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    waited = float(row["waited_s"])
    if not waited >= 0:
        raise ValueError(f"waited_s is {row['waited_s']}, and waits are 0 or more")
    handled = row["handled_s"]
    rows.arrived_ns.append(round(at.timestamp() * 1e6) * 1000)
    rows.queue.append(row["queue"])
    rows.waited_s.append(waited)
    rows.served.append(served)
    rows.handled_s.append(float(handled) if served and handled else float("nan"))
    rows.agent.append((row.get("agent") or "") if served else "")
    rows.points.append(int(row.get("points") or 0))


def _since_midnight(
    row: Mapping[str, str], rows: _Rows, zone: ZoneInfo, credit_s: int, midnights: dict[str, int]
) -> None:
    served = _ENDS.get(row["outcome"])
    if served is None:
        rows.dropped[row["outcome"]] += 1
        return
    day = row["date"]
    if day not in midnights:
        at = midnight(date.fromisoformat(day), zone)
        midnights[day] = round(at.timestamp()) * 1_000_000_000
    length, began = float(row["service_s"]), float(row["service_start_s"])
    lost = began == _MIDNIGHT_S and length == 0
    waited = float(row["wait_s"])
    if not waited >= 0:
        raise ValueError(f"wait_s is {row['wait_s']}, and waits are 0 or more")
    rows.arrived_ns.append(midnights[day] + round(float(row["queue_entry_s"]) * 1e9))
    rows.queue.append(row["type"])
    rows.waited_s.append(waited)
    rows.served.append(served)
    known = served and not lost and 0 <= length <= _LONGEST_CREDIBLE_S
    rows.handled_s.append(length if known else float("nan"))
    rows.agent.append(row["agent"] if served else "")
    rows.points.append(credit_s if int(row["priority"]) >= 2 else 0)


def _made(rows: _Rows, zone: str) -> ContactLog:
    at = np.array(rows.arrived_ns, dtype="i8")
    order = np.argsort(at, kind="stable")
    queues, queue = _coded(rows.queue)
    agents, agent = _coded([name or None for name in rows.agent])
    return ContactLog(
        arrived_ns=at[order],
        queue=queue[order],
        waited_s=np.array(rows.waited_s, dtype="f8")[order],
        served=np.array(rows.served, dtype="?")[order],
        handled_s=np.array(rows.handled_s, dtype="f8")[order],
        agent=agent[order],
        points=np.array(rows.points, dtype="i8")[order],
        queues=queues,
        agents=agents,
        zone=zone,
        dropped=dict(rows.dropped),
    )


def _coded(
    names: Iterable[str | None],
) -> "tuple[tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.int64]]]":
    listed = list(names)
    known = sorted({name for name in listed if name is not None})
    places: dict[str | None, int] = {name: place for place, name in enumerate(known)}
    codes = np.array([places.get(name, -1) for name in listed], dtype="i8")
    return tuple(known), cast("np.ndarray[tuple[int], np.dtype[np.int64]]", codes)


__all__ = ["GENERIC", "SINCE_MIDNIGHT", "log_from_table", "read_log"]
