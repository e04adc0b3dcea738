"""Comms' desk where comms works: the same words and buttons in Slack, in Teams and on the page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import slack_staff
import teams_staff
from fakes import NOON, MemoryStore, make_desk
from slack_limits import check_view
from slack_staff import CHANNEL, rules, slack, staff
from store_contract import DIRECT, a_case
from teams_says import CLEO, in_channel
from teams_world import teams_world

from adapters.web import Live, comms_address, make_app
from bot.answering import Escalate
from bot.cases import opened
from bot.commands import NAMED, CommsHelp, Entries, Figures, Queue, Search, typed, typed_by_comms
from bot.knowledge import KnowledgeBase
from bot.language import Language
from bot.matching.matcher import Matcher
from bot.ports import Asked
from bot.review import Rulebook
from bot.wording import wording

__all__ = ["rules", "slack", "staff"]  # fixtures
SAY, NN = wording(), Language.NN


@pytest.fixture
async def teams(knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook) -> AsyncIterator[teams_staff.Staff]:
    async with teams_world() as world, teams_staff.at_work(world, knowledge, matcher, rules) as found:
        yield found


@pytest.mark.parametrize(
    ("text", "there", "elsewhere"),
    [
        ("saker", Queue(), NAMED),
        ("Ärenden", Queue(), NAMED),
        ("/cases", Queue(), NAMED),
        ("mine saker", Queue("mine"), NAMED),
        ("hastar", Queue("urgent"), None),
        ("sena", Queue("overdue"), None),
        ("hjälp", CommsHelp(), NAMED),
        ("statistikk", Figures(), None),
        ("innhald", Entries(), None),
        ("søk sommerkampanjen i fjor", Search("sommerkampanjen i fjor"), None),
        ("hvem eier bildet?", None, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_mean_the_desk_where_comms_works(text: str, there: object, elsewhere: object) -> None:
    assert typed_by_comms(text) == there
    assert (typed(text) is None) == (elsewhere is None)


async def cases(store: Any) -> None:
    for more in ({"urgent": True}, {"opened_at": NOON - timedelta(days=9), "text": "Kan vi bruke sommerbildet?"}, {}):
        case = a_case(**({"opened_at": NOON, "text": "Hvem svarer i helgen?"} | more))
        async with store.work() as work:
            await work.add_case(case, opened(case), DIRECT)


async def in_slack(staff: slack_staff.Staff, text: str) -> dict[str, Any]:
    await staff.mention("U-cleo", CHANNEL, text)
    return dict(staff.slack.of("chat.postEphemeral")[-1])


async def test_in_slack_comms_has_its_queue_where_it_writes(staff: slack_staff.Staff) -> None:
    await cases(staff.store)
    shown = json.dumps(await in_slack(staff, "saker"), ensure_ascii=False)
    assert SAY("desk.pile-open", NN) in shown
    assert shown.count("more:0") == 3
    assert shown.index("🚨") < shown.index("sommerbildet"), "urgent ones stand first"
    assert "1" in SAY("desk.do-overdue", NN, count=1)
    assert SAY("desk.do-overdue", NN, count=1) in shown
    assert SAY("talk.help-comms", NN).split("\n")[0] in json.dumps(await in_slack(staff, "hjelp"), ensure_ascii=False)
    found = json.dumps(await in_slack(staff, "søk sommerbildet"), ensure_ascii=False)
    assert "sommerbildet?" in found
    assert "i helgen" not in found
    assert SAY("desk.entries-more", NN, count=0)[:4] in json.dumps(await in_slack(staff, "innhald"), ensure_ascii=False)


async def test_home_leads_to_every_view_in_a_window(staff: slack_staff.Staff) -> None:
    await cases(staff.store)
    await staff.event({"type": "app_home_opened", "tab": "home", "user": "U-cleo", "channel": "D-U-cleo"})
    await staff.idle()
    home = staff.slack.of("views.publish")[-1]["view"]
    check_view(home)
    offered = {
        element["value"]: element
        for block in home["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith("desk:")
    }
    assert set(offered) == {"urgent", "mine", "waiting", "overdue", "open", "replies", "gaps", "taught", "entries"}
    for pressed in offered.values():
        await staff.interact("U-cleo", {"type": "block_actions", "actions": [pressed], "view": {"type": "home"}})
    views = staff.windows()
    assert len(views) == len(offered)
    for view in views:
        check_view(view)
    search = {"action_id": "desk-search:0", "value": "sommerbildet"}
    await staff.interact("U-cleo", {"type": "block_actions", "actions": [search], "view": {"type": "home"}})
    assert "sommerbildet?" in json.dumps(staff.windows()[-1], ensure_ascii=False)


async def test_nobody_else_sees_the_desk(staff: slack_staff.Staff) -> None:
    await cases(staff.store)
    pressed = {"action_id": "desk:0", "value": "open"}
    await staff.interact("U-alva", {"type": "block_actions", "actions": [pressed], "view": {"type": "home"}})
    assert "sommerbildet" not in json.dumps(staff.windows(), ensure_ascii=False)
    assert SAY("refused.not-comms", NN) in json.dumps(staff.windows()[-1], ensure_ascii=False)


async def test_in_teams_the_views_take_each_others_place(teams: teams_staff.Staff) -> None:
    await cases(teams.store)
    thread = await teams.mention(CLEO, "saker")
    (post,) = teams.said(thread)
    shown = json.dumps(post, ensure_ascii=False)
    assert SAY("desk.pile-open", NN) in shown
    assert "sommerbildet" in shown
    card = await teams.press(CLEO, post, "desk", SAY("desk.do-overdue", NN, count=1), where=in_channel)
    instead = json.dumps(card, ensure_ascii=False)
    assert SAY("desk.pile-overdue", NN) in instead
    assert "sommerbildet" in instead
    assert "i helgen" not in instead


HEISEN = ("Hvem velger fargen på heisen?", "fargen på heisen, hvem bestemmer den for Kari Nordmann?")


async def lacking(store: Any) -> None:
    async with store.work() as work:
        for place, text in enumerate(HEISEN):
            await work.add_question(Asked(f"p-{place}", "oslomet", Language.NB, text, "escalate", None, (), 0.1, NOON))


async def test_in_slack_a_gap_opens_the_form_with_its_ways_of_asking(staff: slack_staff.Staff) -> None:
    await lacking(staff.store)
    staff.clock.advance(minutes=1)
    shown = await in_slack(staff, "hol")
    assert "Nordmann" not in json.dumps(shown, ensure_ascii=False)
    await staff.press("U-cleo", shown, "save", label=SAY("gap.write", NN))
    form = staff.windows()[-1]
    check_view(form)
    (ways,) = [block["element"]["initial_value"] for block in form["blocks"] if block.get("block_id") == "questions"]
    assert HEISEN[0] in ways.splitlines()
    await staff.press("U-cleo", shown, "settle-gap")
    assert SAY("gap.none", NN) in json.dumps(await in_slack(staff, "hol"), ensure_ascii=False)


async def test_in_teams_a_gap_opens_the_form_with_its_ways_of_asking(teams: teams_staff.Staff) -> None:
    await lacking(teams.store)
    thread = await teams.mention(CLEO, "hol")
    (post,) = teams.said(thread)
    assert "Nordmann" not in json.dumps(post, ensure_ascii=False)
    dialog = await teams.press(CLEO, post, "save", where=in_channel)
    assert HEISEN[0] in json.dumps(dialog, ensure_ascii=False)
    settled = await teams.press(CLEO, post, "settle-gap", where=in_channel)
    assert SAY("gap.settled", NN) in json.dumps(settled, ensure_ascii=False)


async def test_on_the_page_a_gap_opens_the_form_and_is_set_aside(
    knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> None:
    store = MemoryStore()
    await lacking(store)
    comms = {each: comms_address(each) for each in ("oslomet",)}
    app = make_app(
        replace(make_desk(knowledge, matcher, rules, store=store), comms=comms), Live(store), secret="a secret",
        organisation="oslomet",
    )  # fmt: skip
    headers = {"accept-language": "nn", "origin": "http://127.0.0.1:8080"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=headers["origin"], headers=headers) as browser:
        page = html.unescape((await browser.get("/?desk=gaps")).text)
        assert HEISEN[0] in page
        assert "Nordmann" not in page
        (key,) = set(re.findall(r"/gaps/(\d+)/settle", page))
        opened = html.unescape((await browser.get(f"/?desk=gaps&case={key}")).text)
        assert f'action="/gaps/{key}/save' in opened
        await browser.post(f"/gaps/{key}/settle", files={"text": (None, "")})
        assert SAY("gap.none", NN) in html.unescape((await browser.get("/?desk=gaps")).text)
        assert (await browser.post("/gaps/x/settle", files={"text": (None, "")})).status_code == 400


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ("pile=overdue", "desk.do-overdue"), ("desk=figures", "web.week-how"), ("desk=entries", "web.kept-owner"),
        ("desk=learned", "web.learned-none"),
    ],
)  # fmt: skip
async def test_on_the_page_every_view_has_its_tab(
    knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook, where: str, key: str
) -> None:
    store = MemoryStore()
    await cases(store)
    desk = replace(
        make_desk(knowledge, matcher, rules, store=store), comms={each: comms_address(each) for each in ("oslomet",)}
    )
    app = make_app(desk, Live(store), secret="a secret", organisation="oslomet")
    headers = {"accept-language": "nn"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080", headers=headers
    ) as browser:
        page = html.unescape((await browser.get(f"/?{where}")).text)
    assert SAY(key, NN, **({"count": 1} if "do-" in key else {})) in page
    assert ("sommerbildet" in page) == where.startswith("pile")
    assert "i helgen" not in page


async def test_a_question_where_comms_works_is_no_case_of_its_own(
    staff: slack_staff.Staff, teams: teams_staff.Staff
) -> None:
    await staff.mention("U-cleo", CHANNEL, staff.first(Escalate))
    await teams.mention(CLEO, teams.first(Escalate))
    for store in (staff.store, teams.store):
        assert not store.kept.cases
        assert [asked.outcome for asked in store.kept.questions.values()] == ["escalate"]
    assert SAY("desk.unknown", Language.NB) in json.dumps(staff.posted(CHANNEL), ensure_ascii=False)
