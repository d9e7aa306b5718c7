"""Both centres as hand-written loops over a heap: what plain Python can do.

The heap holds only the ends of services. The next arrival is a local variable, and a waiting contact carries the
instant at which it leaves: it is found gone when an agent comes to it, so no event is spent on patience.
"""

from collections import deque
from heapq import heappop, heappush, heapreplace

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


def erlang_a(contacts: int, seed: int) -> list[Tally]:
    """One queue, 100 agents who are all alike: a busy one is nothing but the instant at which it is free."""
    chance = Chance(seed)
    gap = chance.exponential(arrival_gap_mean_s(ERLANG_A_AGENTS))
    service = chance.exponential(SERVICE_MEAN_S)
    patience = chance.exponential(PATIENCE_MEAN_S)
    busy: list[float] = []
    idle = ERLANG_A_AGENTS
    queue: deque[tuple[float, float]] = deque()  # (since, leaves)
    join, take = queue.append, queue.popleft
    now = 0.0
    tallies = []
    for arrivals in stretches(contacts):
        began, at_once, late, in_time, abandoned, waited, served = now, 0, 0, 0, 0, 0.0, 0.0
        for _ in range(arrivals):
            now += gap()
            while busy and (free := busy[0]) <= now:
                while queue:
                    since, leaves = take()
                    if leaves > free:
                        wait = free - since
                        waited += wait
                        if wait <= THRESHOLD_S:
                            in_time += 1
                        else:
                            late += 1
                        span = service()
                        served += span
                        heapreplace(busy, free + span)
                        break
                    waited += leaves - since
                    abandoned += 1
                else:
                    heappop(busy)
                    idle += 1
            if idle:
                idle -= 1
                at_once += 1
                span = service()
                served += span
                heappush(busy, now + span)
            else:
                join((now, now + patience()))
        tallies.append(
            Tally(
                elapsed_s=now - began,
                answered=at_once + in_time + late,
                in_time=at_once + in_time,
                abandoned=abandoned,
                waited_s=waited,
                served_s=served,
            )
        )
    return tallies[1:]


def two_skill(contacts: int, seed: int) -> list[Tally]:
    """Six types on a ring: group g serves type g at level 1 and type g + 1 at level 2."""
    chance = Chance(seed)
    gap = chance.exponential(arrival_gap_mean_s(TWO_SKILL_AGENTS))
    kind_of_next = chance.one_of(TYPES)
    service = chance.exponential(SERVICE_MEAN_S)
    patience = chance.exponential(PATIENCE_MEAN_S)
    busy: list[tuple[float, int]] = []  # (free, agent)
    idle = [deque(range(g * GROUP_SIZE, (g + 1) * GROUP_SIZE)) for g in range(TYPES)]  # longest idle first
    queues: list[deque[tuple[float, float]]] = [deque() for _ in range(TYPES)]  # (since, leaves)
    level_2 = [idle[kind - 1] for kind in range(TYPES)]
    ring = [(queues[g], queues[(g + 1) % TYPES], idle[g]) for g in range(TYPES)]
    of_agent = [ring[agent // GROUP_SIZE] for agent in range(TWO_SKILL_AGENTS)]
    now = 0.0
    tallies = []
    for arrivals in stretches(contacts):
        began, at_once, late, in_time, at_level_1, abandoned, waited, served = now, 0, 0, 0, 0, 0, 0.0, 0.0
        for _ in range(arrivals):
            now += gap()
            while busy and busy[0][0] <= now:
                free, agent = busy[0]
                first, second, bench = of_agent[agent]
                while first and (head := first[0])[1] <= free:
                    waited += head[1] - head[0]
                    abandoned += 1
                    first.popleft()
                while second and (head := second[0])[1] <= free:
                    waited += head[1] - head[0]
                    abandoned += 1
                    second.popleft()
                if first and not (second and second[0] < first[0]):
                    since = first.popleft()[0]
                    at_level_1 += 1
                elif second:
                    since = second.popleft()[0]
                else:
                    heappop(busy)
                    bench.append(agent)
                    continue
                wait = free - since
                waited += wait
                if wait <= THRESHOLD_S:
                    in_time += 1
                else:
                    late += 1
                span = service()
                served += span
                heapreplace(busy, (free + span, agent))
            kind = kind_of_next()
            if idle[kind]:
                agent = idle[kind].popleft()
                at_level_1 += 1
            elif level_2[kind]:
                agent = level_2[kind].popleft()
            else:
                queues[kind].append((now, now + patience()))
                continue
            at_once += 1
            span = service()
            served += span
            heappush(busy, (now + span, agent))
        tallies.append(
            Tally(
                elapsed_s=now - began,
                answered=at_once + in_time + late,
                in_time=at_once + in_time,
                abandoned=abandoned,
                waited_s=waited,
                served_s=served,
                at_level_1=at_level_1,
            )
        )
    return tallies[1:]


if __name__ == "__main__":
    main("Both centres as hand-written heapq loops.", {"erlang-a": erlang_a, "two-skill": two_skill})
