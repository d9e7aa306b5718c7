"""Both centres in Sunline, by its configuration alone: nothing here says who serves whom.

One queue a contact type, one agent an agent; the engine answers for the agents, so a contact is two commands. A row a
contact is kept, and counted in the batches that every peer counts. Arrivals end when there must have been as many as
asked, but for one run in a thousand million; the first so many count.
"""

from datetime import UTC, datetime, timedelta
from math import sqrt

import numpy as np
import sunline
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
from numpy.typing import NDArray
from peer import Tally, main
from sunline.config import (
    AgentRule,
    AgentSpec,
    AnswerMode,
    ChannelConfig,
    Config,
    OfferConfig,
    QueueConfig,
    SkillConfig,
)
from sunline.simulation import Exponential, Poisson, Result

START = datetime(2026, 3, 2, tzinfo=UTC)
NANOSECONDS = 1e9
AUTO = OfferConfig(answer=AnswerMode.AUTO)
LEVELS = {
    1: 10,
    2: 5,
}  #: Proficiency at each level of the two-skill centre; the higher is taken first.


def erlang_a(contacts: int, seed: int) -> list[Tally]:
    """One queue, 100 agents who are all alike."""
    config = Config(
        name="erlang-a",
        channels=[ChannelConfig(name="voice")],
        queues=[QueueConfig(name="all", offer=AUTO)],
        agents=[AgentSpec(name=f"agent {number}") for number in range(ERLANG_A_AGENTS)],
    )
    result = _run(config, contacts, ERLANG_A_AGENTS, seed)
    return _tallies(result, contacts)


def two_skill(contacts: int, seed: int) -> list[Tally]:
    """Six types on a ring: group g serves type g at level 1 and type g + 1 at level 2.

    The best score takes an agent of the higher level, and among equals the one idle for longest; a freed agent takes
    the contact with most points, which grow with the wait.
    """
    skills = [f"type {kind}" for kind in range(TYPES)]
    config = Config(
        name="two-skill",
        channels=[ChannelConfig(name="voice")],
        skills=[SkillConfig(name=skill.replace(" ", "_")) for skill in skills],
        queues=[
            QueueConfig(
                name=skill,
                requires=f"{skill.replace(' ', '_')} >= 1",
                agent_rule=AgentRule.BEST_SCORE,
                offer=AUTO,
            )
            for skill in skills
        ],
        agents=[
            AgentSpec(
                name=f"agent {number}",
                skills={
                    f"type_{number // GROUP_SIZE}": LEVELS[1],
                    f"type_{(number // GROUP_SIZE + 1) % TYPES}": LEVELS[2],
                },
            )
            for number in range(TWO_SKILL_AGENTS)
        ],
    )
    result = _run(config, contacts, TWO_SKILL_AGENTS, seed)
    table = result.contacts
    return _tallies(result, contacts, at_level_1=table.codes("agent") // GROUP_SIZE == table.codes("queue"))


def _run(config: Config, contacts: int, agents: int, seed: int) -> Result:
    """Long enough for so many arrivals, divided among the queues."""
    gap_s = arrival_gap_mean_s(agents)
    length_s = (contacts + 6 * sqrt(contacts)) * gap_s
    scenario = sunline.Scenario(
        config=config,
        start=START,
        end=START + timedelta(seconds=length_s),
        streams=[
            sunline.ContactStream(
                queue=queue.name,
                arrivals=Poisson(rate_per_hour=3600 / gap_s / len(config.queues)),
                handling=Exponential(mean_s=SERVICE_MEAN_S),
                patience=Exponential(mean_s=PATIENCE_MEAN_S),
            )
            for queue in config.queues
        ],
    )
    return sunline.Simulation(scenario).run(seed=seed)


def _tallies(result: Result, contacts: int, at_level_1: NDArray[np.bool_] | None = None) -> list[Tally]:
    """The rows of the first so many contacts, by the stretch in which each arrived; the warm-up is left out."""
    table = result.contacts
    if len(table) < contacts:
        raise RuntimeError(f"only {len(table)} contacts came of {contacts}; another seed will do")
    counts = stretches(contacts)
    number = table.to_numpy("contact").astype("i8", copy=False)
    place = np.empty(len(number), dtype="i8")
    place[number] = np.arange(len(number))
    # In order of arrival, the first so many.
    first = place[:contacts]
    stretch = np.repeat(np.arange(len(counts)), counts)
    ends = table.to_numpy("arrived_at")[first[np.cumsum(counts) - 1]]
    elapsed_s = np.diff(ends).astype("i8") / NANOSECONDS
    waited_ns = table.to_numpy("waited").astype("i8", copy=False)[first]
    served_ns = table.to_numpy("talked").astype("i8", copy=False)[first]
    answered = table.codes("agent")[first] >= 0

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(stretch[which], minlength=len(counts))

    def seconds(spans_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        bounds = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return np.add.reduceat(spans_ns, bounds) / NANOSECONDS

    of_answered, waited_s, served_s = count(answered), seconds(waited_ns), seconds(served_ns)
    in_time = count(answered & (waited_ns <= THRESHOLD_S * NANOSECONDS))
    level_1 = None if at_level_1 is None else count(answered & at_level_1[first])
    return [
        Tally(
            elapsed_s=float(elapsed_s[row - 1]),
            answered=int(of_answered[row]),
            in_time=int(in_time[row]),
            abandoned=int(counts[row] - of_answered[row]),
            waited_s=float(waited_s[row]),
            served_s=float(served_s[row]),
            at_level_1=None if level_1 is None else int(level_1[row]),
        )
        for row in range(1, len(counts))
    ]


if __name__ == "__main__":
    main("Both centres in Sunline.", {"erlang-a": erlang_a, "two-skill": two_skill})
