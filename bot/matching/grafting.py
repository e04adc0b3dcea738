"""A few more variants in a fraction of the training's time, so that what was learned is known at once.

Separators do not depend on one another. Labels whose own variants changed are trained anew over all variants, and with
them the few that would else win those; all others hardly notice and stay as they are. New words get columns; how rare
the known ones are, and which pairs and n-grams have a column, stays as it was until the next training.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from scipy import sparse

from bot.knowledge import KnowledgeBase, Variant
from bot.matching.features import Features, Ints, concepts_of
from bot.matching.fitting import concept_words, fit
from bot.matching.linear import Training, train
from bot.matching.matcher import Matcher, own_bonus
from bot.matching.model import Model
from bot.matching.text import grams, tokens

RIVALS = 2  # trained anew besides; more change little and cost time (benchmarks/learning.py)


@dataclass(frozen=True)
class Basis:
    """A matcher with what it was trained on. ``rows``: the variants over the matcher's columns."""

    matcher: Matcher
    variants: tuple[Variant, ...]
    rows: sparse.csr_array


def basis(knowledge: KnowledgeBase, matcher: Matcher) -> Basis:
    """What ``matcher`` was trained on, which must be ``knowledge``. ValueError where it was something else."""
    variants = tuple(knowledge.variants())
    features, rows = fit([variant.text for variant in variants], matcher.model.features.shape, knowledge.lexicon)
    if features.width != matcher.model.features.width:
        raise ValueError("the matcher was trained on other variants than these")
    return Basis(matcher, variants, rows)


def graft(on: Basis, knowledge: KnowledgeBase) -> Matcher:
    """The matcher of ``knowledge``, which differs from what ``on`` was trained on by some variants or labels.

    The calibration stays as it was: the promise was measured on the questions that the basis knew.
    """
    wanted, had = dict.fromkeys(knowledge.variants()), set(on.variants)
    added = [variant for variant in wanted if variant not in had]
    kept = np.array([variant in wanted for variant in on.variants], np.bool_)
    features, moved = widen(on.matcher.model.features, [variant.text for variant in added], knowledge)
    before = _moved(on.rows, moved, features.width)
    fresh = _rows(features, added)
    rows = sparse.csr_array(sparse.vstack([before[kept], fresh], format="csr"))
    variants = [*(variant for variant, keep in zip(on.variants, kept, strict=True) if keep), *added]
    gone = [variant for variant, keep in zip(on.variants, kept, strict=True) if not keep]
    model = _labelled(on.matcher.model, features, moved, knowledge)
    own = [variant.entry for variant in (*gone, *added)]
    if own:
        rivals = _rivals(model, sparse.csr_array(sparse.vstack([before[~kept], fresh], format="csr")), own)
        _train_anew(model, rows, variants, [label for label in model.labels if label in {*own, *rivals}])
    return Matcher(model, on.matcher.calibration, own_bonus(knowledge, model.labels))


def widen(features: Features, texts: Sequence[str], knowledge: KnowledgeBase) -> tuple[Features, Ints]:
    """The features with columns for the words in ``texts`` that have none, and where each old column went."""
    read = [set(tokens(text)) for text in texts]
    fresh = [word for word in dict.fromkeys(chain.from_iterable(map(tokens, texts))) if word not in features.place]
    seen = np.array([sum(word in words for words in read) for word in fresh], np.int64)
    old, new = len(features.words), len(features.words) + len(fresh)
    pairs, order = _renumbered(features.pairs, old, new)
    moved = np.arange(features.width) + len(fresh)
    moved[:old] = np.arange(old)
    moved[old : old + len(pairs)] = new + order
    idf = np.empty(features.width + len(fresh), features.idf.dtype)
    documents = 2 * math.exp(features.unknown - 1)  # one more than the variants that the features were fitted on
    idf[moved], idf[old:new] = features.idf, np.log(documents / (1 + seen)) + 1
    found = [grams(word) for word in fresh]
    columns = [[features.gram_column[gram] for gram in word if gram in features.gram_column] for word in found]
    lost = [len(every) - len(known) for every, known in zip(found, columns, strict=True)]
    exact, _ = concept_words(knowledge.lexicon)
    widened = replace(
        features,
        words=[*features.words, *fresh],
        frequencies=np.concatenate([features.frequencies, seen]),
        pairs=pairs,
        gram_rows=_below(features.gram_rows, columns),
        gram_lost=np.concatenate([features.gram_lost, np.array(lost, np.float32)]),
        concept_rows=_below(features.concept_rows, [concepts_of(word, exact, features.stems) for word in fresh]),
        idf=idf,
    )
    return widened, moved


