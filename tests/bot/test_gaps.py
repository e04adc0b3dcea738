"""Questions put together by need: what belongs together, what must not, and what is no gap at all."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gaps import SPAN, clusters, gaps
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.ports import Unmet

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def unmet(number: int, text: str, why: Any = "unanswered", person: str = "", days: float = 1, **more: Any) -> Unmet:
    at = NOW - timedelta(days=days)
    return Unmet(number, text, more.pop("language", Language.NB), why, at, person or f"p-{number}", **more)


def test_golden_questions_stand_with_those_of_their_entry(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    asked = [each for each in knowledge.golden if each.expect != ("none",)]
    needs = [each.expect[0] for each in asked]
    right = whole = 0.0
    total = Counter(needs)
    for group in clusters([each.text for each in asked], matcher.model):
        held = Counter(needs[place] for place in group)
        right += sum(count * count for count in held.values()) / len(group)
        whole += sum(count * count / total[need] for need, count in held.items())
    assert right / len(needs) > 0.93, "of those that stand together, those that belong together"
    assert whole / len(needs) > 0.6, "of those that belong together, those that stand together"


def test_what_the_knowledge_never_met_is_told_apart_by_its_words(matcher: Matcher) -> None:
    texts = [
        "Hvor parkerer jeg elsykkelen?", "parkering av elsykkel, hvor", "Kan jeg parkere elsykkelen i kjelleren?",
        "hvem velger fargen på heisen", "Fargen på heisen, hvem bestemmer den?", "",
    ]  # fmt: skip
    found = {frozenset(group) for group in clusters(texts, matcher.model)}
    assert found == {frozenset({0, 1, 2}), frozenset({3, 4}), frozenset({5})}


def test_the_same_need_is_one_in_several_languages(matcher: Matcher) -> None:
    texts = ["kan vi ha en konkurranse der vi trekker en vinner", "can we hold a giveaway and draw a winner"]
    assert len(clusters(texts, matcher.model)) == 1


def test_the_most_pressing_stands_first_with_its_trend(matcher: Matcher) -> None:
    old = [unmet(n, "hvor parkerer jeg elsykkelen", days=SPAN.days + 2) for n in range(1, 6)]
    new = [unmet(n, "hvem velger fargen på heisen", days=2) for n in range(6, 9)]
    one = unmet(9, "hvem velger fargen på heisen", person="p-6", days=SPAN.days + 3)
    first, second = gaps([*old, *new, one], matcher.model, NOW)
    assert {each.question for each in first.members} == {6, 7, 8, 9}
    assert (first.people, first.recent, first.before) == (3, 3, 1)
    assert (second.people, second.recent, second.before) == (5, 0, 5)


def test_one_who_was_asked_back_once_is_no_gap_and_two_are(matcher: Matcher) -> None:
    assert gaps([unmet(1, "logo?", "clarified")], matcher.model, NOW) == []
    (found,) = gaps([unmet(1, "logo?", "clarified"), unmet(2, "Logo", "clarified")], matcher.model, NOW)
    assert found.whys == {"clarified": 2}
    (other,) = gaps([unmet(1, "logo?", "not-helpful", missing="Hvilken farge?", entry="be-kind")], matcher.model, NOW)
    assert other.missing == ("Hvilken farge?",)
    assert other.entries == ("be-kind",)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_whatever_is_asked_every_question_is_in_one_group(matcher: Matcher, texts: list[str]) -> None:
    places = [place for group in clusters(texts, matcher.model) for place in group]
    assert sorted(places) == list(range(len(texts)))


@pytest.mark.parametrize("count", [1, 3000])
def test_many_of_the_same_are_one(matcher: Matcher, count: int) -> None:
    (found,) = clusters(["hvem velger fargen på heisen"] * count, matcher.model)
    assert len(found) == count
