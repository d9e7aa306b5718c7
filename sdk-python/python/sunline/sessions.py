"""One connected agent, for plain programs: what it is told, and its answers."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import Self

from sunline import _commands as commands
from sunline import _native
from sunline._commands import ContactRef
from sunline._native import Command as NativeCommand
from sunline._native import Session as NativeSession
from sunline.errors import EngineClosed
from sunline.events import Receipt
from sunline.events.reading import read_receipt
from sunline.ids import AgentId, OfferId
from sunline.notices import Notice, Offer, Offered, read_notice
from sunline.presence import OFFLINE, Presence
from sunline.words import DeliveryFailure, SessionEnd


class AgentSession:
    """One connected agent: what it is told, and its answers.

    Closing it signs the agent out. A session that is dropped without that, whose heartbeat is missed, or whose notices
    are not read loses its agent: it is set offline, and its offers are revoked without strike.
    """

    __slots__ = ("_native",)

    def __init__(self, native: NativeSession) -> None:
        self._native = native

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Notice]:
        while (notice := self.next()) is not None:
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

    def next(self, timeout: float | None = None) -> Notice | None:
        """The next notice, waiting at most `timeout` seconds; `None`: there was none, or the session is over."""
        native = self._native.next().wait(timeout)
        return None if native is None else read_notice(native)

    def next_offer(self, timeout: float | None = None) -> Offer | None:
        """The next offer, waiting at most `timeout` seconds; other notices before it are passed over."""
        until = None if timeout is None else monotonic() + timeout
        while (notice := self.next(None if until is None else max(until - monotonic(), 0.0))) is not None:
            if isinstance(notice, Offered):
                return notice.offer
        return None

    def heartbeat(self) -> None:
        """A sign of life, where heartbeats are expected."""
        self._native.heartbeat()

    def set_presence(self, presence: Presence) -> Receipt:
        """Says what the agent wants to be.

        Raises `CommandRefused`; `EngineClosed` when the session is over. So with all answers.
        """
        return self._say(commands.set_presence(self._native.agent, presence))

    def accept(self, offer: Offer | OfferId) -> Receipt:
        """Takes an offer. Raises `CommandRefused` with code `offer_ended` when it is too late."""
        return self._say(_native.Command.accept(commands.offer_number(offer), self._native.agent))

    def decline(self, offer: Offer | OfferId) -> Receipt:
        """Refuses an offer."""
        return self._say(_native.Command.decline(commands.offer_number(offer), self._native.agent))

    def fail_offer(self, offer: Offer | OfferId, failure: DeliveryFailure) -> Receipt:
        """Reports that an offer did not reach the agent."""
        return self._say(commands.fail_offer(offer, failure))

    def complete(self, contact: ContactRef) -> Receipt:
        """Ends the conversation with a contact; wrap-up begins."""
        return self._say(_native.Command.complete(contact))

    def finish_wrap_up(self, contact: ContactRef) -> Receipt:
        """Ends the wrap-up after a contact early."""
        return self._say(_native.Command.finish_wrap_up(self._native.agent, contact))

    def extend_wrap_up(self, contact: ContactRef, by: timedelta) -> Receipt:
        """Asks for more wrap-up after a contact."""
        return self._say(commands.extend_wrap_up(self._native.agent, contact, by))

    def close(self) -> None:
        """Signs the agent out and ends the session; a session that is over stays so."""
        try:
            if self.end is None:
                # An engine that closes at this moment ends the session first.
                with suppress(EngineClosed):
                    self.set_presence(OFFLINE)
        finally:
            self._native.drop_session()

    def _say(self, command: NativeCommand) -> Receipt:
        receipt = self._native.say(command).wait()
        assert receipt is not None, "without a timeout there is an answer"
        return read_receipt(receipt)


__all__ = ["AgentSession"]
