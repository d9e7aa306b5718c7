"""Predicted waits from Python: laws, reasons, and breaches announced before they happen."""

import asyncio
from datetime import timedelta

import pytest
import sunline
from sunline import aio, events
from sunline.config import AtRiskConfig, ForecastConfig
from sunline.predicted import PredictedWait, Unknown

from tests.conftest import NINE

CONFIG = """
name = "centre"
channels = [{ name = "voice" }]
agents = [{ name = "ann" }, { name = "bob" }]
forecast = { handle_time = "3m", patience = "5m", agents = 2 }

[[queues]]
name = "all"
offer = { answer = "auto" }
at_risk = { percent = 60, lead = "5s" }
"""


def engine() -> sunline.Engine:
    store = sunline.Memory(keep_history=True)
    return sunline.Engine(CONFIG, store=store, clock=sunline.Manual(start=NINE))


def test_the_settings_are_read_as_classes() -> None:
    config = sunline.load_config(CONFIG)
    assert config.forecast == ForecastConfig(agents=2)
    assert config.queues[0].at_risk == AtRiskConfig(percent=60, lead=timedelta(seconds=5))
    assert sunline.load_config(config) == config


def test_a_waiting_contact_and_a_newcomer_get_a_law() -> None:
    with engine() as centre:
        assert centre.predicted_wait_in("all") == Unknown("nobody_present")
        for agent in ("ann", "bob"):
            centre.set_presence(agent, sunline.AVAILABLE)
        for contact in range(4):
            centre.submit(contact, "all")
        first, last = centre.predicted_wait(2), centre.predicted_wait(3)
        newcomer = centre.predicted_wait_in("all", mode="given_served")
        assert isinstance(first, PredictedWait)
        assert isinstance(last, PredictedWait)
        assert isinstance(newcomer, PredictedWait)
        assert (first.position, last.position, newcomer.position) == (1, 2, 3)
        assert (first.mode, newcomer.mode) == ("if_you_stay", "given_served")
        assert first.mean < last.mean
        levels = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
        quantiles = [last.quantile(q) for q in levels]
        assert quantiles == sorted(quantiles)
        assert last.p_within(last.quantile(0.5)) == pytest.approx(0.5, abs=0.01)
        assert 0.0 < last.p_abandons < 1.0
        assert last.p_meets_target <= 1.0 - last.p_breach
        with pytest.raises(sunline.PredictionRefused) as refused:
            centre.predicted_wait(0)
        assert (refused.value.code, refused.value.contact) == ("not_waiting", "0")
        with pytest.raises(sunline.ForecastRefused):
            first.quantile(1.0)


def test_a_breach_is_told_before_it_happens() -> None:
    with engine() as centre:
        centre.set_presence("ann", sunline.AVAILABLE)
        for contact in range(3):
            centre.submit(contact, "all")
        told = [event for event in centre.events(1).read(timeout=0) if isinstance(event, events.SlaAtRisk)]
        assert [event.contact for event in told] == ["1", "2"]
        assert all(0.6 <= event.probability <= 1.0 for event in told)
        assert (told[0].due, told[0].lead) == (NINE + timedelta(seconds=20), timedelta(seconds=20))


def test_without_a_forecast_there_is_none(shop: sunline.Config) -> None:
    with sunline.Engine(shop) as plain, pytest.raises(sunline.PredictionRefused) as refused:
        plain.predicted_wait_in("orders")
    assert refused.value.code == "no_forecast"


def test_from_asyncio() -> None:
    async def ask() -> int:
        async with aio.Engine(CONFIG, clock=sunline.Manual(start=NINE)) as centre:
            await centre.set_presence("ann", sunline.AVAILABLE)
            await centre.submit(1, "all")
            await centre.submit(2, "all")
            newcomer, second = await centre.predicted_wait_in("all"), await centre.predicted_wait(2)
            assert isinstance(newcomer, PredictedWait)
            assert isinstance(second, PredictedWait)
            return newcomer.position * 10 + second.position

    assert asyncio.run(ask()) == 21
