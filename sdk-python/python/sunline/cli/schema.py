"""`schema`: the JSON Schema of a configuration, of events or of commands, for editors and other programs."""

import json
from argparse import ArgumentParser, Namespace
from typing import get_args

from sunline.cli.command import Command
from sunline.review import Subject, schema


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("of", nargs="?", choices=get_args(Subject), default="config", help="default: config")


def _run(wish: Namespace) -> int:
    print(json.dumps(schema(wish.of), indent=2))
    return 0


COMMAND = Command(
    name="schema",
    help="Print the JSON Schema of a configuration, of events or of commands.",
    add_arguments=_add_arguments,
    run=_run,
)
