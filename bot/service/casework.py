"""What askers and comms do with cases. Whoever comes too late is told what is so now, and nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.calling import call, next_best
from bot.casecards import CaseFile, case_card, draw, status_card
from bot.cases import (
    HANDBOK,
    Action,
    Add,
    Answer,
    AskBack,
    ByAsker,
    Case,
    CaseNumber,
    Claim,
    Close,
    Expire,
    HandOver,
    Join,
    Move,
    Note,
    Part,
    PersonId,
    Refused,
    Release,
    Reopen,
    Return,
    State,
    TakeOver,
    Withdraw,
)
from bot.errors import InputError
from bot.language import Language
from bot.messages import Block, CaseCard, StatusCard, Text
from bot.notices import SILENT_EDITS, NoticeKind
from bot.ports import Address, CaseFilter, Message, Work, of_name
from bot.service import digesting
from bot.service.asking import draw_reply
from bot.service.checking import remarks
from bot.service.curating import EXPIRES, reminder
from bot.service.deciding import told_to_comms
from bot.service.desk import Desk, Sender, change_case, find_case, known, may_handle, place_of, sender
from bot.service.guarding import emergency, to_a_person
from bot.service.objecting import UNHELPFUL, told
from bot.service.suggesting import Suggestion, suggest


@dataclass(frozen=True)
class Done:
    """What came of an action: the case as it is now, and what its person is told where it was refused."""

    case: Case | None
    refused: Text | None = None


async def do(desk: Desk, who: Sender, number: CaseNumber, action: Action, own: Address | None = None) -> Done | None:
    """``action`` on a case by whoever sent it: its asker, or a member of comms. None for a repeated event.

    ``own``: where a colleague is told that the case was handed to them.

    InputError where there is no such case. StorageError where it could not be saved.
    """
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        case = await find_case(work, number)
        asker = await work.reveal(case.asker) == person.id
        as_asker = asker and isinstance(action, (*ByAsker, Reopen))
        language = case.language if as_asker else person.language or _comms_language(desk, case)
        if not as_asker and not await may_handle(desk, person.id, case):
            why = "refused.not-yours" if isinstance(action, ByAsker) else "refused.not-comms"
            return Done(None, Text(desk.say(why, language, number=number)))
        topic = (
            emergency(desk, action.text, who.organisation) if as_asker and isinstance(action, Add | Reopen) else None
        )
        if topic:
            case = replace(case, urgent=True, topic=case.topic or topic.id)
        try:
            after = await change_case(desk, work, case, action, case.asker if as_asker else person.id)
        except Refused as refused:
            if topic and isinstance(action, Add | Reopen):
                _, told = await to_a_person(desk, work, who, person, (action.text, topic, language))
                return Done(refused.case, Text("\n\n".join(text.body for text in told), urgent=True))
            return Done(case, await _refusal(desk, work, refused, language))
        if topic:
            place = len(await work.history(number))
            await work.add_message(Message("care", "asker", number, place, await work.asked_at(number)))
        if isinstance(action, HandOver) and own:
            await work.add_message(Message("handed", "comms", number, after.version, own))
        if isinstance(action, Answer) and action.entry:
            meant = Suggestion(action.entry, case.text, case.language, case.organisation, person.id, number)
            await suggest(desk, work, meant)
        return Done(after)


async def follow(desk: Desk, who: Sender, number: CaseNumber, language: Language, own: Address | None) -> Text | None:
    """A member of comms hears of each change of a case in their own conversation; with None for ``own`` no longer.

    None for a repeated event. InputError where there is no such case.
    """
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        case = await find_case(work, number)
        if not await may_handle(desk, person.id, case):
            return Text(desk.say("refused.not-comms", language))
        if own is None:
            await work.unfollow(number, person.id)
            return Text(desk.say("case.unfollows", language, number=number))
        await work.follow(number, person.id, own)
        return Text(desk.say("case.follows", language, number=number))


async def draw_message(  # noqa: PLR0911  # one for each kind
    desk: Desk, number: int
) -> tuple[Message, list[Block]] | None:
    """A message to be delivered with what it shows as things stand now; None where it is gone.

    Below a draft's card stands what was decided on drafts like it.
    """
    async with desk.store.look() as work:
        message = await work.message(number)
        if message is None:
            return None
        if message.question and not message.case:
            drawn = await draw_reply(desk, work, message)
            return None if drawn is None else (message, list(drawn))
        if message.kind == EXPIRES:
            return message, [await reminder(desk, work, message)]
        if message.kind.startswith(digesting.DIGEST):
            return message, list(await digesting.drawn(desk, message))
        if message.kind == UNHELPFUL:
            return message, [await told(desk, work, message)]
        file = await case_file(work, message.case)
        if message.kind == "status":
            return message, await _standing(desk, work, message, file)
    kind: NoticeKind = message.kind  # type: ignore[assignment]  # the store keeps it as text
    place = place_of(desk, file.case)
    if kind == "card" and place and message.to.conversation != place.conversation:
        return message, [_moved_away(desk, file.case)]
    block = draw(kind, file, message.event, desk.mind.now.knowledge, desk.say, desk.clock())
    if not isinstance(block, CaseCard):
        return message, [block]
    found = await remarks(desk, file.case, _comms_language(desk, file.case))
    return message, [replace(block, findings=found), *await told_to_comms(desk, file.case.number)]


async def _standing(desk: Desk, work: Work, message: Message, file: CaseFile) -> list[Block]:
    """Where a case stands, as its asker's message shows it: below what was said first where that is its reply, and
    without an answer that they get by a message of its own."""
    card = status_card(file, desk.say)
    lost = any(each.kind == "answer" and each.state == "failed" for each in file.messages)
    if card.answer and message.to.platform in SILENT_EDITS and not lost:
        card = replace(card, body=desk.say("case.asker.answered-below", card.language), answer="")
    drawn = await draw_reply(desk, work, message, card) if message.question else None
    return list(drawn or (card,))


def _moved_away(desk: Desk, case: Case) -> Text:
    """What is left of a card where its case was before."""
    language, organisation = _comms_language(desk, case), desk.mind.now.knowledge.organisation[case.organisation]
    route = organisation.routes.get(case.route)
    where = route.title[language] if route else desk.say("case.route-main", language)
    return Text(desk.say("case.moved-away", language, number=case.number, where=where))


async def case_file(work: Work, number: CaseNumber) -> CaseFile:
    """All that is needed to draw a case. A confidential asker's name is not in it."""
    case = await find_case(work, number)
    history = await work.history(number)
    names: dict[PersonId, str] = {}
    acted = {event.who for event in history} | ({case.claimed_by} if case.claimed_by else set())
    for who in acted - ({case.asker} if case.confidential else set()):
        person = await work.find_person(who)
        names[who] = person.name if person else "–"
    asked = [] if case.confidential else await work.questions_of_case(number)
    repeats = tuple(each.text for each in asked[1:])
    joined = tuple(await work.joined_to(number))
    alike = await work.case(case.alike) if case.alike else None
    live = any(each.from_case == number and each.version > 0 and not each.withdrawn for each in await work.learned())
    return CaseFile(case, tuple(history), tuple(await work.messages(number)), names, repeats, joined, alike, live)


