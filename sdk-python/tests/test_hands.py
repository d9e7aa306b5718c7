"""What supervisors, agents and hosts do by hand, and what takes room."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sunline
from sunline import events
from sunline.config import Override
from sunline.ids import ContactId, OfferId
from sunline.transfers import AgentReport, ToAgent, ToNeed, ToQueue, ToSite
from sunline.words import AgentState, AssignedBy, ContactState, HoldReason, MoveCause, Stage

from tests.conftest import NINE

OFFICE = """
name = "office"
channels = [
    { name = "voice", cost = 2, interrupts = ["email"] },
    { name = "email", cost = 2, asynchronous = true },
    { name = "chat", cost = 1, cap = 2, asynchronous = true },
]
skills = [{ name = "french" }]

[[queues]]
name = "calls"
channel = "voice"
overridable = ["capacity"]
wrap_up = "30s"
transfers = { max = 1 }

[[queues]]
name = "mails"
channel = "email"

[[queues]]
name = "chats"
channel = "chat"
unpark_hold = "60s"

[[agents]]
name = "ann"
capacity = 2
site = "rome"

[[agents]]
name = "bob"
capacity = 2
skills = { french = 5 }
site = "paris"
"""


@pytest.fixture
def office() -> Iterator[sunline.Engine]:
    """An office at nine in the morning, with a clock that the test moves."""
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(OFFICE, store=store, clock=sunline.Manual(start=NINE)) as engine:
        yield engine


def since(engine: sunline.Engine, receipt: events.Receipt) -> list[events.Event]:
    """The events after a receipt."""
    return engine.events(receipt.seq + 1).read(timeout=0)


def the_offer(engine: sunline.Engine, contact: str) -> OfferId:
    """The live offer of a contact."""
    seen = engine.contact(contact)
    assert seen is not None
    return seen.offers[0]


def taken(engine: sunline.Engine, contact: str, queue: str, agent: str) -> events.Receipt:
    """A contact arrives and the agent takes it."""
    engine.submit(contact, queue)
    return engine.accept(the_offer(engine, contact), agent)


def test_a_shift_signs_in_at_once_and_one_of_it_pauses_a_queue(office: sunline.Engine) -> None:
    office.set_presences({"ann": sunline.AVAILABLE, "bob": sunline.AVAILABLE})
    office.pause_queue("ann", "calls")
    assert office.agent("ann").paused == (office.queue_id("calls"),)
    office.submit("c1", "calls")
    seen = office.contact("c1")
    assert seen is not None
    assert seen.agent == office.agent_id("bob")
    office.decline(the_offer(office, "c1"), "bob")
    assert office.agent("bob").refusals.declined == 1
    office.unpause_queue("ann", "calls")
    assert office.agent("ann").state is AgentState.BUSY


def test_a_lost_agent_keeps_its_conversation_for_a_while(office: sunline.Engine) -> None:
    office.set_presence("ann", sunline.AVAILABLE)
    before = taken(office, "c1", "calls", "ann")
    office.agent_lost("ann")
    office.advance(timedelta(seconds=60))
    lost, offline, held, back = since(office, before)
    assert isinstance(lost, events.AgentLost)
    assert isinstance(offline, events.PresenceChanged)
    assert isinstance(held, events.ContactHeld)
    assert (held.reason, held.until) == (HoldReason.AGENT_LOST, NINE + timedelta(seconds=60))
    assert isinstance(back, events.ContactRequeued)
    assert back.handled == timedelta(seconds=60)


def test_a_call_interrupts_an_e_mail(office: sunline.Engine) -> None:
    office.set_presence("ann", sunline.AVAILABLE)
    taken(office, "m1", "mails", "ann")
    before = taken(office, "c1", "calls", "ann")
    mail = office.contact("m1")
    assert mail is not None
    assert mail.state is ContactState.SUSPENDED
    assert office.agent("ann").work[0].stage is Stage.SUSPENDED
    office.complete("c1")
    office.finish_wrap_up("ann", "c1")
    told = since(office, before)
    assert isinstance(told[-1], events.WorkResumed)
    assert told[-1].contact == "m1"


def test_a_silent_chat_is_parked_and_comes_back_beyond_the_room(office: sunline.Engine) -> None:
    office.set_presence("ann", sunline.AVAILABLE)
    for chat in ("k1", "k2"):
        taken(office, chat, "chats", "ann")
    office.park("k1")
    taken(office, "k3", "chats", "ann")
    before = office.unpark("k1")
    assert office.agent("ann").over_capacity
    with pytest.raises(sunline.CommandRefused) as refused:
        office.unpark("k1")
    assert refused.value.code == "wrong_contact_state"
    unparked, held = office.events(before.seq - 1).read(timeout=0)
    assert isinstance(unparked, events.ContactUnparked)
    assert unparked.over
    assert isinstance(held, events.ContactHeld)
    assert held.reason is HoldReason.UNPARKED


def test_a_private_call_takes_room(office: sunline.Engine) -> None:
    office.set_presence("ann", sunline.AVAILABLE)
    office.begin_external_work("ann", "private", channel="voice")
    office.submit("c1", "calls")
    waiting = office.contact("c1")
    assert waiting is not None
    assert waiting.state is ContactState.WAITING
    (work,) = office.agent("ann").external
    assert (work.work, work.cost, work.since) == ("private", 2, NINE)
    office.end_external_work("ann", "private")
    assert office.agent("ann").external == ()


def test_a_supervisor_breaks_a_rule_knowingly(office: sunline.Engine) -> None:
    office.set_presence("ann", sunline.AVAILABLE)
    taken(office, "c1", "calls", "ann")
    before = office.submit("c2", "calls")
    with pytest.raises(sunline.CommandRefused) as refused:
        office.pull("ann", "c2")
    assert (refused.value.code, refused.value.rule) == ("not_overridable", "capacity")
    office.assign("c2", "ann")
    assigned, issued, accepted = since(office, before)
    assert isinstance(assigned, events.ContactAssigned)
    assert (assigned.by, assigned.broken) == (AssignedBy.SUPERVISOR, (Override.CAPACITY,))
    assert isinstance(issued, events.OfferIssued)
    assert issued.decision.by_hand
    assert isinstance(accepted, events.OfferAccepted)


def test_a_contact_is_passed_on_once_and_no_further(office: sunline.Engine) -> None:
    office.set_presences({"ann": sunline.AVAILABLE, "bob": sunline.AVAILABLE})
    before = taken(office, "c1", "calls", "ann")
    office.transfer("c1", ToNeed("french >= 5"))
    passed = since(office, before)[0]
    assert isinstance(passed, events.ContactTransferred)
    assert (passed.target, passed.escalated) == (ToNeed("french >= 5"), False)
    assert passed.wrap_up_until == NINE + timedelta(seconds=30)
    office.accept(the_offer(office, "c1"), "bob")
    with pytest.raises(sunline.CommandRefused) as refused:
        office.transfer("c1", ToAgent("ann"))
    assert refused.value.code == "transfer_loop"
    with pytest.raises(sunline.CommandRefused) as refused:
        office.transfer("c1", ToSite("rome"))
    assert (refused.value.code, refused.value.transfers, refused.value.limit) == ("too_many_transfers", 1, 1)
    seen = office.contact("c1")
    assert seen is not None
    assert (seen.transfers, seen.escalated) == (1, False)


def test_a_colleague_is_asked_and_takes_over(office: sunline.Engine) -> None:
    office.set_presences({"ann": sunline.AVAILABLE, "bob": sunline.AVAILABLE})
    before = taken(office, "c1", "calls", "ann")
    office.consult("c1", "q1", ToQueue("calls"))
    office.accept(the_offer(office, "q1"), "bob")
    office.hand_over("q1")
    told = since(office, before)
    assert isinstance(told[0], events.ConsultBegun)
    assert (told[0].question, told[0].target) == ("q1", ToQueue(office.queue_id("calls")))
    assert isinstance(told[-1], events.ContactHandedOver)
    assert (told[-1].to, told[-1].handled) == (office.agent_id("bob"), timedelta(0))


def test_contacts_are_handled_in_bulk(office: sunline.Engine) -> None:
    for contact in ("c1", "c2", "c3"):
        office.submit(contact, "calls")
    office.reprioritise(["c3"], 60)
    last = office.contact("c3")
    assert last is not None
    assert last.position == 1
    receipt = office.move(["c1", "c2"], "mails")
    told = office.events(receipt.seq - 1).read(timeout=0)
    assert [event.cause for event in told if isinstance(event, events.ContactMoved)] == [MoveCause.HOST] * 2
    moved = office.contact("c1")
    assert moved is not None
    assert moved.queue == office.queue_id("mails")
    office.withdraw_all(["c1", "c2", "c3"])
    assert [office.contact(contact) for contact in ("c1", "c2", "c3")] == [None, None, None]


def test_the_host_says_what_is_really_going_on(office: sunline.Engine) -> None:
    office.set_presences({"ann": sunline.AVAILABLE, "bob": sunline.AVAILABLE})
    taken(office, "c1", "calls", "ann")
    reports = [AgentReport(agent="bob", presence=sunline.AVAILABLE, contacts=["c1", "c9"])]
    receipt = office.reconcile(reports)
    last = office.events(receipt.seq).read(timeout=0)[0]
    assert isinstance(last, events.Reconciled)
    assert (last.unknown, last.refused) == ((ContactId("c9"),), ())
    assert office.agent("ann").state is AgentState.OFFLINE
    seen = office.contact("c1")
    assert seen is not None
    assert (seen.state, seen.agent) == (ContactState.ENGAGED, office.agent_id("bob"))
