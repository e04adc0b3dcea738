"""What goes wrong in Teams: each has its clear word to the person, a line for the operator, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from teams_says import (
    ALVA,
    CHANNEL,
    CLEO,
    TENANT,
    Person,
    channel_message,
    execute,
    fetch_action,
    in_channel,
    message,
    personal,
    query,
    task_fetch,
    task_submit,
)  # fmt: skip
from teams_staff import Staff, buttons, words
from teams_world import Fault, World

from adapters.chat import intake, later, verdicts
from adapters.teams.doctor import examine
from bot.answering import Escalate
from bot.cases import State
from bot.errors import DeliveryError, UndeliverableError
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.messages import Text
from bot.ports import Address
from bot.wording import wording

say = wording()
STRANGER = Person("Eva", tenant="bbbbbbbb-0000-4000-8000-000000000009")
TODAY = date(2027, 3, 1)


@pytest.fixture
def hashtag(knowledge: KnowledgeBase) -> str:
    return knowledge.topic["hashtag"].questions.nb[0]


# ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_somebody_of_an_unknown_tenant_is_told_so_and_nothing_is_kept(staff: Staff, hashtag: str) -> None:
    await staff.write(STRANGER, hashtag)
    pressed = execute(staff.world.url, STRANGER, "helpful", {"do": "helpful", "value": "1"}, "post-1")
    said = (await staff.send(pressed)).json()

    expected = say("teams.unknown-tenant", Language.EN, tenant=STRANGER.tenant)
    assert words(staff.said(STRANGER)) == expected
    assert said["value"] == expected
    assert not staff.store.kept.questions
    assert not staff.store.kept.people


async def test_a_message_without_text_is_answered_by_what_to_write(staff: Staff) -> None:
    await staff.write(ALVA, "")
    await staff.write(ALVA, "", attachments=[{"contentType": "image/png", "contentUrl": "https://example.org/1"}])

    empty, picture = staff.said(ALVA)
    assert words(empty) == say("ask.empty", Language.NN)
    assert words(picture) == f"{say('talk.with-picture', Language.NN)} {say('talk.picture-unfetched', Language.NN)}"


async def test_the_copy_of_a_message_as_html_is_no_attachment(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, hashtag, attachments=[{"contentType": "text/html", "content": f"<p>{hashtag}</p>"}])

    assert "#oslomet" in words(staff.said(ALVA))


async def test_entities_and_other_peoples_mentions_read_as_they_look(staff: Staff) -> None:
    activity = channel_message(staff.world.url, ALVA, "Kan <at>Bo Berg</at> like &lt;dette&gt;&nbsp;innlegget?")
    await staff.send(activity)

    (asked,) = staff.store.kept.questions.values()
    assert asked.text == "Kan Bo Berg like <dette> innlegget?"


async def test_a_database_that_does_not_answer_is_told_and_nothing_pretends_to_be_sent(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, hashtag: str
) -> None:
    monkeypatch.setattr(intake, "INSISTING", 0.1)
    monkeypatch.setattr(verdicts, "OTHERS", 0.01)
    await staff.write(ALVA, hashtag)
    (answer,) = staff.said(ALVA)
    staff.store.broken = True
    await staff.write(ALVA, hashtag)
    said = await staff.press(ALVA, answer, "helpful")

    assert words(staff.said(ALVA)[-1]) == say("ask.not-saved", Language.NN)
    assert said["value"] == say("ask.not-saved", Language.NN)


async def test_the_handbook_is_searched_while_the_database_does_not_answer(staff: Staff) -> None:
    staff.store.broken = True
    said = (await staff.send(query(staff.world.url, ALVA, "hashtag"))).json()

    assert said["composeExtension"]["type"] == "result"


async def test_whoever_only_searches_or_opens_a_form_is_not_kept(staff: Staff) -> None:
    await staff.send(query(staff.world.url, ALVA, "hashtag"))
    await staff.send(fetch_action(staff.world.url, ALVA, "checkPost"))
    await staff.send(fetch_action(staff.world.url, ALVA, "askAbout", "<p>Kan vi dele dette?</p>"))
    await staff.send(fetch_action(staff.world.url, ALVA, "checkPost", "<p>Takk for i dag!</p>"))

    assert not staff.store.kept.people


async def test_the_handbook_is_searched_in_the_language_that_somebody_chose(staff: Staff) -> None:
    await staff.write(ALVA, "language en")
    said = (await staff.send(query(staff.world.url, ALVA, "hashtag"))).json()

    assert "From OsloMet's handbook" in words(said)


async def test_a_button_of_long_ago_says_that_it_does_nothing_any_more(staff: Staff) -> None:
    pressed = execute(staff.world.url, ALVA, "approve", {"do": "approve", "value": "7"}, "post-1")
    gone = execute(staff.world.url, ALVA, "helpful", {"do": "helpful", "value": "4711"}, "post-1")

    assert (await staff.send(pressed)).json()["value"] == say("talk.old-card", Language.NN)
    assert (await staff.send(gone)).json()["value"] == say("talk.not-found", Language.NN)


@pytest.mark.parametrize("value", [None, {}, {"action": []}, {"action": {"data": "x"}}, {"data": {"do": 7}}, [1]])
@pytest.mark.parametrize(
    "name",
    ["adaptiveCard/action", "task/fetch", "task/submit", "composeExtension/query", "composeExtension/fetchTask",
     "composeExtension/submitAction", "signin/verifyState", "x"],
)  # fmt: skip
async def test_an_invoke_of_any_shape_is_answered(staff: Staff, name: str, value: object) -> None:
    reply = await staff.teams.send(personal(staff.world.url, ALVA, "invoke", name=name, value=value))

    assert reply.status_code in (200, 400, 501)


async def test_the_same_press_twice_is_done_once(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    number = max(staff.store.kept.cases)
    data = {"form": "write", "do": "answer", "value": str(number), "language": "nb", "text": "Ja."}
    activity = task_submit(staff.world.url, CLEO, data, where=in_channel)

    await staff.send(activity)
    again = await staff.send(activity)

    assert again.status_code == 200
    assert [event.kind for event in staff.store.kept.histories[number]] == ["opened", "answered"]


async def test_a_dialog_sent_empty_says_what_is_missing(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    dialog = await staff.press(CLEO, staff.card(), "answer", where=in_channel)

    again = await staff.fill(CLEO, dialog, text="  ")

    assert say("refused.empty", Language.NN) in words(again)


async def test_a_dialog_about_a_case_that_is_none_says_so(staff: Staff) -> None:
    opened = task_fetch(staff.world.url, CLEO, {"do": "more?", "value": "999"}, where=in_channel)

    assert (await staff.send(opened)).json()["task"] == {"type": "message", "value": say("talk.not-found", Language.NN)}


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_reply_that_teams_does_not_take_is_left_to_delivery(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, hashtag: str
) -> None:
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0))
    staff.world.faults["send"] = [Fault(502)] * 3
    await staff.write(ALVA, hashtag)
    assert staff.said(ALVA) == []

    async with staff.store.work() as work:
        assert await work.hand_over_replies(staff.desk.clock() + timedelta(minutes=1)) == 1
    await staff.deliver()

    assert "#oslomet" in words(staff.said(ALVA))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "AGAIN", (0.0, 0.0, 0.0))


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("text", "answer"),
    [("hjelp", "talk.help"), ("checkpost Ring Kari på 958 12 345!", "check.stop"), ("språk nn", "chat.language-set"),
     ("", "ask.empty")],
    ids=["a command", "a draft", "a confirmation", "a word on what was written"],
)  # fmt: skip
async def test_what_somebody_waits_for_is_sent_again_where_teams_does_not_take_it(
    staff: Staff, text: str, answer: str
) -> None:
    staff.world.faults["send"] = [Fault(502), Fault(503)]
    await staff.write(ALVA, text)

    told, *prompts = staff.said(ALVA)
    assert len(prompts) == (answer == "talk.help")  # questions to begin with, by themselves
    assert any(say(answer, language) in words(told) for language in (Language.NB, Language.NN))


@pytest.mark.usefixtures("at_once")
async def test_that_an_answer_was_sent_is_said_again_where_teams_does_not_take_it(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    (number,) = staff.store.kept.cases
    staff.world.faults["send"] = [Fault(502)]

    thread = await staff.mention(CLEO, "svar: Spør lederen din.", thread=staff.card()["id"])

    assert words(staff.said(thread)) == say("talk.answer-sent", Language.NN, number=number)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("fault", "tries"),
    [(Fault(502), 4), (Fault(429, headers={"Retry-After": "600"}), 1), (Fault(403, "ConversationBlockedByUser"), 1)],
    ids=["no answer", "asks to be left alone for long", "blocked"],
)
async def test_what_teams_never_takes_is_given_up_and_the_operator_is_told(
    staff: Staff, fault: Fault, tries: int, caplog: pytest.LogCaptureFixture
) -> None:
    staff.world.faults["send"] = [fault] * 20
    await staff.write(ALVA, "hjelp")

    assert len(staff.world.of("send", ALVA.direct)) == tries
    assert "Somebody was not told" in caplog.text


@pytest.mark.parametrize("code", ["BotNotInConversationRoster", "ConversationNotFound", "MessageWritesBlocked"])
async def test_a_case_waits_where_handbok_was_removed_from_the_channel_and_is_delivered_once_mended(
    staff: Staff, code: str
) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    staff.world.faults["send"] = [Fault(404 if "NotFound" in code else 403, code)]

    with pytest.raises(DeliveryError, match="add Handbok to the team"):
        await staff.deliver()
    await staff.deliver()

    assert staff.first(Escalate) in words(staff.said(CHANNEL))


async def test_whoever_blocked_the_bot_is_not_written_to_again(staff: Staff) -> None:
    to = Address("teams", TENANT, ALVA.direct)
    staff.world.faults["send"] = [Fault(403, "ConversationBlockedByUser")]

    with pytest.raises(UndeliverableError):
        await staff.connection.messenger.post(to, [Text("Hei")], key="case-1-message-1")


async def test_a_card_that_somebody_deleted_is_posted_anew(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    staff.world.posts[CHANNEL].clear()

    await staff.press(CLEO, {"id": "post-1", "card": _claim(max(staff.store.kept.cases))}, "claim", where=in_channel)
    await staff.deliver()

    (card,) = staff.said(CHANNEL)
    assert "release" in [each["data"]["do"] for each in buttons(card)]


def _claim(number: int) -> dict[str, object]:
    return {"type": "Action.Execute", "title": "Claim", "data": {"do": "claim", "value": str(number)}}


async def test_a_roster_that_cannot_be_read_lets_nobody_act_and_says_why(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    staff.world.faults["members"] = [Fault(503)] * 3

    said = await staff.press(CLEO, staff.card(), "claim", where=in_channel)

    assert said["value"] == say("teams.no-access", Language.NN)
    assert staff.store.kept.cases[max(staff.store.kept.cases)].state is State.WAITING


async def test_whoever_leaves_the_team_may_act_no_longer(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    await staff.press(CLEO, staff.card(), "claim", where=in_channel)
    await staff.deliver()
    staff.world.rosters[CHANNEL].remove(CLEO.member)
    left = in_channel(staff.world.url, CLEO, "conversationUpdate", membersRemoved=[CLEO.member])
    await staff.send(left)

    said = await staff.press(CLEO, staff.card(), "release", where=in_channel)

    assert said["value"] == say("refused.not-comms", Language.NN)


async def test_an_answer_follows_its_asker_to_a_new_service_url(staff: Staff, hashtag: str) -> None:
    await staff.write(ALVA, staff.first(Escalate))
    (case,) = staff.store.kept.cases
    place = staff.store.kept.places[case]

    assert (await staff.connection.references.place(place)).service_url == staff.world.url
    moved = message(staff.world.url.rstrip("/"), ALVA, hashtag)
    await staff.teams.send(moved, staff.world.token(serviceurl=staff.world.url.rstrip("/")))
    await staff.idle()

    assert (await staff.connection.references.place(place)).service_url == staff.world.url.rstrip("/")


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def told(world: World, **more: object) -> dict[str, tuple[bool, str]]:
    remarks = await examine(world.settings(**more), TODAY)
    return {remark.about: (remark.well, f"{remark.says}; {remark.remedy}") for remark in remarks}


async def test_a_set_up_that_is_well_has_nothing_to_mend(world: World) -> None:
    world.rosters[CHANNEL] = [CLEO.member]

    found = await told(world, organisations={TENANT: "oslomet"}, expires=TODAY + timedelta(days=200))

    assert all(well for well, _ in found.values()), found


@pytest.mark.parametrize(("days", "well"), [(-1, False), (0, False), (14, False), (15, True), (None, True)])
async def test_a_secret_is_warned_of_two_weeks_before_it_ends(world: World, days: int | None, well: bool) -> None:
    ends = None if days is None else TODAY + timedelta(days=days)

    assert (await told(world, expires=ends))["teams secret"][0] is well


async def test_a_wrong_secret_is_named(world: World) -> None:
    well, says = (await told(world, app_password="wrong"))["teams token"]

    assert not well
    assert "TEAMS_APP_PASSWORD" in says
    assert "wrong" not in says.replace("is wrong", "")


async def test_a_channel_without_handbok_is_named_with_its_remedy(world: World) -> None:
    world.faults["members"] = [Fault(403, "BotNotInConversationRoster")]

    well, says = (await told(world))["teams comms oslomet"]

    assert not well
    assert "add Handbok to the team" in says


async def test_keys_and_tokens_never_show(world: World) -> None:
    settings = replace(world.settings(), app_password="hush-hush")

    assert "hush-hush" not in repr(settings)
