"""Whole journeys in Teams: ask, choose, be answered; unclear → case → person → answer; drafts; the compose box."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from card_limits import check_dialog
from teams_says import (
    ALVA,
    BO,
    CHANNEL,
    CLEO,
    Activity,
    Person,
    execute,
    fetch_action,
    group_message,
    in_channel,
    installed,
    members_added,
    message,
    personal,
    reaction,
    submit,
    submit_action,
)  # fmt: skip
from teams_staff import DAG, Staff, at_work, buttons, every, inputs, words
from teams_world import World

from adapters.teams import app, dialogs
from bot.answering import Clarify, Escalate
from bot.cases import Kind, State
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.wording import wording

say = wording()
DRAFT = "Jeg gleder meg til å høre fra dere. Ring meg hjemme på 958 12 345, så forteller jeg hvordan dere blir med!"


@pytest.fixture
def hashtag(knowledge: KnowledgeBase) -> str:
    return knowledge.topic["hashtag"].questions.nb[0]


async def a_case(staff: Staff) -> int:
    """An unclear question of Alva's, with its card in comms' channel."""
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    return max(staff.store.kept.cases)


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_question_is_answered_with_its_source_and_what_one_may_do_next(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, hashtag)

    (post,) = staff.said(ALVA)
    assert "#oslomet" in words(post)
    assert "OsloMets håndbok" in words(post)
    assert [each["data"]["do"] for each in buttons(post)][:3] == ["helpful", "not-helpful?", "ask-comms?"]


async def test_the_same_message_twice_is_answered_once(staff: Staff, hashtag: str) -> None:
    activity = message(staff.world.url, ALVA, hashtag)
    await staff.send(activity)
    await staff.send(activity)

    assert len(staff.said(ALVA)) == 1
    assert len(staff.store.kept.questions) == 1


async def test_what_is_unclear_is_offered_and_what_was_meant_is_answered(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Clarify))
    (options,) = staff.said(ALVA)
    (choice, *_) = [each for each in buttons(options) if each["data"]["do"] == "choose"]

    shown = await staff.press(ALVA, options, "choose", choice["title"])

    assert choice["title"] in words(shown)
    assert shown["type"] == "application/vnd.microsoft.card.adaptive"
    assert len(staff.said(ALVA)) == 2


async def test_none_of_the_options_becomes_a_case(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Clarify))

    await staff.press(ALVA, staff.said(ALVA)[0], "none-of-these")

    assert len(staff.store.kept.cases) == 1


async def test_feedback_is_thanked_for_and_kept(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, hashtag)
    (post,) = staff.said(ALVA)

    thanked = await staff.press(ALVA, post, "helpful")
    dialog = await staff.press(ALVA, post, "not-helpful")
    assert [helpful for helpful, _, _ in staff.store.kept.feedback.values()] == [False], "one tap counts"
    done = await staff.fill(ALVA, dialog, text="Hva med store bokstaver?")

    assert thanked["value"] == say("ask.thanks-helpful", Language.NB)
    assert say("ask.thanks-missing", Language.NB) in words(done)
    ((helpful, missing, _),) = staff.store.kept.feedback.values()
    assert (helpful, missing) == (False, "Hva med store bokstaver?")


async def test_in_a_channel_the_answer_hangs_on_the_question(staff: Staff, hashtag: str) -> None:
    thread = await staff.mention(ALVA, hashtag, channel="19:any@thread.tacv2")

    (post,) = staff.said(thread)
    assert "#oslomet" in words(post)


async def test_in_a_group_chat_the_answer_comes_there(staff: Staff, hashtag: str) -> None:
    await staff.send(group_message(staff.world.url, ALVA, hashtag))

    assert "#oslomet" in words(staff.said("19:group@thread.v2"))


async def test_a_slow_answer_shows_that_somebody_is_at_it(staff: Staff, hashtag: str) -> None:
    async with staff.store.work():  # nobody else can save meanwhile
        asking = asyncio.create_task(staff.send(message(staff.world.url, ALVA, hashtag)))
        await staff.world.until("typing")
    await asking

    assert len(staff.said(ALVA)) == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [("hjelp", "talk.help"), ("språk", "talk.which-language"), ("checkpost", "check.how"), ("saker", "talk.no-cases")],
)
async def test_what_is_typed_as_a_command_is_done(staff: Staff, text: str, answer: str) -> None:
    await staff.write(ALVA, text)

    assert say(answer, Language.NN) in words(staff.said(ALVA))
    assert not staff.store.kept.questions


@pytest.mark.parametrize(("locale", "language"), [("nb-NO", Language.NB), ("en-US", Language.NN), ("", Language.NN)])
async def test_a_hei_is_answered_in_the_form_of_norwegian_that_teams_is_set_to(
    staff: Staff, locale: str, language: Language
) -> None:
    await staff.write(ALVA, "hei", locale=locale)
    (alva,) = staff.store.kept.people.values()
    assert alva.language is language


async def test_a_chosen_language_stays(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, "language en")
    await staff.write(ALVA, hashtag)

    assert "From OsloMet's handbook" in words(staff.said(ALVA)[-1])


async def test_somebody_is_forgotten_when_they_say_so_twice(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, hashtag)
    await staff.write(ALVA, "glem meg")
    sure = staff.said(ALVA)[-1]
    assert staff.store.kept.people

    shown = await staff.press(ALVA, sure, "forget")

    assert "veit ikkje" in words(shown) or "vet ikke" in words(shown)
    assert all(person.name != "Alva" for person in staff.store.kept.people.values())


# ── installed ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", [(installed, members_added), (members_added, installed)])
async def test_whoever_installs_handbok_is_greeted_once_with_questions_to_begin_with(
    staff: Staff, order: tuple[Callable[..., Activity], ...]
) -> None:
    for event in order:
        await staff.send(event(staff.world.url, ALVA))

    welcome, post = staff.said(ALVA)
    assert "OsloMet" in words(welcome)
    assert "attachments" not in post  # Teams shows nothing to begin with below a card
    assert len(post["suggestedActions"]["actions"]) == 4


@pytest.mark.parametrize("where", [personal, in_channel], ids=["a chat", "a team"])
async def test_whoever_installs_handbok_anew_is_greeted_anew_and_once_for_each_event(
    staff: Staff, where: Callable[..., Activity]
) -> None:
    place: dict[str, Any] = {"where": where} | ({} if where is personal else {"thread": "1"})
    first, again = (installed(staff.world.url, ALVA, **place) for _ in range(2))
    removed = installed(staff.world.url, ALVA, "remove", **place)

    for activity in (first, first, removed, again, again):
        await staff.send(activity)

    greeted = [call for call in staff.world.of("send") if "OsloMet" in words(call.activity)]
    assert len(greeted) == 2


async def test_whoever_comes_back_is_greeted_in_the_language_that_they_chose(staff: Staff) -> None:
    await staff.write(ALVA, "language en")
    await staff.send(installed(staff.world.url, ALVA, "remove"))

    await staff.send(installed(staff.world.url, ALVA))

    assert say("talk.welcome", Language.EN, organisation="OsloMet") in words(staff.said(ALVA)[-2])


async def test_a_conversation_is_forgotten_where_handbok_is_removed(staff: Staff) -> None:
    await staff.send(installed(staff.world.url, ALVA))
    assert len(staff.places.kept) == 1

    await staff.send(installed(staff.world.url, ALVA, "remove"))

    assert not staff.places.kept


async def test_what_means_nothing_to_handbok_is_passed_over(staff: Staff) -> None:
    await staff.send(reaction(staff.world.url, ALVA, "like", "post-1"))
    await staff.send(message(staff.world.url, ALVA, "", type="endOfConversation"))

    assert staff.said(ALVA) == []


# ── a case ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_case_goes_to_comms_and_its_answer_back_to_the_asker(staff: Staff) -> None:
    number = await a_case(staff)
    (card,) = staff.said(CHANNEL)
    assert staff.first(Escalate) in words(card)

    claimed = await staff.press(CLEO, card, "claim", where=in_channel)
    await staff.deliver()
    dialog = await staff.press(CLEO, staff.card(), "answer", where=in_channel)
    await staff.fill(CLEO, dialog, text="Ring oss, så finner vi ut av det.")
    await staff.deliver()

    case = staff.store.kept.cases[number]
    assert "release" in [each["data"]["do"] for each in buttons(claimed)]
    assert (case.state, case.answer) == (State.ANSWERED, "Ring oss, så finner vi ut av det.")
    assert "Ring oss, så finner vi ut av det." in words(staff.said(ALVA)[-1])
    assert len(staff.said(CHANNEL)) == 1, "the card changes in place"


async def test_svar_below_the_card_answers_and_everything_else_stays_internal(staff: Staff) -> None:
    number = await a_case(staff)
    post = staff.card()["id"]

    await staff.mention(CLEO, "hva mener du om dette?", thread=post)
    internal = staff.store.kept.cases[number]
    await staff.mention(CLEO, "svar: Spør lederen din.", thread=post)
    await staff.deliver()

    assert internal.state is State.WAITING
    assert staff.store.kept.cases[number].answer == "Spør lederen din."
    assert "Spør lederen din." in words(staff.said(ALVA)[-1])
    told = words(staff.said(f"{CHANNEL};messageid={post}"))
    assert say("talk.answer-how", Language.NN) in told
    assert say("talk.answer-sent", Language.NN, number=number) in told


async def test_what_the_asker_adds_hangs_below_the_card(staff: Staff) -> None:
    number = await a_case(staff)
    status = next(each for each in staff.said(ALVA) if any(b["data"]["do"] == "add?" for b in buttons(each)))

    dialog = await staff.press(ALVA, status, "add")
    await staff.fill(ALVA, dialog, text="Det gjelder Instagram.")
    await staff.deliver()

    thread = staff.said(f"{CHANNEL};messageid={staff.card()['id']}")
    assert "Det gjelder Instagram." in words(thread)
    assert str(number) in words(thread)


async def test_each_viewer_sees_on_the_card_what_that_viewer_may_do(staff: Staff) -> None:
    await a_case(staff)
    await staff.press(CLEO, staff.card(), "claim", where=in_channel)
    await staff.deliver()
    card = staff.card()
    look = card["attachments"][0]["content"]["refresh"]
    assert set(look["userIds"]) == {CLEO.id, DAG.id}

    async def seen(who: Person) -> set[str]:
        data = look["action"]["data"]
        activity = execute(staff.world.url, who, "look", data, card["id"], where=in_channel)
        return {each["data"]["do"].rstrip("?") for each in buttons((await staff.send(activity)).json())}

    assert "release" in await seen(CLEO)
    assert await seen(DAG) == {"take-over", "note", "more"}


async def test_only_members_of_the_channel_may_act(staff: Staff) -> None:
    number = await a_case(staff)

    said = await staff.press(BO, staff.card(), "claim", where=in_channel)

    assert said["value"] == say("refused.not-comms", Language.NN)
    assert staff.store.kept.cases[number].state is State.WAITING


async def test_a_second_click_changes_nothing_and_says_what_is_so_now(staff: Staff) -> None:
    await a_case(staff)
    card = staff.card()
    await staff.press(CLEO, card, "claim", where=in_channel)

    said = await staff.press(DAG, card, "claim", where=in_channel)

    assert "Cleo" in said["value"]


async def test_an_answer_too_late_stays_in_its_dialog_with_the_reason(staff: Staff) -> None:
    await a_case(staff)
    card = staff.card()
    dialog = await staff.press(CLEO, card, "answer", where=in_channel)
    status = next(each for each in staff.said(ALVA) if any(b["data"]["do"] == "withdraw" for b in buttons(each)))
    await staff.press(ALVA, status, "withdraw")

    again = await staff.fill(CLEO, dialog, text="Her er svaret.")

    assert "Her er svaret." in words(again)
    assert any(word in words(again) for word in ("trekt", "trukket"))


async def test_an_answer_is_saved_and_the_next_one_who_asks_gets_it_from_the_bot(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "PATIENCE", 60.0)  # a busy machine is no failing test
    monkeypatch.setattr(app, "HOLD", 90.0)
    await a_case(staff)
    dialog = await staff.press(CLEO, staff.card(), "answer", where=in_channel)
    await staff.fill(CLEO, dialog, text="Kaffen velges av teamet selv, på det første møtet i måneden.")
    await staff.deliver()

    form = await staff.press(CLEO, staff.card(), "save", where=in_channel)
    done = await staff.fill(CLEO, form, title="Kaffe til teamet")

    assert say("teach.saved", Language.NN) in words(done) or say("teach.saved", Language.NB) in words(done)
    assert len(staff.store.kept.learned) == 1


async def test_a_confidential_question_never_shows_who_asks_and_is_answered_alone(staff: Staff, hashtag: str) -> None:
    thread = await staff.mention(ALVA, hashtag, channel="19:any@thread.tacv2")
    dialog = await staff.press(ALVA, staff.said(thread)[0], "ask-comms", where=in_channel)
    sent = await staff.fill(ALVA, dialog, text="Er det trygt å si fra?", confidential="yes")
    await staff.deliver()

    card = words(staff.card())
    assert "Er det trygt å si fra?" in card
    assert "Alva" not in card
    assert say("talk.confidentially-hint", Language.NB) in words(dialog)
    assert "sak" in words(sent)
    answer = await staff.press(CLEO, staff.card(), "answer", where=in_channel)
    await staff.fill(CLEO, answer, text="Ja, det er trygt.")
    await staff.deliver()
    assert "Ja, det er trygt." in words(staff.said(ALVA))
    assert "Ja, det er trygt." not in words(staff.said(thread))


async def test_the_whole_case_opens_in_a_dialog_for_comms_alone(staff: Staff) -> None:
    await a_case(staff)

    whole = await staff.press(CLEO, staff.card(), "more", where=in_channel)
    foreign = await staff.press(BO, staff.card(), "more", where=in_channel)

    assert staff.first(Escalate) in words(whole)
    assert foreign["task"]["type"] == "message"


# ── drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_typed_draft_is_looked_over(staff: Staff) -> None:
    await staff.write(ALVA, f"checkpost {DRAFT}")

    (post,) = staff.said(ALVA)
    assert say("check.stop", Language.NB) in words(post)
    assert "958 •• •••" in words(post)


async def test_what_is_seen_in_a_draft_is_for_its_author_alone(staff: Staff) -> None:
    thread = await staff.mention(ALVA, f"checkpost {DRAFT}", channel="19:any@thread.tacv2")

    assert say("check.stop", Language.NB) in words(staff.said(ALVA))
    assert words(staff.said(thread)) == say("teams.told-alone", Language.NB)


async def test_a_draft_is_sent_to_comms_without_the_personal_data(staff: Staff) -> None:
    await staff.write(ALVA, f"checkpost {DRAFT}")

    dialog = await staff.press(ALVA, staff.said(ALVA)[0], "send-draft")
    sent = await staff.fill(ALVA, dialog)
    await staff.deliver()

    (case,) = staff.store.kept.cases.values()
    assert case.kind is Kind.DRAFT
    assert "958 12 345" not in case.text
    assert say("talk.sent", Language.NB, number=case.number) in words(sent)


async def test_a_post_in_a_message_is_checked_and_checked_again(staff: Staff) -> None:
    asked = fetch_action(staff.world.url, ALVA, "checkPost", f"<p>{DRAFT}</p>")
    dialog = (await staff.send(asked)).json()
    assert say("check.stop", Language.NB) in words(dialog)

    content = dialog["task"]["value"]["card"]["content"]
    (data,) = [each["data"] for each in content["body"][-1]["actions"]]
    given = {"draft": "Takk for i dag! Hva lærte du? #oslomet", "platform": "any", "reply": "same", "picture": "there"}
    again = (await staff.send(submit_action(staff.world.url, ALVA, "checkPost", data | given))).json()

    assert say("check.stop", Language.NB) not in words(again)
    assert "Før du publiserer bildet" in words(again)


async def test_a_draft_is_sent_out_of_the_dialog_that_shows_what_is_seen_in_it(staff: Staff) -> None:
    asked = fetch_action(staff.world.url, ALVA, "checkPost", f"<p>{DRAFT}</p>")
    seen = (await staff.send(asked)).json()
    (send,) = [each for each in buttons(seen) if each["data"]["do"] == "send-draft?"]

    form = (await staff.send(submit_action(staff.world.url, ALVA, "checkPost", send["data"] | {"draft": DRAFT}))).json()
    sent = await staff.fill(ALVA, form)

    (case,) = staff.store.kept.cases.values()
    assert case.kind is Kind.DRAFT
    assert case.text == DRAFT.replace("958 12 345", "958 •• •••")
    assert say("talk.sent", Language.NB, number=case.number) in words(sent)


async def test_comms_is_asked_about_a_message(staff: Staff) -> None:
    asked = fetch_action(staff.world.url, ALVA, "askAbout", "<p>Kan vi <b>dele</b> dette?</p>")
    dialog = (await staff.send(asked)).json()

    await staff.fill(ALVA, dialog)

    (case,) = staff.store.kept.cases.values()
    assert case.text == "Kan vi dele dette?"


CARD = {
    "type": "AdaptiveCard", "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Nytt innlegg", "weight": "bolder"},
        {"type": "ColumnSet", "columns": [{"type": "Column", "items": [{"type": "TextBlock", "text": "Åpent hus"}]}]},
        {"type": "RichTextBlock", "inlines": ["Kom ", {"type": "TextRun", "text": "innom!"}]},
        {"type": "TextBlock", "text": "ikke synlig", "isVisible": False},
        {"type": "Input.Text", "id": "x", "label": "Svar"}, {"type": "Image", "url": "https://example.org/1"},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Trykk", "url": "https://example.org"}],
}  # fmt: skip
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


@pytest.mark.parametrize("content", [CARD, json.dumps(CARD)], ids=["JSON", "JSON as a text"])
async def test_a_message_that_is_a_card_is_read_as_its_texts(staff: Staff, content: object) -> None:
    attached = [{"contentType": ADAPTIVE, "content": content}]
    asked = fetch_action(staff.world.url, ALVA, "askAbout", '<attachment id="1"></attachment>', attached)
    dialog = (await staff.send(asked)).json()
    await staff.fill(ALVA, dialog)

    (case,) = staff.store.kept.cases.values()
    assert case.text == "Nytt innlegg\nÅpent hus\nKom innom!"
    assert say("talk.no-text", Language.NN) not in words(dialog)


async def test_a_post_in_a_card_is_checked(staff: Staff) -> None:
    card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": DRAFT}]}
    asked = fetch_action(staff.world.url, ALVA, "checkPost", attached=[{"contentType": ADAPTIVE, "content": card}])

    assert say("check.stop", Language.NB) in words((await staff.send(asked)).json())


@pytest.mark.parametrize("command", ["checkPost", "askAbout"])
@pytest.mark.parametrize(
    "attached",
    [
        [{"contentType": "reference", "name": "bilde.png"}],
        [{"contentType": ADAPTIVE, "content": "{"}],
        [{"contentType": ADAPTIVE, "content": '{"body":' * 5000}],
        [{"contentType": ADAPTIVE, "content": {"body": [{"type": "TextBlock", "text": 7}, None, []]}}],
        [7],
    ],
    ids=["a file", "broken", "deep", "no texts", "nonsense"],
)
async def test_a_form_for_a_message_without_text_says_why_it_is_empty(
    staff: Staff, command: str, attached: list[object]
) -> None:
    asked = fetch_action(staff.world.url, ALVA, command, '<attachment id="1"></attachment>', attached)
    form = (await staff.send(asked)).json()

    check_dialog(form)
    assert say("talk.no-text", Language.NN) in words(form)
    assert {"draft", "text"} & {each["id"] for each in inputs(form)}


async def test_a_form_that_is_opened_without_a_message_needs_no_word(staff: Staff) -> None:
    form = (await staff.send(fetch_action(staff.world.url, ALVA, "checkPost"))).json()

    assert say("talk.no-text", Language.NN) not in words(form)


async def test_the_handbook_is_searched_from_the_compose_box(staff: Staff, hashtag: str) -> None:
    async def searched(text: str) -> dict[str, Any]:
        value = {"commandId": "searchHandbook", "parameters": [{"name": "words", "value": text}]}
        asked = personal(staff.world.url, ALVA, "invoke", name="composeExtension/query", value=value)
        return dict((await staff.send(asked)).json()["composeExtension"])

    found = await searched(hashtag)
    nothing = await searched("qwrtz plmkn vbxjq")

    assert found["type"] == "result"
    assert "#oslomet" in words(found["attachments"][0])
    assert found["attachments"][0]["preview"]["content"]["title"]
    assert nothing == {"type": "message", "text": say("teams.search-none", Language.NN)}
    assert not staff.store.kept.questions


async def test_a_button_that_comes_as_a_message_works_too(staff: Staff) -> None:
    number = await a_case(staff)

    await staff.send(
        submit(staff.world.url, CLEO, {"do": "claim", "value": str(number)}, staff.card()["id"], where=in_channel)
    )

    assert staff.store.kept.cases[number].state is State.CLAIMED


# ── where no dialog opens from a card ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def playground(world: World, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[Staff]:
    """The same people in Microsoft's Agents Playground."""
    hosts = ("127.0.0.1",)
    async with at_work(world, knowledge, matcher, rules, playground=True, app_id="", service_hosts=hosts) as found:
        yield found


