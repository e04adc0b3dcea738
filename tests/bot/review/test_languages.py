"""What a draft is written in."""

from __future__ import annotations

import pytest

from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.review import Rulebook, review
from tests.bot.review.conftest import Check

DRAFTS = {
    "Vi gleder oss til å se dere på åpen dag!": Language.NB,
    "Vi gler oss til å sjå dykk på open dag!": Language.NN,
    "Vi ser fram emot att träffa er på öppet hus!": Language.SV,
    "We look forward to seeing you at our open day!": Language.EN,
    "Vi glæder os til at se jer, og vi siger tak for hjælpen i dag.": None,
    "Wir freuen uns auf den Tag der offenen Tür und auf euch alle.": None,
    "Nous sommes très heureux de vous accueillir dans notre bibliothèque.": None,
    "Tervetuloa mukaan avoimien ovien päivään, se on kaikille ja meidän oma juhla.": None,
}


@pytest.mark.parametrize(("draft", "language"), DRAFTS.items(), ids=[text[:20] for text in DRAFTS])
def test_the_dictionaries_vote(draft: str, language: Language | None, check: Check) -> None:
    assert check(draft).language is language


@pytest.mark.parametrize(("draft", "language"), DRAFTS.items(), ids=[text[:20] for text in DRAFTS])
def test_frequent_words_decide_without_dictionaries(
    draft: str, language: Language | None, rules: Rulebook, knowledge: KnowledgeBase
) -> None:
    assert review(draft, organisation=knowledge.organisation["oslomet"], rules=rules).language is language


@pytest.mark.parametrize(("org", "language"), [("oslomet", Language.NN), ("malmo", Language.SV)])
def test_a_tie_is_the_organisations_own_language(org: str, language: Language, check: Check) -> None:
    assert check("😊", org).language is language
    assert check("#oslomet 2026", org).language is language


def test_another_language_is_told_and_the_language_free_rules_run(check: Check) -> None:
    result = check("Wir freuen uns auf euch alle. Ruft mich an: +47 912 34 567!")
    assert result.language is None
    assert "personal-data" in {finding.rule for finding in result.findings}
    assert "spelling" not in {finding.rule for finding in result.findings}
    assert result.notes


def test_each_paragraph_is_read_in_its_own_language(check: Check) -> None:
    result = check(
        "Vi gleder oss til å se dere på åpen dag på fredag.\n\nWe look forward to seeing all of you on Friday."
    )
    assert "spelling" not in {finding.rule for finding in result.findings}


def test_the_reply_is_in_the_language_asked_for(check: Check) -> None:
    draft = "Vi gleder oss til å se dere på åpen dag!"
    assert check(draft).summary != check(draft, reply=Language.EN).summary
    assert "decide" in check(draft, reply=Language.EN).summary
