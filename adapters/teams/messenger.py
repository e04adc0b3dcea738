"""The way to people in Teams for durable delivery: posts, and changes what was posted.

Teams does not let a bot look for its own messages: where a process dies between the post and the record of it, the
message is posted once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

from adapters.chat.cutting import parts
from adapters.chat.later import insisting
from adapters.chat.members import ChannelMembers
from adapters.teams.connector import Connector, Place
from adapters.teams.failures import PostGoneError
from adapters.teams.references import References
from adapters.teams.render import to_activity, to_card
from adapters.teams.translate import service_url_of, user_of
from bot.errors import UndeliverableError
from bot.knowledge import OrganisationId
from bot.language import Language
from bot.messages import Block
from bot.ports import Address
from bot.wording import Wording

PART = 3500  # characters of a text in one message, however many bytes each takes


class TeamsMessenger:
    """A Messenger of bot/ports.py.

    ``languages``: of the tenants, for what a message itself does not say; ``dialogs``: whether buttons open any.
    """

    def __init__(  # noqa: PLR0913  # its parts, each injected
        self,
        connector: Connector,
        references: References,
        members: ChannelMembers,
        say: Wording,
        languages: Mapping[str, Language],
        comms: Mapping[OrganisationId, tuple[str, str]],
        *,
        dialogs: bool,
    ) -> None:
        self._connector = connector
        self._references = references
        self._members = members
        self._say = say
        self._dialogs = dialogs
        self._languages = languages
        self._comms = {place: organisation for organisation, place in comms.items()}

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:  # noqa: ARG002
        """The id of the first message, where a long text is divided into several."""
        first, *rest = parts(cast("Sequence[Block]", blocks), PART)
        try:
            place = await self._references.place(to)
            post = await self._send(place, to, first)
        except UndeliverableError:
            if not user_of(to.reference) or self._is_comms(to):
                raise
            place = await self._instead(to)
            post = await self._send(place, to, first)
        for part in rest:  # what stands there already is not sent again with it
            await insisting(partial(self._send, place, to, part))
        return post

    async def _send(self, place: Place, to: Address, blocks: Sequence[Block]) -> str:
        return await self._connector.send(place, self.drawn(to, blocks), comms=self._is_comms(to))

    async def _instead(self, to: Address) -> Place:
        """Where an answer is said once it can be said no longer where it was asked: to its asker alone."""
        url = service_url_of(to.reference)
        return Place(url, await self._references.own(to.workspace, user_of(to.reference), url))

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        shown = cast("Sequence[Block]", blocks)
        place = await self._references.place(to)
        try:
            await self._connector.update(place, post, self.drawn(to, shown), comms=self._is_comms(to))
        except PostGoneError:
            return await self.post(to, blocks, key=key)
        return post

    def drawn(self, to: Address, blocks: Sequence[Block]) -> dict[str, Any]:
        """A message to ``to``."""
        return to_activity(blocks, self._more(to), refresh=self._viewers(to), dialogs=self._dialogs)

    def card(self, to: Address, blocks: Sequence[Block], language: Language | None = None) -> dict[str, Any]:
        """The card alone, in the place of one that stands there. ``language``: its viewer's."""
        return to_card(blocks, self._more(to, language), refresh=self._viewers(to), dialogs=self._dialogs)

    def _more(self, to: Address, language: Language | None = None) -> str:
        return self._say("talk.whole", language or self._languages.get(to.workspace, Language.EN))

    def _viewers(self, to: Address) -> list[str] | None:
        """For whom Teams draws a card of comms anew by itself."""
        organisation = self._comms.get((to.workspace, to.conversation))
        return sorted(self._members.listed(organisation)) if organisation else None

    def _is_comms(self, to: Address) -> bool:
        return (to.workspace, to.conversation) in self._comms
