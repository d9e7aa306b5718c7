"""Overflow, partners and surges: from the configuration to what is told of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sunline
from sunline import events
from sunline.config import (
    AdmissionConfig,
    Config,
    OverflowConfig,
    PartnerConfig,
    Signal,
    SurgeBounds,
    SurgeConfig,
    TriggerConfig,
    WindowConfig,
)
from sunline.words import MoveCause

from tests.conftest import NINE

CENTRE = """
name = "centre"
channels = [{ name = "voice" }]
partners = [{ name = "acme", queue = "desk", share = 50 }]

[[queues]]
name = "bills"
overflow = [{ when = { signal = "length", enter = 2, leave = 0, min_active = "10s" }, to = "desk" }]

[[queues]]
name = "desk"
"""


@pytest.fixture
def centre() -> Iterator[sunline.Engine]:
    """A centre at nine in the morning, with a clock that the test moves, and nobody in it."""
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(CENTRE, store=store, clock=sunline.Manual(start=NINE)) as engine:
        yield engine


def test_an_overflow_is_told_when_it_begins_and_ends(centre: sunline.Engine) -> None:
    first = centre.submit("c1", "bills")
    for contact in ("c2", "c3", "c4"):
        centre.submit(contact, "bills")
    told = centre.events(first.seq).read(timeout=0)
    (turned,) = [event for event in told if isinstance(event, events.OverflowTurned)]
    assert (turned.queue, turned.rule, turned.active, turned.value) == (0, 0, True, 2)
    moves = [event for event in told if isinstance(event, events.ContactMoved)]
    # Of three arrivals one may go, of four two.
    assert [(move.contact, move.cause) for move in moves] == [(c, MoveCause.OVERFLOW) for c in ("c3", "c4")]
    for contact in ("c1", "c2"):
        centre.abandon(contact)
    centre.advance(timedelta(seconds=10))
    told = centre.events(turned.seq + 1).read(timeout=0)
    (over,) = [event for event in told if isinstance(event, events.OverflowTurned)]
    assert (over.active, over.value, over.at) == (False, 0, NINE + timedelta(seconds=10))


def test_a_planned_surge_stands_in_for_the_bounds_and_leaves_them_as_they_were(
    centre: sunline.Engine,
) -> None:
    begins, ends = NINE + timedelta(minutes=10), NINE + timedelta(minutes=20)
    base = sunline.load_config(CENTRE)
    surge = SurgeConfig(
        name="sale",
        queues={"desk"},
        planned=[WindowConfig(since=begins, until=ends)],
        bounds=[SurgeBounds(queue="desk", admission=AdmissionConfig(max_length=0))],
    )
    config = Config(name="sale", channels=base.channels, queues=base.queues, surges=[surge])
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(config, store=store, clock=sunline.Manual(start=NINE)) as engine:
        inside = []
        for minutes in (5, 15, 25):
            engine.advance(timedelta(minutes=5 if minutes == 5 else 10))
            engine.submit(f"after {minutes}", "desk")
            inside.append(engine.contact(f"after {minutes}") is not None)
        told = engine.events(1).read(timeout=0)
    assert inside == [True, False, True]
    turns = [
        (event.surge, event.active, event.value, event.at)
        for event in told
        if isinstance(event, events.SurgeTurned)
    ]
    assert turns == [(0, True, None, begins), (0, False, None, ends)]


def test_a_document_with_partners_and_surges_reads_as_it_was_written() -> None:
    when = TriggerConfig(signal=Signal.SIGNED_IN, enter=2, leave=5, min_idle=timedelta(minutes=5))
    base = sunline.load_config(CENTRE)
    partner = PartnerConfig(
        name="acme",
        queue="desk",
        data_classes={"general"},
        topics={"bills"},
        since=NINE,
        until=NINE + timedelta(days=30),
        concurrency=7,
        only_in_surge=True,
        answer_within=timedelta(seconds=20),
    )
    surge = SurgeConfig(name="storm", queues={"bills"}, when=when, shed=["bills"], open_partners={"acme"})
    config = Config(
        name="centre", channels=base.channels, queues=base.queues, partners=[partner], surges=[surge]
    )
    again = sunline.load_config(config.to_json())
    assert again.queues[0].overflow == base.queues[0].overflow
    assert isinstance(again.queues[0].overflow[0], OverflowConfig)
    (read,) = again.partners
    assert (read.since, read.until, read.concurrency) == (NINE, NINE + timedelta(days=30), 7)
    assert again.surges[0].when == when


def test_thresholds_that_would_flap_are_refused_with_their_path() -> None:
    with pytest.raises(sunline.ConfigInvalid) as refused:
        sunline.load_config(
            CENTRE.replace("leave = 0", "leave = 2").replace('queue = "desk"', 'queue = "nowhere"')
        )
    paths = [path for path, _ in refused.value.problems]
    assert paths == ["partners[0].queue", "queues[0].overflow[0].when.leave"]
