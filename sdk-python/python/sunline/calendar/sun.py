"""Follow the sun: the home branch first, a timed spill to any open branch, the partner last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sunline._instants import instant, span


class WhenClosed(StrEnum):
    """What becomes of those who wait when no target is open."""

    KEEP_PLACE = "keep_place"  #: They keep their place until the next opening.
    OFFER_CALLBACK = "offer_callback"  #: They are offered a callback at the next opening of their home.
    CLOSE = "close"  #: They are told that it is closed.


class TargetKind(StrEnum):
    """What a target is."""

    HOME = "home"  #: The home branch.
    BRANCH = "branch"  #: Another branch.
    PARTNER = "partner"  #: The partner.


@dataclass(frozen=True, slots=True, kw_only=True)
class Spill:
    """A target that opens after a delay."""

    branch: str  #: Its calendar.
    after: timedelta  #: How long a contact waits before it may go there, in whole seconds.


@dataclass(frozen=True, slots=True, kw_only=True)
class SunPlan:
    """Where a contact may go, by name of the calendars that say when each is open."""

    home: str  #: First, without delay.
    spill: Sequence[Spill] = ()  #: Other branches, each after its own delay.
    partner: Spill | None = None  #: After every branch.
    look_ahead: timedelta = timedelta(
        0
    )  #: Targets that would open later than this after arrival are left out.
    last_entry: timedelta = timedelta(0)  #: A target takes nobody new in its last so many seconds.
    waiting: WhenClosed = WhenClosed.KEEP_PLACE

    def to_json(self) -> str:
        """The plan as the engine reads it."""
        plan: dict[str, object] = {
            "home": self.home,
            "spill": [_spill(spill) for spill in self.spill],
            "look_ahead_secs": self.look_ahead // timedelta(seconds=1),
            "closing": {
                "last_entry_secs": self.last_entry // timedelta(seconds=1),
                "waiting": self.waiting,
            },
        }
        if self.partner is not None:
            plan["partner"] = _spill(self.partner)
        return json.dumps(plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target, and from when on it may serve."""

    name: str
    kind: TargetKind
    opens_after: timedelta  #: After arrival: its delay, or its opening where that is later.
    takes_until: datetime | None  #: Until when it takes this contact; `None`: beyond the horizon.


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where one contact may go."""

    targets: tuple[Target, ...]  #: In the order in which they open.
    callback_at: datetime | None  #: The next opening of the home, when it is closed at arrival.
    waiting: WhenClosed  #: What becomes of the contact while no target is open.


NativeRoute = tuple[list[tuple[str, str, int, int | None]], int | None, str]
"""A route as the engine tells it."""


def read_route(native: NativeRoute) -> Route:
    """A route from what the engine tells."""
    targets, callback_at, waiting = native
    return Route(
        targets=tuple(
            Target(
                name=name,
                kind=TargetKind(kind),
                opens_after=span(after),
                takes_until=None if until is None else instant(until),
            )
            for name, kind, after, until in targets
        ),
        callback_at=None if callback_at is None else instant(callback_at),
        waiting=WhenClosed(waiting),
    )


def _spill(spill: Spill) -> dict[str, object]:
    return {"branch": spill.branch, "after_secs": spill.after // timedelta(seconds=1)}


__all__ = ["Route", "Spill", "SunPlan", "Target", "TargetKind", "WhenClosed"]
