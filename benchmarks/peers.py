"""What others would use: rapidfuzz over whole questions, and the nearest neighbour by TF-IDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, utils
from rapidfuzz.process import cdist
from scipy import sparse

from bot.matching.text import grams, tokens

Likeness = Callable[[Sequence[str]], NDArray[np.float32]]  # questions → questions × variants

SCORERS = {"WRatio": fuzz.WRatio, "token_set_ratio": fuzz.token_set_ratio, "token_sort_ratio": fuzz.token_sort_ratio}


def rapidfuzz_likeness(scorer: str, variants: Sequence[str]) -> Likeness:
    """As ``process.extractOne`` sees it (``cdist`` gives the same scores, of all variants at once)."""
    known = [utils.default_process(text) for text in variants]

    def likeness(questions: Sequence[str]) -> NDArray[np.float32]:
        asked = [utils.default_process(text) for text in questions]
        return cdist(asked, known, scorer=SCORERS[scorer], workers=-1, dtype=np.float32)

    return likeness


def tfidf_likeness(variants: Sequence[str]) -> Likeness:
    """Cosine over words, word pairs and character 3–4-grams, sublinear tf × idf."""
    place: dict[str, int] = {}
    counted = [Counter(_features(text)) for text in variants]
    for found in counted:
        for feature in found:
            place.setdefault(feature, len(place))
    seen = Counter(feature for found in counted for feature in found)
    rarity = {feature: np.log((1 + len(variants)) / (1 + times)) + 1 for feature, times in seen.items()}

    def rows(all_counted: Sequence[Counter[str]]) -> sparse.csr_array:
        known = [
            [(place[f], (1 + np.log(n)) * rarity[f]) for f, n in found.items() if f in place] for found in all_counted
        ]
        ends = np.cumsum([0, *map(len, known)])
        columns = np.array([column for row in known for column, _ in row], np.int64)
        values = np.array([value for row in known for _, value in row], np.float32)
        matrix = sparse.csr_array((values, columns, ends), shape=(len(known), len(place)))
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix.data /= np.repeat(np.maximum(length, 1e-9), np.diff(ends)).astype(np.float32)
        return matrix

    across = sparse.csr_array(rows(counted).T.tocsr())
    return lambda questions: (rows([Counter(_features(text)) for text in questions]) @ across).toarray()


def _features(text: str) -> list[str]:
    words = tokens(text)
    return [
        *words,
        *(f"{one} {other}" for one, other in pairwise(words)),
        *(gram for word in words for gram in grams(word)),
    ]


def ranked(likeness: Likeness, questions: Sequence[str], labels: Sequence[str], most: int = 3) -> list[list[str]]:
    """For each question the ``most`` labels with the likest variant, likest first."""
    names = list(dict.fromkeys(labels))
    order = np.argsort([names.index(label) for label in labels], kind="stable")
    starts = np.searchsorted(np.array([names.index(labels[place]) for place in order]), np.arange(len(names)))
    found: list[list[str]] = []
    for start in range(0, len(questions), 64):
        best = np.maximum.reduceat(likeness(questions[start : start + 64])[:, order], starts, axis=1)
        found += [[names[place] for place in row[:most]] for row in np.argsort(-best, axis=1, kind="stable")]
    return found
