"""Special functions over arrays, from the standard library's over numbers."""

import math

import numpy as np

from sunline.fitting._local import Floats

_erf = np.frompyfunc(math.erf, 1, 1)


def erf(values: Floats) -> Floats:
    """The error function of each."""
    return np.asarray(_erf(values), dtype="f8")


def chi_square_above(value: float, degrees: float) -> float:
    """Probability that a chi-square variable exceeds `value` (Wilson and Hilferty's cube root)."""
    if degrees <= 0:
        return 1.0
    spread = 2.0 / (9.0 * degrees)
    root = ((value / degrees) ** (1 / 3) - (1.0 - spread)) / math.sqrt(spread)
    return 0.5 * math.erfc(root / math.sqrt(2.0))
