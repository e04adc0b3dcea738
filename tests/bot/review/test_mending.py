"""What is mended silently, what is only offered, and what is shown."""

from __future__ import annotations

import pytest

from bot.review import Review, Rulebook
from tests.bot.review.conftest import Check


def rules_of(result: Review) -> list[str]:
    return [finding.rule for finding in result.findings]


MENDED = {
    "styled letters": ("𝗩𝗶𝗸𝘁𝗶𝗴 beskjed!", "Viktig beskjed!"),
    "long hashtags": ("Vi ses! #kunnskapforenbedreverden", "Vi ses! #KunnskapForEnBedreVerden"),
    "rows of exclamation marks": ("Hvorfor svarer ingen på e-posten!!!!", "Hvorfor svarer ingen på e-posten!"),
    "doubled words": ("Kom til til oss.", "Kom til oss."),
}
KEPT = {
    "spelling": "Vi gleder oss til forksningen i morgen.",
    "capitals": "TAKK TIL ALLE SOM KOM I DAG",
    "officialese": "Vedrørende møtet på fredag: Kommer du?",
    "the organisation's own hashtag": "Vi ses på fredag, gjør vi ikke? #storbyuniversitetet #oslomet",
    "joy": "Gratulerer med dagen!!!",
}


@pytest.mark.parametrize(("draft", "improved"), MENDED.values(), ids=MENDED.keys())
def test_what_changes_no_meaning_is_mended(draft: str, improved: str, check: Check) -> None:
    assert check(draft).improved == improved


def test_what_is_stopped_is_a_mark_in_the_mended_draft(check: Check) -> None:
    mended = check("Hvorfor svarer ingen på e-posten!!!! Ring meg på 912 34 567.").improved
    assert mended == "Hvorfor svarer ingen på e-posten! Ring meg på […]."


@pytest.mark.parametrize("draft", KEPT.values(), ids=KEPT.keys())
def test_what_the_author_must_decide_is_left_as_it_was(draft: str, check: Check) -> None:
    if "#" not in draft:
        assert check(draft).improved == draft


def test_a_plainer_word_is_offered_with_its_capital(check: Check) -> None:
    offered = [each for each in check("Vedrørende møtet på fredag: Kommer du?").findings if each.rule == "bureaucratic"]
    assert [each.replacement for each in offered] == ["Om"]
    assert not offered[0].safe


def test_findings_are_ordered_by_severity_then_place(check: Check) -> None:
    result = check("OsloMet har nyhetr. Jeg har hørt rykter om kutt. Ring meg på 912 34 567.")
    ranks = [finding.severity.rank for finding in result.findings]
    assert ranks == sorted(ranks)
    assert rules_of(result)[0] == "personal-data"


def test_ten_are_shown_and_the_rest_are_counted(check: Check) -> None:
    numbers = " ".join(f"Ring meg på 912 34 5{number:02}." for number in range(30))
    result = check(f"OsloMet! {numbers} Jeg har hørt rykter om kutt.")
    assert len(result.findings) == 10
    assert result.hidden >= 20
    assert {"speculation", "hashtag"} <= set(rules_of(result))


def test_the_same_words_are_not_told_twice(check: Check) -> None:
    assert rules_of(check("Du er en forbanna idiot, vet du det? #oslomet")) == ["disrespect"]


def test_a_quotation_is_not_the_author_speaking(check: Check) -> None:
    assert check("Avisa skrev «rektor er en idiot» på forsida. Hva synes du om slikt? #oslomet").verdict == "ready"
    assert check("«Rektor er en idiot»").verdict == "stop"


@pytest.mark.parametrize(
    "draft",
    [
        "Dette er ikke et rykte: Vi flytter i mai. Blir du med? #oslomet",
        "Rapporten er ikke lenger konfidensiell. Har du lest den? #oslomet",
        "Du er ikke en idiot om du spør. Hva lurer du på? #oslomet",
    ],
)
def test_a_denial_is_heard(draft: str, check: Check) -> None:
    assert check(draft).verdict == "ready"


def test_invisible_and_styled_letters_hide_nothing(check: Check) -> None:
    for draft in ("Du er en id\u00adiot", "Du er en 𝗶𝗱𝗶𝗼𝘁", "Du er en i\u200bdiot", "DU ER EN IDIOT"):
        found = next(each for each in check(draft).findings if each.rule == "disrespect")
        assert draft[found.start : found.end] == found.match


def test_questions_are_asked_on_a_cue_only(check: Check) -> None:
    assert check("Vi gleder oss til å se dere på fredag.").questions == ()
    assert check("Se bildet av klasse 4B fra i går!").questions


TACT = {
    "a death": "Professor emeritus Aslak Moen døde 3. september, 91 år gammel. "
    "Han bygde opp faget og kjente alle studentene sine ved navn. Minnestund i aulaen torsdag.",
    "an alarm": "Brannalarmen er utløst i bygget. "
    "Gå rolig ut trappene og møt på plassen foran hovedinngangen. Ny oppdatering her kommer om et kvarter.",
    "an apology": "Vi beklager at vi skrev feil dato for eksamen i går. "
    "Riktig dato er mandag 4. mai, og alle kandidater har fått melding om det i dag.",
}


@pytest.mark.parametrize("draft", TACT.values(), ids=TACT.keys())
def test_nobody_is_told_to_end_such_a_post_with_a_question(draft: str, check: Check) -> None:
    assert "invite" not in {found.rule for found in check(draft).findings}


def test_what_cannot_be_judged_is_always_said(check: Check, rules: Rulebook) -> None:
    seen = check("Vi gleder oss til å se dere på fredag.")
    assert rules.phrase("not-judged", seen.language) in seen.notes