async def test_the_whole_case_takes_the_cards_place_and_gives_it_back(playground: Staff) -> None:
    number = await a_case(playground)

    whole = await playground.press(CLEO, playground.card(), "more", where=in_channel)
    (back,) = [each for each in every(whole["value"]) if each.get("verb") == "look"]
    again = await playground.send(
        execute(playground.world.url, CLEO, "look", back["data"], playground.card()["id"], where=in_channel)
    )

    assert back["title"] == say("talk.back", Language.NN)
    assert back["data"]["value"] == str(number)
    assert "claim" in [each["data"]["do"] for each in buttons(again.json())]


async def test_a_draft_is_sent_from_a_card_that_takes_the_place_of_what_was_seen(playground: Staff) -> None:
    await playground.write(ALVA, f"checkpost {DRAFT}")

    form = await playground.press(ALVA, playground.said(ALVA)[0], "send-draft")
    (send,) = [each for each in every(form["value"]) if each.get("type") == "Action.Execute"]
    filled = {each["id"]: each.get("value", "") for each in inputs(form["value"])}
    post = playground.said(ALVA)[0]["id"]
    sent = await playground.send(execute(playground.world.url, ALVA, send["verb"], send["data"] | filled, post))

    (case,) = playground.store.kept.cases.values()
    assert case.text == DRAFT.replace("958 12 345", "958 •• •••")
    assert say("talk.sent", Language.NB, number=case.number) in words(sent.json())
