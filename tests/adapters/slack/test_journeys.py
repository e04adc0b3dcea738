"""Whole journeys through the real Bolt app, signed and over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_limits import check_message, check_view
from slack_staff import CHANNEL, Staff, slack_settings
from slack_workspace import Fault

from adapters.slack.serving import connected
from bot.answering import Clarify, Escalate
from bot.cases import State
from bot.language import Language
from bot.wording import wording


def said(message: dict[str, Any]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


async def test_a_question_in_a_direct_message_is_answered_there(staff: Staff) -> None:
    question = staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]
    ts = await staff.write("U-alva", question)
    (answer,) = staff.posted("D-U-alva")
    assert "#oslomet" in said(answer)
    assert answer["thread_ts"] == ts, "in an agent view every message begins a thread"
    (title,) = staff.slack.of("assistant.threads.setTitle")
    assert (title["thread_ts"], title["title"]) == (ts, question)
    sent = staff.slack.of("chat.postMessage")[0]
    assert sent["unfurl_links"] in (False, "0", "false")
    check_message(answer["blocks"], answer["text"])
    await staff.press("U-alva", answer, "helpful")
    assert len(staff.store.kept.feedback) == 1
    (message,) = staff.store.kept.messages.values()
    assert (message.state, message.post) == ("delivered", answer["ts"])


async def test_what_was_missing_is_asked_for_and_kept(staff: Staff) -> None:
    await staff.write("U-alva", staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0])
    (answer,) = staff.posted("D-U-alva")
    await staff.press("U-alva", answer, "not-helpful")
    assert [helpful for helpful, _, _ in staff.store.kept.feedback.values()] == [False], "one tap counts"
    (more,) = [call for call in staff.slack.of("chat.postMessage") if "not-helpful?" in json.dumps(call["blocks"])]
    await staff.press("U-alva", more, "not-helpful")
    (form,) = staff.windows()
    check_view(form)
    reply = await staff.submit("U-alva", form, text="Et eksempel")
    assert reply["response_action"] == "update"
    assert [missing for _, missing, _ in staff.store.kept.feedback.values()] == ["Et eksempel"]


async def test_options_are_offered_and_the_chosen_one_is_answered(staff: Staff) -> None:
    await staff.write("U-alva", staff.first(Clarify))
    offered = staff.posted("D-U-alva")[-1]
    check_message(offered["blocks"], offered["text"])
    await staff.press("U-alva", offered, "choose")
    answer = staff.posted("D-U-alva")[-1]
    assert answer["ts"] != offered["ts"]
    assert "📖" in said(answer) or "🚨" in said(answer)


async def test_a_mention_is_answered_in_its_thread_alone(staff: Staff) -> None:
    question = staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]
    ts = await staff.mention("U-alva", "C-any", question)
    (answer,) = staff.posted("C-any")
    assert answer["thread_ts"] == ts
    await staff.event(
        {
            "type": "message",
            "channel_type": "channel",
            "channel": "C-any",
            "user": "U-bo",
            "text": question,
            "ts": "9.9",
        }
    )
    await staff.idle()
    assert len(staff.posted("C-any")) == 1, "nobody asked the bot"


async def a_case(staff: Staff) -> dict[str, Any]:
    """Asks what nobody knows; the card in comms' channel."""
    await staff.write("U-alva", staff.first(Escalate))
    await staff.deliver()
    return next(each for each in staff.posted(CHANNEL) if "thread_ts" not in each)


