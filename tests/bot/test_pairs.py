"""Pairs of messages by several authors: nothing that differs is joined unseen, and what is offered keeps its promise to
an author whom the judge has not met. ``python -m benchmarks pairs`` counts the same, and a queue besides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.joining import surely
from bot.knowledge import KnowledgeBase
from bot.matching.judge import Examples, examples, fit_judge
from bot.matching.logistic import probability
from bot.matching.matcher import Matcher
from bot.matching.pairs import NAMES, compare, gist
from bot.matching.stored import from_arrays, to_arrays


@pytest.fixture(scope="module")
def found(knowledge: KnowledgeBase, matcher: Matcher) -> Examples:
    return examples(matcher, knowledge.pairs)


def test_every_author_wrote_as_many_that_differ_as_that_do_not(knowledge: KnowledgeBase) -> None:
    for author in {each.author for each in knowledge.pairs}:
        same = [each.same for each in knowledge.pairs if each.author == author]
        assert len(same) >= 200
        assert sum(same) * 2 == len(same)


def test_no_pair_that_differs_is_joined_unseen(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    joined = [each for each in knowledge.pairs if not each.same and surely(each.a, each.b, matcher.model)]
    assert joined == []


@pytest.mark.parametrize("author", ["first", "second"])
def test_of_an_author_whom_the_judge_never_met_two_in_five_are_offered_and_few_that_differ(
    author: str, found: Examples
) -> None:
    own = found.authors == author
    judge = fit_judge(found.only(~own))
    assert judge is not None
    offered = probability(found.columns @ np.array(judge.weights[:-1]) + judge.weights[-1]) >= judge.offer_at
    assert offered[own & found.same].mean() >= 0.4
    assert offered[own & found.labelled & ~found.same].mean() <= 0.2
    assert offered[own & ~found.labelled].mean() <= 0.02, "messages that have nothing to do with each other"


def test_without_pairs_of_both_kinds_there_is_no_judge(found: Examples) -> None:
    assert fit_judge(found.only(found.same)) is None


def test_it_does_not_matter_which_message_came_first(matcher: Matcher) -> None:
    one = gist("Hvem svarer på Facebook i helgene? Jeg er på P35.", "oslomet", matcher)
    other = gist("Who replies to people on our page on Saturdays, not me I hope", "oslomet", matcher)
    assert compare(one, other).row() == pytest.approx(compare(other, one).row())
    assert len(compare(one, other).row()) == len(NAMES)


@pytest.mark.parametrize("text", ["", "🎉", "12", "a" * 5000, "ja " * 3000])
def test_what_says_nothing_or_far_too_much_is_compared_all_the_same(text: str, matcher: Matcher) -> None:
    odd = gist(text, "malmo", matcher)
    plain = gist("Vem svarar på Facebook?", "malmo", matcher)
    assert np.isfinite(compare(odd, plain).row()).all()
    assert np.isfinite(compare(odd, odd).row()).all()


def test_the_judge_is_kept_with_its_matcher(matcher: Matcher) -> None:
    assert matcher.judge is not None
    assert from_arrays(to_arrays(matcher)).judge == matcher.judge
    assert from_arrays(to_arrays(replace(matcher, judge=None))).judge is None
