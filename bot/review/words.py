"""The words of a draft, and the word lists of ``knowledge/rules/material/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import regex
from pydantic import Field

from bot.knowledge import Model
from bot.language import Language
from bot.review.marks import Marks, enclosing

_WORD = regex.compile(r"\p{L}+(?:['\-]\p{L}+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of running text: no part of a link, an address, a mention or a hashtag. Spots."""

    start: int
    end: int
    text: str  # as written
    opens: bool  # the first of its sentence, where a capital says nothing


class WordLists(Model):
    """``words.yaml``: what the reviewer knows of words beside the dictionaries."""

    given_names: tuple[str, ...] = Field(min_length=1)
    frequent: Mapping[str, tuple[str, ...]]  # by ISO 639-1 code, other languages too, so as to tell them apart
    endings: Mapping[Language, tuple[str, ...]]  # that an allowed word may take
    joints: Mapping[Language, tuple[str, ...]]  # letters between the parts of a compound


@dataclass(frozen=True)
class Words:
    """The lists, ready to look things up in. All in lower case."""

    given_names: frozenset[str]
    frequent: Mapping[str, frozenset[str]]
    endings: Mapping[Language, tuple[str, ...]]
    joints: Mapping[Language, tuple[str, ...]]
    allowed: frozenset[str]

    @classmethod
    def of(cls, lists: WordLists, allowed: frozenset[str]) -> Words:
        return cls(
            given_names=frozenset(name.lower() for name in lists.given_names),
            frequent={code: frozenset(words) for code, words in lists.frequent.items()},
            endings=lists.endings,
            joints=lists.joints,
            allowed=allowed,
        )

    def allows(self, word: str, language: Language) -> bool:
        """Whether ``word`` (lower case) is an allowed word, or one with an ending of the language."""
        if word in self.allowed:
            return True
        return any(
            word.removesuffix(ending).rstrip("'-") in self.allowed
            for ending in self.endings.get(language, ())
            if word.endswith(ending) and len(word) > len(ending) + 1
        )


def tokenize(text: str, marks: Marks) -> Iterator[Word]:
    """The words of ``Text.cased``, in order."""
    starts = {sentence[0] for sentence in marks.sentences}
    opens = True
    last = 0
    for found in _WORD.finditer(text):
        start, end = found.span()
        opens = any(spot in starts for spot in range(last, start + 1)) if start - last < 20 else True
        last = end
        if marks.is_address(start) or enclosing(marks.hashtags, start):
            continue
        yield Word(start, end, found.group(), opens)
