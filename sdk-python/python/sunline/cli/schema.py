"""`schema`: the JSON Schema of a configuration, for editors and other programs."""

import json
from argparse import ArgumentParser, Namespace

from sunline.cli.command import Command
from sunline.review import schema


def _add_arguments(_: ArgumentParser) -> None:
    """It needs to be told nothing."""


def _run(_: Namespace) -> int:
    print(json.dumps(schema(), indent=2))
    return 0


COMMAND = Command(
    name="schema",
    help="Print the JSON Schema of a configuration.",
    add_arguments=_add_arguments,
    run=_run,
)
