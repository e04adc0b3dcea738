"""A rule with its patterns compiled, and the scene that it looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import regex

from bot.knowledge import Organisation
from bot.language import Language
from bot.review.findings import Sighting
from bot.review.marks import Span
from bot.review.patterns import Compiled, Tongue
from bot.review.rules import Platform, Rule
from bot.review.spelling import Speller
from bot.review.text import Text
from bot.review.words import Word, Words

SwapTable = Mapping[Tongue, tuple[tuple[regex.Pattern[str], str], ...]]


@dataclass(frozen=True)
class CompiledRule:
    """A rule, ready to look."""

    rule: Rule
    tokens: Compiled
    swaps: SwapTable
    swap_union: Compiled
    exceptions: Compiled
    cues: Mapping[str, Compiled]


@dataclass(frozen=True)
class Scene:
    """One draft under review, with everything that a detector may ask about it."""

    text: Text
    organisation: Organisation
    platform: Platform | None
    words: Words  # lists of names, frequent words, allowed words
    speller: Speller | None
    tongues: tuple[tuple[Span, Tongue], ...]  # paragraphs, in order
    languages: tuple[tuple[Span, Language | None], ...]
    negations: Compiled
    tokens: Sequence[Word]
    own: tuple[Span, ...]  # spots of the organisation's public names, addresses and numbers
    _sentences: dict[tuple[int, Span], bool] = field(default_factory=dict, repr=False)

    @cached_property
    def present(self) -> tuple[Tongue, ...]:
        """The tongues of this draft."""
        return tuple(dict.fromkeys(tongue for _, tongue in self.tongues))

    def tongue_at(self, spot: int) -> Tongue:
        return next((tongue for (start, end), tongue in self.tongues if start <= spot < end), Tongue.OTHER)

    def find(self, compiled: Compiled, start: int = 0, end: int | None = None) -> Iterator[Span]:
        """Where the patterns match, each only in paragraphs of its tongue. Spots, by tongue, then in order."""
        for tongue in self.present:
            pattern = compiled.get(tongue)
            if pattern is None:
                continue
            for match in pattern.finditer(self.text.lower, start, len(self.text.lower) if end is None else end):
                if match.start() < match.end() and (
                    len(self.present) == 1 or self.tongue_at(match.start()) in (tongue, Tongue.OTHER)
                ):
                    yield match.span()

    def has(self, compiled: Compiled, span: Span) -> bool:
        """Whether the patterns match within the stretch."""
        return next(self.find(compiled, *span), None) is not None

    def silent(self, rule: CompiledRule, sentence: Span) -> bool:
        """Whether an exception or a context of the rule matches this sentence. Each is tried once."""
        key = (id(rule), sentence)
        if key not in self._sentences:
            self._sentences[key] = bool(rule.exceptions) and self.has(rule.exceptions, sentence)
        return self._sentences[key]

    def is_own(self, start: int, end: int) -> bool:
        """Whether the stretch is among the organisation's own public facts."""
        return any(first <= start and end <= last for first, last in self.own)

    def sighting(self, start: int, end: int, part: str | None = None) -> Sighting:
        """A sighting of spots, as places."""
        first, last = self.text.places(start, end)
        return Sighting(first, last, part)
