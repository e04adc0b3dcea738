"""What Teams' own buttons below an answer say is kept as what the card's buttons say; the answer names its source in
Teams' own terms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from teams_says import Person, message, personal
from teams_staff import Staff

ALVA, BO = Person("Alva"), Person("Bo")


@pytest.fixture
async def answer(staff: Staff) -> dict[str, Any]:
    """Alva's answer, as it stands in her chat."""
    hashtag = staff.desk.mind.now.knowledge.topic["hashtag"].questions.nb[0]
    await staff.teams.send(message(staff.world.url, ALVA, hashtag))
    await staff.idle()
    (answered,) = [each for each in staff.said(ALVA) if "#oslomet" in json.dumps(each)]
    return dict(answered)


async def judges(staff: Staff, who: Person, post: str, reaction: str, text: str = "") -> dict[str, Any]:
    """What Teams gets back."""
    said = {"reaction": reaction, "feedback": json.dumps({"feedbackText": text})}
    value = {"actionName": "feedback", "actionValue": said}
    asked = personal(staff.world.url, who, "invoke", name="message/submitAction", value=value, replyToId=post)
    asked = asked | {"conversation": personal(staff.world.url, ALVA, "invoke")["conversation"]}
    await staff.handbok.hub.posted.close()
    reply = await staff.teams.send(asked)
    await staff.idle()
    assert reply.status_code == 200
    return dict(reply.json())


async def test_an_answer_names_its_source_and_asks_whether_it_helped(answer: dict[str, Any]) -> None:
    (entity,) = answer["entities"]
    (claim,) = entity["citation"]
    assert (claim["position"], claim["appearance"]["@type"]) == (1, "DigitalDocument")
    assert claim["appearance"]["name"] in json.dumps(answer["attachments"], ensure_ascii=False)
    assert len(claim["appearance"]["abstract"]) <= 160
    assert answer["channelData"] == {"feedbackLoopEnabled": True}


async def test_the_latest_judgement_counts_and_its_reason_is_kept(staff: Staff, answer: dict[str, Any]) -> None:
    assert await judges(staff, ALVA, answer["id"], "like") == {}
    await judges(staff, ALVA, answer["id"], "dislike", "Hva med Instagram?")

    ((helpful, missing, _at),) = staff.store.kept.feedback.values()
    assert (helpful, missing) == (False, "Hva med Instagram?")


async def test_nobody_judges_for_whoever_asked(staff: Staff, answer: dict[str, Any]) -> None:
    assert await judges(staff, BO, answer["id"], "dislike") == {}
    assert not staff.store.kept.feedback


@pytest.mark.parametrize("given", [{}, {"reaction": "wave"}, {"reaction": "like", "feedback": "{"}, [], "x", None])
async def test_whatever_else_teams_sends_is_no_fault(staff: Staff, answer: dict[str, Any], given: object) -> None:
    value = {"actionName": "feedback", "actionValue": given}
    asked = personal(staff.world.url, ALVA, "invoke", name="message/submitAction", value=value, replyToId=answer["id"])
    assert (await staff.teams.send(asked)).status_code == 200
    await staff.idle()


async def test_an_emergency_told_there_goes_to_a_person(staff: Staff, answer: dict[str, Any]) -> None:
    await judges(
        staff, ALVA, answer["id"], "dislike", "Jeg orker ikke leve lenger, jeg har tenkt å ta livet mitt i kveld"
    )

    (case,) = staff.store.kept.cases.values()
    assert case.urgent
    assert "116 123" in json.dumps(staff.said(ALVA), ensure_ascii=False)
