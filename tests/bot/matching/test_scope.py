"""What a question sounds like to separators over questions by people who never read the knowledge."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from bot.knowledge import Calibrating, KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.matching.ranking import is_entry
from bot.matching.scope import Scope, Sounds, folds, train_scope
from bot.matching.stored import from_arrays, to_arrays


@pytest.fixture(scope="module")
def scope(matcher: Matcher) -> Scope:
    assert matcher.scope is not None
    return matcher.scope


def asked(author: str, number: int) -> Calibrating:
    return Calibrating(author=author, org="oslomet", language=Language.NB, text=f"{author} {number}", kind="near")


def test_an_author_is_judged_as_one() -> None:
    questions = [asked(author, number) for number in range(7) for author in ("a", "b", "c", "d", "e")]
    group = folds(questions)
    for author in "abcde":
        assert (
            len({int(each) for each, question in zip(group, questions, strict=True) if question.author == author}) == 1
        )
    assert max(np.bincount(group)) <= 14


def test_without_two_authors_nothing_is_learnt(knowledge: KnowledgeBase) -> None:
    one = knowledge.model_copy(update={"calibration": tuple(asked("a", number) for number in range(9))})
    assert train_scope(one, ["x"], np.zeros((9, 1), np.float32)) is None


def test_who_never_saw_an_author_still_hears_whether_a_handbook_is_asked(
    scope: Scope, knowledge: KnowledgeBase
) -> None:
    """For a question that one answers, this is higher than for one that none does, nine times in ten."""
    inside = np.array([bool(question.sections) for question in knowledge.calibration])
    heard = scope.held[:, -1]
    higher = np.searchsorted(np.sort(heard[~inside]), heard[inside]) / (~inside).sum()
    assert higher.mean() > 0.9


def test_the_section_that_answers_is_among_the_likeliest(scope: Scope, knowledge: KnowledgeBase) -> None:
    found = []
    for number, question in enumerate(knowledge.calibration):
        if question.sections:
            likeliest = np.argsort(-scope.heard(number).sections)[:3]
            found.append(any(scope.sections[place] in question.sections for place in likeliest))
    assert np.mean(found) > 0.9


def test_what_sounds_like_a_section_raises_its_entries(
    matcher: Matcher, scope: Scope, knowledge: KnowledgeBase
) -> None:
    assert matcher.raising is not None
    sections = np.full(len(scope.sections), -1.0, np.float32)
    sections[scope.sections.index("oslomet/hashtag")] = 1.0
    raised = matcher.raising.of(Sounds(sections, 1.0))
    assert raised[matcher.place["hashtag"]] == 1.0
    assert raised[matcher.place["copyright"]] == -1.0
    assert raised[matcher.place["handoff/press"]] < -1.0


def test_what_belongs_to_a_person_gains_where_no_handbook_is_asked(matcher: Matcher, scope: Scope) -> None:
    assert matcher.raising is not None
    raised = matcher.raising.of(Sounds(np.full(len(scope.sections), -1.0, np.float32), -1.2))
    assert raised[matcher.place["handoff/press"]] > raised[[is_entry(label) for label in matcher.model.labels]].max()


def test_a_label_that_is_gone_counts_for_nothing(matcher: Matcher) -> None:
    assert matcher.raising is not None
    less = replace(
        matcher.raising, profile=np.where(np.arange(len(matcher.raising.profile)) == 3, -1, matcher.raising.profile)
    )
    labels = np.arange(len(matcher.model.labels), dtype=np.float32)
    assert less.scores(labels)[3] == labels.mean()


def test_kept_and_read_again_it_hears_the_same(matcher: Matcher) -> None:
    file = io.BytesIO()
    np.savez(file, **to_arrays(matcher))
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        again = from_arrays({name: arrays[name] for name in arrays.files})
    for text in ("kven skal eg sende saka til", "made a typo in yesterday's post", "når åpner kantina", "", "🙂"):
        assert again.rank(text, "oslomet") == matcher.rank(text, "oslomet")


def test_the_longest_question_is_heard_in_time(matcher: Matcher) -> None:
    assert matcher.rank("hva skal jeg svare " * 5000, "oslomet").candidates
