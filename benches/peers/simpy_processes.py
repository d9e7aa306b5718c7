"""Both centres in SimPy's own terms, tuned: a process for each contact, and nothing else that costs.

Between the manual's form (`simpy_textbook.py`) and the bare event loop (`simpy_peer.py`): each contact is a process, as
SimPy models are written, but idle agents and lines are plain deques, patience is looked at when an agent comes instead of
raced against, and draws come in blocks.
"""

from collections import deque
from collections.abc import Generator

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

Process = Generator[simpy.Event, int, None]
Line = deque[tuple[float, float, simpy.Event]]  #: Since, leaves, and the event on which the contact waits.


class Counts:
    """What has happened since the last stretch began."""

    __slots__ = ("at_level_1", "began", "in_time", "left", "others", "served", "waited")

    def __init__(self, began: float) -> None:
        self.began = began
        self.in_time = self.others = self.at_level_1 = self.left = 0
        self.waited = self.served = 0.0

    def tally(self, now: float, levels: bool) -> Tally:
        """The stretch up to now."""
        return Tally(
            elapsed_s=now - self.began,
            answered=self.in_time + self.others,
            in_time=self.in_time,
            abandoned=self.left,
            waited_s=self.waited,
            served_s=self.served,
            at_level_1=self.at_level_1 if levels else None,
        )


class Centre:
    """Groups of agents, each with the types that it serves; a type with the groups that serve it."""

    def __init__(self, agents: int, groups: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.chance = Chance(seed)
        self.levels = groups > 1
        self.groups = groups
        self.gap = self.chance.exponential(arrival_gap_mean_s(agents))
        self.kind = self.chance.one_of(groups) if groups > 1 else lambda: 0
        self.service = self.chance.exponential(SERVICE_MEAN_S)
        self.patience = self.chance.exponential(PATIENCE_MEAN_S)
        self.idle = [deque([group] * (agents // groups)) for group in range(groups)]
        self.lines: list[Line] = [deque() for _ in range(groups)]
        self.counts = Counts(0.0)

    def contact(self, kind: int) -> Process:
        """A contact comes, is served by an agent of its groups or waits for one, and goes."""
        env, counts = self.env, self.counts
        if self.idle[kind]:
            group = self.idle[kind].popleft()
        elif self.idle[kind - 1]:
            group = self.idle[kind - 1].popleft()
        else:
            turn = env.event()
            since = env.now
            self.lines[kind].append((since, since + self.patience(), turn))
            group = yield turn
            counts = self.counts
            wait = env.now - since
            counts.waited += wait
            if wait > THRESHOLD_S:
                counts.others += 1
                counts.in_time -= 1
        counts.in_time += 1
        counts.at_level_1 += group == kind
        span = self.service()
        counts.served += span
        yield env.timeout(span)  # type: ignore[misc]
        self.freed(group)

    def freed(self, group: int) -> None:
        """An agent takes the longest waiting of its two types, or goes idle."""
        now, first, second = self.env.now, self.lines[group], self.lines[(group + 1) % self.groups]
        for line in (first, second):
            while line and line[0][1] <= now:
                since, left, _ = line.popleft()
                self.counts.waited += left - since
                self.counts.left += 1
        if first and not (second and second[0][0] < first[0][0]):
            first.popleft()[2].succeed(group)
        elif second:
            second.popleft()[2].succeed(group)
        else:
            self.idle[group].append(group)

    def run(self, contacts: int) -> list[Tally]:
        """Lets so many contacts come."""
        env = self.env
        tallies: list[Tally] = []

        def arrivals() -> Process:
            for count in stretches(contacts):
                self.counts = Counts(env.now)
                for _ in range(count):
                    yield env.timeout(self.gap())  # type: ignore[misc]
                    env.process(self.contact(self.kind()))
                tallies.append(self.counts.tally(env.now, self.levels))

        env.run(until=env.process(arrivals()))
        return tallies[1:]


def erlang_a(contacts: int, seed: int) -> list[Tally]:
    """One queue, 100 agents who are all alike."""
    return Centre(ERLANG_A_AGENTS, 1, seed).run(contacts)


def two_skill(contacts: int, seed: int) -> list[Tally]:
    """Six types on a ring: group g serves type g at level 1 and type g + 1 at level 2."""
    assert GROUP_SIZE * TYPES == TWO_SKILL_AGENTS
    return Centre(TWO_SKILL_AGENTS, TYPES, seed).run(contacts)


if __name__ == "__main__":
    main("Both centres in SimPy, a process a contact, tuned.", {"erlang-a": erlang_a, "two-skill": two_skill})
