"""What stands near what: two beginnings meet whatever is inflected or put between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.features import Features, Shape
from bot.matching.fitting import fit
from bot.matching.near import LETTERS, WITHIN, Near, Spot, meetings

WORDS = ("dele", "deler", "delte", "bilde", "bilder", "kan", "jeg", "et", "på", "instagram")


def features(*texts: str) -> Features:
    return fit(texts, Shape(least=0))[0]


def counted(near: Near, spots: list[Spot]) -> tuple[dict[int, float], int]:
    """How surely each pair meets, by column, and how many meetings have none."""
    counts: dict[int, float] = {}
    lost = near.count(spots, counts)
    return counts, lost


def met(known: Features, text: str) -> set[str]:
    """The pairs of a question that have a column, as people read them."""
    names = (known.describe(int(column)) for column in known.vector(text).columns)
    return {name for name in names if "~" in name}


def test_inflected_words_meet_as_the_plain_ones_do() -> None:
    known = features("dele bilde")
    assert "dele~bild" in met(known, "deler bilder")


def test_order_and_a_few_words_between_change_nothing() -> None:
    known = features("dele bilde")
    assert "dele~bild" in met(known, "bilde kan jeg dele") | met(known, "dele et lite bilde")


@pytest.mark.parametrize("between", range(WITHIN + 2))
def test_words_far_apart_do_not_meet(between: int) -> None:
    known = features("dele bilde", "og")
    asked = " ".join(("dele", *["og"] * between, "bilde"))
    assert ("dele~bild" in met(known, asked)) is (between < WITHIN)


def test_a_word_does_not_meet_itself_nor_an_end_the_other() -> None:
    assert met(features("dele deler"), "dele deler") == {"·~dele", "dele~·"}
    assert met(features("hei"), "tja") == set()


def test_a_mistyped_word_meets_as_what_it_may_mean_and_less_surely() -> None:
    known = features("instagram bilde", "hei")
    column, *_ = (place for place in range(known.width) if known.describe(place) == "inst~bild")
    right, slipped = (
        counted(known.near, spots)[0]
        for spots in (
            [((known.near.of("instagram"), 1.0),), ((known.near.of("bilde"), 1.0),)],
            [((-1, 0.4), (known.near.of("instagram"), 0.6)), ((known.near.of("bilde"), 1.0),)],
        )
    )
    assert right[column - known.starts[4]] == 1
    assert slipped[column - known.starts[4]] == pytest.approx(0.6)
    assert "inst~bild" in met(known, "imstagram bilde")


def test_pairs_that_no_variant_has_weigh_on_those_that_one_has() -> None:
    known = features("dele bilde", "kan jeg")
    one, other = (known.vector(text) for text in ("dele bilde", "dele bilde kan"))
    column = next(int(place) for place in one.columns if known.describe(int(place)) == "dele~bild")
    assert other.values[other.columns == column] < one.values[one.columns == column]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=7), min_size=1, max_size=6))
def test_questions_meet_as_variants_do(variants: list[list[str]]) -> None:
    beginnings = list(dict.fromkeys(word[:LETTERS] for word in WORDS))
    numbers = [[beginnings.index(word[:LETTERS]) for word in variant] for variant in variants]
    flat = np.array([number for row in numbers for number in row], np.int64)
    keys, owners = meetings(flat, [len(row) for row in numbers], len(beginnings))
    near = Near(beginnings, np.unique(keys))
    for place, row in enumerate(numbers):
        counts, lost = counted(near, [((number, 1.0),) for number in row])
        assert set(near.keys[list(counts)].tolist()) == set(keys[owners == place].tolist())
        assert set(counts.values()) <= {1.0}
        assert lost == 0


@given(st.lists(st.integers(-1, 5), max_size=8), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 7))))
def test_words_read_surely_and_words_nearly_sure_meet_alike(row: list[int], pairs: set[tuple[int, int]]) -> None:
    keys = sorted({min(pair) * 8 + max(pair) for pair in pairs})
    near = Near([str(number) for number in range(6)], np.array(keys, np.int64))
    surely, nearly = (counted(near, [((number, weight),) for number in row]) for weight in (1.0, 0.999))
    assert (surely[0].keys(), surely[1]) == (nearly[0].keys(), nearly[1])


def test_what_was_never_seen_is_all_lost() -> None:
    near = Near(["dele"], np.zeros(0, np.int64))
    counts, lost = counted(near, [((-1, 1.0),), ((0, 0.5), (-1, 0.5))])
    assert not counts
    assert lost == 5  # the two words, and each with both ends
