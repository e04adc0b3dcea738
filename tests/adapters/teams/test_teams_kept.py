"""Nothing that people wrote or chose is lost in Teams, whatever fails; and each failure has its word."""

from __future__ import annotations

import itertools
from contextlib import AbstractAsyncContextManager

import pytest
from fakes import MemoryWork
from teams_says import (
    ALVA,
    CHANNEL,
    CLEO,
    TENANT,
    execute,
    fetch_action,
    in_channel,
    installed,
    message,
    submit_action,
    task_submit,
)  # fmt: skip
from teams_staff import Staff, buttons, inputs, words
from teams_world import Fault

from adapters.chat import intake, members, verdicts
from bot.answering import Clarify, Escalate
from bot.cases import State
from bot.language import Language
from bot.ports import Address
from bot.service import deciding
from bot.service.desk import Sender
from bot.wording import wording

say = wording()
DRAFT = "Kari Lie vant prisen for årets forsker! Gratulerer så mye, vi er stolte av deg. Hva vil du spørre henne om?"


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
async def test_an_answer_that_cannot_be_taken_stays_in_its_dialog(
    staff: Staff, broken: bool, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_case(staff)
    dialog = await staff.press(CLEO, staff.card(), "answer", where=in_channel)
    monkeypatch.setattr(members, "FRESH", -1.0)  # that the form could open was long ago
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


async def test_a_decision_stays_in_its_dialog_where_it_cannot_be_kept(staff: Staff) -> None:
    await a_case(staff)
    data = {"form": "decide", "do": "decide", "value": "1"}
    written = {"decision": "change", "text": "Spør henne først.", "until": "2028-01-01"}
    staff.store.broken = True

    sent = await staff.send(task_submit(staff.world.url, CLEO, data | written, where=in_channel))

    assert filled(sent.json()) == written
    assert say("ask.not-saved", Language.NN) in words(sent.json())


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

    def work(*, first: bool = False) -> AbstractAsyncContextManager[MemoryWork]:
        staff.store.broken = next(works) > 0
        return opened(first=first)

    monkeypatch.setattr(intake, "INSISTING", 0.05)
    monkeypatch.setattr(verdicts, "OTHERS", 0.01)
    monkeypatch.setattr(staff.store, "work", work)
    await staff.write(ALVA, "language en")

    assert words(staff.said(ALVA)) == say("ask.not-saved", Language.NN)


# ── a case ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_asker_withdraws_and_reopens_without_comms_roster(staff: Staff) -> None:
    number = await a_case(staff)
    staff.world.faults["members"] = [Fault(503)] * 9

    withdrawn = await staff.press(ALVA, staff.said(ALVA)[-1], "withdraw")
    assert staff.store.kept.cases[number].state is State.CLOSED
    dialog = await staff.press(ALVA, {"id": "post-1", "card": withdrawn}, "reopen")
    await staff.fill(ALVA, dialog, text="Likevel.")

    assert staff.store.kept.cases[number].state is State.WAITING


async def test_a_card_drawn_anew_still_shows_what_was_decided_on_drafts_like_it(staff: Staff) -> None:
    async def sent(draft: str) -> int:
        dialog = (await staff.send(fetch_action(staff.world.url, ALVA, "checkPost", f"<p>{draft}</p>"))).json()
        (send,) = [each for each in buttons(dialog) if each["data"]["do"] == "send-draft?"]
        data = send["data"] | {"draft": draft}
        await staff.fill(ALVA, (await staff.send(submit_action(staff.world.url, ALVA, "checkPost", data))).json())
        await staff.deliver()
        return max(staff.store.kept.cases)

    before = await sent(DRAFT)
    await staff.press(CLEO, staff.card(), "claim", where=in_channel)
    cleo = Sender("decided", Address("teams", TENANT, CHANNEL), CLEO.id, CLEO.name, "oslomet")
    assert await deciding.keep(staff.desk, cleo, before, "change", "Spør henne først.")
    await sent(DRAFT.replace("forsker", "foreleser"))
    assert "Spør henne først." in words(staff.card())

    claimed = await staff.press(CLEO, staff.card(), "claim", where=in_channel)

    assert "Spør henne først." in words(claimed)


async def test_a_card_that_teams_draws_anew_by_itself_never_speaks(staff: Staff) -> None:
    number = await a_case(staff)
    staff.world.faults["members"] = [Fault(503)] * 3
    asked = execute(
        staff.world.url, CLEO, "look", {"do": "look", "value": str(number)}, staff.card()["id"], where=in_channel
    )
    asked["value"]["trigger"] = "automatic"

    assert (await staff.send(asked)).json()["value"] == ""


# ── in the language that somebody chose ──────────────────────────────────────────────────────────────────────────────


async def test_what_goes_wrong_is_said_in_the_language_that_was_chosen(staff: Staff) -> None:
    await staff.write(ALVA, "language en")
    gone = execute(staff.world.url, ALVA, "helpful", {"do": "helpful", "value": "4711"}, "post-1")
    old = execute(staff.world.url, ALVA, "approve", {"do": "approve", "value": "7"}, "post-1")

    assert (await staff.send(gone)).json()["value"] == say("talk.not-found", Language.EN)
    assert (await staff.send(old)).json()["value"] == say("talk.old-card", Language.EN)
    await staff.write(ALVA, "")
    assert words(staff.said(ALVA)[-1]) == say("ask.empty", Language.EN)


async def test_comms_is_told_about_its_threads_in_the_language_that_was_chosen(staff: Staff) -> None:
    await a_case(staff)
    await staff.write(CLEO, "language en")

    thread = await staff.mention(CLEO, "what do you think?", thread=staff.card()["id"])

    assert words(staff.said(thread)) == say("talk.answer-how", Language.EN)


async def test_a_card_drawn_anew_speaks_one_language(staff: Staff) -> None:
    await a_case(staff)
    await staff.write(CLEO, "language en")

    claimed = await staff.press(CLEO, staff.card(), "claim", where=in_channel)

    assert say("case.do.release", Language.EN) in words(claimed)
    assert say("talk.whole", Language.EN) in words(claimed)


# ── where people are reached ─────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_installs_handbok_again_is_reached_again(staff: Staff) -> None:
    await staff.write(ALVA, "hjelp")
    await staff.send(installed(staff.world.url, ALVA, "remove"))
    await staff.connection.references.place(Address("teams", TENANT, ALVA.direct))  # an answer that comes meanwhile

    await staff.write(ALVA, "hjelp")

    assert (TENANT, ALVA.direct) in staff.places.kept


async def test_whoever_was_forgotten_and_writes_again_is_reached_again(staff: Staff) -> None:
    await staff.write(ALVA, "glem meg")
    await staff.press(ALVA, staff.said(ALVA)[-1], "forget")
    staff.places.kept.clear()  # as the database does with the person

    await staff.write(ALVA, "hjelp")

    assert (TENANT, ALVA.direct) in staff.places.kept


# ── pressed twice, or without what Teams usually says ────────────────────────────────────────────────────────────────


async def test_none_of_the_options_pressed_twice_is_one_case(staff: Staff) -> None:
    await staff.write(ALVA, staff.first(Clarify))
    (options,) = staff.said(ALVA)

    await staff.press(ALVA, options, "none-of-these")
    again = await staff.press(ALVA, options, "none-of-these")

    assert len(staff.store.kept.cases) == 1
    assert say("ask.none-of-these", Language.NB) in words(again)


@pytest.mark.parametrize("lacking", [{}, {"id": None}], ids=["absent", "null"])
async def test_presses_without_an_id_are_each_done(staff: Staff, lacking: dict[str, None]) -> None:
    number = await a_case(staff)
    card = staff.card()

    for do in ("claim", "release"):
        data = {"do": do, "value": str(number)}
        pressed = execute(staff.world.url, CLEO, do, data, card["id"], where=in_channel)
        del pressed["id"]
        await staff.send(pressed | lacking)
        await staff.send(pressed | lacking)  # the same once more

    assert [event.kind for event in staff.store.kept.histories[number]] == ["opened", "claimed", "released"]


async def test_somebody_without_a_name_is_not_called_none(staff: Staff) -> None:
    nameless = message(staff.world.url, ALVA, staff.first(Escalate))
    nameless["from"]["name"] = None

    await staff.send(nameless)
    await staff.deliver()

    assert "None" not in words(staff.card())
