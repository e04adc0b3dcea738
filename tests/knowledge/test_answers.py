"""What the shipped knowledge says reads right in each language, and says what may change by its fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from adapters.settings import ROOT
from bot.knowledge import Entry, Handoff, KnowledgeBase, Texts
from bot.language import Language
from bot.loading import fill, load
from bot.wording import placeholders

KNOWLEDGE = load(ROOT / "knowledge")  # read here, so that every text is a test of its own


def said() -> Iterator[tuple[str, Texts]]:
    """Every text that a person reads, with what it is called in a test's name."""
    for entry in KNOWLEDGE.entries:
        yield f"{entry.id} title", entry.title
        yield from ((f"{entry.id} {whose}", answer) for whose, answer in entry.answers.items())
    for topic in KNOWLEDGE.handoffs:
        yield from ((f"{topic.id} title", topic.title), (f"{topic.id} reply", topic.reply))
    for talk in KNOWLEDGE.smalltalk:
        yield f"{talk.id} reply", talk.reply
    for organisation in KNOWLEDGE.organisations:
        yield from ((section.id, section.title) for section in organisation.sections)


EVERY = dict(said())
ANSWERS = {name: texts for name, texts in EVERY.items() if not name.endswith("title") and name not in KNOWLEDGE.section}

# Words that only the other languages have: whoever pastes a text into the wrong place is told.
FOREIGN = {
    Language.NB: "ikkje eg ein eit kva korleis kvifor noko frå dei meir vere sjølv inte jag och är från",
    Language.NN: "ikke jeg en et hva hvordan hvorfor noe fra mer være selv inte jag och är från",
    Language.SV: "ikke ikkje jeg eg og hva kva hvordan korleis noe noko fra frå være vere selv sjølv",
    Language.EN: "ikke ikkje inte jeg eg jag og och hva kva vad noe noko fra frå från",
}
QUOTES = {Language.NB: "«»", Language.NN: "«»", Language.SV: "””", Language.EN: "“”"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("texts", EVERY.values(), ids=EVERY)
def test_a_text_is_in_its_language(texts: Texts, language: Language) -> None:
    words = set(re.findall(r"[^\W\d_]+", texts[language].casefold()))

    assert words.isdisjoint(FOREIGN[language].split()), texts[language]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("texts", EVERY.values(), ids=EVERY)
def test_quotation_marks_are_the_languages_own(texts: Texts, language: Language) -> None:
    used = set(re.findall(r"[\"«»“”„]", texts[language]))

    assert used <= set(QUOTES[language]), texts[language]


@pytest.mark.parametrize("texts", ANSWERS.values(), ids=ANSWERS)
def test_the_four_languages_use_the_same_facts(texts: Texts) -> None:
    assert len({frozenset(placeholders(texts[language])) for language in Language}) == 1


@pytest.mark.parametrize("name", ANSWERS)
def test_what_may_change_stands_in_the_facts_alone(name: str) -> None:
    facts = {
        value
        for organisation in KNOWLEDGE.organisations
        for fact in organisation.facts
        if fact not in {"platforms", "department"}  # made of everyday words
        for value in [organisation.fact(fact, Language.EN)]
    }
    written = {
        fact
        for fact in facts
        for language in Language
        if re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", ANSWERS[name][language])
    }

    assert not written, "write {fact} instead, and the fact in handbooks.yaml"


@pytest.mark.parametrize("topic", KNOWLEDGE.handoffs, ids=lambda topic: topic.id)
def test_a_holding_reply_is_short(topic: Handoff) -> None:
    for organisation in KNOWLEDGE.organisations:
        assert max(len(fill(topic.reply[language], organisation, language)) for language in Language) <= 400


TITLED = (*KNOWLEDGE.entries, *KNOWLEDGE.handoffs)


@pytest.mark.parametrize("topic", TITLED, ids=lambda topic: topic.id)
def test_a_title_fits_a_button(topic: Entry | Handoff) -> None:
    assert max(len(topic.title[language]) for language in Language) <= 45


@pytest.mark.parametrize("language", Language)
def test_no_two_titles_read_the_same(language: Language) -> None:
    titles = [topic.title[language].casefold() for topic in TITLED]

    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("texts", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_whole_sentences(texts: Texts) -> None:
    for language in Language:
        assert texts[language][-1] in ".!?…”»", texts[language]
        assert not re.search(r" [,.!?;]|[.!?,;][A-ZÆØÅÄÖ]|  |\n", texts[language]), texts[language]


def test_whoever_is_in_danger_is_told_whom_to_call(knowledge: KnowledgeBase) -> None:
    reply = next(topic.reply for topic in knowledge.handoffs if topic.id == "handoff/self-harm")

    for organisation in knowledge.organisations:
        for language in Language:
            said_ = fill(reply[language], organisation, language)
            assert organisation.fact("emergency_number", language) in said_
            assert organisation.fact("helpline", language) in said_


@pytest.mark.parametrize("topic", ["press", "threats", "hacked-account", "data-breach", "crisis", "self-harm"])
def test_where_minutes_count_the_topic_is_urgent(topic: str, knowledge: KnowledgeBase) -> None:
    found = knowledge.topic[f"handoff/{topic}"]

    assert isinstance(found, Handoff)
    assert found.urgent
