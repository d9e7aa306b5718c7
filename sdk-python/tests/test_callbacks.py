"""Customers who are served later on purpose: called back, dialled, scheduled; and those who come again meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sunline
from sunline import events
from sunline.config import CallbackConfig, SlotConfig, TurnAway
from sunline.contacts import ContactDetails
from sunline.measures import Legs
from sunline.words import ContactOutcome, ContactState

from tests.conftest import NINE

MINUTE = timedelta(minutes=1)
DESK = """
name = "desk"
channels = [{ name = "voice" }]
queues = [
    { name = "bills", merge_group = "desk", callback = { max_attempts = 2, gap = "10m" } },
    { name = "calls", admission = { max_length = 0, when_full = "callback" } },
]
agents = [{ name = "ann" }]
calendars = [{ name = "shut", hours = { intervals = [], horizon = 4102444800000000000, tz_release = "none" } }]
"""


@pytest.fixture
def desk() -> Iterator[sunline.Engine]:
    """A desk at nine in the morning, with a clock that the test moves."""
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(DESK, store=store, clock=sunline.Manual(start=NINE)) as engine:
        yield engine


def accepts(engine: sunline.Engine, contact: str) -> None:
    """Ann accepts what she is offered."""
    seen = engine.contact(contact)
    assert seen is not None
    engine.accept(seen.offers[0], "ann")


def state(engine: sunline.Engine, contact: str) -> ContactState:
    """What a contact is."""
    seen = engine.contact(contact)
    assert seen is not None
    return seen.state


def told(engine: sunline.Engine, kind: type[events.Event]) -> list[events.Event]:
    """All events of a kind so far."""
    return [event for event in engine.events(1).read(timeout=0) if isinstance(event, kind)]


def test_a_document_with_callbacks_reads_as_it_was_written() -> None:
    bills, calls = sunline.load_config(DESK).queues
    assert bills.callback == CallbackConfig(max_attempts=2, gap=10 * MINUTE)
    assert bills.merge_group == "desk"
    assert calls.admission.when_full is TurnAway.CALLBACK
    assert sunline.load_config(sunline.load_config(DESK).to_json()).queues == (bills, calls)


def test_a_customer_who_is_not_reached_is_dialled_again_and_then_given_up(desk: sunline.Engine) -> None:
    desk.submit("c1", "bills")
    desk.request_callback("c1", not_before=NINE + MINUTE)
    assert state(desk, "c1") is ContactState.CALLBACK_PENDING
    (accepted,) = told(desk, events.CallbackAccepted)
    assert isinstance(accepted, events.CallbackAccepted)
    assert accepted.not_before == NINE + MINUTE
    desk.set_presence("ann", sunline.AVAILABLE)
    desk.advance(MINUTE)
    assert len(told(desk, events.ContactEligible)) == 1
    accepts(desk, "c1")
    assert state(desk, "c1") is ContactState.CONNECTING
    desk.not_reached("c1")
    desk.advance(10 * MINUTE)
    accepts(desk, "c1")
    desk.not_reached("c1")
    first, last = told(desk, events.CustomerNotReached)
    assert isinstance(first, events.CustomerNotReached)
    assert isinstance(last, events.CustomerNotReached)
    assert (first.attempts, first.retry_at) == (1, NINE + 11 * MINUTE)
    assert (last.attempts, last.retry_at) == (2, None)
    (ended,) = told(desk, events.ContactEnded)
    assert isinstance(ended, events.ContactEnded)
    assert ended.outcome is ContactOutcome.CALLBACK_FAILED
    figures = Legs.of_engine(desk).counts(answer_within=MINUTE)
    assert (figures.callbacks, figures.callback_failed, figures.lost, figures.answered) == (1, 1, 1, 0)


def test_a_callback_in_the_past_is_refused(desk: sunline.Engine) -> None:
    desk.submit("c1", "bills")
    with pytest.raises(sunline.CommandRefused) as refused:
        desk.request_callback("c1", not_before=NINE - MINUTE)
    assert refused.value.code == "callback_in_past"


def test_a_customer_who_comes_again_takes_the_place_of_the_callback(desk: sunline.Engine) -> None:
    eve = ContactDetails(customer="eve")
    desk.submit("c1", "bills", details=eve)
    desk.request_callback("c1")
    desk.advance(MINUTE)
    desk.submit("c2", "bills", details=eve)
    (merged,) = told(desk, events.ContactMerged)
    assert isinstance(merged, events.ContactMerged)
    assert (merged.contact, merged.merged, merged.origin) == ("c2", "c1", NINE)
    seen = desk.contact("c2")
    assert seen is not None
    assert seen.origin == NINE
    assert Legs.of_engine(desk).counts(answer_within=MINUTE).merged == 1


def test_a_scheduled_contact_waits_for_its_instant_and_an_outbound_one_is_dialled(
    desk: sunline.Engine,
) -> None:
    desk.set_presence("ann", sunline.AVAILABLE)
    desk.submit("c1", "bills", details=ContactDetails(not_before=NINE + MINUTE))
    assert state(desk, "c1") is ContactState.SCHEDULED
    desk.submit("c2", "bills", details=ContactDetails(outbound=True))
    accepts(desk, "c2")
    assert state(desk, "c2") is ContactState.CONNECTING
    desk.connected("c2")
    assert state(desk, "c2") is ContactState.ENGAGED


def test_a_full_queue_calls_its_customers_back(desk: sunline.Engine) -> None:
    desk.submit("c1", "calls")
    (accepted,) = told(desk, events.CallbackAccepted)
    assert isinstance(accepted, events.CallbackAccepted)
    assert accepted.not_before is None
    assert Legs.of_engine(desk).counts(answer_within=MINUTE).callbacks == 1


BOOKED = """
name = "booked"
channels = [{ name = "voice" }]
queues = [{ name = "bills", expected_handle = "15m", callback = { owner_delay = "5m", slots = { length = "30m" } } }]
agents = [{ name = "ann", shift = "always" }, { name = "bob" }]

