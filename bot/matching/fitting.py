"""Fits the features on variants: which words, pairs and n-grams get a column, and the variants' own matrix."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import Concept
from bot.language import Language
from bot.matching.features import Features, Floats, Ints, Shape, concepts_of, sublinear
from bot.matching.text import grams, tokens

Counts: TypeAlias = Any  # scipy.sparse.csr_array, variants × features; scipy ships no types


def fit(texts: Sequence[str], shape: Shape, lexicon: Iterable[Concept] = ()) -> tuple[Features, sparse.csr_array]:
    """The features of ``texts``, and ``texts`` as rows of a float32 matrix over the features' columns."""
    place: dict[str, int] = {}
    rows = [[place.setdefault(token, len(place)) for token in tokens(text)] for text in texts]
    words = list(place)
    counted = _matrix(rows, len(words))
    pairs, pair_counts = _pairs(rows, len(words), shape.least)
    gram_column, gram_rows, gram_lost, gram_counts = _grams(words, counted, shape.least)
    exact, stems = concept_words(lexicon)
    concept_rows = _concepts(words, exact, stems)
    channels = [counted, pair_counts[0], gram_counts, (counted @ concept_rows).tocsr()]
    documents = len(rows)
    seen = [np.diff(channel.tocsc().indptr) for channel in channels]
    idf = np.concatenate([np.log((1 + documents) / (1 + count)) + 1 for count in seen])
    features = Features(
        shape=shape,
        words=words,
        frequencies=seen[0].astype(np.int64),
        pairs=pairs,
        gram_column=gram_column,
        gram_rows=gram_rows,
        gram_lost=gram_lost,
        concept_rows=concept_rows,
        idf=idf,
        unknown=math.log((1 + documents) / 2) + 1,
        stems=stems,
    )
    return features, _weighted(features, channels, (pair_counts[1], counted @ gram_lost))


def concept_words(lexicon: Iterable[Concept]) -> tuple[dict[str, int], dict[str, int]]:
    """Folded words and folded stems (``bild*``) → the concept's number."""
    exact: dict[str, int] = {}
    stems: dict[str, int] = {}
    for number, concept in enumerate(lexicon):
        for language in Language:
            for word in getattr(concept, language.value):
                folded = "".join(tokens(word))
                (stems if word.endswith("*") else exact).setdefault(folded, number)
    return exact, stems


def _matrix(rows: Sequence[Sequence[int]], width: int) -> Counts:
    lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
    indices = np.fromiter((place for row in rows for place in row), np.int32, int(lengths.sum()))
    matrix = sparse.csr_array(
        (np.ones(len(indices)), indices, np.concatenate(([0], np.cumsum(lengths)))), shape=(len(rows), width)
    )
    matrix.sum_duplicates()
    return matrix


def _pairs(rows: Sequence[Sequence[int]], size: int, least: int) -> tuple[Ints, tuple[Counts, NDArray[np.float64]]]:
    """Keys of the pairs with a column, sorted; the counts by variant; and how many pairs each variant lost."""
    edged = [[size, *row, size] for row in rows]
    lengths = np.fromiter((len(row) - 1 for row in edged), np.int64, len(edged))
    keys = np.fromiter((a * (size + 1) + b for row in edged for a, b in pairwise(row)), np.int64)
    owners = np.repeat(np.arange(len(rows)), lengths)
    unique, back = np.unique(keys, return_inverse=True)
    counts = sparse.csr_array((np.ones(len(keys)), (owners, back)), shape=(len(rows), len(unique)))
    kept = np.flatnonzero(np.diff(counts.tocsc().indptr) >= least)
    lost = np.bincount(owners, ~np.isin(back, kept), len(rows)).astype(np.float64)
    return unique[kept], (counts[:, kept].tocsr(), lost)


def _grams(words: Sequence[str], counted: Counts, least: int) -> tuple[dict[str, int], Counts, Floats, Counts]:
    """Column by n-gram, word × column, n-grams lost by word, variant × column. N-grams seen once get no column."""
    place: dict[str, int] = {}
    rows = [[place.setdefault(gram, len(place)) for gram in grams(word)] for word in words]
    by_word = _matrix(rows, len(place))
    seen = np.diff((counted @ by_word).tocsc().indptr)
    kept = np.flatnonzero(seen >= least)
    total = np.asarray(by_word.sum(axis=1)).ravel()
    by_word = by_word[:, kept].tocsr()
    by_word.sort_indices()
    lost = (total - np.asarray(by_word.sum(axis=1)).ravel()).astype(np.float32)
    names = [name for name, held in zip(place, seen >= least, strict=True) if held]
    return {name: column for column, name in enumerate(names)}, by_word, lost, (counted @ by_word).tocsr()


def _concepts(words: Sequence[str], exact: dict[str, int], stems: dict[str, int]) -> Counts:
    found = [(row, concept) for row, word in enumerate(words) for concept in concepts_of(word, exact, stems)]
    width = 1 + max((*exact.values(), *stems.values()), default=-1)
    if not found:
        return sparse.csr_array((len(words), width))
    where = tuple(np.array(side) for side in zip(*found, strict=True))
    return sparse.csr_array((np.ones(len(found)), where), shape=(len(words), width))


def _weighted(
    features: Features, channels: Sequence[Counts], lost: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> sparse.csr_array:
    """The variants as rows: words and pairs share one norm, character n-grams and concepts have one each."""
    starts = features.starts
    joined = [sparse.hstack(channels[:2]).tocsr(), channels[2], channels[3]]
    bounds = [(starts[0], starts[2]), (starts[2], starts[3]), (starts[3], starts[4])]
    parts = []
    absent = (*lost, np.zeros(joined[0].shape[0]))
    for channel, (start, end), missing, share in zip(joined, bounds, absent, features.shares(), strict=True):
        matrix = sparse.csr_array(channel)
        matrix.data = sublinear(matrix.data) * features.idf[start:end][matrix.indices]
        norm = np.sqrt(matrix.power(2).sum(axis=1) + missing * (features.shape.unseen * features.unknown) ** 2)
        scale = math.sqrt(share) / np.where(norm > 0, norm, 1.0)
        matrix.data *= np.repeat(scale, np.diff(matrix.indptr))
        parts.append(matrix.astype(np.float32))
    return sparse.csr_array(sparse.hstack(parts, format="csr"))
