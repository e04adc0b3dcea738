"""Folding and splitting: what people type differently and mean alike meets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.text import MAX_CHARACTERS, grams, tokens

anything = st.text(st.characters())  # lone surrogates too


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BØKER", "bøker"),
        ("boker", "bøker"),
        ("bo\u0308cker", "böcker"),
        ("på", "pa"),
        ("idé", "ide"),
        ("ﬁlm", "film"),
        ("１２", "12"),
    ],
    ids=["capitals", "no-nordic-letters", "decomposed", "ring", "accent", "ligature", "full-width"],
)
def test_spellings_of_one_word_meet(typed: str, meant: str) -> None:
    assert tokens(typed) == tokens(meant)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hva, når – og hvorfor?!", ["hva", "nar", "og", "hvorfor"]),
        ("#oslomet @kari kari@oslomet.no", ["oslomet", "kari", "kari", "oslomet", "no"]),
        ("snake_case", ["snake", "case"]),
        ("e-post", ["e", "post"]),
        ("kl. 12:30", ["kl", "12", "30"]),
        ("😀👍🏽 \x00\ud800\u202e", []),
        ("", []),
    ],
)
def test_words_are_letters_and_digits_alone(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@given(anything)
def test_tokens_are_words_that_fold_no_further(text: str) -> None:
    found = tokens(text)
    assert all(token.isalnum() for token in found)
    assert [folded for token in found for folded in tokens(token)] == found


def test_a_long_story_is_read_up_to_its_limit() -> None:
    told = "a " * MAX_CHARACTERS + "end"
    assert tokens(told) == ["a"] * (MAX_CHARACTERS // 2)


def test_grams_are_threes_and_fours_between_the_boundaries() -> None:
    assert grams("post") == ["<po", "pos", "ost", "st>", "<pos", "post", "ost>"]
    assert grams("a") == ["<a>"]


@given(st.text("abcåø", min_size=1, max_size=20), st.integers(1, 4), st.integers(0, 3))
def test_every_gram_is_a_part_of_the_word_and_none_is_left_out(word: str, shortest: int, more: int) -> None:
    edged = f"<{word}>"
    found = grams(word, shortest, shortest + more)
    sizes = range(shortest, shortest + more + 1)
    assert sorted(found) == sorted(
        edged[i:j] for i in range(len(edged)) for j in range(i, len(edged) + 1) if j - i in sizes
    )
