"""Sunline on the command line: `python -m sunline --help`."""

import argparse
import os
import sys
from collections.abc import Sequence

from sunline import __version__
from sunline.cli import COMMANDS
from sunline.errors import SunlineError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status: 0 fine, 1 the answer is no, 2 a wrong call or a refusal."""
    parser = argparse.ArgumentParser(prog="sunline", description="An embeddable contact routing engine.")
    parser.add_argument("--version", action="version", version=f"sunline {__version__}")
    choices = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        choice = choices.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(choice)
        choice.set_defaults(run=command.run)
    wish = parser.parse_args(arguments)
    try:
        status: int = wish.run(wish)
        sys.stdout.flush()
    except SunlineError as refused:
        print(f"sunline: {refused}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read it has seen enough; nothing is to be said at the exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return status


if __name__ == "__main__":
    sys.exit(main())