def _renumbered(pairs: Ints, old: int, new: int) -> tuple[Ints, Ints]:
    """The keys of ``pairs`` once there are ``new`` words rather than ``old``, sorted, and where each went.

    The mark of a question's beginning and end has the number after the last word's.
    """
    first, second = np.divmod(pairs, old + 1)
    keys = np.where(first == old, new, first) * (new + 1) + np.where(second == old, new, second)
    order = np.argsort(keys)
    return keys[order], np.argsort(order)


def _below(matrix: sparse.csr_array, rows: Sequence[Sequence[int]]) -> sparse.csr_array:
    """``matrix`` with counted ``rows`` of columns below."""
    found = np.zeros((len(rows), matrix.shape[1]), matrix.dtype)
    for row, columns in enumerate(rows):
        np.add.at(found[row], list(columns), 1)
    return sparse.csr_array(sparse.vstack([matrix, sparse.csr_array(found)], format="csr"))


def _moved(rows: sparse.csr_array, moved: Ints, width: int) -> sparse.csr_array:
    columns = moved.astype(rows.indices.dtype)[rows.indices]
    return sparse.csr_array((rows.data, columns, rows.indptr), shape=(rows.shape[0], width))


def _rows(features: Features, variants: Sequence[Variant]) -> sparse.csr_array:
    vectors = [features.vector(variant.text) for variant in variants]
    ends = np.cumsum([0, *(len(vector.columns) for vector in vectors)])
    columns = np.concatenate([np.zeros(0, np.int64), *(vector.columns for vector in vectors)])
    values = np.concatenate([np.zeros(0, np.float32), *(vector.values for vector in vectors)])
    return sparse.csr_array((values, columns, ends), shape=(len(variants), features.width))


def _labelled(old: Model, features: Features, moved: Ints, knowledge: KnowledgeBase) -> Model:
    """The old weights under the new columns and labels; new labels have none yet."""
    labels = tuple(dict.fromkeys(variant.entry for variant in knowledge.variants()))
    place = {label: column for column, label in enumerate(labels)}
    into = [place[label] for label in old.labels if label in place]
    into += range(len(labels), len(labels) + len(old.languages))
    stay = [column for column, label in enumerate(old.labels) if label in place]
    stay += range(len(old.labels), old.weights.shape[1])
    weights = np.zeros((features.width + 1, len(labels) + len(old.languages)), np.float32)
    weights[np.ix_([*moved.tolist(), features.width], into)] = old.weights[:, stay]
    return Model(labels, old.languages, features, weights)


def _rivals(model: Model, rows: sparse.csr_array, own: Sequence[str]) -> list[str]:
    """The labels, other than its own, that come nearest to winning one of the changed variants; nearest first."""
    scores = np.asarray((rows @ model.weights[:-1] + model.weights[-1])[:, : len(model.labels)])
    for row, label in enumerate(own):
        if label in model.labels:
            scores[row, model.labels.index(label)] = -np.inf
    nearest = np.argsort(-scores.max(axis=0, initial=-np.inf), kind="stable")[:RIVALS]
    return [model.labels[place] for place in nearest]


def _train_anew(model: Model, rows: sparse.csr_array, variants: Sequence[Variant], labels: Sequence[str]) -> None:
    belongs = np.array([[variant.entry == label for label in labels] for variant in variants], np.bool_)
    model.weights[:, [model.labels.index(label) for label in labels]] = train(rows, belongs, Training())