async def test_an_unclear_question_is_claimed_and_answered_and_comes_back(staff: Staff) -> None:
    card = await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    check_message(card["blocks"], card["text"])
    await staff.press("U-cleo", card, "claim")
    assert staff.store.kept.cases[case.number].state is State.CLAIMED
    await staff.deliver()
    card = next(each for each in staff.posted(CHANNEL) if "thread_ts" not in each)
    assert "release" in said(card), "the card changes in place"
    await staff.press("U-cleo", card, "answer")
    form = staff.windows()[-1]
    check_view(form)
    assert await staff.submit("U-cleo", form, text="Det bestemmer <!channel> driftsavdelingen.") == {"text": ""}
    assert staff.store.kept.cases[case.number].state is State.ANSWERED
    await staff.deliver()
    told = said(staff.posted("D-U-alva")[-1])
    assert "driftsavdelingen" in told
    assert "<!channel>" not in told.replace('"text": "Det bestemmer <!channel>', ""), "escaped in mrkdwn"
    assert len([each for each in staff.posted(CHANNEL) if "thread_ts" not in each]) == 1


async def test_svar_in_the_thread_below_a_card_reaches_the_asker_and_talk_does_not(staff: Staff) -> None:
    card = await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    await staff.mention("U-cleo", CHANNEL, "hva mener vi om dette?", thread=card["ts"])
    assert staff.store.kept.cases[case.number].answer is None
    assert len(staff.store.kept.questions) == 1, "talk in the thread is no question"
    await staff.mention("U-bo", CHANNEL, "svar: Jeg later som.", thread=card["ts"])
    assert staff.store.kept.cases[case.number].answer is None, "Bo is not in comms"
    await staff.mention("U-dag", CHANNEL, "svar: Spør driften.", thread=card["ts"])
    assert staff.store.kept.cases[case.number].answer == "Spør driften."
    await staff.deliver()
    assert "Spør driften." in said(staff.posted("D-U-alva")[-1])


async def test_svar_finds_its_case_when_the_card_has_changed_and_slack_shows_nothing(staff: Staff) -> None:
    card = await a_case(staff)
    await staff.press("U-dag", card, "claim")
    await staff.deliver()
    staff.slack.faults["conversations.replies"] = [Fault("missing_scope")]
    await staff.mention("U-dag", CHANNEL, "svar: Spør driften.", thread=card["ts"])
    (case,) = staff.store.kept.cases.values()
    assert case.answer == "Spør driften."


async def test_svar_finds_its_case_after_a_restart_too(staff: Staff) -> None:
    """Another process has posted the card, and it has changed since."""
    card = await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    await staff.press("U-dag", card, "claim")
    await staff.deliver()
    settings, desk = slack_settings(staff.slack), staff.desk
    async with connected(settings, desk.mind.now.knowledge, desk.say) as connection:
        messenger = connection.messenger
        assert await messenger.case_of("T1", CHANNEL, card["ts"]) == case.number
        assert await messenger.case_of("T1", CHANNEL, staff.slack.post(CHANNEL, "Hei")) is None


async def test_metadata_that_a_person_wrote_leads_to_no_case(staff: Staff) -> None:
    await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    fake = {"event_type": "handbok_message", "event_payload": {"key": f"case-{case.number}-message-1"}}
    ts = staff.slack.post(CHANNEL, "se her", metadata=fake)
    await staff.mention("U-dag", CHANNEL, "svar: Feil tråd.", thread=ts)
    assert staff.store.kept.cases[case.number].answer is None


async def test_who_is_not_in_comms_is_told_so_kindly_and_changes_nothing(staff: Staff) -> None:
    card = await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    await staff.press("U-bo", card, "claim")
    assert staff.store.kept.cases[case.number].state is State.WAITING
    told = staff.slack.of("chat.postEphemeral")[-1]
    assert told["user"] == "U-bo"
    assert "kommunikasjonskanalen" in json.dumps(told, ensure_ascii=False)
    await staff.press("U-bo", card, "more")
    assert not staff.windows(), "the whole case is for comms alone"
    await staff.press("U-cleo", card, "more")
    check_view(staff.windows()[-1])


async def test_who_joins_comms_may_act_at_once(staff: Staff) -> None:
    card = await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    await staff.press("U-bo", card, "claim")
    staff.slack.members[CHANNEL].append("U-bo")
    await staff.event({"type": "member_joined_channel", "channel": CHANNEL, "user": "U-bo"})
    await staff.press("U-bo", card, "claim")
    assert staff.store.kept.cases[case.number].state is State.CLAIMED


