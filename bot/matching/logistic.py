"""Logistic regression with a few columns, by Newton's method: what turns named features into a probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

STEPS = 30


def fit_logistic(columns: Doubles, truth: NDArray[np.bool_], weights: Doubles, ridge: Doubles) -> Doubles:
    """One coefficient a column. ``ridge``: how strongly each is held to 0; ``weights``: of the rows."""
    found = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        likely = probability(columns @ found)
        slope = columns.T @ (weights * (likely - truth)) + ridge * found
        curved = (columns * (weights * likely * (1 - likely))[:, None]).T @ columns + np.diag(ridge + 1e-9)
        step = np.linalg.solve(curved, slope)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    return found


def probability(log_odds: Doubles) -> Doubles:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), np.float64)
