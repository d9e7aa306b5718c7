"""A run by intervals: what came in each, and how it went. Needs numpy."""

from datetime import UTC, datetime, timedelta

from sunline._optional import need
from sunline._tabular import counts, durations_s, labelled, made, moments, numbers, shares
from sunline.errors import InvalidArgument
from sunline.simulation.result import Result
from sunline.tables import Table

need("numpy", "a table of intervals", "numpy")

import numpy as np  # noqa: E402 - only with numpy

from sunline.fitting._local import Ints, local, zone_of  # noqa: E402

#: Length of an interval at most; a day divides into whole ones.
_DAY = timedelta(days=1)


def interval_table(result: Result, length: timedelta, zone: str) -> Table:
    """One row a queue and interval from the first arrival to the last end, by instant of arrival."""
    if not timedelta(minutes=1) <= length <= _DAY or _DAY % length:
        raise InvalidArgument(
            f"a day is no whole number of intervals of {length}; take 15, 30 or 60 minutes",
            code="out_of_range",
            argument="length",
        )
    where = zone_of(zone)
    contacts = result.contacts
    arrived = contacts.to_numpy("arrived_at").astype("i8")
    waited = contacts.to_numpy("waited").astype("i8")
    talked = contacts.to_numpy("talked").astype("i8")
    outcome = contacts.to_numpy("outcome")
    queue, names = contacts.codes("queue"), contacts.labels("queue")
    step = round(length.total_seconds() * 1e9)
    first, last, origin = 0, -1, 0
    if len(arrived):
        # Arrivals need not be in order of their rows, which lie in order of their end.
        earliest = int(arrived.min())
        _, second = local(np.array([earliest]), where)
        origin = earliest - round(float(second[0]) * 1e9)
        first, last = (earliest - origin) // step, int((arrived + waited + talked).max() - origin) // step
    slots = last - first + 1
    place = np.zeros(0, dtype="i8") if slots <= 0 else (arrived - origin) // step - first
    edges = [] if slots <= 0 else [origin + (first + slot) * step for slot in range(slots + 1)]
    rows: dict[str, list[float]] = {
        key: []
        for key in (
            "arrived",
            "answered",
            "abandoned",
            "other",
            "wait",
            "asa",
            "share",
            "waiting",
            "busy",
            "p90",
        )
    }
    since: list[datetime] = []
    texts: list[str] = []
    for number, name in enumerate(names):
        mine = queue == number
        served, gave_up = mine & (outcome == "served"), mine & (outcome == "abandoned")
        length_of_queue = _mean_inside(arrived[mine], (arrived + waited)[mine], edges)
        talking = _mean_inside((arrived + waited)[served], (arrived + waited + talked)[served], edges)
        for slot in range(slots):
            here = place == slot
            all_here, answered, left = mine & here, served & here, gave_up & here
            since.append(datetime.fromtimestamp(edges[slot] / 1e9, UTC))
            texts.append(name)
            a, b = int(answered.sum()), int(left.sum())
            waits = waited[answered | left] / 1e9
            rows["arrived"].append(int(all_here.sum()))
            rows["answered"].append(a)
            rows["abandoned"].append(b)
            rows["other"].append(int(all_here.sum()) - a - b)
            rows["wait"].append(float(waits.mean()) if a + b else float("nan"))
            rows["p90"].append(float(np.quantile(waits, 0.9)) if a + b else float("nan"))
            rows["asa"].append(float(waited[answered].mean() / 1e9) if a else float("nan"))
            rows["share"].append(b / (a + b) if a + b else float("nan"))
            rows["waiting"].append(length_of_queue[slot])
            rows["busy"].append(talking[slot])
    return made(
        [
            moments("since", "When the interval begins.", since),
            labelled("queue", "Name of the queue.", texts),
            counts(
                "arrived",
                "contacts",
                "Contacts that arrived in the interval.",
                [int(n) for n in rows["arrived"]],
            ),
            counts(
                "answered",
                "contacts",
                "Of these, answered, whenever that was.",
                [int(n) for n in rows["answered"]],
            ),
            counts("abandoned", "contacts", "Of these, gave up.", [int(n) for n in rows["abandoned"]]),
            counts("other", "contacts", "Of these, ended otherwise.", [int(n) for n in rows["other"]]),
            shares("abandonment", "Abandoned ÷ (answered + abandoned).", rows["share"]),
            durations_s("asa", "Mean wait of the answered.", rows["asa"]),
            durations_s("mean_wait", "Mean wait of all who were answered or gave up.", rows["wait"]),
            durations_s("p90_wait", "The wait that nine tenths of them did not exceed.", rows["p90"]),
            numbers("mean_waiting", "contacts", "Mean number waiting during the interval.", rows["waiting"]),
            numbers(
                "mean_talking", "contacts", "Mean number in conversation during the interval.", rows["busy"]
            ),
        ]
    )


def _mean_inside(since: Ints, until: Ints, edges: list[int]) -> list[float]:
    """Mean number of stretches that cover an instant, in each interval between edges."""
    if len(edges) < 2:
        return []
    begun, ended = np.sort(since), np.sort(until)
    begun_sum = np.concatenate(([0.0], np.cumsum((begun - edges[0]) / 1e9)))
    ended_sum = np.concatenate(([0.0], np.cumsum((ended - edges[0]) / 1e9)))
    at = np.array(edges, dtype="i8")
    relative = (at - edges[0]) / 1e9
    n, m = np.searchsorted(begun, at), np.searchsorted(ended, at)
    # Time covered before each edge: of those begun, less of those ended.
    covered = n * relative - begun_sum[n] - (m * relative - ended_sum[m])
    return [float(x) for x in np.diff(covered) / np.diff(relative)]
