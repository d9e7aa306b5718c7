"""`diff`: what changes from one configuration to another, one setting a line."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.errors import ConfigInvalid
from sunline.review import diff


def _add_arguments(parser: ArgumentParser) -> None:
    for name in ("before", "after"):
        parser.add_argument(name, type=Path, metavar=name.upper(), help="a file in TOML, or JSON (*.json)")


def _run(wish: Namespace) -> int:
    try:
        changes = diff(wish.before, wish.after)
    except ConfigInvalid as refused:
        for where, what in refused.problems:
            print(f"{where}: {what}")
        return 2
    for change in changes:
        print(change)
    return int(bool(changes))


COMMAND = Command(
    name="diff",
    help="Print what changes from one configuration to another; status 1 where something does.",
    add_arguments=_add_arguments,
    run=_run,
)
