"""Where a text may end."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?…]['\"”»)]*(?=\s)|\n")


def good_end(text: str, most: int) -> int:
    """Where to end within ``most`` code points: after a sentence, else after a word, else anywhere."""
    ends = [found.end() for found in _SENTENCE.finditer(text, 0, most)]
    if ends and ends[-1] > most // 3:
        return ends[-1]
    space = text.rfind(" ", most // 3, most)
    return space if space > 0 else most
