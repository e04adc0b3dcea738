"""What every handler works with: the service, the ways to Teams, and work that goes on after the acknowledgement."""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.chat.acts import Attached
from adapters.chat.hub import ChatHub, NoChatError
from adapters.chat.later import insisting
from adapters.teams.activities import Activity
from adapters.teams.connector import Connector, Place
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import References
from adapters.teams.translate import Came, conversation_id, reference, service_url_of
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.knowledge import OrganisationId
from bot.language import Language, of_tag
from bot.messages import Block, Text
from bot.ports import Address
from bot.service.desk import Sender

log = logging.getLogger(__name__)


class UnknownTenantError(InputError):
    """Nobody said whose tenant it is."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        super().__init__(f"HANDBOK_TEAMS_ORGANISATIONS does not name {tenant}")


@dataclass(repr=False, kw_only=True)
class Hub(ChatHub):
    """``organisations``: by tenant."""

    connector: Connector
    references: References
    messenger: TeamsMessenger

    def organisation(self, came: Came) -> OrganisationId:
        """UnknownTenantError where nobody said so."""
        found = self.organisations.get(came.tenant)
        if found is None:
            raise UnknownTenantError(came.tenant)
        return found

    def sender(self, came: Came, *, posts: bool = False) -> Sender:
        """UnknownTenantError where nobody said whose tenant it is."""
        organisation, program = self.organisation(came), of_tag(came.locale)
        return Sender(came.event, came.address(), came.user, came.name, organisation, posts, program)

    async def privately(self, came: Came, *, posts: bool = False) -> Sender:
        """The same, with the answer to come in the person's own chat."""
        alone = replace(came, kind="personal", conversation=await self.references.direct(came), thread="")
        return self.sender(alone, posts=posts)

    async def colleagues(self, who: Sender, organisation: OrganisationId) -> list[tuple[str, str]]:
        works = self.desk.comms.get(organisation)
        if works is None:
            return []
        members = await self.connector.members(await self.references.place(works), comms=True)
        named = [(str(each.get("id", "")), str(each.get("name", ""))) for each in members]
        return sorted(
            (pair for pair in named if all(pair) and pair[0] != who.user), key=lambda pair: pair[1].casefold()
        )

    async def own_place(self, who: Sender, user: str) -> Address | None:
        url = service_url_of(who.address.reference)
        own = await self.references.own(who.address.workspace, user, url)
        return Address("teams", who.address.workspace, own, "", reference(url))

    async def file(self, who: Sender, attached: Attached) -> bytes | None:  # noqa: ARG002  # the token is the bot's own
        try:
            return await self.connector.file(attached.source)
        except DeliveryError:  # no token
            return None

    async def language_of(self, came: Came) -> Language:
        """That the person is spoken to in; nothing is kept of them."""
        return await self.spoken(self.sender(came))

    # ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, came: Came, blocks: Sequence[Block], *, prompts: Sequence[str] = ()) -> None:
        """Something that need not be kept, where the person is. ``prompts``: what they may want to say next."""
        activity = self.messenger.drawn(came.address(), blocks)
        if prompts:
            actions = [{"type": "imBack", "title": prompt, "value": prompt} for prompt in prompts]
            activity["suggestedActions"] = {"to": [came.user], "actions": actions}
        try:
            await self.send(self.place(came), activity)
        except (DeliveryError, UndeliverableError):
            if came.direct:
                raise
            await self.send(Place(came.service_url, await self.references.direct(came)), activity)

    async def send(self, place: Place, activity: Activity) -> None:
        """Something that somebody waits for: sent a few times where Teams does not take it at once."""
        await insisting(lambda: self.connector.send(place, activity))

    async def say(self, came: Came, key: str, language: Language, **values: object) -> None:
        await self.tell(came, [Text(self.desk.say(key, language, **values))])

    async def own_words(self, came: Came, key: str, **values: object) -> None:
        """The same in the language of whoever it is for."""
        await self.say(came, key, await self.language_of(came), **values)

    async def alone_in_chat(self, came: Came, blocks: Sequence[Block]) -> None:
        """Something for the person's own chat. NoChatError where that cannot be written to."""
        conversation = await self.references.direct(came)
        activity = self.messenger.drawn(replace(came.address(), conversation=conversation, thread=""), blocks)
        try:
            await self.send(Place(came.service_url, conversation), activity)
        except UndeliverableError as error:
            raise NoChatError(str(error)) from error

    def after(self, came: Came, work: Coroutine[Any, Any, None]) -> None:
        """Does it after the acknowledgement; where it comes to nothing, its person is told."""
        self.later.start(work, lambda error: self.apologise(came, error))

    async def apologise(self, came: Came, error: BaseException) -> None:
        match error:
            case NoChatError():
                await self.own_words(came, "teams.no-chat")
            case StorageError():
                await self.own_words(came, "ask.not-saved")
            case InputError():
                await self.own_words(came, "talk.not-found")
            case DeliveryError() | UndeliverableError():
                log.warning("Nobody could be told: %s", error)  # every way was tried
            case _:
                await self.own_words(came, "talk.fault")

    def place(self, came: Came) -> Place:
        return Place(came.service_url, conversation_id(came.conversation, came.thread))
