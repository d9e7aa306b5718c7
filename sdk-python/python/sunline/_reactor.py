"""Answers of the engine, brought to an asyncio loop.

The engine's threads write one byte to a socket when something is ready; the loop reads it and fetches everything that
is. So Python runs on the loop's own thread only, and many answers cost one wake-up.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

from sunline import _native

_T = TypeVar("_T")

#: How long an engine that has ended may take to answer whoever still waits, in seconds.
_LAST_ANSWERS_S = 5.0


class Reactor:
    """Waits for operations on behalf of one loop."""

    __slots__ = ("_closed", "_listener", "_loop", "_native", "_socket", "_waiting")

    def __init__(self) -> None:
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._native = _native.Reactor()
        self._waiting: dict[int, asyncio.Future[object]] = {}
        self._socket = socket.socket(fileno=self._native.detach_socket())
        self._socket.setblocking(False)
        self._listener: asyncio.Task[None] | None = None
        try:
            self._loop.add_reader(self._socket, self._read)
        except NotImplementedError:
            self._listener = self._loop.create_task(self._listen())

    async def run(self, operation: "_native.Operation[_T]", keep: Callable[[_T], object] | None = None) -> _T:
        """The operation's answer. Cancelling gives it up; what was asked for may still happen.

        `keep` gets an answer that came at the very moment its caller was cancelled.
        """
        if self._closed:
            # The engine has ended: what is left to read needs no wake-up.
            return cast("_T", await asyncio.to_thread(operation.wait))
        started = self._native.start(operation)
        if isinstance(started, tuple):
            return started[0]
        future: asyncio.Future[object] = self._loop.create_future()
        self._waiting[started] = future
        try:
            return cast("_T", await future)
        except asyncio.CancelledError:
            self._waiting.pop(started, None)
            self._native.forget(started)
            if keep is not None and future.done() and not future.cancelled() and future.exception() is None:
                keep(cast("_T", future.result()))
            raise

    async def close(self) -> None:
        """Lets the loop go, once whoever still waits has been answered: the engine has ended, so that is soon."""
        if self._waiting:
            await asyncio.wait(self._waiting.values(), timeout=_LAST_ANSWERS_S)
        self._closed = True
        if self._listener is None:
            self._loop.remove_reader(self._socket)
        else:
            self._listener.cancel()
        self._socket.close()
        for future in self._waiting.values():
            future.cancel()

    def _read(self) -> None:
        with suppress(BlockingIOError):
            self._socket.recv(64)
        self._fetch()

    async def _listen(self) -> None:
        """For loops that cannot watch a socket."""
        while True:
            await self._loop.sock_recv(self._socket, 64)
            self._fetch()

    def _fetch(self) -> None:
        for token, value, error in self._native.drain():
            future = self._waiting.pop(token, None)
            if future is None or future.done():
                continue
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)
