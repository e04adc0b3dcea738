"""A text without the person who asked to be forgotten."""

from __future__ import annotations

import regex

GONE = "[…]"
LEAST = 3  # letters of a part of a name that is looked for by itself
_REACHED = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # e-mail
    r"(?<![\w.])(?:\+|00)\d[\d ()-]{6,}\d",  # numbers with a country
    r"(?<!\w)(?:\d\d)?\d{6}[ +-]?\d{4,5}(?!\w)",  # identity numbers
    r"(?<![\w.])(?:(?:\d{2} ){3}\d{2}|\d{3} \d{2} \d{3}|\d{8})(?!\w)",  # Norwegian telephones
    r"(?<!\w)0\d{1,3}[ -]\d{2,3} ?\d{2} ?\d{2}(?!\w)",  # Swedish ones
)
REACHED = regex.compile("|".join(_REACHED))


def erased(text: str, name: str, *, own: bool) -> str:
    """``text`` without ``name``, in whatever letters and with an ending. ``own``: they wrote it themselves, so every
    part of the name goes, and every address and number as well."""
    if own:
        text = REACHED.sub(GONE, text)
    names = [name.strip(), *(name.split() if own else ())]
    for each in names:
        if len(each) >= LEAST:
            apart = regex.escape(each).replace(r"\ ", r"\s+")
            text = regex.sub(rf"(?<!\w){apart}(?:['’]?s)?(?!\w)", GONE, text, flags=regex.IGNORECASE)
    return text
