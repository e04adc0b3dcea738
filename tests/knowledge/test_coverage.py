"""Every section of both handbooks has an answer, in every language, that enough ways of asking lead to."""

from __future__ import annotations

import pytest

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.text import tokens

SECTIONS = {
    "oslomet": (
        "ambassador amplification private-accounts general-advice clear-profile know-platforms everything-is-public "
        "join-conversation answer-what-you-know correct-mistakes be-kind think-before-publishing know-the-risk "
        "law-and-confidentiality sharing-is-caring appearance-matters platforms hashtag share-request"
    ),
    "malmo": (
        "handbook-purpose social-arena you-are-the-lead listen-to-your-network dont-fear-mistakes handbook-as-support "
        "you-represent-the-city learning-the-tools get-help encouragement"
    ),
}
EVERY = [f"{whose}/{name}" for whose, names in SECTIONS.items() for name in names.split()]
RICH = {"oslomet/law-and-confidentiality": 4, "oslomet/appearance-matters": 3}  # sections with several needs in them
HANDOFFS = (
    "press threats hacked-account data-breach filming-consent elections paid-content giveaways new-account records "
    "ai-content passwords accessibility-law crisis personnel self-harm"
)


def test_the_sections_are_those_of_the_handbooks(knowledge: KnowledgeBase) -> None:
    assert sorted(knowledge.section) == sorted(EVERY)


@pytest.mark.parametrize("section", EVERY)
def test_a_section_is_answered_from_by_enough_entries(section: str, knowledge: KnowledgeBase) -> None:
    entries = [entry.id for entry in knowledge.entries if section in knowledge.sections_of(entry.id)]

    assert len(entries) >= RICH.get(section, 1)


@pytest.mark.parametrize("section", EVERY)
def test_a_section_is_what_some_answer_is_about(section: str, knowledge: KnowledgeBase) -> None:
    main = {answer.sources[0] for entry in knowledge.entries for answer in entry.answers.values()}

    assert section in main


@pytest.mark.parametrize("topic", HANDOFFS.split())
def test_what_always_goes_to_a_person_is_a_topic(topic: str, knowledge: KnowledgeBase) -> None:
    assert f"handoff/{topic}" in {found.id for found in knowledge.handoffs}


@pytest.mark.parametrize("language", Language)
def test_every_need_is_asked_for_in_many_ways(language: Language, knowledge: KnowledgeBase) -> None:
    few = {entry.id: count for entry in knowledge.entries if (count := len(entry.questions[language])) < 40}

    assert not few


@pytest.mark.parametrize("language", Language)
def test_the_ways_of_asking_differ_by_more_than_a_word(language: Language, knowledge: KnowledgeBase) -> None:
    """Of any entry, at most one way in ten has the same words as another but for one."""
    for entry in knowledge.entries:
        words = [frozenset(tokens(text)) for text in entry.questions[language]]
        alike = {
            one
            for one, first in enumerate(words)
            for other, second in enumerate(words)
            if one != other and min(len(first), len(second)) > 2 and len(first ^ second) <= 1
        }
        assert len(alike) <= len(words) / 10, (entry.id, [entry.questions[language][place] for place in alike])


@pytest.mark.parametrize("language", Language)
def test_some_ask_in_a_word_or_two_and_some_tell_a_story(language: Language, knowledge: KnowledgeBase) -> None:
    lengths = [len(tokens(text)) for entry in knowledge.entries for text in entry.questions[language]]

    assert sum(length <= 2 for length in lengths) / len(lengths) > 0.05
    assert sum(length >= 10 for length in lengths) / len(lengths) > 0.10
