"""A head for labels with few ways of asking: what people taught is found, though 6 ways are outvoted by 270.

A separator that saw six ways knows six wordings. What all the other separators say of a question is another thing to
go by: a question for a new entry resembles the ways of asking for it in *which* known entries it half resembles, also
where they share no word, and in another language. So such a label's score is raised by a ridge regression over the
well-known labels' scores, centred and of length 1, and by a fixed offset that makes up for being few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FEW = 60  # ways of asking in all languages, below which a label is one of these
SAMPLE = 24  # ways of each label that the head is fitted on
SHARE = 1.5  # of the head in the score
OFFSET = 0.25
RIDGE = 0.3
LEAST = 10  # well-known labels, without which a profile says nothing


@dataclass(frozen=True)
class Few:
    """``few`` and ``well``: places among the model's labels; ``weights``: well × few."""

    few: Ints
    well: Ints
    weights: Floats

    def raised(self, scores: Floats) -> Floats:
        """The labels' scores with the few ones' raised."""
        found = scores.copy()
        found[self.few] += OFFSET + SHARE * (_profiles(scores[self.well]) @ self.weights)
        return found


def few_labels(owners: Sequence[str]) -> frozenset[str]:
    """Labels that have few ways of asking, given whose each way is."""
    return frozenset(label for label, count in Counter(owners).items() if count < FEW)


def sampled(owners: Sequence[str]) -> list[int]:
    """Places of the ways that the head is fitted on, the same in every run."""
    draws = np.random.default_rng(0)
    places: dict[str, list[int]] = {}
    for place, owner in enumerate(owners):
        places.setdefault(owner, []).append(place)
    return [int(place) for each in places.values() for place in draws.permutation(each)[:SAMPLE]]


def few_head(labels: Sequence[str], few: frozenset[str], scores: Floats, owners: Sequence[str]) -> Few | None:
    """The head for ``few`` labels; None where there are none, or too little is well known.

    ``scores``: of some ways of asking (rows) for each of ``labels``; ``owners``: whose each is.
    """
    place = {label: number for number, label in enumerate(labels)}
    rare = np.array([place[label] for label in labels if label in few], np.int64)
    well = np.array([place[label] for label in labels if label not in few], np.int64)
    if not len(rare) or len(well) < LEAST:
        return None
    profiles = _profiles(scores[:, well]).astype(np.float64)
    whose = np.array([place[owner] for owner in owners])
    weights = np.empty((len(well), len(rare)), np.float32)
    for column, label in enumerate(rare.tolist()):
        mine = whose == label
        balance = np.where(mine, np.sqrt((~mine).sum() / max(mine.sum(), 1)), 1.0)[:, None]
        square = (profiles * balance).T @ profiles + RIDGE * np.eye(len(well))
        weights[:, column] = np.linalg.solve(square, (profiles * balance).T @ mine)
    return Few(rare, well, weights)


def _profiles(scores: Floats) -> Floats:
    centred = scores - scores.mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=-1, keepdims=True), 1e-9), np.float32)
