"""Personal data is found and masked; the organisation's own contacts, and numbers of other things, are not."""

from __future__ import annotations

import pytest

from bot.review import Review
from tests.bot.review.conftest import Check


def parts(result: Review) -> list[str]:
    return [finding.match for finding in result.findings if finding.rule == "personal-data"]


SEEN = {
    "Norwegian identity number": ("Saken gjelder 15108695088 hos oss.", "1510•••••••"),
    "grouped identity number": ("Hun har 151086 95088 som nummer.", "1510•• •••••"),
    "identity number with a label and a wrong check digit": ("Fødselsnummer: 12345678901", "1234•••••••"),
    "Swedish identity number": ("Det är 850101-1236 som gäller.", "8501••-••••"),
    "Swedish identity number with century": ("Det är 19850101-1236 som gäller.", "1985••••-••••"),
    "co-ordination number": ("Samordningsnummer 850161-1230 finns.", "8501••-••••"),
    "Norwegian mobile": ("Ring meg på 912 34 567 i kveld.", "912 •• •••"),
    "Norwegian mobile with country code": ("Ring +47 912 34 567 i kveld.", "+47 ••• •• •••"),
    "Swedish mobile": ("Ring 070-174 06 05 i kväll.", "070-••• •• ••"),
    "home number": ("Hjemmenummeret hennes er 22 85 43 21.", "22 •• •• ••"),
    "private e-mail": ("Skriv til kari.nordmann@gmail.com i dag.", "k•••.••••••••@gmail.com"),
    "student's e-mail": ("Skriv til s123456@oslomet.no i dag.", "s••••••@oslomet.no"),
    "student number": ("Studentnummer 123456 mangler.", "12••••"),
    "payment card": ("Betal med 4111 1111 1111 1111 her.", "4111 •••• •••• ••••"),
    "home address": ("Hun bor i Åsveien 14B nå.", "Ås••••• •••"),
    "address after a name": ("Send kort til Kari Moen, Storgata 12B, 0155 Oslo.", "St•••••• •••"),
}


@pytest.mark.parametrize(("draft", "masked"), SEEN.values(), ids=SEEN.keys())
def test_personal_data_is_found_and_masked(draft: str, masked: str, check: Check) -> None:
    result = check(draft)
    assert masked in parts(result)
    assert result.verdict == "stop"


UNSEEN = [
    "Ring sentralbordet på 67 23 50 00, eller 67 23 12 34 til instituttet.",
    "Skriv til post@oslomet.no eller kari.hansen@oslomet.no.",
    "Bestill på post@nationaltheatret.no, telefon 22 00 14 00.",
    "ISBN 978-82-15-01234-5, ISSN 1234-5678, DOI 10.1000/12345678.",
    "Prosjektnummer 91234567 hos Forskningsrådet.",
    "Vi fikk 91234567 kroner i støtte.",
    "Vi fikk kr 41 234 567 i støtte.",
    "Saksnummer 2024/12345678, dok. 15108695.",
    "Organisasjonsnummer 997058925 og 212000-1124.",
    "Møtet er 15.10.2026 kl. 12.00–14.00 i Pilestredet 46.",
    "Ring 113, 112, 116 117 eller 116 123.",
    "Se https://www.oslomet.no/ansatt/91234567 for mer.",
    "Pressekontakt: telefon 915 12 345 på dagtid.",
    "Sesongen 2025 2026 og 2026 2027 blir lang.",
    "Butikken i Storgata 12 åpner fredag.",
    "Kari Hansen holder foredrag om diabetes i Pilestredet 35.",
    "Kreft, angst og uføretrygd er temaer i emnet.",
    "Jeg har selv vært sykmeldt, og skriver om det.",
    "Barn med ADHD har rett til tilrettelegging.",
]


@pytest.mark.parametrize("draft", UNSEEN)
def test_what_only_looks_like_personal_data_is_left_alone(draft: str, check: Check) -> None:
    assert parts(check(draft)) == []


@pytest.mark.parametrize(
    "draft",
    [
        "Kari Hansen har fått kreft.",
        "Vi tenker på Kari Hansen. Hun er sykmeldt ut året.",
        "Studenten min sliter med angst.",
        "Eleven i 7b har fått diagnosen ADHD.",
        "Per Olsen mottar sosialhjelp fra NAV.",
    ],
)
def test_health_and_benefits_count_where_somebody_can_be_recognised(draft: str, check: Check) -> None:
    assert check(draft).verdict == "stop"


def test_an_address_counts_only_with_somebody_who_lives_there(check: Check) -> None:
    assert parts(check("Vi møtes i Storgata 12B på fredag.")) == []
    assert parts(check("Naboen min bor i Storgata 12B.")) != []
