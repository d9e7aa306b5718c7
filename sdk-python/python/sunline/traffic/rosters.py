"""Rosters with gaps: absence, shrinkage, an outage."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from sunline import _native
from sunline.errors import InvalidArgument
from sunline.simulation.scenario import Shift

Shifts = Mapping[str, Sequence[Shift]]


def absent(shifts: Shifts, share: float, *, seed: int, replication: int = 0) -> dict[str, tuple[Shift, ...]]:
    """The shifts without those that nobody keeps: each is missed with this chance, by agent and number of the shift."""
    _share(share, "share")
    kept = {}
    for place, (agent, own) in enumerate(sorted(shifts.items())):
        luck = np.frombuffer(_native.uniforms(seed, replication, "attendance", place, len(own)), dtype="f8")
        kept[agent] = tuple(shift for shift, one in zip(own, luck, strict=True) if one >= share)
    return kept


def shrunk(
    shifts: Shifts,
    share: float,
    *,
    length: timedelta = timedelta(minutes=15),
    seed: int,
    replication: int = 0,
) -> dict[str, tuple[Shift, ...]]:
    """The shifts with gaps of `length` that take this share of each: breaks, training, questions.

    Gaps are spread evenly; where in its part of the shift each lies is by chance.
    """
    _share(share, "share")
    kept = {}
    for place, (agent, own) in enumerate(sorted(shifts.items())):
        left: list[Shift] = []
        for number, shift in enumerate(own):
            gaps = round(share * ((shift.until - shift.since) / length))
            group = (place << 20) + number
            luck = np.frombuffer(_native.uniforms(seed, replication, "attendance", group, gaps), dtype="f8")
            since = shift.since
            part = (shift.until - shift.since) / max(gaps, 1)
            for gap, one in enumerate(luck.tolist()):
                begins = shift.since + gap * part + (part - length) * one
                if begins > since:
                    left.append(Shift(since=since, until=begins))
                since = begins + length
            if shift.until > since:
                left.append(Shift(since=since, until=shift.until))
        kept[agent] = tuple(left)
    return kept


def outage(
    shifts: Shifts, since: datetime, until: datetime, *, agents: Collection[str] | None = None
) -> dict[str, tuple[Shift, ...]]:
    """The shifts without a stretch in which these agents (`None`: all) can do nothing: a line, a site, a system down.

    Conversations under way are finished, as at the end of a shift.
    """
    kept = {}
    for agent, own in shifts.items():
        if agents is not None and agent not in agents:
            kept[agent] = tuple(own)
            continue
        parts = [
            Shift(since=one, until=other)
            for shift in own
            for one, other in ((shift.since, min(shift.until, since)), (max(shift.since, until), shift.until))
        ]
        kept[agent] = tuple(part for part in parts if part.until > part.since)
    return kept


def _share(share: float, argument: str) -> None:
    if not 0.0 <= share <= 1.0:
        raise InvalidArgument(
            f"a share lies from 0 to 1, not at {share}", code="out_of_range", argument=argument
        )


__all__ = ["absent", "outage", "shrunk"]
