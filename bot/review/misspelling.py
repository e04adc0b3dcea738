"""Which words are misspelt: those that no dictionary, no allowed word and no compound's parts explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.language import NORWEGIAN, Language
from bot.review.compiled import CompiledRule, Scene
from bot.review.compounds import is_compound
from bot.review.findings import Sighting
from bot.review.spelling import Speller, swaps
from bot.review.words import Word, Words

MIN_CHECKED = 3  # letters
MAX_CHECKED = 60
MIN_CAPITAL = 6  # of a word with a capital inside a sentence; shorter ones are mostly names


def spelling(compiled: CompiledRule, scene: Scene) -> Iterator[Sighting]:
    """Words that stand twice, and words that are misspelt."""
    for start, end in scene.find(compiled.cues["doubled"]):
        if not scene.text.marks.is_address(start):
            once = scene.text.cased[start:end].split()[0]
            yield replace(scene.sighting(start, end, "doubled"), replacement=once, safe=True)
    yield from _misspelt(scene)


def _misspelt(scene: Scene) -> Iterator[Sighting]:
    if scene.speller is None:
        return
    own = frozenset(part.lower() for name in scene.organisation.public.names for part in name.split())
    for word in scene.tokens:
        language = scene.language_at(word.start)
        if language is None or language not in scene.speller.languages or not _is_checked(word, scene.words):
            continue
        if word.text[0].isupper() and not word.opens and not _is_slip(word.text, language, scene.speller):
            continue  # a name, as far as anybody can tell
        if word.text.lower() not in own and not is_known(word.text, language, scene.speller, scene.words):
            yield scene.sighting(word.start, word.end, "misspelt")


def _is_checked(word: Word, words: Words) -> bool:
    """Names, abbreviations and the like cannot be misspelt: nobody knows them all."""
    text = word.text
    if len(text) < MIN_CHECKED or len(text) > MAX_CHECKED or text.isupper():
        return False
    return text[1:].islower() and not (text[0].isupper() and text.lower() in words.given_names)


def is_known(text: str, language: Language, speller: Speller, words: Words) -> bool:
    """Whether a word is right in ``language``: as it stands, as a loan, by its parts, or as an allowed word."""
    lower = text.lower()
    if speller.knows(text, language) or speller.knows(lower, language) or words.allows(lower, language):
        return True
    if lower in words.frequent[language.value]:
        return True
    if "-" in lower or "'" in lower:
        parts = [part for part in lower.replace("'", "-").split("-") if len(part) >= MIN_CHECKED]
        return all(is_known(part, language, speller, words) for part in parts)
    if len(lower) > MIN_CHECKED and _is_loan(lower, language, speller):
        return True
    joints = words.joints.get(language, ())
    if not joints or not is_compound(lower, lambda part: _is_part(part, language, speller, words), joints):
        return False
    return not speller.is_near_miss(lower, language)  # “fantstisk” is no compound of “fant” and “stisk”


def _is_loan(lower: str, language: Language, speller: Speller) -> bool:
    """Whether English has the word, or the other form of Norwegian, and no own word lacks one letter of it."""
    if language is not Language.EN and speller.knows(lower, Language.EN):
        return True
    sisters = NORWEGIAN - {language} if language in NORWEGIAN else frozenset()
    if not any(speller.knows(lower, sister) for sister in sisters):
        return False
    return len(lower) < MIN_CAPITAL or not speller.is_near_miss(lower, language)


def _is_slip(text: str, language: Language, speller: Speller) -> bool:
    """Whether a word with a capital is a plain word with two letters changed over: “Satruday”."""
    return len(text) >= MIN_CAPITAL and speller.knows_any(swaps(text), language)


def _is_part(part: str, language: Language, speller: Speller, words: Words) -> bool:
    return speller.knows(part, language) or words.allows(part, language)
