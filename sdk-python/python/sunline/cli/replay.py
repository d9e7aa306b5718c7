"""`replay`: does this journal lead to the same events when its inputs are decided again?"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.errors import JournalError
from sunline.journal import replay


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("journal", type=Path, metavar="JOURNAL", help="a journal's directory")


def _run(wish: Namespace) -> int:
    path: Path = wish.journal
    try:
        proof = replay(path)
    except JournalError as refused:
        if refused.code != "diverged":
            raise
        print(f"{path}: {refused}")
        return 1
    folded = f" ({proof.folded} folded)" if proof.folded else ""
    print(f"{path}: {proof.events} events in {proof.frames} frames{folded} replay; state {proof.state_hash}")
    return 0


COMMAND = Command(
    name="replay", help="Decide a journal's inputs again and compare.", add_arguments=_add_arguments, run=_run
)
