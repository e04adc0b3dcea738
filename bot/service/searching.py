"""Looking into the handbook without asking: nothing is kept, and nobody is told."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering import HANDED, answer
from bot.knowledge import Entry, Handoff, OrganisationId
from bot.language import Language, reply_language
from bot.messages import AnswerCard
from bot.service.desk import Desk
from bot.service.guarding import care, emergency
from bot.showing import answer_card

LEAST = 0.01  # a candidate less likely than this has nothing to do with the words


@dataclass(frozen=True)
class Found:
    title: str
    card: AnswerCard


def search(desk: Desk, organisation: OrganisationId, words: str, language: Language, most: int = 5) -> list[Found]:
    """The answers that are nearest to ``words``, nearest first, in the language of those. None where they are about
    something that always goes to a person.

    Without words: answers of the organisation's own handbook, as they stand in it.
    """
    brain = desk.mind.now
    who = brain.knowledge.organisation[organisation]
    if words.strip():
        ranking = brain.matcher.rank(words, organisation)
        language = reply_language(ranking.languages, person=language, organisation=who.language)
        if topic := emergency(desk, words, organisation):
            body = care(topic, brain.knowledge, organisation, language).body
            return [Found(topic.title[language], AnswerCard(topic.id, body, "", (), "", (), ""))]
        likely = [each for each in ranking.candidates if each.probability >= LEAST]
        topics = [brain.knowledge.topic.get(each.entry) for each in likely]
        if topics and isinstance(topics[0], Handoff) and likely[0].probability >= HANDED:
            return []
    else:
        topics = [entry for entry in brain.knowledge.entries if organisation in entry.answers]
    found = [topic for topic in topics if isinstance(topic, Entry)][:most]
    said = [answer(entry, brain.knowledge, who, language) for entry in found]
    cards = [answer_card(each, brain.knowledge, who, language, desk.say) for each in said]
    return [Found(entry.title[language], card) for entry, card in zip(found, cards, strict=True)]