async def test_a_second_claim_changes_nothing_and_says_who_was_first(staff: Staff) -> None:
    card = await a_case(staff)
    await staff.press("U-cleo", card, "claim")
    await staff.press("U-dag", card, "claim")
    assert "Cleo" in json.dumps(staff.slack.of("chat.postEphemeral")[-1], ensure_ascii=False)


async def test_what_cannot_be_sent_is_said_beside_the_field(staff: Staff) -> None:
    card = await a_case(staff)
    await staff.press("U-cleo", card, "answer")
    form = staff.windows()[-1]
    await staff.mention("U-dag", CHANNEL, "svar: Først.", thread=card["ts"])
    reply = await staff.submit("U-cleo", form, text="For sent.")
    assert reply["response_action"] == "errors"
    assert "Dag" in reply["errors"]["text"]


async def test_the_asker_adds_withdraws_and_reopens(staff: Staff) -> None:
    await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    status = next(each for each in staff.posted("D-U-alva") if "withdraw" in said(each))
    await staff.press("U-alva", status, "add")
    await staff.submit("U-alva", staff.windows()[-1], text="Det gjelder heis 3.")
    await staff.deliver()
    below = [each for each in staff.posted(CHANNEL) if each.get("thread_ts")]
    assert "heis 3" in said(below[-1]), "below the card"
    await staff.press("U-alva", status, "withdraw")
    assert staff.store.kept.cases[case.number].closed_as == "withdrawn"
    await staff.deliver()
    status = next(each for each in staff.posted("D-U-alva") if "reopen" in said(each))
    await staff.press("U-alva", status, "reopen")
    await staff.submit("U-alva", staff.windows()[-1], text="Likevel.")
    assert staff.store.kept.cases[case.number].state is State.WAITING


async def test_comms_closes_with_a_reason_and_asks_back(staff: Staff) -> None:
    card = await a_case(staff)
    (case,) = staff.store.kept.cases.values()
    await staff.press("U-cleo", card, "ask-back")
    await staff.submit("U-cleo", staff.windows()[-1], text="Hvilken heis?")
    await staff.deliver()
    assert "Hvilken heis?" in said(staff.posted("D-U-alva")[-1])
    await staff.press("U-cleo", card, "close")
    await staff.submit("U-cleo", staff.windows()[-1], reason="elsewhere", text="Tatt på telefon.")
    assert staff.store.kept.cases[case.number].closed_as == "elsewhere"


async def test_checkpost_tells_what_it_sees_to_its_author_at_once(staff: Staff) -> None:
    reply = await staff.command("U-alva", "/checkpost", "Ring Kari på 91234567 om saken hennes!!!")
    assert reply["response_type"] == "ephemeral"
    check_message(reply["blocks"], reply["text"])
    pressed = [each["value"] for block in reply["blocks"] if block["type"] == "actions" for each in block["elements"]]
    assert pressed
    assert not any("91234567" in value for value in pressed), "what is sent to comms is masked"
    assert not staff.store.kept.cases


async def test_a_draft_is_sent_to_comms_as_it_was_looked_over(staff: Staff) -> None:
    reply = await staff.command("U-alva", "/checkpost", "Jeg hater denne jævla arbeidsplassen!!!")
    await staff.press("U-alva", reply | {"response_url": staff.slack.url + "respond/1"}, "send-draft")
    form = staff.windows()[-1]
    check_view(form)
    answer = await staff.submit("U-alva", form, confidential=["yes"])
    assert answer["response_action"] == "update"
    (case,) = staff.store.kept.cases.values()
    assert case.confidential
    assert "arbeidsplassen" in case.text
    await staff.deliver()
    card = json.dumps(staff.posted(CHANNEL)[-1], ensure_ascii=False)
    assert "Alva" not in card
    assert any("withdraw" in said(each) for each in staff.posted("D-U-alva")), (
        "the answer comes where nobody else reads"
    )


