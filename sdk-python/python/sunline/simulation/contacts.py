"""A recorded day: single contacts with all they bring, as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

from sunline._columns import Buffer, Instants, Labels, Lengths, Wholes, instants, labels, lengths, wholes
from sunline.errors import InvalidArgument


class Frame(Protocol):
    """A table of another library, whose columns are taken by name: pandas, polars, pyarrow, a mapping of columns."""

    def __getitem__(self, name: str, /) -> object:
        """The column of this name."""


@runtime_checkable
class ArrowStream(Protocol):
    """A table of any library that speaks the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Its rows as an `arrow_array_stream` capsule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedContacts:
    """Contacts of a recorded day, one entry each, in order of arrival.

    >>> from datetime import UTC, datetime, timedelta
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> day = PlannedContacts(
    ...     at=[nine, nine + timedelta(seconds=40)],
    ...     queue="bills",
    ...     handling=[180.0, 95.5],
    ...     patience=[60.0, None],
    ... )
    """

    at: Instants  #: When each arrives.
    queue: str | Labels  #: Name of the queue: one for all, or one for each.
    handling: Lengths  #: Length of the conversation, once there is one; seconds, or timedeltas.
    patience: Lengths | Sequence[float | None] | None = None  #: How long each would wait; `None`: for ever.
    points: Wholes | None = None  #: Priority points; `None`: 0.

    @classmethod
    def from_table(cls, table: "Frame | ArrowStream", *, queue: str | None = None) -> "PlannedContacts":
        """From a table with columns `at`, `queue`, `handling` and, where wanted, `patience` and `points`.

        `table` is a pandas or polars frame, a pyarrow table, a mapping of columns, or anything that speaks the Arrow
        PyCapsule interface (then pyarrow must be installed). `queue` stands for all where there is no such column.
        Lengths are durations or numbers of seconds.
        """
        frame = table if hasattr(table, "__getitem__") else _read(table)
        names = _names(frame)
        if queue is None and "queue" not in names:
            raise InvalidArgument("the table has no column queue", code="missing_column", argument="table")
        for name in ("at", "handling"):
            if name not in names:
                raise InvalidArgument(
                    f"the table has no column {name}", code="missing_column", argument="table"
                )
        column = cast("Frame", frame).__getitem__
        return cls(
            at=cast("Instants", column("at")),
            queue=queue if queue is not None else cast("Labels", column("queue")),
            handling=cast("Lengths", column("handling")),
            patience=cast("Lengths", column("patience")) if "patience" in names else None,
            points=cast("Wholes", column("points")) if "points" in names else None,
        )

    def to_columns(
        self,
    ) -> tuple[list[str], Buffer, Buffer, Buffer, Buffer | None, Buffer | None]:
        """Names of queues; then for each contact arrival, place among the names, handling, patience, points."""
        at = instants(self.at, "contacts.at")
        if isinstance(self.queue, str):
            names, places = [self.queue], memoryview(bytes(8 * len(at))).cast("q")
        else:
            names, places = labels(self.queue, "contacts.queue")
        patience = cast("Lengths | None", self.patience)
        return (
            names,
            at,
            places,
            lengths(self.handling, "contacts.handling"),
            None if patience is None else lengths(patience, "contacts.patience"),
            None if self.points is None else wholes(self.points, "contacts.points"),
        )


def _read(table: "Frame | ArrowStream") -> "Frame":
    try:
        import pyarrow as pa  # noqa: PLC0415 - needed only here
    except ImportError as error:
        raise InvalidArgument(
            "to read this table, pyarrow must be installed", code="pyarrow_missing", argument="table"
        ) from error
    return cast("Frame", pa.table(table))


def _names(frame: object) -> set[str]:
    for attribute in ("column_names", "columns"):
        names = getattr(frame, attribute, None)
        if names is not None:
            return {str(name) for name in names}
    return {str(name) for name in frame} if isinstance(frame, Iterable) else set()


__all__ = ["ArrowStream", "Frame", "PlannedContacts"]
