"""What the workbench costs from Python: runs with and without rows, Python that decides, tables, memory, Ctrl-C.

    python benches/python/workbench.py [--contacts 500000] [--rounds 3] [--only NAME]…

Speeds are contacts per CPU second of the process, all threads; the best of the rounds, as other load only makes it
worse. The peers are those of `benches/peers` on the same centre, run here in turn. Wall times, which another load
lengthens, are printed with the load average.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sunline.config import (
    AgentRule,
    AgentSpec,
    AnswerMode,
    ChannelConfig,
    Config,
    OfferConfig,
    QueueConfig,
    ScorerConfig,
    SkillConfig,
)
from sunline.ids import AgentId, ContactId
from sunline.policies import Moment, Scores, SelectionRule
from sunline.scoring import Scorer
from sunline.simulation import ContactStream, Exponential, Poisson, Scenario, Simulation

PEERS = Path(__file__).resolve().parents[1] / "peers"
START = datetime(2026, 3, 2, tzinfo=UTC)
AUTO = OfferConfig(answer=AnswerMode.AUTO)
SERVICE_S, PATIENCE_S, LOAD = 300.0, 600.0, 0.95  #: As in `benches/peers/centre.py`.


def centre(config: Config, contacts: int) -> Scenario:
    """A centre loaded to 95 % until about so many contacts have come."""
    agents = len(config.agents)
    per_hour = 3600.0 * LOAD * agents / SERVICE_S
    streams = [
        ContactStream(
            queue=queue.name,
            arrivals=Poisson(rate_per_hour=per_hour / len(config.queues)),
            handling=Exponential(mean_s=SERVICE_S),
            patience=Exponential(mean_s=PATIENCE_S),
        )
        for queue in config.queues
    ]
    return Scenario(config=config, start=START, end=START + timedelta(hours=contacts / per_hour), streams=streams)


def erlang_a(scored: bool = False) -> Config:
    """One queue, 100 agents who are all alike."""
    scorer = ScorerConfig(wait=timedelta(seconds=1)) if scored else None
    return Config(
        name="erlang-a",
        channels=[ChannelConfig(name="voice")],
        queues=[QueueConfig(name="all", offer=AUTO, scorer=scorer)],
        agents=[AgentSpec(name=f"agent {number}") for number in range(100)],
    )


def two_skill() -> Config:
    """Six types on a ring; group g serves type g at level 1 and type g + 1 at level 2."""
    names = [f"type_{kind}" for kind in range(6)]
    return Config(
        name="two-skill",
        channels=[ChannelConfig(name="voice")],
        skills=[SkillConfig(name=name) for name in names],
        queues=[
            QueueConfig(name=name, requires=f"{name} >= 1", agent_rule=AgentRule.BEST_SCORE, offer=AUTO) for name in names
        ],
        agents=[
            AgentSpec(name=f"agent {n}", skills={names[n // 15]: 10, names[(n // 15 + 1) % 6]: 5}) for n in range(90)
        ],
    )


class First(Scorer):
    """The first by the queue's own rule."""

    def score(self, contact: ContactId, candidates: Sequence[AgentId]) -> Mapping[AgentId, int]:
        """One for the first."""
        return {candidates[0]: 1}


class Any(SelectionRule):
    """The oldest contact to the agent idle for longest."""

    def score_pairs(self, moment: Moment) -> Scores:
        """All alike."""
        return np.zeros(moment.may.shape, dtype="i8")


def speed(scenario: Scenario, rounds: int, **wish: object) -> float:
    """Contacts per CPU second, the best of the rounds."""
    simulation, best = Simulation(scenario), 0.0
    for seed in range(rounds):
        began = time.process_time()
        result = simulation.run(seed, **wish)  # type: ignore[arg-type]
        best = max(best, result.total.arrived / (time.process_time() - began))
    return best


