"""Every sentence that the bot says of itself, in four languages. What the handbooks say stands in ``knowledge/``."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot import yamlfile
from bot.errors import Fault, KnowledgeError
from bot.knowledge import Texts
from bot.language import Language

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
    sentences = yamlfile.read(path, dict[str, Texts])
    faults = [
        Fault(
            path,
            yamlfile.line_of(path, (key, language.value)),
            f"{key}: has other {{placeholders}} than nb; use the same",
        )
        for key, texts in sentences.items()
        for language in Language
        if placeholders(texts[language]) != placeholders(texts.nb)
    ]
    if faults:
        raise KnowledgeError(faults)
    return Wording(sentences)


def placeholders(text: str) -> set[str]:
    """The names in braces of a text. ValueError for a lone brace."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
