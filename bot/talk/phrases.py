"""The phrases, read once and compiled: ``a/b`` and ``(a/b c)`` either, ``[a]`` with or without, ``…`` the rest, ``#`` a
language's name, ``^`` a place among options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.language import Language
from bot.matching.text import tokens
from bot.yamlfile import read

FILE = Path(__file__).with_name("phrases.yaml")
REST = "…"
ANY = ""  # instead of a first word
SEEN = 7  # letters of a word in which a slip of the finger is told from another word
Act = Literal[
    "yes", "no", "none-of-these", "wrong", "meant", "person", "who-sees", "check", "check-this", "speak", "speak-and",
    "thanks-but", "pick",
]  # fmt: skip
Phrases = tuple[str, ...]
_PARTS = re.compile(r"\[[^]]*]|\([^)]*\)|\S+")


class Written(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    courtesy: Phrases
    yes: Phrases
    no: Phrases
    none_of_these: Phrases = Field(alias="none-of-these")
    wrong: Phrases
    meant: Phrases
    person: Phrases
    who_sees: Phrases = Field(alias="who-sees")
    check: Phrases
    check_this: Phrases = Field(alias="check-this")
    speak: Phrases
    speak_and: Phrases = Field(alias="speak-and")
    thanks_but: Phrases = Field(alias="thanks-but")
    pick: Phrases
    languages: Mapping[Language, Phrases]
    ordinals: Mapping[str, Phrases]


@dataclass(frozen=True)
class Phrasebook:
    """The phrases as patterns over folded words, each with one space before it.

    ``patterns``: of an act, by the first word of what is said; those of ANY may begin with whichever.
    """

    patterns: Mapping[Act, Mapping[str, tuple[re.Pattern[str], ...]]]
    courtesy: frozenset[str]
    names: Mapping[str, Language]  # of languages, folded
    places: Mapping[str, int]  # of options, folded: "second" → 2
    words: frozenset[str]

    @cached_property
    def long_words(self) -> Mapping[str, tuple[str, ...]]:
        """Those in which a slip of the finger is seen, by their first letter: that is hardly ever the slip."""
        found = sorted(word for word in self.words if len(word) >= SEEN)
        return {letter: tuple(words) for letter, words in groupby(found, itemgetter(0))}

    def says(self, act: Act, said: str) -> bool:
        return self._first(act, said) is not None

    def language(self, said: str, act: Act) -> Language | None:
        found = self._first(act, said)
        return self.names[found["language"]] if found else None

    def language_and_rest(self, said: str) -> tuple[Language, int] | None:
        """The language, and how many words follow it."""
        found = self._first("speak-and", said)
        return (self.names[found["language"]], len(found["rest"].split())) if found else None

    def number(self, said: str) -> int:
        """The place among options that is named; 0 where none is."""
        found = self._first("pick", said)
        if not found:
            return 0
        named = found["place"]
        return int(named) if named.isdigit() else self.places[named]

    def rest(self, act: Act, said: str) -> int:
        """How many words stand after the phrase; 0 where it is not said."""
        found = self._first(act, said)
        return len(found["rest"].split()) if found else 0

    def without_courtesy(self, words: list[str]) -> Iterator[list[str]]:
        """The words themselves first, then with ever more of the courtesies at both ends left out; never nothing."""
        first = next((place for place, word in enumerate(words) if word not in self.courtesy), len(words) - 1)
        after = next((place for place, word in enumerate(reversed(words)) if word not in self.courtesy), len(words) - 1)
        spans = ((start, len(words) - end) for start in range(first + 1) for end in range(after + 1))
        yield from (
            words[start:stop] for start, stop in sorted(spans, key=lambda span: span[0] - span[1]) if start < stop
        )

    def _first(self, act: Act, said: str) -> re.Match[str] | None:
        by_first = self.patterns[act]
        patterns = by_first.get(said.partition(" ")[0], by_first[ANY])
        return next((found for pattern in patterns if (found := pattern.fullmatch(f" {said}"))), None)


@cache
def phrasebook(path: Path = FILE) -> Phrasebook:
    """KnowledgeError where the file is amiss."""
    written = read(path, Written)
    names = {_folded(name): language for language, each in written.languages.items() for name in each}
    places = {_folded(name): int(number) for number, each in written.ordinals.items() for name in each}
    acts: dict[Act, Phrases] = {
        "yes": written.yes, "no": written.no, "none-of-these": written.none_of_these, "wrong": written.wrong,
        "meant": written.meant, "person": written.person, "who-sees": written.who_sees, "check": written.check,
        "check-this": written.check_this, "speak": written.speak, "speak-and": written.speak_and,
        "thanks-but": written.thanks_but, "pick": written.pick,
    }  # fmt: skip
    slots = {"#": _group("language", names), "^": _group("place", [*places, "[1-9]"])}
    slot_words = {"#": [*names], "^": [*places, *"123456789"]}
    return Phrasebook(
        {act: _by_first(phrases, slots, slot_words) for act, phrases in acts.items()},
        frozenset(_folded(word) for word in written.courtesy),
        names,
        places,
        frozenset(word for phrases in acts.values() for phrase in phrases for word in tokens(phrase)) | names.keys(),
    )


def _group(name: str, choices: Mapping[str, object] | list[str]) -> str:
    return f"(?P<{name}>{'|'.join(sorted(choices, key=len, reverse=True))})"


def _folded(text: str) -> str:
    return " ".join(tokens(text))


def _by_first(
    phrases: Phrases, slots: Mapping[str, str], slot_words: Mapping[str, list[str]]
) -> dict[str, tuple[re.Pattern[str], ...]]:
    """In the order of the phrases."""
    compiled = [(_first_words(phrase, slot_words), _compiled(phrase, slots)) for phrase in phrases]
    firsts = {ANY}.union(*(words for words, _ in compiled))
    return {first: tuple(pattern for words, pattern in compiled if first in words or ANY in words) for first in firsts}


def _first_words(phrase: str, slot_words: Mapping[str, list[str]]) -> set[str]:
    """The words that a phrase may begin with."""
    found: set[str] = set()
    for part in _PARTS.findall(phrase):
        choices = slot_words.get(part) or [ANY if part == REST else _folded(each) for each in _choices(part)]
        found |= {choice.partition(" ")[0] for choice in choices}
        if not part.startswith("["):
            break
    return found


def _choices(part: str) -> list[str]:
    return part.strip("[]()").split("/")


def _compiled(phrase: str, slots: Mapping[str, str]) -> re.Pattern[str]:
    """Each part brings the space before it, so that nothing doubles where one is left out."""
    return re.compile("".join(_part(part, slots) for part in _PARTS.findall(phrase)))


def _part(part: str, slots: Mapping[str, str]) -> str:
    if part == REST:
        return r" (?P<rest>\S.*)"
    if part in slots:
        return f" {slots[part]}"
    choices = "|".join(_folded(choice) for choice in _choices(part))
    return f"(?: (?:{choices}))?" if part.startswith("[") else f" (?:{choices})"
