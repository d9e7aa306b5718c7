"""Whole selection rules in Python: the same object decides in a simulation and advises live."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sunline
from sunline import events
from sunline.policies import NEVER, Choice, Moment, Scores, SelectionRule, held
from sunline.scoring import answer
from sunline.simulation import ContactStream, Deterministic, Exponential, Poisson, Scenario, Simulation, Trace

from tests.conftest import NINE

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
RING = """
name = "ring"
channels = [{ name = "voice" }]
skills = [{ name = "a" }, { name = "b" }]
queues = [
    { name = "a", requires = "a >= 1", offer = { answer = "auto" } },
    { name = "b", requires = "b >= 1", offer = { answer = "auto" } },
]
agents = [
    { name = "ann", skills = { a = 5 } },
    { name = "bob", skills = { a = 5, b = 5 } },
    { name = "cleo", skills = { b = 5 } },
]
"""


def ring(rule: SelectionRule | None = None, rate: float = 18.0) -> Scenario:
    """Two queues; bob serves both."""

    def stream(queue: str) -> ContactStream:
        return ContactStream(
            queue=queue,
            arrivals=Poisson(rate_per_hour=rate),
            handling=Exponential(mean_s=240.0),
            patience=Exponential(mean_s=300.0),
        )

    return Scenario(
        config=RING,
        start=START,
        end=START + timedelta(hours=10),
        streams=[stream("a"), stream("b")],
        rule=rule,
    )


class OldestToLongestIdle(SelectionRule):
    """What the engine does by itself where points grow with the wait alone."""

    def score_pairs(self, moment: Moment) -> Scores:
        return np.zeros(moment.may.shape, dtype="i8")


class Nobody(SelectionRule):
    def score_pairs(self, moment: Moment) -> Scores:
        return np.full(moment.may.shape, NEVER)


class SpecialistsFirst(SelectionRule):
    """Keeps bob for those whom the others cannot serve now."""

    def score_pairs(self, moment: Moment) -> Scores:
        return np.where(moment.agent == 1, 0, 1)[None, :] + np.zeros(moment.may.shape, dtype="i8")


def test_a_rule_that_says_what_the_engine_would_say_has_its_figures() -> None:
    ruled = Simulation(ring(OldestToLongestIdle())).run(seed=3)
    alone = Simulation(ring()).run(seed=3)
    assert ruled.total == alone.total
    assert ruled.total.abandoned > 20
    a, b = (run.contacts.to_pandas().drop(columns="ended_at") for run in (ruled, alone))
    assert (
        a.sort_values("contact")
        .reset_index(drop=True)
        .equals(b.sort_values("contact").reset_index(drop=True))
    )


def test_under_a_rule_that_pairs_nobody_everybody_gives_up() -> None:
    total = Simulation(ring(Nobody())).run(seed=3).total
    assert (total.answered, total.abandoned) == (0, total.arrived)


def test_a_rule_is_compared_with_the_engines_own_on_the_same_customers() -> None:
    policies = {
        "engine": ring(),
        "same": ring(OldestToLongestIdle()),
        "specialists": ring(SpecialistsFirst()),
    }
    both = sunline.compare(policies, seed=1, count=12)
    assert both.difference("same", "mean_wait_s").change.mean == 0.0
    assert both.difference("specialists", "mean_wait_s").change.mean != 0.0
    assert pickle.loads(pickle.dumps(ring(SpecialistsFirst()))).rule is not None


class Waits(SelectionRule):
    """Serves nobody who has waited for less than a minute, and looks again in time."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, int]] = []

    def begin(self, seed: int, replication: int) -> None:
        self.begun.append((seed, replication))

    def score_pairs(self, moment: Moment) -> Scores:
        late = np.where(moment.waited_s >= 60.0, 0, NEVER)
        return np.broadcast_to(late[:, None], moment.may.shape).astype("i8")

    def choose(self, moment: Moment) -> Choice:
        pairs = super().choose(moment).pairs
        return Choice(
            pairs=pairs, look_again=timedelta(seconds=60.0 - moment.waited_s.min()) if not pairs else None
        )


def test_a_rule_looks_again_when_it_said_so() -> None:
    rule = Waits()
    quiet = replace(
        ring(rule),
        streams=[
            ContactStream(
                queue="a",
                arrivals=Trace(instants=[START + timedelta(minutes=n) for n in (5, 30)]),
                handling=Deterministic(value_s=30.0),
            )
        ],
    )
    run = Simulation(quiet).run(seed=1, replication=4)
    assert run.contacts.to_pandas()["waited"].dt.total_seconds().tolist() == [60.0, 60.0]
    assert rule.begun == [(1, 4)]


