"""Compares every zone of sunline-calendar with Python's zoneinfo, instant by instant.

    cargo build --release -p sunline-calendar --example zone_dump
    python -m venv .venv && .venv/bin/pip install -r tests/differential/requirements.txt
    .venv/bin/python tests/differential/zones.py target/release/examples/zone_dump

Both sides stand on one release of the zone database: the one bundled with the crate, which must be that of the tzdata
package; then both read the package's own folder. Every offset, every opening and every closing must agree, both must
know the same zones, and no change of offset may be missing on either side.
"""

from __future__ import annotations

import importlib.resources
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tzdata

FIRST, AFTER = 2000, 2041
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400
#: Names that stand in one database and not in the other, for no fault of anyone.
NOT_ZONES = {"localtime", "posixrules", "Factory"}


def offset_at(zone: zoneinfo.ZoneInfo, unix: int) -> int:
    """Seconds east of UTC at an instant."""
    local = (EPOCH + timedelta(seconds=unix)).astimezone(zone)
    return int(local.utcoffset().total_seconds())


def edges(zone: zoneinfo.ZoneInfo, reading: datetime) -> tuple[int, int]:
    """The instants of a reading as an opening and as a closing, by the rules of sunline-calendar.

    fold=0 is the offset before a change, fold=1 the one after. In a gap the offset before counts for both.
    """
    before, after = (
        int(reading.replace(tzinfo=zone, fold=fold).utcoffset().total_seconds()) for fold in (0, 1)
    )
    wall = int((reading.replace(tzinfo=UTC) - EPOCH).total_seconds())
    return wall - before, wall - (after if before > after else before)


def compare(source: str, command: list[str], expected_release: str) -> int:
    """Compares one dump and returns how many instants were compared."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    kind, release = lines[0].split()
    assert kind == "R" and release == expected_release, f"{source} is {release}, tzdata is {expected_release}"
    zones: dict[str, zoneinfo.ZoneInfo] = {}
    changes: dict[str, list[tuple[int, int, int]]] = {}
    counts = {"T": 0, "U": 0, "L": 0}
    wrong: list[str] = []
    for line in lines[1:]:
        kind, name, *rest = line.split()
        if name not in zones:
            if name in NOT_ZONES:
                continue
            zones[name] = zoneinfo.ZoneInfo(name)
            changes[name] = []
        zone = zones[name]
        counts[kind] += 1
        if kind == "U":
            ours = int(rest[1])
            theirs = offset_at(zone, int(rest[0]))
        elif kind == "L":
            ours = (int(rest[1]), int(rest[2]))
            theirs = edges(zone, datetime.fromisoformat(rest[0]))
        else:
            at, before, after = map(int, rest)
            changes[name].append((at, before, after))
            ours = (before, after)
            theirs = (offset_at(zone, at - 1), offset_at(zone, at))
        if ours != theirs:
            wrong.append(f"{line}: zoneinfo says {theirs}")
    names = zoneinfo.available_timezones() - NOT_ZONES
    wrong += [f"only one side knows {name}" for name in sorted(names ^ zones.keys())]
    days = 0
    for name, zone in zones.items():
        missing, looked = missing_changes(zone, changes[name])
        wrong += [f"{name}: a change of offset before {at} is missing" for at in missing]
        days += looked
    total = sum(counts.values()) + days
    print(
        f"{source} {release}: {len(zones)} zones, {counts['T']} changes, {counts['U']} instants, "
        f"{counts['L']} readings, {days} days looked through: {total} compared, {len(wrong)} wrong"
    )
    for line in wrong[:20]:
        print("  ", line)
    if wrong:
        raise SystemExit(1)
    return total


def missing_changes(zone: zoneinfo.ZoneInfo, changes: list[tuple[int, int, int]]) -> tuple[list[int], int]:
    """Days on which zoneinfo has an offset that the listed changes do not lead to, and how many were looked at."""
    first = int((datetime(FIRST, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
    end = int((datetime(AFTER, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
    offset = offset_at(zone, first)
    missing, looked, index = [], 0, 0
    for at in range(first, end, DAY):
        while index < len(changes) and changes[index][0] <= at:
            offset = changes[index][2]
            index += 1
        looked += 1
        if offset_at(zone, at) != offset:
            missing.append(at)
            offset = offset_at(zone, at)
    return missing, looked


def main() -> None:
    (dump,) = sys.argv[1:]
    folder = Path(str(importlib.resources.files("tzdata") / "zoneinfo"))
    zoneinfo.reset_tzpath(to=[str(folder)])
    release = tzdata.IANA_VERSION
    total = compare("bundled", [dump, "bundled", str(FIRST), str(AFTER)], release)
    total += compare("tzdata's folder", [dump, str(folder), str(FIRST), str(AFTER)], release)
    assert total >= 1_000_000, total
    print(f"{total} compared in all")


if __name__ == "__main__":
    main()
