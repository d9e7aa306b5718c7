"""One connected agent, for asyncio: what it is told, and its answers."""

from collections import deque
from collections.abc import AsyncIterator, Generator
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Self

from sunline import _commands as commands
from sunline import _native
from sunline._commands import ContactRef
from sunline._native import Command as NativeCommand
from sunline._native import Session as NativeSession
from sunline._reactor import Reactor
from sunline.errors import EngineClosed
from sunline.events import Receipt
from sunline.events.reading import read_receipt
from sunline.ids import AgentId, OfferId
from sunline.notices import NativeNotice, Notice, Offer, Offered, read_notice
from sunline.presence import OFFLINE, Presence
from sunline.words import DeliveryFailure, SessionEnd


class SessionOpening:
    """A session about to begin: await it, or enter it."""

    __slots__ = ("_opening", "_reactor", "_session")

    def __init__(self, reactor: Reactor, opening: "_native.Operation[_native.Session]") -> None:
        self._reactor = reactor
        self._opening = opening
        self._session: AgentSession | None = None

    def __await__(self) -> Generator[object, None, "AgentSession"]:
        return self._begin().__await__()

    async def __aenter__(self) -> "AgentSession":
        self._session = await self._begin()
        return self._session

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def _begin(self) -> "AgentSession":
        return AgentSession(await self._reactor.run(self._opening), self._reactor)


class AgentSession:
    """One connected agent: what it is told, and its answers.

    Closing it signs the agent out. A session that is dropped without that, whose heartbeat is missed, or whose notices
    are not read loses its agent: it is set offline, and its offers are revoked without strike.
    """

    __slots__ = ("_kept", "_native", "_reactor")

    def __init__(self, native: NativeSession, reactor: Reactor) -> None:
        self._native = native
        self._reactor = reactor
        self._kept: deque[NativeNotice | None] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def __aiter__(self) -> AsyncIterator[Notice]:
        while (notice := await self.next()) is not None:
            yield notice

    @property
    def agent(self) -> AgentId:
        """Whose session it is."""
        return AgentId(self._native.agent)

    @property
    def end(self) -> SessionEnd | None:
        """How the session ended; `None` while it goes on."""
        end = self._native.end
        return None if end is None else SessionEnd(end)

    async def next(self) -> Notice | None:
        """The next notice; `None` when the session is over. Cancelling it loses no notice."""
        if self._kept:
            native = self._kept.popleft()
        else:
            native = await self._reactor.run(self._native.next(), self._kept.append)
        return None if native is None else read_notice(native)

    async def next_offer(self) -> Offer | None:
        """The next offer; other notices before it are passed over. `None` when the session is over."""
        while (notice := await self.next()) is not None:
            if isinstance(notice, Offered):
                return notice.offer
        return None

    def heartbeat(self) -> None:
        """A sign of life, where heartbeats are expected."""
        self._native.heartbeat()

    async def set_presence(self, presence: Presence) -> Receipt:
        """Says what the agent wants to be.

        Raises `CommandRefused`; `EngineClosed` when the session is over. So with all answers.
        """
        return await self._say(commands.set_presence(self._native.agent, presence))

    async def accept(self, offer: Offer | OfferId) -> Receipt:
        """Takes an offer. Raises `CommandRefused` with code `offer_ended` when it is too late."""
        return await self._say(_native.Command.accept(commands.offer_number(offer), self._native.agent))

    async def decline(self, offer: Offer | OfferId) -> Receipt:
        """Refuses an offer."""
        return await self._say(_native.Command.decline(commands.offer_number(offer), self._native.agent))

    async def fail_offer(self, offer: Offer | OfferId, failure: DeliveryFailure) -> Receipt:
        """Reports that an offer did not reach the agent."""
        return await self._say(commands.fail_offer(offer, failure))

    async def complete(self, contact: ContactRef) -> Receipt:
        """Ends the conversation with a contact; wrap-up begins."""
        return await self._say(_native.Command.complete(contact))

    async def finish_wrap_up(self, contact: ContactRef) -> Receipt:
        """Ends the wrap-up after a contact early."""
        return await self._say(_native.Command.finish_wrap_up(self._native.agent, contact))

    async def extend_wrap_up(self, contact: ContactRef, by: timedelta) -> Receipt:
        """Asks for more wrap-up after a contact."""
        return await self._say(commands.extend_wrap_up(self._native.agent, contact, by))

    async def close(self) -> None:
        """Signs the agent out and ends the session; a session that is over stays so."""
        try:
            if self.end is None:
                # An engine that closes at this moment ends the session first.
                with suppress(EngineClosed):
                    await self.set_presence(OFFLINE)
        finally:
            self._native.drop_session()

    async def _say(self, command: NativeCommand) -> Receipt:
        return read_receipt(await self._reactor.run(self._native.say(command)))


__all__ = ["AgentSession", "SessionOpening"]
