"""Tokens become one pattern a rule and language, so that a draft is read once for all of them.

Patterns are compared with ``Text.lower``, so they need no case folding, which keeps them several times faster. Only the
few that ask for a name, ``kollegaen (?-i:\\p{Lu}\\p{Ll}+)``, are compared with the draft as it is cased.

What ``re`` can read goes to ``re``, with the word boundary once before all alternatives: among hundreds it tries those
whose first letter stands there, and so takes a quarter of the time that ``regex`` takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from bot.language import NORWEGIAN, Language
from bot.review.rules import Tokens

CASED = "(?-i:"  # marks the stretch of a pattern where capitals count: names

Searcher = re.Pattern[str] | regex.Pattern[str]
_BEHIND = "(?<"  # looking behind, where re wants all alternatives equally long
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")


@dataclass(frozen=True)
class Pattern:
    """Patterns of one language: ``plain`` for ``Text.lower``, ``cased`` for ``Text.cased``."""

    plain: tuple[Searcher, ...]
    cased: tuple[Searcher, ...]


Compiled = Mapping[Language | None, Pattern]  # None for any language


def compile_tokens(tokens: Tokens) -> Compiled:
    """One pattern for each language that has any token. Raises regex.error."""
    groups: dict[Language | None, Sequence[str]] = {None: tokens.any}
    groups |= {language: tokens[language] for language in Language}
    return {language: compile_patterns(tuple(patterns)) for language, patterns in groups.items() if patterns}


@cache  # the same patterns are tried when they are checked, and kept when they are used
def compile_patterns(patterns: tuple[str, ...]) -> Pattern:
    """What any of ``patterns`` matches, whole words only. Raises regex.error."""
    cased = [pattern for pattern in patterns if CASED in pattern]
    plain = [pattern for pattern in patterns if CASED not in pattern]
    behind = [pattern for pattern in plain if _BEHIND in pattern]
    quick = [pattern for pattern in plain if _BEHIND not in pattern]
    return Pattern(
        plain=tuple(make(group) for make, group in ((_quick, quick), (_whole, behind)) if group),
        cased=(regex.compile(_union(cased), regex.IGNORECASE, cache_pattern=False),) if cased else (),
    )


def _whole(patterns: Sequence[str]) -> Searcher:
    return regex.compile(_union(patterns), cache_pattern=False)


def _quick(patterns: Sequence[str]) -> Searcher:
    """The union for ``re``; for ``regex`` where one of them is beyond it, or wrong, so that ``regex`` says how."""
    at_words: list[str] = []
    others: list[str] = []
    for pattern in map(_for_re, dict.fromkeys(patterns)):
        before, after = _boundaries(pattern)
        (at_words if before else others).append(f"(?:{pattern}){after}")
    union = [rf"(?<!\w)(?:{'|'.join(at_words)})"] if at_words else []
    try:
        return re.compile("|".join(union + others))
    except re.error:
        return _whole(patterns)


def _for_re(pattern: str) -> str:
    r"""``\p{L}`` as ``re`` knows it; within a class, any character of a word."""
    return _CLASS.sub(lambda found: found[0].replace(r"\p{L}", r"\w"), pattern).replace(r"\p{L}", r"[^\W\d_]")


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
    before, after = _boundaries(pattern)
    return f"{before}(?:{pattern}){after}"


def _boundaries(pattern: str) -> tuple[str, str]:
    free = pattern[0] in "!?.,#@<^" or pattern.startswith(("\\b", "\\B", "(?<", "(?=", "(?!"))
    free_end = pattern[-1] in "!?.,$>" and _is_literal_end(pattern)
    return "" if free else r"(?<!\w)", "" if free_end else r"(?!\w)"


def _is_literal_end(pattern: str) -> bool:
    """Whether the last character stands for itself: ``nå!`` does, ``ord?`` does not."""
    return pattern[-1] in "!,$>" or pattern.endswith(("\\?", "\\."))
