"""Comms keeps how a draft was decided in Teams; whoever writes a similar one is told, and so is comms."""

from __future__ import annotations

from typing import Any

import pytest
from card_limits import check_dialog, check_message
from teams_says import ALVA, BO, CLEO, Person, execute, in_channel
from teams_staff import DAG, Staff, buttons, every, inputs, words
from test_teams_journeys import a_case, playground

from bot.language import Language
from bot.service.deciding import HOLDS
from bot.wording import wording

__all__ = ["playground"]

say = wording()
SUMMER = "Bli med på sommerfesten i gymsalen! Ta med en venn, så blir det mat og musikk. Hva gleder du deg til?"
SIMILAR = SUMMER.replace("en venn", "noen")


async def a_draft(staff: Staff, who: Person = ALVA, draft: str = SUMMER) -> int:
    """A draft that its author sends to comms."""
    await staff.write(who, f"checkpost {draft}")
    seen = next(each for each in staff.said(who) if any(b["data"]["do"] == "send-draft?" for b in buttons(each)))
    await staff.fill(who, await staff.press(who, seen, "send-draft"))
    await staff.deliver()
    return max(staff.store.kept.cases)


async def answer(staff: Staff) -> None:
    await staff.mention(CLEO, "svar: Skriv når det begynner.", thread=staff.card()["id"])
    await staff.deliver()


def does(drawn: Any) -> set[str]:
    return {each["data"]["do"].rstrip("?") for each in buttons(drawn)}


async def test_a_decided_draft_is_told_to_the_next_author_and_to_comms(staff: Staff) -> None:
    number = await a_draft(staff)
    await answer(staff)
    form = await staff.press(CLEO, staff.card(), "decide", where=in_channel)
    check_dialog(form)
    done = await staff.fill(CLEO, form, decision="change", text="Klokkeslettet mangler.", until="2099-12-31")

    assert say("teach.precedent.kept", Language.NN) in words(done)
    (precedent,) = staff.store.kept.precedents
    assert (precedent.decision, precedent.from_case) == ("change", number)
    assert f"{precedent.expires:%Y-%m-%d}" == "2099-12-31"
    await staff.deliver()
    assert "Klokkeslettet mangler." in words(staff.card()), "it stands in the case's history"

    await staff.write(BO, f"checkpost {SIMILAR}")
    told = staff.said(BO)[-1]
    check_message(told)
    assert "Klokkeslettet mangler." in words(told)
    assert "Cleo" not in words(told), "who decided is for comms"


async def test_comms_sees_a_decision_below_the_next_similar_draft_whatever_becomes_of_its_card(staff: Staff) -> None:
    await a_draft(staff)
    await answer(staff)
    form = await staff.press(CLEO, staff.card(), "decide", where=in_channel)
    await staff.fill(CLEO, form, decision="change", text="Klokkeslettet mangler.")
    (precedent,) = staff.store.kept.precedents
    assert precedent.expires
    assert precedent.expires.date() == (precedent.at + HOLDS).date(), "suggested until comms says otherwise"
    await a_draft(staff, BO, SIMILAR)
    card = staff.card()
    look = card["attachments"][0]["content"]["refresh"]["action"]["data"]

    whole = await staff.press(DAG, card, "more", where=in_channel)
    pressed = await staff.press(DAG, card, "claim", where=in_channel)
    looked = await staff.send(execute(staff.world.url, CLEO, "look", look, card["id"], where=in_channel))
    await staff.deliver()

    check_message(card)
    check_message(staff.card())
    assert "release" in does(staff.card()), "the card has changed in place"
    for drawn in (card, whole, pressed, looked.json(), staff.card()):
        assert "Klokkeslettet mangler." in words(drawn)
        assert "Cleo" in words(drawn)


async def test_a_decision_without_a_date_holds_until_another_is_kept(staff: Staff) -> None:
    await a_draft(staff)
    await answer(staff)
    for decision in ("publish", "do-not-publish"):
        form = await staff.press(DAG, staff.card(), "decide", where=in_channel)
        await staff.fill(DAG, form, decision=decision, text="Slik er det.", until="")

    kept = staff.store.kept.precedents
    assert [(each.decision, each.expires) for each in kept] == [("publish", None), ("do-not-publish", None)]
    await staff.write(BO, f"checkpost {SUMMER}")
    assert words(staff.said(BO)[-1]).count("Slik er det.") == 1


