"""A mistyped word is read as the words that were probably meant."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.matching.typos import KEPT, MEANINGS, Typos, signature

WORDS = ["emneknagg", "biblioteket", "journalist", "kommentar", "bilder", "facebook", "passord", "hva", "bok", "ut"]
words = st.text("abcdeåøæ", min_size=1, max_size=12)


def typos(**frequencies: int) -> Typos:
    return Typos(list(frequencies), np.array(list(frequencies.values()), np.int64))


@pytest.fixture(scope="module")
def read() -> Callable[[str], list[str]]:
    """What a word is read as, likeliest first."""
    known = Typos(WORDS, np.ones(len(WORDS), np.int64))
    return lambda word: [WORDS[place] for place, _ in known.expand(word)]


def _swap(word: str, at: int) -> str:
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def _drop(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _replace(word: str, at: int) -> str:
    return word[:at] + "x" + word[at + 1 :]


def _double(word: str, at: int) -> str:
    return word[:at] + word[at] + word[at:]


EDITS = [_swap, _drop, _replace, _double]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__.strip("_"))
@pytest.mark.parametrize("word", [word for word in WORDS if len(word) > 5])
def test_one_slip_anywhere_in_a_word_is_read(edit: Callable[[str, int], str], word: str, read) -> None:
    for at in range(1, len(word)):
        assert edit(word, at) in WORDS or read(edit(word, at))[0] == word


def test_a_first_letter_can_be_mistyped_too(read) -> None:
    assert read("wmneknagg") == ["emneknagg"]


def test_two_slips_in_a_long_word_are_read(read) -> None:
    assert read("emnknaggg") == ["emneknagg"]


@pytest.mark.parametrize("word", ["elefant", "zzzzzzzzzz", "مرحبا", "x" * 4000, "ab", "u", ""])
def test_what_is_like_nothing_is_read_as_nothing(word: str, read) -> None:
    assert read(word) == []


def test_short_words_are_allowed_one_slip_only(read) -> None:
    assert read("bokk") == ["bok"]
    assert read("bxkk") == []


def test_the_commoner_word_is_likelier() -> None:
    found = dict(typos(bildet=2, bilder=200).expand("bildex"))
    assert found[1] > found[0] > 0


def test_the_word_with_the_same_first_letter_is_likelier() -> None:
    found = dict(typos(hoster=5, poster=5).expand("hpster"))
    assert found[0] > found.get(1, 0.0)


@given(st.lists(words, unique=True, max_size=30), words)
def test_meanings_are_few_and_share_what_the_typed_word_leaves(vocabulary: list[str], word: str) -> None:
    found = Typos(vocabulary, np.arange(1, len(vocabulary) + 1, dtype=np.int64)).expand(word)
    assert len(found) <= MEANINGS
    assert len({place for place, _ in found}) == len(found)
    assert all(0 <= place < len(vocabulary) and weight > 0 for place, weight in found)
    assert not found or math.isclose(sum(weight for _, weight in found), 1 - KEPT)


@given(words, st.integers(0, 11), st.sampled_from(EDITS))
def test_one_edit_changes_two_bits_of_a_signature_at_most(word: str, at: int, edit: Callable[[str, int], str]) -> None:
    assume(0 < at < len(word))
    assert (signature(word) ^ signature(edit(word, at))).bit_count() <= 2
