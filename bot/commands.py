"""What a person may type to Handbok besides questions, in any of the four languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bot.language import Language

Pile = Literal["open", "urgent", "mine", "waiting", "overdue"]
PILES: tuple[Pile, ...] = get_args(Pile)


@dataclass(frozen=True)
class CheckDraft:
    """Look over a draft; empty where it is still to be given."""

    draft: str


@dataclass(frozen=True)
class MyCases:
    """Show the asker's own cases."""


@dataclass(frozen=True)
class SpeakIn:
    """Answer in one language from now on; None where nobody said which."""

    language: Language | None


@dataclass(frozen=True)
class ForgetMe:
    """Remove who the asker is; to be asked for a second time before it is done."""


@dataclass(frozen=True)
class WhatYouHold:
    """Show what is kept about whoever asks."""


@dataclass(frozen=True)
class Help:
    """Say what there is to say."""


@dataclass(frozen=True)
class CommsHelp:
    """Say what there is to say where comms works."""


@dataclass(frozen=True)
class Queue:
    """Show comms what waits for it: all of it, or one pile."""

    pile: Pile = "open"


@dataclass(frozen=True)
class Search:
    """Show comms the cases with some words in them, and what the handbook says on them."""

    words: str


@dataclass(frozen=True)
class Entries:
    """Show comms the answers that Handbok ships with: who looks after each, and when it is to be looked over."""


@dataclass(frozen=True)
class Figures:
    """Show comms what became of the week's questions."""


@dataclass(frozen=True)
class Taught:
    """Show comms what people have taught Handbok, to accept, set aside, undo or renew."""


@dataclass(frozen=True)
class Replies:
    """Show comms the replies that they use again, to add, change or remove some."""


@dataclass(frozen=True)
class Gaps:
    """Show comms what the handbook lacks."""


ForComms: TypeAlias = CommsHelp | Queue | Search | Figures | Taught | Entries | Gaps | Replies
Command: TypeAlias = CheckDraft | MyCases | SpeakIn | ForgetMe | WhatYouHold | Help | ForComms

_DRAFT = re.compile(r"\s*/?checkpost\b[:\s]*(.*)", re.IGNORECASE | re.DOTALL)
_ANSWER = re.compile(r"\s*(?:svar|answer)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_SPEAK = re.compile(r"(?:språk|sprak|language|lang)(?:\s+(\S+))?")
_NAMES = {
    "bokmål": "nb", "nynorsk": "nn", "svenska": "sv", "svensk": "sv", "swedish": "sv", "english": "en", "engelsk": "en",
    "engelska": "en",
}  # fmt: skip
NAMED: Mapping[Command, tuple[str, ...]] = {
    MyCases(): ("saker", "saka", "sakene", "mine saker", "ärenden", "mina ärenden", "cases", "my cases"),
    ForgetMe(): ("glem meg", "gløym meg", "glöm mig", "forget me"),
    WhatYouHold(): (
        "hva vet du om meg",
        "hva har du om meg",
        "hva lagrer du om meg",
        "mine data",
        "kva veit du om meg",
        "kva har du om meg",
        "kva lagrar du om meg",
        "vad vet du om mig",
        "vad har du om mig",
        "vad sparar du om mig",
        "mina uppgifter",
        "what do you know about me",
        "what do you hold on me",
        "what do you have on me",
        "my data",
    ),
    Help(): ("hjelp", "hjälp", "help"),
    Queue(): ("kø", "køen", "køa", "kö", "kön", "queue", "the queue"),
    Figures(): (
        "tall",
        "tal",
        "ukas tall",
        "vekas tal",
        "siffror",
        "veckans siffror",
        "figures",
        "this week's figures",
    ),
    Taught(): ("lært", "lærdom", "lärt", "lärdomar", "learned", "taught"),
}
_MEANT = {name: command for command, names in NAMED.items() for name in names}
# What is meant where comms works: there, “cases” are those that wait for comms.
NAMED_THERE: Mapping[Command, tuple[str, ...]] = {
    CommsHelp(): NAMED[Help()],
    Queue(): NAMED[MyCases()],
    Queue("mine"): ("mine", "mina", "mine saker", "mina ärenden", "my cases"),
    Queue("urgent"): ("haster", "hastar", "brådskar", "brådskande", "urgent"),
    Queue("waiting"): ("venter", "ventar", "ledige", "väntar", "waiting"),
    Queue("overdue"): ("overtid", "over tid", "forfalt", "forfalle", "sena", "försenade", "overdue"),
    Figures(): ("statistikk", "statistik", "statistics", "stats"),
    Replies(): (
        "lagrede svar", "lagra svar", "faste svar", "sparade svar", "saved replies", "replies",
    ),
    Gaps(): ("hull", "hullene", "hol", "hola", "luckor", "luckorna", "gaps"),
    Entries(): (
        "innhold", "innhald", "innehåll", "content", "oppføringer", "oppføringar", "artiklar", "entries",
    ),
}  # fmt: skip
_MEANT_THERE = {name: command for command, names in NAMED_THERE.items() for name in names}
_SEARCH = re.compile(r"\s*/?(?:søk|sok|sök|search)\b[:\s]*(.+)", re.IGNORECASE | re.DOTALL)


def typed_by_comms(text: str) -> Command | None:
    """The same where comms works."""
    if search := _SEARCH.fullmatch(text):
        return Search(search[1].strip())
    return _MEANT_THERE.get(_words(text)) or typed(text)


def of_value(value: str) -> ForComms | None:
    """What a button of the desk shows; None for a value that is none. A pile by its name."""
    if value in PILES:
        return Queue(value)
    found: Mapping[str, ForComms] = {
        "help": CommsHelp(), "figures": Figures(), "taught": Taught(), "entries": Entries(), "gaps": Gaps(),
        "replies": Replies(),
    }  # fmt: skip
    return found.get(value)


def typed(text: str) -> Command | None:
    """The command that ``text`` is, with or without a slash before it; None where it is none, and so a question."""
    if draft := _DRAFT.fullmatch(text):
        return CheckDraft(draft[1].strip())
    words = _words(text)
    if found := _MEANT.get(words):
        return found
    speak = _SPEAK.fullmatch(words)
    if speak and (not speak[1] or named_language(speak[1])):
        return SpeakIn(named_language(speak[1] or ""))
    return None


def _words(text: str) -> str:
    return " ".join(text.casefold().removeprefix("/").split()).rstrip(".!?")


def for_the_asker(text: str) -> str | None:
    """What comms writes below a case for the one who asked: what stands after “svar:”; None where that is not said."""
    found = _ANSWER.fullmatch(text)
    return found[1].strip() if found else None


def named_language(name: str) -> Language | None:
    """The language that a word names, by its code or its name; None where it names none."""
    word = name.casefold().strip(" .!?")
    word = _NAMES.get(word, word)
    return Language(word) if word in set(Language) else None
