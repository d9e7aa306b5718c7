"""`simulate`: what would this world come to? Figures with intervals; a goal that is missed is exit status 1."""

import csv
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.cli.loading import progress_on, scenario_of
from sunline.errors import StatisticsRefused
from sunline.simulation.comparison import DEFAULT_FIGURES
from sunline.simulation.figures import figure
from sunline.simulation.run import Simulation
from sunline.tables import Table

Goal = tuple[str, str, float]


def goal_of(text: str) -> Goal:
    """A goal as `FIGURE>=NUMBER` or `FIGURE<=NUMBER`."""
    for sign in (">=", "<="):
        name, found, number = text.partition(sign)
        if found:
            try:
                return name.strip(), sign, float(number)
            except ValueError as error:
                raise ArgumentTypeError(f"{number!r} is no number") from error
    raise ArgumentTypeError(f"{text!r} is no goal; write service_level>=0.8 or abandonment:sales<=0.05")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="FILE.py:NAME", help="a Scenario, or a function that gives one")
    parser.add_argument("--seed", type=int, default=1, help="which luck (default 1)")
    parser.add_argument("--replications", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--threads", type=int, help="how many (default: one a core)")
    parser.add_argument(
        "--figure", action="append", metavar="NAME[:QUEUE]", help="what to print; may be repeated"
    )
    parser.add_argument(
        "--goal", action="append", type=goal_of, metavar="GOAL", help="such as service_level>=0.8"
    )
    parser.add_argument("--queues", type=Path, metavar="FILE", help="a row a replication and queue (CSV)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="a page of HTML about replication 0")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _run(wish: Namespace) -> int:
    goals: list[Goal] = wish.goal or []
    names: list[str] = list(
        dict.fromkeys([*(wish.figure or DEFAULT_FIGURES), *(name for name, _, _ in goals)])
    )
    figures = {name: figure(name) for name in names}
    simulation = Simulation(scenario_of(wish.scenario))
    tell = progress_on(wish.quiet)
    runs = simulation.replicate(
        wish.seed,
        wish.replications,
        threads=wish.threads,
        progress=None if tell is None else lambda done: tell(done, wish.replications),
    )
    print(f"{len(runs)} replications, seed {wish.seed}")
    for name, what in figures.items():
        try:
            print(f"{name} ({what.unit}): {runs.estimate(what)}")
        except StatisticsRefused as refused:
            print(f"{name}: no figure: {refused}")
    missed = 0
    for name, sign, bound in goals:
        mean = runs.estimate(figures[name]).mean
        met = mean >= bound if sign == ">=" else mean <= bound
        missed += not met
        print(f"goal {name} {sign} {bound:g}: {'met' if met else 'missed'}, {mean:.6g}")
    if wish.queues is not None:
        write_csv(runs.queues, wish.queues)
    if wish.report is not None:
        from sunline.reporting import report  # noqa: PLC0415 - pictures need matplotlib

        print(report(simulation.run(wish.seed), wish.report, title=wish.scenario))
    return 1 if missed else 0


def write_csv(table: Table, path: Path) -> None:
    """A table as CSV; instants and lengths of time in nanoseconds."""
    names = [column.name for column in table.columns]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(zip(*(table.to_list(name) for name in names), strict=True))


COMMAND = Command(
    name="simulate", help="Simulate a scenario and print its figures.", add_arguments=_add_arguments, run=_run
)
