"""Text as the matcher sees it: folded, and split into tokens."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 4000  # of a question are looked at; whoever writes more is telling a story whose point came earlier
_FOLDED = str.maketrans(
    {"å": "a", "ä": "a", "æ": "a", "ø": "o", "ö": "o", "é": "e", "è": "e", "ê": "e", "ü": "u", "ò": "o"}
)
_TOKEN = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The words of ``text``, compatibility-normalised, casefolded, with Nordic letters and accents folded away.

    Folding lets «på», "pa" and "pá" meet, as typed on foreign keyboards. Punctuation, emoji, controls and lone
    surrogates are no tokens.
    """
    shown = text[:MAX_CHARACTERS]
    if not shown.isascii():  # which is folded already, and seven times as fast
        shown = unicodedata.normalize("NFKC", shown).casefold().translate(_FOLDED)
    return _TOKEN.findall(shown.lower())


def grams(token: str, shortest: int = 3, longest: int = 4) -> list[str]:
    """The character n-grams of a token between its boundaries: ``<ok>`` → ``<ok ok> <ok>``."""
    word = f"<{token}>"
    spans = range(shortest, min(longest, len(word)) + 1)
    return [word[start : start + size] for size in spans for start in range(len(word) - size + 1)]
