"""Formulas from Python against the reference figures, as numbers and as arrays."""

import json
from math import gamma
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sunline
from sunline import forecast
from sunline.forecast import (
    AbandonmentTarget,
    MeanWaitTarget,
    ServiceLevelTarget,
    SteadyState,
    Target,
    TrafficClass,
    WaitLaw,
)
from sunline.simulation import Deterministic, Distribution, Empirical, Gamma, Weibull

MINUTE = 60.0
REFERENCE = Path(__file__).parents[2] / "tests" / "reference"
FIGURES = {
    "p_wait": ("p_wait", 1.0),
    "p_abandon": ("p_abandon", 1.0),
    "p_block": ("p_block", 1.0),
    "mean_wait_all": ("mean_wait_all_s", MINUTE),
    "mean_wait_served": ("mean_wait_served_s", MINUTE),
    "mean_queue_length": ("mean_queue_length", 1.0),
    "occupancy": ("occupancy", 1.0),
    "sl_served_within_T_over_offered": ("service_level", 1.0),
    "sl_excluding_short_abandons": ("service_level_abandons_if_late", 1.0),
}


def cases(file: str, key: str = "cases") -> list[Any]:
    rows: list[Any] = json.loads((REFERENCE / f"{file}.json").read_text())[key]
    return rows


def line(case: Any) -> "SteadyState[float]":
    """The queue of a case of erlang.json."""
    shared = {
        "arrivals_per_hour": case["arrival_rate_per_min"] * 60.0,
        "mean_handle_s": case["mean_service_min"] * MINUTE,
        "threshold_s": case["T_min"] * MINUTE,
    }
    patience = case.get("mean_patience_min")
    patience_s = None if patience is None else patience * MINUTE
    agents = case["agents"]
    if (law := case.get("patience")) is not None:
        found = forecast.general_patience(agents, patience=patience_of(law), **shared)
        assert isinstance(found.p_wait, float)
        return found  # pyright: ignore[reportReturnType] - the assertion says which of the two
    if (room := case.get("capacity_in_system")) is not None:
        return forecast.finite_room(agents, capacity=room, mean_patience_s=patience_s, **shared)
    if patience_s is None:
        return forecast.delay_queue(agents, **shared)
    return forecast.erlang_a(agents, mean_patience_s=patience_s, **shared)


def patience_of(law: Any) -> Distribution:
    if law["kind"] == "deterministic":
        return Deterministic(value_s=law["value"] * MINUTE)
    return Weibull(shape=law["shape"], scale_s=law["mean"] * MINUTE / gamma(1.0 + 1.0 / law["shape"]))


def test_lines_agree_with_their_reference() -> None:
    checked = 0
    for case in cases("erlang"):
        figures = line(case)
        relative = 1e-6 if case.get("patience") else 1e-8
        for key, value in case["expected"].items():
            if key in FIGURES:
                name, unit = FIGURES[key]
                assert getattr(figures, name) / unit == pytest.approx(value, rel=relative), (case["id"], key)
                checked += 1
    assert checked > 80


def test_staff_is_exact_as_numbers_and_as_arrays() -> None:
    rows = cases("staffing", "smallest_staff")
    for case in rows:
        found = forecast.smallest_agents(
            arrivals_per_hour=case["arrival_rate_per_min"] * 60.0,
            mean_handle_s=case["mean_service_min"] * MINUTE,
            mean_patience_s=None
            if case.get("mean_patience_min") is None
            else case["mean_patience_min"] * MINUTE,
            target=target(case["target"]),
        )
        assert found.agents == case["agents"], case["id"]
    eighty_twenty = ServiceLevelTarget(share=0.8, threshold_s=20.0)
    rates = np.linspace(10.0, 3000.0, 50).reshape(5, 10)
    many = forecast.smallest_agents(arrivals_per_hour=rates, mean_handle_s=180.0, target=eighty_twenty)
    each = [
        forecast.smallest_agents(arrivals_per_hour=rate, mean_handle_s=180.0, target=eighty_twenty).agents
        for rate in rates.ravel()
    ]
    assert many.agents.shape == (5, 10)
    assert many.agents.ravel().tolist() == each


def target(of: Any) -> Target:
    match of["kind"]:
        case "sl":
            return ServiceLevelTarget(share=of["value"], threshold_s=of["T_min"] * MINUTE)
        case "abandon_max":
            return AbandonmentTarget(most=of["value"])
        case _:
            return MeanWaitTarget(most_s=of["value"] * MINUTE)


