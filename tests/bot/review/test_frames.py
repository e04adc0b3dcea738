"""What the rules compose from word classes: every phrase is found where it is written, in all four languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import yamlfile
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.review import Review, Rulebook, Speller, review
from bot.review.lexicon import Lexicon
from bot.review.opinion import Lessons, learn
from bot.review.rules import WordClass
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
