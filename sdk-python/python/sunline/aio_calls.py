"""What several may say alike, for asyncio: the host, a channel adapter, an agent."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from sunline import _commands as commands
from sunline import _native
from sunline._commands import CommandKey, ContactRef
from sunline._instants import whole
from sunline.contacts import ContactDetails
from sunline.events import Receipt
from sunline.ids import OfferId
from sunline.notices import Offer
from sunline.words import DeliveryFailure, FeedbackKind


class ConversationCalls(ABC):
    """What becomes of offers and conversations."""

    __slots__ = ()

    @abstractmethod
    async def _apply(self, command: _native.Command, key: CommandKey | None) -> Receipt:
        """Says it, and waits for the answer."""

    async def fail_offer(
        self, offer: Offer | OfferId, failure: DeliveryFailure, *, key: CommandKey | None = None
    ) -> Receipt:
        """The offer did not reach its agent."""
        return await self._apply(commands.fail_offer(offer, failure), key)

    async def connected(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """Media is up between the customer and the agent who accepted."""
        return await self._apply(_native.Command.connected(contact), key)

    async def connection_failed(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The connection to the agent who accepted could not be made; the contact is back in its place."""
        return await self._apply(_native.Command.connection_failed(contact), key)

    async def not_reached(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The customer was dialled and not reached."""
        return await self._apply(_native.Command.not_reached(contact), key)

    async def complete(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The conversation ended; the agent's wrap-up begins."""
        return await self._apply(_native.Command.complete(contact), key)

    async def park(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The customer is silent: the contact takes nothing of its agent until the customer writes again."""
        return await self._apply(_native.Command.park(contact), key)

    async def unpark(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The customer of a parked contact has written."""
        return await self._apply(_native.Command.unpark(contact), key)

    async def give_feedback(
        self, contact: ContactRef, kind: FeedbackKind, value: int, *, key: CommandKey | None = None
    ) -> Receipt:
        """Something is known of a contact, inside or ended: it is joined to the decision that routed it.

        `value`: in the host's own unit, at most 10^15 above or below zero.
        """
        return await self._apply(_native.Command.give_feedback(contact, kind, whole(value, "value")), key)


class ContactCalls(ConversationCalls):
    """What becomes of contacts, in conversation and before."""

    __slots__ = ()

    async def update_contact(
        self,
        contact: ContactRef,
        *,
        points: int | None = None,
        details: ContactDetails | None = None,
        key: CommandKey | None = None,
    ) -> Receipt:
        """Changes points, requirements or attributes of a waiting contact, with effect at once; `None`: as before."""
        return await self._apply(commands.update_contact(contact, points, details), key)

    async def abandon(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The customer gave up."""
        return await self._apply(_native.Command.abandon(contact), key)

    async def withdraw(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """The host takes the contact back."""
        return await self._apply(_native.Command.withdraw(contact), key)

    async def withdraw_all(self, contacts: Iterable[ContactRef], *, key: CommandKey | None = None) -> Receipt:
        """Takes several contacts back; of these, whoever still waits."""
        return await self._apply(_native.Command.withdraw_all(list(contacts)), key)

    async def hand_off(self, contact: ContactRef, *, key: CommandKey | None = None) -> Receipt:
        """A system outside takes the contact over."""
        return await self._apply(_native.Command.hand_off(contact), key)


__all__ = ["ContactCalls", "ConversationCalls"]
