"""Pictures, files, quotes, mentions, corrections and deletions: every message gets a reply, and neither ids nor quotes
are taken for what somebody wrote."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import slack_staff
import teams_staff
from PIL import ExifTags, Image
from slack_staff import rules, slack, staff
from teams_says import Activity, Person, fetch_action, message, personal
from teams_world import teams_world

from bot.answering import Escalate
from bot.cases import Claim, State
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.review import Rulebook
from bot.service import casework
from bot.service.desk import Sender
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
SAY = wording()
ALVA = Person("Alva")
DRAFT = "Ring Kari på 958 12 345, hun er hjemme alene!"
QUOTED = "Hei, en journalist har ringt om kontoen som er hacka"
LINK = "https://files.example.org/plakat"


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


def said(staff: slack_staff.Staff, channel: str = "D-U-alva") -> str:
    """All that Handbok wrote there, and to people alone."""
    alone = staff.slack.responses + staff.slack.of("chat.postEphemeral")
    return json.dumps([staff.posted(channel), alone], ensure_ascii=False)


def in_any_language(key: str, shown: str, **values: object) -> bool:
    return any(json.dumps(SAY(key, language, **values), ensure_ascii=False)[1:60] in shown for language in Language)


async def says(teams: teams_staff.Staff, text: str, **more: Any) -> str:
    await teams.send(message(teams.world.url, ALVA, text, **more))
    return json.dumps(teams.said(ALVA), ensure_ascii=False)


# ── pictures and files ───────────────────────────────────────────────────────────────────────────────────────────────

FILES = [
    ({"mimetype": "image/png", "name": "plakat.png"}, "talk.with-picture"),
    ({"mimetype": "application/pdf", "name": "plakat.pdf"}, "talk.with-file"),
    ({"mimetype": "video/mp4", "subtype": "slack_audio", "name": "opptak.mp4"}, "talk.with-sound"),
]


@pytest.mark.parametrize(("file", "key"), FILES, ids=["picture", "file", "voice"])
async def test_in_slack_a_file_is_acknowledged(staff: slack_staff.Staff, file: dict[str, str], key: str) -> None:
    await staff.write("U-alva", "", subtype="file_share", files=[file])
    assert in_any_language(key, said(staff), name=file["name"])


ATTACHED = [
    ({"contentType": "image/png", "name": "plakat.png", "contentUrl": LINK}, "talk.with-picture"),
    (
        {
            "contentType": "application/vnd.microsoft.teams.file.download.info", "name": "plakat.pdf",
            "content": {"downloadUrl": LINK, "fileType": "pdf"},
        },
        "talk.with-file",
    ),
    ({"contentType": "audio/mp4", "name": "opptak.m4a", "contentUrl": LINK}, "talk.with-sound"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "key"), ATTACHED, ids=["picture", "file", "voice"])
async def test_in_teams_a_file_is_acknowledged(teams: teams_staff.Staff, file: Activity, key: str) -> None:
    assert in_any_language(key, await says(teams, "", attachments=[file]), name=file["name"])


async def test_a_picture_beside_a_draft_is_asked_about(staff: slack_staff.Staff, teams: teams_staff.Staff) -> None:
    files = [{"mimetype": "image/jpeg", "name": "a.jpg"}]
    await staff.write("U-alva", "checkpost Så gøy det var!", subtype="file_share", files=files)
    assert in_any_language("talk.with-picture", said(staff))

    shown = await says(teams, "checkpost Så gøy det var!", attachments=[{"contentType": "image/jpeg", "name": "a.jpg"}])
    assert in_any_language("talk.with-picture", shown)


async def test_the_link_to_a_file_goes_along_with_the_case(staff: slack_staff.Staff, teams: teams_staff.Staff) -> None:
    question = staff.first(Escalate)
    files = [{"mimetype": "application/pdf", "name": "plakat.pdf", "permalink": LINK}]
    await staff.write("U-alva", question, subtype="file_share", files=files)
    await says(teams, question, attachments=[ATTACHED[1][0]])

    for store in (staff.store, teams.store):
        (case,) = store.kept.cases.values()
        assert case.text == f"{question}\n\n📎 plakat.pdf {LINK}"


def photograph() -> bytes:
    """A picture whose file says where and when it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = "2026:03:04 08:15:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (59.0, 55.0, 12.0)
    into = BytesIO()
    Image.new("RGB", (4, 3)).save(into, "JPEG", exif=exif)
    return into.getvalue()


