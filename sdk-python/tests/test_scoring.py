"""Scorers in Python: the same class live and in simulation."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sunline
from sunline import events
from sunline.ids import AgentId, ContactId
from sunline.scoring import Scorer, answer
from sunline.simulation import Exponential, Poisson
from sunline.words import ScoresMiss

from tests.conftest import NINE

CONFIG = """
name = "shop"
channels = [{ name = "voice" }]
queues = [{ name = "orders", scorer = { wait = "20ms" }, offer = { answer = "auto" } }]
agents = [{ name = "ann" }, { name = "bob" }, { name = "cleo" }]
"""


class LastFirst(Scorer):
    """Prefers who registered last, and remembers whom it was asked about."""

    def __init__(self) -> None:
        self.asked: list[ContactId] = []

    def score(self, contact: ContactId, candidates: Sequence[AgentId]) -> Mapping[AgentId, int]:
        self.asked.append(contact)
        return {agent: int(agent) for agent in candidates}


class Broken(Scorer):
    def score(self, contact: ContactId, candidates: Sequence[AgentId]) -> Mapping[AgentId, int]:
        raise ValueError("out of order")


def busy_engine() -> sunline.Engine:
    engine = sunline.Engine(
        sunline.load_config(CONFIG), store=sunline.Memory(keep_history=True), clock=sunline.Manual(start=NINE)
    )
    for agent in ["ann", "bob", "cleo"]:
        engine.set_presence(agent, sunline.AVAILABLE)
    engine.submit("c1", "orders")
    return engine


def told(engine: sunline.Engine) -> list[events.Event]:
    return engine.events(1).read(timeout=0)


def test_a_scorer_answers_live() -> None:
    with busy_engine() as engine:
        (wanted,) = [event for event in told(engine) if isinstance(event, events.ScoresWanted)]
        assert list(wanted.candidates) == [engine.agent_id(name) for name in ["ann", "bob", "cleo"]]
        assert wanted.until == NINE + timedelta(milliseconds=20)
        assert answer(engine, LastFirst(), wanted)
        (given,) = [event for event in told(engine) if isinstance(event, events.ScoresGiven)]
        assert given.scores == {agent: int(agent) for agent in wanted.candidates}
        (issued,) = [event for event in told(engine) if isinstance(event, events.OfferIssued)]
        assert issued.agent == engine.agent_id("cleo")
        assert not answer(engine, LastFirst(), wanted)


def test_a_scorer_that_breaks_leaves_it_to_the_rule() -> None:
    with busy_engine() as engine:
        (wanted,) = [event for event in told(engine) if isinstance(event, events.ScoresWanted)]
        assert answer(engine, Broken(), wanted)
        (missed,) = [event for event in told(engine) if isinstance(event, events.ScoresMissed)]
        assert missed.reason is ScoresMiss.FAILED
        (issued,) = [event for event in told(engine) if isinstance(event, events.OfferIssued)]
        assert issued.agent == engine.agent_id("ann")


def test_a_late_scorer_leaves_it_to_the_rule() -> None:
    with busy_engine() as engine:
        engine.advance(timedelta(milliseconds=20))
        (missed,) = [event for event in told(engine) if isinstance(event, events.ScoresMissed)]
        assert missed.reason is ScoresMiss.LATE
        with pytest.raises(sunline.CommandRefused) as refused:
            engine.give_scores("c1", {engine.agent_id("bob"): 1})
        assert refused.value.code == "no_scores_wanted"


def test_the_same_scorer_answers_in_a_simulation() -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    day = sunline.Scenario(
        config=CONFIG,
        start=start,
        end=start + timedelta(hours=10),
        streams=[
            sunline.ContactStream(
                queue="orders", arrivals=Poisson(rate_per_hour=20.0), handling=Exponential(mean_s=180.0)
            )
        ],
    )
    simulation, scorer = sunline.Simulation(day), LastFirst()
    scored, ruled = simulation.run(seed=7, scorer=scorer, measure_policy=True), simulation.run(seed=7)
    assert len(scorer.asked) > 50
    assert simulation.run(seed=7, scorer=LastFirst()).total == scored.total
    ann, bob, cleo = scored.agents.to_numpy("handle")
    assert cleo > bob > ann
    policy = scored.policy
    assert policy.spread is not None
    assert policy.spread.highest > policy.spread.lowest
    assert 1 / 3 <= policy.spread.jain < 1
    orders = policy.queues["orders"]
    assert orders.share_by_pool == (1.0,)
    assert orders.overtaking == 0.0
    assert orders.wait_median is not None
    assert orders.wait_p95 is not None
    assert orders.wait_median <= orders.wait_p95
    assert scored.total.arrived == ruled.total.arrived
