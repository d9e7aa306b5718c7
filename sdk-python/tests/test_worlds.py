"""Worlds whose contacts are handed on, whose agents learn, and whose customers are more patient at some hours."""

import ast
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import sunline
from sunline.simulation import (
    Cycle,
    Deterministic,
    Exponential,
    LearningCurve,
    Poisson,
    Scenario,
    Simulation,
    Trace,
    Transfer,
)

from tests.test_policies import START

CONFIG = """
    name = "house"
    channels = [{ name = "voice" }]
    skills = [{ name = "front" }, { name = "back" }]
    queues = [
        { name = "front", requires = "front", offer = { answer = "auto" } },
        { name = "back", requires = "back", offer = { answer = "auto" } },
    ]
    agents = [
        { name = "ann", skills = { front = 5 } },
        { name = "bob", skills = { front = 5 } },
        { name = "cleo", skills = { front = 5 } },
        { name = "dan", skills = { back = 5 } },
        { name = "eve", skills = { back = 5 } },
    ]
"""


def house(hours: float = 100.0, per_hour: float = 24.0) -> Scenario:
    stream = sunline.ContactStream(
        queue="front", arrivals=Poisson(rate_per_hour=per_hour), handling=Exponential(mean_s=300.0)
    )
    return Scenario(config=CONFIG, start=START, end=START + timedelta(hours=hours), streams=[stream])


def to_the_back(share: float) -> Transfer:
    return Transfer(source="front", target="back", share=share, handling=Exponential(mean_s=400.0))


def test_a_share_handed_on_loads_the_next_queue_as_erlang_says() -> None:
    world = replace(house(hours=4000.0), transfers=[to_the_back(0.5)])
    runs = Simulation(world).replicate(3, 6)
    moved = sum(int(run.queues.to_numpy("moved_in")[1]) for run in runs)
    arrived = sum(run.total.arrived for run in runs)
    assert abs(moved / arrived - 0.5) < 3.3 * math.sqrt(0.25 / arrived)
    busy = [run.agents.to_numpy("occupancy")[3:].mean() for run in runs]
    load = 24.0 * 0.5 / 3600.0 * 400.0 / 2.0
    assert abs(np.mean(busy) - load) < 3.3 * np.std(busy, ddof=1) / math.sqrt(len(busy))


def test_whoever_is_handed_on_is_so_under_every_share_above() -> None:
    def handed_on(share: float) -> set[int]:
        table = Simulation(replace(house(), transfers=[to_the_back(share)])).run(1).contacts
        return set(table.to_numpy("contact")[table.codes("queue") == 1].tolist())

    few, many = handed_on(0.2), handed_on(0.6)
    assert len(few) > 300
    assert few < many


def test_an_agent_who_learns_is_faster_with_every_contact() -> None:
    instants = [START + timedelta(minutes=10 * number) for number in range(5)]
    stream = sunline.ContactStream(
        queue="back", arrivals=Trace(instants=instants), handling=Deterministic(value_s=120.0)
    )
    curve = LearningCurve(queue="back", rate=0.5, floor=0.3, experience={"dan": 1.0, "eve": 1.0})
    table = Simulation(replace(house(), streams=[stream], learning=[curve])).run(1).contacts
    talked = table.to_numpy("talked").astype("m8[s]").astype(int).tolist()
    # Dan and eve take turns: the one idle for longest is next.
    assert talked == [120, 120, 60, 60, 40]


def test_patience_follows_the_hour() -> None:
    stream = sunline.ContactStream(
        queue="front",
        arrivals=Poisson(rate_per_hour=600.0),
        handling=Exponential(mean_s=3000.0),
        patience=Deterministic(value_s=60.0),
    )
    cycle = Cycle(start=START, factors=[1.0, 3.0])
    world = replace(house(hours=4.0), streams=[stream], patience_cycles={"front": cycle})
    frame = Simulation(world).run(2).contacts.to_pandas()
    left = frame[frame["outcome"] == "abandoned"]
    hour = (left["arrived_at"] - left["arrived_at"].min()).dt.total_seconds() // 3600 % 2
    waited = left["waited"].dt.total_seconds()
    assert len(left) > 1000
    assert waited.max() == 180.0
    assert set(waited.round(6)) == {60.0, 180.0}
    assert (waited[hour == 0] == 60.0).mean() > 0.98


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda world: replace(world, transfers=[to_the_back(1.5)]), "transfers[0].share"),
        (
            lambda world: replace(world, transfers=[replace(to_the_back(0.5), target="side")]),
            "transfers[0].target",
        ),
        (lambda world: replace(world, learning=[LearningCurve(queue="back", rate=2.0)]), "learning[0].rate"),
        (
            lambda world: replace(world, patience_cycles={"front": Cycle(start=START, factors=[])}),
            "patience_cycles.front.factors",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_path(
    change: Callable[[Scenario], Scenario], path: str
) -> None:
    with pytest.raises(sunline.ScenarioInvalid) as refused:
        Simulation(change(house()))
    assert refused.value.path == path


def test_a_program_finds_the_names_that_type_checkers_see() -> None:
    public = vars(sunline)["__all__"]
    source = ast.parse(Path(str(sunline.__file__)).read_text(encoding="utf-8"))
    block = next(node for node in source.body if isinstance(node, ast.If))
    seen = {
        (node.module, name.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert {name for _, name in seen} | {"__version__"} == set(public)
    assert len(public) == len(set(public))
    for module, name in seen:
        home = import_module(f"sunline.{name}" if module == "sunline" else str(module))
        assert getattr(sunline, name) is (home if module == "sunline" else getattr(home, name))
