"""Looking into the handbook: near answers, nothing kept, and nothing on what always goes to a person."""

from __future__ import annotations

import pytest
from offices import Office, Questions

from bot.language import Language
from bot.service.searching import search


def test_the_nearest_answer_comes_first_and_nothing_is_kept(office: Office, questions: Questions) -> None:
    found = search(office.desk, "oslomet", questions.answered, Language.EN)

    assert found[0].card.entry == "hashtag"
    assert "#oslomet" in found[0].card.body
    assert not office.store.kept.questions


@pytest.mark.parametrize("organisation", ["oslomet", "malmo"])
def test_without_words_the_own_handbook_is_shown(office: Office, organisation: str) -> None:
    found = search(office.desk, organisation, " ", Language.NN, most=5)

    assert len(found) == 5
    assert all(each.card.sections[0].startswith(f"{organisation}/") for each in found)


def test_what_always_goes_to_a_person_is_not_answered_by_what_is_near(office: Office, questions: Questions) -> None:
    giveaway = office.desk.mind.now.knowledge.topic["handoff/giveaways"].questions.nb[0]
    assert search(office.desk, "oslomet", giveaway, Language.NB) == []
    (found,) = search(office.desk, "oslomet", questions.handoff, Language.NB)
    assert found.card.sections == ()  # the press is waiting: what to do first, and no entry


def test_a_search_in_another_language_is_answered_in_it(office: Office) -> None:
    words = office.desk.mind.now.knowledge.topic["made-a-mistake"].questions.sv[0]

    (first, *_) = search(office.desk, "malmo", words, Language.EN)

    assert "handbok" in first.card.source
