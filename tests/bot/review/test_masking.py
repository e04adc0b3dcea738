"""Personal data stays in the author's own draft, and nowhere else: not in the mended one either."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import KnowledgeBase
from bot.review import Review, Rulebook, review
from tests.bot.review.conftest import Check

SECRETS = ["15108695088", "912 34 567", "kari.nordmann@gmail.com", "070-174 06 05", "850101-1236"]
AROUND = [
    "Ring {} NÅ ER DET NOK FOR FAEN!!!",
    "DETTE ER SKANDALE, RING {} MED EN GANG!!!",
    "din idiot {} hold kjeft",
    "Hei {} hei {} hei {} hei {} #oslomet",
    "Jeg har hørt rykter om at {} skal slutte, men del det ikke videre.",
    "Kari Nordmann ({}) er sykmeldt. Kari Nordmann bor i Storgata 12B. KARI NORDMANN ER SINT I DAG!",
]


def said(result: Review) -> str:
    """Every string of the review, the mended draft included, and what a log would hold."""
    parts = [str(getattr(result, field.name)) for field in fields(result)]
    return "\n".join([*parts, repr(result)])


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", AROUND)
def test_masked_data_is_in_no_string_of_the_review(secret: str, around: str, check: Check) -> None:
    draft = around.replace("{}", secret)
    result = check(draft, platform="x")
    assert secret not in said(result)
    assert "[…]" in result.improved


def test_a_name_is_masked_wherever_it_is_shown(check: Check) -> None:
    result = check("Kari Nordmann har fått kreft. NORDMANN ER BORTE HELE ÅRET, OG INGEN BRYR SEG!")
    assert re.search(r"nordmann", said(result), re.IGNORECASE) is None


def test_data_is_masked_although_the_rule_is_switched_off(rules: Rulebook, knowledge: KnowledgeBase) -> None:
    oslomet = knowledge.organisation["oslomet"]
    off = oslomet.model_copy(update={"rules": {"personal-data": "off"}})
    result = review("DU MÅ RINGE 912 34 567 NÅ, INGEN SVARER!!!", organisation=off, rules=rules)
    assert "personal-data" not in {finding.rule for finding in result.findings}
    assert result.findings
    assert "912 34 567" not in said(result)


@given(before=st.text(max_size=30), after=st.text(max_size=30), secret=st.sampled_from(SECRETS))
def test_no_surrounding_lets_a_found_secret_out(before: str, after: str, secret: str, check: Check) -> None:
    result = check(f"{before} ring {secret} {after}")
    if any(finding.rule == "personal-data" for finding in result.findings):
        assert secret not in said(result) or secret in before or secret in after