[[calling_hours]]
zone = "Europe/Paris"
hours = { intervals = [], horizon = 4102444800000000000, tz_release = "none" }

[[calendars]]
name = "always"
hours = { intervals = [{ from = 0, until = 4102444800000000000 }], horizon = 4102444800000000000, tz_release = "none" }
"""


@pytest.fixture
def booked() -> Iterator[sunline.Engine]:
    """A desk that takes as many bookings as its staff can make."""
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(BOOKED, store=store, clock=sunline.Manual(start=NINE)) as engine:
        yield engine


def test_a_slot_has_room_for_what_the_staff_on_shift_can_make(booked: sunline.Engine) -> None:
    (bills,) = sunline.load_config(BOOKED).queues
    assert bills.callback.slots == SlotConfig()
    first = booked.callback_slots("bills", NINE, NINE + 60 * MINUTE)[0]
    assert (first.since, first.until) == (NINE, NINE + 30 * MINUTE)
    assert (first.room, first.booked) == (1, 0)
    booked.submit("c1", "bills")
    booked.submit("c2", "bills")
    booked.request_callback("c1", not_before=NINE + 10 * MINUTE)
    with pytest.raises(sunline.CommandRefused) as refused:
        booked.request_callback("c2", not_before=NINE + 20 * MINUTE)
    assert refused.value.code == "no_slot"
    left = booked.callback_slots("bills", NINE, NINE + 60 * MINUTE)
    assert [slot.since for slot in left] == [NINE + 30 * MINUTE]


def test_an_agents_own_callback_waits_for_that_agent_and_then_for_anybody(booked: sunline.Engine) -> None:
    booked.set_presence("ann", sunline.AVAILABLE)
    booked.submit("c1", "bills")
    booked.request_callback("c1", owner="bob")
    (kept,) = told(booked, events.ContactKept)
    assert isinstance(kept, events.ContactKept)
    assert (kept.agent, kept.until, kept.owned) == (booked.agent_id("bob"), NINE + 5 * MINUTE, True)
    seen = booked.contact("c1")
    assert seen is not None
    assert not seen.offers
    booked.advance(5 * MINUTE)
    assert len(told(booked, events.KeepEnded)) == 1
    accepts(booked, "c1")


def test_nobody_is_dialled_outside_calling_hours(booked: sunline.Engine) -> None:
    booked.set_presence("ann", sunline.AVAILABLE)
    booked.submit("c1", "bills", details=ContactDetails(outbound=True, time_zone="Europe/Paris"))
    assert state(booked, "c1") is ContactState.CALLBACK_PENDING
    with pytest.raises(sunline.CommandRefused) as refused:
        booked.assign("c1", "ann")
    assert refused.value.code == "outside_calling_hours"


def test_who_comes_to_a_closed_door_is_counted_as_lost() -> None:
    document = DESK.replace('name = "calls",', 'name = "calls", opening = { calendar = "shut" },')
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(document, store=store, clock=sunline.Manual(start=NINE)) as engine:
        engine.submit("c1", "calls")
        figures = Legs.of_engine(engine).counts(answer_within=MINUTE)
    assert (figures.closed, figures.lost) == (1, 1)
