"""Scores for variants by models that never saw them: the calibration's material where there are no golden questions.

Some *variants* of each label are left out and scored as questions with a known answer, by a model that knows all
labels; some *labels* are left out whole, and their variants scored as questions that nothing answers. So no
out-of-scope example is ever needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.matching.confidence import Known
from bot.matching.model import build

ROUNDS = 8
ENOUGH = 15_000  # variants scored of each kind; of more than that only some rounds are run
OUTSIDE = 0.1  # the share of questions that nothing answers, as assumed where nothing tells it

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Held:
    """Scores of one variant by a model without it. ``label`` is −1 where its whole label was left out."""

    variant: int
    label: int
    scores: NDArray[np.float32]  # by label; −inf for labels that the model did not have


def crossfit(texts: Sequence[str], labels: Sequence[str], rounds: int = ROUNDS, seed: int = 0) -> Iterator[Held]:
    """Each variant once in scope, and once out of scope with its whole label, over twice ``rounds`` models."""
    random = np.random.default_rng(seed)
    names = {name: number for number, name in enumerate(dict.fromkeys(labels))}
    truth = np.array([names[label] for label in labels])
    parts = _parts(truth, rounds, random)
    strange = (random.permutation(len(names)) % min(rounds, len(names)))[truth]
    enough = -(-ENOUGH * rounds // len(texts))  # rounds
    inside = ((parts == number, True) for number in range(rounds)[:enough])
    outside = ((strange == number, False) for number in range(min(rounds, len(names)))[:enough])
    for held, known in chain(inside, outside):
        yield from _scored(texts, labels, names, np.asarray(held), known)


def _scored(
    texts: Sequence[str], labels: Sequence[str], names: dict[str, int], held: Flags, known: bool
) -> Iterator[Held]:
    rest = np.flatnonzero(~held).tolist()
    if not rest:
        return
    model = build([texts[place] for place in rest], [labels[place] for place in rest])
    columns = np.array([names[name] for name in model.labels])
    for variant in np.flatnonzero(held).tolist():
        scores = np.full(len(names), -np.inf, np.float32)
        scores[columns] = model.scores(texts[variant]).labels
        label = names[labels[variant]]
        yield Held(variant, label if known and label in columns else -1, scores)  # a label's only variant: unknown too


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