def gives_away(rules: Rulebook, shown: str) -> set[str]:
    """What it is said that a picture's file gives away."""
    return {
        each
        for each in ("place", "time", "maker", "unseen")
        if any(rules.phrase(f"picture-{each}", language) in shown for language in Language)
    }


async def test_in_slack_it_is_said_what_a_pictures_file_gives_away(staff: slack_staff.Staff, rules: Rulebook) -> None:
    staff.slack.files["a.jpg"] = photograph()
    files = [{"mimetype": "image/jpeg", "name": "a.jpg", "url_private": staff.slack.url + "files/a.jpg"}]
    await staff.write("U-alva", "checkpost Så gøy det var!", subtype="file_share", files=files)

    assert gives_away(rules, said(staff)) == {"place", "time", "unseen"}


async def test_in_teams_it_is_said_what_a_pictures_file_gives_away(teams: teams_staff.Staff, rules: Rulebook) -> None:
    teams.world.files["a"] = photograph()
    source = f"{teams.world.url.rstrip('/')}/v3/attachments/a/views/original"
    shown = await says(teams, "", attachments=[{"contentType": "image/jpeg", "name": "a.jpg", "contentUrl": source}])

    assert gives_away(rules, shown) == {"place", "time", "unseen"}


@pytest.mark.parametrize("source", ["https://files.example.org/a.jpg", "https://files.slack.com.example.org/a.jpg"])
async def test_a_picture_is_fetched_from_nobody_else_and_that_is_said(staff: slack_staff.Staff, source: str) -> None:
    files = [{"mimetype": "image/jpeg", "name": "a.jpg", "url_private": source}]
    await staff.write("U-alva", "", subtype="file_share", files=files)

    assert in_any_language("talk.with-picture", said(staff))
    assert any(SAY("talk.picture-unfetched", language) in said(staff) for language in Language)
    assert not staff.slack.of("file")


async def test_where_the_app_may_not_read_files_that_is_said(staff: slack_staff.Staff) -> None:
    staff.slack.files["a.jpg"], staff.slack.unreadable = photograph(), True
    files = [{"mimetype": "image/jpeg", "name": "a.jpg", "url_private": staff.slack.url + "files/a.jpg"}]
    await staff.write("U-alva", "", subtype="file_share", files=files)

    assert any(SAY("talk.picture-unfetched", language) in said(staff) for language in Language)
    assert [each["name"] for each in staff.slack.of("file")] == ["a.jpg"], "no redirect was followed"


async def test_the_link_to_a_picture_goes_along_with_a_draft_for_comms(staff: slack_staff.Staff) -> None:
    files = [{"mimetype": "image/jpeg", "name": "a.jpg", "permalink": LINK}]
    await staff.write("U-alva", "checkpost Så gøy det var!", subtype="file_share", files=files)
    sends = [
        each for each in staff.posted("D-U-alva") + staff.slack.of("chat.postEphemeral") if "send-draft" in str(each)
    ]

    assert f"📎 a.jpg {LINK}" in json.dumps(sends, ensure_ascii=False).replace("\\n", "")


# ── quotes and mentions ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_quote_in_teams_is_not_what_somebody_wrote(teams: teams_staff.Staff) -> None:
    placeholder = '<quoted messageId="1772050244572"/>'
    entity = {"type": "quotedReply", "quotedReply": {"messageId": "1772050244572", "preview": QUOTED}}
    block = (
        '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1772050244572">'
        f'<strong itemprop="mri">Bo</strong><p itemprop="preview">{QUOTED}</p></blockquote>'
    )
    shown = await says(teams, f"{placeholder} hjelp", entities=[entity])
    assert in_any_language("talk.help", shown)
    await says(teams, f"{block}<p>saker</p>", attachments=[{"contentType": "text/html", "content": block}])
    assert in_any_language("talk.no-cases", json.dumps(teams.said(ALVA), ensure_ascii=False))
    assert not teams.store.kept.cases


