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
        if fact not in {"platforms", "department", "data_officer"}  # made of everyday words
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
        assert max(len(fill(topic.reply[language], organisation, language)) for language in Language) <= 560


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


def reply(topic: str, organisation: str, language: Language) -> str:
    found = KNOWLEDGE.topic[f"handoff/{topic}"]
    assert isinstance(found, Handoff)
    return fill(found.reply[language], KNOWLEDGE.organisation[organisation], language)


@pytest.mark.parametrize("language", Language)
def test_nobody_is_forbidden_to_talk_to_the_press(language: Language) -> None:
    """Grundlagens meddelarfrihet och efterforskningsförbud; ytringsfrihet and academic freedom in Norway."""
    swedish, norwegian = reply("press", "malmo", language), reply("press", "oslomet", language)
    assert re.search("meddel(?:ar|elses|ings)fri", swedish)
    assert re.search("efterforska|undersøk|investigate", swedish)
    assert re.search("akademisk|academic", norwegian)
    for said_ in (swedish, norwegian):
        assert not re.search(r"ikke svar|ikkje svar|svara inte|don't answer|før du har|innan du har|before you", said_, re.I)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("organisation", ["oslomet", "malmo"])
def test_a_leak_is_taken_down_first_and_reported_within_72_hours(organisation: str, language: Language) -> None:
    said_ = reply("data-breach", organisation, language)
    assert re.search("ta det ned|ta ner det|take it down", said_)
    assert "72" in said_
    assert re.search("personvern|dataskydds|data protection officer", said_)
    assert ("Datatilsynet" if organisation == "oslomet" else "Integritetsskyddsmyndigheten") in said_


@pytest.mark.parametrize("language", Language)
def test_a_picture_that_is_out_is_thought_of_too(language: Language) -> None:
    assert re.search("ta det ned|ta ner den|take it down", reply("filming-consent", "oslomet", language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("whose", ["oslomet", "malmo"])
def test_whoever_has_a_right_to_speak_is_asked_before_comms_hears_of_it(whose: str, language: Language) -> None:
    private = {topic.id for topic in KNOWLEDGE.handoffs if topic.private}
    assert private >= {"handoff/press", "handoff/personnel", "handoff/free-speech"}
    assert re.search("varsle|slå larm|report wrongdoing", reply("free-speech", whose, language))


def test_an_answer_opens_so_that_it_fits_every_way_of_asking() -> None:
    openings = re.compile(r"(?:Ja|Nei|Nej|Yes|No|Jo)\b[,.!]|Bare hvis|Berre om|Bara om|Only if")
    assert not [
        (entry.id, whose)
        for entry in KNOWLEDGE.entries
        for whose, answer in entry.answers.items()
        for language in Language
        if openings.match(answer[language])
    ]


def test_what_is_borrowed_names_no_place() -> None:
    lent = [answer for entry in KNOWLEDGE.entries for answer in entry.answers.values() if answer.borrowable]
    assert len(lent) > 15
    for answer in lent:
        for language in Language:
            assert not re.search(r"OsloMet|Malmö|SK\b|#|\{|norsk|Norwegian|svensk|Swedish", answer[language])


def test_a_mistake_is_met_with_both_the_attitude_and_the_step() -> None:
    entry = KNOWLEDGE.topic["made-a-mistake"]
    assert isinstance(entry, Entry)
    found = KNOWLEDGE.completing(entry, "malmo")
    assert found is not None
    assert (found[0], found[1].sources) == ("oslomet", ("oslomet/correct-mistakes",))


@pytest.mark.parametrize("topic", ["press", "threats", "hacked-account", "data-breach", "crisis", "self-harm"])
def test_where_minutes_count_the_topic_is_urgent(topic: str, knowledge: KnowledgeBase) -> None:
    found = knowledge.topic[f"handoff/{topic}"]

    assert isinstance(found, Handoff)
    assert found.urgent
