"""The language of a reply: the question's, else the person's, else the organisation's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import NORWEGIAN, Language, of_tag, reply_language

NB, NN, SV, EN = Language


@pytest.mark.parametrize(
    ("shares", "person", "organisation", "reply"),
    [
        pytest.param({SV: 0.9, EN: 0.1}, NN, NN, SV, id="a sure question wins over everything"),
        pytest.param({NB: 0.5, NN: 0.45, SV: 0.05}, NN, SV, NN, id="surely Norwegian: in the person's form"),
        pytest.param({NB: 0.45, NN: 0.5, SV: 0.05}, None, NB, NB, id="surely Norwegian: in the organisation's form"),
        pytest.param({NB: 0.45, NN: 0.5, SV: 0.05}, SV, NB, NB, id="surely Norwegian: never the person's Swedish"),
        pytest.param({NB: 0.5, NN: 0.45, SV: 0.05}, EN, SV, NB, id="surely Norwegian where nobody has a form"),
        pytest.param({SV: 0.5, EN: 0.5}, EN, SV, EN, id="unsure: as the person wrote before"),
        pytest.param({SV: 0.5, EN: 0.5}, None, NN, NN, id="unsure: as the organisation writes"),
        pytest.param({SV: 0.7, EN: 0.3}, None, NN, SV, id="rather Swedish than not, and surely no Norwegian"),
        pytest.param({SV: 0.7, NB: 0.3}, None, NN, NN, id="rather Swedish than not, but perhaps Norwegian"),
        pytest.param({}, None, SV, SV, id="nothing known: as the organisation writes"),
    ],
)
def test_who_decides(
    shares: dict[Language, float], person: Language | None, organisation: Language, reply: Language
) -> None:
    assert reply_language(shares, person=person, organisation=organisation) is reply


@pytest.mark.parametrize(
    ("shares", "person", "program", "reply"),
    [
        pytest.param({NB: 0.5, NN: 0.5}, None, NB, NB, id="both forms: as the program is set"),
        pytest.param({NB: 0.5, NN: 0.5}, NN, NB, NN, id="both forms: as the person wrote before"),
        pytest.param({NB: 0.5, NN: 0.5}, EN, NB, NB, id="both forms: the person's English decides on none"),
        pytest.param({NB: 0.5, NN: 0.5}, None, EN, NN, id="both forms, an English program: as the organisation writes"),
        pytest.param({NB: 0.1, NN: 0.9}, None, NB, NN, id="a sure question wins over the program"),
        pytest.param({SV: 0.5, EN: 0.5}, None, EN, NN, id="unsure: an English program says nothing"),
        pytest.param({SV: 0.5, NB: 0.5}, None, SV, SV, id="unsure: as the program is set"),
        pytest.param({SV: 0.5, NB: 0.5}, NB, SV, NB, id="unsure: as the person wrote before"),
        pytest.param({SV: 0.05, NB: 0.55, EN: 0.4}, None, SV, NN, id="a program in what it cannot be says nothing"),
    ],
)
def test_the_language_of_the_program_decides_where_the_question_does_not(
    shares: dict[Language, float], person: Language | None, program: Language, reply: Language
) -> None:
    assert reply_language(shares, person=person, organisation=NN, program=program) is reply


@pytest.mark.parametrize(
    ("tag", "language"),
    [("nb-NO", NB), ("no", NB), ("nn", NN), ("sv-SE", SV), ("EN-gb", EN), ("de-DE", None), ("", None)],
)
def test_a_language_tag_is_read(tag: str, language: Language | None) -> None:
    assert of_tag(tag) is language


SHARES = st.lists(st.floats(0.001, 1), min_size=4, max_size=4).map(
    lambda found: {language: share / sum(found) for language, share in zip(Language, found, strict=True)}
)


@given(SHARES, st.none() | st.sampled_from(Language), st.sampled_from(Language))
def test_a_reply_is_in_a_language_that_somebody_here_uses(
    shares: dict[Language, float], person: Language | None, organisation: Language
) -> None:
    best = max(shares, key=shares.__getitem__)

    reply = reply_language(shares, person=person, organisation=organisation)

    assert reply in {best, person, organisation}
    if sum(shares[language] for language in NORWEGIAN) >= 0.75:
        assert reply in NORWEGIAN
