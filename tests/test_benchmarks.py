"""The benchmarks' own parts: noise is noise, the same each time, and peers rank by their likest variant."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.__main__ import main
from benchmarks.peers import SCORERS, ranked, rapidfuzz_likeness, tfidf_likeness
from benchmarks.questions import mistyped, noisy, second_questions, staff_questions
from benchmarks.strangers import count, figures, interval, read
from benchmarks.synthetic import grown
from bot.knowledge import KnowledgeBase, Variant
from bot.language import Language
from bot.matching.matcher import Matcher

TEXTS = ("how do I share a post", "may I share your post", "who answers the press", "a journalist is calling")
LABELS = ("share", "share", "press", "press")


@given(st.text(alphabet="abcdeå ?", max_size=60), st.integers(0, 9))
def test_a_slip_touches_one_letter_of_longer_words_and_no_other_word(text: str, seed: int) -> None:
    before, after = text.split(" "), mistyped(text, 1.0, random.Random(seed)).split(" ")
    assert len(before) == len(after)
    for word, slipped in zip(before, after, strict=True):
        assert abs(len(word) - len(slipped)) <= 1
        assert len(word) > 2 or word == slipped


def test_noise_is_the_same_in_every_run_and_about_as_much_as_said() -> None:
    asked = staff_questions()
    assert noisy(asked) == noisy(asked)
    pairs = [
        pair
        for one, other in zip(asked, noisy(asked), strict=True)
        for pair in zip(one.text.split(" "), other.text.split(" "), strict=True)
        if len(pair[0]) > 2
    ]
    assert 0.15 < sum(one != other for one, other in pairs) / len(pairs) < 0.22  # a letter may be replaced by itself


def test_what_staff_questions_expect_is_there(knowledge: KnowledgeBase) -> None:
    assert {name for item in staff_questions() for name in item.expect} <= {*knowledge.topic, "none"}
    assert {item.text for item in staff_questions()}.isdisjoint(item.text for item in knowledge.golden)


def test_the_second_authors_questions_stand_in_two_halves_alike(knowledge: KnowledgeBase) -> None:
    first, second = second_questions("A"), second_questions("B")
    assert {item.text for item in first}.isdisjoint(item.text for item in second)
    assert {name for item in (*first, *second) for name in item.expect} <= {*knowledge.topic, "none"}
    for language in Language:
        assert [sum(item.language is language for item in half) for half in (first, second)] == [39, 40]


@pytest.mark.parametrize("peer", ["tfidf", *SCORERS])
def test_peers_find_what_is_alike(peer: str) -> None:
    likeness = tfidf_likeness(TEXTS) if peer == "tfidf" else rapidfuzz_likeness(peer, TEXTS)
    found = ranked(likeness, ["may I share a post", "journalist calling"], LABELS)
    assert found == [["share", "press"], ["press", "share"]]


@pytest.mark.parametrize("size", [3, 200])
def test_grown_variants_are_as_many_as_wanted_and_keep_their_labels(size: int) -> None:
    variants = [Variant(label, Language.EN, text) for text, label in zip(TEXTS, LABELS, strict=True)]
    found = grown(variants, size)
    assert len(found) == size
    assert {label for _, label in found} == set(LABELS)
    assert found == grown(variants, size)
    assert all(text for text, _ in found)


def test_a_benchmark_that_there_is_not_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "matching" in capsys.readouterr().err


def test_a_strangers_file_is_counted_by_the_sections_that_it_accepts(
    tmp_path: Path, knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    file = tmp_path / "set.tsv"
    asked = "Hvilken emneknagg skal jeg bruke når jeg poster fra OsloMet?"
    lines = [f"oslomet\tnb\t{sections}\t{asked}\t{kind}" for sections, kind in
             [("oslomet/hashtag", "in"), ("oslomet/be-kind", "in"), ("-", "near"), ("!", "urgent")]]  # fmt: skip
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    counted = count(read(file), knowledge, matcher)

    assert [item.verdict for item in counted] == ["right", "wrong", "leaked", "leaked"]
    assert figures(counted)[:5] == (4, 50.0, 50.0, 4, 75.0)


def test_a_line_of_a_strangers_file_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("oslomet\tnb\t-\tHva nå?\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"set\.tsv:1"):
        read(file)


def test_an_interval_is_wide_for_few_questions() -> None:
    assert interval(13, 100) == "7.8–21.0"
    assert interval(0, 0) == "–"
