"""What a command of the command line is."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word of the command line."""

    name: str
    help: str  #: What it does, in one sentence.
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]  #: Does it; the exit status.


__all__ = ["Command"]
