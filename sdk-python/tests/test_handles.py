"""Handles: who may say what, what the audit tells, what is private, and how large things may be."""

import asyncio
import dataclasses
import inspect
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sunline
from sunline import aio, aio_handles, handles
from sunline.events import ContactArrived
from sunline.ids import OfferId
from sunline.words import ContactState, FeedbackKind, Right

from tests.conftest import NINE

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/limits.md"


def offered(engine: sunline.Engine, contact: str) -> OfferId:
    """The offer of a contact that is held out to somebody."""
    view = engine.contact(contact)
    assert view is not None
    return view.offers[0]


def test_a_channel_adapter_an_agent_and_a_supervisor_do_their_parts(engine: sunline.Engine) -> None:
    telephony = engine.ingress("telephony")
    ann = engine.agent_handle("ann", "ann's desk")
    eve = engine.supervisor(["bills"], "eve")
    ann.set_presence(sunline.AVAILABLE)
    telephony.submit("c1", "bills")
    ann.accept(offered(engine, "c1"))
    telephony.submit("c2", "bills", points=5)
    assert [contact.contact for contact in eve.contacts("bills")] == ["c1", "c2"]
    assert [reading.name for reading in eve.readings()] == ["bills"]
    assert eve.why_waiting("c2") is not None
    eve.reprioritise(["c2"], 90)
    seen = eve.contact("c2")
    assert seen is not None
    assert seen.points == 90
    view = ann.standing()
    assert [work.contact for work in view.work] == ["c1"]
    ann.complete("c1")
    ann.give_feedback("c1", FeedbackKind.CSAT, 5)
    ann.finish_wrap_up("c1")
    telephony.abandon("c2")
    assert telephony.contact("c2") is None
    assert (telephony.label, eve.queues) == ("telephony", (engine.queue_id("bills"),))
    assert telephony.now() == NINE


