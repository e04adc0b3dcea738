"""What every handler works with: the service, the ways to Teams, and work that goes on after the acknowledgement."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.later import Later
from adapters.members import ChannelMembers
from adapters.replies import Posted
from adapters.teams.connector import Connector, Place
from adapters.teams.messenger import TeamsMessenger
from adapters.teams.references import NoChatError, References
from adapters.teams.translate import Came, conversation_id
from bot.errors import InputError, StorageError, UndeliverableError
from bot.knowledge import EntryId, OrganisationId
from bot.language import Language, of_tag
from bot.messages import Block, Text
from bot.ports import Person
from bot.service.desk import Desk, Sender
from bot.service.desk import sender as person_of

REMEMBERED = 5000  # conversations whose last answer is kept in mind


class UnknownTenantError(InputError):
    """Nobody said whose tenant it is."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        super().__init__(f"HANDBOK_TEAMS_ORGANISATIONS does not name {tenant}")


@dataclass(repr=False)
class Hub:
    desk: Desk
    connector: Connector
    references: References
    members: ChannelMembers
    messenger: TeamsMessenger
    organisations: Mapping[str, OrganisationId]  # by tenant
    posted: Posted
    later: Later = field(default_factory=Later)
    last: OrderedDict[str, EntryId] = field(default_factory=OrderedDict)  # of a conversation, for “and then?”

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

    async def person(self, who: Sender) -> Person:
        """The person, known to Membership by their user from now on."""
        async with self.desk.store.work() as work:
            person = await person_of(self.desk, work, who)
        self.members.knows(person.id, who.user)
        return person

    async def may_act(self, who: Sender) -> Person:
        """Makes sure that Membership knows about the person; the use case then decides."""
        person = await self.person(who)
        await self.members.ready(who.organisation, who.user)
        return person

    def language(self, person: Person | None, organisation: OrganisationId) -> Language:
        own = person.language if person else None
        return own or self.desk.mind.now.knowledge.organisation[organisation].language

    async def language_of(self, came: Came) -> Language:
        """That the person is spoken to in; their workplace's where nobody can say."""
        who = self.sender(came)
        try:
            return self.language(await self.person(who), who.organisation)
        except StorageError:
            return self.language(None, who.organisation)

    # ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, came: Came, blocks: Sequence[Block], *, prompts: Sequence[str] = ()) -> None:
        """Something that need not be kept, where the person is. ``prompts``: what they may want to say next."""
        activity = self.messenger.drawn(came.address(), blocks)
        if prompts:
            actions = [{"type": "imBack", "title": prompt, "value": prompt} for prompt in prompts]
            activity["suggestedActions"] = {"to": [came.user], "actions": actions}
        await self.connector.send(self.place(came), activity)

    async def say(self, came: Came, key: str, language: Language, **values: object) -> None:
        await self.tell(came, [Text(self.desk.say(key, language, **values))])

    async def own_words(self, came: Came, key: str, **values: object) -> None:
        """The same in the language of whoever it is for."""
        await self.say(came, key, await self.language_of(came), **values)

    async def alone(self, came: Came, blocks: Sequence[Block]) -> None:
        """Something for the person's own chat. NoChatError where that cannot be written to."""
        conversation = await self.references.direct(came)
        activity = self.messenger.drawn(replace(came.address(), conversation=conversation, thread=""), blocks)
        try:
            await self.connector.send(Place(came.service_url, conversation), activity)
        except UndeliverableError as error:
            raise NoChatError(str(error)) from error

    async def told(self, came: Came, work: Awaitable[None]) -> None:
        """Does what comes after the acknowledgement; where it fails, its person is told."""
        try:
            await work
        except NoChatError:
            await self.own_words(came, "teams.no-chat")
        except StorageError:
            await self.own_words(came, "ask.not-saved")

    def place(self, came: Came) -> Place:
        return Place(came.service_url, conversation_id(came.conversation, came.thread))

    def remember(self, who: Sender, entry: EntryId) -> None:
        """The answer that a follow-up in the same place is about; an empty one for none."""
        self.last.pop(_key(who), None)
        if entry:
            self.last[_key(who)] = entry
            while len(self.last) > REMEMBERED:
                self.last.popitem(last=False)

    def before(self, who: Sender) -> EntryId | None:
        return self.last.get(_key(who))


def _key(who: Sender) -> str:
    return f"{who.address.workspace}/{who.address.conversation}/{who.address.thread}/{who.user}"
