"""Nothing that people wrote or chose is lost in Teams, whatever fails; and each failure has its word."""

from __future__ import annotations

import itertools
from contextlib import AbstractAsyncContextManager

import pytest
from fakes import MemoryWork
from teams_says import ALVA, CLEO, fetch_action, in_channel
from teams_staff import Staff, inputs, words
from teams_world import Fault

from bot.answering import Escalate
from bot.language import Language
from bot.wording import wording

say = wording()


async def a_case(staff: Staff) -> int:
    """An unclear question of Alva's, with its card in comms' channel."""
    await staff.write(ALVA, staff.first(Escalate))
    await staff.deliver()
    return max(staff.store.kept.cases)


def filled(dialog: object) -> dict[str, str]:
    return {each["id"]: each.get("value", "") for each in inputs(dialog)}


# ── a form that comes back ───────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_that_comes_back_is_as_confidential_as_it_was_sent(staff: Staff) -> None:
    dialog = (await staff.send(fetch_action(staff.world.url, ALVA, "askAbout", "<p>Kan vi dele dette?</p>"))).json()

    again = await staff.fill(ALVA, dialog, text=" ", confidential="yes")

    assert say("refused.empty", Language.NN) in words(again)
    assert filled(again)["confidential"] == "yes"


async def test_a_form_that_comes_back_keeps_the_reason_that_was_chosen(staff: Staff) -> None:
    await a_case(staff)
    dialog = await staff.press(CLEO, staff.card(), "close", where=in_channel)

    again = await staff.fill(CLEO, dialog, text="x" * 8001, reason="elsewhere")

    assert say("refused.too-long", Language.NN) in words(again)
    assert filled(again)["reason"] == "elsewhere"


@pytest.mark.parametrize(
    ("broken", "key"), [(True, "ask.not-saved"), (False, "teams.no-access")], ids=["database", "roster"]
)
async def test_an_answer_that_cannot_be_taken_stays_in_its_dialog(staff: Staff, broken: bool, key: str) -> None:
    await a_case(staff)
    dialog = await staff.press(CLEO, staff.card(), "answer", where=in_channel)
    staff.store.broken = broken
    staff.world.faults["members"] = [] if broken else [Fault(503)] * 3

    again = await staff.fill(CLEO, dialog, text="Ring oss, så finner vi ut av det.")

    assert filled(again)["text"] == "Ring oss, så finner vi ut av det."
    assert say(key, Language.NN) in words(again)


async def test_what_a_case_is_to_teach_stays_in_its_dialog_where_it_cannot_be_saved(staff: Staff) -> None:
    await a_case(staff)
    answer = await staff.press(CLEO, staff.card(), "answer", where=in_channel)
    await staff.fill(CLEO, answer, text="Kaffen velges av teamet selv.")
    await staff.deliver()
    form = await staff.press(CLEO, staff.card(), "save", where=in_channel)
    staff.store.broken = True

    again = await staff.fill(CLEO, form, title="Kaffe til teamet", questions="Hvem velger kaffen?")

    assert (filled(again)["title"], filled(again)["questions"]) == ("Kaffe til teamet", "Hvem velger kaffen?")
    assert say("ask.not-saved", Language.NN) in words(again)


# ── somebody whose own chat cannot be written to ─────────────────────────────────────────────────────────────────────


async def test_a_message_for_comms_stays_in_its_dialog_where_its_author_cannot_be_written_to(staff: Staff) -> None:
    asked = fetch_action(staff.world.url, ALVA, "askAbout", "<p>Kan vi dele dette?</p>")
    dialog = (await staff.send(asked)).json()
    staff.world.faults["create"] = [Fault(403, "BotNotInConversationRoster")]

    again = await staff.fill(ALVA, dialog | {"where": "channel"}, confidential="yes")

    assert say("teams.no-chat", Language.NN) in words(again)
    assert (filled(again)["text"], filled(again)["confidential"]) == ("Kan vi dele dette?", "yes")
    assert not staff.store.kept.cases


@pytest.mark.parametrize("text", ["checkpost Så gøy det var i dag!", "saker"])
async def test_whoever_cannot_be_told_alone_is_told_so_in_the_channel(staff: Staff, text: str) -> None:
    staff.world.faults["create"] = [Fault(403, "BotNotInConversationRoster")]

    thread = await staff.mention(ALVA, text, channel="19:any@thread.tacv2")

    assert words(staff.said(thread)) == say("teams.no-chat", Language.NN)


async def test_whoever_blocked_handbok_is_told_so_in_the_channel(staff: Staff) -> None:
    await staff.write(ALVA, "hjelp")
    staff.world.faults["send"] = [Fault(403, "ConversationBlockedByUser")]

    thread = await staff.mention(ALVA, "saker", channel="19:any@thread.tacv2")

    assert words(staff.said(thread)) == say("teams.no-chat", Language.NN)


async def test_a_command_that_the_database_answers_no_longer_is_told_so(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, works = staff.store.work, itertools.count()

    def work() -> AbstractAsyncContextManager[MemoryWork]:
        staff.store.broken = next(works) > 0
        return opened()

    monkeypatch.setattr(staff.store, "work", work)
    await staff.write(ALVA, "saker")

    assert words(staff.said(ALVA)) == say("ask.not-saved", Language.NN)
