"""Events as they come, for plain programs."""

from collections.abc import Iterator

from sunline._instants import whole
from sunline._native import EventStream as NativeEventStream
from sunline.events import Event
from sunline.events.reading import read_event
from sunline.ids import Seq


class EventStream:
    """Events in order, without a gap and without a duplicate.

    Iterate it for ever, or `read` what is there. Iteration waits for the next event and ends when the engine is closed
    and everything has been read.
    """

    __slots__ = ("_ahead", "_native")

    def __init__(self, native: NativeEventStream) -> None:
        self._native = native
        self._ahead: list[Event] = []

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        if not self._ahead:
            self._ahead = self._batch(256, None)
            self._ahead.reverse()
            if not self._ahead:
                raise StopIteration
        return self._ahead.pop()

    @property
    def position(self) -> Seq:
        """The number of the next event; a reader that resumes later begins there."""
        return self._ahead[-1].seq if self._ahead else Seq(self._native.position)

    def read(self, most: int = 1024, *, timeout: float | None = None) -> list[Event]:
        """The next events, at most so many.

        What has happened already is given at once, be it from the journal. Else waits for an event, at most `timeout`
        seconds (`None`: for ever; 0: not at all). Empty when the time is up, and when the engine is closed and
        everything has been read.

        Raises `ReaderLagged` once when this reader fell behind what is kept in memory, `EngineClosed`.
        """
        whole(most, "most", 1)
        if self._ahead:
            events = [self._ahead.pop() for _ in range(min(most, len(self._ahead)))]
            return events
        return self._batch(most, timeout)

    def _batch(self, most: int, timeout: float | None) -> list[Event]:
        if timeout is not None and timeout >= 0 and self._native.behind:
            timeout = None
        return [read_event(native) for native in self._native.next_batch(most).wait(timeout) or ()]


__all__ = ["EventStream"]
