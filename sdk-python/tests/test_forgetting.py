"""A customer is forgotten: the files of the new journal say nothing of it, and it replays."""

from pathlib import Path

import pytest
import sunline
from sunline.forgetting import forget
from sunline.journal import recover, replay

SHOP = {"name": "shop", "channels": [{"name": "voice"}], "queues": [{"name": "bills"}]}
KEY, NAME, LETTER = "customer-4711", "Erika-Mustermann", b"Dear-Sirs-my-account"


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_nothing_is_left_and_the_rest_is(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with sunline.Engine(SHOP, store=sunline.Durable(path=old)) as engine:
        erika = sunline.ContactDetails(customer=KEY, attributes={"name": NAME}, payload=LETTER)
        engine.submit("c1", "bills", details=erika)
        engine.submit("c2", "bills", details=sunline.ContactDetails(customer="customer-0815"))
    with pytest.raises(sunline.JournalError) as refused:
        forget(old, new, KEY)
    assert (refused.value.code, refused.value.contact) == ("still_inside", "c1")
    assert not new.exists()
    with sunline.Engine(None, store=sunline.Durable(path=old)) as engine:
        engine.withdraw("c1")
    done = forget(old, new, KEY)
    assert (done.placeholder, done.contacts) == ("forgotten-1", 1)
    for secret in (KEY.encode(), NAME.encode(), LETTER):
        assert secret in contents(old)
        assert secret not in contents(new)
    assert b"customer-0815" in contents(new)
    assert replay(new).state_hash == recover(new).state_hash
    assert (recover(new).last_seq, done.last_seq) == (recover(old).last_seq, recover(old).last_seq)
    with pytest.raises(sunline.JournalError) as refused:
        forget(new, tmp_path / "newer", KEY)
    assert refused.value.code == "unknown_customer"
