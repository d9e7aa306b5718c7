"""Both centres in SimPy as its manual writes them: a process for each contact, which requests and may give up.

The Erlang-A centre is the manual's example of a bank with reneging, `request() | timeout(patience)`, with its own draws
from `random`. A SimPy resource has no skills; for those the manual has `FilterStore`, from which a contact takes the
first idle agent that it may have. `simpy_peer.py` is the same two centres by somebody who knows what SimPy's time is
spent on.
"""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass

import simpy
from centre import (
    ERLANG_A_AGENTS,
    GROUP_SIZE,
    PATIENCE_MEAN_S,
    SERVICE_MEAN_S,
    THRESHOLD_S,
    TWO_SKILL_AGENTS,
    TYPES,
    arrival_gap_mean_s,
    stretches,
)
from peer import Tally, main

Process = Generator[simpy.Event, object, None]


class Counts:
    """What has happened since the last stretch began."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.began = env.now
        self.answered = self.in_time = self.abandoned = self.at_level_1 = 0
        self.waited = self.served = 0.0

    def answer(self, wait: float, service: float, level: int) -> None:
        """A contact was answered."""
        self.answered += 1
        self.in_time += wait <= THRESHOLD_S
        self.at_level_1 += level == 1
        self.waited += wait
        self.served += service

    def leave(self, wait: float) -> None:
        """A contact gave up."""
        self.abandoned += 1
        self.waited += wait

    def close(self, levels: bool) -> Tally:
        """What happened in this stretch; the next begins."""
        tally = Tally(
            elapsed_s=self.env.now - self.began,
            answered=self.answered,
            in_time=self.in_time,
            abandoned=self.abandoned,
            waited_s=self.waited,
            served_s=self.served,
            at_level_1=self.at_level_1 if levels else None,
        )
        self.__init__(self.env)  # type: ignore[misc]
        return tally


def erlang_a(contacts: int, seed: int) -> list[Tally]:
    """One queue, 100 agents who are all alike: a resource of that capacity."""
    chance = random.Random(seed)
    env = simpy.Environment()
    agents = simpy.Resource(env, capacity=ERLANG_A_AGENTS)
    counts = Counts(env)

    def contact() -> Process:
        arrived = env.now
        with agents.request() as request:
            results = yield request | env.timeout(chance.expovariate(1 / PATIENCE_MEAN_S))
            wait = env.now - arrived
            if request in results:
                service = chance.expovariate(1 / SERVICE_MEAN_S)
                counts.answer(wait, service, level=0)
                yield env.timeout(service)
            else:
                counts.leave(wait)

    return _run(env, counts, contacts, ERLANG_A_AGENTS, chance, contact, levels=False)


@dataclass(frozen=True, slots=True, eq=False)
class Agent:
    """One of a group, who serves two types."""

    group: int

    def level(self, kind: int) -> int:
        """1 or 2 for the types of this agent, else 0."""
        if kind == self.group:
            return 1
        return 2 if kind == (self.group + 1) % TYPES else 0


def two_skill(contacts: int, seed: int) -> list[Tally]:
    """Six types on a ring: the idle agents are a store, longest idle first."""
    chance = random.Random(seed)
    env = simpy.Environment()
    idle = simpy.FilterStore(env)
    idle.items = [Agent(number // GROUP_SIZE) for number in range(TWO_SKILL_AGENTS)]
    counts = Counts(env)

    def contact() -> Process:
        kind = chance.randrange(TYPES)
        arrived = env.now
        best = any(agent.group == kind for agent in idle.items)
        able: Callable[[Agent], bool] = (
            (lambda agent: agent.group == kind) if best else (lambda agent: agent.level(kind) > 0)
        )
        with idle.get(able) as request:
            results = yield request | env.timeout(chance.expovariate(1 / PATIENCE_MEAN_S))
            wait = env.now - arrived
            if request not in results:
                counts.leave(wait)
                return
            agent = results[request]
            service = chance.expovariate(1 / SERVICE_MEAN_S)
            counts.answer(wait, service, agent.level(kind))
            yield env.timeout(service)
            yield idle.put(agent)

    return _run(env, counts, contacts, TWO_SKILL_AGENTS, chance, contact, levels=True)


def _run(
    env: simpy.Environment,
    counts: Counts,
    contacts: int,
    agents: int,
    chance: random.Random,
    contact: Callable[[], Process],
    *,
    levels: bool,
) -> list[Tally]:
    tallies: list[Tally] = []

    def source() -> Process:
        for count in stretches(contacts):
            for _ in range(count):
                yield env.timeout(chance.expovariate(1 / arrival_gap_mean_s(agents)))
                env.process(contact())
            tallies.append(counts.close(levels))

    env.run(until=env.process(source()))
    return tallies[1:]


if __name__ == "__main__":
    main(
        "Both centres in SimPy, as its manual writes them.",
        {"erlang-a": erlang_a, "two-skill": two_skill},
    )
