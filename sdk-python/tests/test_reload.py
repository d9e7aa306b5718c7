"""Another configuration while contacts are inside."""

from collections.abc import Iterator

import pytest
import sunline
from sunline.config import load_config
from sunline.events import OfferIssued, Reconfigured

from tests.conftest import NINE

SHOP = """
name = "shop"
channels = [{ name = "voice" }]
skills = [{ name = "french" }]
queues = [{ name = "bills", requires = "french >= 5" }]
agents = [{ name = "ann", skills = { french = 3 } }]
"""
EASIER = SHOP.replace("french >= 5", "french >= 3")


@pytest.fixture
def shop() -> Iterator[sunline.Engine]:
    store, clock = sunline.Memory(keep_history=True), sunline.Manual(start=NINE)
    with sunline.Engine(SHOP, store=store, clock=clock) as engine:
        engine.set_presence("ann", sunline.AVAILABLE)
        engine.submit("c1", "bills")
        yield engine


def _version_and_waiting(engine: sunline.Engine) -> tuple[str, int]:
    contact = engine.contact("c1")
    assert contact is not None
    return engine.config().queues[0].requires, len(contact.offers)


def test_whom_the_new_rules_let_serve_is_asked_at_once(shop: sunline.Engine) -> None:
    assert _version_and_waiting(shop) == ("french >= 5", 0)
    shop.reconfigure(EASIER)
    assert _version_and_waiting(shop) == ("french >= 3", 1)
    seen = shop.events(1).read(timeout=0)
    [changed] = [event for event in seen if isinstance(event, Reconfigured)]
    [offered] = [event for event in seen if isinstance(event, OfferIssued)]
    assert changed.config == load_config(EASIER)
    assert (changed.config_version, offered.decision.config_version) == (2, 2)
    # Back again: ann may not keep an offer that the earlier rules do not allow.
    shop.reconfigure(SHOP)
    assert _version_and_waiting(shop) == ("french >= 5", 0)


def test_what_may_not_change_is_named_and_nothing_is_half_applied(shop: sunline.Engine) -> None:
    with pytest.raises(sunline.CommandRefused) as refused:
        shop.reconfigure(EASIER.replace('{ name = "voice" }', '{ name = "voice", cost = 2 }'))
    assert (refused.value.code, refused.value.path) == ("fixed_setting", "channels[voice].cost")
    with pytest.raises(sunline.ConfigInvalid) as invalid:
        shop.reconfigure(SHOP.replace("french >= 5", "latin"))
    assert invalid.value.problems[0][0] == "queues[0].requires"
    assert _version_and_waiting(shop) == ("french >= 5", 0)


def test_agents_of_the_document_do_not_count(shop: sunline.Engine) -> None:
    shop.reconfigure(EASIER.replace("agents = [{", 'agents = [{ name = "bob" }, {'))
    with pytest.raises(sunline.CommandRefused):
        shop.agent("bob")
