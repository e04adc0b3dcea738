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


def of_tag(tag: str) -> Language | None:
    """The language of a BCP 47 tag such as ``nb-NO``; ``no`` is read as Bokmål. None where it is not spoken here."""
    name = tag.strip().split("-")[0].lower()
    return Language.NB if name == "no" else next((language for language in Language if language == name), None)


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
    program: Language | None = None,
    certain: float = 0.75,
) -> Language:
    """The language to reply in: the question's, else the person's, else the organisation's.

    ``shares``: how likely the question is written in each language, 0–1, adding up to 1. Short questions are often
    both Bokmål and Nynorsk; a question that is surely Norwegian stays Norwegian, in the form that the person used
    before, that their ``program`` (browser, Teams) is set to, or that the organisation writes. Many have an English
    program and write none, so it decides on nothing else.
    """
    best = max(Language, key=lambda language: shares.get(language, 0.0))
    if shares.get(best, 0.0) >= certain:
        return best
    wanted = [language for language in (person, organisation) if language is not None]
    if sum(shares.get(language, 0.0) for language in NORWEGIAN) >= certain:
        forms = (person, program, organisation)
        return next((language for language in forms if language in NORWEGIAN), best)
    return wanted[0]
