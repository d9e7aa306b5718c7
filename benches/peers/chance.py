"""Chance for the Python peers: numpy draws it in blocks, a C iterator hands it out.

One call of the returned function costs about as much as reading a list; `random.expovariate` costs several times as
much, and would weigh on a loop whose other work is so small.
"""

from collections.abc import Callable
from itertools import chain
from typing import TypeVar

import numpy as np

_BLOCK = 8192
_Draw = TypeVar("_Draw")


class Chance:
    """Independent streams of draws, all from one seed."""

    def __init__(self, seed: int) -> None:
        self._seeds = np.random.SeedSequence(seed)

    def exponential(self, mean: float) -> Callable[[], float]:
        """A function that draws exponential spans with this mean, in the unit of the mean."""
        generator = self._stream()
        return _one_by_one(lambda: generator.exponential(mean, _BLOCK).tolist())

    def one_of(self, count: int) -> Callable[[], int]:
        """A function that draws from `0..count`, each as likely as the next."""
        generator = self._stream()
        return _one_by_one(lambda: generator.integers(0, count, _BLOCK).tolist())

    def _stream(self) -> np.random.Generator:
        return np.random.Generator(np.random.SFC64(self._seeds.spawn(1)[0]))


def _one_by_one(block: Callable[[], list[_Draw]]) -> Callable[[], _Draw]:
    return chain.from_iterable(iter(block, None)).__next__
