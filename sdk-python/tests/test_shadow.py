"""Another version decides beside the engine, and does nothing."""

import asyncio

import pytest
import sunline
import sunline.aio
from sunline.shadow import ShadowCounts

from tests.conftest import NINE

SHOP = """
name = "shop"
channels = [{ name = "voice" }]
skills = [{ name = "french" }]
queues = [{ name = "bills" }, { name = "orders" }]
agents = [{ name = "ann", skills = { french = 3 } }, { name = "bob", skills = { french = 7 } }]
"""
STRICTER = SHOP.replace('{ name = "bills" }', '{ name = "bills", requires = "french >= 5" }')


def test_a_version_says_whom_it_would_have_asked() -> None:
    with sunline.Engine(SHOP, store=sunline.Memory(), clock=sunline.Manual(start=NINE)) as engine:
        for agent in ("ann", "bob"):
            engine.set_presence(agent, sunline.AVAILABLE)
        shadow = engine.shadow(STRICTER)
        receipt = engine.submit("c1", "bills")
        report = shadow.wait_for(receipt.seq, timeout=20)
        assert report.queues[0] == ShadowCounts(same=0, other=1, nobody=0, sooner=0, not_compared=0)
        [difference] = report.differences
        assert (difference.contact, difference.agent, difference.asked) == ("c1", 0, 1)
        assert (difference.at, difference.given) == (NINE, None)
        # The engine has done nothing of it, and the comparison ends with the version.
        seen = engine.contact("c1")
        assert seen is not None
        assert len(seen.offers) == 1
        changed = engine.reconfigure(STRICTER)
        assert shadow.wait_for(changed.seq, timeout=20).ended is not None
        shadow.stop()
        shadow.stop()
        assert shadow.report().total.other == 1


def test_what_may_not_come_into_force_may_not_run_beside() -> None:
    with sunline.Engine(SHOP, store=sunline.Memory()) as engine:
        with pytest.raises(sunline.CommandRefused) as refused:
            engine.shadow(SHOP.replace('{ name = "voice" }', '{ name = "voice", cost = 2 }'))
        assert (refused.value.code, refused.value.path) == ("fixed_setting", "channels[voice].cost")
        shadow = engine.shadow(STRICTER)
        with pytest.raises(sunline.EngineUnavailable) as waited:
            shadow.wait_for(1_000_000, timeout=0.01)
        assert (waited.value.code, waited.value.waited_s) == ("timed_out", 0.01)


def test_the_same_from_asyncio() -> None:
    async def agrees() -> ShadowCounts:
        async with sunline.aio.Engine(SHOP, store=sunline.Memory()) as engine:
            await engine.set_presence("ann", sunline.AVAILABLE)
            with await engine.shadow(SHOP) as shadow:
                receipt = await engine.submit("c1", "bills")
                report = await asyncio.to_thread(shadow.wait_for, receipt.seq, timeout=20)
                return report.total

    assert asyncio.run(agrees()) == ShadowCounts(same=1, other=0, nobody=0, sooner=0, not_compared=0)
