"""What a person may type to Handbok besides questions, in any of the four languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.language import Language


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
class Help:
    """Say what there is to say."""


Command: TypeAlias = CheckDraft | MyCases | SpeakIn | ForgetMe | Help

_DRAFT = re.compile(r"\s*/?checkpost\b[:\s]*(.*)", re.IGNORECASE | re.DOTALL)
_ANSWER = re.compile(r"\s*(?:svar|answer)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_CASES = frozenset({"saker", "saka", "sakene", "mine saker", "ärenden", "mina ärenden", "cases", "my cases"})
_FORGET = frozenset({"glem meg", "gløym meg", "glöm mig", "forget me"})
_HELP = frozenset({"hjelp", "hjälp", "help"})
_SPEAK = re.compile(r"(?:språk|sprak|language|lang)(?:\s+(\S+))?")
_NAMES = {"bokmål": "nb", "nynorsk": "nn", "svenska": "sv", "svensk": "sv", "english": "en", "engelsk": "en"}


def typed(text: str) -> Command | None:
    """The command that ``text`` is, with or without a slash before it; None where it is none, and so a question."""
    if draft := _DRAFT.fullmatch(text):
        return CheckDraft(draft[1].strip())
    words = " ".join(text.casefold().removeprefix("/").split()).rstrip(".!?")
    if words in _CASES:
        return MyCases()
    if words in _FORGET:
        return ForgetMe()
    if words in _HELP:
        return Help()
    speak = _SPEAK.fullmatch(words)
    if speak and (not speak[1] or _language(speak[1])):
        return SpeakIn(_language(speak[1] or ""))
    return None


def for_the_asker(text: str) -> str | None:
    """What comms writes below a case for the one who asked: what stands after “svar:”; None where that is not said."""
    found = _ANSWER.fullmatch(text)
    return found[1].strip() if found else None


def _language(name: str) -> Language | None:
    name = _NAMES.get(name, name)
    return Language(name) if name in set(Language) else None
