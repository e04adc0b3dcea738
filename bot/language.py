"""The four languages of Handbok, and which of them a reply is written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Language(StrEnum):
    """A written language, by its ISO 639-1 code."""

    NB = "nb"  # Bokmål
    NN = "nn"  # Nynorsk
    SV = "sv"  # Swedish
    EN = "en"  # English


NORWEGIAN = frozenset({Language.NB, Language.NN})


def nearest(wanted: Language, there: Sequence[Language]) -> Language:
    """The one of the languages that are ``there`` which serves best for ``wanted``; the first where none is near."""
    if wanted in there:
        return wanted
    near = [language for language in there if {language, wanted} <= NORWEGIAN]
    return (near or list(there))[0]


def reply_language(
    shares: Mapping[Language, float],
    *,
    person: Language | None,
    organisation: Language,
    certain: float = 0.75,
) -> Language:
    """The language to reply in: the question's, else the person's, else the organisation's.

    ``shares``: how likely the question is written in each language, 0–1, adding up to 1. Short questions are often
    both Bokmål and Nynorsk; a question that is surely Norwegian stays Norwegian, in the form that the person or the
    organisation prefers.
    """
    best = max(Language, key=lambda language: shares.get(language, 0.0))
    if shares.get(best, 0.0) >= certain:
        return best
    wanted = [language for language in (person, organisation) if language is not None]
    if sum(shares.get(language, 0.0) for language in NORWEGIAN) >= certain:
        return next((language for language in wanted if language in NORWEGIAN), best)
    return wanted[0]
