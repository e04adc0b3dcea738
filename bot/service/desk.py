"""The parts that every use case works with, and the two things that all do: open a case, and change one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cases import (
    MAX_TEXT,
    Action,
    Answer,
    Case,
    CaseNumber,
    Close,
    Event,
    Expire,
    Guess,
    Join,
    Kind,
    Part,
    PersonId,
    State,
    Withdraw,
    act,
    opened,
)  # fmt: skip
from bot.errors import InputError
from bot.joining import Wanted, nearest
from bot.knowledge import EntryId, OrganisationId
from bot.language import Language
from bot.ledger import LATE_AFTER
from bot.matching.ranking import Candidate
from bot.notices import COMMS, IN_PLACE, SILENT_EDITS, notices
from bot.ports import Address, CaseFilter, Clock, Expectation, Membership, Message, Person, Reminder, Store, Work
from bot.service.mind import Mind
from bot.wording import Wording
from bot.workhours import working_hours_before

COMPARED = 100  # open cases that a new question is compared with, the latest
ASKED_BACK_FOR = timedelta(days=14)  # that a reply to comms' question is waited for
Due = Callable[[Case, datetime, int], tuple[Reminder, ...]]


@dataclass(frozen=True)
class Desk:
    """What a use case needs. ``due``: what is promised for a case from now on, so many steps having
    been taken since its last change (bot/ledger.py)."""

    store: Store
    mind: Mind
    say: Wording
    clock: Clock
    comms: Mapping[OrganisationId, Address]  # where comms works, by organisation
    membership: Membership
    due: Due
    url: str = ""  # where people reach the server; empty where nobody outside this machine does


@dataclass(frozen=True)
class Sender:
    """Who sent something, and from where. ``event``: the platform's id of it, unique; a repetition is passed over.

    ``posts``: the replies are posted at ``address``, and kept as messages until it is known that they stand there.
    ``program``: the language that their browser or app is set to, where the platform tells it. ``post``: the platform's
    own id of their message; ``beside``: what came along with it, for whoever reads a case.
    """

    event: str
    address: Address
    user: str
    name: str
    organisation: OrganisationId
    posts: bool = False
    program: Language | None = None
    post: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Opening:
    """A case to be opened."""

    kind: Kind
    text: str
    language: Language
    confidential: bool = False
    topic: EntryId | None = None
    urgent: bool = False
    guesses: tuple[Candidate, ...] = ()
    replied: bool = False  # the reply to its question shows where it stands, and needs no second message


def post_key(who: Sender) -> str:
    """What a message is found again by when it is edited or deleted, telling nobody whose it was; empty for none."""
    if not who.post:
        return ""
    named = "\0".join((who.address.platform, who.address.workspace, who.address.conversation, who.post))
    return hashlib.blake2b(named.encode(errors="replace"), digest_size=16).hexdigest()


def overdue(desk: Desk, organisation: OrganisationId) -> datetime:
    """Whoever asked before then, and waits for comms, was promised a word by now."""
    return working_hours_before(desk.mind.now.knowledge.organisation[organisation], desk.clock(), LATE_AFTER)


def works_here(desk: Desk, who: Sender) -> bool:
    """Whether it is said where comms works."""
    there, here = desk.comms.get(who.organisation), who.address
    if there is None or (there.platform, there.workspace) != (here.platform, here.workspace):
        return False
    routes = desk.mind.now.knowledge.organisation[who.organisation].routes.values()
    ways = [channel for route in routes for on, channel in route.channel.items() if on == here.platform]
    return here.conversation in (there.conversation, *ways)


def place_of(desk: Desk, case: Case) -> Address | None:
    """Where the case's card stands: in comms' own channel, or in that of its route."""
    comms = desk.comms.get(case.organisation)
    route = desk.mind.now.knowledge.organisation[case.organisation].routes.get(case.route)
    if comms is None or route is None:
        return comms
    channel = next((each for on, each in route.channel.items() if on == comms.platform), None)
    return replace(comms, conversation=channel, thread="") if channel else comms


async def may_handle(desk: Desk, person: PersonId, case: Case) -> bool:
    """Whether the person may act on the case for comms: in comms' own channel, or where the case was moved to."""
    if await desk.membership.in_comms(person, case.organisation):
        return True
    return bool(case.route) and await desk.membership.in_comms(person, routed(case.organisation, case.route))


