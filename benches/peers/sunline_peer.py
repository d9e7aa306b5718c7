"""Both centres in Sunline, by its configuration alone: nothing here says who serves whom.

One queue a contact type, one agent an agent; the engine answers for the agents, so a contact is two commands. A row a
contact is kept and counted in the batches that every peer counts. Arrivals are instants drawn beforehand, so that there
are exactly as many as asked.
"""

from datetime import UTC, datetime, timedelta

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
from sunline.simulation import Exponential, Result, Trace

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
    instants = _arrivals(contacts, ERLANG_A_AGENTS, seed)
    result = _run(config, {"all": instants}, seed)
    return _tallies(result, instants, contacts)


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
    instants = _arrivals(contacts, TWO_SKILL_AGENTS, seed)
    kinds = np.random.default_rng([seed, 1]).integers(0, TYPES, contacts)
    result = _run(
        config,
        {skill: instants[kinds == kind] for kind, skill in enumerate(skills)},
        seed,
    )
    table = result.contacts
    served_by = table.codes("agent") // GROUP_SIZE == table.codes("queue")
    return _tallies(result, instants, contacts, at_level_1=served_by)


def _arrivals(contacts: int, agents: int, seed: int) -> NDArray[np.datetime64]:
    """So many instants of a Poisson process."""
    gaps = np.random.default_rng([seed, 0]).exponential(arrival_gap_mean_s(agents) * NANOSECONDS, contacts)
    start = int(START.timestamp()) * 1_000_000_000
    return (start + np.cumsum(gaps).astype("i8")).astype("M8[ns]")


def _run(config: Config, arrivals: dict[str, NDArray[np.datetime64]], seed: int) -> Result:
    last = max(instants[-1] for instants in arrivals.values() if len(instants))
    scenario = sunline.Scenario(
        config=config,
        start=START,
        end=START + timedelta(microseconds=int((last - np.datetime64(START.replace(tzinfo=None), "ns")) // 1000) + 1),
        streams=[
            sunline.ContactStream(
                queue=queue,
                arrivals=Trace(instants=instants),
                handling=Exponential(mean_s=SERVICE_MEAN_S),
                patience=Exponential(mean_s=PATIENCE_MEAN_S),
            )
            for queue, instants in arrivals.items()
        ],
    )
    return sunline.Simulation(scenario).run(seed=seed)


def _tallies(
    result: Result,
    instants: NDArray[np.datetime64],
    contacts: int,
    at_level_1: NDArray[np.bool_] | None = None,
) -> list[Tally]:
    """The rows, counted by the stretch in which a contact arrived; the warm-up is left out."""
    table = result.contacts
    bounds = np.cumsum(stretches(contacts))
    ends = instants[bounds - 1]
    row = np.searchsorted(ends, table.to_numpy("arrived_at"), side="left")
    answered = table.codes("agent") >= 0
    waited = table.to_numpy("waited").astype("i8") / NANOSECONDS
    served = table.to_numpy("talked").astype("i8") / NANOSECONDS

    def per_stretch(
        weights: NDArray[np.float64] | NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        return np.bincount(row, weights=weights, minlength=len(bounds))

    sums = {
        "answered": per_stretch(answered),
        "in_time": per_stretch(answered & (waited <= THRESHOLD_S)),
        "abandoned": per_stretch(~answered),
        "waited_s": per_stretch(waited),
        "served_s": per_stretch(np.where(answered, served, 0.0)),
    }
    if at_level_1 is not None:
        sums["at_level_1"] = per_stretch(at_level_1 & answered)
    elapsed = np.diff(ends).astype("i8") / NANOSECONDS
    return [
        Tally(
            elapsed_s=float(elapsed[place - 1]),
            answered=int(sums["answered"][place]),
            in_time=int(sums["in_time"][place]),
            abandoned=int(sums["abandoned"][place]),
            waited_s=float(sums["waited_s"][place]),
            served_s=float(sums["served_s"][place]),
            at_level_1=int(sums["at_level_1"][place]) if "at_level_1" in sums else None,
        )
        for place in range(1, len(bounds))
    ]


if __name__ == "__main__":
    main("Both centres in Sunline.", {"erlang-a": erlang_a, "two-skill": two_skill})
