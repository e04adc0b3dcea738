"""Keeps personal data out of everything that is shown, stored or logged: one dot for each letter or digit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.review.findings import Sighting

DOT = "•"
_MIN_ECHO = 4  # characters from which on the same text elsewhere in the draft is masked too
MAX_ECHOES = 50  # secrets looked for elsewhere


@dataclass(frozen=True)
class Mask:
    """A draft with its secrets dotted out; equally long, so places stay valid."""

    masked: str
    original: str

    def show(self, start: int, end: int) -> str:
        return self.masked[start:end]

    def touches(self, start: int, end: int) -> bool:
        """Whether anything is masked in the stretch."""
        return self.masked[start:end] != self.original[start:end]


def mask(draft: str, sightings: Iterable[Sighting]) -> Mask:
    """``draft`` without the secrets of the sightings, wherever else they stand in it too."""
    letters = list(draft)
    secrets = list(dict.fromkeys(secret for sighting in sightings for secret in sighting.secret))
    for start, end, keep in (*secrets, *_echoes(draft, secrets)):
        for place in range(start, end):
            if letters[place].isalnum() and place - start >= keep:
                letters[place] = DOT
    return Mask("".join(letters), draft)


def _echoes(draft: str, secrets: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    texts = {draft[start:end]: keep for start, end, keep in secrets if end - start >= _MIN_ECHO}
    words = {word: 1 for text in texts for word in re.findall(r"[^\W\d_]{4,}", text)}  # a surname alone, later on
    wanted = dict(list((words | texts).items())[:MAX_ECHOES])
    if not wanted:
        return
    longest_first = sorted(wanted, key=len, reverse=True)
    for found in re.finditer("|".join(map(re.escape, longest_first)), draft, re.IGNORECASE):
        keep = next((wanted[text] for text in longest_first if text.lower() == found.group().lower()), 0)
        yield found.start(), found.end(), keep
