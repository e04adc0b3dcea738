"""Comms keeps how a draft was decided in Slack; whoever writes a similar one is told, and so is comms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_limits import check_message, check_view
from slack_staff import CHANNEL, Staff
from test_journeys import a_case, said

from bot.language import Language

SUMMER = "Bli med på sommerfesten i gymsalen! Ta med en venn, så blir det mat og musikk. Hva gleder du deg til?"


async def a_draft(staff: Staff, user: str = "U-alva", draft: str = SUMMER) -> int:
    """A draft that its author sends to comms."""
    reply = await staff.command(user, "/checkpost", draft)
    await staff.press(user, reply | {"response_url": staff.slack.url + "respond/1"}, "send-draft")
    await staff.submit(user, staff.windows()[-1])
    await staff.deliver()
    return max(staff.store.kept.cases)


async def an_answered_draft(staff: Staff) -> tuple[int, dict[str, Any]]:
    """And its card in comms' channel."""
    number = await a_draft(staff)
    await staff.mention("U-cleo", CHANNEL, "svar: Skriv når det begynner.", thread=newest_card(staff)["ts"])
    await staff.deliver()
    return number, newest_card(staff)


def newest_card(staff: Staff) -> dict[str, Any]:
    return [each for each in staff.posted(CHANNEL) if "thread_ts" not in each][-1]


async def test_a_decided_draft_is_told_to_the_next_author_and_to_comms(staff: Staff) -> None:
    number, card = await an_answered_draft(staff)
    await staff.press("U-cleo", card, "decide")
    form = staff.windows()[-1]
    check_view(form)
    kept = await staff.submit("U-cleo", form, decision="change", text="Klokkeslettet mangler.", until="2099-12-31")
    assert kept["response_action"] == "update"
    check_view(kept["view"])
    (precedent,) = staff.store.kept.precedents
    assert (precedent.decision, precedent.from_case) == ("change", number)
    assert f"{precedent.expires:%Y-%m-%d}" == "2099-12-31"
    await staff.deliver()
    assert "Klokkeslettet mangler." in said(newest_card(staff)), "it stands in the case's history"

    similar = SUMMER.replace("en venn", "noen")
    told = await staff.command("U-bo", "/checkpost", similar)
    check_message(told["blocks"], told["text"])
    assert "Klokkeslettet mangler." in said(told)
    assert "Cleo" not in said(told), "who decided is for comms"
    await a_draft(staff, "U-bo", similar)
    card = newest_card(staff)
    check_message(card["blocks"], card["text"])
    assert "Klokkeslettet mangler." in said(card)
    assert "Cleo" in said(card)
    await staff.press("U-dag", card, "more")
    check_view(staff.windows()[-1])
    assert "Klokkeslettet mangler." in said(staff.windows()[-1])
    await staff.press("U-dag", card, "claim")
    await staff.deliver()
    card = newest_card(staff)
    check_message(card["blocks"], card["text"])
    assert "release" in said(card)
    assert "Klokkeslettet mangler." in said(card), "the card that has changed shows it still"


async def test_a_decision_without_a_date_holds_until_another_is_kept(staff: Staff) -> None:
    _, card = await an_answered_draft(staff)
    for decision in ("publish", "do-not-publish"):
        await staff.press("U-dag", card, "decide")
        await staff.submit("U-dag", staff.windows()[-1], decision=decision, text="Slik er det.", until=None)
    assert [(each.decision, each.expires) for each in staff.store.kept.precedents] == [
        ("publish", None),
        ("do-not-publish", None),
    ]
    told = said(await staff.command("U-bo", "/checkpost", SUMMER))
    assert told.count("Slik er det.") == 1


@pytest.mark.parametrize(
    ("user", "text", "until", "beside"),
    [
        ("U-bo", "Fint.", "2099-12-31", "text"),
        ("U-cleo", " ", "2099-12-31", "text"),
        ("U-cleo", "Fint.", "2020-01-01", "until"),
    ],
    ids=["not in comms", "without a reason", "a day that has passed"],
)
async def test_a_decision_that_cannot_be_kept_is_refused_beside_its_field(
    staff: Staff, user: str, text: str, until: str, beside: str
) -> None:
    _, card = await an_answered_draft(staff)
    await staff.press(user, card, "decide")
    reply = await staff.submit(user, staff.windows()[-1], decision="publish", text=text, until=until)
    assert reply["response_action"] == "errors", "what was written stays in the window"
    assert list(reply["errors"]) == [beside]
    assert staff.store.kept.precedents == ()


async def test_there_is_nothing_to_decide_on_a_question_or_an_open_case(staff: Staff) -> None:
    _, card = await an_answered_draft(staff)
    await staff.press("U-dag", card, "reopen")
    await staff.deliver()
    assert "decide" not in said(newest_card(staff))
    opened = len(staff.windows())
    await staff.press("U-dag", card, "decide")  # a card that somebody has had before them since
    assert len(staff.windows()) == opened
    told = json.dumps(staff.slack.of("chat.postEphemeral")[-1], ensure_ascii=False)
    assert staff.desk.say("teach.decide.none", Language.NN) in told
    await a_case(staff)
    await staff.mention("U-cleo", CHANNEL, "svar: Spør driften.", thread=newest_card(staff)["ts"])
    await staff.deliver()
    assert "save" in said(newest_card(staff))
    assert "decide" not in said(newest_card(staff))


async def test_a_finding_is_set_aside_with_a_reason(staff: Staff) -> None:
    reply = await staff.command("U-alva", "/checkpost", "Hun er en idiot!")
    await staff.press("U-alva", reply | {"response_url": staff.slack.url + "respond/1"}, "set-aside")
    form = staff.windows()[-1]
    check_view(form)
    done = await staff.submit("U-alva", form, rule="disrespect", verdict="accepted", text="Det er en replikk.")
    check_view(done["view"])
    (kept,) = staff.store.kept.set_aside
    assert (kept.rule, kept.verdict, kept.reason) == ("disrespect", "accepted", "Det er en replikk.")
