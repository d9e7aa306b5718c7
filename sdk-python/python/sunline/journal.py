"""Journals without an engine: proving that one replays, repairing one after a crash, reading its events.

No engine may have the journal open meanwhile; all of these raise `JournalLocked` then, `JournalCorrupt` where it is
damaged, with the place, and `JournalError` for anything else that is wrong.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from sunline import _native
from sunline._instants import whole
from sunline.events import Event
from sunline.events.reading import read_event
from sunline.ids import Seq
from sunline.simulation.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A journal whose inputs, decided again, gave the journaled events, byte for byte."""

    frames: int  #: Group commits in it.
    folded: int  #: Of these, the ones that other logic wrote: folded, not decided again.
    events: int
    state_hash: str  #: BLAKE3 of the state at the end, 64 hexadecimal digits.


@dataclass(frozen=True, slots=True, kw_only=True)
class TornFrame:
    """The last record, cut short by a crash while it was written."""

    frame: int  #: Which, from 0.
    byte: int  #: Where it began, in bytes of the whole journal.
    fault: str  #: What was wrong with it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What it took to rebuild the state."""

    snapshot: Seq | None  #: Last event in the snapshot it began from; `None`: from the beginning.
    frames: int  #: Group commits folded after that.
    events: int  #: Events folded after that.
    torn: TornFrame | None  #: What was cut off.
    last_seq: Seq  #: The last event.
    state_hash: str  #: BLAKE3 of the state at the end, 64 hexadecimal digits.


def replay(path: str | os.PathLike[str]) -> Replay:
    """Decides all inputs of a journal again and compares the events, byte for byte.

    Raises `JournalError` with code `diverged` and the event where they differ.
    """
    frames, folded, events, state_hash = _native.replay(os.fspath(path))
    return Replay(frames=frames, folded=folded, events=events, state_hash=state_hash)


def recover(path: str | os.PathLike[str]) -> Recovery:
    """Rebuilds the state of a journal as an engine does when it starts; a torn last record is cut off."""
    snapshot, frames, events, torn, last_seq, state_hash = _native.recover(os.fspath(path))
    return Recovery(
        snapshot=None if snapshot is None else Seq(snapshot),
        frames=frames,
        events=events,
        torn=None if torn is None else TornFrame(frame=torn[0], byte=torn[1], fault=torn[2]),
        last_seq=Seq(last_seq),
        state_hash=state_hash,
    )


def read_journal(path: str | os.PathLike[str], from_seq: int = 1) -> Iterator[Event]:
    """The events of a journal from `from_seq` on, in order. It stays open until the iterator is done or dropped."""
    reader = _native.JournalEvents(os.fspath(path), whole(from_seq, "from_seq"))
    while batch := reader.next_batch(1024):
        for native in batch:
            yield read_event(native)


class History(Result):
    """A journal as the result of a run: the same figures and tables, of what really happened."""

    __slots__ = ("contact_ids",)

    def __init__(self, native: _native.Report, contact_ids: tuple[str, ...]) -> None:
        super().__init__(native)
        #: The ids that the host gave, by the number of the contact.
        self.contact_ids: tuple[str, ...] = contact_ids


def open_journal(path: str | os.PathLike[str]) -> History:
    """The tables of a journal: contacts, decisions, intervals, agents, queues. Proves that it replays on the way.

    Figures cover the whole journal; contacts are numbered in order of arrival, and `History.contact_ids` has their ids.
    """
    native, ids = _native.journal_tables(os.fspath(path))
    return History(native, tuple(ids))


__all__ = ["History", "Recovery", "Replay", "TornFrame", "open_journal", "read_journal", "recover", "replay"]
