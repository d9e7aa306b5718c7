"""The live engine, from a contact's arrival to the end of the wrap-up."""

import gc
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sunline
from sunline import events, notices
from sunline.config import AgentSpec, PreferenceConfig
from sunline.words import AgentState, ContactOutcome, ContactState, DeliveryFailure, OfferOutcome, Stage

from tests.conftest import NINE


def kinds(engine: sunline.Engine, from_seq: int) -> list[str]:
    """Names of the events since a position."""
    return [type(event).__name__ for event in engine.events(from_seq).read(timeout=0)]


def test_one_contact_from_arrival_to_the_end_of_the_wrap_up(engine: sunline.Engine) -> None:
    ann = engine.agent_id("ann")
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.advance(timedelta(seconds=5))
    receipt = engine.submit("c1", "bills", points=3)
    assert not receipt.duplicate
    seen = engine.contact("c1")
    assert seen is not None
    assert (seen.state, seen.agent, len(seen.offers)) == (ContactState.OFFERED, ann, 1)
    engine.advance(timedelta(seconds=4))
    engine.accept(seen.offers[0], "ann")
    engine.advance(timedelta(minutes=3))
    engine.complete("c1")
    assert engine.contact("c1") is None
    at_work = engine.agent("ann")
    assert (at_work.state, at_work.work[0].stage) == (AgentState.BUSY, Stage.WRAP_UP)
    engine.advance(timedelta(seconds=30))
    assert engine.agent(ann).state is AgentState.IDLE

    story = engine.events(1).read(timeout=0)
    assert [event.seq for event in story] == list(range(1, len(story) + 1))
    assert isinstance(story[0], events.Configured)
    assert story[0].config == engine.config()
    arrived, issued, accepted, ended, wrapped = story[-5:]
    assert arrived == events.ContactArrived(
        seq=arrived.seq,
        at_ns=arrived.at_ns,
        contact=sunline.ids.ContactId("c1"),
        queue=engine.queue_id("bills"),
        channel=engine.channel_id("voice"),
        origin_ns=arrived.at_ns,
        points=3,
        details=None,
    )
    assert arrived.at == NINE + timedelta(seconds=5)
    assert isinstance(issued, events.OfferIssued)
    assert issued.expires_at == arrived.at + timedelta(seconds=20)
    assert issued.decision.agent_rule is sunline.config.AgentRule.LONGEST_IDLE
    assert isinstance(accepted, events.OfferAccepted)
    assert accepted.waited == timedelta(seconds=4)
    assert isinstance(ended, events.ContactEnded)
    assert (ended.outcome, ended.agent, ended.handled) == (ContactOutcome.SERVED, ann, timedelta(minutes=3))
    assert ended.wrap_up_until == ended.at + timedelta(seconds=30)
    assert isinstance(wrapped, events.WrapUpEnded)
    assert wrapped.at == ended.wrap_up_until


def test_agents_register_change_and_take_breaks(engine: sunline.Engine) -> None:
    eve = engine.register_agent(AgentSpec(name="eve", skills={"french": 9}, capacity=2))
    assert eve == engine.agent_id("eve") == 2
    engine.update_agent(AgentSpec(name="eve", skills={"billing": 4}))
    assert engine.agent("eve").spec == AgentSpec(name="eve", skills={"billing": 4})
    engine.set_presence(eve, sunline.on_break("lunch"))
    view = engine.agent("eve")
    assert (view.state, view.presence.reason) == (AgentState.ON_BREAK, "lunch")
    changed = engine.events(1).read(timeout=0)[-1]
    assert isinstance(changed, events.PresenceChanged)
    assert changed.presence == sunline.on_break("lunch")


def test_offers_end_in_every_way_and_each_is_told(engine: sunline.Engine) -> None:
    engine.set_presence("bob", sunline.AVAILABLE)
    engine.submit("c1", "orders")
    start = engine.events(1).read(timeout=0)[-1].seq

    def live() -> sunline.ids.OfferId:
        seen = engine.contact("c1")
        assert seen is not None
        assert seen.offers
        return seen.offers[0]

    engine.decline(live(), "bob")
    engine.advance(timedelta(seconds=60))
    engine.fail_offer(live(), DeliveryFailure.BUSY)
    engine.advance(timedelta(seconds=30))
    engine.fail_offer(live(), DeliveryFailure.UNREACHABLE)
    engine.advance(timedelta(seconds=30))
    engine.revoke_offer(live())
    engine.advance(timedelta(seconds=20))
    engine.abandon("c1")
    ended = [event for event in engine.events(start).read(timeout=0) if isinstance(event, events.OfferEnded)]
    assert [event.outcome for event in ended] == [
        OfferOutcome.DECLINED,
        OfferOutcome.BUSY,
        OfferOutcome.UNREACHABLE,
        OfferOutcome.REVOKED,
        OfferOutcome.EXPIRED,
    ]
    assert ended[0].excluded_until == ended[0].at + timedelta(seconds=60)
    assert ended[1].cool_down_until == ended[1].at + timedelta(seconds=30)


