"""A few more variants, taken in at once, are as good as trained in."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bot.knowledge import KnowledgeBase
from bot.lessons import Lesson, Some, SomeAnswer, SomeQuestions, teach
from bot.matching.building import build_matcher
from bot.matching.grafting import Basis, basis, graft, widen
from bot.matching.matcher import Matcher
from bot.measuring import figures, measure

LESSON = Lesson(
    id="drones",
    title=Some(nb="Droner"),
    questions=SomeQuestions(
        nb=("Kan jeg fly drone over Pilestredet?", "har vi lov til å bruke kvadrokopter på campus"),
        en=("may I publish quadcopter footage",),
    ),
    answers={"oslomet": SomeAnswer(nb="Nei.")},
)
MORE = Lesson(id="hashtag", questions=SomeQuestions(nb=("hvilken kryssklatt passer best",)))


@pytest.fixture(scope="module")
def ground(knowledge: KnowledgeBase, matcher: Matcher) -> Basis:
    return basis(knowledge, matcher)


@pytest.fixture(scope="module")
def after(knowledge: KnowledgeBase) -> KnowledgeBase:
    return teach(knowledge, [LESSON, MORE])


@pytest.fixture(scope="module")
def whole(after: KnowledgeBase) -> Matcher:
    return build_matcher(after)


def test_nothing_new_changes_nothing(ground: Basis, knowledge: KnowledgeBase, matcher: Matcher) -> None:
    assert np.array_equal(graft(ground, knowledge).model.weights, matcher.model.weights)


def test_a_graft_ranks_as_the_whole_training_does(
    ground: Basis, knowledge: KnowledgeBase, after: KnowledgeBase, whole: Matcher
) -> None:
    quick = graft(ground, after)
    asked = (
        "kan jeg bruke drone til film",
        "kvadrokopter?",
        "quadcopter footage",
        "hvilken kryssklatt",
        "Hva er emneknaggen?",
    )
    for question in (*asked, *(item.text for item in knowledge.golden[:100])):
        one, other = (each.rank(question, "oslomet", 1).candidates for each in (quick, whole))
        if one and one[0].probability > 0.5:
            assert one[0].entry == other[0].entry, question
    assert quick.rank("kvadrokopter", "oslomet").candidates[0].entry == "drones"
    assert quick.rank("hvilken kryssklatt", "oslomet").candidates[0].entry == "hashtag"
    one, other = (figures(measure(after.golden, after, each)) for each in (quick, whole))
    assert abs(one.helped - other.helped) < 1
    assert abs(one.wrong - other.wrong) < 0.5


def test_what_is_withdrawn_is_forgotten(knowledge: KnowledgeBase, after: KnowledgeBase, whole: Matcher) -> None:
    forgotten = graft(basis(after, whole), knowledge)
    assert "drones" not in forgotten.model.labels
    assert forgotten.model.labels == tuple(dict.fromkeys(variant.entry for variant in knowledge.variants()))
    best = forgotten.rank("hvilken kryssklatt passer best", "oslomet").candidates[0]
    assert best.probability < 0.5


def test_labels_stand_in_the_order_of_the_knowledge(ground: Basis, knowledge: KnowledgeBase) -> None:
    after = teach(knowledge, [LESSON])
    assert graft(ground, after).model.labels == tuple(dict.fromkeys(variant.entry for variant in after.variants()))


def test_old_columns_mean_the_same_after_widening(matcher: Matcher, knowledge: KnowledgeBase) -> None:
    features = matcher.model.features
    widened, moved = widen(features, ["en kvadrokopter med ny drone"], knowledge)
    assert widened.width == features.width + len(widened.words) - len(features.words)
    assert len(widened.words) > len(features.words)
    for column in range(0, features.width, 97):
        assert widened.describe(int(moved[column])) == features.describe(column)
    assert all(before < after for before, after in pairwise(widened.pairs.tolist()))
    for text in ("Hvilken emneknagg bruker vi?", "kan jeg dele", "får jag gilla ett inlägg", "zzzz"):
        one, other = features.vector(text), widened.vector(text)
        order = np.argsort(moved[one.columns])
        assert np.array_equal(moved[one.columns][order], np.sort(other.columns))
        assert np.allclose(one.values[order], other.values[np.argsort(other.columns)], atol=1e-6)


def test_a_matcher_of_other_knowledge_is_no_basis(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    with pytest.raises(ValueError, match="other variants"):
        basis(teach(knowledge, [LESSON]), matcher)
