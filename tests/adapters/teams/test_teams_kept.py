"""Nothing that people wrote or chose is lost in Teams, whatever fails; and each failure has its word."""

from __future__ import annotations

from teams_says import ALVA, CLEO, fetch_action, in_channel
from teams_staff import Staff, inputs, words

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
