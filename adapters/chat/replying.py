"""What a person gets for what they did, as a closed union: each platform draws every kind, or does not pass the type
check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.language import Language
from bot.messages import Block
from bot.service.asking import Told
from bot.service.desk import Sender


@dataclass(frozen=True)
class Blocks:
    """Something to show where they are. ``personal``: for themselves alone, also where others read."""

    blocks: tuple[Block, ...]
    language: Language
    personal: bool = False
    prompts: tuple[str, ...] = ()  # questions to begin with


@dataclass(frozen=True)
class Saved:
    """Messages that were saved with what they answer: posted at once, and by delivery where that fails."""

    who: Sender
    told: Told


@dataclass(frozen=True)
class Word:
    """A sentence for themselves alone."""

    text: str
    language: Language


@dataclass(frozen=True)
class DraftForm:
    """The form for a draft. ``given``: what stands in it, by field."""

    language: Language


@dataclass(frozen=True)
class Several:
    """One after the other."""

    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Awaited:
    """What takes a moment, and is found out after the acknowledgement."""

    found: Callable[[], Awaitable[Reply]]


@dataclass(frozen=True)
class Nothing:
    """Nothing to say, and why."""

    why: Literal["repeated", "shown-elsewhere", "no-question", "edited-late"]


Reply: TypeAlias = Blocks | Saved | Word | DraftForm | Several | Awaited | Nothing
