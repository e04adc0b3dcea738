"""Decided drafts are found again by whoever writes a similar one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.language import Language
from bot.ports import Precedent
from bot.precedents import MOST, alike, for_asker, for_comms
from bot.wording import wording

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
ADMISSION = "Lurer du på noe om opptaket? Ring oss på sentralbordet eller skriv til oss, så hjelper vi deg. #oslomet"
DECIDED = Precedent(
    "oslomet",
    Language.NB,
    ADMISSION,
    "change",
    "Skriv når telefonen er åpen.",
    "p-1",
    NOW,
    NOW + timedelta(days=30),
    7,
    1,
)


@pytest.mark.parametrize(
    "draft",
    [
        ADMISSION,
        ADMISSION.upper(),
        "Lurer du på noko om opptaket? Ring oss på sentralbordet eller skriv til oss, så hjelper vi deg! #oslomet",
        "Spørsmål om opptaket? Ring oss på sentralbordet eller skriv til oss. Vi svarer så fort vi kan! #oslomet",
    ],
    ids=["the same", "in capitals", "in Nynorsk", "reworded"],
)
def test_a_draft_much_like_a_decided_one_finds_it(draft: str) -> None:
    ((found, likeness),) = alike(draft, [DECIDED], NOW)
    assert found is DECIDED
    assert 0.5 <= likeness <= 1


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "🎉",
        "Studentorkesteret spiller i trappa hver fredag. Hvilken låt blir du glad av? #oslomet",
        "Rykten går snabbare än rättelser, och vår nya artikel visar varför.",
    ],
)
def test_another_draft_does_not(draft: str) -> None:
    assert alike(draft, [DECIDED], NOW) == []


def test_an_expired_precedent_is_not_shown_and_one_without_expiry_is() -> None:
    assert alike(ADMISSION, [replace(DECIDED, expires=NOW)], NOW) == []
    assert alike(ADMISSION, [replace(DECIDED, expires=None)], NOW)


def test_the_most_alike_come_first_then_the_newest_and_few_of_them() -> None:
    older = replace(DECIDED, id=2, at=NOW - timedelta(days=1))
    less = replace(DECIDED, id=3, text=ADMISSION.replace("hjelper vi deg", "finner vi det ut sammen med deg"))
    found = alike(ADMISSION, [less, older, DECIDED, replace(older, id=4, at=NOW - timedelta(days=2))], NOW)
    assert [each.id for each, _ in found] == [1, 2, 4]
    assert len(found) == MOST


@pytest.mark.parametrize("language", list(Language))
def test_its_author_reads_what_was_decided_and_why_and_not_the_other_draft(language: Language) -> None:
    (text,) = for_asker([(DECIDED, 0.8)], wording(), language)
    assert "Skriv når telefonen er åpen." in text.body
    assert "2027-03-01" in text.body
    assert "opptaket" not in text.body
    assert for_asker([], wording(), language) == ()


@pytest.mark.parametrize("language", list(Language))
def test_comms_reads_the_other_draft_and_who_decided(language: Language) -> None:
    (text,) = for_comms([(DECIDED, 0.8)], {"p-1": "Cleo"}, wording(), language)
    assert "80" in text.body
    assert "opptaket" in text.body
    assert "Cleo" in text.body
    (unnamed,) = for_comms([(DECIDED, 0.8)], {}, wording(), language)
    assert "Cleo" not in unnamed.body
    assert for_comms([], {}, wording(), language) == ()
