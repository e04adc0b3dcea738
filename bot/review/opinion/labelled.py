"""What the opinion learns from."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from bot.knowledge import Model, NonEmpty
from bot.language import Language

Theme = Literal[
    "personal-data", "confidential", "disrespect", "speculation", "false-privacy", "copyright", "consent",
    "endorsement", "politics", "safety", "anger",
]  # fmt: skip
THEMES: tuple[Theme, ...] = get_args(Theme)


class Labelled(Model):
    """A draft, and what its author should think of before it goes out.

    ``rules`` is empty where nothing is wrong; most of those come close to a problem of the ``theme``, as only they
    teach the difference.
    """

    language: Language
    theme: Theme | None = None  # nothing near: a post as most are
    rules: Annotated[tuple[Theme, ...], Field(max_length=4)] = ()
    text: NonEmpty