async def test_checkpost_without_text_opens_the_form_and_shows_what_it_sees_there(staff: Staff) -> None:
    await staff.command("U-alva", "/checkpost")
    (form,) = staff.windows()
    check_view(form)
    reply = await staff.submit("U-alva", form, draft="DETTE ER HELT UTROLIG!!!", platform="x", picture=["there"])
    assert reply["response_action"] == "update"
    check_view(reply["view"])
    assert "🖼" in json.dumps(reply["view"], ensure_ascii=False)
    again = await staff.submit("U-alva", reply["view"], draft="Så gøy det var i dag! Hva lærte du?")
    assert "✅" in json.dumps(again["view"], ensure_ascii=False)


async def test_shortcuts_check_a_post_and_ask_comms_about_it(staff: Staff) -> None:
    post = {
        "type": "message_action",
        "message": {"text": "Se <https://x.no|her>!!!", "ts": "1.1"},
        "channel": {"id": "C-any"},
    }
    await staff.interact("U-alva", post | {"callback_id": "check_message"})
    check_view(staff.windows()[-1])
    await staff.interact("U-alva", post | {"callback_id": "ask_about"})
    form = staff.windows()[-1]
    await staff.submit("U-alva", form, text="Kan vi si dette?")
    (case,) = staff.store.kept.cases.values()
    assert (case.kind, case.text) == ("question", "Kan vi si dette?")
    await staff.interact("U-alva", {"type": "shortcut", "callback_id": "check_draft"})
    assert len(staff.windows()) == 3


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Se &lt;her&gt; <!here>"}}]},
         "Se <her> @here"),
        ({"text": "This content can't be displayed.",
          "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Nytt &"}},
                     {"type": "context", "elements": [{"type": "image", "alt_text": "x"},
                                                      {"type": "mrkdwn", "text": "i dag"}]},
                     {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text",
                                                                                  "text": "Trykk"}}]}]},
         "Nytt &\ni dag"),
        ({"blocks": [{"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "Les "},
                                                       {"type": "link", "url": "https://x.no"},
                                                       {"type": "emoji", "name": "wave"}]},
            {"type": "rich_text_list", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": each}]} for each in ("én", "to")
            ]}]}]},
         "Les https://x.no:wave:\nén\nto"),
        ({"attachments": [{"title": "Nytt innlegg", "text": "Kom <https://x.no|hit>"}, {"fallback": "[no preview]"}]},
         "Nytt innlegg\nKom https://x.no"),
        ({"text": "Mitt eget", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Annet"}}]},
         "Mitt eget"),
    ],
    ids=["section", "placeholder", "rich text", "attachments", "a text of its own"],
)  # fmt: skip
async def test_a_shortcut_reads_the_text_of_a_message_wherever_it_stands(
    staff: Staff, message: dict[str, Any], read: str
) -> None:
    post = {"type": "message_action", "message": message | {"ts": "1.1"}, "channel": {"id": "C-any"}}
    await staff.interact("U-alva", post | {"callback_id": "ask_about"})

    assert field(staff.windows()[-1], "text").get("initial_value") == read


HOSTILE: dict[str, Any] = {"type": "section"}
for _ in range(20):
    HOSTILE = {"type": "section", "elements": [HOSTILE], "text": HOSTILE.get("nothing", 7)}


@pytest.mark.parametrize("callback", ["check_message", "ask_about"])
@pytest.mark.parametrize(
    "message",
    [
        {},
        {"files": [{"name": "bilde.png"}]},
        {"blocks": [HOSTILE, 7, None]},
        {"blocks": "x", "attachments": [None, []]},
    ],
    ids=["nothing", "a file", "deep", "nonsense"],
)
async def test_a_form_for_a_message_without_text_says_why_it_is_empty(
    staff: Staff, message: dict[str, Any], callback: str
) -> None:
    post = {"type": "message_action", "message": message | {"ts": "1.1"}, "channel": {"id": "C-any"}}
    await staff.interact("U-alva", post | {"callback_id": callback})

    (form,) = staff.windows()
    check_view(form)
    assert form["blocks"][0]["text"]["text"] == wording()("talk.no-text", Language.NN)
    reply = await staff.submit("U-alva", form, **{"draft" if callback == "check_message" else "text": "Se her!"})
    assert reply["response_action"] == "update"


