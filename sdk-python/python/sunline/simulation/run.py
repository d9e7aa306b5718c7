"""Running a scenario: once, or many times with different luck."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sunline import _native
from sunline._instants import whole
from sunline.errors import InvalidArgument
from sunline.ids import AgentId, ContactId
from sunline.scoring import Scorer
from sunline.simulation.replications import Replications
from sunline.simulation.result import Result
from sunline.simulation.scenario import Scenario

if TYPE_CHECKING:
    from sunline.policies import NativeMoment, SelectionRule


class Simulation:
    """A scenario, checked and made ready to run.

    Runs leave the interpreter alone: other Python threads go on, and Ctrl-C stops a run within a fifth of a second.
    A run in which Python decides keeps the interpreter between decisions; other threads have their turns as beside
    any Python.

    Raises `ConfigInvalid` with every problem of the configuration, `ScenarioInvalid` with the first of the rest.
    """

    __slots__ = ("_native", "_rule")

    def __init__(self, scenario: Scenario) -> None:
        self._native = scenario.to_native()
        self._rule = scenario.rule

    def run(
        self,
        seed: int,
        replication: int = 0,
        *,
        record_contacts: bool = True,
        record_decisions: bool = False,
        measure_policy: bool = False,
        scorer: "Scorer | SelectionRule | None" = None,
    ) -> Result:
        """Runs one replication.

        `seed` and `replication`, 0 to 2⁶⁴ − 1, say what luck it has; the same ones give the same result.

        - `record_contacts`: a row for each contact, about 60 bytes.
        - `record_decisions`: a row for each offer too, and for contacts with them.
        - `measure_policy`: what the policy did, for `Result.policy`. It makes a run noticeably slower.
        - `scorer`: answers where queues ask for scores, at the same instant. Without one their own rules decide when
          the wait is over.

        An exception of a scorer is reported and leaves the choice to the queue's rule; one of the scenario's rule ends
        the run.
        """
        scores, advisor, rule = _deciding(
            self._rule, scorer, whole(seed, "seed"), whole(replication, "replication")
        )
        return Result(
            _native.run(
                self._native,
                seed,
                replication,
                record=record_contacts,
                decisions=record_decisions,
                policy=measure_policy,
                scorer=scores,
                advisor=advisor,
                rule=rule,
            )
        )

    def replicate(
        self,
        seed: int,
        count: int,
        *,
        first: int = 0,
        threads: int | None = None,
        record_contacts: bool = False,
        measure_policy: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> Replications:
        """Runs replications `first` to `first + count − 1` on `threads` threads (`None`: one a core).

        The results do not depend on the number of threads. `progress` is told how many are done; what it raises ends
        the run, as Ctrl-C does. Under a rule in Python replications run one after another on this thread.
        """
        seed, count, first = whole(seed, "seed"), whole(count, "count"), whole(first, "first")
        if self._rule is not None:
            one = partial(self.run, seed, record_contacts=record_contacts, measure_policy=measure_policy)
            return Replications.one_by_one(one, first, count, progress)
        reports = _native.replicate(
            self._native,
            seed,
            count,
            threads=None if threads is None else whole(threads, "threads", 1, 4096),
            record=record_contacts,
            policy=measure_policy,
            first=first,
            progress=progress,
        )
        return Replications([Result(report) for report in reports])


_Scores = Callable[[ContactId, Sequence[AgentId]], Mapping[AgentId, int]]
_Advice = Callable[["NativeMoment"], list[tuple[int, int]]]
_Pairs = Callable[["NativeMoment"], tuple[list[tuple[int, int]], int | None]]


def _deciding(
    rule: "SelectionRule | None", scorer: "Scorer | SelectionRule | None", seed: int, replication: int
) -> tuple[_Scores | None, _Advice | None, _Pairs | None]:
    """What decides in Python, as the engine wants it: at most one of the three."""
    if rule is None and scorer is None:
        return None, None, None
    if rule is None and isinstance(scorer, Scorer):
        return scorer.score, None, None
    from sunline.policies import native_advice, native_pairs  # noqa: PLC0415 - needs numpy

    if rule is not None and scorer is not None:
        raise InvalidArgument(
            "the scenario has a rule that decides everything; leave the scorer out",
            code="contradiction",
            argument="scorer",
        )
    if rule is not None:
        rule.begin(seed, replication)
        return None, None, partial(native_pairs, rule)
    assert scorer is not None, "there is one of the two"
    assert not isinstance(scorer, Scorer), "plain scorers have been dealt with"
    scorer.begin(seed, replication)
    return None, partial(native_advice, scorer), None


__all__ = ["Simulation"]
