"""What a draft may be about, and whether its author should be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.sentences import Columns, words_of
from bot.review.opinion.labelled import Theme

LONGEST = 160  # words that are judged as one; a longer draft by overlapping stretches
MOST = 3_000  # words that are judged: three screens of a long article
FEWEST = 12  # words below which nothing is taken for harmless: a lone sentence says too little
ASKED = 2  # themes that one draft is asked about

_HASHTAG = re.compile(r"#\w+")


def read(draft: str) -> list[str]:
    """The words that are judged; hashtags say where a draft belongs, not what is wrong with it."""
    return words_of(_HASHTAG.sub(" ", draft))


@dataclass(frozen=True)
class View:
    """``themes`` to ask about, likeliest first; ``quiet`` where nothing sounds like a problem of any kind."""

    themes: tuple[Theme, ...] = ()
    quiet: bool = False


@dataclass(frozen=True)
class Opinion:
    """Separators of the themes, and of any problem at all from none.

    ``weights``: columns + 1 × themes + 1; the last row is the bias, the last column any problem. ``least``: its score
    from which the author is asked; ``quiet``: below which nothing is asked on a cue alone.
    """

    themes: tuple[Theme, ...]
    columns: Columns
    weights: NDArray[np.float32]
    least: float
    quiet: float

    def of(self, draft: str) -> View:
        """What the author should be asked about; most often nothing."""
        words = read(draft)
        if not self.themes or not words:
            return View()
        scores = self.scores(words)
        doubt = scores[-1]
        likeliest = np.argsort(-scores[:-1])[:ASKED] if doubt >= self.least else ()
        return View(tuple(self.themes[place] for place in likeliest), bool(doubt < self.quiet and len(words) >= FEWEST))

    def scores(self, words: list[str]) -> NDArray[np.float32]:
        """Of each theme and of any problem, about −1 to 1: the highest of the draft's stretches."""
        words = words[:MOST]
        found = np.full(len(self.themes) + 1, -np.inf, np.float32)
        for start in range(0, max(1, len(words) - LONGEST // 2), LONGEST // 2) if len(words) > LONGEST else (0,):
            columns, values = self.columns.vector(words[start : start + LONGEST])
            np.maximum(found, values @ self.weights[columns] + self.weights[-1], out=found)
        return found
