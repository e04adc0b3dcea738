"""What the opinion learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from bot.knowledge import Concept, Model, NonEmpty
from bot.language import Language

Theme = Literal[
    "personal-data", "confidential", "disrespect", "speculation", "false-privacy", "copyright", "consent",
    "endorsement", "politics", "safety", "anger",
]  # fmt: skip
THEMES: tuple[Theme, ...] = get_args(Theme)
Told = tuple[str, frozenset[str]]  # a text, and the rules that it is an example of


class Labelled(Model):
    """A draft, and what its author should think of before it goes out.

    ``rules`` is empty where nothing is wrong; most of those come close to a problem of the ``theme``, as only they
    teach the difference.
    """

    language: Language
    theme: Theme | None = None  # nothing near: a post as most are
    rules: Annotated[tuple[Theme, ...], Field(max_length=4)] = ()
    text: NonEmpty


@dataclass(frozen=True)
class Lessons:
    """All that an opinion is learnt from.

    ``authors``: the drafts of each author, apart, since what holds for drafts by somebody unseen is measured on these.
    ``told``: texts with their rules that are learnt from as well, but say nothing about thresholds, since nobody
    publishes a lone sentence: the rules' own examples. ``cues``: words that say the same in four languages.
    """

    authors: tuple[tuple[Labelled, ...], ...] = ()
    told: tuple[Told, ...] = ()
    cues: tuple[Concept, ...] = ()

    @property
    def drafts(self) -> tuple[Labelled, ...]:
        return tuple(draft for author in self.authors for draft in author)
