"""Saving to knowledge: what comms answered once, the bot answers next time. Only members of comms may.

The examination takes a second or so and holds no transaction; where somebody else saved something meanwhile, it is done
again before anything is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cases import Case, CaseNumber, Note, PersonId
from bot.knowledge import Entry, EntryId, Handoff, OrganisationId
from bot.language import Language
from bot.learning import Known, Verdict
from bot.learning import examine as examine_against
from bot.lessons import Lesson, holding, lessons_yaml, read_lessons, teach
from bot.messages import Choice, Text
from bot.ports import Learned, Person, Work
from bot.proposing import Proposal, addition_id, cleaned
from bot.proposing import propose as propose_from
from bot.service.desk import Desk, Sender, change_case, find_case, sender

HOLDS = timedelta(days=365)  # suggested until comms says otherwise: facts change, and a person looks again


@dataclass(frozen=True)
class Examined:
    """What came of a proposal. ``saved`` is None where something stands against it, or it was only looked at.

    ``instead``: the entries that it could be added to as further ways of asking, where it is too much like theirs.
    """

    proposal: Proposal  # as it may be kept
    verdict: Verdict | None  # None where its person may not teach
    told: tuple[Text, ...]
    instead: tuple[Choice, ...] = ()
    saved: Learned | None = None


async def prepare(desk: Desk, who: Sender, number: CaseNumber) -> Proposal | Text:
    """What a case would teach, for comms to look over. A Text says why not. InputError where there is no such case."""
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        case = await find_case(work, number)
        if refusal := await not_comms(desk, person, case.organisation):
            return refusal
    desk.mind.soon()
    made = propose_from(case, desk.mind.now.knowledge, desk.mind.rules)
    return replace(made, expires=desk.clock() + HOLDS)


async def examine(desk: Desk, who: Sender, number: CaseNumber, proposal: Proposal) -> Examined:
    """What stands against a proposal; nothing is kept."""
    made = cleaned(proposal, desk.mind.now.knowledge, desk.mind.rules)
    seen = await _look(desk, who, number)
    if seen.refusal:
        return Examined(made, None, (seen.refusal,))
    verdict = await against(desk, made, seen.learned)
    return _examined(desk, made, verdict, seen.language)


async def save(desk: Desk, who: Sender, number: CaseNumber, proposal: Proposal) -> Examined | None:
    """Keeps a proposal that nothing stands against; the bot knows it within a second. None for a repeated event.

    What is learned, the event's id and the case's history are saved together, or not at all (StorageError).
    """
    return await keep(desk, who, cleaned(proposal, desk.mind.now.knowledge, desk.mind.rules), number)


async def keep(desk: Desk, who: Sender, made: Proposal, number: CaseNumber | None = None) -> Examined | None:
    """The same for a proposal that is ``cleaned``; of no case where there is none."""
    while True:
        seen = await _look(desk, who, number)
        if seen.refusal:
            return Examined(made, None, (seen.refusal,))
        verdict = await against(desk, made, seen.learned)
        found = _examined(desk, made, verdict, seen.language)
        if not verdict.passes:
            return found
        async with desk.store.work() as work:
            case = await find_case(work, number) if number else None
            if await work.hold_knowledge() != seen.version:
                continue
            if not await work.first_time(who.event):
                return None
            saved = _learned(desk, made, verdict.lesson, seen, number)
            await work.add_learned(saved)
            if case:
                await _note(desk, work, case, seen, title_of(desk, verdict.lesson, seen.language))
        desk.mind.changed()
        return replace(found, told=(Text(desk.say(_said(made, saved), seen.language)),), saved=saved)


def _said(proposal: Proposal, saved: Learned) -> str:
    """The key of what is said once it is saved: true of an answer, of ways of asking for one, and of a topic's."""
    if not proposal.base:
        return "teach.saved"
    return "teach.saved-topic" if (saved.base or "").startswith("handoff/") else "teach.saved-there"


