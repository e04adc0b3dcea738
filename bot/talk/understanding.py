"""A message becomes an act of the talk, or none."""

from __future__ import annotations

import re
from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.text import tokens
from bot.talk.acts import CheckThis, Meant, No, NoneOfThese, Person, Pick, Speak, Talk, WhoSees, Wrong, Yes
from bot.talk.phrases import SEEN, Act, Phrasebook, phrasebook

LONGEST = 16  # words of a phrase that keeps no rest; longer messages say something of their own
FEWEST = 2  # words of a rest that is a question

_APOSTROPHES = re.compile(r"(?<=\w)['’`´](?=\w)")
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_BARE: dict[Act, Talk] = {
    "yes": Yes(),
    "no": No(),
    "none-of-these": NoneOfThese(),
    "wrong": Wrong(),
    "person": Person(),
    "who-sees": WhoSees(),
    "check": CheckThis(),
}


def understand(text: str) -> Talk | None:
    """The act that the whole of ``text`` is, with courtesies around it and single slips of the finger; else None."""
    words = tokens(_APOSTROPHES.sub("", text))
    if not words:
        return None
    book = phrasebook()
    return _said(words, book, text) or (
        _said(mended, book, text) if (mended := _mended(words, book)) != words else None
    )


def _said(words: list[str], book: Phrasebook, text: str) -> Talk | None:
    return next((found for each in book.without_courtesy(words) if (found := _of(each, book, text))), None)


def _of(words: list[str], book: Phrasebook, text: str) -> Talk | None:
    said = " ".join(words)
    if len(words) <= LONGEST:
        if language := book.language(said, "speak"):
            return Speak(language)
        if number := book.number(said):
            return Pick(number)
        for act, what in _BARE.items():
            if book.says(act, said):
                return what
    return _with_rest(said, book, text)


def _with_rest(said: str, book: Phrasebook, text: str) -> Talk | None:
    """Acts that bring a text of their own, which is kept as it was written."""
    makers: dict[Act, Callable[[str], Talk | None]] = {
        "check-this": lambda rest: CheckThis(rest) if _apart(text, rest) else None,
        "meant": Meant,
        "thanks-but": Meant,
    }
    if (found := book.language_and_rest(said)) and (rest := _last(text, found[1])) and _apart(text, rest):
        return Speak(found[0], rest)
    for act, make in makers.items():
        size = book.rest(act, said)
        if size >= FEWEST and (rest := _last(text, size)):
            return make(rest)
    return None


def _last(text: str, words: int) -> str:
    """The last ``words`` words of a text as they were written, with what stands among and after them."""
    places = [match.start() for match in _WORD.finditer(text)]
    return text[places[-words] :].strip() if 0 < words <= len(places) else ""


def _apart(text: str, rest: str) -> bool:
    """Whether the rest is set off by a colon, a question mark or a new line: "check this: …"."""
    before = text[: len(text.rstrip()) - len(rest)].rstrip(" \t\"“”«»'’")
    return before.endswith((":", "?", "\n", "-", "–", "—"))


def _mended(words: list[str], book: Phrasebook) -> list[str]:
    return [_mend(word, book) for word in words[:LONGEST]] if len(words) <= LONGEST else words


def _mend(word: str, book: Phrasebook) -> str:
    if len(word) < SEEN - 1 or word in book.words:
        return word
    found = process.extractOne(word, book.long_words.get(word[0], ()), scorer=OSA.distance, score_cutoff=1)
    return str(found[0]) if found else word
