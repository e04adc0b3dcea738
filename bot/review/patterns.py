"""Tokens become one pattern a rule and language, so that a draft is read once for all of them.

Patterns are compared with ``Text.lower``, so they need no case folding, which keeps them several times faster. Only the
few that ask for a name, ``kollegaen (?-i:\\p{Lu}\\p{Ll}+)``, are compared with the draft as it is cased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from bot.language import NORWEGIAN, Language
from bot.review.rules import Tokens

CASED = "(?-i:"  # marks the stretch of a pattern where capitals count: names


@dataclass(frozen=True)
class Pattern:
    """Patterns of one language: ``plain`` for ``Text.lower``, ``cased`` for ``Text.cased``."""

    plain: regex.Pattern[str] | None
    cased: regex.Pattern[str] | None


Compiled = Mapping[Language | None, Pattern]  # None for any language


def compile_tokens(tokens: Tokens) -> Compiled:
    """One pattern for each language that has any token. Raises regex.error."""
    groups: dict[Language | None, Sequence[str]] = {None: tokens.any}
    groups |= {language: tokens[language] for language in Language}
    return {language: compile_patterns(tuple(patterns)) for language, patterns in groups.items() if patterns}


@cache  # the same patterns are tried when they are checked, and kept when they are used
def compile_patterns(patterns: tuple[str, ...]) -> Pattern:
    """What any of ``patterns`` matches, whole words only. Raises regex.error."""
    plain = [pattern for pattern in patterns if CASED not in pattern]
    cased = [pattern for pattern in patterns if CASED in pattern]
    return Pattern(
        plain=regex.compile(_union(plain), cache_pattern=False) if plain else None,
        cased=regex.compile(_union(cased), regex.IGNORECASE, cache_pattern=False) if cased else None,
    )


def kin(language: Language | None) -> frozenset[Language]:
    """The languages whose patterns are read where a draft is in ``language``.

    Whoever writes Nynorsk, or so little that it may be both, also uses words of Bokmål.
    """
    if language is Language.NN:
        return NORWEGIAN
    return frozenset({language} if language else ())


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
