"""From scores to probabilities, and from a promised rate of wrong answers to the threshold that keeps it.

A label's probability is ``exp(a·score) / (Σ exp(a·scores) + exp(b))``: multinomial logistic regression on the scores
with one outcome more, *none of these*. Both figures are fitted by likelihood on questions whose truth is known and
which the scores have not seen: golden questions, or variants held out of the training (bot/matching/crossfit.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

PROMISE = 0.03  # of the questions answered at once, at most this share is wrong
CERTAINTY = 0.84  # standard deviations: four times in five the promise holds on other questions too
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
    from scipy.optimize import minimize  # noqa: PLC0415  # 0.2 s that a start with a kept model need not pay

    scores = np.array([item.scores for item in known], np.float64)
    weights = np.array([item.weight for item in known])
    right, near = np.zeros(scores.shape, np.bool_), np.zeros(scores.shape, np.bool_)
    for row, item in enumerate(known):
        right[row, list(item.right)] = True
        near[row, [*item.right, *item.near]] = True
    none = ~right.any(axis=1)

    def loss(parameters: Doubles) -> float:
        found = Calibration(float(parameters[0]), float(parameters[1]), 1.0).probabilities(scores)
        truth = np.where(none, 1 - found.sum(axis=1), (found * right).sum(axis=1))
        return float(-(weights * np.log(np.maximum(truth, 1e-9))).sum())

    slope, reject = minimize(loss, np.array([5.0, 0.0]), method="Nelder-Mead").x
    fitted = Calibration(float(slope), float(reject), 1.0, promise)
    found = fitted.probabilities(scores)
    best = found.argmax(axis=1)
    asked = np.isin(best, list(answerable))
    correct = near[np.arange(len(best)), best]
    at = threshold(found.max(axis=1)[asked], correct[asked], weights[asked], promise)
    return Calibration(float(slope), float(reject), at, promise)


def threshold(confidence: Doubles, correct: NDArray[np.bool_], weights: Doubles, promise: float) -> float:
    """The lowest confidence from which on at most ``promise`` of the weight is wrong; 1.01 where there is none.

    The share is judged by the upper end of its Wilson interval: a few hundred questions that happened to go well
    promise less than many thousands.
    """
    order = np.argsort(-confidence, kind="stable")
    answered = np.cumsum(weights[order])
    wrong = np.cumsum((weights * ~correct)[order])
    kept = np.flatnonzero(_upper(wrong / answered, answered) <= promise)
    last = np.flatnonzero(confidence[order] >= LEAST)
    kept = kept[kept <= (last[-1] if len(last) else -1)]
    return float(confidence[order][kept[-1]]) if len(kept) else 1.01


def _upper(share: Doubles, of: Doubles, z: float = CERTAINTY) -> Doubles:
    """The upper end of Wilson's interval (1927) for a share of ``of`` questions."""
    spread = z * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return np.asarray((share + z**2 / (2 * of) + spread) / (1 + z**2 / of), np.float64)
