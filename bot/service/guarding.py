"""Emergencies in what is written outside questions: to comms, into cases and drafts, as feedback, in a search.

A question is guarded by bot/answering.py itself. Whoever tells of an emergency is met with care and the right numbers
first, then with a person.
"""

from __future__ import annotations

from bot.cases import Kind
from bot.emergencies import emergency as told_of
from bot.knowledge import Handoff, KnowledgeBase, OrganisationId
from bot.language import Language
from bot.loading import fill
from bot.messages import Text
from bot.ports import Person, Work
from bot.safety import watch
from bot.service.desk import Desk, Opening, Sender, open_case

PLAIN = 0.3  # of score above the threshold: a draft is written for others, and tells of what has long been over


def emergency(desk: Desk, text: str, organisation: OrganisationId) -> Handoff | None:
    """The topic of the emergency that ``text`` tells of."""
    brain = desk.mind.now
    return told_of(text, brain.knowledge, brain.matcher.rank(text, organisation))


def in_draft(draft: str, knowledge: KnowledgeBase) -> Handoff | None:
    """The same for a draft, which tells of much that is no news to its author: only what is plain counts."""
    alarm = watch(knowledge).look(draft).alarm
    topic = knowledge.topic[alarm.topic] if alarm and alarm.score >= PLAIN else None
    return topic if isinstance(topic, Handoff) else None


def care(topic: Handoff, knowledge: KnowledgeBase, organisation: OrganisationId, language: Language) -> Text:
    """What somebody is told at once who wrote of ``topic``."""
    return Text(fill(topic.reply[language], knowledge.organisation[organisation], language), urgent=True)


async def to_a_person(
    desk: Desk, work: Work, who: Sender, person: Person, told: tuple[str, Handoff, Language]
) -> tuple[int, tuple[Text, ...]]:
    """Opens a case for an emergency that was written where none could be; its number, and what its asker is told.

    ``told``: the text, its topic, and the language to answer in.
    """
    text, topic, language = told
    case = await open_case(desk, work, who, person, Opening(Kind.QUESTION, text, language, topic=topic.id, urgent=True))
    first = care(topic, desk.mind.now.knowledge, who.organisation, language)
    return case.number, (first, Text(desk.say("ask.handed-over-topic", language, number=case.number)))
