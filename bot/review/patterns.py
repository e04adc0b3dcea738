"""Tokens become one pattern a rule and language, so that a draft is read once for all of them.

Patterns are compared with ``Text.lower``, so they need no case folding, which keeps them several times faster. Only the
few that ask for a name, ``kollegaen (?-i:\\p{Lu}\\p{Ll}+)``, are compared with the draft as it is cased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import regex

from bot.language import Language
from bot.review.rules import Tokens


class Tongue(Enum):
    """What a stretch of a draft is written in, as far as patterns care: Norwegians mix their two forms."""

    NORWEGIAN = (Language.NB, Language.NN)
    SWEDISH = (Language.SV,)
    ENGLISH = (Language.EN,)
    OTHER = ()  # only patterns for any language

    @classmethod
    def of(cls, language: Language | None) -> Tongue:
        return next((tongue for tongue in cls if language in tongue.value), cls.OTHER)


CASED = "(?-i:"  # marks the stretch of a pattern where capitals count: names


@dataclass(frozen=True)
class Pattern:
    """Patterns of one tongue: ``plain`` for ``Text.lower``, ``cased`` for ``Text.cased``."""

    plain: regex.Pattern[str] | None
    cased: regex.Pattern[str] | None


Compiled = Mapping[Tongue, Pattern]


def compile_tokens(tokens: Tokens) -> Compiled:
    """One pattern for each tongue that has any token. Raises regex.error."""
    by_tongue = {tongue: tokens.of(*tongue.value) for tongue in Tongue}
    return {tongue: compile_patterns(patterns) for tongue, patterns in by_tongue.items() if patterns}


def compile_patterns(patterns: Sequence[str]) -> Pattern:
    """What any of ``patterns`` matches, whole words only. Raises regex.error."""
    plain = [pattern for pattern in patterns if CASED not in pattern]
    cased = [pattern for pattern in patterns if CASED in pattern]
    return Pattern(
        plain=regex.compile(_union(plain)) if plain else None,
        cased=regex.compile(_union(cased), regex.IGNORECASE) if cased else None,
    )


def _union(patterns: Sequence[str]) -> str:
    return "|".join(dict.fromkeys(map(bounded, patterns)))


def bounded(pattern: str) -> str:
    """``pattern`` between word boundaries, on the sides where it begins or ends with a word."""
    before = "" if pattern[0] in "!?.,#@<^" or pattern.startswith(("\\b", "\\B", "(?<", "(?=", "(?!")) else r"(?<!\w)"
    after = "" if pattern[-1] in "!?.,$>" and _is_literal_end(pattern) else r"(?!\w)"
    return f"{before}(?:{pattern}){after}"


def _is_literal_end(pattern: str) -> bool:
    """Whether the last character stands for itself: ``nå!`` does, ``ord?`` does not."""
    return pattern[-1] in "!,$>" or pattern.endswith(("\\?", "\\."))
