"""Which themes a draft may be about. Every theme has a separator and a threshold of its own, and abstains below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.sentences import Columns, words_of
from bot.review.opinion.labelled import Theme

LONGEST = 160  # words that are judged as one; a longer draft by overlapping stretches
MOST = 3_000  # words that are judged: three screens of a long article


@dataclass(frozen=True)
class Opinion:
    """``weights``: columns + 1 × themes; the last row is the bias. ``least``: the score from which a theme is asked
    about, infinite for one that no threshold serves well."""

    themes: tuple[Theme, ...]
    columns: Columns
    weights: NDArray[np.float32]
    least: NDArray[np.float32]

    def of(self, draft: str) -> tuple[Theme, ...]:
        """The themes that the author should be asked about, surest first; most often none."""
        if not self.themes:
            return ()
        over = self.scores(draft) - self.least
        return tuple(self.themes[place] for place in np.argsort(-over) if over[place] >= 0)

    def scores(self, draft: str) -> NDArray[np.float32]:
        """Of each theme, about −1 to 1: the highest of the draft's stretches."""
        words = words_of(draft)[:MOST]
        found = np.full(len(self.themes), -np.inf, np.float32)
        for start in range(0, max(1, len(words) - LONGEST // 2), LONGEST // 2) if len(words) > LONGEST else (0,):
            columns, values = self.columns.vector(words[start : start + LONGEST])
            np.maximum(found, values @ self.weights[columns] + self.weights[-1], out=found)
        return found
