"""Questions written apart from the variants: what the bot does with them is what it promises."""

from __future__ import annotations

from collections import Counter

import pytest
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.matching.text import tokens
from bot.measuring import Judged, by_language, figures, measure


@pytest.fixture(scope="module")
def judged(knowledge: KnowledgeBase, matcher: Matcher) -> tuple[Judged, ...]:
    return measure(knowledge.golden, knowledge, matcher)


def test_as_many_are_helped_and_as_few_misled_as_promised(judged: tuple[Judged, ...]) -> None:
    found = figures(judged)

    assert found.helped >= 93
    assert found.at_once >= 75
    assert found.wrong <= 3
    assert found.unanswerable_answered <= 5
    assert found.wrong_of_answered <= 3


def test_no_language_is_more_than_five_points_behind(judged: tuple[Judged, ...]) -> None:
    helped = [found.helped for found in by_language(judged).values()]

    assert len(helped) == len(Language)
    assert max(helped) - min(helped) <= 5


def test_there_are_enough_of_every_kind(knowledge: KnowledgeBase) -> None:
    golden = knowledge.golden
    languages = Counter(item.language for item in golden)

    assert len(golden) >= 200
    assert min(languages[language] for language in Language) >= 50
    assert min(Counter(item.org for item in golden).values()) >= 50
    assert sum("none" in item.expect for item in golden) >= len(golden) / 10


def test_every_entry_topic_and_greeting_is_asked_for(knowledge: KnowledgeBase) -> None:
    expected = {name for item in knowledge.golden for name in item.expect}

    assert set(knowledge.topic) - expected == set()


def test_both_staffs_ask_for_what_only_the_other_handbook_says(knowledge: KnowledgeBase) -> None:
    entries = {entry.id: entry for entry in knowledge.entries}
    asked = {
        item.org for item in knowledge.golden for name in item.expect
        if name in entries and item.org not in entries[name].answers
    }  # fmt: skip

    assert asked == set(knowledge.organisation)


def test_the_questions_that_both_authors_wrote_by_chance_are_few_and_decide_nothing(
    judged: tuple[Judged, ...], knowledge: KnowledgeBase
) -> None:
    variants = {tuple(tokens(variant.text)) for variant in knowledge.variants()}

    apart = [item for item in judged if tuple(tokens(item.question.text)) not in variants]

    assert len(apart) >= 0.95 * len(judged)
    assert figures(apart).helped >= 93
    assert figures(apart).at_once >= 75
    assert figures(apart).wrong_of_answered <= 3


def test_no_story_stands_among_the_variants(knowledge: KnowledgeBase) -> None:
    """Short questions meet by chance; the long ones are copied."""
    golden = [text for item in knowledge.golden if len(text := " ".join(tokens(item.text))) > 60]
    variants = [" ".join(tokens(variant.text)) for variant in knowledge.variants()]

    likeness = cdist(golden, variants, scorer=fuzz.ratio, score_cutoff=95)

    assert [golden[place] for place in likeness.any(axis=1).nonzero()[0]] == []
