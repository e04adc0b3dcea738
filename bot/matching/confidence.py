"""From scores to probabilities, and from a promised rate of wrong answers to the threshold that keeps it.

A label's probability is ``exp(a·score) / (Σ exp(a·scores) + exp(b))``: multinomial logistic regression on the scores
with one outcome more, *none of these*. Both figures are fitted by likelihood on questions whose truth is known and
which the scores have not seen: golden questions, or variants held out of the training (bot/matching/crossfit.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

PROMISE = 0.03  # of the questions answered at once, at most this share is wrong
CERTAINTY = 0.84  # standard deviations: four times in five the promise holds on other questions too
STEPS = 30  # of the fit, which as a rule needs six
SLOPE = 0.1  # at least: a better score never means less
BLOCK = 2048  # questions looked at together: bounds the memory
ABSENT = -1e3  # instead of −∞ for labels that a model did not have, as 0 · ∞ is nothing
TINY = 1e-9  # probability
NOWHERE = 1.01  # a threshold that no confidence reaches
DRAWS = 100
LEAST = 0.5  # never answer at once what is more likely wrong than right, whatever the rate allows


@dataclass(frozen=True)
class Calibration:
    """``answer_at``: lowest probability to answer at once; above 1 where no threshold keeps the promise."""

    slope: float
    reject: float
    answer_at: float
    promise: float = PROMISE

    def probabilities(self, scores: NDArray[np.floating]) -> Doubles:
        """Of each label (last axis), given its score; what they lack to 1 is *none of these*."""
        scaled = self.slope * np.asarray(scores, np.float64)
        top = np.maximum(scaled.max(axis=-1, keepdims=True), self.reject)
        grown = np.exp(scaled - top)
        return np.asarray(grown / (grown.sum(axis=-1, keepdims=True) + np.exp(self.reject - top)), np.float64)

    def best(self, scores: NDArray[np.floating]) -> tuple[NDArray[np.intp], Doubles]:
        """The likeliest label of each row, and its probability."""
        parts = [self.probabilities(scores[start : start + BLOCK]) for start in range(0, len(scores), BLOCK)]
        best = [part.argmax(axis=1) for part in parts]
        return np.concatenate(best), np.concatenate([part.max(axis=1) for part in parts])


@dataclass(frozen=True)
class Known:
    """A question with its scores, the labels that would be right (none: must not be answered), and its weight.

    ``near`` labels are not what was asked for, but to answer with them is not wrong: they tell of the same section.
    """

    scores: NDArray[np.floating]
    right: Collection[int]
    near: Collection[int] = ()
    weight: float = 1.0


def calibrate(known: Sequence[Known], answerable: Collection[int], promise: float = PROMISE) -> Calibration:
    """Fits the probabilities on ``known``, then the threshold that keeps ``promise`` on ``answerable`` labels."""
    if not known:
        return Calibration(5.0, 0.0, NOWHERE, promise)
    scores = np.array([item.scores for item in known], np.float32)
    weights = np.array([item.weight for item in known])
    right, near = np.zeros(scores.shape, np.bool_), np.zeros(scores.shape, np.bool_)
    for row, item in enumerate(known):
        right[row, list(item.right)] = True
        near[row, [*item.right, *item.near]] = True
    fitted = _likeliest(scores, right, weights, promise)
    best, confidence = fitted.best(scores)
    asked = np.isin(best, list(answerable))
    correct = near[np.arange(len(best)), best]
    return replace(fitted, answer_at=settled(confidence[asked], correct[asked], weights[asked], promise))


def _likeliest(scores: Floats, right: NDArray[np.bool_], weights: Doubles, promise: float) -> Calibration:
    """Slope and reject under which what is known is likeliest, by Newton's method with shortened steps."""
    found = Calibration(5.0, 0.0, NOWHERE, promise)
    loss, gradient, curvature = _likelihood(found, scores, right, weights)
    for _ in range(STEPS):
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        for shortened in (1.0, 0.5, 0.25, 0.1, 0.01):
            slope, reject = np.array([found.slope, found.reject]) - shortened * step
            tried = replace(found, slope=max(float(slope), SLOPE), reject=float(reject))
            less, gradient, curvature = _likelihood(tried, scores, right, weights)
            if less <= loss:
                break
        else:
            return found
        settled = loss - less < 1e-7 * loss
        found, loss = tried, less
        if settled:
            break
    return found


def _likelihood(
    by: Calibration, scores: Floats, right: NDArray[np.bool_], weights: Doubles
) -> tuple[float, Doubles, Doubles]:
    """Minus its logarithm, with the first and (nearly) the second derivatives by slope and reject."""
    loss, gradient, curvature = 0.0, np.zeros(2), np.zeros((2, 2))
    for start in range(0, len(scores), BLOCK):
        part = slice(start, start + BLOCK)
        found, weight, is_right = by.probabilities(scores[part]), weights[part], right[part]
        score = np.maximum(scores[part], ABSENT).astype(np.float64)
        none = 1 - found.sum(axis=1)
        open_ = ~is_right.any(axis=1)
        hit = np.maximum((found * is_right).sum(axis=1), TINY)
        mean, square = (found * score).sum(axis=1), (found * score**2).sum(axis=1)
        loss -= float(weight @ np.log(np.where(open_, np.maximum(none, TINY), hit)))
        gradient += weight @ np.stack([mean - (found * is_right * score).sum(axis=1) / hit, none - open_], axis=1)
        across = -float(weight @ (mean * none))
        curvature += [[float(weight @ (square - mean**2)), across], [across, float(weight @ (none * (1 - none)))]]
    return loss, gradient, curvature


def settled(confidence: Doubles, correct: NDArray[np.bool_], weights: Doubles, promise: float) -> float:
    """The mean of the thresholds of DRAWS samples drawn from the questions, with replacement, always the same.

    A single threshold stands beside whichever wrong answer happens to be the last that fits, so that one question more
    moves it by 0.05; the mean of many moves half as much (Breiman 1996, “Bagging predictors”).
    """
    if threshold(confidence, correct, weights, promise) == NOWHERE:
        return NOWHERE
    draws = np.random.default_rng(0)
    order = np.argsort(-confidence, kind="stable")
    confidence, correct, weights = confidence[order], correct[order], weights[order]
    equal = np.full(len(order), 1 / len(order))
    found = (
        threshold(confidence, correct, weights * draws.multinomial(len(order), equal), promise) for _ in range(DRAWS)
    )
    return float(np.mean(list(found)))


def threshold(confidence: Doubles, correct: NDArray[np.bool_], weights: Doubles, promise: float) -> float:
    """The lowest confidence from which on at most ``promise`` of the weight is wrong; 1.01 where there is none.

    The share is judged by the upper end of its Wilson interval: a few hundred questions that happened to go well
    promise less than many thousands.
    """
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    answered = np.maximum(np.cumsum(weights[order]), TINY)
    wrong = np.cumsum((weights * ~correct)[order])
    whole = np.append(falling[1:] < falling[:-1], True)[: len(falling)]  # a threshold takes equals along
    kept = np.flatnonzero(whole & (falling >= LEAST) & (_upper(wrong / answered, answered) <= promise))
    return float(falling[kept[-1]]) if len(kept) else NOWHERE


def _upper(share: Doubles, of: Doubles, z: float = CERTAINTY) -> Doubles:
    """The upper end of Wilson's interval (1927) for a share of ``of`` questions."""
    spread = z * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return np.asarray((share + z**2 / (2 * of) + spread) / (1 + z**2 / of), np.float64)
