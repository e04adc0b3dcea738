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


POSSIBLE, LIKELY = 0.1, 0.5  # shares from which on a question may be in a language, or rather is than not
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
    """The language to reply in: the question's, else one that it may be in, as whoever asks is used to.

    ``shares``: how likely the question is written in each language, 0–1, adding up to 1. Where none is certain, the
    language that the person used before decides, then the one that their ``program`` (browser, Teams) is set to, then
    the organisation's, each only where the question may be in it; where it may be in none of these, and in no other
    rather than not, it is as if it could be in any. Many have an English program and write none, so that says nothing.
    Short questions are often both Bokmål and Nynorsk; what is surely Norwegian stays Norwegian.
    """
    best = max(Language, key=lambda language: shares.get(language, 0.0))
    if shares.get(best, 0.0) >= certain:
        return best
    norwegian = sum(shares.get(form, 0.0) for form in NORWEGIAN)
    for language in (person, program if program is not Language.EN else None, organisation):
        if language in NORWEGIAN and norwegian >= POSSIBLE:
            return language
        if language and norwegian < certain and shares.get(language, 0.0) >= POSSIBLE:
            return language
    return best if shares.get(best, 0.0) > LIKELY or norwegian >= certain else person or organisation
