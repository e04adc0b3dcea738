"""A model scores every label, tells the language, and can say why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_desk import LABELS, LANGUAGES, TEXTS, desk

from bot.language import Language
from bot.matching.model import Model, build


@pytest.fixture(scope="module")
def model() -> Model:
    return desk()


def best(model: Model, text: str) -> str:
    return model.labels[int(model.scores(text).labels.argmax())]


def test_labels_stand_in_the_order_that_they_first_appear(model: Model) -> None:
    assert model.labels == ("hours", "renew", "card", "room", "print")
    assert build(TEXTS[::-1], LABELS[::-1]).labels == model.labels[::-1]


def test_what_was_learned_is_known(model: Model) -> None:
    assert [best(model, text) for text in TEXTS] == LABELS


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("NÅR STENGER BIBLIOTEKET???", "hours"),
        ("is it possible to renew the loan of this book", "renew"),
        ("I have lost my card", "card"),
        ("hvor bestiller vi et grupperom", "room"),
        ("printern virkr ikke", "print"),
        ("er det åpnt på søndager", "hours"),
    ],
)
def test_what_nobody_wrote_is_understood(model: Model, text: str, label: str) -> None:
    assert best(model, text) == label


@pytest.mark.parametrize(("text", "label"), list(zip(TEXTS, LANGUAGES, strict=True))[::5])
def test_the_language_of_a_question_is_told(model: Model, text: str, label: Language) -> None:
    assert model.languages == (Language.NB, Language.EN)
    assert model.languages[int(model.scores(text).languages.argmax())] == label


def test_without_languages_none_is_told() -> None:
    bare = build(TEXTS, LABELS)
    assert bare.languages == ()
    assert bare.scores(TEXTS[0]).languages.shape == (0,)
    assert bare.scores(TEXTS[0]).labels.shape == (5,)


def test_the_reasons_add_up_to_the_score(model: Model) -> None:
    scores = model.scores("how do I renew my libary card")
    for place, score in enumerate(scores.labels):
        reasons = model.explain(scores.vector, place, most=1000)
        total = sum(reason.weight for reason in reasons)
        assert total + float(model.weights[-1, place]) == pytest.approx(float(score), abs=1e-4)
        weights = [abs(reason.weight) for reason in reasons]
        assert weights == sorted(weights, reverse=True)


def test_the_strongest_reason_for_a_plain_question_is_its_own_word(model: Model) -> None:
    reasons = model.explain(model.features.vector("grupperom"), model.labels.index("room"), most=3)
    assert "grupperom" in {reason.feature for reason in reasons}
    assert len(reasons) == 3


def test_training_again_gives_the_same_model(model: Model) -> None:
    assert np.array_equal(desk().weights, model.weights)


@given(st.text(st.characters(), max_size=300))
def test_any_text_has_a_score_for_every_label(model: Model, text: str) -> None:
    scores = model.scores(text)
    assert scores.labels.shape == (5,)
    assert scores.languages.shape == (2,)
    assert np.isfinite(scores.labels).all()


def test_one_label_and_one_variant_are_a_model_too() -> None:
    assert build(["hei"], ["hello"]).scores("hei").labels[0] > 0


def test_variants_without_any_word_are_no_obstacle() -> None:
    model = build(["😀", "", "hei på deg", "ha det bra"], ["smile", "smile", "hello", "goodbye"])
    assert best(model, "hei") == "hello"
