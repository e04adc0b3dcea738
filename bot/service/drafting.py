"""What an answer begins with: the best guess, another one, or a saved reply; and the saved replies themselves.

Nothing is sent from here: whoever answers sees the words, changes them, and sends them.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering import answer as answer_with
from bot.casecards import guesses
from bot.cases import MAX_TEXT, Case, CaseNumber, PersonId
from bot.errors import InputError
from bot.knowledge import Entry, EntryId, OrganisationId
from bot.language import Language
from bot.messages import Text
from bot.ports import SavedReply
from bot.saved import FIELDS, MOST_NAME, filled, unknown_field
from bot.service.desk import Desk, Sender, find_case, sender

ENTRY, REPLY, NOTHING = "entry", "reply", "nothing"  # of what a draft begins with, before a colon


@dataclass(frozen=True)
class Beginning:
    """Something that an answer can begin with, by its id and what it is called."""

    id: str
    label: str


@dataclass(frozen=True)
class Draft:
    """An answer that nobody has sent yet. ``entry``: whose words these are, as long as nobody changes them."""

    case: Case
    text: str
    entry: EntryId | None
    beginnings: tuple[Beginning, ...]
    chosen: str  # of those


async def draft(desk: Desk, number: CaseNumber, viewer: PersonId, language: Language, begin: str = "") -> Draft:
    """``begin``: what to begin with; empty: with the best guess that is likely enough, else with nothing.

    InputError where there is no such case.
    """
    knowledge = desk.mind.now.knowledge
    async with desk.store.look() as work:
        case = await find_case(work, number)
        saved = await work.saved_replies(case.organisation)
        asker = None if case.confidential else await work.find_person(case.asker)
        writer = await work.find_person(viewer)
    found = [
        (entry, title, share)
        for entry, title, share in guesses(case, knowledge, language)
        if isinstance(knowledge.topic.get(entry), Entry)
    ]
    offered = [
        Beginning(f"{ENTRY}:{entry}", desk.say("case.card.guess", language, title=title, percent=round(share * 100)))
        for entry, title, share in found
    ]
    offered += [Beginning(f"{REPLY}:{each.id}", f"💬 {each.name}") for each in saved]
    offered.append(Beginning(NOTHING, desk.say("case.begin.nothing", language)))
    chosen = begin if begin in {each.id for each in offered} else offered[0].id
    if not begin and not found:
        chosen = NOTHING
    kind, _, which = chosen.partition(":")
    text = ""
    if kind == ENTRY:
        text = words_of(desk, case, which)
    elif kind == REPLY:
        values = {
            "name": _first_name(asker.name if asker else ""), "me": _first_name(writer.name if writer else ""),
            "number": str(number),
            "department": knowledge.organisation[case.organisation].fact("department", case.language),
        }  # fmt: skip
        text = next(filled(each.text, values) for each in saved if str(each.id) == which)
    return Draft(case, text, which if kind == ENTRY else None, tuple(offered), chosen)


def words_of(desk: Desk, case: Case, entry: EntryId) -> str:
    """What the handbook says on ``entry``, in the asker's language. InputError where it says nothing."""
    knowledge = desk.mind.now.knowledge
    topic = knowledge.topic.get(entry)
    if not isinstance(topic, Entry):
        raise InputError(f"“{entry}” is no entry here")
    return answer_with(topic, knowledge, knowledge.organisation[case.organisation], case.language).text


def _first_name(name: str) -> str:
    return next(iter(name.split()), "")


# ── saved replies ────────────────────────────────────────────────────────────────────────────────────────────────────


async def saved(desk: Desk, organisation: OrganisationId) -> list[SavedReply]:
    async with desk.store.look() as work:
        return await work.saved_replies(organisation)


async def keep_reply(
    desk: Desk, who: Sender, language: Language, name: str, text: str, reply: int = 0
) -> tuple[Text, bool] | None:
    """Keeps a reply under its name, in the place of the one numbered ``reply``; whether it did, and what is told.

    None for a repeated event. StorageError where it could not be saved.
    """
    name, text = " ".join(name.split())[:MOST_NAME], text.strip()
    say = desk.say
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        if not await desk.membership.in_comms(person.id, who.organisation):
            return Text(say("refused.not-comms", language)), False
        kept = await work.saved_replies(who.organisation)
        if not name or not text:
            return Text(say("refused.empty", language)), False
        if len(text) > MAX_TEXT:
            return Text(say("refused.too-long", language)), False
        if (field := unknown_field(text)) is not None:
            known = ", ".join(f"{{{each}}}" for each in FIELDS)
            return Text(say("saved.unknown-field", language, field=f"{{{field}}}", known=known)), False
        if any(each.name.casefold() == name.casefold() and each.id != reply for each in kept):
            return Text(say("saved.taken", language, name=name)), False
        if reply and reply not in {each.id for each in kept}:
            reply = 0  # a colleague removed it meanwhile; what was written is kept all the same
        await work.keep_reply(SavedReply(who.organisation, name, text, person.id, desk.clock(), reply))
    return Text(say("saved.kept", language, name=name)), True


async def drop_reply(desk: Desk, who: Sender, language: Language, reply: int) -> Text | None:
    """Removes a saved reply. None for a repeated event."""
    async with desk.store.work() as work:
        if not await work.first_time(who.event):
            return None
        person = await sender(desk, work, who)
        if not await desk.membership.in_comms(person.id, who.organisation):
            return Text(desk.say("refused.not-comms", language))
        found = next((each for each in await work.saved_replies(who.organisation) if each.id == reply), None)
        if found is None:
            return Text(desk.say("saved.gone", language))
        await work.drop_reply(reply)
    return Text(desk.say("saved.dropped", language, name=found.name))
