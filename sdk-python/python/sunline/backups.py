"""Copies of a journal: `Engine.backup` makes one while commands go on, `restore` brings it to another place.

>>> import tempfile
>>> from pathlib import Path
>>> import sunline
>>> from sunline.backups import restore
>>> shop = {"name": "shop", "channels": [{"name": "voice"}], "queues": [{"name": "bills"}]}
>>> home = Path(tempfile.mkdtemp())
>>> with sunline.Engine(shop, store=sunline.Durable(path=home / "journal")) as engine:
...     receipt = engine.submit("c1", "bills")
...     backup = engine.backup(home / "monday")
>>> restore(home / "monday", home / "again") == backup
True
"""

import os
from dataclasses import dataclass

from sunline import _native
from sunline.ids import Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What is in a copy of a journal."""

    frames: int  #: Group commits in it.
    last_seq: Seq  #: The last event.
    snapshot: Seq | None  #: Last event of the snapshot in it; `None`: it is folded from the beginning.


def read_backup(native: tuple[int, int, int | None]) -> Backup:
    """A copy as the engine tells of it."""
    frames, last_seq, snapshot = native
    return Backup(frames=frames, last_seq=Seq(last_seq), snapshot=None if snapshot is None else Seq(snapshot))


def restore(backup: str | os.PathLike[str], to: str | os.PathLike[str]) -> Backup:
    """Copies a backup to the directory `to`, which must not be there. The backup stays as it is.

    Raises `JournalError` with code `exists`, `unfinished` where the backup was cut short, `empty` where there is none.
    """
    return read_backup(_native.restore(os.fspath(backup), os.fspath(to)))


__all__ = ["Backup", "read_backup", "restore"]
