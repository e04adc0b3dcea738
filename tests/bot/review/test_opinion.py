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
from bot.review.opinion import Labelled, Lessons, View, learn
from bot.review.opinion.judging import ASKED, read
from bot.review.opinion.stored import from_arrays, to_arrays
from bot.review.opinion.training import LOST, NEEDLESS, thresholds

POSTS = ("The library opens at nine on Monday.", "Kurset i strikking starter på torsdag.", "Vi söker en ny kollega.")
SECRETS = ("Nobody outside knows it yet, but we close in May.", "The board told us to keep quiet, so here it is.")


def lessons(count: int = 2) -> Lessons:
    """As many authors, each with six secrets and six posts, a little different."""

    def by(author: int) -> tuple[Labelled, ...]:
        numbers = ["one", "two", "three"]
        secret = [f"{text} {author} {number}" for number in numbers for text in SECRETS]
        plain = [f"{text} {author} {number}" for number in numbers[:2] for text in POSTS]
        return (
            *(
                Labelled(language=Language.EN, theme="confidential", rules=("confidential",), text=text)
                for text in secret
            ),
            *(Labelled(language=Language.EN, text=text) for text in plain),
        )

    return Lessons(tuple(by(author) for author in range(count)))


def test_it_learns_what_to_ask_about_and_abstains_elsewhere() -> None:
    opinion = learn(lessons())
    view = opinion.of("The board told us to keep quiet, but we close in May.")
    assert view.themes[0] == "confidential"
    assert not view.quiet
    assert opinion.of("The library opens at nine on Thursday.").themes == ()
    assert opinion.of("👩‍👩‍👧").themes == ()


def test_what_sounds_harmless_is_quiet_unless_it_is_too_short_to_tell() -> None:
    opinion = learn(lessons())
    assert opinion.of("The library opens at nine on Monday. " * 3).quiet
    assert not opinion.of("The library opens at nine on Monday.").quiet


def test_a_draft_is_asked_about_two_themes_at_most() -> None:
    opinion = replace(learn(lessons()), least=-9.0)
    assert len(opinion.of(SECRETS[0]).themes) == ASKED


def test_hashtags_are_not_judged() -> None:
    assert read("Nobody #outside knows #oslomet") == ["nobody", "knows"]


def test_without_examples_there_is_no_opinion() -> None:
    assert learn(Lessons()).of("Anything at all") == View()


def test_one_author_alone_teaches_too() -> None:
    assert learn(lessons(1)).of("The board told us to keep quiet, but we close in May.").themes[0] == "confidential"


def test_a_long_draft_is_judged_by_its_stretches() -> None:
    opinion = learn(lessons())
    filler = "The library opens at nine on Monday. " * 60
    assert opinion.of(filler) == View(quiet=True)
    assert opinion.of(f"{filler}{' '.join(12 * SECRETS)} {filler}").themes[0] == "confidential"


def test_thresholds_keep_what_they_may_cost() -> None:
    doubt = np.linspace(0.0, 1.0, 200).astype(np.float32)
    wrong = np.arange(200) % 2 == 1
    least, quiet = thresholds(doubt, wrong)
    assert (doubt[~wrong] >= least).mean() == pytest.approx(NEEDLESS, abs=0.02)
    assert (doubt[wrong] < quiet).mean() == pytest.approx(LOST, abs=0.02)
    assert quiet <= least


@pytest.mark.parametrize("wrong", [True, False])
def test_drafts_of_one_kind_alone_set_no_threshold(wrong: bool) -> None:
    assert thresholds(np.zeros(9, np.float32), np.full(9, wrong)) == (np.inf, -np.inf)


def test_arrays_hold_all_of_it() -> None:
    opinion = learn(lessons())
    again = from_arrays(to_arrays(opinion))
    for text in (*POSTS, *SECRETS):
        np.testing.assert_array_equal(opinion.scores(read(text)), again.scores(read(text)))
        assert again.of(text) == opinion.of(text)


def test_it_is_kept_on_disk_and_learnt_anew_when_the_drafts_change(tmp_path: Path) -> None:
    form = load_opinion(tmp_path)
    first = form(lessons())
    assert len(list(tmp_path.glob("opinion-*.npz"))) == 1
    np.testing.assert_array_equal(form(lessons()).weights, first.weights)
    form(lessons(1))
    assert len(list(tmp_path.glob("opinion-*.npz"))) == 2


def test_it_asks_and_changes_no_finding_and_no_verdict(rules: Rulebook, oslomet: Organisation) -> None:
    mute = replace(rules, opinion=learn(Lessons()))
    sure = replace(rules, opinion=replace(rules.opinion, least=-9.0))
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
    assert rules.opinion.of(text).themes == ()
