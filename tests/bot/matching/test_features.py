"""Questions as vectors: what is alike shares columns, and what is unknown costs length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_desk import TEXTS
from scipy import sparse

from bot.knowledge import Concept
from bot.matching.features import Features, Shape, Vector
from bot.matching.fitting import fit

LEXICON = [
    Concept(concept="book", nb=("bok*", "boka"), nn=("bok",), sv=("bok",), en=("book",)),
    Concept(concept="print", nb=("utskrift*",), nn=(), sv=("utskrift",), en=("printout", "print")),
]
Fitted = tuple[Features, sparse.csr_array]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(TEXTS, Shape(concepts=0.3), LEXICON)


@pytest.fixture(scope="module")
def features(fitted: Fitted) -> Features:
    return fitted[0]


def dense(features: Features, vector: Vector) -> np.ndarray:
    found = np.zeros(features.width)
    found[vector.columns] = vector.values
    return found


def named(features: Features, text: str) -> dict[str, float]:
    """The values of a question by what their columns stand for."""
    vector = features.vector(text)
    return {
        features.describe(int(column)): float(value)
        for column, value in zip(vector.columns, vector.values, strict=True)
    }


def test_a_variant_asked_is_the_row_it_was_trained_as(fitted: Fitted) -> None:
    features, rows = fitted
    for text, row in zip(TEXTS, rows.toarray(), strict=True):
        assert np.allclose(dense(features, features.vector(text)), row, atol=1e-5), text


@given(st.text(st.characters(), max_size=200) | st.lists(st.sampled_from(" ".join(TEXTS).split())).map(" ".join))
def test_any_text_is_a_vector_no_longer_than_one(features: Features, text: str) -> None:
    vector = features.vector(text)
    assert len(vector.columns) == len(vector.values) == len(set(vector.columns.tolist()))
    assert ((vector.columns >= 0) & (vector.columns < features.width)).all()
    assert np.isfinite(vector.values).all()
    assert float(vector.values @ vector.values) <= 1 + 1e-5


@pytest.mark.parametrize("text", ["", "😀 ?!", "\x00\ud800"])
def test_text_without_words_is_a_vector_without_columns(features: Features, text: str) -> None:
    vector = features.vector(text)
    assert len(vector.columns) == 0
    assert vector.readings == ()


def test_a_question_begins_and_ends_and_its_words_have_an_order(features: Features) -> None:
    found = named(features, "library card")
    assert found.keys() >= {"library", "card", "library card", "card ·"}
    assert "card library" not in named(features, "card library")
    assert "card library" not in found


def test_an_unknown_word_lowers_all_that_is_known(features: Features) -> None:
    alone, besides = named(features, "library card"), named(features, "library card quetzalcoatl")
    shared = [name for name in ("library", "card", "library card", "…card…") if name in alone]
    assert len(shared) == 4
    assert all(besides[name] < alone[name] for name in shared)


def test_a_mistyped_word_keeps_part_of_its_meaning(features: Features) -> None:
    vector = features.vector("libary card")
    (typed, meanings), (known, itself) = vector.readings
    assert (typed, known) == ("libary", "card")
    assert meanings[0][0] == "libary"
    assert meanings[1][0] == "library"
    assert sum(weight for _, weight in meanings) == pytest.approx(1)
    assert itself == (("card", 1.0),)
    typed_value, clean = named(features, "libary card")["library"], named(features, "library card")["library"]
    assert 0 < typed_value < clean


def test_letters_alike_meet_where_words_do_not(features: Features) -> None:
    compound = named(features, "biblioteksåpningstider")
    assert "biblioteket" not in compound
    assert set(compound) & set(named(features, "biblioteket"))


def test_words_of_two_languages_meet_in_a_concept(features: Features) -> None:
    shared = named(features, "boka").keys() & named(features, "book").keys()
    assert [name for name in shared if name.startswith("concept")]


def test_a_stem_knows_endings_that_no_variant_has(features: Features) -> None:
    assert "utskriftene" not in features.words
    shared = named(features, "utskriftene").keys() & named(features, "printout").keys()
    assert [name for name in shared if name.startswith("concept")]


@pytest.mark.parametrize(
    ("shape", "lexicon"), [(Shape(concepts=0.3), []), (Shape(concepts=0), LEXICON)], ids=["no-lexicon", "no-share"]
)
def test_without_lexicon_or_share_concepts_weigh_nothing(shape: Shape, lexicon: list[Concept]) -> None:
    features, _ = fit(TEXTS, shape, lexicon)
    assert features.shares()[2] == 0
    assert not [name for name in named(features, "boka book") if name.startswith("concept")]


@pytest.mark.parametrize("shape", [Shape(), Shape(words=3, characters=1), Shape(concepts=0.5)], ids=str)
def test_the_channels_share_the_whole(shape: Shape) -> None:
    features, rows = fit(TEXTS, shape, LEXICON)
    assert sum(features.shares()) == pytest.approx(1)
    assert (rows.power(2).sum(axis=1) <= 1 + 1e-5).all()


def test_what_stands_in_too_few_variants_gets_no_column() -> None:
    often = fit(TEXTS, Shape(least=1))[0]
    seldom = fit(TEXTS, Shape(least=3))[0]
    assert seldom.width < often.width
    assert seldom.words == often.words


def test_vectors_are_the_same_each_time(features: Features) -> None:
    again = fit(TEXTS, Shape(concepts=0.3), LEXICON)[0]
    for text in ("libary card", "når åpner biblioteket", "noe helt annet"):
        assert np.array_equal(dense(again, again.vector(text)), dense(features, features.vector(text)))
