"""Events as they come, for asyncio."""

from collections.abc import AsyncIterator

from sunline._instants import whole
from sunline._native import EventStream as NativeEventStream
from sunline._reactor import Reactor
from sunline.events import Event
from sunline.events.reading import NativeEvent, read_event
from sunline.ids import Seq


class EventStream:
    """Events in order, without a gap and without a duplicate.

    Iterate it for ever with `async for`, or `read` what comes next. Iteration ends when the engine is closed and
    everything has been read.
    """

    __slots__ = ("_ahead", "_native", "_reactor")

    def __init__(self, native: NativeEventStream, reactor: Reactor) -> None:
        self._native = native
        self._reactor = reactor
        self._ahead: list[Event] = []

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        if not self._ahead:
            self._ahead = await self._batch(256)
            self._ahead.reverse()
            if not self._ahead:
                raise StopAsyncIteration
        return self._ahead.pop()

    @property
    def position(self) -> Seq:
        """The number of the next event; a reader that resumes later begins there."""
        return self._ahead[-1].seq if self._ahead else Seq(self._native.position)

    async def read(self, most: int = 1024) -> list[Event]:
        """The next events, at least one and at most so many; empty when the engine is closed and all was read.

        Raises `ReaderLagged` once when this reader fell behind what is kept in memory, `EngineClosed`. Cancelling it
        loses no event.
        """
        whole(most, "most", 1)
        if self._ahead:
            return [self._ahead.pop() for _ in range(min(most, len(self._ahead)))]
        return await self._batch(most)

    async def _batch(self, most: int) -> list[Event]:
        batch = await self._reactor.run(self._native.next_batch(most), self._keep)
        return [read_event(native) for native in batch]

    def _keep(self, batch: list[NativeEvent]) -> None:
        """Keeps what was read for somebody who gave up waiting at that moment."""
        self._ahead = [read_event(native) for native in reversed(batch)] + self._ahead


__all__ = ["EventStream"]
