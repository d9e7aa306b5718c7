"""A day in a shop, simulated from Python."""

import dataclasses
import pickle
from datetime import UTC, datetime, timedelta

import pytest
import sunline
from sunline.simulation import Exponential, Poisson

CONFIG = """
    name = "shop"
    channels = [{ name = "voice" }]
    queues = [{ name = "orders", offer = { answer = "auto" } }]
    agents = [{ name = "ann" }, { name = "bob" }]
"""


def shop(rate_per_hour: float = 20.0, config: str = CONFIG) -> sunline.Scenario:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return sunline.Scenario(
        config=config,
        start=start,
        end=start + timedelta(hours=10),
        streams=[
            sunline.ContactStream(
                queue="orders",
                arrivals=Poisson(rate_per_hour=rate_per_hour),
                handling=Exponential(mean_s=180.0),
                patience=Exponential(mean_s=240.0),
            )
        ],
    )


def test_every_contact_that_arrives_ends_once() -> None:
    result = sunline.Simulation(shop()).run(seed=7)
    total = result.total
    assert total.arrived > 100
    assert total.arrived == total.answered + total.abandoned + total.blocked + total.withdrawn
    assert result.inside == 0


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    simulation = sunline.Simulation(shop())
    first, again, other = simulation.run(seed=7), simulation.run(seed=7), simulation.run(seed=8)
    assert first.contacts.to_pandas().equals(again.contacts.to_pandas())
    assert not first.contacts.to_pandas().equals(other.contacts.to_pandas())


def test_replications_do_not_depend_on_the_number_of_threads() -> None:
    simulation = sunline.Simulation(shop())
    alone = [result.total for result in simulation.replicate(seed=3, count=4, threads=1)]
    together = [result.total for result in simulation.replicate(seed=3, count=4, threads=2)]
    assert alone == together


def test_contacts_are_the_same_in_pandas_and_in_polars() -> None:
    contacts = sunline.Simulation(shop()).run(seed=7).contacts
    in_pandas, in_polars = contacts.to_pandas(), contacts.to_polars()
    assert list(in_pandas.columns) == in_polars.columns
    assert len(in_pandas) == in_polars.height > 100


def test_a_configuration_with_five_mistakes_reports_all_five() -> None:
    config = """
        name = "shop"
        channels = [{ name = "voice", cost = 0 }]
        skills = [{ name = "a" }, { name = "a" }]
        queues = [{ name = "q", requires = "b", offer = { parallel = 0 } }]
        agents = [{ name = "ann", pool = "nowhere" }]
    """
    with pytest.raises(sunline.ConfigInvalid) as refused:
        sunline.load_config(config)
    paths = [path for path, _ in refused.value.problems]
    assert len(paths) == 5
    for part in (
        "channels[0].cost",
        "skills[1].name",
        "queues[0].requires",
        "queues[0].offer.parallel",
        "agents[0].pool",
    ):
        assert part in paths
    assert refused.value.code == "invalid_config"


@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -1.0])
def test_a_rate_that_cannot_be_meant_is_refused(rate: float) -> None:
    with pytest.raises(sunline.SunlineError):
        sunline.Simulation(shop(rate)).run(seed=1)


def test_an_unknown_queue_is_named() -> None:
    with pytest.raises(sunline.ScenarioInvalid, match="orders"):
        sunline.Simulation(shop(config=CONFIG.replace('"orders"', '"other"')))


def test_a_refusal_survives_pickling() -> None:
    with pytest.raises(sunline.ConfigInvalid) as refused:
        sunline.load_config("name = 'shop'\nchannels = []\nqueues = []")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.code, again.problems) == (refused.value.code, refused.value.problems)


def test_rows_and_what_the_policy_did_are_wishes_of_their_own() -> None:
    simulation = sunline.Simulation(shop())
    plain = simulation.run(seed=1, record_contacts=False)
    rows, measured = (
        simulation.run(seed=1),
        simulation.run(seed=1, record_contacts=False, measure_policy=True),
    )
    assert plain.total == rows.total == measured.total
    assert len(rows.contacts) == rows.total.arrived
    assert measured.policy.queues["orders"].wait_median is not None
    (replicated,) = simulation.replicate(1, 1, measure_policy=True)
    assert replicated.policy == measured.policy
    for run in (plain, rows):
        with pytest.raises(sunline.InvalidArgument, match="measure_policy=True") as refused:
            _ = run.policy
        assert refused.value.argument == "measure_policy"
    with pytest.raises(sunline.InvalidArgument, match="record_contacts=True"):
        _ = measured.contacts
    decided = simulation.run(seed=1, record_contacts=False, record_decisions=True)
    assert len(decided.decisions) == decided.total.answered
    assert len(decided.contacts) == decided.total.arrived


def test_what_the_policy_did_leaves_the_warm_up_out() -> None:
    day = shop()
    halves = dataclasses.replace(day, warm_up=(day.end - day.start) / 2)
    whole, half = (
        sunline.Simulation(one).run(seed=1, measure_policy=True).policy.spread for one in (day, halves)
    )
    assert whole is not None
    assert half is not None
    assert whole != half
