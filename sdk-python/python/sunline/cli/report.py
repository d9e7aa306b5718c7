"""`report`: a page of HTML about a journal, or about a log and what it is fitted to."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.journal import open_journal


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what", type=Path, nargs="+", metavar="PATH", help="a journal's directory, or call logs (CSV)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the page goes")
    parser.add_argument("--zone", default="UTC", help="of the clock, as an IANA name (default UTC)")
    parser.add_argument("--title", help="of the page")


def _run(wish: Namespace) -> int:
    from sunline.reporting import report  # noqa: PLC0415 - pictures need matplotlib

    paths: list[Path] = wish.what
    title: str = wish.title or paths[0].name
    if len(paths) == 1 and paths[0].is_dir():
        print(report(open_journal(paths[0]), wish.out, title=title, zone=wish.zone))
        return 0
    from sunline.fitting import fit, read_log  # noqa: PLC0415 - needs numpy

    fitted = fit(read_log(list(paths), zone=wish.zone))
    print(report(fitted, wish.out, title=title, zone=wish.zone))
    return 0


COMMAND = Command(
    name="report",
    help="Write a page about a journal, or about call logs and the laws fitted to them.",
    add_arguments=_add_arguments,
    run=_run,
)
