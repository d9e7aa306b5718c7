"""Commands of the command line, one module each.

A module has a `COMMAND`; adding one here makes it a word that `python -m sunline` knows. A command prints its answer
and gives the exit status: 0 fine, 1 the answer is no. What it cannot do it raises; `__main__.py` says so.
"""

from sunline.cli import check, compare, diff, explain, forecast, replay, report, schema, simulate
from sunline.cli.command import Command

COMMANDS: tuple[Command, ...] = (
    check.COMMAND,
    diff.COMMAND,
    schema.COMMAND,
    simulate.COMMAND,
    compare.COMMAND,
    report.COMMAND,
    explain.COMMAND,
    replay.COMMAND,
    forecast.COMMAND,
)
"""All commands, in the order in which the help lists them."""

__all__ = ["COMMANDS", "Command"]
