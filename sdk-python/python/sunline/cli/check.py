"""`check`: is this configuration right, and meant? Every problem and every finding is printed with its path."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from sunline.cli.command import Command
from sunline.config import load_config
from sunline.errors import ConfigInvalid
from sunline.review import lint


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("config", type=Path, metavar="CONFIG", help="a file in TOML, or JSON (*.json)")
    parser.add_argument(
        "--strict", action="store_true", help="end with status 1 for findings too; notes are none"
    )


def _run(wish: Namespace) -> int:
    path: Path = wish.config
    try:
        config = load_config(path)
    except ConfigInvalid as refused:
        for where, what in refused.problems:
            print(f"{path}: {where}: {what}")
        return 1
    findings = lint(config)
    for finding in findings:
        print(f"{path}: {'note' if finding.is_note else 'warning'}: {finding}")
    counts = ", ".join(
        f"{len(part)} {word if len(part) != 1 else word.removesuffix('s')}"
        for word, part in [
            ("channels", config.channels),
            ("skills", config.skills),
            ("pools", config.pools),
            ("queues", config.queues),
            ("agents", config.agents),
        ]
    )
    print(f"{path}: {config.name} is fine: {counts}")
    return int(wish.strict and not all(finding.is_note for finding in findings))


COMMAND = Command(
    name="check",
    help="Check a configuration and print every problem and everything that looks odd.",
    add_arguments=_add_arguments,
    run=_run,
)
