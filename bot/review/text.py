"""The draft made comparable: composed, plain letters, no invisible characters, lower case; every spot traced back.

``𝗶𝗱𝗶𝗼𝘁``, ``id\\u00adiot`` and a decomposed ``ö`` are then the words that a reader sees.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import regex

from bot.review.marks import Marks, mark
from bot.review.normal import normalise

_INVISIBLE = regex.compile(r"[\p{Cf}\u034F\uFE00-\uFE0F]")  # soft hyphens, zero-width marks, writing-direction marks
_CLUSTER = regex.compile(r"(?s).\p{M}*")
_QUOTES = str.maketrans("’‘´`", "''''")


@dataclass(frozen=True)
class Text:
    """A draft and its comparable forms. ``cased`` and ``lower`` are equally long; ``origin`` leads back."""

    original: str
    cased: str
    lower: str
    origin: tuple[int, ...] | None  # spot → place, with one more for the end; None where both are the same

    def place(self, spot: int) -> int:
        """Where the character at ``spot`` stands in the draft as it was given."""
        return spot if self.origin is None else self.origin[spot]

    def places(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the draft as it was given that ``cased[start:end]`` comes from."""
        if self.origin is None or end <= start:
            return self.place(start), self.place(end)
        finish = self.origin[end]
        last = self.origin[end - 1]
        while end < len(self.cased) and finish == last:  # several spots of one place: ﬁ → fi
            end += 1
            finish = self.origin[end]
        return self.origin[start], finish

    @cached_property
    def marks(self) -> Marks:
        """Sentences, quotations, links, mentions and hashtags, as spots."""
        return mark(self.cased)


def read(draft: str) -> Text:
    """``draft`` in its comparable forms. Takes any text, lone surrogates and NUL included."""
    if unicodedata.is_normalized("NFKC", draft) and not _INVISIBLE.search(draft):
        cased, places = normalise(draft.translate(_QUOTES), None, len(draft))
        return Text(draft, cased, _lower(cased), places)
    pieces: list[str] = []
    origin: list[int] = []
    for place, piece in _pieces(draft):
        pieces.append(piece)
        origin.extend([place] * len(piece))
    composed = "".join(pieces).translate(_QUOTES)
    cased, places = normalise(composed, (*origin, len(draft)), len(draft))
    return Text(draft, cased, _lower(cased), places)


def _pieces(draft: str) -> Iterator[tuple[int, str]]:
    for cluster in _CLUSTER.finditer(draft):
        piece = cluster.group()
        if piece.isascii():
            yield cluster.start(), piece
        elif plain := _INVISIBLE.sub("", unicodedata.normalize("NFKC", piece)):
            yield cluster.start(), plain


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