@pytest.mark.parametrize(
    ("who", "text", "until", "why"),
    [
        (BO, "Fint.", "2099-12-31", "refused.not-comms"),
        (CLEO, " ", "2099-12-31", "refused.empty"),
        (CLEO, "Fint.", "2020-01-01", "teach.past"),
    ],
    ids=["not in comms", "without a reason", "a day that has passed"],
)
async def test_a_decision_that_cannot_be_kept_is_refused_above_what_was_written(
    staff: Staff, who: Person, text: str, until: str, why: str
) -> None:
    await a_draft(staff)
    await answer(staff)
    form = await staff.press(who, staff.card(), "decide", where=in_channel)

    again = await staff.fill(who, form, decision="do-not-publish", text=text, until=until)

    check_dialog(again)
    assert say(why, Language.NN) in words(again)
    stands = {each["id"]: each.get("value", "") for each in inputs(again)}
    assert stands == {"decision": "do-not-publish", "text": text.strip(), "until": until}
    assert staff.store.kept.precedents == ()


async def test_a_withdrawn_draft_is_refused_and_what_was_written_stands_in_the_dialog(staff: Staff) -> None:
    number = await a_draft(staff)
    await answer(staff)
    form = await staff.press(CLEO, staff.card(), "decide", where=in_channel)
    status = next(each for each in staff.said(ALVA) if "reopen" in does(each))
    await staff.fill(ALVA, await staff.press(ALVA, status, "reopen"), text="Likevel ikke.")
    await staff.deliver()
    status = next(each for each in staff.said(ALVA) if "withdraw" in does(each))
    await staff.press(ALVA, status, "withdraw")

    again = await staff.fill(CLEO, form, decision="publish", text="Fint.")

    assert say("refused.withdrawn", Language.NN, number=number) in words(again)
    assert "Fint." in [each.get("value") for each in inputs(again)]
    assert staff.store.kept.precedents == ()


async def test_there_is_nothing_to_decide_on_a_question_or_an_open_case(staff: Staff) -> None:
    await a_draft(staff)
    await answer(staff)
    before = staff.card()
    await staff.press(DAG, before, "reopen", where=in_channel)
    await staff.deliver()

    told = await staff.press(CLEO, before, "decide", where=in_channel)  # a card that somebody has had before them since

    assert "decide" not in does(staff.card())
    assert say("teach.decide.none", Language.NN) in words(told)
    assert not inputs(told)
    await a_case(staff)
    await answer(staff)
    assert "save" in does(staff.card())
    assert "decide" not in does(staff.card())


async def test_where_no_dialog_opens_the_form_takes_the_cards_place(playground: Staff) -> None:
    number = await a_playground_draft(playground)
    await answer(playground)
    post = playground.card()["id"]

    async def sent(who: Person, form: Any, **values: str) -> Any:
        (send, back) = [each for each in every(form["value"]) if each.get("type") == "Action.Execute"]
        assert (back["data"]["do"], back["data"]["value"]) == ("look", str(number))
        given = {each["id"]: each.get("value", "") for each in inputs(form["value"])} | values
        activity = execute(playground.world.url, who, send["verb"], send["data"] | given, post, where=in_channel)
        return (await playground.send(activity)).json()

    form = await playground.press(CLEO, playground.card(), "decide", where=in_channel)
    refused = await sent(CLEO, form, decision="change", text="Klokkeslettet mangler.", until="2020-01-01")
    done = await sent(CLEO, refused, until="2099-12-31")

    assert say("teach.past", Language.NN) in words(refused)
    assert say("teach.precedent.kept", Language.NN) in words(done)
    (precedent,) = playground.store.kept.precedents
    assert (precedent.decision, precedent.reason) == ("change", "Klokkeslettet mangler.")


async def a_playground_draft(playground: Staff) -> int:
    """The same as ``a_draft``, where the form stands in a card."""
    await playground.write(ALVA, f"checkpost {SUMMER}")
    (seen,) = playground.said(ALVA)
    form = await playground.press(ALVA, seen, "send-draft")
    (send,) = [each for each in every(form["value"]) if each.get("type") == "Action.Execute"]
    given = {each["id"]: each.get("value", "") for each in inputs(form["value"])}
    await playground.send(execute(playground.world.url, ALVA, send["verb"], send["data"] | given, seen["id"]))
    await playground.deliver()
    return max(playground.store.kept.cases)


async def test_a_finding_is_set_aside_with_a_reason(staff: Staff) -> None:
    await staff.write(ALVA, "checkpost Hun er en idiot!")
    seen = next(each for each in staff.said(ALVA) if "set-aside" in does(each))
    check_message(seen)
    form = await staff.press(ALVA, seen, "set-aside")
    check_dialog(form)
    done = await staff.fill(ALVA, form, rule="disrespect", verdict="accepted", text="Det er en replikk.")
    assert say("check.aside-kept", Language.NB) in words(done)
    (kept,) = staff.store.kept.set_aside
    assert (kept.rule, kept.verdict, kept.reason) == ("disrespect", "accepted", "Det er en replikk.")
