"""Plans: what opens while a contact waits."""

from datetime import timedelta

import sunline
from sunline import events
from sunline.config import StepConfig, Target

from tests.conftest import NINE

SECOND = timedelta(seconds=1)
SUN = """
name = "sun"
channels = [{ name = "voice" }]
skills = [{ name = "french" }]
agents = [{ name = "rosa", site = "rome" }]

[[queues]]
name = "bills"
requires = "french"
targets = [{ site = "paris" }]
plan = [
    { after = "30s", add = ["everyone"], lower = { french = 3 } },
    { after = "1m", drop = ["french"] },
    { after = "2m", move_to_queue = "calls" },
]

[[queues]]
name = "calls"
"""


def test_a_document_with_plans_reads_as_it_was_written() -> None:
    bills, calls = sunline.load_config(SUN).queues
    assert bills.targets == (Target(site="paris"),)
    assert bills.plan == (
        StepConfig(after=30 * SECOND, add=(Target(),), lower={"french": 3}),
        StepConfig(after=60 * SECOND, drop=("french",)),
        StepConfig(after=120 * SECOND, move_to_queue="calls"),
    )
    assert sunline.load_config(sunline.load_config(SUN).to_json()).queues == (bills, calls)


def test_steps_open_at_their_instants_and_are_told() -> None:
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(SUN, store=store, clock=sunline.Manual(start=NINE)) as engine:
        engine.set_presence("rosa", sunline.AVAILABLE)
        engine.submit("c1", "bills")
        engine.advance(59 * SECOND)
        seen = engine.contact("c1")
        assert seen is not None
        assert not seen.offers
        engine.advance(SECOND)
        seen = engine.contact("c1")
        assert seen is not None
        assert len(seen.offers) == 1
        opened = [event for event in engine.events(1).read(timeout=0) if isinstance(event, events.StepOpened)]
    assert [(event.step, event.at) for event in opened] == [(1, NINE + 30 * SECOND), (2, NINE + 60 * SECOND)]
