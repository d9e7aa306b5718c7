"""A running engine is copied, and an engine goes on from the copy; blocking and with asyncio."""

import asyncio
import threading
from pathlib import Path

import pytest
import sunline
import sunline.aio
from sunline.backups import restore
from sunline.journal import recover, replay

SHOP = {
    "name": "shop",
    "channels": [{"name": "voice"}],
    "queues": [{"name": "bills"}],
    "agents": [{"name": "ann"}],
}


def test_a_copy_has_what_was_acknowledged_while_others_go_on(tmp_path: Path) -> None:
    over = threading.Event()
    with sunline.Engine(SHOP, store=sunline.Durable(path=tmp_path / "journal")) as engine:

        def write() -> None:
            number = 0
            while not over.is_set():
                engine.submit(f"w{number}", "bills")
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        receipt = engine.submit("c1", "bills")
        backup = engine.backup(tmp_path / "copy")
        over.set()
        writer.join()
        assert backup.last_seq >= receipt.seq
    state = replay(tmp_path / "copy").state_hash
    assert recover(tmp_path / "copy").state_hash == state
    assert recover(tmp_path / "copy").last_seq == backup.last_seq
    assert restore(tmp_path / "copy", tmp_path / "place").last_seq == backup.last_seq
    assert recover(tmp_path / "place").state_hash == state
    with sunline.Engine(None, store=sunline.Durable(path=tmp_path / "place")) as engine:
        assert engine.submit("c2", "bills").seq > backup.last_seq


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    with sunline.Engine(SHOP, store=sunline.Durable(path=tmp_path / "journal")) as engine:
        with pytest.raises(sunline.JournalError) as refused:
            engine.backup(tmp_path)
        assert refused.value.code == "exists"
    with sunline.Engine(SHOP) as engine:
        with pytest.raises(sunline.JournalError) as refused:
            engine.backup(tmp_path / "copy")
        assert refused.value.code == "no_journal"
    with pytest.raises(sunline.JournalError) as refused:
        restore(tmp_path / "nowhere", tmp_path / "copy")
    assert refused.value.code == "empty"
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "unfinished").touch()
    with pytest.raises(sunline.JournalError) as refused:
        restore(tmp_path / "cut", tmp_path / "copy")
    assert refused.value.code == "unfinished"
    assert not (tmp_path / "copy").exists()


def test_the_loop_goes_on_meanwhile(tmp_path: Path) -> None:
    async def story() -> None:
        store = sunline.Durable(path=tmp_path / "journal")
        async with sunline.aio.Engine(SHOP, store=store) as engine:
            receipt = await engine.submit("c1", "bills")
            backup, later = await asyncio.gather(
                engine.backup(tmp_path / "copy"), engine.submit("c2", "bills")
            )
            assert later.seq > receipt.seq
            assert backup.last_seq >= receipt.seq

    asyncio.run(story())
    assert replay(tmp_path / "copy").events >= 2
