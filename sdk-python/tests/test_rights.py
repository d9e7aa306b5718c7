"""What nothing crosses: entitlements with their dates, project locks, customers who are never served."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sunline
from sunline import events
from sunline.config import Absolute, AgentSpec, Config, Dates
from sunline.words import ShortfallKind

from tests.conftest import NINE

BUREAU = """
name = "bureau"
project_lock = "1h"
channels = [{ name = "voice" }]
pools = [{ name = "clerks" }]
queues = [
    { name = "apollo", absolute = { project = "apollo" } },
    { name = "gemini", absolute = { project = "gemini" } },
    { name = "loans", absolute = { entitlements = ["loans"] } },
]
"""


@pytest.fixture
def bureau() -> Iterator[sunline.Engine]:
    """A bureau at nine in the morning, with a clock that the test moves."""
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(BUREAU, store=store, clock=sunline.Manual(start=NINE)) as engine:
        yield engine


def since(engine: sunline.Engine, receipt: events.Receipt) -> list[events.Event]:
    """The events after a receipt."""
    return engine.events(receipt.seq + 1).read(timeout=0)


def offers(engine: sunline.Engine, contact: str) -> int:
    """How many live offers a contact has."""
    seen = engine.contact(contact)
    assert seen is not None
    return len(seen.offers)


def arrives(engine: sunline.Engine, spec: AgentSpec) -> None:
    """An agent is registered and signs in."""
    engine.register_agent(spec)
    engine.set_presence(spec.name, sunline.AVAILABLE)


def test_a_document_with_rights_reads_as_it_was_written() -> None:
    spec = AgentSpec(
        name="ann",
        entitlements={"loans": Dates(since=NINE, until=NINE + timedelta(days=1)), "cards": Dates()},
        never_serves=frozenset({"smith"}),
    )
    config = sunline.load_config(BUREAU)
    assert config.project_lock == timedelta(hours=1)
    assert config.queues[0].absolute == Absolute(project="apollo")
    one = Config(name="one", channels=config.channels, queues=config.queues, agents=(spec,))
    again = sunline.load_config(one.to_json())
    assert again.agents == (spec,)


def test_an_entitlement_is_told_when_it_ends(bureau: sunline.Engine) -> None:
    arrives(bureau, AgentSpec(name="ann", entitlements={"loans": Dates(until=NINE + timedelta(seconds=10))}))
    receipt = bureau.submit("c1", "loans")
    assert offers(bureau, "c1") == 1
    bureau.advance(timedelta(seconds=10))
    told = since(bureau, receipt)
    (changed,) = [event for event in told if isinstance(event, events.EntitlementChanged)]
    assert (changed.entitlement, changed.valid, changed.at) == ("loans", False, NINE + timedelta(seconds=10))
    (unservable,) = [event for event in told if isinstance(event, events.ContactUnservable)]
    assert unservable.shortfall is not None
    assert unservable.shortfall.kind is ShortfallKind.ENTITLEMENT
    assert offers(bureau, "c1") == 0


def test_a_project_lock_is_released_for_a_reason(bureau: sunline.Engine) -> None:
    arrives(bureau, AgentSpec(name="ann"))
    with pytest.raises(sunline.CommandRefused) as refused:
        bureau.release_project_lock("ann", "by mistake")
    assert refused.value.code == "not_locked"
    bureau.submit("c1", "apollo")
    seen = bureau.contact("c1")
    assert seen is not None
    bureau.accept(seen.offers[0], "ann")
    bureau.complete("c1")
    before = bureau.submit("c2", "gemini")
    assert offers(bureau, "c2") == 0
    bureau.release_project_lock("ann", "flood in the south")
    ended = since(bureau, before)[0]
    assert isinstance(ended, events.ProjectLockEnded)
    assert (ended.project, ended.released) == ("apollo", "flood in the south")
    assert offers(bureau, "c2") == 1


def test_a_customer_who_is_never_served_by_an_agent_is_refused_by_hand_too(bureau: sunline.Engine) -> None:
    bureau.register_agent(AgentSpec(name="ann", never_serves=frozenset({"smith"})))
    before = bureau.set_presence("ann", sunline.AVAILABLE)
    bureau.submit("c1", "apollo", details=sunline.ContactDetails(customer="smith"))
    told = [event for event in since(bureau, before) if isinstance(event, events.ContactUnservable)]
    assert told[0].shortfall is not None
    assert told[0].shortfall.kind is ShortfallKind.CUSTOMER
    with pytest.raises(sunline.CommandRefused) as refused:
        bureau.assign("c1", "ann")
    assert refused.value.code == "cannot_serve"


def test_the_example_of_the_guide_runs() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "rights.md"
    blocks = guide.read_text(encoding="utf-8").split("```python\n")[1:]
    known: dict[str, object] = {}
    for block in blocks:
        exec(block.split("```")[0], known)
    assert len(blocks) == 1
