"""What has few ways of asking is found beside what has hundreds, and takes nothing from it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.answering import Answered, Asker, Clarify, respond
from bot.knowledge import KnowledgeBase
from bot.lessons import Lesson, Some, SomeAnswer, SomeQuestions, teach
from bot.matching.few import FEW, Few, few_head, few_labels, sampled
from bot.matching.grafting import basis, graft
from bot.matching.matcher import Matcher
from bot.matching.ranking import is_entry
from bot.matching.stored import from_arrays, to_arrays
from bot.measuring import figures, measure

SIX = (
    "kan vi låne popcornmaskina til kommunikasjon", "hvem har popcornmaskina", "popcorn til arrangementet vårt",
    "låner dere ut popcornmaskin", "vi trenger popcornmaskina på fredag", "hvordan bestiller jeg popcornmaskina",
)  # fmt: skip


@pytest.fixture(scope="module")
def taught(knowledge: KnowledgeBase, matcher: Matcher) -> tuple[KnowledgeBase, Matcher]:
    lesson = Lesson(
        id="popcorn",
        title=Some(nb="Popcornmaskina"),
        questions=SomeQuestions(nb=SIX),
        answers={"oslomet": SomeAnswer(nb="Ring resepsjonen.")},
    )
    after = teach(knowledge, [lesson])
    return after, graft(basis(knowledge, matcher), after)


def test_labels_are_few_below_a_number_of_ways() -> None:
    assert few_labels(["a"] * (FEW - 1) + ["b"] * FEW) == {"a"}


def test_a_sample_holds_every_label_and_is_the_same_each_time() -> None:
    owners = ["a"] * 100 + ["b"] * 3
    assert sampled(owners) == sampled(owners)
    assert [sum(owners[place] == label for place in sampled(owners)) for label in "ab"] == [24, 3]


def test_a_label_is_raised_for_what_resembles_its_ways_in_what_the_others_say() -> None:
    draws = np.random.default_rng(2)
    labels = [f"well{number}" for number in range(12)] + ["few"]
    typical = draws.normal(size=(13, 13))
    owners = [label for label in labels for _ in range(6)]
    scores = np.array([typical[labels.index(label)] + draws.normal(size=13) / 5 for label in owners], np.float32)
    head = few_head(labels, frozenset(["few"]), scores, owners)
    assert isinstance(head, Few)
    like, unlike = typical[12].astype(np.float32), typical[3].astype(np.float32)
    assert (head.raised(like) - like)[12] > 3 * (head.raised(unlike) - unlike)[12]
    assert np.array_equal(head.raised(like)[:12], like[:12])


def test_the_shipped_knowledge_has_no_few_and_pays_nothing(matcher: Matcher) -> None:
    assert matcher.few is None


def test_what_was_taught_is_answered_as_taught(taught: tuple[KnowledgeBase, Matcher]) -> None:
    for text in SIX:
        (reply,) = respond(text, *taught, Asker("oslomet"))
        assert isinstance(reply.outcome, Answered)
        assert reply.outcome.entry == "popcorn"


@pytest.mark.parametrize("text", ["skulle hatt lånt den popcorngreia", "can we borrow the popcorn machine"])
def test_in_other_words_it_is_offered(text: str, taught: tuple[KnowledgeBase, Matcher]) -> None:
    (reply,) = respond(text, *taught, Asker("oslomet"))
    assert isinstance(reply.outcome, Clarify)
    assert reply.outcome.understood
    assert reply.outcome.options[0].entry == "popcorn"


def test_in_the_words_that_were_taught_it_is_answered(taught: tuple[KnowledgeBase, Matcher]) -> None:
    (reply,) = respond("hvordan låner vi popcornmaskina", *taught, Asker("oslomet"))
    assert isinstance(reply.outcome, Answered)


def test_golden_questions_are_answered_as_before(
    taught: tuple[KnowledgeBase, Matcher], knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    before, after = (figures(measure(knowledge.golden, *state)) for state in ((knowledge, matcher), taught))
    assert after.helped >= before.helped - 0.5
    assert after.at_once >= before.at_once - 0.5
    assert after.wrong <= before.wrong + 0.2


def test_a_kept_matcher_raises_what_is_few_as_before(taught: tuple[KnowledgeBase, Matcher]) -> None:
    original = taught[1]
    copy = from_arrays(to_arrays(original))
    for text in ("kva med popcornmaskina?", "hvilken emneknagg skal jeg bruke"):
        assert copy.rank(text, "oslomet") == original.rank(text, "oslomet")
    assert is_entry("popcorn")
    assert not is_entry("handoff/press")
