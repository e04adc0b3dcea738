"""A reply is judged as the asker would: right, offered, missed, or wrong."""

from __future__ import annotations

import math

import pytest

from bot.answering import Answered, Clarify, Escalate, Greeting, Outcome
from bot.knowledge import Entry, Golden, KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.matching.ranking import Candidate
from bot.measuring import Judged, Verdict, by_language, figures, measure

SURE = "hvilken emneknagg skal jeg bruke"  # answered at once with the entry hashtag
PRESS = "en journalist fra avisa ringer og vil ha intervju"  # goes to a person, as handoff/press
HELLO = "hei"


def verdict(knowledge: KnowledgeBase, matcher: Matcher, text: str, *expect: str, org: str = "oslomet") -> Verdict:
    question = Golden(text=text, org=org, language=Language.NB, expect=expect)
    return measure([question], knowledge, matcher)[0].verdict


@pytest.mark.parametrize(
    ("text", "expect", "judged"),
    [
        (SURE, ("hashtag",), "right"),
        (SURE, ("made-a-mistake", "hashtag"), "right"),
        (SURE, ("made-a-mistake",), "wrong"),
        (SURE, ("none",), "wrong"),
        (SURE, ("handoff/press",), "wrong"),
        (SURE, ("smalltalk/hello",), "wrong"),
        (PRESS, ("handoff/press",), "right"),
        (PRESS, ("handoff/crisis",), "right"),
        (PRESS, ("none",), "right"),
        (PRESS, ("hashtag",), "missed"),
        (PRESS, ("smalltalk/hello",), "missed"),
        (HELLO, ("smalltalk/hello",), "right"),
        (HELLO, ("smalltalk/thanks",), "missed"),
        (HELLO, ("none",), "missed"),
        (HELLO, ("hashtag",), "wrong"),
        (HELLO, ("handoff/press",), "wrong"),
        ("", ("none",), "right"),
        ("", ("hashtag",), "missed"),
    ],
)
def test_a_reply_is_judged_by_what_was_expected(
    text: str, expect: tuple[str, ...], judged: Verdict, knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    assert verdict(knowledge, matcher, text, *expect) == judged


def test_the_right_one_among_the_options_is_an_offer(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    unsure = next(
        (judged.question, outcome.options)
        for judged in measure(knowledge.golden, knowledge, matcher)
        for outcome in judged.outcomes
        if isinstance(outcome, Clarify)
    )
    question, options = unsure

    def judged(expect: str) -> Verdict:
        return verdict(knowledge, matcher, question.text, expect, org=question.org)

    assert {judged(option.entry) for option in options} == {"offered"}
    assert judged("none") == "missed"
    assert judged("smalltalk/goodbye") == "missed"


def test_an_answer_from_the_same_section_is_right_and_from_another_wrong(
    knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    answered = next(
        judged for judged in measure(knowledge.golden, knowledge, matcher)
        if judged.verdict == "right" and isinstance(judged.outcomes[0], Answered) and _neighbours(judged, knowledge)
    )  # fmt: skip
    outcome, question = answered.outcomes[0], answered.question
    assert isinstance(outcome, Answered)
    strangers = [
        entry.id for entry in knowledge.entries
        if not {*knowledge.answer_for(entry, question.org)[1].sources} & {*outcome.sections}
    ]  # fmt: skip

    near = [
        verdict(knowledge, matcher, question.text, entry, org=question.org)
        for entry in _neighbours(answered, knowledge)
    ]
    far = [verdict(knowledge, matcher, question.text, entry, org=question.org) for entry in strangers]

    assert set(near) == {"right"}
    assert set(far) == {"wrong"}


def _neighbours(judged: Judged, knowledge: KnowledgeBase) -> list[str]:
    """Other entries whose answer to the asker draws on a section of the answer given."""
    outcome = judged.outcomes[0]
    assert isinstance(outcome, Answered)
    return [
        entry.id for entry in knowledge.entries
        if entry.id != outcome.entry
        and {*knowledge.answer_for(entry, judged.question.org)[1].sources} & {*outcome.sections}
    ]  # fmt: skip


def _judged(verdict: Verdict, expect: str = "hashtag", language: Language = Language.NB) -> Judged:
    answered = Answered("hashtag", "oslomet", (), "", (), 0.9)
    options = Clarify((Candidate("hashtag", 0.4), Candidate("four-rules", 0.3)))
    outcome: Outcome = (
        answered if verdict in {"right", "wrong"} else options if verdict == "offered" else Escalate("unsure")
    )
    if expect == "none" and verdict == "right":
        outcome = Escalate("unsure")
    return Judged(Golden(text="x", org="oslomet", language=language, expect=(expect,)), (outcome,), verdict)


def test_the_rates_are_over_the_questions_that_they_are_about() -> None:
    found = figures(
        [
            *[_judged("right")] * 5, *[_judged("offered")] * 2, _judged("missed"), *[_judged("wrong")] * 2,
            *[_judged("right", "none")] * 3, _judged("wrong", "none"), _judged("missed", "none"),
        ]
    )  # fmt: skip

    assert found.asked == 15
    assert found.helped == pytest.approx(70)  # 7 of the 10 that have an answer
    assert found.at_once == pytest.approx(50)
    assert found.wrong == pytest.approx(20)  # 3 of all 15
    assert found.unanswerable_answered == pytest.approx(20)  # 1 of 5
    assert found.wrong_of_answered == pytest.approx(37.5)  # 3 of the 8 answered at once


def test_rates_over_nothing_are_no_numbers() -> None:
    assert figures([]).asked == 0
    assert math.isnan(figures([]).helped)
    assert math.isnan(figures([_judged("right")]).unanswerable_answered)


def test_every_language_has_its_own_rates() -> None:
    found = by_language([_judged("right"), _judged("missed", language=Language.SV)])

    assert {language: rates.helped for language, rates in found.items()} == {Language.NB: 100, Language.SV: 0}


def test_a_greeting_beside_nothing_is_no_answer(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    judged = measure([Golden(text=HELLO, org="malmo", language=Language.SV, expect=("none",))], knowledge, matcher)

    assert isinstance(judged[0].outcomes[0], Greeting)
    assert figures(judged).unanswerable_answered == 0


def test_every_entry_of_the_shipped_knowledge_is_asked_for(knowledge: KnowledgeBase) -> None:
    expected = {name for golden in knowledge.golden for name in golden.expect}

    assert {entry.id for entry in knowledge.entries if isinstance(entry, Entry)} <= expected
