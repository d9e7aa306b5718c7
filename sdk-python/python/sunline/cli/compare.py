"""`compare`: does the second policy do better than the first, on the same customers?"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.cli.loading import progress_on, scenario_of
from sunline.simulation.comparison import DEFAULT_FIGURES, Precision, compare
from sunline.simulation.figures import SMALLER_IS_BETTER


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("base", metavar="FILE.py:NAME", help="a Scenario, or a function that gives one")
    parser.add_argument("others", nargs="+", metavar="FILE.py:NAME", help="what to hold against it")
    parser.add_argument("--seed", type=int, default=1, help="which luck (default 1)")
    parser.add_argument("--replications", type=int, default=50, help="of each, at most (default 50)")
    parser.add_argument("--threads", type=int, help="how many (default: one a core)")
    parser.add_argument(
        "--figure", action="append", metavar="NAME[:QUEUE]", help="what to compare; may be repeated"
    )
    parser.add_argument(
        "--half-width", type=float, help="stop when the first figure's change is known so well"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="a page of HTML")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument(
        "--no-worse",
        action="store_true",
        help="exit status 1 if the first figure of another is certainly lower than the base's (higher, for waits and"
        " abandonment)",
    )


def _run(wish: Namespace) -> int:
    figures: list[str] = wish.figure or list(DEFAULT_FIGURES)
    policies = {name: scenario_of(name) for name in [wish.base, *wish.others]}
    both = compare(
        policies,
        seed=wish.seed,
        count=wish.replications,
        precision=None
        if wish.half_width is None
        else Precision(half_width=wish.half_width, figure=figures[0]),
        figures=figures,
        threads=wish.threads,
        progress=progress_on(wish.quiet),
    )
    print(both)
    if wish.report is not None:
        from sunline.reporting import report  # noqa: PLC0415 - pictures need matplotlib

        print(report(both, wish.report, title="Comparison"))
    if not wish.no_worse:
        return 0
    worse = False
    for name in both.policies[1:]:
        low, high = both.difference(name, figures[0]).change.interval()
        worse |= low > 0 if figures[0].partition(":")[0] in SMALLER_IS_BETTER else high < 0
    return 1 if worse else 0


COMMAND = Command(
    name="compare",
    help="Compare scenarios on the same customers.",
    add_arguments=_add_arguments,
    run=_run,
)