def test_waits_given_who_is_ahead_agree_with_their_reference() -> None:
    for case in cases("predictor", "conditional"):
        law = WaitLaw(
            ahead=case["waiting_ahead"],
            agents=case["agents"],
            mean_handle_s=1.0 / case["service_rate"],
            mean_patience_s=1.0 / case["abandonment_rate"] if case["abandonment_rate"] else None,
        )
        assert law.mean_s == pytest.approx(case["virtual_mean"], rel=1e-8)
        assert law.cdf(case["T"]) == pytest.approx(case["p_virtual_wait_le_T"], rel=1e-8)
        assert law.p_served_within(case["T"]) == pytest.approx(case["p_served_within_T"], rel=1e-8)


def test_one_who_has_waited_with_nobody_ahead_waits_like_a_new_one() -> None:
    law = WaitLaw(ahead=0, agents=3, mean_handle_s=60.0, waited_s=45.0)
    assert law.mean_s == pytest.approx(20.0)
    two_ahead = WaitLaw(ahead=2, agents=3, mean_handle_s=60.0, waited_s=45.0)
    assert 20.0 < two_ahead.mean_s < 60.0


def test_priorities_agree_with_their_reference() -> None:
    checked = 0
    for case in cases("priority"):
        if not case["model"].startswith("M/M/c"):
            continue
        expected = case["classes_highest_first"]
        found = forecast.priority_classes(
            case["agents"],
            arrivals_per_hour=[row["arrival_rate_per_min"] * 60.0 for row in expected],
            mean_handle_s=case["mean_service_min"] * MINUTE,
            threshold_s=case["T_min"] * MINUTE,
        )
        for figures, row in zip(found, expected, strict=True):
            assert figures.mean_wait_s / MINUTE == pytest.approx(row["mean_wait"], rel=1e-8)
            assert figures.p_wait_longer == pytest.approx(row["p_wait_gt_T"], rel=1e-8)
            checked += 1
    assert checked >= 4


def test_arrays_are_broadcast_and_large_groups_are_no_trouble() -> None:
    agents = np.array([1, 100, 10_000])
    loss = forecast.erlang_b(agents, agents * 0.95)
    assert loss.shape == (3,)
    assert ((loss > 0.0) & (loss < 1.0)).all()
    large = forecast.erlang_a(10_000, arrivals_per_hour=200_000.0, mean_handle_s=180.0, mean_patience_s=300.0)
    assert 0.0 < large.p_wait < 1.0
    margin = forecast.square_root_margin(10_000, 10_000.0)
    limit = forecast.garnett_limit(margin, mean_handle_s=180.0, mean_patience_s=300.0)
    assert large.p_wait == pytest.approx(limit.p_wait, rel=0.01)
    grid = forecast.general_patience(
        np.array([[10], [20]]),
        arrivals_per_hour=np.array([100.0, 300.0, 500.0]),
        mean_handle_s=180.0,
        patience=Gamma(mean_s=120.0, cv=0.5),
    )
    assert isinstance(grid.p_wait, np.ndarray)
    assert grid.p_wait.shape == (2, 3)
    assert forecast.erlang_c(np.array([]), 1.0).shape == (0,)


def test_the_mean_wait_of_classes_before_one_agent() -> None:
    first, second = forecast.priority_mean_waits(
        [
            TrafficClass(arrivals_per_hour=18.0, mean_handle_s=60.0),
            TrafficClass(arrivals_per_hour=np.array([24.0, 24.0]), mean_handle_s=60.0, cv=1.0),
        ]
    )
    # (0.3 + 0.4)·60/((1 − 0.3)) and the same over (1 − 0.3)(1 − 0.7), in seconds.
    assert np.allclose(first, 60.0 * 0.7 / 0.7)
    assert np.allclose(second, 60.0 * 0.7 / (0.7 * 0.3))


def test_a_line_by_its_head_waits_about_as_long_as_its_head_has() -> None:
    wait = forecast.wait_by_head_of_line(
        np.array([0.0, 30.0, 300.0]),
        agents=10,
        arrivals_per_hour=220.0,
        mean_handle_s=180.0,
        mean_patience_s=240.0,
    )
    assert (np.diff(wait) > 0.0).all()


def test_what_has_no_figure_is_refused_by_name() -> None:
    with pytest.raises(sunline.ForecastRefused) as refused:
        forecast.priority_classes(3, arrivals_per_hour=[100.0, 200.0], mean_handle_s=60.0)
    assert refused.value.code == "overloaded"
    with pytest.raises(sunline.InvalidArgument, match="Empirical"):
        forecast.general_patience(
            3, arrivals_per_hour=1.0, mean_handle_s=60.0, patience=Empirical(samples_s=[1.0, 2.0])
        )
    with pytest.raises(sunline.ForecastRefused, match="row 1"):
        forecast.erlang_c(np.array([3, 3]), np.array([1.0, 3.0]))
