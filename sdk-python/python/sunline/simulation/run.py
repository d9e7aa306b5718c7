"""Running a scenario: once, or many times with different luck."""

from collections.abc import Callable
from functools import partial

from sunline import _native
from sunline._instants import whole
from sunline.scoring import Scorer, native_scores
from sunline.simulation.replications import Replications
from sunline.simulation.result import Result
from sunline.simulation.scenario import Scenario


class Simulation:
    """A scenario, checked and made ready to run.

    Runs leave the interpreter alone: other Python threads go on, and Ctrl-C stops a run within a fifth of a second.

    Raises `ConfigInvalid` with every problem of the configuration, `ScenarioInvalid` with the first of the rest.
    """

    __slots__ = ("_native",)

    def __init__(self, scenario: Scenario) -> None:
        self._native = scenario.to_native()

    def run(
        self,
        seed: int,
        replication: int = 0,
        *,
        record_contacts: bool = True,
        record_decisions: bool = False,
        scorer: Scorer | None = None,
    ) -> Result:
        """Runs one replication.

        `seed` and `replication`, 0 to 2⁶⁴ − 1, say what luck it has; the same ones give the same result. A row for
        each contact takes about 60 bytes; `record_contacts` false leaves them out. `record_decisions` keeps a
        row for each offer too, and contacts with it. Where queues ask for scores,
        `scorer` answers at the same instant; without one their own rules decide when the wait is over.
        """
        return Result(
            _native.run(
                self._native,
                whole(seed, "seed"),
                whole(replication, "replication"),
                record=record_contacts,
                decisions=record_decisions,
                scorer=None if scorer is None else partial(native_scores, scorer),
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
        progress: Callable[[int], object] | None = None,
    ) -> Replications:
        """Runs replications `first` to `first + count − 1` on `threads` threads (`None`: one a core).

        The results do not depend on the number of threads. `progress` is told how many are done; what it raises ends
        the run, as Ctrl-C does.
        """
        reports = _native.replicate(
            self._native,
            whole(seed, "seed"),
            whole(count, "count"),
            threads=None if threads is None else whole(threads, "threads", 1, 4096),
            record=record_contacts,
            first=whole(first, "first"),
            progress=progress,
        )
        return Replications([Result(report) for report in reports])


__all__ = ["Simulation"]
