"""What a draft is made of: paragraphs, sentences, quotations, links, addresses, mentions, hashtags. All as spots."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import linkify_it  # type: ignore[import-untyped]
import regex

Span = tuple[int, int]  # half-open

_SENTENCE_END = regex.compile(r"(?<![.…])[.…]++(?=\s++(?!\p{Ll}))|(?<![!?])[!?]++[\"'”»)]?(?=\s)|\n++")
_LONGEST = 1_000  # characters of a sentence that is read as one
_PARAGRAPH_END = regex.compile(r"\n+")
_HASHTAG = regex.compile(r"(?<![\w&/])#(?=\w*\p{L})(\w+)")
_MENTION = regex.compile(r"(?<![\w.@/])@(\w[\w.\-]*\w|\w)")
_QUOTED = regex.compile(
    r"“[^“”„\n]{1,300}[”“]|„[^“”„\n]{1,300}[”“]|«[^«»\n]{1,300}»|»[^«»\n]{1,300}[»«]|\"[^\"\n]{1,300}\"|”[^”\n]{1,300}”"
)
_ADDRESS = regex.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_HAS_LINK = regex.compile(r"://|www\.|\w\.\w\w")


@dataclass(frozen=True)
class Marks:
    """Stretches of a draft by kind, each in order and without overlaps."""

    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]
    quotations: tuple[Span, ...]
    links: tuple[tuple[int, int, str], ...]  # with the address that is meant
    emails: tuple[Span, ...]
    mentions: tuple[Span, ...]
    hashtags: tuple[Span, ...]

    def sentence(self, spot: int) -> Span:
        """The sentence that ``spot`` stands in."""
        return enclosing(self.sentences, spot) or (0, 0)

    def sentence_before(self, sentence: Span) -> Span:
        """The sentence before ``sentence``; an empty one where it is the first."""
        index = bisect_right(self.sentences, sentence) - 2
        return self.sentences[index] if index >= 0 else (sentence[0], sentence[0])

    def is_quoted(self, spot: int) -> bool:
        return enclosing(self.quotations, spot) is not None

    def is_address(self, spot: int) -> bool:
        """Whether the spot is part of a link, an e-mail address or a mention: no words to read there."""
        return any(enclosing(spans, spot) for spans in (self._link_spans, self.emails, self.mentions))

    @cached_property
    def _link_spans(self) -> tuple[Span, ...]:
        return tuple((start, end) for start, end, _ in self.links)


def enclosing(spans: Sequence[Span], spot: int) -> Span | None:
    """The span around ``spot``, among ordered spans that do not overlap."""
    index = bisect_right(spans, (spot, 1 << 60)) - 1
    if index >= 0 and spans[index][0] <= spot < spans[index][1]:
        return spans[index]
    return None


def mark(text: str) -> Marks:
    """The marks of a draft (``Text.cased``)."""
    emails = tuple(match.span() for match in _ADDRESS.finditer(text)) if "@" in text else ()
    return Marks(
        paragraphs=tuple(_split(text, _PARAGRAPH_END)),
        sentences=tuple(part for span in _split(text, _SENTENCE_END) for part in _cut(text, span)),
        quotations=tuple(_quotations(text)),
        links=tuple(_links(text, emails)),
        emails=emails,
        mentions=tuple(found.span() for found in _MENTION.finditer(text)) if "@" in text else (),
        hashtags=tuple(found.span() for found in _HASHTAG.finditer(text)) if "#" in text else (),
    )


def _split(text: str, end: regex.Pattern[str]) -> Iterator[Span]:
    cuts = [0, *(found.end() for found in end.finditer(text)), len(text)]
    yield from (span for span in pairwise(cuts) if span[0] < span[1])


def _cut(text: str, span: Span) -> Iterator[Span]:
    """A sentence in parts that somebody could say: whatever looks around in one then takes no longer than that."""
    start, end = span
    while end - start > _LONGEST:
        space = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = start + _LONGEST if space < 0 else space + 1
        yield start, cut
        start = cut
    yield start, end


def _quotations(text: str) -> Iterator[Span]:
    for found in _QUOTED.finditer(text):
        if found.end() - found.start() < 0.8 * len(text):  # a draft that is quoted whole is the draft
            yield found.span()


@cache
def _linker() -> linkify_it.LinkifyIt:
    return linkify_it.LinkifyIt()


def _links(text: str, emails: Sequence[Span]) -> Iterator[tuple[int, int, str]]:
    if not _HAS_LINK.search(text):
        return
    for found in _linker().match(text) or ():
        if found.schema != "mailto:" and enclosing(emails, found.index) is None:
            yield found.index, found.last_index, found.url
