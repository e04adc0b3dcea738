"""A rule with its patterns compiled, and the scene that it looks at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.knowledge import Organisation
from bot.language import Language
from bot.review.findings import Sighting
from bot.review.lexicon import Lexicon
from bot.review.marks import Span
from bot.review.patterns import Compiled, Pattern, Searcher, kin
from bot.review.rules import ClassId, Platform, Rule
from bot.review.spelling import Speller
from bot.review.text import Text
from bot.review.words import Word, Words


@dataclass(frozen=True)
class CompiledRule:
    """A rule, ready to look."""

    rule: Rule
    tokens: Compiled
    swaps: Compiled
    exceptions: tuple[Compiled, ...]  # its own, then those of its contexts
    cues: Mapping[str, Compiled]


@dataclass(frozen=True)
class Scene:
    """One draft under review, with everything that a detector may ask about it."""

    text: Text
    organisation: Organisation
    platform: Platform | None
    words: Words  # lists of names, frequent words, allowed words
    speller: Speller | None
    language: Language | None
    paragraphs: tuple[tuple[Span, Language | None], ...]  # in order
    negations: Compiled
    tokens: Sequence[Word]
    lexicon: Lexicon
    own: tuple[Span, ...]  # spots of the organisation's public names, addresses and numbers
    _found: dict[ClassId, Sequence[Span]] = field(default_factory=dict, repr=False)
    _sentences: dict[tuple[int, Span], bool] = field(default_factory=dict, repr=False)

    @cached_property
    def members(self) -> Mapping[ClassId, Sequence[Span]]:
        """Where the word classes stand; one that stands nowhere is missing."""
        languages = [self.language_at(token.start) for token in self.tokens]
        return self.lexicon.places(self.tokens, languages, self.speller)

    @cached_property
    def kins(self) -> frozenset[frozenset[Language]]:
        """The kins of languages that the paragraphs are in; the empty one for other languages."""
        return frozenset(kin(language) for _, language in self.paragraphs)

    def language_at(self, spot: int) -> Language | None:
        """The language of the paragraph at the spot."""
        index = bisect_right(self.paragraphs, spot, key=lambda paragraph: paragraph[0][0]) - 1
        return self.paragraphs[index][1] if index >= 0 else None

    def language_of(self, place: int) -> Language | None:
        """The language of the paragraph at a place of the draft as it was given."""
        spot = place if self.text.origin is None else bisect_right(self.text.origin, place) - 1
        return self.language_at(spot)

    @cached_property
    def languages(self) -> tuple[Language | None, ...]:
        """Those whose patterns are read somewhere in the draft."""
        return (None, *(language for language in Language if any(language in family for family in self.kins)))

    def find(self, compiled: Compiled, start: int = 0, end: int | None = None) -> Iterator[Span]:
        """Where the patterns match, each only in paragraphs of its language or kin. Spots, not always in order."""
        stop = len(self.text.lower) if end is None else end
        for language in self.languages:
            if (pattern := compiled.get(language)) is None:
                continue
            for searcher, text in self._forms(pattern):
                for found in searcher.finditer(text, start, stop):
                    if self._reads(language, found.start()):
                        yield found.span()

    def _reads(self, language: Language | None, spot: int) -> bool:
        """Whether patterns of the language count at the spot; in a paragraph of no known language they do."""
        if language is None or len(self.kins) == 1:
            return True
        there = self.language_at(spot)
        return there is None or language in kin(there)

    def _forms(self, pattern: Pattern) -> Iterator[tuple[Searcher, str]]:
        yield from ((searcher, self.text.lower) for searcher in pattern.plain)
        yield from ((searcher, self.text.cased) for searcher in pattern.cased)

    def has(self, compiled: Compiled, span: Span) -> bool:
        """Whether the patterns match within the stretch."""
        return next(self.find(compiled, *span), None) is not None

    def silent(self, rule: CompiledRule, sentence: Span) -> bool:
        """Whether an exception or a context of the rule matches this sentence. Each is tried once."""
        key = (id(rule), sentence)
        if key not in self._sentences:
            self._sentences[key] = any(self.has(exceptions, sentence) for exceptions in rule.exceptions) or any(
                sentence[0] <= start < sentence[1]
                for name in rule.rule.unless
                for start, _ in self.members.get(name, ())
            )
        return self._sentences[key]

    def found(self, name: ClassId, look: Callable[[Scene], Sequence[Span]]) -> Sequence[Span]:
        """What ``look`` sees in the draft, looked for once under ``name``."""
        if name not in self._found:
            self._found[name] = look(self)
        return self._found[name]

    def is_own(self, start: int, end: int) -> bool:
        """Whether the stretch is among the organisation's own public facts."""
        return any(first <= start and end <= last for first, last in self.own)

    def sighting(self, start: int, end: int, part: str | None = None) -> Sighting:
        """A sighting of spots, as places."""
        first, last = self.text.places(start, end)
        return Sighting(first, last, part)
