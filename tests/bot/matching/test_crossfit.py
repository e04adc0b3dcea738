"""Scores by models that never saw the question: honest material for the calibration."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from library_desk import LABELS, TEXTS

from bot.matching import crossfit as module
from bot.matching.crossfit import OUTSIDE, Held, as_known, crossfit
from bot.matching.model import build

NAMES = list(dict.fromkeys(LABELS))


@pytest.fixture(scope="module")
def held() -> list[Held]:
    return list(crossfit(TEXTS, LABELS))


def test_each_variant_is_asked_once_without_its_label(held: list[Held]) -> None:
    assert Counter(item.variant for item in held if item.label < 0) == dict.fromkeys(range(len(TEXTS)), 1)


def test_each_variant_is_asked_once_with_its_label_known(held: list[Held]) -> None:
    assert Counter(item.variant for item in held if item.label >= 0) == dict.fromkeys(range(len(TEXTS)), 1)


def test_a_question_in_scope_carries_its_own_label(held: list[Held]) -> None:
    assert all(NAMES[item.label] == LABELS[item.variant] for item in held if item.label >= 0)


def test_a_question_out_of_scope_is_scored_without_its_label(held: list[Held]) -> None:
    for item in held:
        own = item.scores[NAMES.index(LABELS[item.variant])]
        assert np.isfinite(own) if item.label >= 0 else np.isneginf(own)
        assert np.isfinite(item.scores).any()


def test_the_scores_are_those_of_models_that_had_not_read_the_answer() -> None:
    random = np.random.default_rng(1)
    texts = ["".join(random.choice(list("abcdefghijklmnopqrstuvwxyz"), 12)) for _ in range(80)]
    labels = [f"label-{number % 8}" for number in range(80)]
    read = build(texts, labels)
    assert [read.labels[int(read.scores(text).labels.argmax())] for text in texts] == labels
    inside = [item for item in crossfit(texts, labels) if item.label >= 0]
    right = np.mean([int(item.scores.argmax()) == item.label for item in inside])
    assert right < 0.4  # nothing to learn here: one in eight by chance


def test_what_can_be_learned_is_mostly_right_also_unseen(held: list[Held]) -> None:
    inside = [item for item in held if item.label >= 0]
    assert np.mean([int(item.scores.argmax()) == item.label for item in inside]) > 0.7


def test_the_same_seed_gives_the_same_scores(held: list[Held]) -> None:
    again = list(crossfit(TEXTS, LABELS))
    assert [(item.variant, item.label) for item in again] == [(item.variant, item.label) for item in held]
    assert all(np.array_equal(one.scores, other.scores) for one, other in zip(again, held, strict=True))


@pytest.mark.parametrize("labels", [["a", "b"], ["a", "a"], ["a", "b", "b"], ["a"] * 3 + ["b"] * 2 + ["c"]], ids=str)
def test_few_variants_or_labels_are_no_obstacle(labels: list[str]) -> None:
    texts = [f"ord{number} til alle" for number in range(len(labels))]
    for item in crossfit(texts, labels):
        assert item.scores.shape == (len(set(labels)),)
        assert not np.isnan(item.scores).any()


def test_questions_out_of_scope_weigh_the_share_that_is_assumed(held: list[Held]) -> None:
    for share in (OUTSIDE, 0.5):
        known = as_known(held, share)
        beyond = sum(item.weight for item in known if not item.right)
        assert beyond / sum(item.weight for item in known) == pytest.approx(share)


def test_without_questions_out_of_scope_all_weigh_one(held: list[Held]) -> None:
    inside = [item for item in held if item.label >= 0]
    assert {item.weight for item in as_known(inside)} == {1.0}
    assert as_known([]) == []


def test_of_very_many_variants_a_part_is_asked_of_models_that_know_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENOUGH", len(TEXTS) // 4)
    asked = list(crossfit(TEXTS, LABELS))
    inside = {item.variant for item in asked if item.label >= 0}
    assert len(TEXTS) / 5 < len(inside) < len(TEXTS) / 2
    assert {LABELS[place] for place in inside} == set(LABELS)
    assert any(item.label < 0 for item in asked)
