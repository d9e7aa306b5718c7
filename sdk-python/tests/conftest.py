"""A small shop that most stories are set in."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sunline

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)

SHOP = """
name = "shop"
channels = [{ name = "voice" }, { name = "mail" }]
skills = [{ name = "billing" }, { name = "french" }]

[[queues]]
name = "bills"
requires = "billing >= 3"
wrap_up = "30s"

[[queues]]
name = "orders"

[[agents]]
name = "ann"
skills = { billing = 7 }

[[agents]]
name = "bob"
"""


@pytest.fixture
def shop() -> sunline.Config:
    """The shop's configuration."""
    return sunline.load_config(SHOP)


@pytest.fixture
def engine(shop: sunline.Config) -> Iterator[sunline.Engine]:
    """The shop at nine in the morning, with a clock that the test moves."""
    store = sunline.Memory(keep_history=True)
    with sunline.Engine(shop, store=store, clock=sunline.Manual(start=NINE)) as engine:
        yield engine
