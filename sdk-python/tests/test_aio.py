"""The live engine under asyncio."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sunline
from sunline import aio, events
from sunline.words import ContactState

from tests.conftest import NINE, SHOP

T = TypeVar("T")


def play(story: Coroutine[object, object, T]) -> T:
    """Runs a story that may not take long."""

    async def timed() -> T:
        async with asyncio.timeout(20):
            return await story

    return asyncio.run(timed(), debug=True)


def shop() -> aio.Engine:
    """The shop at nine in the morning, with a clock that the test moves."""
    return aio.Engine(SHOP, store=sunline.Memory(keep_history=True), clock=sunline.Manual(start=NINE))


def test_one_contact_from_arrival_to_the_end_of_the_wrap_up() -> None:
    async def story() -> list[str]:
        async with shop() as engine, engine.session("ann") as ann:
            await ann.set_presence(sunline.AVAILABLE)
            await engine.submit("c1", "bills")
            offer = await ann.next_offer()
            assert offer is not None
            await engine.advance(timedelta(seconds=3))
            await ann.accept(offer)
            seen = await engine.contact("c1")
            assert seen is not None
            assert seen.state is ContactState.ENGAGED
            await ann.complete("c1")
            await engine.advance_to(NINE + timedelta(minutes=1))
            told = await engine.events(1).read()
            assert (await engine.agent("ann")).work == ()
            assert (await engine.config()).name == "shop"
            assert len(await engine.state_hash()) == 64
            assert engine.views().queues[0].inside == 0
        return [type(event).__name__ for event in told]

    assert play(story())[-5:] == [
        "ContactArrived",
        "OfferIssued",
        "OfferAccepted",
        "ContactEnded",
        "WrapUpEnded",
    ]


def test_every_command_has_its_awaited_form() -> None:
    async def story() -> None:
        async with shop() as engine:
            eve = await engine.register_agent(sunline.AgentSpec(name="eve"))
            await engine.update_agent(sunline.AgentSpec(name="eve", capacity=2))
            await engine.set_presence(eve, sunline.AVAILABLE)
            await engine.submit("c1", "orders")
            await engine.update_contact("c1", points=4)

            async def live() -> sunline.ids.OfferId:
                seen = await engine.contact("c1")
                assert seen is not None
                return seen.offers[0]

            await engine.decline(await live(), eve)
            await engine.advance(timedelta(seconds=60))
            await engine.fail_offer(await live(), sunline.DeliveryFailure.BUSY)
            await engine.advance(timedelta(seconds=30))
            await engine.revoke_offer(await live())
            await engine.accept(await live(), eve)
            await engine.complete("c1")
            await engine.submit("c2", "bills")
            await engine.abandon("c2")
            await engine.submit("c3", "bills")
            await engine.withdraw("c3")
            for refused in (
                engine.connected("c1"),
                engine.connection_failed("c1"),
                engine.finish_wrap_up(eve, "c1"),
                engine.extend_wrap_up(eve, "c1", timedelta(seconds=1)),
            ):
                with pytest.raises(sunline.CommandRefused):
                    await refused

    play(story())


def test_a_thousand_contacts_at_once_are_all_answered() -> None:
    async def story() -> None:
        async with shop() as engine:
            receipts = await asyncio.gather(*(engine.submit(n, "orders") for n in range(1000)))
            assert len({receipt.seq for receipt in receipts}) == 1000
            assert engine.views().queues[1].inside <= 1000
            seen = [event async for event in first_n(engine.events(1), 1003)]
            assert [event.seq for event in seen] == list(range(1, 1004))

    play(story())


async def first_n(stream: aio.EventStream, count: int) -> AsyncIterator[events.Event]:
    """The next so many events."""
    async for event in stream:
        yield event
        count -= 1
        if count == 0:
            return


def test_python_runs_on_the_loops_thread_alone() -> None:
    async def story() -> None:
        async with shop() as engine:
            before = {thread.ident for thread in threading.enumerate()}
            reader = asyncio.create_task(engine.events().read())
            await asyncio.sleep(0.01)
            await engine.submit("c1", "orders")
            assert [type(event) for event in await reader] == [events.ContactArrived]
            assert {thread.ident for thread in threading.enumerate()} == before

    play(story())


def test_a_cancelled_read_loses_no_event() -> None:
    async def story() -> None:
        async with shop() as engine:
            stream = engine.events()
            seen: list[events.Event] = []
            for number in range(50):
                reading = asyncio.create_task(stream.read(1))
                await asyncio.sleep(0)
                submitted = asyncio.create_task(engine.submit(number, "orders"))
                if number % 2:
                    await submitted
                reading.cancel()
                # It may have read by now; then that is not lost either.
                with suppress(asyncio.CancelledError):
                    seen += await reading
                await submitted
            while len(seen) < 50:
                seen += await stream.read()
            arrived = [event.contact for event in seen if isinstance(event, events.ContactArrived)]
            assert arrived == [str(number) for number in range(50)]

    play(story())


def test_a_cancelled_command_gives_up_its_answer_only() -> None:
    async def story() -> None:
        async with shop() as engine:
            submitting = asyncio.create_task(engine.submit("c1", "orders"))
            await asyncio.sleep(0)
            submitting.cancel()
            # It may have been answered by now.
            with suppress(asyncio.CancelledError):
                await submitting
            await engine.state_hash()
            assert await engine.contact("c1") is not None

    play(story())


def test_streams_and_sessions_end_with_the_engine() -> None:
    async def story() -> None:
        async with shop() as engine:
            bob = await engine.session("bob")
            stream = engine.events()
            await engine.submit("c1", "orders")
            waiting = asyncio.create_task(bob.next())
            await asyncio.sleep(0.01)
        assert await waiting is None
        assert [type(event) async for event in stream] == [events.ContactArrived]
        assert await stream.read() == []
        assert [notice async for notice in bob] == []
        with pytest.raises(sunline.EngineClosed):
            await engine.submit("c1", "orders")
        with pytest.raises(sunline.EngineClosed):
            await bob.set_presence(sunline.AVAILABLE)
        await bob.close()
        await engine.close()

    play(story())


def test_a_session_reads_while_it_speaks() -> None:
    async def story() -> None:
        async with shop() as engine, engine.session("bob") as bob:
            offers = asyncio.create_task(bob.next_offer())
            await bob.set_presence(sunline.AVAILABLE)
            await engine.submit("c1", "orders")
            offer = await offers
            assert offer is not None
            await bob.accept(offer)
            bob.heartbeat()
            assert bob.end is None

    play(story())


def test_refusals_arrive_where_they_are_awaited() -> None:
    async def story() -> None:
        async with shop() as engine:
            with pytest.raises(sunline.CommandRefused) as refused:
                await engine.complete("nobody")
            assert (refused.value.code, refused.value.contact) == ("unknown_contact", "nobody")
            with pytest.raises(sunline.CommandRefused):
                await engine.agent(sunline.ids.AgentId(99))
            with pytest.raises(sunline.InvalidArgument):
                await engine.start()

    play(story())


def test_an_engine_that_was_not_started_says_so() -> None:
    engine = shop()
    with pytest.raises(sunline.EngineClosed) as refused:
        engine.views()
    assert refused.value.code == "not_started"


def test_a_journal_is_locked_while_it_is_open(tmp_path: Path) -> None:
    async def story() -> None:
        store = sunline.Durable(path=tmp_path / "journal")
        async with aio.Engine(SHOP, store=store) as engine:
            await engine.submit("c1", "orders")
            with pytest.raises(sunline.JournalLocked):
                await aio.Engine(SHOP, store=store).start()
        async with aio.Engine(None, store=store) as engine:
            assert await engine.contact("c1") is not None

    play(story())


def test_a_loop_that_cannot_watch_sockets_is_served_too() -> None:
    class Plain(asyncio.SelectorEventLoop):
        def add_reader(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            raise NotImplementedError

        def _add_reader(self, fd: object, callback: object, *args: object) -> object:
            return super()._add_reader(fd, callback, *args)  # type: ignore[misc]

    async def story() -> None:
        async with shop() as engine:
            receipts = await asyncio.gather(*(engine.submit(n, "orders") for n in range(100)))
            assert len(receipts) == 100

    with asyncio.Runner(loop_factory=Plain) as runner:
        runner.run(story())
