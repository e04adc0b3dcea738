"""A linear support vector machine: one separator for each label, squared hinge loss, by Newton's method.

Chapelle (2007), "Training a support vector machine in the primal". Each Newton step is solved by a few conjugate
gradients; all labels share the sparse products, so that 16,000 variants of 80 entries take about a second and need
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


@dataclass(frozen=True)
class Training:
    """How the separators are found."""

    cost: float = 0.5  # of a variant on the wrong side, against the separator's size
    own: float = 10.0  # how much more an entry's own variants cost than the many others
    steps: int = 5  # of Newton
    gradients: int = 6  # conjugate ones, in each step
    block: int = 48  # labels trained together: bounds the memory
    threads: int = 2


def train(rows: sparse.csr_array, labels: NDArray[np.bool_], how: Training) -> Floats:
    """Weights, columns + 1 × labels; the last row is the bias.

    ``rows``: variants × columns, float32. ``labels``: variants × labels, true where the variant belongs to the label.
    """
    biased = sparse.csr_array(sparse.hstack([rows, np.ones((rows.shape[0], 1), np.float32)], format="csr"))
    columns = sparse.csr_array(biased.T.tocsr())
    weights = np.empty((biased.shape[1], labels.shape[1]), np.float32)
    rounds = -(-labels.shape[1] // (how.block * how.threads))
    count = min(labels.shape[1], max(1, rounds) * how.threads)  # whole rounds keep all threads busy to the end
    edges = np.linspace(0, labels.shape[1], count + 1).astype(int)

    def fill(span: tuple[int, int]) -> None:
        weights[:, slice(*span)] = _separators(biased, columns, labels[:, slice(*span)], how)

    with ThreadPoolExecutor(how.threads) as pool:
        list(pool.map(fill, pairwise(edges.tolist())))
    return weights


def _separators(rows: sparse.csr_array, columns: sparse.csr_array, labels: NDArray[np.bool_], how: Training) -> Floats:
    target = np.where(labels, np.float32(1), np.float32(-1))
    cost = np.where(labels, np.float32(2 * how.cost * how.own), np.float32(2 * how.cost))
    weights = np.zeros((rows.shape[1], labels.shape[1]), np.float32)
    scores = np.zeros(labels.shape, np.float32)
    for _ in range(how.steps):
        active = np.where(target * scores < 1, cost, np.float32(0))
        residual = columns @ (active * (target - scores)) - weights
        direction = residual.copy()
        size = np.einsum("ij,ij->j", residual, residual)
        for _ in range(how.gradients):
            moved = rows @ direction
            curved = direction + columns @ (active * moved)
            length = size / np.maximum(np.einsum("ij,ij->j", direction, curved), 1e-20)
            weights += length * direction
            scores += length * moved
            residual -= length * curved
            before, size = size, np.einsum("ij,ij->j", residual, residual)
            direction *= size / np.maximum(before, 1e-20)
            direction += residual
    return weights
