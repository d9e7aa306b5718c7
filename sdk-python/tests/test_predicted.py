"""Predicted waits from Python: laws, reasons, and breaches announced before they happen."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sunline
from sunline import aio, events
from sunline.config import AtRiskConfig, ForecastConfig
from sunline.predicted import PredictedServiceLevel, PredictedWait, Unknown
from sunline.reporting import report
from sunline.simulation import ContactStream, Exponential, Poisson, Result, Scenario, Simulation
from sunline.views import NewcomerWait

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
            level = await centre.predicted_service_level("all")
            assert isinstance(level, PredictedServiceLevel)
            assert await centre.forecast_record() == {}
            return newcomer.position * 10 + second.position

    assert asyncio.run(ask()) == 21


def test_views_tell_what_a_newcomer_would_be_told(shop: sunline.Config) -> None:
    with engine() as centre:
        assert centre.views().queues[0].newcomer == Unknown("nobody_present")
        centre.set_presence("ann", sunline.AVAILABLE)
        for contact in range(3):
            centre.submit(contact, "all")
        seen, asked = centre.views().queues[0].newcomer, centre.predicted_wait_in("all")
        assert isinstance(seen, NewcomerWait)
        assert isinstance(asked, PredictedWait)
        assert seen.position == asked.position == 3
        assert seen.mean == pytest.approx(asked.mean, abs=timedelta(milliseconds=1))
        assert seen.quantiles[0.9] == pytest.approx(asked.quantile(0.9), abs=timedelta(milliseconds=1))
        assert seen.p_meets_target == pytest.approx(asked.p_meets_target, abs=1e-5)
    with sunline.Engine(shop) as plain:
        assert plain.views().queues[0].newcomer is None


def test_the_service_level_of_an_interval_is_told_before_it_ends() -> None:
    with engine() as centre:
        assert centre.predicted_service_level("all") == Unknown("nobody_expected")
        for agent in ("ann", "bob"):
            centre.set_presence(agent, sunline.AVAILABLE)
        centre.submit(0, "all")
        one = centre.predicted_service_level("all")
        for contact in range(1, 6):
            centre.submit(contact, "all")
        crowded = centre.predicted_service_level("all")
        assert isinstance(one, PredictedServiceLevel)
        assert isinstance(crowded, PredictedServiceLevel)
        assert (one.since, one.until) == (NINE, NINE + timedelta(minutes=30))
        assert (crowded.in_time, crowded.counted, crowded.waiting) == (2, 2, 4)
        assert 0.0 <= crowded.low <= crowded.expected <= crowded.high <= 1.0
        assert crowded.expected < one.expected
        assert crowded.to_come > one.to_come > 0.0


def busy_day() -> Result:
    """Eight hours of a centre that forecasts."""
    scenario = Scenario(
        config=CONFIG,
        start=NINE,
        end=NINE + timedelta(hours=8),
        warm_up=timedelta(hours=1),
        streams=[
            ContactStream(
                queue="all",
                arrivals=Poisson(rate_per_hour=40.0),
                handling=Exponential(mean_s=180.0),
                patience=Exponential(mean_s=300.0),
            )
        ],
    )
    return Simulation(scenario).run(seed=3)


def test_a_run_says_how_well_its_forecasts_came_true() -> None:
    result = busy_day()
    record = result.forecasts("all")
    assert record is not None
    assert result.forecasts() == record, "there is one queue"
    # Not those of the first hour, and not those who were served at once or gave up.
    assert 50 < record.count < result.queue("all").answered
    assert record.mean_absolute_error_s <= record.rmse_s
    assert 0.5 < record.coverage80 < 1.0
    with pytest.raises(sunline.InvalidArgument):
        result.forecasts("nobody")


def test_the_record_is_drawn_and_reported(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    result = busy_day()
    figure = result.plot.calibration()
    assert [axes.get_title() for axes in figure.axes] == [
        "waits below each quantile",
        "probability of a wait within",
    ]
    page = report(result, tmp_path / "day.html").read_text()
    assert "Waits as told at arrival" in page


def test_a_live_engine_keeps_a_record() -> None:
    with engine() as centre:
        assert centre.forecast_record() == {}
        centre.set_presence("ann", sunline.AVAILABLE)
        for contact in range(3):
            centre.submit(contact, "all")
        centre.advance(timedelta(seconds=50))
        centre.complete(0)
        (record,) = centre.forecast_record().values()
        assert (record.count, list(centre.forecast_record())) == (1, ["all"])