async def test_what_is_quoted_is_what_is_to_be_checked(teams: teams_staff.Staff) -> None:
    entity = {"type": "quotedReply", "quotedReply": {"messageId": "1.1", "preview": DRAFT}}
    shown = await says(teams, '<quoted messageId="1.1"/> kan vi legge ut dette?', entities=[entity])
    assert in_any_language("check.stop", shown)


async def test_check_this_post_leaves_out_what_the_post_quotes(teams: teams_staff.Staff) -> None:
    block = f'<blockquote itemtype="http://schema.skype.com/Reply" itemid="1"><p>{DRAFT}</p></blockquote>'
    reply = await teams.send(fetch_action(teams.world.url, ALVA, "checkPost", f"{block}<p>Så gøy det var i dag!</p>"))
    assert "958" not in reply.text
    assert "Så gøy det var i dag!" in reply.text


async def test_a_mention_below_a_post_in_slack_looks_at_the_post(staff: slack_staff.Staff) -> None:
    post = staff.slack.post("C-any", DRAFT)
    await staff.mention("U-alva", "C-any", "kan vi legge ut dette?", thread=post)
    assert in_any_language("check.stop", said(staff, "C-any"))

    await staff.mention("U-bo", "C-any", "", thread=post)
    assert len(staff.slack.of("chat.postEphemeral")) == 2
    assert not staff.store.kept.cases


async def test_a_forwarded_message_in_slack_is_looked_at(staff: slack_staff.Staff) -> None:
    await staff.write("U-alva", "", attachments=[{"is_share": True, "text": DRAFT, "author_id": "U-bo", "ts": "1.1"}])
    assert in_any_language("check.stop", said(staff))


async def test_a_bare_mention_and_an_action_are_replied_to(staff: slack_staff.Staff) -> None:
    await staff.mention("U-alva", "C-any", "")
    assert in_any_language("talk.help", said(staff, "C-any"))
    await staff.write("U-bo", "hjelp", subtype="me_message")
    assert in_any_language("talk.help", said(staff, "D-U-bo"))


async def test_nobodys_id_goes_further_than_slack(staff: slack_staff.Staff) -> None:
    ts = staff.slack.post("C-any", "x")
    event = {
        "type": "app_mention", "channel": "C-any", "user": "U-alva", "ts": ts,
        "text": f"{staff.first(Escalate)} Spør <@U-dag> i <#C-plan> <@UBOT>",
    }  # fmt: skip
    body = {
        "type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event": event, "event_id": "Ev-m",
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
    }  # fmt: skip
    await staff.raw(json.dumps(body).encode(), "application/json")
    await staff.idle()
    (asked,) = {each.text for each in staff.store.kept.questions.values()} or {""}
    assert "Dag" in asked
    assert "U-dag" not in asked
    assert "UBOT" not in asked
    assert "C-plan" not in asked


async def test_slackbot_and_outsiders_are_not_answered(staff: slack_staff.Staff) -> None:
    await staff.write("USLACKBOT", "Hei")
    assert not staff.posted("D-USLACKBOT")


# ── corrections and deletions ────────────────────────────────────────────────────────────────────────────────────────


async def edit_in_slack(
    staff: slack_staff.Staff, ts: str, before: str, after: str, channel: str = "D-U-alva", **inner: str
) -> None:
    written = {"type": "message", "user": "U-alva", "ts": ts, **inner}
    event = {
        "type": "message", "subtype": "message_changed", "channel": channel, "ts": "9.9",
        "channel_type": "im" if channel.startswith("D") else "channel",
        "message": {**written, "text": after, "edited": {"user": "U-alva"}},
        "previous_message": {**written, "text": before},
    }  # fmt: skip
    await staff.event(event)
    await staff.idle()


async def delete_in_slack(staff: slack_staff.Staff, ts: str, text: str, channel: str = "D-U-alva") -> None:
    event = {
        "type": "message", "subtype": "message_deleted", "channel": channel, "ts": "9.9", "deleted_ts": ts,
        "channel_type": "im" if channel.startswith("D") else "channel",
         "previous_message": {"type": "message", "user": "U-alva", "text": text, "ts": ts},
    }  # fmt: skip
    await staff.event(event)
    await staff.idle()


