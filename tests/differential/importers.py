"""Asks the Python libraries what imported rules mean and writes it down for the Rust tests.

    python -m venv .venv && .venv/bin/pip install -r tests/differential/requirements.txt
    .venv/bin/python tests/differential/importers.py          # writes tests/golden/calendar_importers.json
    .venv/bin/python tests/differential/importers.py --check  # fails when the file would change

The corpus is corpus.toml, and 600 recurrence rules drawn with a fixed seed; some of those never come, and python-dateutil
looks for them up to the year 9999, which takes minutes. opening-hours-py evaluates OpenStreetMap
expressions (it shares its evaluator with our importer, so most are checked a second time as rules of python-dateutil);
recurring-ical-events evaluates iCalendar files; python-dateutil the drawn rules; csv the holiday lists. The libraries
give wall times; this script turns them into instants by the rules of sunline-calendar, with zoneinfo. For one thing it
does not ask them: hours in a DURATION elapse (RFC 5545, 3.3.6), where recurring-ical-events adds them by the clock.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sys
import tomllib
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import icalendar
import opening_hours
import recurring_ical_events
from dateutil.rrule import rrulestr

from zones import EPOCH, edges

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden" / "calendar_importers.json"
SEED = 20260101
DRAWN = 600
HORIZON = datetime(2034, 1, 1)

Interval = tuple[int, int]


def unix(day: date) -> int:
    return int((datetime.combine(day, time(), UTC) - EPOCH).total_seconds())


def joined(intervals: list[Interval], window: Interval) -> list[Interval]:
    """Sorted, joined and cut to the window."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        start, end = max(start, window[0]), min(end, window[1])
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def placed(spans: list[tuple[datetime, datetime]], zone: zoneinfo.ZoneInfo) -> list[Interval]:
    return [(edges(zone, start)[0], edges(zone, end)[1]) for start, end in spans]


def osm(case: dict) -> dict:
    zone = zoneinfo.ZoneInfo(case["zone"])
    window = (unix(case["from"]), unix(case["until"]))
    first = datetime.combine(case["from"], time()) - timedelta(days=3)
    last = datetime.combine(case["until"], time()) + timedelta(days=3)
    states = opening_hours.OpeningHours(case["text"]).intervals(first, last)
    spans = [(start, end) for start, end, state, _ in states if state == opening_hours.State.OPEN]
    intervals = joined(placed(spans, zone), window)
    if "rules" in case:
        again = []
        for rule, start, minutes in case["rules"]:
            for begin in rrulestr(rule, dtstart=datetime.fromisoformat(start)).between(first, last, inc=True):
                again.append((begin, begin + timedelta(minutes=minutes)))
        same = joined(placed(again, zone), window)
        assert same == intervals, f"{case['name']}: dateutil {same} and opening-hours {intervals}"
    assert intervals, case["name"]
    return {
        "name": case["name"],
        "zone": case["zone"],
        "window": window,
        "text": case["text"],
        "twice": "rules" in case,
        "intervals": intervals,
    }


def duration_of(text: str) -> tuple[int, int]:
    """Days by the clock and seconds that elapse."""
    weeks, days, hours, minutes, seconds = (
        int(part or 0)
        for part in re.fullmatch(
            r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text
        ).groups()
    )
    return weeks * 7 + days, hours * 3600 + minutes * 60 + seconds


def ical(case: dict) -> dict:
    lines = case["text"].strip("\n").split("\n")
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:corpus", *lines, "END:VCALENDAR", ""])
    window = (unix(case["from"]), unix(case["until"]))
    calendar = icalendar.Calendar.from_ical(text)
    durations = {
        str(event["UID"]): duration_of(event["DURATION"].to_ical().decode())
        for event in calendar.walk("VEVENT")
        if "DURATION" in event
    }
    found = recurring_ical_events.of(calendar).between(
        case["from"] - timedelta(days=3), case["until"] + timedelta(days=3)
    )
    intervals = []
    for event in found:
        start, zone = wall(event.start, case["zone"])
        end, _ = wall(event.end, case["zone"])
        until = edges(zone, end)[1]
        if str(event["UID"]) in durations:
            days, elapsed = durations[str(event["UID"])]
            opened = edges(zone, start)[0]
            until = (edges(zone, start + timedelta(days=days))[1] if days else opened) + elapsed
        interval = (edges(zone, start)[0], until)
        if interval[0] < interval[1] and interval[0] < window[1] and window[0] < interval[1]:
            intervals.append(interval)
    assert intervals, case["name"]
    return {
        "name": case["name"],
        "zone": case["zone"],
        "window": window,
        "text": text,
        "intervals": sorted(intervals),
    }


