"""Formulas over numbers or arrays: broadcast, evaluated row by row in Rust, and shaped back."""

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from sunline import _native
from sunline._columns import ArrayLike
from sunline.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

Numbers = float | Sequence[float] | ArrayLike[float] | ArrayLike[int]
"""A number, or an array of them."""

NONE = float("nan")
_HOUR_S = 3600.0


def per_second(per_hour: Numbers) -> Numbers:
    """A rate as the formulas take it."""
    if isinstance(per_hour, int | float):
        return per_hour / _HOUR_S
    import numpy as np  # noqa: PLC0415 - needed only for arrays

    return np.asarray(per_hour, dtype="f8") / _HOUR_S


def counted(agents: "float | Reals") -> "int | Reals":
    """A number of agents as a whole number, where it is one number."""
    return int(agents) if isinstance(agents, float) else agents


def one(formula: str, *arguments: Numbers) -> "float | Reals":
    """A formula of one figure."""
    (figure,) = many(formula, *arguments)
    return figure


def many(formula: str, *arguments: Numbers) -> "list[float] | list[Reals]":
    """A formula of several figures."""
    if all(isinstance(argument, int | float) for argument in arguments):
        columns = [memoryview(array("d", [cast("float", argument)])) for argument in arguments]
        return [memoryview(figure).cast("d")[0] for figure in _native.forecast(formula, columns)]
    import numpy as np  # noqa: PLC0415 - needed only for arrays

    try:
        arrays = np.broadcast_arrays(*(np.asarray(argument, dtype="f8") for argument in arguments))
    except (TypeError, ValueError) as error:
        raise InvalidArgument(str(error), code="wrong_type") from error
    shape = arrays[0].shape
    columns = [np.ascontiguousarray(column).reshape(-1).data for column in arrays]
    if arrays[0].size == 0:
        return [np.empty(shape) for _ in range(_RESULTS.get(formula.partition(":")[0], 1))]
    return [np.frombuffer(figure, dtype="f8").reshape(shape) for figure in _native.forecast(formula, columns)]


#: Figures that a formula gives, where it is more than one.
_RESULTS = {
    "delay_queue": 14,
    "erlang_a": 14,
    "finite_room": 14,
    "general_patience": 14,
    "smallest_agents": 3,
    "priority_class": 4,
    "garnett_limit": 2,
}
