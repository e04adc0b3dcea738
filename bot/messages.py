"""What is shown to a person, free of any platform: a closed union of blocks.

Every renderer draws every kind, or does not pass the type check. Bodies are plain text: a renderer escapes, the core
writes no markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.knowledge import EntryId, SectionId


@dataclass(frozen=True)
class Text:
    """A paragraph. ``urgent`` ones are set off: minutes count."""

    body: str
    urgent: bool = False


@dataclass(frozen=True)
class Choice:
    """Something to pick: an entry by its id, under its title."""

    entry: EntryId
    label: str


@dataclass(frozen=True)
class AnswerCard:
    """An answer with where it comes from, and what a reader may want next."""

    entry: EntryId
    body: str
    source: str  # "From OsloMet's handbook, “Correct your mistakes”"
    sections: tuple[SectionId, ...]
    preface: str  # says whose handbook it is, where it is not the asker's own; else empty
    related: tuple[Choice, ...]
    related_label: str


@dataclass(frozen=True)
class Options:
    """A choice of two or three."""

    prompt: str
    choices: tuple[Choice, ...]
    none_label: str


Block: TypeAlias = Text | AnswerCard | Options
