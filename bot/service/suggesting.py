"""Ways of asking that people's own choices suggest. Nothing of it is known to the bot until comms accepts it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases import CaseNumber, PersonId
from bot.cleaning import clean
from bot.knowledge import EntryId, OrganisationId
from bot.language import Language
from bot.lessons import Lesson, SomeQuestions, lessons_yaml
from bot.matching.text import tokens
from bot.ports import Learned, Work
from bot.proposing import addition_id
from bot.service.desk import Desk

SHORTEST = 2  # words; a single one says too little of what was meant


@dataclass(frozen=True)
class Suggestion:
    """``text`` turned out to mean ``entry``. ``by``: the member of comms who said so; empty where the asker did."""

    entry: EntryId
    text: str
    language: Language
    organisation: OrganisationId
    by: PersonId = ""
    case: CaseNumber | None = None


async def suggest(desk: Desk, work: Work, suggestion: Suggestion) -> Learned | None:
    """Keeps the words, without people in them, as version 0. None where they are known or were suggested before.

    Whoever asked is not kept with it.
    """
    knowledge = desk.mind.now.knowledge
    organisation = knowledge.organisation[suggestion.organisation]
    text = clean(suggestion.text, organisation, desk.mind.rules)
    words, topic = tokens(text), knowledge.topic.get(suggestion.entry)
    if len(words) < SHORTEST or topic is None:
        return None
    name = addition_id(topic.id, [text])
    known = any(tokens(variant) == words for language in Language for variant in topic.questions[language])
    if known or any(each.id == name for each in await work.learned()):
        return None
    questions = SomeQuestions(**{suggestion.language.value: (text,)})
    proposed = Learned(
        id=name,
        version=0,
        yaml=lessons_yaml([Lesson(id=topic.id, questions=questions)]),
        base=topic.id,
        owner=suggestion.by,
        from_case=suggestion.case,
        saved_by=suggestion.by,
        at=desk.clock(),
        withdrawn=True,
    )
    await work.add_learned(proposed)
    return proposed
