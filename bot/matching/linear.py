"""A linear support vector machine: one separator for each label, squared hinge loss, by Newton's method.

Chapelle (2007), "Training a support vector machine in the primal". Each Newton step is solved by a few conjugate
gradients; all labels share the sparse products, so that 19,000 variants of 80 entries take about a second and need
no compiled code of ours. Cutting the optimisation short costs little accuracy and is a mild regularisation.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]

BIAS = 0.3  # the value of the constant column: a large one would drown the others in the first steps
TINY = 1e-20


@dataclass(frozen=True)
class Training:
    """How the separators are found."""

    cost: float = 0.5  # of a variant on the wrong side, against the separator's size
    bias: float | None = None  # of every label; None: each label's own, as is best for it
    own: float = 10.0  # how much more an entry's own variants cost than the many others
    gradients: tuple[int, ...] = (2, 3, 4, 5)  # conjugate ones, in each of Newton's steps
    room: int = 2_000_000  # numbers, about, in each pair of arrays that a block of labels needs: bounds the memory
    threads: int = 2


def train(rows: sparse.csr_array, labels: NDArray[np.bool_], how: Training) -> Floats:
    """Weights, columns + 1 × labels; the last row is the bias.

    ``rows``: variants × columns, float32. ``labels``: variants × labels, true where the variant belongs to the label.
    """
    return train_columns(sparse.csr_array(rows.T.tocsr()), labels, how)


def train_columns(columns: sparse.csr_array, labels: NDArray[np.bool_], how: Training) -> Floats:
    """The same, given columns × variants: who has no other use for the rows can let them go."""
    weights = np.empty((columns.shape[0] + 1, labels.shape[1]), np.float32)
    block = max(1, how.room // sum(columns.shape))
    rounds = -(-labels.shape[1] // (block * how.threads))
    count = min(labels.shape[1], max(1, rounds) * how.threads)  # whole rounds keep all threads busy to the end
    edges = np.linspace(0, labels.shape[1], count + 1).astype(int)

    def fill(span: tuple[int, int]) -> None:
        weights[:, slice(*span)] = _separators(columns, labels[:, slice(*span)], how)

    with ThreadPoolExecutor(how.threads) as pool:
        list(pool.map(fill, pairwise(edges.tolist())))
    return weights


def _separators(columns: sparse.csr_array, labels: NDArray[np.bool_], how: Training) -> Floats:
    """The weights of a block of labels.

    While they are found, they are kept as what each variant adds to them: there are fewer variants than columns.
    """
    by_variant = columns.T  # the same memory; products with it read the long side once, in order
    target = np.where(labels, np.float32(1), np.float32(-1))
    cost = np.where(labels, np.float32(2 * how.cost * how.own), np.float32(2 * how.cost))
    bias = np.asarray(_dots(cost, target) / cost.sum(axis=0))  # the best without any column
    level_share = np.float32(BIAS if how.bias is None else 0)
    if how.bias is not None:
        bias = np.full_like(bias, how.bias)
    added = np.zeros(labels.shape, np.float32)
    scores = np.broadcast_to(bias, labels.shape).copy()
    for gradients in how.gradients:
        active = np.where(target * scores < 1, cost, np.float32(0))
        residual = active * (target - scores) - added
        direction = np.zeros(labels.shape, np.float32)
        way, level = np.zeros((columns.shape[0], labels.shape[1]), np.float32), np.zeros(labels.shape[1], np.float32)
        size = steep = np.ones(labels.shape[1], np.float32)
        for gradient in range(gradients):
            slope, tilt = columns @ residual, level_share * residual.sum(axis=0)
            before, size = size, _dots(slope, slope) + tilt**2
            share = size / np.maximum(before, TINY) if gradient else np.float32(0)
            way, level, direction = way * share + slope, level * share + tilt, direction * share + residual
            steep = size + share**2 * steep  # a slope is at right angles to the way before it
            moved = by_variant @ way + level_share * level
            curved = active * moved
            length = size / np.maximum(steep + _dots(moved, curved), TINY)
            added += length * direction
            scores += length * moved
            residual -= length * (curved + direction)
    return np.vstack([columns @ added, level_share**2 * added.sum(axis=0) + bias])


def _dots(one: Floats, other: Floats) -> Floats:
    """The product of each column with the same column of the other."""
    return np.asarray(np.einsum("ij,ij->j", one, other))
