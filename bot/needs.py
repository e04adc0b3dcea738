"""What many questions ask for, as vectors: half by their rare words, half by what the matcher makes of them.

Words are as the matcher reads them, typos mended; of those that the knowledge never met, the beginning. What the
matcher makes of them is its score for each need by words, n-grams and concepts alone, all questions at once: pairs of
words would cost ten times as long and tell little more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.matching.features import Features, Token
from bot.matching.model import Model
from bot.matching.text import tokens

COMMON = 3.5  # idf below which a word says nothing of a need: “kan”, “vi”, “på”
RARE = 6  # of a question's words, the rarest that are looked at
BEGINNING = 6  # letters by which words that the knowledge never met are told apart
CONCEPT = 0.7  # what a concept counts beside a word
NEEDS = 3  # of what the matcher finds, the likeliest that are looked at
UNSURE, SURE = 0.2, 0.8  # score up to which the matcher's word counts nothing, and from which it counts in full
SHARE = 0.5  # of the squared length, that the matcher's word has where it is sure

Rows: TypeAlias = sparse.csr_array
Floats = NDArray[np.float32]


def rows_of(texts: Sequence[str], model: Model) -> Rows:
    """A row for each text; of one without words that tell of a need, zeros."""
    words: dict[str, int] = {}
    columns, ends = [], [0]
    for text in texts:
        columns += [words.setdefault(token, len(words)) for token in tokens(text)]
        ends.append(len(columns))
    shape = (len(texts), len(words))
    used = sparse.csr_array((np.ones(len(columns), np.float32), columns, ends), shape=shape)
    read = [_read(word, model.features) for word in words]
    scores = _scores(used, read, model)
    sure = np.clip((scores.max(axis=1, initial=UNSURE) - UNSURE) / (SURE - UNSURE), 0, 1) * SHARE
    parts = [_scaled(_by_words(used, read, model.features), 1 - sure), _scaled(_by_needs(scores), sure)]
    return normal(sparse.csr_array(sparse.hstack(parts, format="csr", dtype=np.float32)))


def normal(rows: Rows) -> Rows:
    """Each of length 1, or of zeros."""
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return _times(rows, np.divide(1, length, out=np.zeros_like(length), where=length > 0))


def _scaled(rows: Rows, share: Floats) -> Rows:
    return _times(rows, np.sqrt(share))


def _times(rows: Rows, scale: Floats) -> Rows:
    return sparse.csr_array(sparse.diags_array(scale.astype(np.float32)) @ rows)


def _read(word: str, features: Features) -> Token:
    return features.tokens(word)[0]


# ── by what the matcher makes of them ────────────────────────────────────────────────────────────────────────────────


def _by_needs(scores: Floats) -> Rows:
    """The likeliest needs of each, by how far they stand out."""
    out = np.maximum(scores - UNSURE, 0)
    least = np.sort(out, axis=1)[:, -NEEDS][:, None] if out.shape[1] > NEEDS else 0
    return normal(sparse.csr_array(np.where(out >= least, out**2, 0).astype(np.float32)))


def _scores(used: Rows, read: Sequence[Token], model: Model) -> Floats:
    """Of each text for each need, about −1 to 2."""
    features, labels = model.features, len(model.labels)
    shares = np.array(features.shares()[:3])
    found = np.zeros((used.shape[0], labels), np.float32) + model.weights[-1, :labels]
    for channel, share in enumerate(shares / shares.sum()):
        added, squares = _of_channel(read, channel, model)
        length = np.sqrt(used @ squares)
        scale = np.divide(np.sqrt(share), length, out=np.zeros_like(length), where=length > 0)
        found += (used @ added) * scale[:, None].astype(np.float32)
    return found


def _of_channel(read: Sequence[Token], channel: int, model: Model) -> tuple[Floats, Floats]:
    """What each word adds to the needs, and to the squared length; by words, n-grams or concepts."""
    features, labels = model.features, len(model.labels)
    added = np.zeros((len(read), labels), np.float32)
    squares = np.zeros(len(read), np.float32)
    for place, token in enumerate(read):
        columns, counts, lost = _channel(token, channel)
        if columns:
            values = np.array(counts, np.float32) * features.idf[list(columns)]
            added[place] = values @ model.weights[list(columns), :labels]
            squares[place] = values @ values
        squares[place] += lost * features.unknown**2
    return added, squares


def _channel(token: Token, channel: int) -> tuple[Sequence[int], Sequence[float], float]:
    """Columns, how often each, and how many have none."""
    match channel:
        case 0:
            known = [(place, weight) for place, weight in token.meanings if place >= 0]
            lost = sum(weight for place, weight in token.meanings if place < 0)
            return [place for place, _ in known], [weight for _, weight in known], lost
        case 1:
            return token.grams, token.counts, token.lost
        case _:
            return [concept for concept, _ in token.concepts], [weight for _, weight in token.concepts], 0.0


# ── by their words ───────────────────────────────────────────────────────────────────────────────────────────────────


def _by_words(used: Rows, read: Sequence[Token], features: Features) -> Rows:
    """Each text by its rarest words."""
    beginnings: dict[str, int] = {}
    known = [_columns(token, features, beginnings) for token in read]
    ends, columns, values = [0], [], []
    for row in range(used.shape[0]):
        counts: dict[int, float] = {}
        for word in used.indices[used.indptr[row] : used.indptr[row + 1]].tolist():
            for column, value in known[word]:
                counts[column] = max(counts.get(column, 0.0), value)
        rarest = sorted(counts, key=lambda column: (-counts[column], column))[:RARE]
        columns += sorted(rarest)
        values += [counts[column] for column in sorted(rarest)]
        ends.append(len(columns))
    shape = (used.shape[0], features.width + len(beginnings))
    return normal(sparse.csr_array((np.array(values, np.float32), columns, ends), shape=shape))


def _columns(token: Token, features: Features, beginnings: dict[str, int]) -> list[tuple[int, float]]:
    """What a word counts for: the words that it is read as and their concepts; one never met, its beginning."""
    idf = features.idf
    found = [
        (column, float(idf[column]) * share)
        for column, share in token.meanings
        if column >= 0 and idf[column] >= COMMON
    ]
    unmet = sum(share for place, share in token.meanings if place < 0)
    if unmet and len(token.text) > 2:
        number = beginnings.setdefault(token.text[:BEGINNING], len(beginnings))
        found.append((features.width + number, features.unknown * unmet))
    return [*found, *((column, float(idf[column]) * CONCEPT * share) for column, share in token.concepts)]
