"""Every sentence that the bot says of itself, in four languages. What the handbooks say stands in ``knowledge/``."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge import Texts
from bot.language import Language
from bot.yamlfile import Document

FILE = Path(__file__).with_name("wording.yaml")


class Wording:
    """Sentences by key."""

    def __init__(self, sentences: Mapping[str, Texts]) -> None:
        self._sentences = sentences

    def __call__(self, key: str, language: Language, **values: object) -> str:
        """The sentence ``key`` with its ``{placeholders}`` filled in. KeyError for an unknown key or placeholder."""
        return self._sentences[key][language].format_map({name: str(value) for name, value in values.items()})

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def keys(self) -> tuple[str, ...]:
        return tuple(self._sentences)


@cache
def wording(path: Path = FILE) -> Wording:
    """The sentences in ``path``. KnowledgeError where a language is missing or has other placeholders than the rest."""
    document = Document.read(path)
    sentences, faults = document.typed(dict[str, Texts])
    faults += tuple(
        Fault(path, document.line((key, language.value)), f"{key}: {what}")
        for key, texts in (sentences or {}).items()
        for language in Language
        if (what := _amiss(texts[language], texts.nb))
    )
    if faults or not sentences:
        raise KnowledgeError(faults or [Fault(path, 1, "holds no sentence; write those that the bot says")])
    return Wording(sentences)


def _amiss(text: str, like: str) -> str | None:
    """What is wrong with a sentence's braces, None where nothing is."""
    try:
        names = placeholders(text)
    except ValueError as error:
        return f"has a brace by itself ({error}); write {{name}}, and any other brace twice"
    if not all(map(str.isidentifier, names)):
        return "has a {placeholder} that is no word; write a name of letters"
    try:
        wanted = placeholders(like)
    except ValueError:  # told where it stands
        return None
    return None if names == wanted else "has other {placeholders} than nb; use the same"


def placeholders(text: str) -> set[str]:
    """The names in braces of a text. ValueError for a lone brace."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