def speeds(contacts: int, rounds: int) -> None:
    """Runs with and without rows, and with Python that decides."""
    for name, config in (("erlang-a", erlang_a()), ("two-skill", two_skill())):
        world = centre(config, contacts)
        line(f"{name}, figures alone", speed(world, rounds, record_contacts=False), "contacts a CPU second")
        line(f"{name}, with rows", speed(world, rounds), "contacts a CPU second")
        line(
            f"{name}, with what the policy did",
            speed(world, rounds, record_contacts=False, measure_policy=True),
            "contacts a CPU second",
        )
    scored = centre(erlang_a(scored=True), contacts // 5)
    line("erlang-a, a scorer in Python", speed(scored, rounds, record_contacts=False, scorer=First()), "contacts a CPU second")
    ruled = replace(centre(erlang_a(), contacts // 20), rule=Any())
    line("erlang-a, a whole rule in Python", speed(ruled, rounds, record_contacts=False), "contacts a CPU second")
    for peer in ("python_loop", "simpy", "simpy_processes"):
        script = PEERS / f"{peer}_peer.py" if (PEERS / f"{peer}_peer.py").exists() else PEERS / f"{peer}.py"
        for name in ("erlang-a", "two-skill"):
            best = 0.0
            for seed in range(rounds):
                flags = ["--centre", name, "--contacts", str(max(contacts // 5, 20_000)), "--seed", str(seed + 1)]
                told = subprocess.run([sys.executable, script, *flags], capture_output=True, text=True, check=True)
                best = max(best, json.loads(told.stdout)["contacts_per_cpu_second"])
            line(f"{name}, {peer}", best, "contacts a CPU second")


def threads(contacts: int, rounds: int) -> None:
    """CPU time a contact on two threads and on one."""
    simulation = Simulation(centre(erlang_a(), contacts // 4))
    cpu: dict[int, float] = {}
    for number in (1, 2):
        best, wall = 0.0, float("inf")
        for seed in range(rounds):
            began, at = time.process_time(), time.perf_counter()
            runs = simulation.replicate(seed, 4, threads=number)
            arrived = sum(run.total.arrived for run in runs)
            best, wall = max(best, arrived / (time.process_time() - began)), min(wall, time.perf_counter() - at)
        cpu[number] = best
        line(f"replications on {number} thread(s), wall", wall, "s")
    line("CPU seconds a contact, two threads ÷ one", cpu[1] / cpu[2], "×")


def tables(rounds: int) -> None:
    """A million rows to pandas, and what a row takes."""
    simulation = Simulation(centre(erlang_a(), 1_000_000))
    simulation.run(0, record_contacts=False)
    before = resident()
    run = simulation.run(0)
    rows = run.total.arrived
    line("memory, rows kept", (resident() - before) / rows, "bytes a contact")
    run.contacts.to_pandas()
    best = float("inf")
    for _ in range(rounds):
        fresh, at = simulation.run(0), time.perf_counter()
        frame = fresh.contacts.to_pandas()
        best = min(best, (time.perf_counter() - at) * 1e6 / len(frame))
    line("a million rows to pandas, wall", best, "s")
    before = resident()
    for seed in range(3):
        simulation.run(seed, record_contacts=False)
    line("memory, three more runs without rows", (resident() - before) / (3 * rows), "bytes a contact")


def interrupts(rounds: int) -> None:
    """Time from Ctrl-C to the end of a run."""
    world = centre(erlang_a(), 10**9)
    scored = centre(erlang_a(scored=True), 10**9)
    cases: dict[str, Callable[[], object]] = {
        "one run": lambda: Simulation(world).run(1, record_contacts=False),
        "replications": lambda: Simulation(world).replicate(1, 4),
        "a scorer in Python": lambda: Simulation(scored).run(1, record_contacts=False, scorer=First()),
        "a whole rule in Python": lambda: Simulation(replace(world, rule=Any())).run(1, record_contacts=False),
    }
    for name, run in cases.items():
        worst = 0.0
        for _ in range(rounds):
            pressed: list[float] = []

            def press(pressed: list[float] = pressed) -> None:
                pressed.append(time.perf_counter())
                os.kill(os.getpid(), signal.SIGINT)

            threading.Timer(0.5, press).start()
            try:
                run()
            except KeyboardInterrupt:
                worst = max(worst, time.perf_counter() - pressed[0])
        line(f"Ctrl-C, {name}, the slowest of {rounds}", worst, "s")


FIRST = """
from datetime import UTC, datetime, timedelta
from sunline import ContactStream, Scenario, Simulation
from sunline.simulation import Exponential, Poisson
start = datetime(2026, 3, 2, tzinfo=UTC)
stream = ContactStream(queue="all", arrivals=Poisson(rate_per_hour=10.0), handling=Exponential(mean_s=300.0))
shop = 'name = "s"\\nchannels = [{ name = "voice" }]\\nqueues = [{ name = "all" }]\\nagents = [{ name = "ann" }]'
print(Simulation(Scenario(config=shop, start=start, end=start + timedelta(hours=8), streams=[stream])).run(1).total)
"""


def first(rounds: int) -> None:
    """A fresh process, from its start to a first result."""
    wall, cpu = float("inf"), float("inf")
    for _ in range(rounds + 2):
        before, at = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = min(wall, time.perf_counter() - at)
        cpu = min(cpu, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    line("first result in a fresh process, wall", wall, "s")
    line("first result in a fresh process, CPU", cpu, "s")


def resident() -> int:
    """Bytes of memory this process has."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def line(what: str, value: float, unit: str) -> None:
    """Prints a figure."""
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    print(f"{what:52}{text:>14} {unit}", flush=True)


def main() -> None:
    """Measures and prints."""
    parts: dict[str, Callable[[int, int], None]] = {
        "first": lambda contacts, rounds: first(rounds),
        "speeds": speeds,
        "threads": threads,
        "tables": lambda contacts, rounds: tables(rounds),
        "interrupts": lambda contacts, rounds: interrupts(rounds),
    }
    parser = argparse.ArgumentParser(description="What the workbench costs from Python.")
    parser.add_argument("--contacts", type=int, default=500_000, help="contacts of a run (default 500,000)")
    parser.add_argument("--rounds", type=int, default=3, help="of each (default 3)")
    parser.add_argument("--only", action="append", choices=sorted(parts), help="a part (may be repeated)")
    wish = parser.parse_args()
    print(f"load average {os.getloadavg()}")
    for name, part in parts.items():
        if not wish.only or name in wish.only:
            part(wish.contacts, wish.rounds)
    print(f"load average at the end {os.getloadavg()}")


if __name__ == "__main__":
    main()
