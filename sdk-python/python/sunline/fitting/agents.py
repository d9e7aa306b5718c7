"""How agents differ: what they serve, and how much longer or shorter than others they take."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sunline.fitting._local import Floats
from sunline.fitting.log import ContactLog

LEAST_CONTACTS = 3  #: Of one queue, for an agent to count as one who serves it.
SHRINKAGE = 30.0  #: An agent's pace is drawn towards 1 as by so many contacts of average length.


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFit:
    """One agent, as it shows in the contacts it took."""

    contacts: int  #: With a known length.
    #: Handle time relative to others on the same queues; 2 is twice as long. Drawn towards 1 where there is little.
    pace: float
    standard_error: float  #: Of the pace, before it is drawn towards 1.
    queues: tuple[str, ...]  #: Of which it took at least three.


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEffects:
    """All agents."""

    agents: Mapping[str, AgentFit]  #: By name.
    #: Share of the variance of handle times, relative to their queue's mean, that lies between agents.
    variance_share: float


def fit_agents(log: ContactLog, *, least_contacts: int = LEAST_CONTACTS) -> AgentEffects:
    """Fits skills and pace of each agent."""
    known = log.served & (log.agent >= 0) & ~np.isnan(log.handled_s)
    means = np.full(len(log.queues), np.nan)
    for queue in range(len(log.queues)):
        lengths = log.handled_s[known & (log.queue == queue)]
        if len(lengths):
            means[queue] = max(float(lengths.mean()), 1e-9)
    relative = np.full(len(log), np.nan)
    relative[known] = log.handled_s[known] / means[log.queue[known]]
    agents: dict[str, AgentFit] = {}
    between, count = 0.0, 0
    for place, name in enumerate(log.agents):
        took = log.served & (log.agent == place)
        mine = relative[took & known]
        queues = tuple(
            queue
            for number, queue in enumerate(log.queues)
            if int((took & (log.queue == number)).sum()) >= least_contacts
        )
        if not took.any():
            continue
        n = len(mine)
        agents[name] = AgentFit(
            contacts=n,
            pace=float((mine.sum() + SHRINKAGE) / (n + SHRINKAGE)) if n else 1.0,
            standard_error=float(mine.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan"),
            queues=queues,
        )
        if n:
            between += n * (float(mine.mean()) - 1.0) ** 2
            count += n
    whole = relative[known]
    total = float(((whole - 1.0) ** 2).sum()) if count else 0.0
    groups = sum(1 for fit in agents.values() if fit.contacts)
    # What chance alone would put between groups of this size.
    by_chance = (groups - 1) * total / max(count - 1, 1)
    share = max(between - by_chance, 0.0) / total if total > 0 else 0.0
    return AgentEffects(agents=agents, variance_share=share)


def at_average_pace(log: ContactLog, effects: AgentEffects) -> Floats:
    """Lengths of conversations as an agent of pace 1 would have had them."""
    paces = np.array(
        [effects.agents[name].pace if name in effects.agents else 1.0 for name in log.agents] + [1.0]
    )
    return np.asarray(log.handled_s / paces[log.agent], dtype="f8")


__all__ = ["AgentEffects", "AgentFit", "at_average_pace", "fit_agents"]