async def test_a_correction_at_once_is_asked_anew_and_one_much_later_is_left_alone(staff: slack_staff.Staff) -> None:
    questions = staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb
    ts = await staff.write("U-alva", questions[0])
    await edit_in_slack(staff, ts, questions[0], questions[1])
    assert [asked.text for asked in staff.store.kept.questions.values()] == [questions[0], questions[1]]

    staff.clock.now += timedelta(minutes=5)
    await edit_in_slack(staff, ts, questions[1], questions[2])
    assert len(staff.store.kept.questions) == 2


@pytest.mark.parametrize("thread", ["", "1700000000.000001"], ids=["in the channel", "in a thread"])
async def test_a_correction_of_a_mention_is_asked_anew_where_it_stands(staff: slack_staff.Staff, thread: str) -> None:
    questions = staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb
    ts = await staff.mention("U-alva", "C-all", questions[0], thread)
    inner = {"thread_ts": thread} if thread else {}
    await edit_in_slack(staff, ts, f"<@UBOT> {questions[0]}", f"<@UBOT> {questions[1]}", "C-all", **inner)

    answers = [each for each in staff.posted("C-all") if "#oslomet" in json.dumps(each)]
    assert [each["thread_ts"] for each in answers] == [thread or ts] * 2


async def test_a_mention_that_is_deleted_is_kept_no_longer(staff: slack_staff.Staff) -> None:
    question = staff.first(Escalate)
    ts = await staff.mention("U-alva", "C-all", question)
    await delete_in_slack(staff, ts, f"<@UBOT> {question}", "C-all")

    (case,) = staff.store.kept.cases.values()
    assert (case.state, case.closed_as) == (State.CLOSED, "withdrawn")


async def test_of_what_others_change_in_a_channel_nothing_is_kept(staff: slack_staff.Staff) -> None:
    await edit_in_slack(staff, "1.1", "Lunsj kl. 11?", "Lunsj kl. 12?", "C-all")
    await delete_in_slack(staff, "1.1", "Lunsj kl. 12?", "C-all")

    kept = staff.store.kept
    assert [*kept.people, *kept.questions, *kept.events] == []
    assert [*staff.posted("C-all"), *staff.slack.of("users.info")] == []


async def test_a_correction_of_what_became_a_case_stands_on_the_case(
    staff: slack_staff.Staff, teams: teams_staff.Staff
) -> None:
    question = staff.first(Escalate)
    ts = await staff.write("U-alva", question)
    await edit_in_slack(staff, ts, question, "Noe helt annet")
    asked = message(teams.world.url, ALVA, question)
    await teams.send(asked)
    changed = personal(teams.world.url, ALVA, "messageUpdate", text="Noe helt annet", id=asked["id"])
    await teams.send(changed)

    for store in (staff.store, teams.store):
        (case,) = store.kept.cases.values()
        assert "Noe helt annet" in store.kept.histories[case.number][-1].text


async def test_what_is_deleted_is_kept_no_longer_and_its_case_withdrawn(
    staff: slack_staff.Staff, teams: teams_staff.Staff
) -> None:
    question = staff.first(Escalate)
    ts = await staff.write("U-alva", question)
    await delete_in_slack(staff, ts, question)
    asked = message(teams.world.url, ALVA, question)
    await teams.send(asked)
    await teams.send(personal(teams.world.url, ALVA, "messageDelete", id=asked["id"]))

    for store in (staff.store, teams.store):
        (case,) = store.kept.cases.values()
        assert (case.state, case.closed_as) == (State.CLOSED, "withdrawn")
        assert question not in case.text
        assert all(question not in event.text for event in store.kept.histories[case.number])
        assert all(each.text != question for each in store.kept.questions.values())


async def test_comms_is_told_where_somebody_works_on_what_was_deleted(staff: slack_staff.Staff) -> None:
    question = staff.first(Escalate)
    ts = await staff.write("U-alva", question)
    (number,) = staff.store.kept.cases
    who = Sender("claims", staff.desk.comms["oslomet"], "U-cleo", "Cleo", "oslomet")
    await staff.handbok.hub.may_act(who)
    await casework.do(staff.desk, who, number, Claim())

    await delete_in_slack(staff, ts, question)

    assert staff.store.kept.cases[number].state is State.CLAIMED
    assert staff.store.kept.histories[number][-1].text == SAY("talk.deleted", Language.NN)