async def _slip(work: Work, case: Case, names: dict[PersonId, str]) -> CaseFile:
    """A case for a list: without its history and messages. ``names`` remembers those looked up."""
    for who in ((None if case.confidential else case.asker), case.claimed_by):
        if who and who not in names:
            person = await work.find_person(who)
            names[who] = person.name if person else "–"
    return CaseFile(case, (), (), names)


async def queue(desk: Desk, wanted: CaseFilter, language: Language | None = None) -> list[CaseCard]:
    """Cases as comms sees them, for a list, without their history; in their organisation's language or ``language``."""
    async with desk.store.look() as work:
        return await cards(desk, work, wanted, language)


async def cards(desk: Desk, work: Work, wanted: CaseFilter, language: Language | None = None) -> list[CaseCard]:
    """The same within a work."""
    names: dict[PersonId, str] = {}
    files = [await _slip(work, case, names) for case in await work.cases(wanted)]
    return [_card(desk, file, language) for file in files]


async def card(
    desk: Desk, number: CaseNumber, language: Language | None = None, viewer: PersonId | None = None
) -> CaseCard:
    """One case as comms sees it, with what ``viewer`` may do. InputError where there is no such case."""
    async with desk.store.look() as work:
        file = await case_file(work, number)
    spoken = language or _comms_language(desk, file.case)
    return replace(_card(desk, file, spoken, viewer), findings=await remarks(desk, file.case, spoken))


