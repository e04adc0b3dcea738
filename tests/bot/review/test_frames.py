"""What the rules compose from word classes: every phrase is found where it is written, in all four languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import yamlfile
from bot.knowledge import KnowledgeBase, Organisation
from bot.language import Language
from bot.review import Review, Rulebook, Speller, frames, review
from bot.review.engine import set_scene
from bot.review.lexicon import Lexicon
from bot.review.opinion import Lessons, learn
from bot.review.rules import Frame, Question, Rule, WordClass
from bot.review.words import Word
from tests.bot.review.conftest import KNOWLEDGE, Check


@pytest.fixture(scope="module")
def check_by_rules(knowledge: KnowledgeBase, rules: Rulebook, speller: Speller) -> Check:
    """The same without the second opinion, which is learnt and knows no frames."""
    alone = replace(rules, opinion=learn(Lessons()))

    def run(draft: str, org: str) -> Review:
        return review(draft, organisation=knowledge.organisation[org], rules=alone, speller=speller)

    return run


CLASSES = yamlfile.read(KNOWLEDGE / "rules/material/classes.yaml", tuple[WordClass, ...])


def said(phrase: str) -> list[Word]:
    """A phrase as it may be written: the first of two words, something for any word, whole words for beginnings."""
    words: list[Word] = []
    spot = 0
    for item in phrase.replace("…", "").split():
        text = item.split("/")[0].replace("_", "dette")
        text = f"{text[:-1]}sak" if text.endswith("~") else text.replace("~", "bolig")
        words.append(Word(spot, spot + len(text), text, opens=not words))
        spot += len(text) + 1
    return words


@pytest.mark.parametrize("language", Language, ids=str)
def test_every_phrase_of_every_class_is_found_where_it_is_written(rules: Rulebook, language: Language) -> None:
    missed = []
    for each in CLASSES:
        for phrase in each.words[language]:
            words = said(phrase)
            found = rules.lexicon.places(words, [language] * len(words), None)
            if not any(start == 0 for start, _ in found.get(each.id, [])):
                missed.append((each.id, phrase))
    assert missed == []


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.id)
def test_a_class_is_as_rich_in_every_language(each: WordClass) -> None:
    rich = {language: len(each.words[language]) for language in Language if language is not Language.NN}
    assert min(rich.values()) >= 0.4 * max(rich.values()), rich
    assert each.words.nn, "Nynorsk shares Bokmål's words, but never all of them"


def test_dictionaries_give_the_inflection(rules: Rulebook, speller: Speller) -> None:
    words = [Word(0, 14, "stipendiatenes", opens=True)]
    assert "somebody" in rules.lexicon.places(words, [Language.NB], speller)


def test_a_phrase_never_runs_over_the_end_of_a_sentence() -> None:
    lexicon = Lexicon([WordClass.model_validate({"id": "x", "words": {"en": ("not … until",)}})])
    together = [Word(0, 3, "not", True), Word(4, 8, "open", False), Word(9, 14, "until", False)]
    apart = [*together[:2], Word(9, 14, "until", True)]
    assert lexicon.places(together, [Language.EN] * 3, None) == {"x": [(0, 14)]}
    assert lexicon.places(apart, [Language.EN] * 3, None) == {}


LET_SLIP = {
    Language.NB: "{who} ble innlagt på psykiatrisk i går.",
    Language.NN: "{who} vart innlagd på psykiatrisk i går.",
    Language.SV: "{who} blev inlagd på psykiatrin i går.",
    Language.EN: "{who} was sectioned yesterday, on a psychiatric ward.",
}
PEOPLE = {
    Language.NB: ("Kollegaen vår", "En av studentene mine", "Naboen på kontoret"),
    Language.NN: ("Kollegaen vår", "Ein av studentane mine", "Naboen på kontoret"),
    Language.SV: ("Vår kollega", "En av mina elever", "Grannen på kontoret"),
    Language.EN: ("Our colleague", "One of my students", "The neighbour in the next office"),
}
HARMLESS = {
    Language.NB: ("Seminar: {it}", "I romanen: {it}", "Tenk deg at: {it}"),
    Language.NN: ("Seminar: {it}", "I romanen: {it}", "Tenk deg at: {it}"),
    Language.SV: ("Seminarium: {it}", "I romanen: {it}", "Tänk dig att: {it}"),
    Language.EN: ("Seminar: {it}", "In the novel: {it}", "Imagine: {it}"),
}


@pytest.mark.parametrize("language", Language, ids=str)
def test_whoever_it_is_told_of_the_author_is_asked_or_warned(language: Language, check: Check) -> None:
    org = "malmo" if language is Language.SV else "oslomet"
    for who in PEOPLE[language]:
        seen = check(LET_SLIP[language].format(who=who), org)
        about = {asking.rule for asking in seen.questions} | {found.rule for found in seen.findings}
        assert "personal-data" in about, who


@pytest.mark.parametrize("language", Language, ids=str)
def test_no_rule_asks_about_a_topic_a_novel_or_a_supposition(language: Language, check_by_rules: Check) -> None:
    org = "malmo" if language is Language.SV else "oslomet"
    told = LET_SLIP[language].format(who=PEOPLE[language][0])
    for frame in HARMLESS[language]:
        seen = check_by_rules(frame.format(it=told[0].lower() + told[1:]), org)
        assert "personal-data" not in {asking.rule for asking in seen.questions}, frame


# ── every slot of every frame ────────────────────────────────────────────────────────────────────────────────────────
FILES = {
    KNOWLEDGE / "rules/material/questions.yaml": Question,
    **dict.fromkeys(sorted((KNOWLEDGE / "rules").glob("*.yaml")), Rule),
}
FRAMED = [
    pytest.param(frame, id=f"{each.id}-{number}")
    for path, kind in FILES.items()
    for each in yamlfile.read(path, tuple[kind, ...])  # type: ignore[valid-type]  # a type made at run time
    for number, frame in enumerate(each.frames)
]
BY_ID = {each.id: each for each in CLASSES}
BUILT = {"name": "Kari Nordmann", "year": "1897", "quote": "«ja»"}
OPENING = {
    Language.NB: "Dette er et innlegg fra oss som jobber på biblioteket.",
    Language.NN: "Dette er eit innlegg frå oss som arbeider på biblioteket.",
    Language.SV: "Det här är ett inlägg från oss som arbetar på biblioteket.",
    Language.EN: "This is a post from those of us working at the library.",
}
UNMEANT = {  # it is denied, quoted to be condemned, long past, or only supposed
    Language.NB: ("Ikke {it}.", "Noen ropte «{it}», og det er ikke greit.", "I gamle dager: {it}.", "Tenk deg {it}."),
    Language.NN: (
        "Ikkje {it}.",
        "Nokon ropte «{it}»: det er ikkje greitt.",
        "I gamle dagar: {it}.",
        "Tenk deg {it}.",
    ),
    Language.SV: ("Inte {it}.", "Någon ropade ”{it}”, och det är inte okej.", "Förr i tiden: {it}.", "Tänk dig {it}."),
    Language.EN: (
        "Not {it}.",
        "Someone shouted “{it}”: it is not okay.",
        "In the old days: {it}.",
        "Imagine {it}.",
    ),
}


def phrases(item: str, language: Language) -> list[str]:
    """The phrases of a slot, as they may be written."""
    found: list[str] = []
    for name in item.split("|"):
        if name in BUILT:
            found.append(BUILT[name])
        else:
            found += [" ".join(word.text for word in said(phrase)) for phrase in BY_ID[name].words[language]]
    return found


def filled(frame: Frame, language: Language) -> Iterator[str]:
    """The frame with each phrase of each slot once, and the first ones of the other slots."""
    slots = [phrases(item, language) for item in frame.of]
    for place, slot in enumerate(slots):
        for phrase in slot:
            yield ", ".join(phrase if number == place else other[0] for number, other in enumerate(slots))


def holds(frame: Frame, text: str, language: Language, rules: Rulebook, organisation: Organisation) -> bool:
    scene = set_scene(f"{OPENING[language]} {text}", organisation, None, rules, None)
    return bool(frames.spans(frame, scene))


def is_settled(frame: Frame, text: str, language: Language, rules: Rulebook, organisation: Organisation) -> bool:
    """Whether a phrase of the slots says itself that it is harmless, as *a hundred years ago* does."""
    scene = set_scene(f"{OPENING[language]} {text}.", organisation, None, rules, None)
    against = {name for item in (*frame.settled, *frame.unless, *frames.UNREAL) for name in item.split("|")}
    return any(name in scene.members for name in against)


@pytest.mark.parametrize("language", Language, ids=str)
@pytest.mark.parametrize("frame", FRAMED)
def test_every_slot_fires_and_falls_silent(
    frame: Frame, language: Language, rules: Rulebook, oslomet: Organisation
) -> None:
    texts = [text for text in filled(frame, language) if not is_settled(frame, text, language, rules, oslomet)]
    silent = [text for text in texts if not holds(frame, f"{text}.", language, rules, oslomet)]
    assert texts
    assert silent == []
    first = texts[0]
    meant = [each for each in UNMEANT[language] if holds(frame, each.format(it=first), language, rules, oslomet)]
    assert meant == []
