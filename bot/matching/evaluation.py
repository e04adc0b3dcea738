"""Any labelled questions through the same matcher: what `handbok evaluate` measures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.confidence import Calibration, calibrate
from bot.matching.crossfit import Held, as_known, crossfit
from bot.matching.model import Model, build

OUT_OF_SCOPE = "__oos__"
GIVEN_UP = 0.01  # of the accuracy, for abstention: the threshold of in_scope_accuracy and oos_recall


@dataclass(frozen=True)
class Labelled:
    """A question with its label, or ``__oos__``."""

    text: str
    label: str


@dataclass(frozen=True)
class Promise:
    """At the product's own threshold, percentages."""

    answered: float  # of the in-scope lines
    wrong: float  # of those
    oos_answered: float  # of the out-of-scope lines


@dataclass(frozen=True)
class Evaluation:
    """Percentages 0–100, milliseconds, seconds. Rates over lines that the set lacks are NaN."""

    accuracy_at_1: float
    auroc: float
    in_scope_accuracy: float
    oos_recall: float
    promise: Promise
    median_ms: float
    p99_ms: float
    build_s: float
    variants: int

    def as_json(self) -> dict[str, Any]:
        """With null where there is nothing to measure."""
        flat = asdict(self)
        for part in (flat, flat["promise"]):
            part.update({key: None for key, value in part.items() if isinstance(value, float) and np.isnan(value)})
        return flat


def evaluate(train: Sequence[Labelled], test: Sequence[Labelled]) -> Evaluation:
    """Trains on ``train`` (its out-of-scope lines ignored), calibrates on it alone, and measures on ``test``."""
    variants = [item for item in train if item.label != OUT_OF_SCOPE]
    texts, labels = [item.text for item in variants], [item.label for item in variants]
    held = list(crossfit(texts, labels))
    calibration = calibrate(as_known(held), range(len(set(labels))))
    gate = _gate([item for item in held if item.label >= 0], calibration)
    del held
    started = time.perf_counter()
    model = build(texts, labels)
    built = time.perf_counter() - started
    spent, confidence, best = _asked(model, calibration, test)
    inside = np.array([item.label != OUT_OF_SCOPE for item in test])
    correct = np.array([model.labels[place] == item.label for place, item in zip(best, test, strict=True)])
    answered = confidence >= calibration.answer_at
    return Evaluation(
        accuracy_at_1=_percent(correct[inside]),
        auroc=auroc(confidence[inside], confidence[~inside]) * 100,
        in_scope_accuracy=_percent((correct & (confidence >= gate))[inside]),
        oos_recall=_percent(confidence[~inside] < gate),
        promise=Promise(
            answered=_percent(answered[inside]),
            wrong=_percent(~correct[inside & answered]),
            oos_answered=_percent(answered[~inside]),
        ),
        median_ms=float(np.median(spent)),
        p99_ms=float(np.quantile(spent, 0.99)),
        build_s=built,
        variants=len(variants),
    )


def _asked(
    model: Model, calibration: Calibration, test: Sequence[Labelled]
) -> tuple[list[float], NDArray[np.float64], list[int]]:
    """Of every question: milliseconds, the best label's probability, and its place."""
    spent, confidence, best = [], [], []
    for item in test:
        started = time.perf_counter()
        found = calibration.probabilities(model.scores(item.text).labels)
        best.append(int(found.argmax()))
        confidence.append(float(found[best[-1]]))
        spent.append((time.perf_counter() - started) * 1000)
    return spent, np.array(confidence), best


def auroc(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """The chance that a question in scope is more confident than one out of scope, 0–1; NaN where one side is empty."""
    if not len(inside) or not len(outside):
        return float("nan")
    ordered = np.sort(outside)
    below, up_to = np.searchsorted(ordered, inside), np.searchsorted(ordered, inside, side="right")
    return float((below + up_to).mean() / 2 / len(outside))  # ties count as half


def _gate(inside: Sequence[Held], calibration: Calibration) -> float:
    """The highest confidence at which the left-out variants lose at most GIVEN_UP of their accuracy."""
    if not inside:
        return 1.0
    best, confidence = calibration.best(np.array([item.scores for item in inside]))
    correct = best == np.array([item.label for item in inside])
    sure = np.sort(confidence[correct])
    return float(sure[min(int(GIVEN_UP * len(inside)), len(sure) - 1)]) if len(sure) else 1.0


def _percent(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean() * 100) if len(hits) else float("nan")
