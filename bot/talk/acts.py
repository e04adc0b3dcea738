"""The acts, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.language import Language


@dataclass(frozen=True)
class Yes:
    """To what was asked last."""


@dataclass(frozen=True)
class No:
    """To what was asked last."""


@dataclass(frozen=True)
class Pick:
    """One of the options shown last; ``number`` counts from 1, and -1 is the last of them."""

    number: int


@dataclass(frozen=True)
class NoneOfThese:
    """Of the options shown last."""


@dataclass(frozen=True)
class Wrong:
    """The last answer was not what was asked."""


@dataclass(frozen=True)
class Meant:
    """What was meant instead, or what remains to ask after thanks: a question of its own, with what came before it."""

    question: str


@dataclass(frozen=True)
class Person:
    """Somebody rather than a program."""


@dataclass(frozen=True)
class WhoSees:
    """Who reads what is written here, and what is kept."""


@dataclass(frozen=True)
class CheckThis:
    """Look over a draft; empty where it is still to be given, or is what the message hangs on."""

    draft: str = ""


@dataclass(frozen=True)
class Speak:
    """Answer in ``language``; ``question`` where one came along, else empty: then the last one is meant."""

    language: Language
    question: str = ""


Talk: TypeAlias = Yes | No | Pick | NoneOfThese | Wrong | Meant | Person | WhoSees | CheckThis | Speak
