"""Many scenarios over a grid of parameters, on any executor: threads, processes, Dask, MPI.

Every point is run under the same seed, so points meet the same customers, and the figures are the same wherever a point
is run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, wait
from dataclasses import dataclass
from itertools import product
from typing import Any

from sunline._tabular import labelled, made, numbers
from sunline.errors import InvalidArgument
from sunline.simulation.figures import figure
from sunline.simulation.replications import Estimate, estimate_of
from sunline.simulation.run import Simulation
from sunline.simulation.scenario import Scenario
from sunline.tables import Table

Parameter = bool | int | float | str
Progress = Callable[[int, int], object]
"""Told how many points are done, and of how many; what it raises cancels the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a sweep, and what it came to."""

    parameters: Mapping[str, Parameter]
    values: Mapping[str, tuple[float, ...]]  #: By figure, one entry a replication.

    def estimate(self, name: str) -> Estimate:
        """The mean of a figure."""
        return estimate_of(list(self.values[name]))


class Sweep:
    """Points in the order of the grid, the last parameter fastest. Made by `sweep`."""

    __slots__ = ("_points",)

    def __init__(self, points: Sequence[Point]) -> None:
        self._points = tuple(points)

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self._points)

    def __getitem__(self, place: int) -> Point:
        return self._points[place]

    @property
    def table(self) -> Table:
        """One row a point and figure: the parameters, the figure, its mean and standard error."""
        rows = [(point, name) for point in self._points for name in point.values]
        columns = []
        for name in self._points[0].parameters if self._points else ():
            given = [point.parameters[name] for point, _ in rows]
            if all(isinstance(value, int | float) for value in given):
                columns.append(
                    numbers(name, "the parameter's own", "Parameter of the grid.", [float(v) for v in given])
                )
            else:
                columns.append(labelled(name, "Parameter of the grid.", [str(value) for value in given]))
        columns.append(labelled("figure", "Which figure.", [name for _, name in rows]))
        estimates = [point.estimate(name) for point, name in rows]
        columns.append(
            numbers("mean", "the figure's own", "Mean over the replications.", [e.mean for e in estimates])
        )
        columns.append(
            numbers(
                "standard_error", "the figure's own", "Of the mean.", [e.standard_error for e in estimates]
            )
        )
        return made(columns)


def sweep(
    make: Callable[..., Scenario],
    grid: Mapping[str, Sequence[Parameter]],
    *,
    seed: int,
    count: int = 20,
    figures: Sequence[str] = ("service_level", "abandonment", "mean_wait_s"),
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Runs `make(**parameters)` for each point of the grid, `count` replications each.

    `executor`: anything with the interface of `concurrent.futures.Executor`, such as a pool of processes or
    `dask.distributed.Client.get_executor()`; without one, points are run here one after another on all cores. Scenarios
    are made here and sent pickled; figures come back as numbers. An exception, Ctrl-C included, cancels what has not
    begun.
    """
    if not grid or any(len(values) == 0 for values in grid.values()):
        empty = [name for name, values in grid.items() if len(values) == 0]
        raise InvalidArgument(
            f"the grid has no point; give values for {', '.join(empty) or 'at least one parameter'}",
            code="empty",
            argument="grid",
        )
    for name in figures:
        figure(name)
    points = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    scenarios = [make(**point) for point in points]
    wanted = tuple(figures)
    if executor is None:
        found = []
        for number, scenario in enumerate(scenarios):
            found.append(run_point(scenario, seed, count, wanted, None))
            if progress is not None:
                progress(number + 1, len(points))
    else:
        found = _spread(executor, scenarios, (seed, count, wanted), progress)
    return Sweep([Point(parameters=p, values=v) for p, v in zip(points, found, strict=True)])


_Values = dict[str, tuple[float, ...]]


def _spread(
    executor: Executor,
    scenarios: Sequence[Scenario],
    how: tuple[int, int, tuple[str, ...]],
    progress: Progress | None,
) -> list[_Values]:
    # Elsewhere several points share the cores, so each has one thread. Futures of others are not ours to type.
    futures: list[Future[Any]] = [executor.submit(run_point, scenario, *how, 1) for scenario in scenarios]
    try:
        ready = 0
        while ready < len(futures):
            now = sum(future.done() for future in futures)
            if now > ready and progress is not None:
                progress(now, len(futures))
            for future in futures:
                if future.done() and not future.cancelled() and future.exception() is not None:
                    future.result()
            ready = now
            if ready < len(futures):
                _pause([future for future in futures if not future.done()])
        return [future.result() for future in futures]
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _pause(open_ones: Sequence["Future[Any]"]) -> None:
    """Until one more is done, or a while is over; futures of other libraries are asked one by one."""
    if all(isinstance(future, Future) for future in open_ones):
        wait(open_ones, timeout=0.1, return_when="FIRST_COMPLETED")
        return
    try:
        open_ones[0].exception(timeout=0.1)
    except (TimeoutError, CancelledError):
        return


def run_point(
    scenario: Scenario, seed: int, count: int, figures: tuple[str, ...], threads: int | None
) -> _Values:
    """The figures of one point; a function of the module, so that it can be sent to another process."""
    runs = Simulation(scenario).replicate(seed, count, threads=threads)
    return {name: tuple(runs.values(figure(name))) for name in figures}


__all__ = ["Parameter", "Point", "Progress", "Sweep", "run_point", "sweep"]
