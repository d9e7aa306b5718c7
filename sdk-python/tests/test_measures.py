"""Figures from an event log, and why it was decided so."""

from datetime import timedelta
from pathlib import Path

import pytest
import sunline
from sunline import events
from sunline.__main__ import main
from sunline.measures import By, Legs, WaitClock
from sunline.words import ContactOutcome, FeedbackKind

from tests.conftest import NINE

TWENTY = timedelta(seconds=20)


def test_figures_of_any_threshold_and_window(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    engine.submit("c2", "bills")
    engine.advance(timedelta(seconds=10))
    seen = engine.contact("c1")
    assert seen is not None
    engine.accept(seen.offers[0], "ann")
    engine.advance(timedelta(seconds=30))
    engine.abandon("c2")
    legs = Legs.of_engine(engine)
    assert len(legs) == 2
    loose = legs.counts(answer_within=TWENTY)
    assert (loose.arrived, loose.answered, loose.answered_within, loose.abandoned) == (2, 1, 1, 1)
    assert (loose.lost, loose.overflowed, loose.service_levels.offered_all) == (0, 0, 0.5)
    strict = legs.counts(answer_within=timedelta(seconds=9), clock=WaitClock.QUEUE_ENTRY)
    assert (strict.answered_within, strict.asa) == (0, timedelta(seconds=10))
    later = legs.counts(answer_within=TWENTY, since=NINE + timedelta(seconds=30), by=By.END)
    assert (later.arrived, later.answered, later.abandoned) == (0, 0, 1)
    queue = legs.counts(answer_within=TWENTY, queue=engine.queue_id("bills"))
    assert queue.arrived == 2


def test_intervals_carry_what_the_clocks_of_a_zone_show(engine: sunline.Engine) -> None:
    engine.submit("c1", "bills")
    engine.advance(timedelta(minutes=40))
    engine.submit("c2", "bills")
    rows = Legs.of_engine(engine).intervals("Asia/Kathmandu", 15, answer_within=TWENTY)
    assert [row.figures.arrived for row in rows] == [1, 0, 1]
    assert rows[0].label.endswith("14:45 +05:45")
    assert rows[0].until - rows[0].since == timedelta(minutes=15)
    with pytest.raises(sunline.InvalidArgument, match="Atlantis") as unknown:
        Legs.of_engine(engine).intervals("Atlantis", 15, answer_within=TWENTY)
    assert unknown.value.code == "unknown_zone"
    with pytest.raises(sunline.InvalidArgument) as odd:
        Legs.of_engine(engine).intervals("UTC", 20, answer_within=TWENTY)
    assert odd.value.code == "out_of_range"


def test_feedback_is_joined_to_the_decision(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    seen = engine.contact("c1")
    assert seen is not None
    engine.accept(seen.offers[0], "ann")
    engine.complete("c1")
    engine.give_feedback("c1", FeedbackKind.CSAT, 5)
    told = engine.events(1).read(timeout=0)[-1]
    assert isinstance(told, events.FeedbackGiven)
    assert (told.decision, told.agent, told.kind, told.value) == (
        seen.offers[0],
        engine.agent_id("ann"),
        FeedbackKind.CSAT,
        5,
    )


def test_an_offer_is_explained_and_confirmed(engine: sunline.Engine) -> None:
    engine.set_presence("ann", sunline.AVAILABLE)
    engine.submit("c1", "bills")
    seen = engine.contact("c1")
    assert seen is not None
    why = engine.explain(seen.offers[0])
    assert (why.agent_name, why.contact, why.confirmed, why.agent_was_sought) == ("ann", "c1", True, True)
    assert why.in_order[0] == "ann"
    assert sum(why.rejected.values()) == len(why.rejections)
    assert "oracle chooses the same" in str(why)
    with pytest.raises(sunline.JournalError) as refused:
        engine.explain(1)
    assert refused.value.code == "no_offer"


def test_what_keeps_an_agent_from_a_contact(engine: sunline.Engine) -> None:
    engine.submit("c1", "bills")
    why = engine.why_waiting("c1")
    assert why is not None
    assert (why.position, why.kept_by["offline"]) == (1, why.capable)
    what = engine.what_would_make("ann", "c1")
    assert (what.wins, [reason.code for reason in what.could], what.could_not) == (False, ["offline"], ())
    assert engine.why_waiting("nobody") is None


def test_a_bounded_queue_and_a_hand_off() -> None:
    config = """
        name = "shop"
        channels = [{ name = "voice" }]
        [[queues]]
        name = "bills"
        admission = { max_length = 1, when_full = "overflow", overflow_to = "desk" }
        [[queues]]
        name = "desk"
    """
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(config, store=store, clock=sunline.Manual(start=NINE)) as engine:
        for contact in ("c1", "c2"):
            engine.submit(contact, "bills")
        engine.hand_off("c2")
        story = engine.events(1).read(timeout=0)
        moved = next(event for event in story if isinstance(event, events.ContactMoved))
        assert (moved.contact, moved.queue, moved.cause) == ("c2", engine.queue_id("desk"), "length")
        assert isinstance(story[-1], events.ContactEnded)
        assert story[-1].outcome is ContactOutcome.HANDED_OFF
        figures = Legs.of_engine(engine).counts(answer_within=TWENTY, queue=engine.queue_id("bills"))
        assert (figures.moved_out, figures.overflowed) == (1, 1)


def test_a_journal_is_measured_and_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = """
        name = "shop"
        channels = [{ name = "voice" }]
        queues = [{ name = "bills" }]
        agents = [{ name = "ann" }]
    """
    path = tmp_path / "journal"
    with sunline.Engine(config, store=sunline.Durable(path=path), clock=sunline.Manual(start=NINE)) as engine:
        engine.set_presence("ann", sunline.AVAILABLE)
        engine.submit("c1", "bills")
        seen = engine.contact("c1")
        assert seen is not None
        offer = seen.offers[0]
    assert Legs.of_journal(path).counts(answer_within=TWENTY).arrived == 1
    assert sunline.explain.explain(path, offer).confirmed
    assert main(["explain", str(path), str(offer)]) == 0
    assert "contact c1 to ann" in capsys.readouterr().out
    assert main(["explain", str(path), "1"]) == 1
