"""What every handler works with: the service, the ways to Slack, and work that goes on after the acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.chat.acts import Attached
from adapters.chat.hub import ChatHub, NoChatError
from adapters.slack import telling
from adapters.slack.clients import Clients
from adapters.slack.directory import Directory
from adapters.slack.kit import Block
from adapters.slack.messenger import SlackMessenger
from adapters.slack.render import to_message, to_notification
from adapters.slack.translate import Came
from bot.cases import CaseNumber
from bot.errors import DeliveryError, InputError, StorageError, UndeliverableError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Block as Shown
from bot.messages import Text
from bot.ports import Address
from bot.service.desk import Sender

COLLEAGUES = 60  # in a form, at most


class UnknownWorkspaceError(InputError):
    """Nobody said whose workspace it is."""

    def __init__(self, workspace: str) -> None:
        self.workspace = workspace
        super().__init__(f"HANDBOK_SLACK_ORGANISATIONS does not name {workspace}")


@dataclass(repr=False, kw_only=True)
class Hub(ChatHub):
    """``organisations``: by team or enterprise; ``on_removed``: (team, enterprise)."""

    clients: Clients
    directory: Directory
    messenger: SlackMessenger
    on_removed: Callable[[str, str], Awaitable[None]] | None = None

    def organisation(self, came: Came) -> OrganisationId:
        """UnknownWorkspaceError where nobody said so."""
        found = self.organisations.get(came.team) or self.organisations.get(came.enterprise)
        if found is None:
            raise UnknownWorkspaceError(came.team or came.enterprise)
        return found

    async def sender(self, came: Came, *, posts: bool = False) -> Sender:
        """UnknownWorkspaceError where nobody said whose workspace it is."""
        organisation = self.organisation(came)
        name = await self.directory.name(came.team, came.user, came.name)
        return Sender(came.event, came.address(), came.user, name, organisation, posts)

    async def privately(self, came: Came, *, posts: bool = False) -> Sender:
        """The same, with the answer to come in the person's own messages. NoChatError where there can be none."""
        return await self.alone(await self.sender(came, posts=posts))

    async def alone(self, who: Sender) -> Sender:
        try:
            channel = await self.directory.direct(who.address.workspace, who.user)
        except (DeliveryError, UndeliverableError) as error:
            raise NoChatError(str(error)) from error
        return replace(who, address=replace(who.address, conversation=channel, thread=""))

    async def colleagues(self, who: Sender, organisation: OrganisationId) -> list[tuple[str, str]]:
        team = who.address.workspace
        users = sorted(self.members.listed(organisation) - {who.user})[:COLLEAGUES]
        names = await asyncio.gather(*(self.directory.name(team, user, user) for user in users))
        named = [pair for pair in zip(users, names, strict=True) if not self.directory.is_bot(team, pair[0])]
        return sorted(named, key=lambda pair: pair[1].casefold())

    async def own_place(self, who: Sender, user: str) -> Address | None:
        return (await self.alone(replace(who, user=user))).address

    async def post_text(self, who: Sender, post: str) -> str:
        place = who.address
        try:
            return await self.messenger.text_of(place.workspace, place.conversation, post)
        except (DeliveryError, UndeliverableError):
            return ""

    async def file(self, who: Sender, attached: Attached) -> bytes | None:
        """From Slack itself alone, and where the app may read files."""
        try:
            return await self.clients.file(who.address.workspace, attached.source)
        except DeliveryError:
            return None

    async def case_below(self, place: Address, post: str) -> CaseNumber | None:
        """A card that was posted a moment ago is noted a moment later: then Slack is asked."""
        return await self.case_at(place, post) or await self.messenger.case_of(
            place.workspace, place.conversation, post
        )

    async def language_of(self, came: Came) -> Language:
        """That the person is spoken to in; nothing is kept of them, and Slack is not asked."""
        return await self.spoken(self.nameless(came))

    def nameless(self, came: Came) -> Sender:
        """Whoever sent it, without asking Slack what they are called."""
        return Sender(came.event, came.address(), came.user, came.name, self.organisation(came))

    # ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def drawn(self, blocks: Sequence[Shown], language: Language) -> dict[str, Any]:
        more = self.desk.say("talk.whole", language)
        return {"blocks": to_message(blocks, more), "text": to_notification(blocks)}

    def after(self, came: Came, work: Coroutine[Any, Any, None]) -> None:
        """Does it after the acknowledgement; where it comes to nothing, its person is told."""
        self.later.start(work, lambda error: self.apologise(came, error))

    async def apologise(self, came: Came, error: BaseException) -> None:
        match error:
            case UnknownWorkspaceError():
                await self.say(came, "slack.unknown-workspace", Language.EN, workspace=error.workspace)
            case InputError():
                await self.own_words(came, "talk.not-found")
            case StorageError():
                await self.own_words(came, "ask.not-saved")
            case NoChatError():
                await self.own_words(came, "slack.no-chat")
            case DeliveryError() | UndeliverableError():
                await self.own_words(came, "slack.no-access")
            case _:
                await self.own_words(came, "talk.fault")

    async def tell(self, came: Came, blocks: Sequence[Shown], language: Language) -> None:
        """Something for the person alone, where they are, or else wherever they are reached. It goes on by itself, and
        is sent a few times where Slack does not take it at once."""
        self.later.start(telling.told(self, came, self.drawn(blocks, language)))

    async def say(self, came: Came, key: str, language: Language, **values: object) -> None:
        await self.tell(came, [Text(self.desk.say(key, language, **values))], language)

    async def own_words(self, came: Came, key: str, **values: object) -> None:
        """The same in the language of whoever it is for."""
        await self.say(came, key, await self.language_of(came), **values)

    async def window(self, came: Came, view: Block, *, above: bool = False) -> None:
        """Opens a window; ``above``: on top of the one that is open. It goes on by itself: where none opens, its person
        gets a button that opens it."""
        self.later.start(telling.window(self, came, view, above=above))
