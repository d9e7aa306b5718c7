"""Ctrl-C in a long run: it ends, and nothing is broken afterwards. How soon is measured by a bench."""

import signal
import subprocess
import sys
import time

import pytest

PROGRAM = """
import sys
from datetime import UTC, datetime, timedelta
from sunline.policies import SelectionRule
from sunline.scoring import Scorer
from sunline.simulation import ContactStream, Exponential, Poisson, Scenario, Simulation
import numpy as np

class Any(SelectionRule):
    def score_pairs(self, moment):
        return np.zeros(moment.may.shape, dtype="i8")

class First(Scorer):
    def score(self, contact, candidates):
        return {candidates[0]: 1}

def world(hours, rule=None, scorer=""):
    start = datetime(2026, 3, 2, tzinfo=UTC)
    people = ", ".join(f"{{ name = 'agent {n}' }}" for n in range(10))
    return Scenario(
        config=f'''
            name = "shop"
            channels = [{{ name = "voice" }}]
            queues = [{{ name = "all", {scorer} offer = {{ answer = "auto" }} }}]
            agents = [{people}]
        ''',
        start=start,
        end=start + timedelta(hours=hours),
        streams=[ContactStream(queue="all", arrivals=Poisson(rate_per_hour=100.0), handling=Exponential(mean_s=300.0))],
        rule=rule,
    )

scored = "scorer = { wait = '1s' },"
runs = {
    "one": lambda hours: Simulation(world(hours)).run(1, record_contacts=False),
    "many": lambda hours: Simulation(world(hours)).replicate(1, 4, threads=2),
    "rule": lambda hours: Simulation(world(hours, rule=Any())).run(1, record_contacts=False),
    "scorer": lambda hours: Simulation(world(hours, scorer=scored)).run(1, record_contacts=False, scorer=First()),
}
run = runs[sys.argv[1]]
print("begun", flush=True)
try:
    run(1_000_000)
except KeyboardInterrupt:
    run(1)
    print("ended, and well", flush=True)
"""


@pytest.mark.parametrize("kind", ["one", "many", "rule", "scorer"])
def test_a_long_run_ends_when_somebody_presses_ctrl_c(kind: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, kind], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        told, wrong = process.communicate(timeout=60)
    assert (told, wrong, process.returncode) == ("ended, and well\n", "", 0)
