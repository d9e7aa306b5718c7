"""Forgetting a customer: a journal is written anew, with nothing in it that says who that was.

>>> import tempfile
>>> from pathlib import Path
>>> import sunline
>>> from sunline.forgetting import forget
>>> shop = {"name": "shop", "channels": [{"name": "voice"}], "queues": [{"name": "bills"}]}
>>> home = Path(tempfile.mkdtemp())
>>> with sunline.Engine(shop, store=sunline.Durable(path=home / "journal")) as engine:
...     receipt = engine.submit("c1", "bills", details=sunline.ContactDetails(customer="eve"))
...     receipt = engine.withdraw("c1")
>>> forget(home / "journal", home / "new", "eve").placeholder
'forgotten-1'
"""

import os
from dataclasses import dataclass

from sunline import _native
from sunline.ids import Seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A journal without a customer."""

    placeholder: str  #: What stands in place of the customer's key.
    contacts: int  #: Contacts of the customer.
    frames: int  #: Group commits in the new journal.
    last_seq: Seq  #: The last event; the same as before.


def forget(journal: str | os.PathLike[str], to: str | os.PathLike[str], customer: str) -> Forgotten:
    """Writes a journal that no engine has open anew to the directory `to`, which must not be there, without a customer.

    The customer's key becomes a placeholder, and its contacts lose payload, tags and attributes. Everything is decided
    again on the way and must come out the same. The old journal stays as it is: remove it, and its backups.

    Raises `JournalError` with code `still_inside` and the contact when one of the customer has not ended,
    `unknown_customer` when nothing names it, `exists`, `full`; then nothing is left at `to`.
    """
    placeholder, contacts, frames, last_seq = _native.forget(os.fspath(journal), os.fspath(to), customer)
    return Forgotten(placeholder=placeholder, contacts=contacts, frames=frames, last_seq=Seq(last_seq))


__all__ = ["Forgotten", "forget"]