def routed(organisation: OrganisationId, route: str) -> str:
    """What the members of a route's channel are known by (Membership)."""
    return f"{organisation}/{route}"


async def sender(desk: Desk, work: Work, who: Sender) -> Person:
    """The person who sent something, found before any case is: whatever locks both takes the person first, then the
    case, then its messages, so that no two wait for each other. InputError for an organisation that nobody set up."""
    _set_up(desk, who)
    return await work.person(who.address, who.user, who.name, who.organisation)


async def known(desk: Desk, work: Work, who: Sender) -> Person | None:
    """The same for whoever only looks; None where they have sent nothing yet."""
    _set_up(desk, who)
    return await work.find_account(who.address, who.user)


def _set_up(desk: Desk, who: Sender) -> None:
    if who.organisation not in desk.mind.now.knowledge.organisation:
        raise InputError(f"“{who.organisation}” is no organisation here")


async def open_case(desk: Desk, work: Work, who: Sender, person: Person, opening: Opening) -> Case:
    """Opens a case for ``person`` and enqueues the card for comms and the status for the asker.

    InputError for more text than a case may hold.
    """
    if len(opening.text) > MAX_TEXT:
        raise InputError(f"a case holds {MAX_TEXT} characters; this text has {len(opening.text)}")
    asker = await work.conceal(person.id) if opening.confidential else person.id
    organisation = desk.mind.now.knowledge.organisation[who.organisation]
    alike, joined = await _same_need(desk, work, who, person, opening)
    case = Case(
        number=0,
        kind=opening.kind,
        organisation=who.organisation,
        asker=asker,
        confidential=opening.confidential,
        language=opening.language,
        text=opening.text.strip(),
        topic=opening.topic,
        urgent=opening.urgent,
        guesses=tuple(Guess(guess.entry, guess.probability) for guess in opening.guesses),
        opened_at=desk.clock(),
        alike=alike,
        joined=joined,
        route=next((name for name, route in organisation.routes.items() if opening.topic in route.topics), ""),
    )
    saved = await work.add_case(case, opened(case), who.address)
    await _tell(desk, work, saved, opened(saved), 1, replied=opening.replied)
    if joined:
        await redraw(work, joined)
    return saved


async def _same_need(
    desk: Desk, work: Work, who: Sender, person: Person, opening: Opening
) -> tuple[CaseNumber | None, CaseNumber | None]:
    """An open case that may be the same need, and one that nearly certainly is."""
    if opening.kind is not Kind.QUESTION or opening.confidential:
        return None, None
    states = (State.WAITING, State.CLAIMED)
    open_ones = await work.cases(CaseFilter(who.organisation, states, kinds=("question",), most=COMPARED))
    new = Wanted(opening.text, who.organisation, person.id, desk.clock(), opening.topic, opening.urgent)
    # Beside the event loop: each that nobody looked at since the start, or since something was taught, takes 4 ms
    found = await asyncio.to_thread(nearest, new, open_ones, desk.mind.now.matcher) if open_ones else None
    if found is None:
        return None, None
    case, sure = found
    return (None, case.number) if sure else (case.number, None)


def _has_group(desk: Desk, case: Case) -> bool:
    route = desk.mind.now.knowledge.organisation[case.organisation].routes.get(case.route)
    comms = desk.comms.get(case.organisation)
    return route is not None and comms is not None and comms.platform in route.group


async def redraw(work: Work, number: CaseNumber) -> None:
    """The case's card shows what has come to it."""
    for message in await work.messages(number):
        if message.kind == "card":
            await work.change_message(message.id)


