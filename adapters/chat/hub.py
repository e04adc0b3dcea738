"""What the handlers of every chat platform work with: who somebody is, what they may do, how they are spoken to, and
the way that answers go. A platform's own hub adds how it is written to."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.chat.acts import Attached
from adapters.chat.heart import Heart
from adapters.chat.intake import Intake
from adapters.chat.later import Later
from adapters.chat.members import ChannelMembers
from adapters.chat.replies import Posted, post
from adapters.chat.verdicts import LOOKING
from bot.cases import Action, ByAsker, CaseNumber, Reopen
from bot.errors import DeliveryError, InputError, SettingsError, StorageError, UndeliverableError
from bot.knowledge import EntryId, KnowledgeBase, OrganisationId
from bot.language import Language
from bot.messages import AnswerCard, Block
from bot.ports import Address, Message, Messenger, Person, PlatformName
from bot.service import casework
from bot.service.asking import Told
from bot.service.desk import Desk, Sender, known, works_here
from bot.service.desk import sender as person_of

log = logging.getLogger(__name__)
REMEMBERED = 5000  # conversations whose last answer is kept in mind


class NoChatError(UndeliverableError):
    """A person's own chat cannot be written to."""


@dataclass(repr=False, kw_only=True)
class Office:
    """What every act needs: the service, and who somebody is. ``carries``: characters that a button's value holds;
    ``posts``: whether replies are posted, and so kept until they stand."""

    desk: Desk
    carries: int = 1800
    posts: bool = False

    async def person(self, who: Sender) -> Person:
        async with self.desk.store.work() as work:
            return await person_of(self.desk, work, who)

    async def may_act(self, who: Sender) -> Person:
        """Makes sure that Membership knows about the person; the use case then decides.

        DeliveryError or UndeliverableError where the platform does not say who is in comms.
        """
        return await self.person(who)

    async def may_do(self, who: Sender, number: CaseNumber, action: Action | str) -> Person:
        """The same for an action on a case; what its asker may do needs no roster of comms."""
        if isinstance(action, (*ByAsker, Reopen)) and await casework.status(self.desk, who, number):
            return await self.person(who)
        return await self.may_act(who)

    def works_here(self, who: Sender) -> bool:
        """Whether it is said where comms works."""
        return works_here(self.desk, who)

    async def alone(self, who: Sender) -> Sender:
        """The same person where nobody else reads. NoChatError where there is no such place."""
        return who

    async def colleagues(self, who: Sender, organisation: OrganisationId) -> list[tuple[str, str]]:  # noqa: ARG002
        """The other members of comms, as the platform names and calls them; none where it does not say."""
        return []

    async def own_place(self, who: Sender, user: str) -> Address | None:  # noqa: ARG002
        """Where the user alone reads. NoChatError where there is no such place, None where the platform has none."""
        return None

    async def post_text(self, who: Sender, post: str) -> str:  # noqa: ARG002
        """What a person's post says that somebody wrote below; empty where it cannot be read."""
        return ""

    async def file(self, who: Sender, attached: Attached) -> bytes | None:  # noqa: ARG002
        """What came along, for one look; None where it may not or cannot be fetched."""
        return None

    def before(self, who: Sender) -> EntryId | None:  # noqa: ARG002
        """The answer that a follow-up in the same place is about."""
        return None

    def language(self, person: Person | None, organisation: OrganisationId) -> Language:
        """That the person is spoken to in: their own, else their workplace's."""
        own = person.language if person else None
        return own or self.desk.mind.now.knowledge.organisation[organisation].language

    async def spoken(self, who: Sender) -> Language:
        """The same for whoever only looks, of whom nothing is kept; their workplace's where nobody can say."""
        try:
            async with asyncio.timeout(LOOKING), self.desk.store.look() as work:
                person = await known(self.desk, work, who)
        except (StorageError, TimeoutError):
            person = None
        return self.language(person, who.organisation)

    async def case_at(self, place: Address, post: str) -> CaseNumber | None:
        """The case that a post in comms' channel is about. StorageError."""
        async with self.desk.store.look() as work:
            return await work.case_at(place, post)


@dataclass(repr=False, kw_only=True)
class ChatHub(Office):
    """``organisations``: by workspace, as the platform names it."""

    posts: bool = True
    platform: PlatformName = "slack"
    members: ChannelMembers
    messenger: Messenger
    organisations: Mapping[str, OrganisationId]
    posted: Posted
    later: Later = field(default_factory=Later)
    heart: Heart = field(default_factory=Heart)
    intake: Intake = field(init=False)
    last: OrderedDict[str, EntryId] = field(default_factory=OrderedDict)  # of a conversation, for “and then?”

    def __post_init__(self) -> None:
        self.intake = Intake(self.desk, self.later, self.platform)

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def person(self, who: Sender) -> Person:
        """The person, known to Membership by their user from now on."""
        person = await super().person(who)
        self.members.knows(person.id, who.user)
        return person

    async def may_act(self, who: Sender) -> Person:
        person = await self.person(who)
        await self.members.ready(who.organisation, who.user)
        return person

    async def case_below(self, place: Address, post: str) -> CaseNumber | None:
        """The case that a thread of comms' channel is about. StorageError; DeliveryError or UndeliverableError."""
        return await self.case_at(place, post)

    # ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def answer(self, who: Sender, told: Told) -> None:
        """Posts what was saved, again in seconds where that fails, and delivery a little later."""
        for message, blocks in told.replies:
            self._remember(who, blocks)
            await self._post(message, blocks)

    async def _post(self, message: Message, blocks: Sequence[Block]) -> None:
        try:
            self.posted.note(message, await post(self.desk, self.messenger, message, blocks))
        except (DeliveryError, UndeliverableError) as error:
            log.warning("Reply %d is left to delivery: %s", message.id, error)

    def before(self, who: Sender) -> EntryId | None:
        return self.last.get(_place(who)) or self.last.get(_place(who, thread=""))

    def _remember(self, who: Sender, blocks: Sequence[Block]) -> None:
        entry = next((block.entry for block in blocks if isinstance(block, AnswerCard)), None)
        for place in {_place(who), _place(who, thread="")}:
            self.last.pop(place, None)
            if entry:
                self.last[place] = entry
        if entry:
            while len(self.last) > REMEMBERED:
                self.last.popitem(last=False)


def languages(
    setting: str,
    organisations: Mapping[str, OrganisationId],
    comms: Mapping[OrganisationId, object],
    knowledge: KnowledgeBase,
) -> dict[str, Language]:
    """The workplaces' own, by workspace. ``setting``: where the operator names them.

    SettingsError where an organisation is named that the knowledge does not have.
    """
    for organisation in {*organisations.values(), *comms}:
        if organisation not in knowledge.organisation:
            raise SettingsError(f"{setting} names {organisation}; there are {', '.join(knowledge.organisation)}")
    return {workspace: knowledge.organisation[whose].language for workspace, whose in organisations.items()}


def _place(who: Sender, thread: str | None = None) -> str:
    """Where a thread is begun by every message, a follow-up may begin one of its own."""
    hangs_on = who.address.thread if thread is None else thread
    return f"{who.address.workspace}/{who.address.conversation}/{hangs_on}/{who.user}"


def to_number(text: str) -> int:
    """InputError where it is none. Below zero stands a case where a question could (``asking.feedback``)."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise InputError("that is no number")
    return int(text)