def test_what_is_another_s_is_forbidden_and_audited(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    engine.accept(offered(engine, "c1"), "ann")
    engine.submit("c2", "orders")
    bob = engine.agent_handle("bob", "bob's desk")
    eve = engine.supervisor(["bills"], "eve")
    with pytest.raises(sunline.Forbidden, match="beyond the right") as refused:
        bob.complete("c1")
    assert refused.value.code == "forbidden"
    assert (refused.value.right, refused.value.call, refused.value.contact) == ("agent", "complete", "c1")
    with pytest.raises(sunline.Forbidden):
        bob.contact("c1")
    with pytest.raises(sunline.Forbidden) as refused:
        eve.move(["c2"], "bills")
    assert refused.value.contact == "c2"
    with pytest.raises(sunline.Forbidden) as refused:
        eve.contacts("orders")
    assert refused.value.queue == engine.queue_id("orders")
    eve.reprioritise([], 1)
    engine.move(["c2"], "bills")
    audit = engine.audit()
    told = [(record.who, record.right, record.call, record.answer) for record in audit.records]
    assert told == [
        ("bob's desk", Right.AGENT, "complete", "forbidden"),
        ("bob's desk", Right.AGENT, "read contact", "forbidden"),
        ("eve", Right.SUPERVISOR, "move", "forbidden"),
        ("eve", Right.SUPERVISOR, "read queue", "forbidden"),
        ("eve", Right.SUPERVISOR, "reprioritise", "done"),
        ("host", Right.HOST, "move", "done"),
    ]
    last = audit.records[-1]
    assert (last.contact, last.contacts, last.queue, last.code) == ("c2", 1, engine.queue_id("bills"), None)
    assert last.seq is not None
    assert (last.number, last.at) == (6, NINE)
    assert (audit.forgotten_refusals, audit.forgotten_actions) == (0, 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        last.who = "nobody"  # type: ignore[misc]


def test_a_session_of_a_handle_speaks_for_its_agent_alone(engine: sunline.Engine) -> None:
    ann = engine.agent_handle("ann", "ann's desk")
    with ann.session() as session:
        session.set_presence(sunline.AVAILABLE)
        engine.submit("c1", "bills")
        offer = session.next_offer(timeout=20)
        assert offer is not None
        session.accept(offer)
        with pytest.raises(sunline.Forbidden):
            session.complete("c2")
        session.complete("c1")


def test_an_observer_reads_and_is_shown_nothing_private(shop: sunline.Config) -> None:
    config = dataclasses.replace(shop, private_attributes={"iban"})
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(config, store=store, clock=sunline.Manual(start=NINE)) as engine:
        assert engine.config().private_attributes == {"iban"}
        details = sunline.ContactDetails(attributes={"iban": "DE02", "tier": 2}, payload=b"DE02")
        assert "DE02" not in repr(details)
        engine.submit("c1", "bills", details=details)
        wallboard = engine.observer("wallboard")

        def arrived(stream: sunline.EventStream) -> sunline.ContactDetails:
            (found,) = [event for event in stream.read(timeout=0) if isinstance(event, ContactArrived)]
            assert found.details is not None
            return found.details

        whole, masked = arrived(engine.events(1)), arrived(wallboard.events(1))
        assert (whole.attributes, whole.payload) == ({"iban": "DE02", "tier": 2}, b"DE02")
        assert (masked.attributes, masked.payload) == ({"iban": "[private]", "tier": 2}, None)
        assert wallboard.views().queues[0].waiting == 1
        assert wallboard.stats().applied == 1
        assert wallboard.why_waiting("c1") is not None
        assert wallboard.what_would_make("ann", "c1") is not None
        assert not hasattr(wallboard, "submit"), "what is not allowed has no method"


def test_a_handle_outlives_its_engine_and_says_so(shop: sunline.Config) -> None:
    engine = sunline.Engine(shop)
    handle = engine.ingress("telephony")
    engine.close()
    with pytest.raises(sunline.EngineClosed):
        handle.submit("c1", "bills")


def test_both_engines_have_the_same_handles() -> None:
    for name in handles.__all__:
        one, other = getattr(handles, name), getattr(aio_handles, name)
        public = [method for method in vars(one) if not method.startswith("_")]
        assert public == [method for method in vars(other) if not method.startswith("_")]
        for method in public:
            before, after = inspect.getattr_static(one, method), inspect.getattr_static(other, method)
            if inspect.isfunction(before):
                assert inspect.isfunction(after)
                assert list(inspect.signature(before).parameters) == list(inspect.signature(after).parameters)


def test_the_awaited_handles_are_held_to_the_same(shop: sunline.Config) -> None:
    async def morning() -> ContactState:
        async with aio.Engine(shop, store=sunline.Memory(keep_history=True)) as engine:
            telephony = engine.ingress("telephony")
            ann, bob = engine.agent_handle("ann", "ann"), engine.agent_handle("bob", "bob")
            async with ann.session() as session:
                await ann.set_presence(sunline.AVAILABLE)
                await telephony.submit("c1", "bills")
                offer = await session.next_offer()
                assert offer is not None
                await ann.accept(offer)
                with pytest.raises(sunline.Forbidden):
                    await bob.complete("c1")
                eve = engine.supervisor(["bills"], "eve")
                assert [contact.contact for contact in await eve.contacts("bills")] == ["c1"]
                wallboard = engine.observer("wallboard")
                assert await wallboard.events(1).read(1)
                assert [record.who for record in engine.audit().records] == ["bob"]
                seen = await wallboard.contact("c1")
                assert seen is not None
                return seen.state

    assert asyncio.run(morning()) == ContactState.ENGAGED


def test_the_limits_are_those_of_the_page() -> None:
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \| ([\d,]+) \|", PAGE.read_text(encoding="utf-8"), flags=re.M)
    published = sunline.limits()

    def number(value: object) -> object:
        return value // timedelta(microseconds=1) * 1000 if isinstance(value, timedelta) else value

    listed = {(part, name): int(value.replace(",", "")) for part, name, value in rows}
    known = {
        (part, field.name): number(getattr(limits, field.name))
        for part, limits in (("kernel", published.kernel), ("engine", published.engine))
        for field in dataclasses.fields(limits)
    }
    assert known == listed


def test_an_engine_tells_its_own_limits(shop: sunline.Config) -> None:
    with sunline.Engine(shop, sizes=sunline.Sizes(arrivals=7, audit=2)) as engine:
        own = engine.limits().engine
        assert (own.arrivals_ring, own.audit_length, own.control_ring) == (7, 2, 4096)
        for _ in range(3):
            with pytest.raises(sunline.Forbidden):
                engine.supervisor(["bills"], "eve").assign("c1", "ann")
        audit = engine.audit()
        assert (len(audit.records), audit.forgotten_refusals) == (2, 1)
