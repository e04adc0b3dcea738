"""Scores for variants by models that never saw them: the calibration's material where there are no golden questions.

Every round leaves out two things at once. Some *variants* of each label, scored as questions with a known answer; and
some *labels* whole, scored as questions that nothing answers. So no out-of-scope example is ever needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.confidence import Known
from bot.matching.model import build

ROUNDS = 8
OUTSIDE = 0.1  # the share of questions that nothing answers, as assumed where nothing tells it


@dataclass(frozen=True)
class Held:
    """Scores of one variant by a model without it. ``label`` is −1 where its whole label was left out."""

    variant: int
    label: int
    scores: NDArray[np.float64]  # by label; −inf for labels that the model did not have


def crossfit(texts: Sequence[str], labels: Sequence[str], rounds: int = ROUNDS, seed: int = 0) -> Iterator[Held]:
    """Each variant once in scope, and once out of scope with its whole label, over ``rounds`` models."""
    random = np.random.default_rng(seed)
    names = list(dict.fromkeys(labels))
    place = {name: number for number, name in enumerate(names)}
    truth = np.array([place[label] for label in labels])
    rounds = min(rounds, len(names), len(texts))
    without = np.array_split(random.permutation(len(names)), rounds)  # labels left out, by round
    part = _parts(truth, rounds, random)
    for number in range(rounds):
        absent = np.isin(truth, without[number])
        held = ~absent & (part == number)
        rest = np.flatnonzero(~absent & ~held).tolist()
        if not rest:
            continue
        model = build([texts[i] for i in rest], [labels[i] for i in rest])
        columns = np.array([place[name] for name in model.labels])
        for variant in np.flatnonzero(held | absent).tolist():
            scores = np.full(len(names), -np.inf)
            scores[columns] = model.scores(texts[variant]).labels
            yield Held(variant, -1 if absent[variant] else int(truth[variant]), scores)


def as_known(held: Sequence[Held], outside: float = OUTSIDE) -> list[Known]:
    """Weighted so that questions out of scope are the share ``outside`` of all."""
    inside = sum(item.label >= 0 for item in held)
    beyond = len(held) - inside
    weight = inside / beyond * outside / (1 - outside) if beyond else 0.0
    return [
        Known(item.scores, (item.label,)) if item.label >= 0 else Known(item.scores, (), weight=weight) for item in held
    ]


def _parts(truth: NDArray[np.int64], rounds: int, random: np.random.Generator) -> NDArray[np.int64]:
    """A round for each variant, spread evenly within its label."""
    parts = np.empty(len(truth), np.int64)
    for label in np.unique(truth):
        members = random.permutation(np.flatnonzero(truth == label))
        parts[members] = (np.arange(len(members)) + random.integers(rounds)) % rounds
    return parts
