"""Asked in one place and answered in another: the case crosses, and the answer comes back to where it was asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest
import slack_staff
import teams_staff
from fakes import MemoryStore, deliver, make_desk
from slack_workspace import workspace
from starlette.applications import Starlette
from teams_says import ALVA, CHANNEL, CLEO, TENANT, in_channel
from teams_world import teams_world

from adapters.chat.members import AnyOf
from adapters.slack.serving import connected as slack_connected
from adapters.slack.serving import listening as slack_listening
from adapters.teams.joining import connected as teams_connected
from adapters.teams.joining import listening as teams_listening
from bot.answering import Escalate
from bot.cases import State
from bot.knowledge import KnowledgeBase
from bot.matching.matcher import Matcher
from bot.ports import Address, Messenger
from bot.review import Rulebook
from bot.service.desk import Desk


@dataclass(frozen=True)
class Both:
    """Delivery: each message by its platform's own way."""

    slack: Messenger
    teams: Messenger

    async def post(self, to: Address, blocks: Sequence[object], *, key: str) -> str:
        return await getattr(self, to.platform).post(to, blocks, key=key)

    async def change(self, to: Address, post: str, blocks: Sequence[object], *, key: str) -> str:
        return await getattr(self, to.platform).change(to, post, blocks, key=key)


@dataclass(repr=False)
class House:
    """One Handbok in Slack and Teams at once."""

    slack: slack_staff.Staff
    teams: teams_staff.Staff
    desk: Desk
    store: MemoryStore
    both: Both

    async def deliver(self) -> None:
        await deliver(self.desk, self.store, self.both)


@pytest.fixture(params=["comms in Slack", "comms in Teams"])
async def house(
    request: pytest.FixtureRequest, knowledge: KnowledgeBase, matcher: Matcher, rules: Rulebook
) -> AsyncIterator[House]:
    in_slack = request.param == "comms in Slack"
    store = MemoryStore()
    places = teams_staff.MemoryPlaces(store)
    desk = make_desk(knowledge, matcher, rules, store=store)
    async with AsyncExitStack() as stack:
        slack, world = await stack.enter_async_context(workspace()), await stack.enter_async_context(teams_world())
        slack.members[slack_staff.CHANNEL], world.rosters[CHANNEL] = ["U-cleo"], [CLEO.member]
        of_slack = {"oslomet": ("T1", slack_staff.CHANNEL)} if in_slack else {}
        of_teams = {} if in_slack else {"oslomet": (TENANT, CHANNEL)}
        left = await stack.enter_async_context(
            slack_connected(slack_staff.slack_settings(slack, comms=of_slack), knowledge, desk.say)
        )
        right = await stack.enter_async_context(
            teams_connected(world.settings(comms=of_teams), knowledge, desk.say, places)
        )
        comms = {**left.comms, **right.comms}
        desk = replace(desk, comms=comms, membership=AnyOf([left.members, right.members]))
        here = await stack.enter_async_context(slack_listening(left, desk))
        there = await stack.enter_async_context(teams_listening(right, desk))
        http = await stack.enter_async_context(slack_staff.served(Starlette(routes=list(here.routes))))
        caller = await stack.enter_async_context(world.calling(Starlette(routes=list(there.routes))))
        yield House(
            slack_staff.Staff(slack, store, desk, left, here, http),
            teams_staff.Staff(world, store, places, desk, right, there, caller),
            desk,
            store,
            Both(left.messenger, right.messenger),
        )


@pytest.mark.parametrize("house", ["comms in Slack"], indirect=True)
async def test_asked_in_teams_and_answered_in_slack(house: House) -> None:
    await house.teams.write(ALVA, house.teams.first(Escalate))
    await house.deliver()
    (card,) = house.slack.posted(slack_staff.CHANNEL)

    await house.slack.press("U-cleo", card, "claim")
    await house.slack.press("U-cleo", card, "answer")
    await house.slack.submit("U-cleo", house.slack.windows()[-1], text="Det bestemmer teamet.")
    await house.deliver()

    (case,) = house.store.kept.cases.values()
    assert case.state is State.ANSWERED
    assert "Det bestemmer teamet." in teams_staff.words(house.teams.said(ALVA)[-1])


@pytest.mark.parametrize("house", ["comms in Teams"], indirect=True)
async def test_asked_in_slack_and_answered_in_teams(house: House) -> None:
    await house.slack.write("U-alva", house.slack.first(Escalate))
    await house.deliver()

    await house.teams.press(CLEO, house.teams.card(), "claim", where=in_channel)
    dialog = await house.teams.press(CLEO, house.teams.card(), "answer", where=in_channel)
    await house.teams.fill(CLEO, dialog, text="Det bestemmer teamet.")
    await house.deliver()

    (case,) = house.store.kept.cases.values()
    assert case.state is State.ANSWERED
    assert "Det bestemmer teamet." in json.dumps(house.slack.posted("D-U-alva"), ensure_ascii=False)


@pytest.mark.parametrize("house", ["comms in Slack"], indirect=True)
async def test_whoever_asks_in_teams_is_no_member_of_comms_in_slack(house: House) -> None:
    await house.teams.write(ALVA, house.teams.first(Escalate))
    await house.deliver()
    (number,) = house.store.kept.cases
    pressed = {"do": "claim", "value": str(number)}

    await house.teams.send(teams_staff.submit(house.teams.world.url, ALVA, pressed, "post-1"))

    assert house.store.kept.cases[number].state is State.WAITING
