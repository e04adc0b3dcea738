"""Probabilities that mean what they say, and a threshold that keeps its promise on questions it has not seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from bot.matching.confidence import LEAST, PROMISE, Calibration, Known, calibrate, settled, threshold

NEVER = 1.01
score = st.floats(-50, 50) | st.just(-np.inf)


def questions(count: int, seed: int, labels: int = 6) -> list[Known]:
    """Questions whose truth is drawn as the model assumes: by exp(4·score), or none of these by exp(1)."""
    random = np.random.default_rng(seed)
    scores = random.normal(-0.5, 0.3, (count, labels))
    scores[np.arange(count), random.integers(labels, size=count)] += random.uniform(0, 2.5, count)
    chances = np.cumsum(np.hstack([np.exp(4 * scores), np.full((count, 1), np.exp(1.0))]), axis=1)
    truth = (chances < chances[:, -1:] * random.random((count, 1))).sum(axis=1)
    return [Known(row, (int(label),) if label < labels else ()) for row, label in zip(scores, truth, strict=True)]


def told(calibration: Calibration, known: list[Known]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The best label's probability for each question, and whether it was right."""
    found = calibration.probabilities(np.array([item.scores for item in known]))
    right = np.array([best in item.right for best, item in zip(found.argmax(axis=1), known, strict=True)])
    return found.max(axis=1), right


@given(arrays(np.float64, st.integers(1, 8), elements=score), st.floats(0.1, 30), st.floats(-30, 30))
def test_probabilities_leave_a_share_for_none_of_these(
    scores: NDArray[np.float64], slope: float, reject: float
) -> None:
    found = Calibration(slope, reject, 1.0).probabilities(scores)
    assert ((found >= 0) & (found <= 1)).all()
    assert found.sum() <= 1 + 1e-9
    assert not found[np.isneginf(scores)].any()
    by_score = found[np.argsort(scores)]
    assert (np.diff(by_score) >= 0).all()


def test_many_questions_at_once_are_as_one_by_one() -> None:
    scores = np.array([item.scores for item in questions(20, seed=1)])
    calibration = Calibration(4.0, 1.0, 1.0)
    assert np.allclose(calibration.probabilities(scores), [calibration.probabilities(row) for row in scores])


def test_of_what_is_told_at_seventy_percent_about_seventy_percent_are_right() -> None:
    calibration = calibrate(questions(4000, seed=2), range(6))
    confidence, right = told(calibration, questions(20_000, seed=3))
    for low in (0.3, 0.5, 0.7, 0.9):
        inside = (confidence >= low) & (confidence < low + 0.1)
        assert inside.sum() > 100
        assert confidence[inside].mean() == pytest.approx(right[inside].mean(), abs=0.04)


@pytest.mark.parametrize("promise", [0.02, PROMISE, 0.1])
def test_the_promise_holds_on_questions_that_it_was_not_made_on(promise: float) -> None:
    shares = []
    for seed in range(6):
        calibration = calibrate(questions(800, seed=seed), range(6), promise)
        confidence, right = told(calibration, questions(4000, seed=100 + seed))
        answered = confidence >= calibration.answer_at
        assert answered.any()
        shares.append(1 - right[answered].mean())
    assert np.mean(shares) <= promise
    assert sum(share <= promise for share in shares) >= 4  # four times in five, and six draws vary


def test_a_stricter_promise_answers_less() -> None:
    known = questions(1000, seed=5)
    strict, loose = (calibrate(known, range(6), promise).answer_at for promise in (0.01, 0.1))
    assert strict > loose >= LEAST


def test_a_near_answer_is_not_a_wrong_one() -> None:
    known = questions(400, seed=6)
    kind = [Known(item.scores, item.right, near=range(6)) for item in known]
    assert calibrate(kind, range(6)).answer_at < calibrate(known, range(6)).answer_at


def test_only_what_may_be_answered_at_once_counts_for_the_promise() -> None:
    random = np.random.default_rng(8)
    sure = [Known(np.array([2.0 + noise, -1.0]), (0,)) for noise in random.random(200)]
    mistaken = [Known(np.array([-1.0, 2.0 + noise]), (0,)) for noise in random.random(50)]
    assert calibrate([*sure, *mistaken], [0]).answer_at <= 1
    assert calibrate([*sure, *mistaken], [0, 1]).answer_at == NEVER


def test_the_mean_of_many_thresholds_depends_less_on_which_questions_were_asked() -> None:
    found = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        confidence = random.random(500)
        correct = random.random(500) < np.minimum(confidence + 0.3, 1)
        found.append([find(confidence, correct, np.ones(500), PROMISE) for find in (threshold, settled)])
    single, mean = np.std(found, axis=0)
    assert mean < 0.9 * single


def test_questions_of_one_confidence_are_answered_all_or_none() -> None:
    confidence, correct = np.full(200, 0.9), np.arange(200) < 100
    assert threshold(confidence, correct, np.ones(200), PROMISE) == NEVER


def test_where_everything_is_right_little_is_asked_of_the_confidence() -> None:
    confidence = np.linspace(1, 0, 1000)
    at = threshold(confidence, np.ones(1000, np.bool_), np.ones(1000), PROMISE)
    assert at == pytest.approx(LEAST, abs=0.01)


def test_a_guess_is_never_answered_whatever_was_right_before() -> None:
    confidence = np.full(1000, LEAST - 0.01)
    assert threshold(confidence, np.ones(1000, np.bool_), np.ones(1000), PROMISE) == NEVER


def test_nothing_is_answered_where_nothing_keeps_the_promise() -> None:
    confidence = np.linspace(1, 0.5, 500)
    assert threshold(confidence, np.zeros(500, np.bool_), np.ones(500), PROMISE) == NEVER
    assert threshold(np.zeros(0), np.zeros(0, np.bool_), np.zeros(0), PROMISE) == NEVER


def test_a_handful_that_went_well_promises_nothing() -> None:
    def at(count: int) -> float:
        return threshold(np.full(count, 0.99), np.ones(count, np.bool_), np.ones(count), PROMISE)

    assert at(10) == NEVER
    assert at(200) == 0.99


@given(st.data())
def test_the_threshold_keeps_the_promise_on_what_it_was_made_from(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 400))
    random = np.random.default_rng(data.draw(st.integers(0, 1000)))
    confidence = random.permutation(size) / size
    correct = random.random(size) < np.minimum(confidence + 0.45, 1)
    weights = random.random(size) + 0.1
    answered = confidence >= threshold(confidence, correct, weights, PROMISE)
    wrong = weights[answered & ~correct].sum()
    assert wrong <= PROMISE * weights[answered].sum() + 1e-9