def field(form: dict[str, Any], name: str) -> dict[str, Any]:
    return next(dict(block["element"]) for block in form["blocks"] if block["block_id"] == name)


async def test_handbok_helps_lists_cases_sets_the_language_and_forgets(staff: Staff) -> None:
    assert "checkpost" in (await staff.command("U-alva", "/handbok"))["text"]
    await a_case(staff)
    assert staff.first(Escalate) in json.dumps(await staff.command("U-alva", "/handbok", "saker"), ensure_ascii=False)
    await staff.command("U-alva", "/handbok", "language en")
    assert "remove" in (await staff.command("U-alva", "/handbok", "forget me"))["text"]
    sure = await staff.command("U-alva", "/handbok", "glem meg")
    await staff.press("U-alva", sure | {"response_url": staff.slack.url + "respond/1"}, "forget")
    assert all(asked.text == "" for asked in staff.store.kept.questions.values())
    assert "no longer" in json.dumps(staff.slack.responses[-1])


async def test_home_shows_cases_and_to_comms_the_queue(staff: Staff) -> None:
    await a_case(staff)
    staff.clock.advance(minutes=1)
    for user in ("U-alva", "U-cleo"):
        await staff.event({"type": "app_home_opened", "tab": "home", "user": user, "channel": f"D-{user}"})
        await staff.idle()
    mine, queue = (call["view"] for call in staff.slack.of("views.publish"))
    check_view(mine)
    check_view(queue)
    assert "withdraw" in json.dumps(mine)
    assert "more:0" in json.dumps(queue)
    assert "more:0" not in json.dumps(mine), "the queue is for comms alone"
    (week,) = [block["fields"] for block in queue["blocks"] if "fields" in block]
    figures = [field["text"].split("\n")[0] for field in week]
    assert figures == ["*1  (0)*", "*0  (0)*", "*1  (0)*", "*–  (–)*", "*0  (0)*", "*0  (0)*"]
    assert not [block for block in mine["blocks"] if "fields" in block], "nor are its figures for others"
    question = staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]
    search = {
        "type": "block_actions",
        "actions": [{"action_id": "search:0", "value": question}],
        "view": {"type": "home"},
    }
    await staff.interact("U-bo", search)
    assert "#oslomet" in said(staff.posted("D-U-bo")[-1])


async def test_the_agent_view_suggests_questions_that_are_answered(staff: Staff) -> None:
    await staff.event({"type": "app_home_opened", "tab": "messages", "user": "U-alva", "channel": "D-U-alva"})
    await staff.idle()
    (call,) = staff.slack.of("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in call
    assert len(call["prompts"]) == 4
    for prompt in call["prompts"]:
        await staff.write("U-alva", prompt["message"], thread_ts="1.5")
    greeting, *answers = staff.posted("D-U-alva")
    assert "eit program" in said(greeting)
    assert all(answer["thread_ts"] == "1.5" for answer in answers)
    assert sum("📖" in said(answer) for answer in answers) == 4


async def test_comms_saves_an_answer_to_the_handbook(staff: Staff) -> None:
    card = await a_case(staff)
    await staff.mention("U-cleo", CHANNEL, "svar: Driftsavdelingen velger det, så spør dem.", thread=card["ts"])
    await staff.deliver()
    card = next(each for each in staff.posted(CHANNEL) if "thread_ts" not in each)
    await staff.press("U-cleo", card, "save")
    form = staff.windows()[-1]
    check_view(form)
    reply = await staff.submit("U-cleo", form)
    assert reply["response_action"] == "update", reply
    assert len(staff.store.kept.learned) == 1