def wall(when: date | datetime, local: str) -> tuple[datetime, zoneinfo.ZoneInfo]:
    """A date, or a time with or without zone, as a reading and the zone whose clock shows it."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time()), zoneinfo.ZoneInfo(local)
    if when.tzinfo is None:
        return when, zoneinfo.ZoneInfo(local)
    name = getattr(when.tzinfo, "key", None) or "UTC"
    return when.replace(tzinfo=None, fold=0), zoneinfo.ZoneInfo(name)


def drawn_rule(draw: random.Random) -> tuple[str, datetime]:
    """One recurrence rule and the start of its series."""
    start = datetime(draw.randint(2018, 2027), draw.randint(1, 12), draw.randint(1, 28), draw.randint(0, 23), 30)
    frequency = draw.choice(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"])
    parts = [f"FREQ={frequency}"]

    def some(numbers: list[int], most: int) -> str:
        return ",".join(str(n) for n in draw.sample(numbers, draw.randint(1, most)))

    def chance(share: float) -> bool:
        return draw.random() < share

    if chance(0.5):
        parts.append(f"INTERVAL={draw.choice([1, 2, 3, 4, 6, 13])}")
    if chance(0.3):
        parts.append(f"BYMONTH={some(list(range(1, 13)), 4)}")
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    # Weeks by their number only without WKST and counted days, as both sides read them.
    by_week = frequency == "YEARLY" and chance(0.15)
    if by_week:
        parts.append(f"BYWEEKNO={some([*range(2, 52), -2, -10], 3)}")
    if chance(0.5):
        counted = frequency in ("YEARLY", "MONTHLY") and not by_week and chance(0.5)
        names = draw.sample(days, draw.randint(1, 4))
        if counted:
            names = [f"{draw.choice([1, 2, 3, 4, 5, -1, -2])}{name}" for name in names]
        parts.append(f"BYDAY={','.join(names)}")
    elif frequency != "WEEKLY" and not by_week and chance(0.5):
        parts.append(f"BYMONTHDAY={some([*range(1, 32), -1, -2, -15, -31], 4)}")
    elif frequency == "YEARLY" and not by_week and chance(0.5):
        parts.append(f"BYYEARDAY={some([1, 59, 60, 100, 200, 365, 366, -1, -60, -366], 4)}")
    if chance(0.2):
        parts.append(f"BYHOUR={some(list(range(24)), 3)}")
    if chance(0.1):
        parts.append(f"BYMINUTE={some([0, 15, 45], 2)}")
    if frequency != "WEEKLY" and any(p.startswith("BY") for p in parts) and chance(0.2):
        parts.append(f"BYSETPOS={some([1, 2, 3, -1, -2], 2)}")
    if not by_week and chance(0.2):
        parts.append(f"WKST={draw.choice(days)}")
    end = draw.random()
    if end < 0.4:
        parts.append(f"COUNT={draw.randint(1, 60)}")
    elif end < 0.7:
        until = start + timedelta(days=draw.randint(0, 2500))
        parts.append(f"UNTIL={until:%Y%m%dT%H%M%SZ}")
    return ";".join(parts), start


def rules() -> list[dict]:
    draw = random.Random(SEED)
    result = []
    while len(result) < DRAWN:
        rule, start = drawn_rule(draw)
        # The series is naive here, and its end with it.
        found = rrulestr(re.sub(r"(UNTIL=\w+)Z", r"\1", rule), dtstart=start)
        starts = [f"{at:%Y%m%dT%H%M%S}" for at in found.between(start, HORIZON, inc=True) if at < HORIZON]
        digest = 0xCBF29CE484222325
        for byte in "\n".join(starts).encode():
            digest = (digest ^ byte) * 0x100000001B3 & 0xFFFF_FFFF_FFFF_FFFF
        result.append(
            {
                "rule": rule,
                "start": f"{start:%Y%m%dT%H%M%S}",
                "count": len(starts),
                "first": starts[:3],
                "last": starts[-1:],
                "digest": f"{digest:016x}",
            }
        )
    return result


def holidays(case: dict) -> dict:
    text = case["text"].lstrip("\n")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return {"name": case["name"], "text": text, "days": {day: name for day, name in rows}}


def main() -> None:
    corpus = tomllib.loads((HERE / "corpus.toml").read_text(encoding="utf-8"))
    golden = {
        "osm": [osm(case) for case in corpus["osm"]],
        "ical": [ical(case) for case in corpus["ical"]],
        "holidays": [holidays(case) for case in corpus["holidays"]],
        "horizon": int((HORIZON.replace(tzinfo=UTC) - EPOCH).total_seconds()),
        "rules": rules(),
    }
    lines = json.dumps(golden, ensure_ascii=False, indent=1)
    # A pair of numbers on one line each.
    lines = re.sub(r"\[\s+(-?\d+),\s+(-?\d+)\s+\]", r"[\1, \2]", lines) + "\n"
    filled = sum(1 for case in golden["rules"] if case["count"])
    print(
        f"{len(golden['osm'])} expressions ({sum(c['twice'] for c in golden['osm'])} checked twice), "
        f"{len(golden['ical'])} files, {len(golden['rules'])} rules ({filled} with occurrences, "
        f"{sum(c['count'] for c in golden['rules'])} of them)"
    )
    if "--check" in sys.argv[1:]:
        assert GOLDEN.read_text(encoding="utf-8") == lines, f"{GOLDEN.name} would change"
    else:
        GOLDEN.write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