@dataclass(frozen=True)
class _Seen:
    """How things stood when a proposal was looked at. ``learned``: every version."""

    person: Person
    learned: tuple[Learned, ...]
    version: int
    language: Language  # that comms is spoken to in
    refusal: Text | None


async def _look(desk: Desk, who: Sender, number: CaseNumber | None) -> _Seen:
    async with desk.store.work() as work:
        person = await sender(desk, work, who)
        organisation = (await find_case(work, number)).organisation if number else who.organisation
        return _Seen(
            person,
            tuple(await work.learned(all_versions=True)),
            await work.knowledge_version(),
            spoken(desk, person, organisation),
            await not_comms(desk, person, organisation),
        )


async def against(desk: Desk, proposal: Proposal, learned: Sequence[Learned]) -> Verdict:
    """What stands against a proposal (``cleaned``), with all that was learned so far; off the event loop."""
    brain, now = desk.mind.now, desk.clock()
    lessons = tuple(lesson for each in holding(learned, now) for lesson in read_lessons(each.yaml))
    known = Known(teach(brain.knowledge, lessons), brain.matcher, desk.mind.learn, lessons)
    taken = {lesson.id for lesson in lessons} | {each.id for each in learned}
    return await asyncio.to_thread(examine_against, proposal, known, now, taken)


def _examined(desk: Desk, proposal: Proposal, verdict: Verdict, language: Language) -> Examined:
    told = verdict.told(desk.say, language) or (desk.say("teach.ready", language),)
    won = (each.winner for each in verdict.lost if each.winner)
    others = dict.fromkeys((*(each.entry for each in verdict.alike), *won))
    titles = {name: topic_title(desk, name, language) for name in others}
    instead = tuple(Choice(name, desk.say("teach.add-there", language, title=title)) for name, title in titles.items())
    return Examined(proposal, verdict, tuple(map(Text, told)), instead)


def _learned(desk: Desk, proposal: Proposal, lesson: Lesson, seen: _Seen, number: CaseNumber | None) -> Learned:
    name = addition_id(lesson.id, [text for _, text in lesson.variants()]) if proposal.base else lesson.id
    return Learned(
        id=name,
        version=1 + max((each.version for each in seen.learned if each.id == name), default=0),
        yaml=lessons_yaml([lesson]),
        base=proposal.base,
        owner=seen.person.id,
        from_case=number,
        saved_by=seen.person.id,
        at=desk.clock(),
        expires=proposal.expires,
    )


async def _note(desk: Desk, work: Work, case: Case, seen: _Seen, title: str) -> None:
    """In the case's history; and the asker's status is drawn anew, since the answer is in the handbook now."""
    said = desk.say("teach.noted", desk.mind.now.knowledge.organisation[case.organisation].language, title=title)
    await change_case(desk, work, case, Note(said), seen.person.id)
    for message in reversed(await work.messages(case.number)):
        if message.kind == "status" and message.post:
            await work.change_message(message.id)
            return


# ── shared with curating.py ──────────────────────────────────────────────────────────────────────────────────────────
async def not_comms(desk: Desk, person: Person, organisation: OrganisationId) -> Text | None:
    """Why a person may not teach; None for a member of comms."""
    if await desk.membership.in_comms(person.id, organisation):
        return None
    return Text(desk.say("refused.not-comms", spoken(desk, person, organisation)))


def spoken(desk: Desk, person: Person, organisation: OrganisationId) -> Language:
    """The language that someone in comms is spoken to in."""
    return person.language or desk.mind.now.knowledge.organisation[organisation].language


def title_of(desk: Desk, lesson: Lesson, language: Language) -> str:
    return lesson.title[language] if lesson.title else topic_title(desk, lesson.id, language)


def topic_title(desk: Desk, name: EntryId, language: Language) -> str:
    topic = desk.mind.now.knowledge.topic.get(name)
    return topic.title[language] if isinstance(topic, Entry | Handoff) else name


def renewed(learned: Learned, by: PersonId, at: datetime, version: int) -> Learned:
    """The next version of what was learned, as yet unchanged."""
    return replace(learned, version=version, saved_by=by, at=at)
