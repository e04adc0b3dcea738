"""The separators: each label on its own side, the same whatever the machine does at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from bot.matching.linear import BIAS, Training, train

Rows = tuple[sparse.csr_array, NDArray[np.bool_]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """120 rows of 60 columns in 7 labels, each leaning to columns of its own, with noise; the last column is empty."""
    random = np.random.default_rng(7)
    truth = np.arange(120) % 7
    dense = np.where(random.random((120, 61)) < 0.1, random.random((120, 61)), 0)
    for row, label in enumerate(truth):
        dense[row, label * 8 : label * 8 + 3] += random.random(3)
    dense[:, 60] = 0
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    return sparse.csr_array(dense.astype(np.float32)), truth[:, None] == np.arange(7)


def scores(rows: sparse.csr_array, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows @ weights[:-1] + weights[-1])


def test_every_label_wins_its_own_rows(rows: Rows) -> None:
    given, labels = rows
    found = scores(given, train(given, labels, Training()))
    assert np.array_equal(found.argmax(axis=1), labels.argmax(axis=1))


def test_there_is_a_weight_for_each_column_and_label_and_a_bias(rows: Rows) -> None:
    given, labels = rows
    weights = train(given, labels, Training())
    assert weights.shape == (given.shape[1] + 1, labels.shape[1])
    assert weights.dtype == np.float32
    assert np.isfinite(weights).all()


def test_what_never_stood_in_a_row_weighs_nothing(rows: Rows) -> None:
    assert not train(*rows, Training())[60].any()


@pytest.mark.parametrize("change", [{"threads": 1}, {"threads": 3}, {"room": 1}, {"room": 400, "threads": 1}], ids=str)
def test_threads_and_blocks_change_no_more_than_rounding(rows: Rows, change: dict[str, int]) -> None:
    usual = train(*rows, Training())
    assert np.allclose(train(*rows, replace(Training(), **change)), usual, atol=5e-3)


def test_the_same_rows_give_the_same_weights(rows: Rows) -> None:
    assert np.array_equal(train(*rows, Training()), train(*rows, Training()))


def test_left_to_run_it_finds_where_the_loss_is_least(rows: Rows) -> None:
    given, labels = rows
    how = Training(cost=0.5, own=10.0, gradients=(40,) * 40)
    weights = train(given, labels, how).astype(np.float64)
    least = _loss(given, labels, weights, how)
    random = np.random.default_rng(0)
    for size in (0.1, 0.01):
        for _ in range(20):
            moved = weights + size * random.standard_normal(weights.shape)
            assert (_loss(given, labels, moved, how) > least).all()


def _loss(
    given: sparse.csr_array, labels: NDArray[np.bool_], weights: NDArray[np.float64], how: Training
) -> NDArray[np.float64]:
    """By label: half the separator's square, and each row's squared hinge at its cost.

    The bias is drawn to what is best without any column, and counted in units of BIAS.
    """
    target = np.where(labels, 1.0, -1.0)
    cost = np.where(labels, how.cost * how.own, how.cost)
    hinge = np.maximum(0, 1 - target * scores(given, weights))
    apart = (weights[-1] - (cost * target).sum(axis=0) / cost.sum(axis=0)) / BIAS
    return np.asarray(((weights[:-1] ** 2).sum(axis=0) + apart**2) / 2 + (cost * hinge**2).sum(axis=0))


def test_a_label_without_rows_never_wins(rows: Rows) -> None:
    given, labels = rows
    found = scores(given, train(given, np.hstack([labels, np.zeros((120, 1), np.bool_)]), Training()))
    assert (found[:, 7] < 0).all()


def test_the_dearer_its_own_rows_the_readier_a_label_claims_them(rows: Rows) -> None:
    given, labels = rows
    cheap, dear = (scores(given, train(given, labels, Training(cost=0.02, own=own))) for own in (1.0, 20.0))
    assert dear[labels].mean() > cheap[labels].mean()


def test_one_bias_for_all_can_be_set_and_every_label_still_wins_its_own_rows(rows: Rows) -> None:
    given, labels = rows
    weights = train(given, labels, Training(bias=-1.0))
    assert (weights[-1] == -1.0).all()
    assert np.array_equal(scores(given, weights).argmax(axis=1), labels.argmax(axis=1))
