"""The second opinion: it asks where rules have no words, stays quiet elsewhere, and never finds anything itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adapters.app.modelcache import load_opinion
from bot.knowledge import Organisation
from bot.language import Language
from bot.review import Rulebook, review
from bot.review.opinion import Labelled, Opinion, learn
from bot.review.opinion.stored import from_arrays, to_arrays
from bot.review.opinion.training import FEWEST, worth_asking

POSTS = ("The library opens at nine on Monday.", "Kurset i strikking starter på torsdag.", "Vi söker en ny kollega.")
SECRETS = ("Nobody outside knows it yet, but we close in May.", "The board told us to keep quiet, so here it is.")


def labelled() -> tuple[Labelled, ...]:
    """Twelve secrets and twelve posts, each a little different."""
    secret = [f"{text} {number}" for number in ["one", "two", "three", "four", "five", "six"] for text in SECRETS]
    plain = [f"{text} {number}" for number in ["one", "two", "three", "four"] for text in POSTS]
    return (
        *(Labelled(language=Language.EN, theme="confidential", rules=("confidential",), text=text) for text in secret),
        *(Labelled(language=Language.EN, text=text) for text in plain),
    )


def test_it_learns_what_to_ask_about_and_abstains_elsewhere() -> None:
    opinion = learn(labelled())
    assert opinion.of("The board told us to keep quiet, but we close in May.") == ("confidential",)
    assert opinion.of("The library opens on Thursday.") == ()
    assert opinion.of("👩‍👩‍👧") == ()


def test_a_theme_that_nothing_teaches_is_never_asked_about() -> None:
    opinion = learn(labelled())
    assert [theme for theme, least in zip(opinion.themes, opinion.least, strict=True) if np.isfinite(least)] == [
        "confidential"
    ]


def test_without_examples_there_is_no_opinion() -> None:
    assert learn(()).of("Anything at all") == ()


def test_a_long_draft_is_judged_by_its_stretches() -> None:
    opinion = learn(labelled())
    filler = "The library opens at nine on Monday. " * 60
    assert opinion.of(filler) == ()
    assert opinion.of(f"{filler}{' '.join(12 * SECRETS)} {filler}") == ("confidential",)


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (5 * [True] + 5 * [False], 0.6),  # just above the first needless one
        (10 * [False], float("inf")),
        ((FEWEST - 1) * [True] + 20 * [False], float("inf")),  # too few to tell from chance
    ],
    ids=["where the fitting ones end", "none fits", "too few"],
)
def test_the_threshold_is_where_asking_pays_most(right: list[bool], expected: float) -> None:
    scores = np.linspace(1.0, 0.1, len(right)).astype(np.float32)
    found = worth_asking(scores, np.array(right))
    assert found == pytest.approx(expected)


def test_arrays_hold_all_of_it() -> None:
    opinion = learn(labelled())
    again = from_arrays(to_arrays(opinion))
    for text in (*POSTS, *SECRETS):
        np.testing.assert_array_equal(opinion.scores(text), again.scores(text))
    assert again.of(SECRETS[0]) == opinion.of(SECRETS[0]) == ("confidential",)


def test_it_is_kept_on_disk_and_learnt_anew_when_the_drafts_change(tmp_path: Path) -> None:
    form = load_opinion(tmp_path)
    first = form(labelled(), ())
    assert len(list(tmp_path.glob("opinion-*.npz"))) == 1
    np.testing.assert_array_equal(form(labelled(), ()).weights, first.weights)
    form(labelled()[1:], ())
    assert len(list(tmp_path.glob("opinion-*.npz"))) == 2


def test_it_asks_and_changes_no_finding_and_no_verdict(rules: Rulebook, oslomet: Organisation) -> None:
    mute = replace(rules, opinion=Opinion((), rules.opinion.columns, rules.opinion.weights[:, :0], np.zeros(0)))
    sure = replace(rules, opinion=replace(rules.opinion, least=np.full(len(rules.opinion.themes), -9, np.float32)))
    draft = "Kurset i strikking starter på torsdag. Hva vil du lage? #oslomet"
    with_it, without = (review(draft, organisation=oslomet, rules=book) for book in (sure, mute))
    assert (with_it.verdict, with_it.findings) == (without.verdict, without.findings)
    assert not without.questions
    assert 1 <= len(with_it.questions) <= 3
    assert len({asking.rule for asking in with_it.questions}) == len(with_it.questions)


def test_every_theme_has_a_question_to_put(rules: Rulebook) -> None:
    assert set(rules.opinion.themes) <= {each.question.about for each in rules.questions}


@pytest.mark.parametrize("text", POSTS)
def test_everyday_posts_are_left_alone(text: str, rules: Rulebook) -> None:
    assert rules.opinion.of(text) == ()
