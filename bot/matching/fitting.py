"""Fits the features on variants: which words, pairs and n-grams get a column, and the variants' own matrix."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.knowledge import Concept
from bot.language import Language
from bot.matching.features import Features, Floats, Ints, Shape, concepts_of, sublinear
from bot.matching.near import LETTERS, Near, meetings
from bot.matching.text import grams, tokens

Counts: TypeAlias = Any  # scipy.sparse.csr_array, variants × features; scipy ships no types
Doubles = NDArray[np.float64]

MANY = 30_000  # variants: for every so many more, a column must be worth one variant more


def fit(texts: Sequence[str], shape: Shape, lexicon: Iterable[Concept] = ()) -> tuple[Features, sparse.csr_array]:
    """The features of ``texts``, and ``texts`` as rows of a float32 matrix over the features' columns.

    The lexicon is left aside where ``shape`` gives its concepts no share.
    """
    words, flat, lengths = _read(texts)
    documents = len(texts)
    counted = _matrix(flat, np.repeat(np.arange(documents), lengths), (documents, len(words)))
    least = shape.least + documents // MANY
    pairs, pair_counts, pairs_lost = _common(*_pairs(flat, lengths, len(words)), documents, least)
    gram_column, gram_rows, gram_lost, gram_counts = _grams(words, counted, least)
    exact, stems = concept_words(lexicon if shape.concepts else ())
    concept_rows = _concepts(words, exact, stems)
    near, near_counts, near_lost = _near(words, flat, lengths, least + 1)
    channels = [counted, pair_counts, gram_counts, counted @ concept_rows, near_counts]
    seen = [np.bincount(channel.indices, minlength=channel.shape[1]) for channel in channels]
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
        near=near,
        idf=idf,
        unknown=math.log((1 + documents) / 2) + 1,
        stems=stems,
    )
    lost = (pairs_lost, counted @ gram_lost, np.zeros(documents), near_lost)
    return features, _weighted(features, channels, lost)


def _read(texts: Sequence[str]) -> tuple[list[str], Ints, Ints]:
    """The words; the texts as places among them, in a row; and how many of them each text has."""
    place: dict[str, int] = {}
    rows = [[place.setdefault(token, len(place)) for token in tokens(text)] for text in texts]
    flat = np.fromiter(chain.from_iterable(rows), np.int64)
    return list(place), flat, np.fromiter(map(len, rows), np.int64, len(rows))


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


def _matrix(columns: Ints, rows: Ints, shape: tuple[int, int]) -> Counts:
    """How often each column stands in each row."""
    where = (rows.astype(np.int32), columns.astype(np.int32))  # half the memory of scipy's own choice
    return sparse.csr_array((np.ones(len(columns), np.float32), where), shape=shape)


def _common(keys: Ints, owners: Ints, size: int, least: int, most: float = np.inf) -> tuple[Ints, Counts, Doubles]:
    """Keys that stand in ``least`` variants, sorted; their counts by variant; how many others each variant has.

    ``most``: what a count is cut to.
    """
    unique, times = np.unique(keys, return_counts=True)
    place, kept = _places(keys, unique[times >= least])  # most keys stand once: they are gone before they cost memory
    counts = _matrix(place, owners[kept], (size, int((times >= least).sum())))
    common = np.bincount(counts.indices, minlength=counts.shape[1]) >= least
    lost = np.bincount(owners, minlength=size) - counts @ common.astype(np.float32)
    np.minimum(counts.data, most, out=counts.data)
    return unique[times >= least][common], counts[:, np.flatnonzero(common)], lost


def _places(keys: Ints, among: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where the keys that are ``among`` the sorted ones stand there, and which those are."""
    if not len(among):
        return np.zeros(0, np.int64), np.zeros(len(keys), np.bool_)
    place = np.searchsorted(among, keys)
    place[place == len(among)] = 0
    kept = among[place] == keys
    return place[kept], kept


def _pairs(flat: Ints, lengths: Ints, size: int) -> tuple[Ints, Ints]:
    """Keys of neighbouring words, also with the beginning and the end of a variant; and whose each is."""
    ends = np.cumsum(lengths + 1)
    first = np.full(len(flat) + len(lengths), size, np.int64)
    second = first.copy()
    inner = np.ones(len(first), np.bool_)
    inner[ends - lengths - 1] = False
    first[inner] = flat
    inner[ends - lengths - 1], inner[ends - 1] = True, False
    second[inner] = flat
    return first * (size + 1) + second, np.repeat(np.arange(len(lengths)), lengths + 1)


def _near(words: Sequence[str], flat: Ints, lengths: Ints, least: int) -> tuple[Near, Counts, Doubles]:
    number: dict[str, int] = {}
    of_word = np.array([number.setdefault(word[:LETTERS], len(number)) for word in words], np.int64)
    keys, owners = meetings(of_word[flat], lengths, len(number))
    found, counts, lost = _common(keys, owners, len(lengths), least, most=1)
    return Near(list(number), found), counts, lost


def _grams(words: Sequence[str], counted: Counts, least: int) -> tuple[dict[str, int], Counts, Floats, Counts]:
    """Column by n-gram, word × column, n-grams lost by word, variant × column."""
    place: dict[str, int] = {}
    rows = [[place.setdefault(gram, len(place)) for gram in grams(word)] for word in words]
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    flat = np.fromiter(chain.from_iterable(rows), np.int64)
    by_word = _matrix(flat, np.repeat(np.arange(len(rows)), lengths), (len(rows), len(place)))
    by_variant = counted @ by_word
    common = np.bincount(by_variant.indices, minlength=len(place)) >= least
    lost = (lengths - by_word @ common).astype(np.float32)
    by_word, by_variant = (matrix[:, np.flatnonzero(common)] for matrix in (by_word, by_variant))
    by_word.sort_indices()
    names = [name for name, held in zip(place, common.tolist(), strict=True) if held]
    return {name: column for column, name in enumerate(names)}, by_word, lost, by_variant


def _concepts(words: Sequence[str], exact: dict[str, int], stems: dict[str, int]) -> Counts:
    found = [(row, concept) for row, word in enumerate(words) for concept in concepts_of(word, exact, stems)]
    width = 1 + max((*exact.values(), *stems.values()), default=-1)
    rows, columns = np.array(found, np.int64).reshape(-1, 2).T
    return _matrix(columns, rows, (len(words), width))


def _weighted(features: Features, channels: Sequence[Counts], lost: Sequence[Doubles]) -> sparse.csr_array:
    """The variants as rows: words and pairs share one norm, each other channel has its own."""
    starts = features.starts
    joined = [sparse.hstack(channels[:2], format="csr"), *channels[2:]]
    bounds = [(starts[0], starts[2]), *((starts[place], starts[place + 1]) for place in (2, 3, 4))]
    for channel, (start, end), missing, share in zip(joined, bounds, lost, features.shares(), strict=True):
        channel.data = sublinear(channel.data) * features.idf[start:end].astype(np.float32)[channel.indices]
        squares = sparse.csr_array((channel.data**2, channel.indices, channel.indptr), channel.shape).sum(axis=1)
        norm = np.sqrt(squares + missing * (features.shape.unseen * features.unknown) ** 2)
        scale = math.sqrt(share) / np.where(norm > 0, norm, 1.0)
        channel.data *= np.repeat(scale.astype(np.float32), np.diff(channel.indptr))
    return sparse.csr_array(sparse.hstack(joined, format="csr"))
