"""A mistyped word becomes the words that were probably meant.

Fuzziness pays inside the features rather than over whole questions: rapidfuzz's optimal string alignment compares one
unknown word with the vocabulary, and a signature of each word's letters leaves it only a few hundred to compare with.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

SHORTEST = 3  # letters a word must have to be taken for a typo
LIKENESS = 0.70  # least share of letters that agree
KEPT = 0.4  # the weight that the word keeps as it was typed; its likely meanings share the rest
MEANINGS = 3
OTHER_INITIAL = 0.75  # people seldom mistype the first letter


class Typos:
    """Expands unknown words over a vocabulary. ``frequencies``: in how many variants each word stands."""

    def __init__(self, vocabulary: Sequence[str], frequencies: NDArray[np.int64]) -> None:
        usable = [place for place, word in enumerate(vocabulary) if len(word) >= SHORTEST - 1]
        self._places = np.array(usable, np.int64)
        self._words = [vocabulary[place] for place in usable]
        self._lengths = np.array([len(word) for word in self._words], np.int64)
        self._signatures = np.array([signature(word) for word in self._words], np.uint64)
        self._weights = np.sqrt(np.log1p(frequencies[self._places])) if usable else np.zeros(0)
        self.expand = lru_cache(maxsize=20_000)(self._expand)

    def _expand(self, word: str) -> tuple[tuple[int, float], ...]:
        """What an unknown ``word`` may mean: (place in the vocabulary, weight), the weights adding up to 1 − KEPT.

        Empty where nothing is near enough.
        """
        if len(word) < SHORTEST or not self._words:
            return ()
        edits = 1 if len(word) <= 4 else 2
        near = np.abs(self._lengths - len(word)) <= edits
        near &= np.bitwise_count(self._signatures ^ np.uint64(signature(word))) <= 2 * edits
        chosen = np.flatnonzero(near)
        if not len(chosen):
            return ()
        found = cdist([word], [self._words[place] for place in chosen], scorer=OSA.distance, score_cutoff=edits)[0]
        likeness = 1 - found / np.maximum(self._lengths[chosen], len(word))
        initial = np.array([self._words[place][0] == word[0] for place in chosen])
        score = likeness**3 * self._weights[chosen] * np.where(initial, 1.0, OTHER_INITIAL)
        score[(found > edits) | (likeness < LIKENESS)] = 0.0
        best = [place for place in np.argsort(-score, kind="stable")[:MEANINGS] if score[place] > 0]
        total = math.fsum(score[place] for place in best)
        return tuple((int(self._places[chosen[place]]), float((1 - KEPT) * score[place] / total)) for place in best)


def signature(word: str) -> int:
    """64 bits: which letters stand in the word, and which of them more than once. One edit changes two bits at most."""
    bits = 0
    for letter in word:
        bit = 1 << (ord(letter) % 32)
        bits |= bit << 32 if bits & bit else bit
    return bits
