"""What an agent wants to be."""

from dataclasses import dataclass
from enum import StrEnum


class PresenceState(StrEnum):
    """The kinds of presence."""

    OFFLINE = "offline"  #: Signed out.
    AVAILABLE = "available"  #: Ready for work.
    BREAK = "break"  #: Signed in, and not ready.


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What an agent asked to be. It takes no new work unless available; work in progress goes on."""

    state: PresenceState
    reason: str = ""  #: Of a break.

    def __str__(self) -> str:
        return f"{self.state} ({self.reason})" if self.reason else str(self.state)


OFFLINE = Presence(state=PresenceState.OFFLINE)
"""Signed out."""
AVAILABLE = Presence(state=PresenceState.AVAILABLE)
"""Ready for work."""


def on_break(reason: str = "") -> Presence:
    """Signed in, and not ready, for a reason.

    >>> print(on_break("lunch"))
    break (lunch)
    """
    return Presence(state=PresenceState.BREAK, reason=reason)


def read_presence(native: tuple[str, str]) -> Presence:
    """A presence as the engine tells it."""
    state, reason = native
    if state == "available":
        return AVAILABLE
    return OFFLINE if state == "offline" else on_break(reason)


__all__ = ["AVAILABLE", "OFFLINE", "Presence", "PresenceState", "on_break"]
