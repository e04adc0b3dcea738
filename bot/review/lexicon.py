"""Word classes: what the rules mean by *a colleague*, *an illness*, *not until*, and where they stand in a draft.

A class is a list of phrases in base form. Inflection comes from the dictionaries (Hunspell's stems), and from plain
endings beside them, so that a draft on a machine without dictionaries is read too. In a phrase::

    sykepleier        the word in any inflection
    eksamens~         words that begin so            ~avdeling   words that end so, inflected
    si/fortelle       either word                    _           any one word
    …                 up to three words

Each word of a draft is looked up once, however many phrases there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.language import Language
from bot.review.marks import Span
from bot.review.patterns import kin
from bot.review.rules import ClassId, WordClass
from bot.review.spelling import Speller
from bot.review.words import Word

_CACHE = 20_000  # words remembered a language
_GAP = "…"
_ANY = "_"
_MAX_GAP = 3  # words
_MIN_BASE = 3  # letters that an ending leaves at least
_SPAN = 12  # words that a phrase can take up at most

_ENDINGS: Mapping[Language, tuple[str, ...]] = {
    Language.NB: ("en", "et", "a", "e", "er", "ene", "ne", "n", "r", "s", "ens", "ets", "enes", "te", "t", "de", "ede"),
    Language.NN: ("en", "et", "a", "e", "ar", "er", "ane", "ene", "ne", "r", "n", "s", "te", "t", "de", "ast"),
    Language.SV: (
        "en", "et", "n", "t", "a", "or", "ar", "er", "orna", "arna", "erna", "na", "s", "ens", "ets", "ade", "de", "te",
    ),
    Language.EN: ("s", "es", "ed", "d", "ing", "'s", "n't", "ly"),
}  # fmt: skip


@dataclass(frozen=True)
class _Entry:
    name: ClassId
    rest: tuple[frozenset[str] | str | None, ...]  # after the first word: keys, None for any word, "…" for a gap


@dataclass(repr=False)
class Index:
    """The phrases of one language and its kin, by their first word."""

    heads: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)
    prefixes: tuple[int, ...] = ()  # lengths that there are
    suffixes: tuple[int, ...] = ()
    cache: dict[str, frozenset[str]] = field(default_factory=dict)


class Lexicon:
    """All word classes, indexed by language. Safe to share between threads: the cache only ever gains answers."""

    def __init__(self, classes: Sequence[WordClass]) -> None:
        self.names = frozenset(each.id for each in classes)
        self._indexes = {language: _index(classes, kin(language)) for language in Language}

    def places(
        self, tokens: Sequence[Word], languages: Sequence[Language | None], speller: Speller | None
    ) -> dict[ClassId, list[Span]]:
        """Where each class stands, in order: spots. ``languages`` holds the language at each of ``tokens``."""
        found: dict[ClassId, list[Span]] = defaultdict(list)
        keys = [
            self._keys(token.text.lower(), language, speller) for token, language in zip(tokens, languages, strict=True)
        ]
        for at, language in enumerate(languages):
            if language is None or not keys[at]:
                continue
            heads = self._indexes[language].heads
            for key in keys[at]:
                for entry in heads.get(key, ()):
                    if (last := _end(entry.rest, tokens, keys, at)) is not None:
                        found[entry.name].append((tokens[at].start, tokens[last].end))
        return {name: sorted(set(spans)) for name, spans in found.items()}

    def _keys(self, word: str, language: Language | None, speller: Speller | None) -> frozenset[str]:
        if language is None:
            return frozenset()
        index = self._indexes[language]
        if (known := index.cache.get(word)) is None:
            known = frozenset(_keys_of(word, language, index, speller)) & index.known
            if len(index.cache) < _CACHE:
                index.cache[word] = known
        return known


def _end(
    rest: Sequence[frozenset[str] | str | None], tokens: Sequence[Word], keys: Sequence[frozenset[str]], at: int
) -> int | None:
    """The last word of the phrase that begins at ``at``; None where it does not stand there."""
    here = {at}
    gap = 0
    for wanted in rest:
        if wanted == _GAP:
            gap = _MAX_GAP
            continue
        after: set[int] = set()
        for last in here:
            for step in range(1, gap + 2):
                follows = last + step
                if follows >= len(tokens) or tokens[follows].opens or follows - at > _SPAN:
                    break
                if wanted is None or wanted & keys[follows]:  # type: ignore[operator]  # a gap was handled above
                    after.add(follows)
        if not after:
            return None
        here, gap = after, 0
    return min(here)


def _index(classes: Sequence[WordClass], languages: frozenset[Language]) -> Index:
    index = Index()
    for each in classes:
        for language in languages:
            for phrase in (*each.words.any, *each.words[language]):
                head, *rest = phrase.split()
                entry = _Entry(each.id, tuple(map(_item, rest)))
                for key in head.split("/"):
                    index.heads[key].append(entry)
                index.known.update(head.split("/"))
                index.known.update(key for item in entry.rest if isinstance(item, frozenset) for key in item)
    index.prefixes = tuple(sorted({len(key) - 1 for key in index.known if key.endswith("~")}))
    index.suffixes = tuple(sorted({len(key) - 1 for key in index.known if key.startswith("~")}))
    return index


def _item(word: str) -> frozenset[str] | str | None:
    if word == _GAP:
        return _GAP
    return None if word == _ANY else frozenset(word.split("/"))


def _keys_of(word: str, language: Language, index: Index, speller: Speller | None) -> Iterator[str]:
    forms = tuple(dict.fromkeys(_forms(word, language, speller)))
    yield from forms
    for length in index.prefixes:
        if len(word) > length:
            yield word[:length] + "~"
    for form in forms:
        for length in index.suffixes:
            if len(form) >= length:
                yield "~" + form[-length:]


def _forms(word: str, language: Language, speller: Speller | None) -> Iterator[str]:
    """The word and what it may be an inflection of."""
    yield word
    for each in sorted(kin(language)):
        if speller is not None:
            yield from islice((stem.lower() for stem in speller.stems(word, each)), 6)
        for ending in _ENDINGS[each]:
            if word.endswith(ending) and len(word) - len(ending) >= _MIN_BASE:
                base = word[: -len(ending)]
                yield base
                if base[-1] not in "aeiou":
                    yield base + ("a" if each is Language.SV else "e")
