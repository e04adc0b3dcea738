"""Weekdays that do not fit their dates, and texts that are heavy as a whole."""

from __future__ import annotations

import pytest

from tests.bot.review.conftest import Check


@pytest.mark.parametrize(
    ("draft", "right"),
    [
        ("Vi møtes tirsdag 3. mai 2026 i aulaen.", "søndag"),
        ("Vi møtes tirsdag 03.05.2026 i aulaen.", "søndag"),
        ("Vi sest måndag den 1. mars 2027 på biblioteket.", None),
        ("Vi ses onsdagen den 17 maj 2028 på biblioteket i Malmö.", None),
        ("Välkommen torsdagen den 17 maj 2028 till biblioteket i Malmö.", "onsdag"),
        ("We meet on Monday, 3 May 2026, in the library.", "Sunday"),
        ("We meet on Friday, December 25th, 2026, in the library.", None),
        ("Vi møtes tirsdag 3. mai i aulaen.", None),  # of which year nobody says
        ("Vi møtes tirsdag 31. februar 2026 i aulaen.", None),  # there is no such day: another finding
    ],
)
def test_a_weekday_that_does_not_fit_is_told_with_the_one_that_does(
    draft: str, right: str | None, check: Check
) -> None:
    said = [
        found.message for found in check(draft).findings if found.rule == "placeholder" and "{" not in found.message
    ]
    assert any(right in message for message in said) if right else not any("dato" in message for message in said)


HEAVY = (
    "Virksomhetsovergripende kompetanseutviklingstiltak forutsetter organisatorisk forankring. "
    "Implementeringsprosessen gjennomføres avdelingsvis innenfor eksisterende budsjettrammer. "
    "Medarbeidersamtaler dokumenteres fortløpende gjennom kvalitetssikringssystemet. "
    "Tilbakemeldingsrutinene evalueres halvårlig sammen med tillitsvalgtapparatet. "
    "Styringsdokumentene oppdateres tilsvarende etter ledergruppebehandling. "
    "Opplæringsaktivitetene koordineres gjennom kommunikasjonsavdelingen. "
    "Rapporteringsforpliktelsene ivaretas gjennom virksomhetsrapporteringen. "
    "Arbeidsmiljøundersøkelsen gjennomføres regelmessig innenfor virksomhetsområdene. "
    "Brukerundersøkelsene sammenfattes deretter administrativt før offentliggjøring. "
    "Samarbeidsavtalene reforhandles vanligvis annethvert budsjettår. "
    "Hovedprinsippene videreføres uforandret innenfor gjeldende fullmaktsstruktur."
)


def test_a_heavy_text_is_told_its_index(check: Check) -> None:
    (found,) = [each for each in check(HEAVY).findings if each.rule == "plain-language"]
    assert "LIX" in found.message


def test_an_easy_text_is_not(check: Check) -> None:
    easy = "Vi har åpent i dag. Kom og se de nye bøkene. Det er kaffe på kanna, og du kan ta med en venn. " * 4
    assert not [each for each in check(easy).findings if each.rule == "plain-language"]