async def see(desk: Desk, who: Sender, number: CaseNumber) -> bool:
    """Someone in comms has the case before them: what was delivered there is seen. Whether anything changed."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        case = await work.case(number)
        if case is None:
            return False
        fresh = [
            message
            for message in await work.messages(number)
            if message.audience == "comms" and message.state == "delivered"
        ]
        if not fresh or not await may_handle(desk, person.id, case):
            return False
        for message in fresh:
            await work.save_message(replace(message, state="seen", at=desk.clock()))
        for message in await work.messages(number):
            if message.kind == "status" and message.post:
                await work.change_message(message.id)
    return True


async def my_cases(desk: Desk, who: Sender, most: int = 20, *, also: Collection[CaseNumber] = ()) -> list[StatusCard]:
    """The asker's own cases, newest first.

    Confidential ones are not found by their asker; ``also`` names those whose numbers the asker's own device or message
    remembers. Numbers of somebody else's are passed over.
    """
    async with desk.store.look() as work:
        person = await known(desk, work, who)
        if person is None:
            return []
        cases = await work.cases(CaseFilter(asker=person.id, most=most))
        for number in also:
            case = await work.case(number)
            if case and case.confidential and await work.reveal(case.asker) == person.id:
                cases.append(case)
        newest = sorted(cases, key=lambda case: case.number, reverse=True)[:most]
        return [status_card(await case_file(work, case.number), desk.say) for case in newest]


async def status(desk: Desk, who: Sender, number: CaseNumber) -> StatusCard | None:
    """Where a case stands, for whoever opened it; None for anybody else."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        case = await work.case(number)
        if case is None or await work.reveal(case.asker) != person.id:
            return None
        return status_card(await case_file(work, number), desk.say)


async def remind(desk: Desk, number: CaseNumber, name: str, version: int) -> None:
    """What was promised for now is done, and the next promise made, unless the case has moved on since."""
    kind, rung = of_name(name)
    async with desk.store.work() as work:
        case = await work.case(number)
        if case is None or case.version != version or case.state is State.CLOSED:
            return
        if not await work.first_time(f"reminder-{number}-{name}-{version}"):
            return
        if kind in _BY_LEDGER:
            await change_case(desk, work, case, _BY_LEDGER[kind], HANDBOK)
            return
        if case.joined and kind != "late":  # the case that it is joined to is called out
            rung = -1
        elif made := await _reminder(desk, work, case, kind, rung):
            await work.add_message(made)
        if kind != "late":
            for each in desk.due(case, desk.clock(), rung + 1):
                await work.remind(each)


async def alarm(desk: Desk, message: Message) -> bool:
    """A place of comms does not take ``message``: the next best of theirs is told of the case, once. Whether the case
    was brought back to comms' own channel, so that nothing has to arrive there any more."""
    async with desk.store.work() as work:
        case = await work.case(message.case) if message.case else None
        if case is None or case.state is State.CLOSED or message.kind == "unreachable":
            return False
        comms, place = desk.comms.get(case.organisation), place_of(desk, case)
        if comms and message.to.conversation != comms.conversation:
            if case.route and place and place.conversation == message.to.conversation:
                said = desk.say("case.route-closed", _comms_language(desk, case))
                await change_case(desk, work, case, Move("", said), HANDBOK)
            return True
        organisation = desk.mind.now.knowledge.organisation[case.organisation]
        elsewhere = next_best(organisation, message.to)
        if elsewhere and await work.first_time(f"unreachable:{message.to.conversation}:{case.number}"):
            event = len(await work.history(case.number))
            await work.add_message(Message("unreachable", "comms", case.number, event, elsewhere))
        return False


