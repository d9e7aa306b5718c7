"""Tables of results: documented columns, handed to pandas, polars, pyarrow or numpy.

A table speaks the Arrow PyCapsule interface, so any library that does can read it without a copy of ours in between:
`polars.DataFrame(table)`, `pyarrow.table(table)`, `duckdb.from_arrow(table)`. None of these libraries is needed to
make a table.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunline._native import Table as NativeTable
from sunline.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column holds."""

    name: str
    type: str  #: As Arrow writes it.
    unit: str  #: Unit of its values.
    doc: str  #: What they mean, in one sentence.


class Table:
    """Rows with named, documented columns.

    Instants are UTC with nanoseconds, lengths of time durations of nanoseconds, shares lie in `[0, 1]`.
    """

    __slots__ = ("_native",)

    def __init__(self, native: NativeTable) -> None:
        self._native = native

    def __len__(self) -> int:
        return len(self._native)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(column.name for column in self.columns)}>"

    @property
    def columns(self) -> tuple[Column, ...]:
        """What each column holds, in order."""
        return tuple(
            Column(name=name, type=arrow_type, unit=unit, doc=doc)
            for name, arrow_type, unit, doc in self._native.columns()
        )

    def __arrow_c_schema__(self) -> object:
        """The schema as an `arrow_schema` capsule."""
        return self._native.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as an `arrow_array_stream` capsule."""
        return self._native.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> "pa.Table":
        """The rows as a pyarrow table."""
        import pyarrow as pa  # noqa: PLC0415 - needed only here

        return pa.table(self)

    def to_polars(self) -> "pl.DataFrame":
        """The rows as a polars frame."""
        import polars as pl  # noqa: PLC0415

        return pl.DataFrame(self)

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a pandas frame: labels as categories, instants in UTC, lengths as timedeltas."""
        import pandas as pd  # noqa: PLC0415

        series: dict[str, pd.Series] = {}
        for column in self.columns:
            values, labels = self._values(column.name)
            if labels is not None:
                codes = self.codes(column.name)
                series[column.name] = pd.Series(pd.Categorical.from_codes(codes, pd.Index(labels)))
            elif values.dtype.kind == "M":
                series[column.name] = pd.Series(values).dt.tz_localize("UTC")
            else:
                series[column.name] = pd.Series(values)
        return pd.DataFrame(series)

    def to_numpy(self, name: str) -> "NDArray[np.generic]":
        """One column as a numpy array: instants as datetime64 (UTC), lengths as timedelta64, labels as texts.

        Where there is no value stands NaN, NaT or `None`.
        """
        import numpy as np  # noqa: PLC0415

        values, labels = self._values(name)
        if labels is None:
            return values
        return np.array([*labels, None], dtype=object)[self.codes(name)]

    def to_list(self, name: str) -> "list[float | str | None]":
        """One column as a list, without any library: labels as texts, instants and lengths as whole nanoseconds."""
        kind, values, labels = self._column(name)
        numbers = array({"f8": "d", "i4": "i"}.get(kind, "q"), values)
        if labels is None:
            return [*numbers]
        texts = [*labels, None]
        return [texts[int(code)] for code in numbers]

    def codes(self, name: str) -> "NDArray[np.int32]":
        """A column of labels as places in `labels`; −1 where there is none."""
        values, labels = self._values(name)
        if labels is None:
            raise InvalidArgument(f"{name} is no column of labels", code="wrong_type", argument="name")
        return values.astype("i4", copy=False)

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels that a column may hold; of queues and agents, in order of the configuration."""
        _, labels = self._values(name)
        if labels is None:
            raise InvalidArgument(f"{name} is no column of labels", code="wrong_type", argument="name")
        return tuple(labels)

    def _values(self, name: str) -> "tuple[NDArray[np.generic], list[str] | None]":
        import numpy as np  # noqa: PLC0415

        kind, values, labels = self._column(name)
        return np.frombuffer(values, dtype=kind), labels

    def _column(self, name: str) -> tuple[str, bytes, list[str] | None]:
        try:
            return self._native.values(name)
        except KeyError:
            known = ", ".join(column.name for column in self.columns)
            raise InvalidArgument(
                f"there is no column {name!r}; there are {known}", code="unknown_column", argument="name"
            ) from None


__all__ = ["Column", "Table"]
