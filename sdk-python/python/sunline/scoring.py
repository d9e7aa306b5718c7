"""Scorers: a program of the host's own says how well each agent suits a contact, live and in simulation alike.

A queue with a `ScorerConfig` asks before its rule decides. Until the answer comes nobody takes the contact; at the end
of its `wait`, or when the scorer fails, the queue's `agent_rule` decides. Answers are in the journal, so a replay needs
no scorer.

>>> class EvenFirst(Scorer):
...     def score(self, contact: ContactId, candidates: Sequence[AgentId]) -> Mapping[AgentId, int]:
...         return {agent: -(agent % 2) for agent in candidates}
>>> dict(EvenFirst().score(ContactId("c1"), [AgentId(0), AgentId(1)]))
{0: 0, 1: -1}
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sunline.errors import CommandRefused
from sunline.events import ScoresWanted
from sunline.ids import AgentId, ContactId

if TYPE_CHECKING:
    from sunline.engine import Engine
    from sunline.policies import SelectionRule

_log = logging.getLogger("sunline.scoring")


class Scorer(ABC):
    """Says how well agents suit a contact."""

    @abstractmethod
    def score(self, contact: ContactId, candidates: Sequence[AgentId]) -> Mapping[AgentId, int]:
        """Scores of some or all of the `candidates`; larger is better.

        Who is left out is not chosen while one of the others is there. An empty mapping, or an exception, leaves the
        choice to the queue's rule.
        """


def answer(engine: "Engine", scorer: "Scorer | SelectionRule", wanted: ScoresWanted) -> bool:
    """Answers one `ScoresWanted`; whether the answer came in time."""
    try:
        scores = _scores(engine, scorer, wanted)
    except Exception:
        _log.exception("the scorer failed for contact %s", wanted.contact)
        scores = {}
    try:
        engine.give_scores(wanted.contact, scores)
    except CommandRefused as refused:
        _log.info("scores for contact %s came too late: %s", wanted.contact, refused)
        return False
    return True


def _scores(
    engine: "Engine", scorer: "Scorer | SelectionRule", wanted: ScoresWanted
) -> Mapping[AgentId, int]:
    if isinstance(scorer, Scorer):
        return scorer.score(wanted.contact, wanted.candidates)
    from sunline.policies import live_advice  # noqa: PLC0415 - needs numpy

    return live_advice(engine, scorer, wanted)


def serve(engine: "Engine", scorer: "Scorer | SelectionRule", *, from_seq: int | None = None) -> None:
    """Answers every `ScoresWanted` from `from_seq` on (`None`: from now on) until the engine is closed.

    Meant for a thread of its own: `threading.Thread(target=serve, args=(engine, scorer)).start()`.
    """
    for event in engine.events(from_seq):
        if isinstance(event, ScoresWanted):
            answer(engine, scorer, event)


__all__ = ["Scorer", "answer", "serve"]