_BY_LEDGER: dict[str, Action] = {"return": Return(), "rest": Expire(), "unheard": Expire()}


async def _reminder(desk: Desk, work: Work, case: Case, kind: str, rung: int) -> Message | None:
    """What is said at this rung, and where; None where nobody set up a place for comms."""
    event = len(await work.history(case.number))
    if kind in ("late", "asker"):
        told: NoticeKind = "late" if kind == "late" else "remind-asker"
        return Message(told, "asker", case.number, event, await work.asked_at(case.number))
    comms = place_of(desk, case)
    if comms is None:
        return None
    organisation = desk.mind.now.knowledge.organisation[case.organisation]
    told, place = call(case, organisation, rung, comms) if kind == "claim" else ("remind-answer", comms)
    return Message(told, "comms", case.number, event, place)


async def same_as(desk: Desk, who: Sender, number: CaseNumber, other: CaseNumber) -> Done | None:
    """A case asks for what ``other`` asks for: joined to it where that is open, else answered as that was."""
    async with desk.store.look() as work:
        case, first = await find_case(work, number), await work.case(other)
    person_language = _comms_language(desk, case)
    if first is None or first.organisation != case.organisation or first.number == number:
        return Done(case, Text(desk.say("refused.no-such-case", person_language, number=other)))
    if first.confidential or case.confidential:
        return Done(case, Text(desk.say("refused.apart", person_language, number=number)))
    if first.state in (State.WAITING, State.CLAIMED):
        return await do(desk, who, number, Join(first.joined or first.number))
    if first.answer:
        return await do(desk, who, number, Answer(first.answer))
    return await do(desk, who, number, Close("duplicate"))


async def part(desk: Desk, who: Sender, number: CaseNumber) -> Done | None:
    """The cases that are joined to one stand by themselves again."""
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        case = await find_case(work, number)
        if not await may_handle(desk, person.id, case):
            return Done(None, Text(desk.say("refused.not-comms", _comms_language(desk, case))))
        for each in await work.joined_to(number):
            await change_case(desk, work, each, Part(), person.id)
        return Done(case)


async def keep_promises(desk: Desk) -> int:
    """Every open case has its next promise: those that lost it get it anew. How many did."""
    async with desk.store.work() as work:
        bare = await work.without_reminder()
        for number in sorted(bare):
            case = await work.case(number)
            for each in desk.due(case, desk.clock(), 0) if case else ():
                await work.remind(each)
    return len(bare)


def _card(desk: Desk, file: CaseFile, language: Language | None, viewer: PersonId | None = None) -> CaseCard:
    spoken = language or _comms_language(desk, file.case)
    return case_card(file, desk.mind.now.knowledge, desk.say, spoken, desk.clock(), viewer)


def named(did: str, text: str = "", reason: str = "") -> Action:  # noqa: PLR0911  # one for each action
    """The action of a button (bot/messages.py), with what was written and, to close, why. InputError for any other."""
    match did, reason:
        case "claim", _:
            return Claim()
        case "release", _:
            return Release()
        case "take-over", _:
            return TakeOver()
        case "answer", _:
            return Answer(text)
        case "ask-back", _:
            return AskBack(text)
        case "note", _:
            return Note(text)
        case "close", "done" | "no-answer-needed" | "elsewhere" | "duplicate":
            return Close(reason, text)
        case "add", _:
            return Add(text)
        case "reopen", _:
            return Reopen(text)
        case "withdraw", _:
            return Withdraw()
        case _:
            raise InputError(f"nobody can “{did[:40]}” a case ({reason[:40]})")


def _comms_language(desk: Desk, case: Case) -> Language:
    return desk.mind.now.knowledge.organisation[case.organisation].language


async def _refusal(desk: Desk, work: Work, refused: Refused, language: Language) -> Text:
    case = refused.case
    holder = case.answered_by if refused.why.startswith("answered") else case.claimed_by
    person = await work.find_person(holder) if holder else None
    who = person.name if person else "–"
    return Text(desk.say(f"refused.{refused.why}", language, number=case.number, who=who))
