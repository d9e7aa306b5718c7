"""Scenarios on the command line: `FILE.py:NAME`, where NAME is a `Scenario` or a function that gives one."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

from sunline.errors import InvalidArgument
from sunline.simulation.scenario import Scenario


def scenario_of(text: str) -> Scenario:
    """The scenario that the text names.

    Raises `InvalidArgument` with what to write.
    """
    file, colon, name = text.rpartition(":")
    if not colon:
        file, name = text, "scenario"
    path = Path(file)
    if not path.is_file():
        raise InvalidArgument(
            f"there is no file {file}; write FILE.py:NAME, where NAME is a Scenario or a function that gives one",
            code="not_found",
            argument="scenario",
        )
    found = runpy.run_path(str(path), run_name="scenario").get(name)
    if callable(found):
        found = found()
    if not isinstance(found, Scenario):
        kind = "nothing" if found is None else f"a {type(found).__name__}"
        raise InvalidArgument(
            f"{name} in {file} is {kind}, not a Scenario or a function that gives one",
            code="wrong_type",
            argument="scenario",
        )
    return found


def progress_on(quiet: bool) -> Callable[[int, int], None] | None:
    """Counts what is done on standard error, where somebody watches it."""
    if quiet or not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        print(f"\r{done} of {total}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    return tell


__all__ = ["progress_on", "scenario_of"]
