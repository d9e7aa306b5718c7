"""Columns from Python to the engine: lists, numpy arrays, and whatever pandas, polars and Arrow call a column.

Each function gives a buffer of 64-bit numbers. What has `__array__` goes through numpy and is never walked in Python;
everything else is walked. Instants and lengths of time are whole nanoseconds; a missing one is `NONE_NS`.
"""

from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import isnan
from typing import TYPE_CHECKING, Protocol, TypeVar, cast, runtime_checkable

from sunline._instants import instant_ns, span_ns
from sunline.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE_NS = -(2**63)  #: Stands for "none" in a column of nanoseconds; numpy's NaT.

Buffer = memoryview
"""Numbers in a row, ready to be copied by the engine."""

_T_co = TypeVar("_T_co", covariant=True)


@runtime_checkable
class ArrayLike(Protocol[_T_co]):
    """A column of another library: a numpy array, a pandas or polars series, an Arrow array."""

    def __array__(self) -> "NDArray[np.generic]":
        """The column as a numpy array."""
        ...


Instants = Sequence[datetime] | ArrayLike[datetime]
"""Instants: timezone-aware datetimes, or a column of instants; one without a zone is read as UTC."""
Lengths = Sequence[timedelta] | Sequence[float] | ArrayLike[timedelta] | ArrayLike[float]
"""Lengths of time: timedeltas, or numbers of seconds."""
Wholes = Sequence[int] | ArrayLike[int]
"""Whole numbers."""
Reals = Iterable[float] | ArrayLike[float]
"""Numbers."""
Labels = Sequence[str] | ArrayLike[str]
"""Texts."""


def reals(values: Reals, argument: str) -> Buffer:
    """Numbers as 64-bit floats."""
    column = _column(values)
    if column is not None:
        if column.dtype.kind not in "iufb":
            raise _wrong(argument, "numbers", column.dtype)
        return _view(column, "f8")
    try:
        return memoryview(array("d", cast("Iterable[float]", values)))
    except TypeError as error:
        raise _wrong(argument, "numbers", error) from error


def wholes(values: Wholes, argument: str) -> Buffer:
    """Whole numbers as 64-bit integers."""
    column = _column(values)
    if column is not None:
        if column.dtype.kind not in "iu":
            raise _wrong(argument, "whole numbers", column.dtype)
        return _view(column, "i8")
    try:
        return memoryview(array("q", cast("Sequence[int]", values)))
    except (TypeError, OverflowError) as error:
        raise _wrong(argument, "whole numbers of 64 bits", error) from error


def instants(values: Instants, argument: str) -> Buffer:
    """Instants as nanoseconds since 1970."""
    column = _column(values)
    if column is not None and column.dtype.kind == "M":
        return _view(_nanoseconds(column, "M8[ns]", argument), "i8")
    listed = cast("Sequence[datetime]", values) if column is None else column.tolist()
    ns = array("q")
    for row, at in enumerate(listed):
        if not isinstance(at, datetime):
            raise _wrong(f"{argument}[{row}]", "an instant", at)
        ns.append(instant_ns(at, f"{argument}[{row}]"))
    return memoryview(ns)


def lengths(values: Lengths, argument: str) -> Buffer:
    """Lengths of time as nanoseconds; a missing one (`None`, NaN, NaT) as `NONE_NS`."""
    column = _column(values)
    if column is not None and column.dtype.kind == "m":
        return _view(_nanoseconds(column, "m8[ns]", argument), "i8")
    if column is not None and column.dtype.kind in "iuf":
        return _seconds(column, argument)
    listed = cast("Sequence[timedelta | float | None]", values) if column is None else column.tolist()
    return memoryview(array("q", (_length_ns(value, argument, row) for row, value in enumerate(listed))))


def labels(values: Labels, argument: str) -> tuple[list[str], Buffer]:
    """Texts as a list of distinct ones, in order of appearance, and a place in it for each row."""
    column = _column(values)
    listed = cast("Sequence[str]", values) if column is None else column.tolist()
    places: dict[str, int] = {}
    codes = array("q")
    for row, label in enumerate(listed):
        if not isinstance(label, str):
            raise _wrong(f"{argument}[{row}]", "a text", label)
        codes.append(places.setdefault(label, len(places)))
    return list(places), memoryview(codes)


def _column(values: object) -> "NDArray[np.generic] | None":
    """The values as a numpy array, where they are the column of a library; pandas and Arrow give instants in UTC."""
    if not isinstance(values, ArrayLike):
        return None
    import numpy as np  # noqa: PLC0415 - needed only by those who have it

    zone = getattr(getattr(values, "dtype", None), "tz", None)
    column = np.asarray(values, dtype="M8[ns]") if zone is not None else np.asarray(values)
    return cast("NDArray[np.generic]", column)


def _view(column: "NDArray[np.generic]", kind: str) -> Buffer:
    import numpy as np  # noqa: PLC0415

    numbers = column.view("i8") if column.dtype.kind in "mM" else column
    return np.ascontiguousarray(numbers, dtype=kind).data


def _nanoseconds(column: "NDArray[np.generic]", kind: str, argument: str) -> "NDArray[np.generic]":
    """The column in nanoseconds; what does not fit is refused, not wrapped around."""
    import numpy as np  # noqa: PLC0415

    ns = column.astype(kind)
    if not np.array_equal(ns.astype(column.dtype), column, equal_nan=True):
        raise InvalidArgument(
            f"{argument} holds times beyond the years 1678 to 2262", code="out_of_range", argument=argument
        )
    return ns


def _seconds(column: "NDArray[np.generic]", argument: str) -> Buffer:
    import numpy as np  # noqa: PLC0415

    seconds = column.astype("f8")
    missing = np.isnan(seconds)
    if bool((np.abs(seconds[~missing]) > MOST_SECONDS).any()):
        raise InvalidArgument(
            f"{argument} holds more than {MOST_SECONDS:.0e} s", code="out_of_range", argument=argument
        )
    ns = np.rint(np.where(missing, 0.0, seconds) * 1e9).astype("i8")
    ns[missing] = NONE_NS
    return ns.data


MOST_SECONDS = 1e9  #: Longest length of time given in seconds: about 31 years.


def _length_ns(value: timedelta | float | None, argument: str, row: int) -> int:
    match value:
        case None:
            return NONE_NS
        case timedelta():
            return span_ns(value, f"{argument}[{row}]")
        case float() if isnan(value):
            return NONE_NS
        case int() | float() if abs(value) <= MOST_SECONDS:
            return round(value * 1e9)
    raise _wrong(f"{argument}[{row}]", f"a length of time of at most {MOST_SECONDS:.0e} s", value)


def _wrong(argument: str, expected: str, found: object) -> InvalidArgument:
    return InvalidArgument(
        f"{argument} must hold {expected}, not {found!r}", code="wrong_type", argument=argument
    )