class Wrong(SelectionRule):
    def __init__(self, choice: Choice) -> None:
        self.choice = choice

    def score_pairs(self, moment: Moment) -> Scores:
        return np.zeros((1, 1), dtype="i8")

    def choose(self, moment: Moment) -> Choice:
        return super().choose(moment) if self.choice.look_again else self.choice


def test_a_pair_that_cannot_be_ends_the_run_with_the_reason() -> None:
    with pytest.raises(sunline.InvalidArgument, match="no contact 99") as refused:
        Simulation(ring(Wrong(Choice(pairs=[(99, 0)])))).run(seed=1)
    assert refused.value.code == "cannot_pair"
    # All three are free at first, and cleo may not serve the first contact of queue a.
    first = replace(ring(Wrong(Choice(pairs=[(0, 2)]))), streams=ring().streams[:1])
    with pytest.raises(sunline.InvalidArgument, match="made a pair that cannot be"):
        Simulation(first).run(seed=1)
    with pytest.raises(sunline.InvalidArgument, match="1 contacts by 3 agents"):
        Simulation(ring(Wrong(Choice(pairs=[], look_again=timedelta(1))))).run(seed=1)


class Broken(SelectionRule):
    def score_pairs(self, moment: Moment) -> Scores:
        raise RuntimeError("out of order")


def test_what_a_rule_raises_ends_the_run() -> None:
    with pytest.raises(RuntimeError, match="out of order"):
        Simulation(ring(Broken())).run(seed=1)


def test_a_rule_and_a_scorer_contradict_each_other() -> None:
    with pytest.raises(sunline.InvalidArgument, match="leave the scorer out"):
        Simulation(ring(Nobody())).run(seed=1, scorer=Nobody())


SCORED = RING.replace("offer =", 'scorer = { wait = "20ms" }, offer =')


class Advises(SelectionRule):
    """Prefers bob, and remembers what it was shown."""

    def __init__(self) -> None:
        self.seen: list[Moment] = []

    def score_pairs(self, moment: Moment) -> Scores:
        self.seen.append(moment)
        return np.where(moment.agent == 1, 5, 1)[None, :] + np.zeros(moment.may.shape, dtype="i8")


def test_the_same_rule_advises_live() -> None:
    config = sunline.load_config(SCORED)
    store, clock = sunline.Memory(keep_history=True), sunline.Manual(start=NINE)
    with sunline.Engine(config, store=store, clock=clock) as engine:
        for agent in ("ann", "bob"):
            engine.set_presence(agent, sunline.AVAILABLE)
        engine.advance(timedelta(seconds=7))
        engine.submit("c1", "a", points=3)
        (wanted,) = [e for e in engine.events(1).read(timeout=0) if isinstance(e, events.ScoresWanted)]
        rule = Advises()
        assert answer(engine, rule, wanted)
        (issued,) = [e for e in engine.events(1).read(timeout=0) if isinstance(e, events.OfferIssued)]
        assert issued.agent == engine.agent_id("bob")
    (moment,) = rule.seen
    assert (moment.queue.tolist(), moment.points.tolist()) == ([0], [3])
    assert (moment.agent.tolist(), moment.idle_s.tolist()) == ([0, 1], [7.0, 7.0])


def test_the_same_rule_advises_in_a_simulation() -> None:
    rule = Advises()
    scored = replace(ring(rate=6.0), config=SCORED)
    advised = Simulation(scored).run(seed=2, scorer=rule)
    assert all(moment.may.shape[0] == 1 for moment in rule.seen)
    assert len(rule.seen) > 20
    handle = dict(zip(advised.agents.to_numpy("agent"), advised.agents.to_numpy("handle"), strict=True))
    plain = Simulation(scored).run(seed=2)
    plainly = dict(zip(plain.agents.to_numpy("agent"), plain.agents.to_numpy("handle"), strict=True))
    assert handle["bob"] > plainly["bob"]


def test_an_engine_that_is_held_pairs_nobody() -> None:
    config = held(sunline.load_config(RING))
    with sunline.Engine(config, store=sunline.Memory(), clock=sunline.Manual(start=NINE)) as engine:
        engine.set_presence("ann", sunline.AVAILABLE)
        engine.submit("c1", "a")
        waiting = engine.contact("c1")
        assert waiting is not None
        assert waiting.agent is None
        engine.pull("ann", "c1")
        engaged = engine.contact("c1")
        assert engaged is not None
        assert engaged.agent == engine.agent_id("ann")
