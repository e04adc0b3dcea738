"""A question becomes ranked entries with probabilities, for whoever asks."""

from __future__ import annotations

import pytest
import small_knowledge
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Entry, Handoff, KnowledgeBase
from bot.language import Language
from bot.loading import load
from bot.matching.building import OWN, answerable, build_matcher, known_questions, own_bonus, same_section
from bot.matching.confidence import PROMISE
from bot.matching.matcher import Matcher

ORGANISATIONS = ["oslomet", "malmo"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return load(small_knowledge.write(tmp_path_factory.mktemp("knowledge")))


@pytest.fixture(scope="module")
def little(base: KnowledgeBase) -> Matcher:
    return build_matcher(base)


@pytest.mark.parametrize("organisation", ORGANISATIONS)
def test_every_variant_ranks_its_own_entry_first(base: KnowledgeBase, little: Matcher, organisation: str) -> None:
    for variant in base.variants():
        assert little.rank(variant.text, organisation).candidates[0].entry == variant.entry, variant.text


@given(
    st.text(st.characters(), max_size=200) | st.sampled_from(["hashtag", "jurnalist!!", "hei 😀"]), st.integers(1, 9)
)
def test_any_text_gets_a_ranking(base: KnowledgeBase, little: Matcher, text: str, most: int) -> None:
    for organisation in ORGANISATIONS:
        found = little.rank(text, organisation, most)
        shares = [candidate.probability for candidate in found.candidates]
        assert len(shares) <= min(most, len(base.topic))
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1 + 1e-9
        assert {candidate.entry for candidate in found.candidates} <= base.topic.keys()
        assert sum(found.languages.values()) == pytest.approx(1)
        assert set(found.languages) == set(Language)
        assert 0 <= found.known <= 1


@pytest.mark.parametrize("text", ["", " \n", "😀?!", "\x00", "\ud800", "مرحبا"])
def test_text_without_a_word_that_is_known_has_no_candidates(little: Matcher, text: str) -> None:
    found = little.rank(text, "oslomet")
    assert found.candidates == ()
    assert found.known == 0
    assert set(found.languages.values()) == {0.25}


def test_what_the_own_organisation_answers_gains_and_what_it_does_not_answer_loses(little: Matcher) -> None:
    def share(organisation: str, entry: str) -> float:
        found = little.rank("feil emneknagg", organisation, 4).candidates
        return next(candidate.probability for candidate in found if candidate.entry == entry)

    assert share("oslomet", "hashtag") > share("malmo", "hashtag")
    assert share("malmo", "made-a-mistake") > share("oslomet", "made-a-mistake")


def test_hand_off_topics_and_small_talk_are_everybodys_own(base: KnowledgeBase, little: Matcher) -> None:
    bonus = own_bonus(base, little.model.labels)
    assert list(bonus) == ORGANISATIONS
    for organisation, added in bonus.items():
        for label, value in zip(little.model.labels, added.tolist(), strict=True):
            topic = base.topic[label]
            foreign = isinstance(topic, Entry) and organisation not in topic.answers
            assert value == pytest.approx(0 if foreign else OWN)


def test_only_entries_are_answered_at_once(base: KnowledgeBase, little: Matcher) -> None:
    labels = little.model.labels
    assert {labels[place] for place in answerable(base, labels)} == {"hashtag", "made-a-mistake"}


def test_the_share_of_known_words_counts_typos_as_known(little: Matcher) -> None:
    assert little.rank("hvilken emneknagg", "oslomet").known == 1
    assert little.rank("hvilken emneknag", "oslomet").known == 1
    assert little.rank("hvilken kvantebølgefunksjon", "oslomet").known == 0.5


def test_readings_tell_mistyped_words_alone(little: Matcher) -> None:
    assert little.readings("hvilken emneknag kvantebølgefunksjon") == (("emneknag", "emneknagg"),)


def test_the_reasons_name_the_words_that_carried_the_match(little: Matcher) -> None:
    reasons = little.explain("hvilken emneknagg", "hashtag")
    assert "emneknagg" in {reason.feature for reason in reasons}
    with pytest.raises(ValueError, match="not in"):
        little.explain("hvilken emneknagg", "no-such-entry")


def test_an_organisation_that_is_not_there_is_an_error(little: Matcher) -> None:
    with pytest.raises(KeyError):
        little.rank("hvilken emneknagg", "lund")


def test_training_again_ranks_alike(base: KnowledgeBase, little: Matcher) -> None:
    assert build_matcher(base).rank("feil emneknagg", "malmo") == little.rank("feil emneknagg", "malmo")


def test_golden_questions_carry_what_would_be_right(base: KnowledgeBase, little: Matcher) -> None:
    first, second = known_questions(little, base)
    assert [little.model.labels[place] for place in first.right] == ["hashtag"]
    assert list(second.right) == []  # “what is for lunch”: none of these


def test_entries_answered_from_one_section_are_near(knowledge: KnowledgeBase) -> None:
    entry = knowledge.entries[0]
    near = same_section(knowledge, [entry.id], "oslomet")
    assert entry.id in near
    sources = set(knowledge.answer_for(entry, "oslomet")[1].sources)
    for other in near:
        topic = knowledge.topic[other]
        assert isinstance(topic, Entry)
        assert set(knowledge.answer_for(topic, "oslomet")[1].sources) & sources
    assert same_section(knowledge, ["none", knowledge.handoffs[0].id], "oslomet") == []


# ── the shipped knowledge ────────────────────────────────────────────────────────────────────────────────────────────
def test_the_promise_is_kept_on_the_golden_questions(knowledge: KnowledgeBase, matcher: Matcher) -> None:
    assert matcher.calibration.promise == PROMISE
    assert matcher.calibration.answer_at <= 1
    wrong = answered = 0
    for item in knowledge.golden:
        for best in matcher.rank(item.text, item.org, 1).candidates:
            if isinstance(knowledge.topic[best.entry], Entry) and best.probability >= matcher.calibration.answer_at:
                answered += 1
                wrong += best.entry not in {*item.expect, *same_section(knowledge, item.expect, item.org)}
    assert answered > len(knowledge.golden) / 3
    assert wrong <= PROMISE * answered


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("en jurnalist fra NRK ringer meg nå", "handoff/press"),
        ("någon har hackat vårt instagramkonto", "handoff/hacked-account"),
    ],
)
def test_a_topic_for_a_person_is_found_in_other_words(
    text: str, topic: str, knowledge: KnowledgeBase, matcher: Matcher
) -> None:
    best = matcher.rank(text, "oslomet").candidates[0]
    assert best.entry == topic
    assert isinstance(knowledge.topic[best.entry], Handoff)
