"""Journals on disk: they come back as they were, and damage is told with its place."""

import subprocess
import sys
from pathlib import Path

import pytest
import sunline
from sunline import events, ids

from tests.conftest import SHOP

#: Bytes that stand in the journal as they are, so that a test can find the place to damage.
NEEDLE = b"this-customer-is-easy-to-find"

#: A process that leaves without closing its engine, as a crash would.
CRASH = f"""
import os, sys
import sunline
engine = sunline.Engine({SHOP!r}, store=sunline.Durable(path=sys.argv[1]))
for number in range(20):
    payload = {NEEDLE!r} + b"%02d" % number
    engine.submit(number, "orders", details=sunline.ContactDetails(payload=payload))
print(engine.state_hash(), flush=True)
os._exit(0)
"""


def crashed(path: Path) -> str:
    """A journal of 24 events and more whose process crashed; the hash of its last state."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def damage(path: Path, needle: bytes) -> None:
    """Flips a bit of these bytes wherever they stand."""
    places = 0
    for file in path.rglob("*"):
        if file.is_file():
            content = bytearray(file.read_bytes())
            at = content.find(needle)
            while at >= 0:
                content[at] ^= 0x20
                places += 1
                at = content.find(needle)
            file.write_bytes(content)
    assert places > 0, "the bytes stand in the journal"


def test_what_was_acknowledged_is_there_after_a_crash(tmp_path: Path) -> None:
    state = crashed(tmp_path)
    replayed = sunline.replay(tmp_path)
    assert replayed.state_hash == state
    assert replayed.folded == 0
    recovered = sunline.recover(tmp_path)
    assert (recovered.state_hash, recovered.torn, recovered.last_seq) == (state, None, replayed.events)
    with sunline.Engine(None, store=sunline.Durable(path=tmp_path)) as engine:
        assert engine.views().queues[engine.queue_id("orders")].inside == 20
        assert engine.contact(19) is not None


def test_events_are_read_from_the_journal_as_they_were_told(tmp_path: Path) -> None:
    with sunline.Engine(SHOP, store=sunline.Durable(path=tmp_path)) as engine:
        engine.set_presence("bob", sunline.AVAILABLE)
        for number in range(5):
            engine.submit(number, "orders")
        told = engine.events(1).read(timeout=0)
    assert list(sunline.read_journal(tmp_path)) == told
    assert list(sunline.read_journal(tmp_path, from_seq=4)) == told[3:]
    assert list(sunline.read_journal(tmp_path, from_seq=1000)) == []
    with sunline.Engine(None, store=sunline.Durable(path=tmp_path)) as engine:
        resumed = engine.events(len(told) + 1)
        engine.submit("later", "orders")
        seen = [event for event in resumed.read(timeout=5) if isinstance(event, events.ContactArrived)]
        assert [event.contact for event in seen] in ([], [ids.ContactId("later")])
        assert resumed.position > len(told)


def test_a_second_process_finds_the_journal_locked(tmp_path: Path) -> None:
    other = f"""
import sys
import sunline
for call in (
    lambda path: sunline.Engine({SHOP!r}, store=sunline.Durable(path=path)),
    sunline.replay,
    sunline.recover,
    lambda path: list(sunline.read_journal(path)),
):
    try:
        call(sys.argv[1])
    except sunline.JournalLocked as refused:
        print(type(refused).__name__, refused.code, refused.path == sys.argv[1])
"""
    with sunline.Engine(SHOP, store=sunline.Durable(path=tmp_path)) as engine:
        engine.submit("c1", "orders")
        before = engine.state_hash()
        done = subprocess.run(
            [sys.executable, "-c", other, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines() == ["JournalLocked locked True"] * 4
        assert engine.state_hash() == before
        engine.submit("c2", "orders")


def test_a_damaged_middle_names_its_place(tmp_path: Path) -> None:
    with sunline.Engine(SHOP, store=sunline.Durable(path=tmp_path)) as engine:
        for number in range(5):
            payload = NEEDLE + b"%02d" % number
            engine.submit(number, "orders", details=sunline.ContactDetails(payload=payload))
    damage(tmp_path, NEEDLE + b"01")
    for call in (
        lambda: sunline.replay(tmp_path),
        lambda: list(sunline.read_journal(tmp_path)),
    ):
        with pytest.raises(sunline.JournalCorrupt) as refused:
            call()
        assert (refused.value.code, refused.value.path) == ("corrupt", str(tmp_path))
        assert refused.value.frame is not None
        assert refused.value.byte is not None
        assert f"frame {refused.value.frame}" in str(refused.value)


def test_a_damaged_journal_starts_no_engine(tmp_path: Path) -> None:
    crashed(tmp_path)
    damage(tmp_path, NEEDLE + b"03")
    with pytest.raises(sunline.JournalCorrupt) as refused:
        sunline.Engine(None, store=sunline.Durable(path=tmp_path))
    assert refused.value.code in {"corrupt", "damaged"}
    assert refused.value.path is not None


def test_a_last_record_that_did_not_reach_the_disk_whole_is_left_out(tmp_path: Path) -> None:
    crashed(tmp_path)
    damage(tmp_path, NEEDLE + b"19")
    recovered = sunline.recover(tmp_path)
    assert recovered.last_seq == 22, "all but the last of 23 events"
    with sunline.Engine(None, store=sunline.Durable(path=tmp_path)) as engine:
        assert engine.views().queues[engine.queue_id("orders")].inside == 19
        assert engine.contact(19) is None
        engine.submit(19, "orders")


def test_a_truncated_journal_is_damaged(tmp_path: Path) -> None:
    crashed(tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file() and NEEDLE in file.read_bytes()]
    assert files, "the journal's frames stand in a file"
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 3])
    with pytest.raises(sunline.JournalError) as refused:
        sunline.Engine(None, store=sunline.Durable(path=tmp_path))
    assert refused.value.code in {"damaged", "corrupt"}
    assert isinstance(refused.value, sunline.JournalCorrupt)
    with pytest.raises(sunline.JournalCorrupt):
        sunline.replay(tmp_path)


def test_where_there_is_no_journal_none_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nothing"
    for call in (
        lambda: sunline.replay(nowhere),
        lambda: sunline.recover(nowhere),
        lambda: list(sunline.read_journal(nowhere)),
        lambda: sunline.Engine(None, store=sunline.Durable(path=nowhere)),
    ):
        with pytest.raises(sunline.JournalError) as refused:
            call()
        assert (refused.value.code, refused.value.path) == ("not_found", str(nowhere))
    assert not nowhere.exists()


def test_a_journal_goes_on_under_its_own_configuration_only(tmp_path: Path) -> None:
    with sunline.Engine(SHOP, store=sunline.Durable(path=tmp_path)) as engine:
        engine.submit("c1", "orders")
    other = SHOP.replace('name = "shop"', 'name = "kiosk"')
    with pytest.raises(sunline.JournalError) as refused:
        sunline.Engine(other, store=sunline.Durable(path=tmp_path))
    assert (refused.value.code, refused.value.found) == ("other_config", "shop")
    with pytest.raises(sunline.InvalidArgument) as missing:
        sunline.Engine(None)
    assert missing.value.code == "no_config"
