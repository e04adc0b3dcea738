"""Asking: what is kept, what is handed over, and what is never done twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from offices import Office, Questions

from bot.errors import InputError, StorageError
from bot.language import Language
from bot.messages import AnswerCard, CaseCard, Options, StatusCard, Text
from bot.service import asking
from bot.service.desk import choose_language


async def test_an_answer_is_kept_with_its_confidence_and_opens_no_case(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    (card,) = told.blocks
    assert isinstance(card, AnswerCard)
    assert card.entry == "hashtag"
    asked = office.store.kept.questions[told.questions[0]]
    assert (asked.outcome, asked.entry, asked.text) == ("answer", "hashtag", questions.answered)
    assert 0.5 < asked.confidence <= 1
    assert not told.cases
    assert not office.store.kept.cases


async def test_a_repeated_event_is_passed_over(office: Office, questions: Questions) -> None:
    assert await asking.ask(office.desk, office.sender("alva", event="same"), questions.handoff)
    assert await asking.ask(office.desk, office.sender("alva", event="same"), questions.handoff) is None
    assert len(office.store.kept.cases) == len(office.store.kept.questions) == 1


async def test_a_handoff_topic_is_a_case_at_once_with_a_card_and_a_status(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.handoff)
    assert told is not None
    case = office.case(told.cases[0])
    assert (case.topic, case.urgent, case.text) == ("handoff/press", True, questions.handoff)
    await office.deliver()
    (card,), (status,) = office.told("C-oslomet"), office.told("D-alva")
    assert isinstance(card, CaseCard)
    assert isinstance(status, StatusCard)
    assert card.number == status.number == case.number
    assert (card.asker, card.text) == ("Alva", questions.handoff)


async def test_a_question_that_nobody_understands_goes_to_comms_with_the_best_guesses(
    office: Office, questions: Questions
) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.unsure)
    assert told is not None
    case = office.case(told.cases[0])
    assert (case.topic, len(case.guesses)) == (None, 3)
    asked = office.store.kept.questions[told.questions[0]]
    assert (asked.outcome, asked.case) == ("escalate", case.number)


async def test_a_word_that_is_none_goes_to_nobody_unasked(office: Office) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), "qqqxz")
    assert told is not None
    assert not told.cases


async def test_a_greeting_is_answered_and_kept(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.greeting)
    assert told is not None
    assert isinstance(told.blocks[0], Text)
    assert office.store.kept.questions[told.questions[0]].outcome == "greeting"


async def test_picking_an_option_gives_its_answer_and_keeps_the_choice(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.clarify)
    assert told is not None
    (options,) = told.blocks
    assert isinstance(options, Options)
    chosen = next(choice for choice in options.choices if not choice.entry.startswith("handoff/"))
    answer = await asking.choose(office.desk, office.sender("alva"), options.question, chosen.entry)
    assert answer is not None
    assert isinstance(answer.blocks[0], AnswerCard)
    kept = office.store.kept.questions[answer.questions[0]]
    assert (kept.text, kept.entry, kept.outcome) == (questions.clarify, chosen.entry, "answer")


async def test_none_of_the_options_opens_a_case_with_the_question_as_it_was_asked(
    office: Office, questions: Questions
) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.clarify)
    assert told is not None
    after = await asking.choose(office.desk, office.sender("alva"), told.questions[0], None)
    assert after is not None
    assert office.case(after.cases[0]).text == questions.clarify
    assert await asking.choose(office.desk, office.sender("alva"), told.questions[0], None) is None
    assert len(office.store.kept.cases) == 1


async def test_somebody_elses_question_cannot_be_picked_from_rated_or_sent(
    office: Office, questions: Questions
) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.clarify)
    assert told is not None
    number, bo = told.questions[0], office.sender("bo")
    for attempt in (
        asking.choose(office.desk, bo, number, None),
        asking.feedback(office.desk, bo, number, helpful=True),
        asking.ask_comms(office.desk, bo, number),
    ):
        with pytest.raises(InputError):
            await attempt
    assert not office.store.kept.cases
    assert not office.store.kept.feedback


async def test_feedback_says_what_was_missing_and_the_latest_counts(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    number = told.questions[0]
    await asking.feedback(office.desk, office.sender("alva"), number, helpful=True)
    said = await asking.feedback(
        office.desk, office.sender("alva"), number, helpful=False, missing=" Store bokstaver? "
    )
    assert said is not None
    ((helpful, missing, _),) = office.store.kept.feedback.values()
    assert (helpful, missing) == (False, "Store bokstaver?")


async def test_an_answer_can_still_go_to_a_person_in_words_of_ones_own(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    after = await asking.ask_comms(office.desk, office.sender("alva"), told.questions[0], text="Gjelder det bilder?")
    assert after is not None
    case = office.case(after.cases[0])
    assert (case.text, case.confidential) == ("Gjelder det bilder?", False)
    assert office.store.kept.questions[told.questions[0]].case == case.number


async def test_nothing_kept_leads_from_a_confidential_case_to_its_asker(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    number = told.questions[0]
    await asking.feedback(office.desk, office.sender("alva"), number, helpful=False)
    after = await asking.ask_comms(office.desk, office.sender("alva"), number, confidential=True)
    assert after is not None
    kept, case = office.store.kept, office.case(after.cases[0])
    alva = kept.accounts["slack", "T1", "alva"]
    assert case.asker != alva
    assert alva not in repr((kept.cases, kept.histories, kept.questions, kept.feedback, kept.messages))
    await office.deliver()
    assert all("Alva" not in repr(block) for block in office.told("C-oslomet"))
    assert office.told("D-alva")


async def test_ones_own_confidential_question_can_still_be_rated(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    await asking.ask_comms(office.desk, office.sender("alva"), told.questions[0], confidential=True)
    assert await asking.feedback(office.desk, office.sender("alva"), told.questions[0], helpful=True)
    with pytest.raises(InputError):
        await asking.feedback(office.desk, office.sender("bo"), told.questions[0], helpful=True)


async def test_a_text_too_long_for_a_case_is_said_to_be_so_and_opens_none(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    after = await asking.ask_comms(office.desk, office.sender("alva"), told.questions[0], text="x" * 8001)
    assert after is not None
    assert after.blocks == (Text(office.desk.say("refused.too-long", told.language)),)
    assert not office.store.kept.cases


async def test_a_language_used_is_remembered_for_the_next_short_word(office: Office) -> None:
    await asking.ask(office.desk, office.sender("alva"), "Which hashtag should I use for my posts?")
    (alva,) = [person for person in office.store.kept.people.values() if person.name == "Alva"]
    assert (alva.language, alva.fixed) == (Language.EN, False)


async def test_a_first_hei_is_answered_in_the_form_that_the_browser_is_set_to(office: Office) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), "hei")
    assert told is not None
    assert told.language is Language.NN, "as OsloMet writes"
    told = await asking.ask(office.desk, replace(office.sender("bo"), program=Language.NB), "hei")
    assert told is not None
    assert told.language is Language.NB


async def test_where_nothing_can_be_saved_nothing_is_said_to_be_sent(office: Office, questions: Questions) -> None:
    office.store.broken = True
    with pytest.raises(StorageError):
        await asking.ask(office.desk, office.sender("alva"), questions.handoff)
    office.store.broken = False
    assert await asking.ask(office.desk, office.sender("alva"), questions.handoff)
    assert len(office.store.kept.cases) == 1


async def test_an_organisation_that_nobody_set_up_is_refused(office: Office) -> None:
    with pytest.raises(InputError, match="atlantis"):
        await asking.ask(office.desk, office.sender("alva", "atlantis"), "hei")


async def test_a_conversation_is_told_again_as_it_was_newest_first(office: Office, questions: Questions) -> None:
    alva = office.sender("alva")
    wanted = [
        questions.answered,
        questions.clarify,
        questions.handoff,
        questions.unsure,
        questions.greeting,
        "qqqxz",
        " ",
    ]
    said = []
    for question in wanted:
        told = await asking.ask(office.desk, office.sender("alva"), question)
        assert told is not None
        said.append(told.blocks)
    await asking.ask(office.desk, office.sender("bo"), questions.answered)
    again = await asking.conversation(office.desk, alva)
    assert [exchange.asked.text for exchange in again] == wanted[::-1]
    assert [exchange.blocks for exchange in again] == said[::-1]
    assert len(await asking.conversation(office.desk, alva, most=2)) == 2


async def test_a_conversation_stays_when_its_asker_changes_workplace(office: Office, questions: Questions) -> None:
    told = await asking.ask(office.desk, office.sender("alva"), questions.answered)
    assert told is not None
    (exchange,) = await asking.conversation(office.desk, office.sender("alva", "malmo"))
    assert exchange.blocks == told.blocks


async def test_a_confidential_question_is_no_longer_in_the_conversation(office: Office, questions: Questions) -> None:
    await office.a_case(questions.answered, confidential=True)
    assert await asking.conversation(office.desk, office.sender("alva")) == []


async def test_a_language_chosen_outright_is_kept_whatever_is_asked(office: Office) -> None:
    await choose_language(office.desk, office.sender("alva"), Language.SV)
    told = await asking.ask(office.desk, office.sender("alva"), "Which hashtag should I use for my posts?")
    assert told is not None
    assert told.language is Language.SV
    again = await asking.ask(office.desk, office.sender("alva"), "Which hashtag should I use?")
    assert again is not None
    assert again.language is Language.SV
