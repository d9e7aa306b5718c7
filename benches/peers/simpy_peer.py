"""Both centres in SimPy, as someone writes them who knows what SimPy's time is spent on.

The textbook form is a process for each contact that waits on `request() | timeout(patience)`: five or more events for
each contact. Here arrivals are one process, and the end of a service is a timeout that calls back; a contact costs two
events. A waiting contact carries the instant at which it leaves and is found gone when an agent comes to it.
"""

from collections import deque
from collections.abc import Callable, Generator

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
from chance import Chance
from peer import Tally, main

Process = Generator[simpy.Event, None, None]
Freed = Callable[[simpy.Event], None]
Bench = deque[Freed]


def erlang_a(contacts: int, seed: int) -> list[Tally]:
    """One queue, 100 agents who are all alike."""
    env = simpy.Environment()
    timeout = env.timeout
    chance = Chance(seed)
    gap = chance.exponential(arrival_gap_mean_s(ERLANG_A_AGENTS))
    service = chance.exponential(SERVICE_MEAN_S)
    patience = chance.exponential(PATIENCE_MEAN_S)
    queue: deque[tuple[float, float]] = deque()  # (since, leaves)
    idle = ERLANG_A_AGENTS
    tallies: list[Tally] = []
    waited = served = 0.0
    at_once = in_time = late = abandoned = 0

    def freed(_: simpy.Event) -> None:
        nonlocal idle, in_time, late, abandoned, waited, served
        now = env.now
        while queue:
            since, leaves = queue.popleft()
            if leaves > now:
                wait = now - since
                waited += wait
                if wait <= THRESHOLD_S:
                    in_time += 1
                else:
                    late += 1
                span = service()
                served += span
                timeout(span).callbacks.append(freed)
                return
            waited += leaves - since
            abandoned += 1
        idle += 1

    def arrivals() -> Process:
        nonlocal idle, at_once, in_time, late, abandoned, waited, served
        for count in stretches(contacts):
            began, at_once, in_time, late, abandoned, waited, served = env.now, 0, 0, 0, 0, 0.0, 0.0
            for _ in range(count):
                yield timeout(gap())
                if idle:
                    idle -= 1
                    at_once += 1
                    span = service()
                    served += span
                    timeout(span).callbacks.append(freed)
                else:
                    now = env.now
                    queue.append((now, now + patience()))
            tallies.append(
                Tally(
                    elapsed_s=env.now - began,
                    answered=at_once + in_time + late,
                    in_time=at_once + in_time,
                    abandoned=abandoned,
                    waited_s=waited,
                    served_s=served,
                )
            )

    env.run(until=env.process(arrivals()))
    return tallies[1:]


def two_skill(contacts: int, seed: int) -> list[Tally]:
    """Six types on a ring: group g serves type g at level 1 and type g + 1 at level 2."""
    env = simpy.Environment()
    timeout = env.timeout
    chance = Chance(seed)
    gap = chance.exponential(arrival_gap_mean_s(TWO_SKILL_AGENTS))
    kind_of_next = chance.one_of(TYPES)
    service = chance.exponential(SERVICE_MEAN_S)
    patience = chance.exponential(PATIENCE_MEAN_S)
    queues: list[deque[tuple[float, float]]] = [deque() for _ in range(TYPES)]  # (since, leaves)
    tallies: list[Tally] = []
    waited = served = 0.0
    at_once = in_time = late = at_level_1 = abandoned = 0

    def agent(first: deque[tuple[float, float]], second: deque[tuple[float, float]], bench: Bench) -> Freed:
        """What this agent does when a service ends; the same function is its name on the bench."""

        def freed(_: simpy.Event) -> None:
            nonlocal in_time, late, at_level_1, abandoned, waited, served
            now = env.now
            while first and (head := first[0])[1] <= now:
                waited += head[1] - head[0]
                abandoned += 1
                first.popleft()
            while second and (head := second[0])[1] <= now:
                waited += head[1] - head[0]
                abandoned += 1
                second.popleft()
            if first and not (second and second[0] < first[0]):
                since = first.popleft()[0]
                at_level_1 += 1
            elif second:
                since = second.popleft()[0]
            else:
                bench.append(freed)
                return
            wait = now - since
            waited += wait
            if wait <= THRESHOLD_S:
                in_time += 1
            else:
                late += 1
            span = service()
            served += span
            timeout(span).callbacks.append(freed)

        return freed

    idle: list[Bench] = [deque() for _ in range(TYPES)]  # longest idle first
    for g in range(TYPES):
        for _ in range(GROUP_SIZE):
            idle[g].append(agent(queues[g], queues[(g + 1) % TYPES], idle[g]))

    def arrivals() -> Process:
        nonlocal at_once, in_time, late, at_level_1, abandoned, waited, served
        for count in stretches(contacts):
            began, at_once, in_time, late, at_level_1, abandoned, waited, served = env.now, 0, 0, 0, 0, 0, 0.0, 0.0
            for _ in range(count):
                yield timeout(gap())
                kind = kind_of_next()
                if idle[kind]:
                    agent_freed = idle[kind].popleft()
                    at_level_1 += 1
                elif idle[kind - 1]:
                    agent_freed = idle[kind - 1].popleft()
                else:
                    now = env.now
                    queues[kind].append((now, now + patience()))
                    continue
                at_once += 1
                span = service()
                served += span
                timeout(span).callbacks.append(agent_freed)
            tallies.append(
                Tally(
                    elapsed_s=env.now - began,
                    answered=at_once + in_time + late,
                    in_time=at_once + in_time,
                    abandoned=abandoned,
                    waited_s=waited,
                    served_s=served,
                    at_level_1=at_level_1,
                )
            )

    env.run(until=env.process(arrivals()))
    return tallies[1:]


if __name__ == "__main__":
    main("Both centres in SimPy.", {"erlang-a": erlang_a, "two-skill": two_skill})
