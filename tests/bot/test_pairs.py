"""Pairs of questions in four languages: what is joined unseen is the same; what may be is offered to a person.

``pairs.yaml``: a hundred pairs that ask for the same, a hundred that do not, most of those by a single word.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.joining import OFFERED, likenesses, surely
from bot.matching.matcher import Matcher

PAIRS = Path(__file__).with_name("pairs.yaml")


def pairs(kind: str) -> list[tuple[str, str]]:
    found = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    return [(one, other) for one, other in found[kind]]


def test_there_are_two_hundred_pairs_half_of_them_different() -> None:
    assert (len(pairs("same")), len(pairs("different"))) == (100, 100)


def test_of_pairs_that_differ_by_a_word_fewer_than_one_in_a_hundred_is_joined_unseen(matcher: Matcher) -> None:
    joined = [pair for pair in pairs("different") if surely(*pair, matcher.model)]
    assert len(joined) <= 1, joined


def test_half_of_those_that_ask_for_the_same_are_at_least_offered(matcher: Matcher) -> None:
    near = [likenesses(one, [other], matcher.model)[0] for one, other in pairs("same")]
    assert sum(value >= OFFERED for value in near) >= 50
