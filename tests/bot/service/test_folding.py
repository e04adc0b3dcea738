"""One person's flood is a few cards, an honest day is none the poorer, and what is urgent goes past all of it."""

from __future__ import annotations

import random

import pytest
from offices import Office, Questions

from bot.answering import Asker, Escalate, respond
from bot.folding import CROWD, ENOUGH, plain_words
from bot.language import Language
from bot.messages import CaseCard, Text
from bot.service import asking
from bot.service.asking import KNOWN, Told

DISTRESS = "Jeg orker ikke å leve lenger"


async def ask(office: Office, text: str, user: str = "alva") -> Told:
    told = await asking.ask(office.desk, office.sender(user), text)
    assert told is not None
    return told


THINGS = ("heisen", "stolene", "vinduene", "gulvet", "malingen", "taket", "nøklene", "lampene", "døra", "bordet")
DEEDS = ("vasker", "flytter", "maler", "bestiller", "reparerer", "rydder", "bytter", "skrur opp", "låser", "bærer")


def nonsense(office: Office, count: int) -> list[str]:
    """Questions that nobody knows."""
    some, brain = random.Random(7), office.desk.mind.now  # nothing secret
    made: list[str] = []
    while len(made) < count:
        deed, other = some.sample(DEEDS, 2)
        thing, place = some.sample(THINGS, 2)
        text = f"Hvem {deed} {thing} ved {place} {some.randint(1, 99)}, og hvem {other} den?"
        outcome = respond(text, brain.knowledge, brain.matcher, Asker("oslomet"))[-1].outcome
        if isinstance(outcome, Escalate) and outcome.reason == "unsure":
            made.append(text)
    return made


def cards(office: Office) -> list[CaseCard]:
    return [sent.block for sent in office.recorder.sent if isinstance(sent.block, CaseCard) and not sent.changed]


async def test_a_hundred_questions_of_one_person_are_three_posts_for_comms(office: Office) -> None:
    for text in nonsense(office, 100):
        await ask(office, text)
        office.clock.advance(seconds=5)
    await office.deliver()
    assert len([sent for sent in office.recorder.sent if sent.to.conversation == "C-oslomet" and not sent.changed]) <= 3
    last = [sent.block for sent in office.recorder.sent if isinstance(sent.block, CaseCard)][-1]
    assert office.desk.say("case.card.repeats", Language.NN, count=ENOUGH - CROWD) == last.repeats_label
    assert last.repeats, "nothing that was written is lost"


async def test_an_emergency_behind_them_is_a_case_of_its_own_at_once(office: Office) -> None:
    for text in nonsense(office, 100):
        await ask(office, text)
    told = await ask(office, DISTRESS)
    case = office.case(told.cases[0])
    assert (case.urgent, case.text) == (True, DISTRESS)


async def test_the_same_question_fifty_times_is_one_case_that_says_so(office: Office, questions: Questions) -> None:
    first = await office.a_case(questions.unsure)
    for n in range(49):
        told = await ask(office, questions.unsure + "?" * n)
        assert not told.cases
    await office.deliver()
    assert len(office.store.kept.cases) == 1
    (card,) = cards(office)
    assert card.repeats_label == office.desk.say("case.card.repeats", Language.NN, count=49)
    assert card.repeats == (), "it all says the same"
    assert str(first) in told.blocks[0].body if isinstance(told.blocks[0], Text) else False


async def test_too_much_is_met_with_a_friendly_word_and_only_for_a_while(office: Office) -> None:
    for text in nonsense(office, ENOUGH + 1):
        told = await ask(office, text)
    assert isinstance(told.blocks[-1], Text)
    assert told.blocks[-1].body == office.desk.say("ask.too-many", Language.NB)
    assert [button.action for button in told.blocks[-1].buttons] == ["ask-comms"]
    office.clock.advance(hours=2)
    told = await ask(office, nonsense(office, ENOUGH + 9)[-1])
    assert told.cases


async def test_two_people_never_share_a_card_by_chance(office: Office, questions: Questions) -> None:
    await office.a_case(questions.unsure)
    await office.a_case(questions.unsure, "bo")
    assert len(office.store.kept.cases) == 2


async def test_confidential_questions_are_never_folded(office: Office, questions: Questions) -> None:
    for _ in range(5):
        await office.a_case(questions.answered, confidential=True)
    assert len(office.store.kept.cases) == 5


async def test_an_ordinary_afternoon_is_as_many_cases_as_questions(office: Office) -> None:
    for text in nonsense(office, 6):
        assert (await ask(office, text)).cases, text
        office.clock.advance(minutes=25)


def vague(office: Office) -> str:
    """A few words that are words, and no question."""
    brain = office.desk.mind.now
    for text in (f"{one} {other}" for one in FEW for other in FEW if one != other):
        more = f"{text.split()[0]} altså"  # stays unclear with what is said next
        replies = [respond(said, brain.knowledge, brain.matcher, Asker("oslomet"))[-1] for said in (text, more)]
        if all(
            isinstance(each.outcome, Escalate) and each.outcome.reason == "unsure" and each.ranking.known >= KNOWN
            for each in replies
        ):
            return text
    pytest.fail("none of these words is unclear any more; add some")


FEW = ("side", "møte", "kunde", "kollega", "tekst", "telefon", "jobb", "sjef", "kurs", "nettside", "penger", "ferie")


async def test_a_few_vague_words_are_asked_back_about_before_they_become_a_case(office: Office) -> None:
    text = vague(office)
    told = await ask(office, text)
    assert isinstance(told.blocks[0], Text)
    assert told.blocks[0].body == office.desk.say("ask.vague", told.language)
    assert not office.store.kept.cases
    again = await ask(office, text.split()[0] + " altså")
    assert again.cases
    assert office.case(again.cases[0]).text == f"{text}\n{text.split()[0]} altså"


async def test_words_to_comms_bring_their_own_guesses_and_never_those_of_the_question_before(
    office: Office, questions: Questions
) -> None:
    told = await ask(office, questions.answered)
    sent = await asking.ask_comms(office.desk, office.sender("alva"), told.questions[0], text=DISTRESS)
    assert sent is not None
    assert office.case(sent.cases[0]).guesses == ()
    other = await ask(office, questions.answered)
    sent = await asking.ask_comms(
        office.desk, office.sender("alva"), other.questions[0], text="Hvem bestemmer hvilken farge heisen får?"
    )
    assert sent is not None
    best = max((guess.confidence for guess in office.case(sent.cases[0]).guesses), default=0)
    assert best < 0.9


def test_words_are_compared_without_what_says_nothing() -> None:
    assert plain_words("Hei!!  Hva   nå?") == plain_words("hei hva nå")
