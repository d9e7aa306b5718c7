"""Many replications of a scenario, and how sure their means are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from sunline import _native
from sunline.errors import StatisticsRefused
from sunline.simulation.result import Result
from sunline.tables import Table

Figure = Callable[[Result], float | None]
"""A figure of a replication, for example `lambda result: result.total.service_level`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean estimated from independent values, with its uncertainty.

    >>> print(Estimate(mean=43.2, standard_error=2.0, degrees_of_freedom=10))
    43.2 ± 4.46 (95 %)
    """

    mean: float
    standard_error: float  #: Standard deviation of the mean.
    degrees_of_freedom: int  #: Number of values less one.

    def half_width(self, level: float = 0.95) -> float:
        """Half the width of the confidence interval; `level` is the share of such intervals that cover the truth."""
        return _native.student_t(level, self.degrees_of_freedom) * self.standard_error

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Lower and upper end of the confidence interval."""
        half_width = self.half_width(level)
        return self.mean - half_width, self.mean + half_width

    def __str__(self) -> str:
        return f"{self.mean:.6g} ± {self.half_width():.3g} (95 %)"


class Replications(Sequence[Result]):
    """Results of one scenario under one seed, by number of the replication."""

    __slots__ = ("_results",)

    def __init__(self, results: Sequence[Result]) -> None:
        self._results = tuple(results)

    @classmethod
    def one_by_one(
        cls,
        run: Callable[[int], Result],
        first: int,
        count: int,
        progress: Callable[[int], object] | None = None,
    ) -> "Replications":
        """Runs replications `first` to `first + count − 1` on this thread; `progress` is told how many are done."""
        results = []
        for replication in range(first, first + count):
            results.append(run(replication))
            if progress is not None:
                progress(len(results))
        return cls(results)

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[Result]:
        return iter(self._results)

    @overload
    def __getitem__(self, place: int, /) -> Result: ...
    @overload
    def __getitem__(self, place: slice, /) -> "Replications": ...
    def __getitem__(self, place: int | slice, /) -> "Result | Replications":
        if isinstance(place, slice):
            return Replications(self._results[place])
        return self._results[place]

    @property
    def queues(self) -> Table:
        """One row a replication and queue."""
        return Table(_native.Report.queues_of([result._native for result in self._results]))

    @property
    def agents(self) -> Table:
        """One row a replication and agent."""
        return Table(_native.Report.agents_of([result._native for result in self._results]))

    def estimate(self, figure: Figure) -> Estimate:
        """The mean of a figure over the replications.

        Raises `StatisticsRefused` with fewer than two replications, or where one has no such figure.
        """
        return estimate_of(self.values(figure))

    def minus(self, other: "Replications", figure: Figure) -> Estimate:
        """The mean difference of a figure to `other`, replication by replication.

        Both must come from the same seed: then luck cancels, and the difference is known far better than either mean.
        Raises `StatisticsRefused` where the two have different lengths.
        """
        if len(self) != len(other):
            raise StatisticsRefused(
                f"{len(self)} replications cannot be paired with {len(other)}", code="unpaired"
            )
        ours, theirs = self.values(figure), other.values(figure)
        return estimate_of([a - b for a, b in zip(ours, theirs, strict=True)])

    def needed(self, figure: Figure, *, half_width: float, level: float = 0.95) -> int:
        """How many replications in all an interval of this half-width is likely to need; at least 2."""
        return _native.needed(self.values(figure), half_width, level)

    def values(self, figure: Figure) -> list[float]:
        """A figure in each replication, in order.

        Raises `StatisticsRefused` where one has no such figure.
        """
        values = []
        for result in self._results:
            value = figure(result)
            if value is None:
                raise StatisticsRefused(
                    f"replication {result.replication} has no such figure", code="no_figure"
                )
            values.append(float(value))
        return values


def estimate_of(values: list[float]) -> Estimate:
    """The mean of independent values."""
    mean, standard_error, degrees_of_freedom = _native.estimate(values)
    return Estimate(mean=mean, standard_error=standard_error, degrees_of_freedom=degrees_of_freedom)


__all__ = ["Estimate", "Figure", "Replications", "estimate_of"]
