"""Changing the text of what was taught: a new version of it, examined like the first; the old ones stay."""

from __future__ import annotations

from bot.knowledge import EntryId
from bot.language import Language
from bot.lessons import Lesson, read_lessons
from bot.messages import Text
from bot.ports import Learned, Person, Work
from bot.proposing import Proposal, cleaned
from bot.service.desk import Desk, Sender, sender
from bot.service.teaching import Examined, keep, not_comms, spoken


async def prepare(desk: Desk, who: Sender, name: EntryId) -> Proposal | Text:
    """What is known now, for comms to change. A Text says why it cannot be changed."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        found = await _found(desk, work, who, person, name)
    if isinstance(found, Text):
        return found
    desk.mind.soon()
    return proposal_of(found, who.organisation) or Text(desk.say("teach.gone", spoken(desk, person, who.organisation)))


async def save(desk: Desk, who: Sender, name: EntryId, proposal: Proposal) -> Examined | None:
    """Keeps the change where nothing stands against it. None for a repeated event."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        found = await _found(desk, work, who, person, name)
        if isinstance(found, Text):
            return Examined(proposal, None, (found,))
        number = found.from_case if found.from_case and await work.case(found.from_case) else None
    return await keep(desk, who, cleaned(proposal, desk.mind.now.knowledge, desk.mind.rules), number)


async def _found(desk: Desk, work: Work, who: Sender, person: Person, name: EntryId) -> Learned | Text:
    """What is known by that name, also where it would have been looked over by now; a Text says why not."""
    if refusal := await not_comms(desk, person, who.organisation):
        return refusal
    learned = [each for each in await work.learned() if each.id == name and not each.withdrawn]
    gone = Text(desk.say("teach.gone", spoken(desk, person, who.organisation)))
    return learned[0] if learned and proposal_of(learned[0], who.organisation) else gone


def proposal_of(learned: Learned, organisation: str) -> Proposal | None:
    """The present text as it may be changed; None for ways of asking that only came to an answer, a suggestion, or an
    answer of another organisation's."""
    (lesson,) = read_lessons(learned.yaml)
    if learned.base or not learned.version or organisation not in lesson.answers or lesson.title is None:
        return None
    said = lesson.answers[organisation]
    return Proposal(
        organisation,
        variants=_variants(lesson),
        answer={language: said[language] for language in said.written},
        title={language: lesson.title[language] for language in lesson.title.written},
        sections=said.sources,
        replaces=learned.id,
        expires=learned.expires,
    )


def _variants(lesson: Lesson) -> dict[Language, tuple[str, ...]]:
    return {language: texts for language in Language if (texts := lesson.questions[language])}