async def change_case(desk: Desk, work: Work, case: Case, action: Action, who: PersonId) -> Case:
    """Applies ``action``, saves it with its event, and enqueues what follows. Raises Refused."""
    after, event = act(case, action, who, desk.clock())
    place = await work.save_case(after, event)
    await _tell(desk, work, after, event, place)
    for other in {case.joined, after.joined} - {None}:
        await redraw(work, other)  # type: ignore[arg-type]  # None is taken out
    if case.joined is None:
        await _carry(desk, work, after, action, who)
    return after


async def _carry(desk: Desk, work: Work, case: Case, action: Action, who: PersonId) -> None:
    """What is said to one is said to all that ask the same; where the first of them goes, the next takes its place."""
    joined = await work.joined_to(case.number)
    if not joined:
        return
    match action:
        case Answer() | Close():
            for each in joined:
                if each.state in (State.WAITING, State.CLAIMED):
                    await change_case(desk, work, each, action, who)
        case Join(of=of):
            for each in joined:
                await change_case(desk, work, each, Join(of), who)
        case Withdraw() | Expire():
            waiting = [each for each in joined if each.state in (State.WAITING, State.CLAIMED)]
            for place, each in enumerate(waiting):
                then: Action = Join(waiting[0].number) if place else Part()
                await change_case(desk, work, each, then, who)
        case _:
            return


async def find_case(work: Work, number: CaseNumber) -> Case:
    """The case, locked. InputError where there is none such."""
    case = await work.case(number)
    if case is None:
        raise InputError(f"there is no case {number}")
    return case


async def _tell(  # noqa: PLR0912  # one for each kind of message
    desk: Desk, work: Work, case: Case, event: Event, place: int, *, replied: bool = False
) -> None:
    """Enqueues what follows from ``event``: cards and statuses that were sent before change in place. ``replied``: the
    asker's status is on its way already."""
    comms, asker = place_of(desk, case), await work.asked_at(case.number)
    before = await work.messages(case.number) if place > 1 else []
    sent = {
        message.kind: message for message in before
        if message.audience == "asker" or (comms and message.to.conversation == comms.conversation)
    }  # fmt: skip
    if event.kind == "moved":  # what stands where it was says where it went
        for message in before:
            if message.kind == "card":
                await work.change_message(message.id)
    for kind in notices(event):
        if kind in IN_PLACE and kind in sent:
            await work.change_message(sent[kind].id)
        elif kind in COMMS and case.joined:
            continue  # the card of the case that it is joined to speaks for both
        elif replied and kind == "status":
            continue
        elif kind == "answer" and asker.platform not in SILENT_EDITS:
            continue  # the status says it, and that is seen
        elif kind == "called" and not _has_group(desk, case):
            continue
        elif kind in COMMS and comms:
            await work.add_message(Message(kind, "comms", case.number, place, comms))
        elif kind not in COMMS and not (kind == "closed" and not event.text):
            await work.add_message(Message(kind, "asker", case.number, place, asker))
    for follower, own in await work.followers(case.number):
        if follower != event.who:
            await work.add_message(Message("followed", "comms", case.number, place, own))
    if event.kind == "asked-back":  # of a confidential case nothing that is kept may lead to who asked
        whom = await work.reveal(case.asker)
        waiting = Expectation("ask-back", desk.clock() + ASKED_BACK_FOR, case.number)
        await work.expect(asker, whom, waiting, sealed=case.confidential)
    await work.cancel_reminders(case.number)
    for reminder in desk.due(case, desk.clock(), 0):
        await work.remind(reminder)


async def speaks(work: Work, person: Person, language: Language) -> Person:
    """Remembers the language that a person used, unless they chose one outright."""
    if person.fixed or person.language == language:
        return person
    now = replace(person, language=language)
    await work.save_person(now)
    return now


async def choose_language(desk: Desk, who: Sender, language: Language) -> None:
    """From now on the person is answered in ``language``, whatever they ask in."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        if not person.fixed or person.language != language:
            await work.save_person(replace(person, language=language, fixed=True))


async def forget(desk: Desk, who: Sender) -> int:
    """Removes who the person is from all that is kept; how many records were changed."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        return await work.forget(person.id)