def test_connections_are_confirmed_where_the_queue_asks(shop: sunline.Config) -> None:
    text = shop.to_json().replace('"confirm_connection": false', '"confirm_connection": true')
    with sunline.Engine(
        text, store=sunline.Memory(keep_history=True), clock=sunline.Manual(start=NINE)
    ) as engine:
        engine.set_presence("bob", sunline.AVAILABLE)
        engine.submit("c1", "orders")
        for attempt in range(2):
            seen = engine.contact("c1")
            assert seen is not None
            engine.accept(seen.offers[0], "bob")
            if attempt == 0:
                engine.connection_failed("c1")
                engine.advance(timedelta(seconds=30))
            else:
                engine.connected("c1")
        seen = engine.contact("c1")
        assert seen is not None
        assert seen.state is ContactState.ENGAGED
        told = kinds(engine, 1)
        assert "ConnectionFailed" in told
        assert "ContactConnected" in told


def test_wrap_up_is_extended_and_ended_early(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    seen = engine.contact("c1")
    assert seen is not None
    engine.accept(seen.offers[0], "ann")
    engine.complete("c1")
    with engine.session("ann") as ann:
        engine.extend_wrap_up("ann", "c1", timedelta(seconds=30))
        extended = ann.next(timeout=5)
        assert isinstance(extended, notices.WrapUpExtended)
        assert extended.until == NINE + timedelta(seconds=60)
        assert engine.views().next_deadline == extended.until
        engine.finish_wrap_up("ann", "c1")
        assert kinds(engine, 1)[-2:] == ["WrapUpExtended", "WrapUpEnded"]


def test_a_contact_carries_all_that_it_may(engine: sunline.Engine) -> None:
    details = sunline.ContactDetails(
        requires="french >= 2",
        absolute=sunline.config.Absolute(sites={"Bonn"}),
        prefers=(PreferenceConfig(term="billing >= 1", weight=2),),
        excluded_agents={engine.agent_id("bob")},
        attributes={"vip": True, "orders": 3, "city": "Bonn"},
        tags={"return"},
        customer="ACME",
        time_zone="Europe/Berlin",
        source="spring",
        payload=bytes(range(256)),
    )
    origin = NINE - timedelta(minutes=2)
    engine.submit("c1", "orders", channel="mail", origin=origin, details=details)
    engine.update_contact("c1", points=9)
    engine.update_contact("c1", details=sunline.ContactDetails(tags={"new"}))
    told = engine.events(4).read(timeout=0)
    (arrived,) = (event for event in told if isinstance(event, events.ContactArrived))
    unservable = next(event for event in told if isinstance(event, events.ContactUnservable))
    repriced, changed = (event for event in told if isinstance(event, events.ContactUpdated))
    assert arrived.details == details
    assert arrived.origin == origin
    assert arrived.channel == engine.channel_id("mail")
    assert unservable.shortfall is not None
    assert (repriced.points, repriced.details) == (9, None)
    assert changed.details == sunline.ContactDetails(tags={"new"})
    engine.withdraw("c1")
    assert engine.contact("c1") is None


def test_a_command_under_a_key_gets_its_first_answer_again(engine: sunline.Engine) -> None:
    key = UUID(int=77)
    first = engine.submit("c1", "orders", key=key)
    again = engine.submit("c1", "orders", key=key)
    assert (again.seq, again.duplicate, first.duplicate) == (first.seq, True, False)
    remembered = engine.events(1).read(timeout=0)[-1]
    assert isinstance(remembered, events.CommandRemembered)
    assert (remembered.key, remembered.receipt.seq) == (key, first.seq)
    with pytest.raises(sunline.CommandRefused) as refused:
        engine.submit("c2", "orders", key=key)
    assert refused.value.code == "key_reused"


def test_a_contact_may_be_numbered(engine: sunline.Engine) -> None:
    engine.submit(42, "orders")
    assert engine.contact("42") == engine.contact(42) is not None
    assert engine.submit("42", "orders").duplicate


def test_views_show_queues_and_pools(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    for number in range(3):
        engine.submit(number, "orders")
        engine.advance(timedelta(seconds=1))
    views = engine.views()
    orders = views.queues[engine.queue_id("orders")]
    assert (orders.name, orders.inside, orders.waiting, orders.oldest_origin) == ("orders", 3, 3, NINE)
    counts = views.pools[0].agents
    assert (counts.busy, counts.offline, counts.total) == (1, 1, 2)
    assert engine.stats().applied > 0
    second, third = engine.contact(1), engine.contact(2)
    assert second is not None
    assert third is not None
    assert (second.position, third.position) == (2, 3), "the one that is being offered keeps its place"


def test_a_reader_resumes_where_it_stopped(engine: sunline.Engine) -> None:
    engine.submit("c1", "orders")
    stream = engine.events(1)
    first = [next(stream) for _ in range(2)]
    assert stream.position == 3
    rest = engine.events(stream.position).read(timeout=0)
    assert [event.seq for event in [*first, *rest]] == list(range(1, 2 + len(rest) + 1))
    assert engine.events().read(timeout=0.01) == []
    live = engine.events()
    engine.submit("c2", "orders")
    assert [type(event) for event in live.read(timeout=5)] == [events.ContactArrived]


def test_readers_read_to_the_end_after_the_engine_closed(shop: sunline.Config) -> None:
    engine = sunline.Engine(shop)
    stream = engine.events()
    engine.submit("c1", "orders")
    engine.submit("c2", "orders")
    engine.close()
    assert [type(event).__name__ for event in stream] == ["ContactArrived", "ContactArrived"]
    assert stream.read(timeout=0) == []
    assert engine.closed


def test_what_is_in_the_journal_alone_is_closed_with_the_engine(shop: sunline.Config) -> None:
    engine = sunline.Engine(shop)
    from_the_first = engine.events(1)
    engine.close()
    with pytest.raises(sunline.EngineClosed):
        from_the_first.read()


def test_an_agent_is_served_by_its_session(engine: sunline.Engine) -> None:
    with engine.session("bob") as bob:
        assert bob.agent == engine.agent_id("bob")
        bob.set_presence(sunline.AVAILABLE)
        engine.submit("c1", "orders")
        offer = bob.next_offer(timeout=5)
        assert offer is not None
        assert (offer.contact, offer.issued_at) == ("c1", NINE)
        assert offer.expires_at == NINE + timedelta(seconds=20)
        bob.decline(offer)
        engine.advance(timedelta(seconds=60))
        offer = bob.next_offer(timeout=5)
        assert offer is not None
        bob.accept(offer)
        assert isinstance(bob.next(timeout=5), notices.Assigned)
        bob.complete("c1")
        ended = bob.next(timeout=5)
        assert isinstance(ended, notices.ContactEnded)
        assert ended.outcome is ContactOutcome.SERVED
        assert bob.next(timeout=0) is None
        assert bob.end is None
    assert engine.agent("bob").state is AgentState.OFFLINE


def test_a_session_that_is_dropped_loses_its_agent(engine: sunline.Engine) -> None:
    session = engine.session("bob")
    session.set_presence(sunline.AVAILABLE)
    engine.submit("c1", "orders")
    assert session.next_offer(timeout=5) is not None
    reader = engine.events()
    del session
    gc.collect()
    told = [type(event).__name__ for event in (*reader.read(timeout=5), *reader.read(timeout=0.2))]
    assert "PresenceChanged" in told
    assert "OfferEnded" in told


def test_a_second_session_replaces_the_first(engine: sunline.Engine) -> None:
    first = engine.session("bob")
    with engine.session("bob") as second:
        assert list(first) == []
        assert first.end is sunline.words.SessionEnd.REPLACED
        second.set_presence(sunline.AVAILABLE)
        with pytest.raises(sunline.EngineClosed) as refused:
            first.set_presence(sunline.AVAILABLE)
        assert (refused.value.code, refused.value.agent) == ("session_over", engine.agent_id("bob"))
        first.close()
        assert engine.agent("bob").state is AgentState.IDLE


def test_clocks_run_as_told(shop: sunline.Config) -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    with sunline.Engine(shop, clock=sunline.Scaled(start=start, factor=1000.0)) as engine:
        first = engine.now()
        assert start <= first < start + timedelta(hours=2)
        assert engine.now() > first
    with sunline.Engine(shop, clock=sunline.Manual(start=start)) as engine:
        assert engine.now() == start
        engine.advance_to(start + timedelta(days=1))
        assert engine.now() == start + timedelta(days=1)
    with sunline.Engine(shop) as engine:
        assert abs(engine.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_same_story_gives_the_same_state() -> None:
    def story() -> str:
        with sunline.Engine(
            sunline.load_config("name = 'x'\nchannels = [{ name = 'v' }]\nqueues = [{ name = 'q' }]"),
            clock=sunline.Manual(start=NINE),
        ) as engine:
            for number in range(20):
                engine.submit(number, "q")
                engine.advance(timedelta(seconds=1))
            return engine.state_hash()

    assert story() == story()
    assert len(story()) == 64


def test_contacts_go_in_without_an_answer(engine: sunline.Engine) -> None:
    orders = engine.queue_id("orders")
    for number in range(100):
        engine.submit_nowait(number, orders)
    engine.submit_nowait("named", "orders", 5)
    engine.state_hash()
    assert engine.views().queues[orders].inside == 101
