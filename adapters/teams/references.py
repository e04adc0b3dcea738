"""Where people and channels are reached in Teams: kept when they write, changed when that changes, gone once Handbok is
removed. What was read is remembered, so that a message costs no look-up."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from adapters.chat.hub import NoChatError
from adapters.teams.connector import Connector, Place
from adapters.teams.translate import Came, conversation_id, reference, service_url_of
from bot.errors import DeliveryError, UndeliverableError
from bot.ports import Address

REMEMBERED = 20_000  # conversations


class Known(Protocol):
    """A conversation; adapters/database/places.py has it."""

    @property
    def conversation(self) -> str: ...
    @property
    def reference(self) -> str: ...


class PlaceWork(Protocol):
    """One transaction of the database. Every method raises StorageError."""

    async def put(self, workspace: str, conversation: str, account: str, reference: str) -> bool: ...
    async def find(self, workspace: str, conversation: str) -> Known | None: ...
    async def own(self, workspace: str, account: str) -> Known | None: ...
    async def drop(self, workspace: str, conversation: str) -> None: ...


class Places(Protocol):
    def work(self) -> AbstractAsyncContextManager[PlaceWork]: ...


class References:
    """``otherwise``: the service URL for a channel that has not written yet."""

    def __init__(self, places: Places, connector: Connector, otherwise: str) -> None:
        self._places = places
        self._connector = connector
        self._otherwise = otherwise
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()  # (tenant, conversation) → service URL
        self._own: OrderedDict[tuple[str, str], str] = OrderedDict()  # (tenant, user) → their own conversation

    async def keep(self, came: Came) -> None:
        """Remembers how the conversation is reached. StorageError where that cannot be saved."""
        if self._known.get((came.tenant, came.conversation)) != came.service_url:
            await self.arrive(came)

    async def arrive(self, came: Came) -> bool:
        """The same, whatever is remembered; whether the conversation is new, or Handbok was removed from it since."""
        account = came.user if came.direct else ""
        async with self._places.work() as work:
            new = await work.put(came.tenant, came.conversation, account, came.address().reference)
        self._remember(came.tenant, came.conversation, came.service_url)
        if account:
            self._remember_own(came.tenant, account, came.conversation)
        return new

    async def place(self, to: Address) -> Place:
        """How an address is reached now; else as it was when somebody wrote from there."""
        known = self._known.get((to.workspace, to.conversation))
        if known is None:
            async with self._places.work() as work:
                found = await work.find(to.workspace, to.conversation)
            known = service_url_of(found.reference if found else to.reference) or self._otherwise
            if found:
                self._remember(to.workspace, to.conversation, known)
        return Place(known, conversation_id(to.conversation, to.thread))

    async def direct(self, came: Came) -> str:
        """The person's own conversation with the bot, begun where there is none yet.

        NoChatError where there can be none: Handbok is not installed there, or was blocked.
        """
        if came.direct:
            return came.conversation
        return await self.own(came.tenant, came.user, came.service_url)

    async def own(self, tenant: str, user: str, service_url: str) -> str:
        """The same for a user, who may not be here."""
        key = (tenant, user)
        if key not in self._own:
            async with self._places.work() as work:
                found = await work.own(*key)
            own = found.conversation if found else ""
            if not own:
                try:
                    own = await self._connector.open_direct(service_url, tenant, user)
                except (DeliveryError, UndeliverableError) as error:
                    raise NoChatError(str(error)) from error
                async with self._places.work() as work:
                    await work.put(tenant, own, user, reference(service_url))
            self._remember_own(*key, own)
        return self._own[key]

    async def drop(self, came: Came) -> None:
        """Handbok was removed from the conversation."""
        self._known.pop((came.tenant, came.conversation), None)
        self._own.pop((came.tenant, came.user), None)
        async with self._places.work() as work:
            await work.drop(came.tenant, came.conversation)

    def forget(self, came: Came) -> None:
        """The person is gone from all that is kept; so they are from here."""
        own = self._own.pop((came.tenant, came.user), came.conversation)
        self._known.pop((came.tenant, own), None)

    def _remember(self, tenant: str, conversation: str, service_url: str) -> None:
        self._known[tenant, conversation] = service_url
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _remember_own(self, tenant: str, user: str, conversation: str) -> None:
        self._own[tenant, user] = conversation
        while len(self._own) > REMEMBERED:
            self._own.popitem(last=False)
