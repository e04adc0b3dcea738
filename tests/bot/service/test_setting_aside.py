"""Findings set aside: kept with the reason and without the draft, counted for comms."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from offices import Office

from adapters.chat import desk, learned
from adapters.chat.hub import Office as Hub
from adapters.chat.replying import Blocks
from bot.errors import InputError
from bot.language import Language
from bot.messages import Findings, Text
from bot.service import checking, setting_aside

DRAFT = "Ring Kari på 412 34 567, hun er en idiot!"


async def put(office: Office, who: str = "alva", **changes: Any) -> Text:
    given = {"language": Language.NB, "rule": "disrespect", "verdict": "wrong", "reason": "Det er et sitat."} | changes
    told = await setting_aside.set_aside(office.desk, office.sender(who), **given)
    assert told
    (text,) = told.blocks
    assert isinstance(text, Text)
    return text


async def test_the_button_names_the_rules_that_found_something(office: Office) -> None:
    (seen,) = (await checking.check(office.desk, office.sender("alva"), DRAFT)).blocks
    assert isinstance(seen, Findings)
    (button,) = [each for each in seen.buttons if each.action == "set-aside"]
    language, rules = setting_aside.choices(office.desk, button.value)
    assert language is Language.NB
    assert {rule for rule, _ in rules} == {line.rule for line in seen.found}
    assert all(name for _, name in rules)


async def test_it_is_kept_with_the_reason_and_without_draft_or_people(office: Office) -> None:
    said = await put(office, reason="Kari på 412 34 567 har sagt ja.")
    assert said.body == office.desk.say("check.aside-kept", Language.NB)
    (kept,) = office.store.kept.set_aside
    assert (kept.organisation, kept.rule, kept.verdict, kept.by_comms) == ("oslomet", "disrespect", "wrong", False)
    assert "412 34 567" not in str(asdict(kept))
    assert "har sagt ja" in kept.reason


async def test_without_a_reason_nothing_is_kept(office: Office) -> None:
    assert (await put(office, reason="  ")).body == office.desk.say("refused.empty", Language.NB)
    assert office.store.kept.set_aside == ()


@pytest.mark.parametrize("wrong", [{"rule": "nothing"}, {"verdict": "maybe"}])
async def test_what_nobody_offered_is_an_input_error(office: Office, wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        await put(office, **wrong)


@pytest.mark.parametrize("value", ["", "nb:", "xx:disrespect", "nb:nothing"])
async def test_a_value_that_no_button_has_is_an_input_error(office: Office, value: str) -> None:
    with pytest.raises(InputError):
        setting_aside.choices(office.desk, value)


async def test_an_event_that_comes_twice_is_kept_once(office: Office) -> None:
    who = office.sender("alva")
    first, second = [
        await setting_aside.set_aside(office.desk, who, Language.NB, "disrespect", "wrong", "Et sitat.") for _ in "ab"
    ]
    assert first
    assert second is None
    assert len(office.store.kept.set_aside) == 1


async def test_comms_sees_on_a_later_draft_how_often(office: Office) -> None:
    await put(office)
    await put(office, "cleo", verdict="accepted")
    told = await checking.send_draft(office.desk, office.sender("bo"), DRAFT, Language.NB)
    assert told
    case = office.store.kept.cases[told.cases[0]]
    lines = await checking.remarks(office.desk, case, Language.NB)
    counted = office.desk.say("check.aside-count", Language.NB, wrong=1, accepted=1)
    assert [counted in line for line in lines].count(True) == sum("idiot" in line for line in lines) == 1
    assert {each.by_comms for each in office.store.kept.set_aside} == {True, False}


def test_precision_is_the_share_that_was_right() -> None:
    use = setting_aside.Use(wrong=1, accepted=3)
    assert use.precision == 0.75


async def test_what_was_called_mistaken_is_listed_by_rule_until_comms_is_through_with_it(office: Office) -> None:
    await put(office, reason="Det er et sitat.")
    await put(office, "bo", reason="Ordet er et stedsnavn.")
    await put(office, "eli", rule="personal-data", verdict="accepted")
    (found,) = await setting_aside.doubted(office.desk, "oslomet", Language.NB)
    assert (found.rule, found.use.wrong, found.use.accepted) == ("disrespect", 2, 0)
    assert found.reasons == ("Ordet er et stedsnavn.", "Det er et sitat.")
    assert await setting_aside.doubted(office.desk, "malmo", Language.SV) == []
    refused = await setting_aside.settle(office.desk, office.sender("bo"), "disrespect")
    assert refused == Text(office.desk.say("refused.not-comms", Language.NN))
    assert await setting_aside.settle(office.desk, office.sender("cleo"), "disrespect")
    assert await setting_aside.doubted(office.desk, "oslomet", Language.NB) == []
    await put(office, "bo", reason="Enda et sitat.")
    (again,) = await setting_aside.doubted(office.desk, "oslomet", Language.NB)
    assert again.reasons == ("Enda et sitat.",)
    assert (await setting_aside.used(office.desk, "oslomet"))["disrespect"].wrong == 3, "its precision counts all"


async def test_comms_finds_it_in_the_gap_queue_and_settles_it_there(office: Office) -> None:
    await put(office, reason="Det er et sitat.")
    hub, cleo = Hub(desk=office.desk), office.sender("cleo")
    texts = [each for each in await desk.lacking(hub, cleo, Language.NB) if isinstance(each, Text)]
    (shown,) = [each for each in texts if "Det er et sitat." in each.body]
    (button,) = shown.buttons
    done = await learned.do(hub, office.sender("cleo"), button.action, button.value)
    assert isinstance(done, Blocks)
    assert await setting_aside.doubted(office.desk, "oslomet", Language.NB) == []
