"""What the knowledge base knows of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.knowledge import Entry, Texts
from bot.language import Language
from bot.loading import load


def test_an_asker_gets_the_own_organisations_answer_and_else_the_others(small: Path) -> None:
    known = load(small)
    hashtag = known.entries[0]

    assert known.answer_for(hashtag, "oslomet") == ("oslomet", hashtag.answers["oslomet"])
    assert known.answer_for(hashtag, "malmo") == ("oslomet", hashtag.answers["oslomet"])


def test_sections_are_those_of_all_answers_and_of_nothing_else(small: Path) -> None:
    known = load(small)
    both = known.entries[0].model_copy(
        update={"answers": {**known.entries[0].answers, **known.entries[1].answers}, "id": "both"}
    )
    known = known.model_copy(update={"entries": (*known.entries, both)})

    assert known.sections_of("both") == ("oslomet/hashtag", "malmo/mistakes")
    assert known.sections_of("handoff/press") == ()
    assert known.sections_of("smalltalk/hello") == ()
    with pytest.raises(KeyError):
        known.sections_of("nothing")


def test_every_way_of_asking_is_a_variant_of_its_topic(small: Path) -> None:
    known = load(small)

    variants = list(known.variants())

    assert len(variants) == sum(
        len(topic.questions[language]) for topic in known.topic.values() for language in Language
    )
    assert {variant.entry for variant in variants} == set(known.topic)
    assert all(variant.text in known.topic[variant.entry].questions[variant.language] for variant in variants)


def test_a_fact_is_one_text_or_one_a_language(small: Path) -> None:
    oslomet = load(small).organisation["oslomet"]

    assert oslomet.fact("hashtag", Language.SV) == "#oslomet"
    assert oslomet.fact("department", Language.SV) == "avdelningen"
    with pytest.raises(KeyError):
        oslomet.fact("nothing", Language.SV)


def test_knowledge_cannot_be_changed_by_whoever_uses_it(small: Path) -> None:
    entry = load(small).entries[0]

    with pytest.raises(ValidationError):
        entry.title = entry.title  # type: ignore[misc]  # that it fails is the point


def test_texts_lose_the_space_around_them_and_are_never_empty() -> None:
    assert Texts(nb=" a ", nn="b", sv="c", en="d")[Language.NB] == "a"
    with pytest.raises(ValidationError):
        Texts(nb="\n", nn="b", sv="c", en="d")


@pytest.mark.parametrize(
    "name", ["A", "a b", "a_b", "-a", "a-", "a--b", "", "å", "handoff/", "other/a", "a/b/c", "a\n"]
)
def test_an_id_is_plain_enough_for_urls_and_commands(name: str, small: Path) -> None:
    entry = load(small).entries[0]

    with pytest.raises(ValidationError):
        Entry.model_validate({**entry.model_dump(), "id": name})
