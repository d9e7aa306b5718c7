"""`explain`: why was this offer made?"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.errors import JournalError
from sunline.explain import explain


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("journal", type=Path, metavar="JOURNAL", help="a journal's directory")
    parser.add_argument(
        "seq", type=int, metavar="SEQ", help="the number of the offer, which is that of its event"
    )


def _run(wish: Namespace) -> int:
    try:
        explanation = explain(wish.journal, wish.seq)
    except JournalError as refused:
        if refused.code not in ("no_offer", "no_such_event"):
            raise
        print(f"{wish.journal}: {refused}")
        return 1
    print(explanation)
    return 0 if explanation.confirmed else 1


COMMAND = Command(
    name="explain", help="Say why an offer in a journal was made.", add_arguments=_add_arguments, run=_run
)
